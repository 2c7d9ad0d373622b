"""An order as a shop sends it, and what is checked about it before the database is asked. Pure.

Called by `views` (JSON), `importing` (CSV) and `service.take_order`. The annotations are the limits that
`wms.web.decoding` enforces; `priced` checks what the values say together and lists every fault.
"""

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from wms.kernel.errors import Fault
from wms.kernel.money import Money, money_from_text
from wms.orders.model import NO_WISHES, Amounts, Buyer, Consignee, LineNote, PackingWishes, Payment

MOST_LINES = 999
MOST_PER_LINE = 9_999
"""Four digits: a barcode scanned into a quantity field has eight or more, and no consumer orders a lorry."""
MOST_MINOR = 10**13
"""More money than any order; keeps every sum inside 64 bits."""
CUSTOMS_CURRENCY = "CNY"
"""Bonded orders are paid and declared in yuan."""

Quantity = Annotated[int, Meta(ge=1, le=MOST_PER_LINE)]
Priority = Annotated[int, Meta(ge=1, le=9)]
Moment = Annotated[datetime, Meta(tz=True)]
Amount = Annotated[str, Meta(min_length=1, max_length=20)]
"""Written as text such as "12.34": a JSON number would pass through binary floating point somewhere on its way."""
Text30 = Annotated[str, Meta(max_length=30)]
Text50 = Annotated[str, Meta(max_length=50)]
Text60 = Annotated[str, Meta(max_length=60)]
Text100 = Annotated[str, Meta(max_length=100)]
Note = Annotated[str, Meta(max_length=500)]
Code = Annotated[str, Meta(min_length=1, max_length=30)]
Number = Annotated[str, Meta(min_length=1, max_length=60)]


@dataclass(frozen=True, slots=True)
class NewLine:
    """One line as ordered."""

    sku: Code
    quantity: Quantity
    unit_price: Amount
    packing_note: Note = ""
    """What the platform says about packing it."""


@dataclass(frozen=True, slots=True)
class NewAmounts:
    """What the buyer was charged. Left out: goods is the sum of the lines, paid what follows from the others."""

    goods: Amount | None = None
    freight: Amount = "0"
    discount: Amount = "0"
    tax: Amount = "0"
    paid: Amount | None = None


@dataclass(frozen=True, slots=True)
class NewBuyer:
    """The buyer as the platform knows him."""

    account: Text60 = ""
    name: Text60 = field(default="", repr=False)
    id_number: Text60 = field(default="", repr=False)
    phone: Text30 = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class NewPayment:
    """The payment company's record."""

    transaction_id: Text60 = ""
    paid_at: Moment | None = None


@dataclass(frozen=True, slots=True)
class NewConsignee:
    """Who gets the parcel."""

    name: Text100 = field(default="", repr=False)
    phone: Text50 = field(default="", repr=False)
    address: Annotated[tuple[Text100, ...], Meta(max_length=6)] = field(default=(), repr=False)
    district: Annotated[str, Meta(pattern="^([0-9]{6})?$")] = ""
    country: Annotated[str, Meta(pattern="^[A-Z]{2}$")] = "CN"


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order as sent. `merchant` and `number` together are its identity."""

    merchant: Code
    number: Number
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]
    lines: Annotated[tuple[NewLine, ...], Meta(min_length=1, max_length=MOST_LINES)]
    amounts: NewAmounts = field(default_factory=NewAmounts)
    buyer: NewBuyer = field(default_factory=NewBuyer)
    payment: NewPayment = field(default_factory=NewPayment)
    consignee: NewConsignee = field(default_factory=NewConsignee)
    ordered_at: Moment | None = None
    due_at: Moment | None = None
    priority: Priority = 5
    packing_note: Note = ""
    """What the platform says about packing the order."""
    is_gift: bool = False


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with its price in minor units."""

    sku: str
    quantity: int
    unit_price_minor: int


@dataclass(frozen=True, slots=True)
class PricedOrder:
    """An order in which everything that needs no database has been checked."""

    merchant: str
    number: str
    lines: tuple[PricedLine, ...]
    amounts: Amounts
    buyer: Buyer
    payment: Payment
    consignee: Consignee
    ordered_at: datetime | None
    due_at: datetime | None
    priority: int
    wishes: PackingWishes = NO_WISHES

    def contents_hash(self) -> str:
        """Same contents, same hash, however amounts and times were written."""
        contents = msgspec.to_builtins(self)
        if self.wishes == NO_WISHES:
            # Orders that came before there were any keep the hash they have.
            del contents["wishes"]
        return hashlib.sha256(msgspec.json.encode(contents, order="sorted")).hexdigest()


