"""What is known of one parcel and its order, from which the documents of a regime are made.

Called by `wms.customs.service.declare` and by whoever puts the facts together. Pure. Fields carry the protocol's
element names, so that the messages of a regime can be written from them one to one; numbers are decimal text.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from wms.customs.model import DECLARED, DocumentKind, as_return_time
from wms.kernel.errors import Fault
from wms.kernel.money import Money

CURRENCY = "CNY"
"""The channel knows no other; customs writes it as 142."""
CURRENCY_CODE = "142"
MAX_LINES = 99


@dataclass(frozen=True, slots=True)
class Company:
    """A company as it is registered with customs: code of 10 or 18 characters (letters occur) and exact name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who bought and, by law, paid: real name and number of the identity card."""

    account: str
    name: str
    id_number: str
    telephone: str


@dataclass(frozen=True, slots=True)
class Consignee:
    """Who receives. Need not be the buyer."""

    name: str
    telephone: str
    address: str
    district: str = ""
    """Six-digit administrative division; empty where unknown."""


@dataclass(frozen=True, slots=True)
class Payment:
    """The payment as the order told it. Only the JSON documents still read it; `PaymentSlip` takes its place."""

    company: Company
    transaction_id: str
    amount: Money
    paid_at: datetime
    payer_name: str
    payer_id_number: str


@dataclass(frozen=True, slots=True)
class PaymentSlip:
    """What a payment company said about one payment. Taken in by `wms.customs.payments`, changed by nobody."""

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
    vat_rate_bp: int = 0
    consumption_rate_bp: int = 0


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
    payment: Payment | None
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

    @property
    def goods_value(self) -> Money:
        """Sum of the lines, before any discount."""
        total = Money(0, CURRENCY)
        for line in self.lines:
            total += line.unit_price * line.quantity
        return total

    @property
    def actually_paid(self) -> Money:
        """Goods, freight and tax less the part paid by other means."""
        return self.goods_value + self.freight + self.tax - self.discount


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a declaration. `body` is JSON text, empty while the document is missing.

    Company and number are the business key its receipts will carry.
    """

    kind: DocumentKind
    company: str
    number: str
    body: str

    @property
    def is_present(self) -> bool:
        return bool(self.body)


def faults_of(facts: ParcelFacts) -> tuple[Fault, ...]:
    """What must be mended before these facts can be declared at all. Lengths count characters, not bytes."""
    return tuple(_faults(facts))


def _faults(facts: ParcelFacts) -> Iterator[Fault]:
    texts = [
        ("order_no", facts.order_no, 60),
        ("platform.code", facts.platform.code, 18),
        ("merchant.code", facts.merchant.code, 18),
        ("carrier.code", facts.carrier.code, 18),
        ("tracking_number", facts.tracking_number, 60),
        ("site.agent.code", facts.site.agent.code, 18),
        ("site.customs_office", facts.site.customs_office, 4),
        ("buyer.name", facts.buyer.name, 60),
        ("buyer.id_number", facts.buyer.id_number, 60),
        ("buyer.telephone", facts.buyer.telephone, 30),
        ("consignee.name", facts.consignee.name, 100),
        ("consignee.telephone", facts.consignee.telephone, 50),
        ("consignee.address", facts.consignee.address, 200),
    ]
    if facts.payment is not None:
        texts.append(("payment.company.code", facts.payment.company.code, 18))
        texts.append(("payment.transaction_id", facts.payment.transaction_id, 60))
    for where, text, longest in texts:
        if not text.strip():
            yield Fault(where, "must not be empty")
        elif len(text) > longest:
            yield Fault(where, f"has {len(text)} characters, customs takes {longest}")
    if not 1 <= len(facts.lines) <= MAX_LINES:
        yield Fault("lines", f"there are {len(facts.lines)}, customs takes 1 to {MAX_LINES}")
    for number, line in enumerate(facts.lines):
        if line.quantity < 1:
            yield Fault(f"lines[{number}].quantity", f"must be at least 1, not {line.quantity}")
        if line.unit_price.currency != CURRENCY:
            yield Fault(f"lines[{number}].unit_price", f"must be in {CURRENCY}, not {line.unit_price.currency}")
    if facts.payment is not None and facts.payment.amount.currency != CURRENCY:
        yield Fault("payment.amount", f"must be in {CURRENCY}, not {facts.payment.amount.currency}")
    for name in ("freight", "insurance", "discount", "tax"):
        amount: Money = getattr(facts, name)
        if amount.currency != CURRENCY or amount.minor < 0:
            yield Fault(name, f"must be 0 or more in {CURRENCY}, not {amount}")
    if not 0 < facts.net_weight_grams <= facts.gross_weight_grams:
        what = f"{facts.net_weight_grams} g net in {facts.gross_weight_grams} g gross cannot be"
        yield Fault("net_weight_grams", what)


def documents_of(facts: ParcelFacts, *, cop_no: str, guids: dict[DocumentKind, str], now: datetime) -> list[Document]:
    """The order, the payment, the waybill and the list, in the order in which they are sent."""
    sent_at = as_return_time(now)[:14]
    head = {kind: _head(guids[kind], sent_at) for kind in DECLARED}
    payment = facts.payment
    return [
        _document(DocumentKind.ORDER, facts.platform.code, facts.order_no, head[DocumentKind.ORDER] | _order(facts)),
        Document(DocumentKind.PAYMENT, "", "", "")
        if payment is None
        else _document(
            DocumentKind.PAYMENT,
            payment.company.code,
            payment.transaction_id,
            head[DocumentKind.PAYMENT] | _payment(facts, payment),
        ),
        _document(
            DocumentKind.LOGISTICS,
            facts.carrier.code,
            facts.tracking_number,
            head[DocumentKind.LOGISTICS] | _waybill(facts),
        ),
        _document(
            DocumentKind.INVENTORY,
            facts.site.agent.code,
            cop_no,
            head[DocumentKind.INVENTORY] | _inventory(facts, cop_no, sent_at[:8]),
        ),
    ]


