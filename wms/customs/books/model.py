"""The book against the bins, as values. Pure. Called by `comparison`.

A difference is found where it arose: entries of the book and movements of the bins that belong to the same event (a
delivery, a parcel, the opening) are set against each other, and what is left over is the difference with its reason.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from wms.customs.model import BookKind


@dataclass(frozen=True, slots=True)
class BookEntry:
    """One line of the book; `units` is negative where its stock falls."""

    record_no: str
    kind: BookKind
    units: int
    booked_at: datetime
    document_no: str
    event: str
    """What it was booked for, such as `parcel:<id>`."""
    note: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class BinMovement:
    """Units that came into the building or left it, as the floor scanned it."""

    record_no: str
    sku_code: str
    units: int
    at: datetime
    reason: str
    inside: str
    outside: str
    event: str
    movement_id: str


@dataclass(frozen=True, slots=True)
class Difference:
    """An event in which book and bins do not agree, with everything behind it."""

    event: str
    book: int
    bins: int
    entries: tuple[BookEntry, ...]
    movements: tuple[BinMovement, ...]

    @property
    def units(self) -> int:
        """More in the bins than in the book, or (negative) less."""
        return self.bins - self.book

    @property
    def began_at(self) -> datetime:
        return min([*(entry.booked_at for entry in self.entries), *(movement.at for movement in self.movements)])


@dataclass(frozen=True, slots=True)
class BookLine:
    """One article record on one day."""

    record_no: str
    products: tuple[tuple[str, str], ...]
    """SKU code and name of all that is kept under this number."""
    book: int
    bins: int

    @property
    def difference(self) -> int:
        return self.bins - self.book


def differences(entries: Iterable[BookEntry], movements: Iterable[BinMovement]) -> tuple[Difference, ...]:
    """Every event in which the two do not agree, oldest first. Their sum is the difference of the totals."""
    booked: dict[str, list[BookEntry]] = defaultdict(list)
    moved: dict[str, list[BinMovement]] = defaultdict(list)
    for entry in entries:
        booked[entry.event].append(entry)
    for movement in movements:
        moved[movement.event].append(movement)
    found = (_difference(event, booked[event], moved[event]) for event in booked.keys() | moved.keys())
    return tuple(sorted((one for one in found if one.units), key=lambda one: (one.began_at, one.event)))


def _difference(event: str, entries: Sequence[BookEntry], movements: Sequence[BinMovement]) -> Difference:
    return Difference(
        event,
        sum(entry.units for entry in entries),
        sum(movement.units for movement in movements),
        tuple(sorted(entries, key=lambda entry: (entry.booked_at, entry.kind))),
        tuple(sorted(movements, key=lambda movement: (movement.at, movement.movement_id))),
    )