def priced(order: NewOrder) -> PricedOrder | list[Fault]:
    """`order` with its amounts in minor units, or everything that is wrong with it."""
    order = _in_one_line(order)
    faults = list(_unprintable(order, ""))
    faults += [Fault(name, "is empty") for name in ("merchant", "number") if not getattr(order, name).strip()]
    if len("\n".join(order.consignee.address)) > 200:
        faults.append(Fault("consignee.address", "is longer than 200 characters"))
    reader = _AmountReader(order.currency, faults)
    lines = tuple(
        PricedLine(line.sku.strip(), line.quantity, reader.minor(line.unit_price, f"lines[{index}].unit_price"))
        for index, line in enumerate(order.lines)
    )
    sums = order.amounts
    total = sum(line.quantity * line.unit_price_minor for line in lines)
    goods = total if sums.goods is None else reader.minor(sums.goods, "amounts.goods")
    freight = reader.minor(sums.freight, "amounts.freight")
    discount = reader.minor(sums.discount, "amounts.discount")
    tax = reader.minor(sums.tax, "amounts.tax")
    due = goods + freight + tax - discount
    paid = due if sums.paid is None else reader.minor(sums.paid, "amounts.paid")
    if total > MOST_MINOR:
        faults.append(Fault("lines", "add up to an absurdly large amount"))
    if faults:
        return faults

    currency = order.currency
    if goods != total:
        faults.append(
            Fault("amounts.goods", f"is {Money(goods, currency)}, the lines add up to {Money(total, currency)}")
        )
    if paid != due:
        what = f"is {Money(paid, currency)}, goods + freight + tax - discount is {Money(due, currency)}"
        faults.append(Fault("amounts.paid", what))
    if due < 0:
        faults.append(Fault("amounts.discount", "is more than everything else together"))
    if faults:
        return faults
    return PricedOrder(
        merchant=order.merchant.strip(),
        number=order.number.strip(),
        lines=lines,
        amounts=Amounts(*(Money(minor, currency) for minor in (goods, freight, discount, tax, paid))),
        buyer=Buyer(order.buyer.account, order.buyer.name, order.buyer.id_number, order.buyer.phone),
        payment=Payment(order.payment.transaction_id, _utc(order.payment.paid_at)),
        consignee=Consignee(
            order.consignee.name,
            order.consignee.phone,
            order.consignee.address,
            order.consignee.district,
            order.consignee.country,
        ),
        ordered_at=_utc(order.ordered_at),
        due_at=_utc(order.due_at),
        priority=order.priority,
        wishes=PackingWishes(
            order.packing_note,
            order.is_gift,
            tuple(LineNote(no, line.packing_note) for no, line in enumerate(order.lines, 1) if line.packing_note),
        ),
    )


def _in_one_line(order: NewOrder) -> NewOrder:
    """Notes as a screen shows them: people and platforms write them with line breaks."""
    lines = tuple(replace(line, packing_note=" ".join(line.packing_note.split())) for line in order.lines)
    return replace(order, lines=lines, packing_note=" ".join(order.packing_note.split()))


def missing_for_customs(order: PricedOrder) -> list[Fault]:
    """What a bonded warehouse needs beyond that: without it no declaration can be written and no parcel ever leaves."""
    needed = {
        "buyer.name": order.buyer.name,
        "buyer.id_number": order.buyer.id_number,
        "buyer.phone": order.buyer.phone,
        "payment.transaction_id": order.payment.transaction_id,
        "payment.paid_at": order.payment.paid_at,
        "consignee.name": order.consignee.name,
        "consignee.phone": order.consignee.phone,
        "consignee.address": order.consignee.address,
    }
    faults = [Fault(where, "is needed for customs and is missing") for where, value in needed.items() if not value]
    currency = order.amounts.goods.currency
    if currency != CUSTOMS_CURRENCY:
        faults.append(Fault("currency", f"is {currency}; a bonded order is declared in {CUSTOMS_CURRENCY}"))
    return faults


_LINE_BREAKING = frozenset({"Cc", "Cs", "Zl", "Zp"})


class _AmountReader:
    """Turns amounts of one order into minor units and notes those that are none."""

    def __init__(self, currency: str, faults: list[Fault]) -> None:
        self._currency = currency
        self._faults = faults
        try:
            Money(0, currency)
        except ValueError as error:
            faults.append(Fault("currency", str(error)))
            self._currency = ""

    def minor(self, text: str, where: str) -> int:
        if not self._currency:
            return 0
        try:
            minor = money_from_text(text, self._currency).minor
        except ValueError as error:
            self._faults.append(Fault(where, str(error)))
            return 0
        if not 0 <= minor <= MOST_MINOR:
            self._faults.append(Fault(where, f"must not be negative or absurdly large, but is {text}"))
            return 0
        return minor


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)


def _unprintable(value: object, where: str) -> Iterator[Fault]:
    """Control characters break labels, files and XML documents, all of which an order ends up in."""
    if isinstance(value, str):
        if any(unicodedata.category(character) in _LINE_BREAKING for character in value):
            yield Fault(where, "contains control characters")
    elif isinstance(value, tuple):
        for index, element in enumerate(value):
            yield from _unprintable(element, f"{where}[{index}]")
    elif is_dataclass(value):
        for each in fields(value):
            yield from _unprintable(getattr(value, each.name), f"{where}.{each.name}" if where else each.name)
