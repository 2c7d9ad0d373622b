"""What is known of one parcel and its order, from which the documents of a regime are made.

Put together by `wms.customs.checks.gathering`, read by `wms.customs.regimes.china.building` and the rooms of payments.
Pure. Plain names and our own units; a regime's names, codes and decimals begin in its own folder.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from wms.kernel.money import Money

CURRENCY = "CNY"
"""The channel knows no other; customs writes it as 142."""
CURRENCY_CODE = "142"


@dataclass(frozen=True, slots=True)
class Company:
    """A company as it is registered with customs: code of 10 or 18 characters (letters occur) and exact name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who bought and, by law, paid: real name and number of the identity card."""

    account: str
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    telephone: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Consignee:
    """Who receives. Need not be the buyer."""

    name: str = field(repr=False)
    telephone: str = field(repr=False)
    address: str = field(repr=False)
    district: str = ""
    """Six-digit administrative division; empty where unknown."""


@dataclass(frozen=True, slots=True)
class PaymentSlip:
    """What a payment company said about one payment. Taken in by `wms.customs.payment.payments`, changed by nobody."""

    company: Company
    """payCode, payName: the payment company."""
    transaction_id: str
    order_no: str
    platform: Company
    app_type: str
    """`1` new, `2` change, `3` the payment company takes it back."""
    app_time: str
    """14 digits, China time."""
    payer_name: str = field(repr=False)
    payer_id_number: str = field(repr=False)
    amount: Decimal
    paid_at: str
    """14 digits, China time."""
    payer_id_type: str = "1"
    payer_phone: str = field(default="", repr=False)
    currency: str = CURRENCY_CODE
    payee_name: str = ""
    payee_account: str = field(default="", repr=False)
    """Who got the money; empty where the payment company does not say (CEB411 has no room for it)."""
    collected_for: str = ""
    """Who collected the money in between, where the payment company says that somebody did."""


@dataclass(frozen=True, slots=True)
class StatedPayment:
    """With whom and under which number the platform says the buyer paid. No proof: that is the slip."""

    company: Company
    transaction_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedLine:
    """One line as the platform sold it. Names and codes are those the catalogue declares the goods with."""

    gnum: int
    """From 1; the packed line of the same number answers it."""
    sku_code: str
    name: str
    specification: str
    gtin: str
    """As stored, in 14 digits; empty where the article has none."""
    hs_code: str
    origin_country: str
    unit: str
    quantity: int
    unit_price: Money
    vat_rate_bp: int = 0
    consumption_rate_bp: int = 0
    """Basis points: 1300 is 13 %."""


@dataclass(frozen=True, slots=True)
class DeclaredLine:
    """One line as it was packed: what the list declares."""

    sku_code: str
    name: str
    specification: str
    gtin: str
    """Empty where the article has none."""
    hs_code: str
    article_record_no: str
    origin_country: str
    unit: str
    quantity: int
    unit_price: Money
    net_weight_grams: int
    """Of one unit."""
    gnum: int = 0
    """Number of the ordered line it answers; 0 where the lines are simply numbered as they stand."""
    second_quantity: Decimal | None = None
    second_unit: str = ""
    """Second statutory quantity and its unit, for the goods whose HS code asks for one."""


@dataclass(frozen=True, slots=True)
class DeclaringSite:
    """Who declares where: the same for every parcel of a warehouse."""

    agent: Company
    area: Company
    account_book_no: str
    customs_office: str
    traffic_mode: str = "Y"
    """The kind of zone the goods leave; Y is a comprehensive bonded zone."""


@dataclass(frozen=True, slots=True)
class ParcelFacts:
    """Everything the four documents of one parcel need.

    What the platform said (`ordered`, `goods`, `freight`, `discount`, `tax`, `paid`) stands apart from what is in the
    parcel (`lines`): the rules find the difference. Before a parcel is packed there is no tracking number, no weight
    and no packed line.
    """

    order_no: str
    platform: Company
    merchant: Company
    buyer: Buyer
    consignee: Consignee
    carrier: Company
    tracking_number: str
    site: DeclaringSite
    gross_weight_grams: int
    net_weight_grams: int
    freight: Money
    insurance: Money
    discount: Money
    tax: Money
    lines: tuple[DeclaredLine, ...]
    """What was packed."""
    ordered: tuple[OrderedLine, ...] = field(kw_only=True)
    """What was sold."""
    goods: Money = field(kw_only=True)
    """Goods value as the platform gave it, the part paid by non-cash discount included."""
    paid: Money = field(kw_only=True)
    """What the buyer really paid, as the platform gave it."""
    stated_payment: StatedPayment | None = field(default=None, kw_only=True)
    slip: PaymentSlip | None = field(default=None, kw_only=True)
    """None while the payment company has not sent one."""
    assure_code: str = field(default="", kw_only=True)
    """Whose guarantee covers the tax; empty: the merchant's."""
