"""From a few numbers to all the shelf places of a hall: codes, coordinates, walking order. Pure.

Called by `service` and by demo set-up. The walk is a serpentine: up one aisle, down the next, so that the order of
places is the order in which a picker passes them without turning back.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from wms.places.model import NewPlace, PlaceKind

_LEVEL_LETTERS = "ABCDEFGHJK"
"""Without I: on a label it is a one."""


@dataclass(frozen=True, slots=True)
class ShelfLayout:
    """`aisles` × `bays` × `levels` places of one kind. Codes are `<zone>-<aisle>-<bay>`, with a level letter if any.

    The first bay of the first aisle stands at (`x_mm`, `y_mm`); aisles lie side by side along x, bays along y.
    """

    zone: str
    kind: PlaceKind
    aisles: int
    bays: int
    levels: int = 1
    first_aisle: int = 1
    x_mm: int = 0
    y_mm: int = 0
    aisle_pitch_mm: int = 3_500
    bay_width_mm: int = 1_000
    first_walk_order: int = 1

    def __post_init__(self) -> None:
        if self.aisles < 1 or self.first_aisle < 1 or self.first_aisle + self.aisles > 100:
            raise ValueError(f"aisles are numbered 1 to 99, not {self.first_aisle} and {self.aisles} of them")
        if not 1 <= self.bays <= 999:
            raise ValueError(f"an aisle has 1 to 999 bays, not {self.bays}")
        if not 1 <= self.levels <= len(_LEVEL_LETTERS):
            raise ValueError(f"a bay has 1 to {len(_LEVEL_LETTERS)} levels, not {self.levels}")

    def places(self) -> Iterator[NewPlace]:
        """All places in walking order."""
        # As wide as needed and always the same, so that codes sort as numbers do.
        bay_digits = 2 if self.bays <= 99 else 3
        walk_order = self.first_walk_order
        for aisle in range(self.aisles):
            bays = range(self.bays) if aisle % 2 == 0 else reversed(range(self.bays))
            for bay in bays:
                for level in range(self.levels):
                    code = f"{self.zone}-{self.first_aisle + aisle:02d}-{bay + 1:0{bay_digits}d}"
                    yield NewPlace(
                        code=code if self.levels == 1 else f"{code}-{_LEVEL_LETTERS[level]}",
                        kind=self.kind,
                        zone=self.zone,
                        x_mm=self.x_mm + aisle * self.aisle_pitch_mm,
                        y_mm=self.y_mm + bay * self.bay_width_mm,
                        level=level,
                        walk_order=walk_order,
                    )
                    walk_order += 1
