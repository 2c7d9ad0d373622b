"""Orders as values, and the effects by which workflows change them. Pure.

Of a line's `quantity`, `allocated` units are promised from stock (picked ones included) and `short` units could not be
promised or were not found; what is in neither waits for allocation. Always packed <= picked <= allocated, and
allocated + short <= quantity.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from wms.kernel.effect import Effect
from wms.kernel.money import Money


class OrderState(StrEnum):
    """How far an order is."""

    NEW = "new"
    ALLOCATED = "allocated"
    PICKING = "picking"
    PICKED = "picked"
    PACKING = "packing"
    PACKED = "packed"
    DISPATCHED = "dispatched"
    SHORT = "short"
    """Nothing of it could be promised; allocation tries again."""
    CANCELLED = "cancelled"


ALLOCATABLE_STATES = frozenset({OrderState.NEW, OrderState.SHORT, OrderState.ALLOCATED})
"""States in which stock may still be promised to the open part of an order."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line: how much of which SKU, and how far it is."""

    line_no: int
    sku_id: int
    quantity: int
    unit_price_minor: int
    allocated: int = 0
    picked: int = 0
    packed: int = 0
    short: int = 0

    @property
    def to_pack(self) -> int:
        """Units picked and not packed yet."""
        return self.picked - self.packed


@dataclass(frozen=True, slots=True)
class Amounts:
    """What the buyer was charged. `paid` = goods + freight + tax - discount."""

    goods: Money
    freight: Money
    discount: Money
    tax: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who bought, as the selling platform knows him."""

    account: str
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    phone: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Payment:
    """The payment company's record of the money. `paid_at` None where the order came without one."""

    transaction_id: str
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class Consignee:
    """Who gets the parcel."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    address: tuple[str, ...] = field(repr=False)
    """Lines, the most detailed last."""
    district: str
    """Six-digit administrative division, empty outside China."""
    country: str
    """ISO 3166 alpha-2."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order with its lines."""

    id: UUID
    merchant_id: int
    number: str
    """The selling platform's number, unique per merchant."""
    state: OrderState
    amounts: Amounts
    buyer: Buyer
    payment: Payment
    consignee: Consignee
    ordered_at: datetime
    due_at: datetime | None
    priority: int
    """1 (first) to 9."""
    lines: tuple[OrderLine, ...]


@dataclass(frozen=True, slots=True)
class LineNote:
    """What the platform says about packing one line."""

    line_no: int
    note: str


@dataclass(frozen=True, slots=True)
class PackingWishes:
    """What the platform says about packing an order. Apart from the order: only the bench asks, and most have none."""

    note: str = ""
    is_gift: bool = False
    line_notes: tuple[LineNote, ...] = ()


NO_WISHES = PackingWishes()


@dataclass(frozen=True, slots=True)
class RecordPicked(Effect):
    """`quantity` units of a line were picked (negative: put back). Emit it before the stock move.

    Refused `picked_more_than_allocated`, `order_cancelled`, `no_such_order_line`.
    """

    order_id: UUID
    line_no: int
    quantity: int

    def inverse(self) -> "RecordPicked":
        return RecordPicked(self.order_id, self.line_no, -self.quantity)


@dataclass(frozen=True, slots=True)
class RecordShort(Effect):
    """`quantity` promised units of a line were not found and no other place has them: allocated falls, short rises.

    Units that another place gives instead (`alternatives`) stay allocated and are not recorded here.
    Refused `short_more_than_open`, `order_cancelled`, `no_such_order_line`.
    """

    order_id: UUID
    line_no: int
    quantity: int

    def inverse(self) -> "RecordShort":
        return RecordShort(self.order_id, self.line_no, -self.quantity)


@dataclass(frozen=True, slots=True)
class RecordPacked(Effect):
    """`quantity` picked units of a line went into the parcel (negative: came out again).

    Refused `packed_more_than_picked`, `order_cancelled`, `no_such_order_line`.
    """

    order_id: UUID
    line_no: int
    quantity: int

    def inverse(self) -> "RecordPacked":
        return RecordPacked(self.order_id, self.line_no, -self.quantity)


@dataclass(frozen=True, slots=True)
class SetOrderState(Effect):
    """Move an order on. Refused `order_cancelled` or `order_moved_on` when it is not in `from_state` any more."""

    order_id: UUID
    from_state: OrderState
    state: OrderState

    def inverse(self) -> "SetOrderState":
        return SetOrderState(self.order_id, self.state, self.from_state)
