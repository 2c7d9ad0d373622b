"""The physical world: where every unit and every parcel really is, moved by hands alone.

It knows nothing of the database. A hand takes goods up when their code is scanned, and puts them down where the answer
that came back allows, or back where they came from. `books.py` compares it with what the service believes.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

Goods = tuple[str, str]
"""SKU and lot; the lot is empty for goods without lots."""

Spot = tuple[str, str, str]
"""SKU, lot and where: the code of a place or container, `parcel ORD-1`, `truck N1`, or CUSTOMER."""

CUSTOMER = "CUSTOMER"


@dataclass(frozen=True, slots=True)
class Units:
    """So many units from one spot to another."""

    goods: Goods
    quantity: int
    source: str
    target: str

    def back(self) -> "Units":
        return Units(self.goods, self.quantity, self.target, self.source)


@dataclass(frozen=True, slots=True)
class ParcelMove:
    """A whole parcel from one place to another."""

    order: str
    source: str
    target: str

    def back(self) -> "ParcelMove":
        return ParcelMove(self.order, self.target, self.source)


@dataclass(frozen=True, slots=True)
class Deed:
    """What a hand does when the answer to one scan allows it."""

    units: tuple[Units, ...] = ()
    parcels: tuple[ParcelMove, ...] = ()

    def back(self) -> "Deed":
        return Deed(tuple(move.back() for move in self.units), tuple(move.back() for move in self.parcels))


NOTHING = Deed()


@dataclass
class World:
    """All goods of the day."""

    units: Counter[Spot] = field(default_factory=Counter)
    parcel_at: dict[str, str] = field(default_factory=dict)
    """Where the parcel of an order stands, from its first unit on."""
    hands: dict[int, Deed] = field(default_factory=dict)
    """What is in somebody's hand, by the scan it waits for."""
    haunted: dict[Spot, int] = field(default_factory=dict)
    """Spots from which units vanished unseen: there the books may say up to so many more than there are."""

    def at(self, goods: Goods, where: str) -> int:
        return self.units[(*goods, where)]

    def goods_at(self, where: str) -> Mapping[Goods, int]:
        """What lies there, in a fixed order."""
        return {
            (sku, lot): quantity
            for (sku, lot, spot), quantity in sorted(self.units.items())
            if spot == where and quantity
        }

    def is_haunted(self, deed: Deed) -> bool:
        """Whether goods vanished from a spot this deed touches, so that it may be impossible to take back."""
        return any((*move.goods, spot) in self.haunted for move in deed.units for spot in (move.source, move.target))

    def is_busy_with(self, deed: Deed) -> bool:
        """Whether a parcel of this deed is in another hand, or the truck at its lane is about to leave."""
        held = [move for other in self.hands.values() for move in other.parcels]
        leaving = {move.source for move in held if move.target == CUSTOMER}
        orders = {move.order for move in held}
        return any(move.order in orders or leaving & {move.source, move.target} for move in deed.parcels)

    def take_up(self, scan: int, deed: Deed) -> None:
        """The goods are in the hand that made scan number `scan`."""
        for move in deed.units:
            self._change(move.goods, move.source, -move.quantity)
        self.hands[scan] = deed

    def put_down(self, scan: int) -> Deed:
        """The answer allowed it: the goods are where they should go."""
        deed = self.hands.pop(scan, NOTHING)
        for move in deed.units:
            self._change(move.goods, move.target, move.quantity)
        for parcel in deed.parcels:
            self.parcel_at[parcel.order] = parcel.target
        return deed

    def put_back(self, scan: int) -> None:
        """The answer said no: the goods are where they came from."""
        for move in self.hands.pop(scan, NOTHING).units:
            self._change(move.goods, move.source, move.quantity)

    def do(self, deed: Deed) -> None:
        """Take up and put down at once."""
        self.take_up(-1, deed)
        self.put_down(-1)

    def vanish(self, spot: Spot) -> None:
        """One unit breaks, is stolen, or never was there. Nobody saw it."""
        assert self.units[spot] > 0
        self.units[spot] -= 1
        self.haunted[spot] = self.haunted.get(spot, 0) + 1

    def _change(self, goods: Goods, where: str, quantity: int) -> None:
        spot = (*goods, where)
        self.units[spot] += quantity
        assert self.units[spot] >= 0, f"hands took {spot} that is not there"