def _document(kind: DocumentKind, company: str, number: str, fields: dict[str, object]) -> Document:
    return Document(kind, company, number, json.dumps(fields, ensure_ascii=False))


def _head(guid: str, sent_at: str) -> dict[str, object]:
    return {"guid": guid, "appType": "1", "appTime": sent_at, "appStatus": "2"}


def _order(facts: ParcelFacts) -> dict[str, object]:
    paid_by = (
        {}
        if facts.payment is None
        else {
            "payCode": facts.payment.company.code,
            "payName": facts.payment.company.name,
            "payTransactionId": facts.payment.transaction_id,
        }
    )
    return {
        "orderType": "I",
        "orderNo": facts.order_no,
        **_sellers(facts),
        "goodsValue": _amount(facts.goods_value),
        "freight": _amount(facts.freight),
        "discount": _amount(facts.discount),
        "taxTotal": _amount(facts.tax),
        "acturalPaid": _amount(facts.actually_paid),
        "currency": CURRENCY_CODE,
        "buyerRegNo": facts.buyer.account,
        **_buyer(facts),
        **paid_by,
        "consignee": facts.consignee.name,
        "consigneeTelephone": facts.consignee.telephone,
        "consigneeAddress": facts.consignee.address,
        "lines": [
            {
                "gnum": number,
                "itemNo": line.sku_code,
                "itemName": line.name,
                "gmodel": line.specification,
                "barCode": line.gtin,
                **_goods(line),
            }
            for number, line in enumerate(facts.lines, start=1)
        ],
    }


def _payment(facts: ParcelFacts, payment: Payment) -> dict[str, object]:
    return {
        "payCode": payment.company.code,
        "payName": payment.company.name,
        "payTransactionId": payment.transaction_id,
        "orderNo": facts.order_no,
        "ebpCode": facts.platform.code,
        "ebpName": facts.platform.name,
        "payerIdType": "1",
        "payerIdNumber": payment.payer_id_number,
        "payerName": payment.payer_name,
        "amountPaid": _amount(payment.amount),
        "currency": CURRENCY_CODE,
        "payTime": as_return_time(payment.paid_at)[:14],
    }


def _waybill(facts: ParcelFacts) -> dict[str, object]:
    return {
        "logisticsCode": facts.carrier.code,
        "logisticsName": facts.carrier.name,
        "logisticsNo": facts.tracking_number,
        "orderNo": facts.order_no,
        "freight": _amount(facts.freight),
        "insuredFee": _amount(facts.insurance),
        "currency": CURRENCY_CODE,
        "weight": _kilograms(facts.gross_weight_grams),
        "packNo": 1,
        "consignee": facts.consignee.name,
        "consigneeAddress": facts.consignee.address,
        "consigneeTelephone": facts.consignee.telephone,
    }


def _inventory(facts: ParcelFacts, cop_no: str, declared_on: str) -> dict[str, object]:
    site = facts.site
    return {
        "orderNo": facts.order_no,
        **_sellers(facts),
        "logisticsNo": facts.tracking_number,
        "logisticsCode": facts.carrier.code,
        "logisticsName": facts.carrier.name,
        "copNo": cop_no,
        "assureCode": facts.merchant.code,
        "emsNo": site.account_book_no,
        "ieFlag": "I",
        "declTime": declared_on,
        "customsCode": site.customs_office,
        "portCode": site.customs_office,
        **_buyer(facts),
        "consigneeAddress": facts.consignee.address,
        "agentCode": site.agent.code,
        "agentName": site.agent.name,
        "areaCode": site.area.code,
        "areaName": site.area.name,
        "tradeMode": "1210",
        "trafMode": site.traffic_mode,
        "country": "142",
        "freight": _amount(facts.freight),
        "insuredFee": _amount(facts.insurance),
        "currency": CURRENCY_CODE,
        "packNo": 1,
        "grossWeight": _kilograms(facts.gross_weight_grams),
        "netWeight": _kilograms(facts.net_weight_grams),
        "lines": [
            {
                "gnum": number,
                "itemRecordNo": line.article_record_no,
                "itemNo": line.sku_code,
                "gcode": line.hs_code,
                "gname": line.name,
                "gmodel": line.specification,
                "barCode": line.gtin or "无",
                "qty1": _kilograms(line.net_weight_grams * line.quantity),
                "unit1": "035",
                **_goods(line),
            }
            for number, line in enumerate(facts.lines, start=1)
        ],
    }


def _sellers(facts: ParcelFacts) -> dict[str, object]:
    return {
        "ebpCode": facts.platform.code,
        "ebpName": facts.platform.name,
        "ebcCode": facts.merchant.code,
        "ebcName": facts.merchant.name,
    }


def _buyer(facts: ParcelFacts) -> dict[str, object]:
    return {
        "buyerName": facts.buyer.name,
        "buyerTelephone": facts.buyer.telephone,
        "buyerIdType": "1",
        "buyerIdNumber": facts.buyer.id_number,
    }


def _goods(line: DeclaredLine) -> dict[str, object]:
    return {
        "unit": line.unit,
        "qty": str(line.quantity),
        "price": _amount(line.unit_price),
        "totalPrice": _amount(line.unit_price * line.quantity),
        "currency": CURRENCY_CODE,
        "country": line.origin_country,
    }


def _amount(money: Money) -> str:
    return f"{money.as_decimal():f}"


def _kilograms(grams: int) -> str:
    return f"{Decimal(grams).scaleb(-3):f}"
