"""Where should received goods go? Simple rules, pure; called by putaway's facts when a container is begun.

In this order: a pick place that holds the same SKU (and lot, where it has one) already; an empty pick place; an empty
reserve place; the pick place that holds the SKU in another lot; the first reserve place. Ties go to the walking order.
Places kept for another merchant are never suggested.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from wms.places.model import Place, PlaceKind


@dataclass(frozen=True, slots=True)
class Shelf:
    """A storage place and what lies there: (sku, lot) pairs."""

    place: Place
    merchant_id: int | None
    """Set where the place is kept for one merchant."""
    holds: frozenset[tuple[int, UUID]]


def suggest(sku_id: int, lot_id: UUID, merchant_id: int, shelves: Sequence[Shelf]) -> Place | None:
    """The place to propose, None where no storage place may take the goods at all."""
    allowed = [shelf for shelf in shelves if shelf.merchant_id in (None, merchant_id)]
    if not allowed:
        return None
    return min(
        allowed, key=lambda shelf: (_rank(sku_id, lot_id, shelf), shelf.place.walk_order, shelf.place.code)
    ).place


def _rank(sku_id: int, lot_id: UUID, shelf: Shelf) -> int:
    is_pick = shelf.place.kind is PlaceKind.PICK
    if is_pick and (sku_id, lot_id) in shelf.holds:
        return 0
    if not shelf.holds:
        return 1 if is_pick else 2
    if is_pick and any(held_sku == sku_id for held_sku, _ in shelf.holds):
        return 3
    return 4 if not is_pick else 5
