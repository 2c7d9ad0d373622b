"""What the rules look at: the papers of one order so far, and what is known around them.

Made by whoever checks (`wms.customs.checks.checking`), read by `rules` and its siblings. Pure. Nothing here is looked
up: what the caller does not pass in (a positive list, registered names, the payee) is not checked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from wms.customs.facts import PaymentSlip
from wms.customs.model import DocumentKind
from wms.customs.regimes.china.documents import Inventory, Order, Waybill
from wms.customs.regimes.china.tax import TaxRates, TaxRounding


class Rule(StrEnum):
    """Every rule, by the specification's name where it has one. Words: `wms.customs.words.wording.rule_words`."""

    SAME_ORDER = "C1"
    SAME_SELLER = "C2"
    SAME_WAYBILL = "C3"
    SAME_PAYMENT = "C4"
    REGISTERED_NAME = "C5"
    NUMBER_USED = "C6"
    SAME_BUYER = "C7"
    PAYER_IS_BUYER = "C8"
    SAME_CONSIGNEE = "C9"
    ID_NUMBER = "C10"
    ID_TYPE = "id_type"
    RECEIVER_IS_BUYER = "receiver_is_buyer"
    """Only where the settings ask for it."""
    AMOUNTS_ADD_UP = "F1"
    AMOUNT_PAID = "F2"
    LINE_TOTALS = "F3"
    SAME_LINES = "F4"
    SAME_FREIGHT = "F5"
    CURRENCY = "F6"
    NEGATIVE_AMOUNT = "negative_amount"
    LINE_NUMBERS = "line_numbers"
    """Each line a number of its own from 1, at most 99 lines."""
    WEIGHT = "W1"
    ONE_PARCEL = "W2"
    STATUTORY_UNIT = "W3"
    TRADE_MODE_FIELDS = "W4"
    POSITIVE_LIST = "W5"
    SINGLE_LIMIT = "single_limit"
    SINGLE_ITEM_OVER_LIMIT = "single_item_over_limit"
    """Allowed, at full rates."""
    YEARLY_LIMIT = "yearly_limit"
    YEARLY_QUANTITY = "yearly_quantity"
    TAX_TOTAL = "tax_total"
    GUARANTOR = "guarantor"
    TRANSACTION_USED = "transaction_used"
    PAID_TWICE = "paid_twice"
    PAYMENT_COMPANY = "payment_company"
    PAYEE = "payee"
    COLLECTED_BETWEEN = "collected_between"
    SLIP_WITHDRAWN = "slip_withdrawn"


class YearlyBasis(StrEnum):
    """What counts towards a buyer's yearly limit."""

    DUTIABLE_VALUE = "dutiable_value"
    AMOUNT_PAID = "amount_paid"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSettings:
    """What the published texts leave open, or what may change by decree. The defaults are what they propose."""

    amount_tolerance: Decimal = Decimal(0)
    """How far the amount on the slip may be from the amount of the order."""
    receiver_must_be_buyer: bool = False
    discount_lowers_value: bool = False
    """Whether the dutiable value is what is left after the discount."""
    order_freight_is_waybill_freight: bool = False
    tax_rounding: TaxRounding = TaxRounding.EACH_TAX
    tax_percent: int = 70
    """Share of value-added and consumption tax that is collected inside the limits."""
    tax_tolerance: Decimal = Decimal("0.10")
    """How far the tax collected in advance may be from the computed one without a word; it warns, it never stops."""
    net_weight_tolerance: Decimal = Decimal("0.01")
    """Kilograms between the net weight and the sum of the statutory quantities."""
    single_limit: Decimal = Decimal(5000)
    yearly_limit: Decimal = Decimal(26000)
    yearly_basis: YearlyBasis = YearlyBasis.DUTIABLE_VALUE
    yearly_kilograms: Mapping[str, Decimal] = field(
        default_factory=lambda: MappingProxyType({"1701": Decimal(2), "1006": Decimal(20)})
    )
    """Kilograms per person and year, by the first digits of the HS code: sugar and rice."""
    platform_may_guarantee: bool = False
    """The specification lists declaring, e-commerce and logistics company; an older text also has the platform."""


@dataclass(frozen=True, slots=True)
class PositiveList:
    """Goods the channel takes, for the days on which this edition holds."""

    valid_from: date
    valid_until: date | None
    """The last day; None while no later edition is known."""
    codes: frozenset[str]
    """HS codes of 8 or 10 digits; eight digits cover every ten that begin with them."""

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def covers(self, hs_code: str) -> bool:
        return hs_code in self.codes or hs_code[:8] in self.codes


@dataclass(frozen=True, slots=True)
class StatutoryUnits:
    """The units in which an HS code is declared; the second is empty for most."""

    first: str
    second: str = ""


@dataclass(frozen=True, slots=True)
class KnownGoods:
    """What the catalogue knows of one ordered line beyond what the order document carries."""

    gnum: int
    hs_code: str
    rates: TaxRates | None
    """None where the rates are not known: then the tax is not checked."""


@dataclass(frozen=True, slots=True)
class UsedKey:
    """A number that somebody else's document carries already. The caller leaves the order's own documents out."""

    kind: DocumentKind
    company: str
    number: str
    used_for: str
    """Order number of the other one."""
    payer_id_number: str = field(default="", repr=False)
    """Of a payment: who paid with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """The papers of one order, as far as they are there. A missing one is no finding; the gate waits for it."""

    order: Order | None = None
    slip: PaymentSlip | None = None
    waybill: Waybill | None = None
    inventory: Inventory | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known around the papers. `on` is the day in China for which lists and limits are asked."""

    on: date
    settings: RuleSettings = RuleSettings()
    goods: tuple[KnownGoods, ...] = ()
    registered_names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Registered name by company code. A company that is missing is only compared among the papers."""
    payment_company: str = ""
    """Code of the payment company the merchant has a contract with; empty: any."""
    payee_name: str = ""
    payee_account: str = field(default="", repr=False)
    """Whose account the money must reach; empty: not checked."""
    used_keys: tuple[UsedKey, ...] = ()
    other_payments: tuple[str, ...] = ()
    """Further transactions that are said to pay this order."""
    positive_lists: tuple[PositiveList, ...] = ()
    """All editions; those that do not hold on the day are passed over."""
    statutory_units: Mapping[str, StatutoryUnits] = field(default_factory=lambda: MappingProxyType({}))
    """By HS code."""
    spent_this_year: Decimal = Decimal(0)
    """By the buyer's other declarations of the calendar year that we know of, on the basis the settings name."""
    bought_this_year: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    """Kilograms by the HS digits of `yearly_kilograms`, of the buyer's other declarations."""
