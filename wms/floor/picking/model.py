"""What there is to pick for an order, and what picking may ask the database. Pure.

For both ways to pick: one order into one tote (`workflow`), and several orders at a time from a cart (`cart`).
"""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from wms.catalogue.model import Item
from wms.places.model import Place


@dataclass(frozen=True, slots=True)
class PickLine:
    """So many units of one SKU and lot from one place, held for the order."""

    line_no: int
    item: Item
    codes: tuple[str, ...]
    """Barcodes of the single unit."""
    place: Place
    lot_id: UUID
    lot_code: str
    expires_on: str
    quantity: int
    hold_id: UUID
    packs: tuple[int, ...] = ()
    """How many units packs of it hold, largest first."""


@dataclass(frozen=True, slots=True)
class PickPlan:
    """What to pick for one order. Lines are in walking order."""

    order_id: UUID
    order_number: str
    merchant: str
    buffer_place_id: int
    """Where the tote counts as being from its first unit on."""
    lost_place_id: int
    lines: tuple[PickLine, ...]
    rank: str = ""
    """Sorts orders: the most urgent one first."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the books say about the place a picker found short."""

    on_hand: int
    held: int


class PickingFacts(Protocol):
    """What picking may ask the database."""

    def shelf(self, line: PickLine) -> Shelf: ...

    def is_cancelled(self, plan: PickPlan) -> bool:
        """Whether the order was cancelled; when not, it stays so until the transaction ends."""

    def replacements(self, plan: PickPlan, line: PickLine, quantity: int) -> tuple[PickLine, ...]:
        """Other places to take up to `quantity` units from, nearest to expiry first, never `line.place`."""


def walking_order(line: PickLine) -> tuple[int, str, int, UUID]:
    """Sorts lines along the way through the shelves; those of one product and lot at one place follow each other."""
    return (line.place.walk_order, line.place.code, line.item.sku_id, line.lot_id)
