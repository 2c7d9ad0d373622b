"""How large a parcel will be, in the three measures and the girth by which carriers limit parcels. Pure.

Called by `choosing` for the rules. Before anybody packs, the parcel is the smallest carton that holds its products;
where none does, or a product's size is not known, at least each product has to go in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wms.packaging.fitting import Carton, Piece, Size, proposed


@dataclass(frozen=True, slots=True)
class Measures:
    """The sides of a parcel, however it is turned: the longest first."""

    longest_mm: int = 0
    middle_mm: int = 0
    shortest_mm: int = 0

    @property
    def girth_mm(self) -> int:
        """The length and once around it: length + 2 × (width + height)."""
        return self.longest_mm + 2 * (self.middle_mm + self.shortest_mm)

    def __str__(self) -> str:
        return f"{self.longest_mm} × {self.middle_mm} × {self.shortest_mm} mm"


def measures_of(pieces: Sequence[Piece], cartons: Iterable[Carton]) -> Measures:
    """The carton the pieces will go into; else the least that any carton for them measures."""
    carton = proposed(pieces, cartons)
    sides: Sequence[Size] = [carton.size_mm] if carton else [piece.size_mm for piece in pieces]
    by_length = zip(*(sorted(size, reverse=True) for size in sides), strict=True)
    return Measures(*(max(side) for side in by_length))
