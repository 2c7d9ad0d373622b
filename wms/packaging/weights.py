"""What a parcel should weigh, how far off it may be, and what is probably missing or too many. Pure.

What a unit weighs is learned from parcels that hold one product only. Kept are count, sum and sum of squares as whole
numbers: mean and variance follow exactly, in whatever sequence the parcels came. Milligrams, because the weight of one
unit in a parcel of seven is no whole gram.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt

LEARNED_FROM = 5
"""Parcels after which what was weighed is believed more than the catalogue."""
MOST_REMEMBERED = 400
"""After so many the older half counts half: goods change their packaging."""

SCALE_DIVISION_GRAMS = 5
FLOOR_GRAMS = 2 * SCALE_DIVISION_GRAMS
"""No scale at a bench is better than a division to either side."""
CEILING_PERCENT = 15
CEILING_GRAMS = 50
"""No parcel may be further off than the larger of the two, however different its goods are from one another."""
SIGMAS = 4
"""One parcel in some ten thousand is further off by chance."""
TARE_PERCENT = 5
"""Cardboard takes up water, and tape weighs something."""

MOST_SUSPECTED = 3
"""Units of one product: who is further off has not miscounted, he has another order on the scale."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What was weighed of one product."""

    count: int = 0
    sum_mg: int = 0
    sum_of_squares: int = 0

    @property
    def is_known(self) -> bool:
        return self.count >= LEARNED_FROM

    @property
    def mean_mg(self) -> int:
        return (2 * self.sum_mg + self.count) // (2 * self.count) if self.count else 0

    @property
    def sigma_mg(self) -> int:
        """Standard deviation of one unit's weight, rounded up."""
        if self.count < 2:
            return 0
        variance = (self.count * self.sum_of_squares - self.sum_mg**2) // (self.count * (self.count - 1))
        return isqrt(max(variance - 1, 0)) + 1 if variance > 0 else 0

    def with_parcel(self, contents_grams: int, units: int) -> "Learned":
        """After one more parcel of `units` that weighed so much without box and inserts."""
        each = contents_grams * 1000 // units
        known = self._faded() if self.count >= MOST_REMEMBERED else self
        return Learned(known.count + 1, known.sum_mg + each, known.sum_of_squares + each**2)

    def without_parcel(self, contents_grams: int, units: int) -> "Learned":
        """As if that parcel had taught nothing; where its half was forgotten since, as near as can be told."""
        each = contents_grams * 1000 // units
        count, total = self.count - 1, self.sum_mg - each
        if count < 1 or total < 1:
            return Learned()
        return Learned(count, total, max(self.sum_of_squares - each**2, _least_squares(count, total)))

    def _faded(self) -> "Learned":
        count, total = self.count // 2, self.sum_mg * (self.count // 2) // self.count
        return Learned(count, total, max(self.sum_of_squares * count // self.count, _least_squares(count, total)))


def _least_squares(count: int, total: int) -> int:
    """What so many numbers of that sum have at least as the sum of their squares: no variance becomes negative."""
    return -(-(total**2) // count)


@dataclass(frozen=True, slots=True)
class Weighed:
    """Units of one product in a parcel: what one should weigh, and how much that varies."""

    name: str
    units: int
    unit_mg: int
    """0 where nobody knows."""
    sigma_mg: int = 0
    is_learned: bool = False


@dataclass(frozen=True, slots=True)
class Expected:
    """The weights at which nobody is asked."""

    grams: int
    tolerance_grams: int

    @property
    def low(self) -> int:
        return max(1, self.grams - self.tolerance_grams)

    @property
    def high(self) -> int:
        return self.grams + self.tolerance_grams

    def allows(self, grams: int) -> bool:
        return abs(grams - self.grams) <= self.tolerance_grams


@dataclass(frozen=True, slots=True)
class Suspect:
    """What explains a weight: so many units too many (positive) or missing (negative)."""

    name: str
    units: int


def expected(contents: Sequence[Weighed], packing_grams: int) -> Expected | None:
    """What box, inserts and contents should weigh; None where one product's weight is not known.

    A learned product varies as it did; one that only the catalogue knows may be off by CEILING_PERCENT. One batch is
    alike, so units of a product vary together; products do not.
    """
    present = [each for each in contents if each.units]
    if any(each.unit_mg <= 0 for each in present):
        return None
    grams = (sum(each.units * each.unit_mg for each in present) + 500) // 1000 + packing_grams
    learned = sum((each.units * each.sigma_mg) ** 2 for each in present if each.is_learned)
    guessed = sum(each.units * each.unit_mg for each in present if not each.is_learned)
    milligrams = SIGMAS * isqrt(learned) + guessed * CEILING_PERCENT // 100 + packing_grams * 10 * TARE_PERCENT
    ceiling = max(CEILING_GRAMS, grams * CEILING_PERCENT // 100)
    floor = CEILING_GRAMS if guessed else FLOOR_GRAMS
    return Expected(grams, min(ceiling, max(floor, -(-milligrams // 1000))))


def suspect(contents: Sequence[Weighed], wanted: Expected, grams: int) -> Suspect | None:
    """The product whose weight explains the difference best; None where none does.

    No more can be missing than should be there. Fewer units explain better than many, then the smaller rest.
    """
    off_mg = (grams - wanted.grams) * 1000
    explained: list[tuple[int, int, int, Suspect]] = []
    for position, each in enumerate(contents):
        if each.unit_mg <= 0 or not each.units:
            continue
        units = min((abs(off_mg) + each.unit_mg // 2) // each.unit_mg, MOST_SUSPECTED)
        if off_mg < 0:
            units = min(units, each.units)
        rest = abs(abs(off_mg) - units * each.unit_mg)
        if units == 0 or rest > min(wanted.tolerance_grams * 1000, each.unit_mg // 4):
            continue
        explained.append((units, rest, position, Suspect(each.name, units if off_mg > 0 else -units)))
    return min(explained)[3] if explained else None
