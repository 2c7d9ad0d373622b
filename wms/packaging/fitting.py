"""Which box a few things fit into. Pure: whole millimetres, no randomness.

Two answers are certain and kept apart from what is only likely. `placed` finds a real place for every piece: then it
fits. `misfit` finds a reason why no upright arrangement exists: then it is too small. Between the two lies what was not
found in the places tried; a person may still manage it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from wms.shipments.model import BoxType

MOST_PLACED = 12
"""More pieces are judged by their volume: trying places for them takes too long, and soft goods give way."""

FILL_PERCENT = 70
"""How much of a box many pieces fill; the rest is air between them."""

Size = tuple[int, int, int]


class Misfit(StrEnum):
    """Why a box is too small."""

    EDGE = "edge"
    VOLUME = "volume"
    WEIGHT = "weight"


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing to be packed."""

    size_mm: Size
    weight_grams: int = 0


@dataclass(frozen=True, slots=True)
class Carton:
    """A box as fitting sees it: its inside and what it may hold. `most_grams` 0: nobody said."""

    code: str
    size_mm: Size
    most_grams: int = 0


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a piece stands in the box: its corner next to the origin, and its size as it is turned."""

    corner: Size
    size_mm: Size

    def is_apart_from(self, other: "Spot") -> bool:
        return any(
            mine + length <= theirs or theirs + their_length <= mine
            for mine, length, theirs, their_length in zip(
                self.corner, self.size_mm, other.corner, other.size_mm, strict=True
            )
        )


def carton_of(box: BoxType) -> Carton:
    """A box as something that things fit into."""
    return Carton(box.code, (box.length_mm, box.width_mm, box.height_mm), box.max_weight_grams)


def volume(size: Size) -> int:
    """In cubic millimetres."""
    return size[0] * size[1] * size[2]


def misfit(pieces: Sequence[Piece], carton: Carton) -> Misfit | None:
    """Why the pieces cannot all be in the box with their sides along its sides; None where nothing proves it."""
    room = sorted(carton.size_mm)
    if any(edge > side for piece in pieces for edge, side in zip(sorted(piece.size_mm), room, strict=True)):
        return Misfit.EDGE
    if sum(volume(piece.size_mm) for piece in pieces) > volume(carton.size_mm):
        return Misfit.VOLUME
    if carton.most_grams and sum(piece.weight_grams for piece in pieces) > carton.most_grams:
        return Misfit.WEIGHT
    return None


def placed(sizes: Sequence[Size], room: Size) -> tuple[Spot, ...] | None:
    """A place for each, none in another, all inside; None where the places tried do not suffice.

    Each piece in turn, the large ones first, goes to the lowest free corner that earlier pieces leave (an extreme
    point), in any of its six positions. Two sequences are tried, after rows and layers where all pieces are alike.
    """
    rows = _in_rows(sizes, room) if len({tuple(sorted(size)) for size in sizes}) == 1 else None
    if rows is not None:
        return rows
    by_volume = sorted(sizes, key=lambda size: (-volume(size), sorted(size)))
    by_edge = sorted(sizes, key=lambda size: (-max(size), -volume(size)))
    return _place_all(by_volume, room) or (_place_all(by_edge, room) if by_edge != by_volume else None)


def _in_rows(sizes: Sequence[Size], room: Size) -> tuple[Spot, ...] | None:
    """Equal pieces in rows and layers, all turned the same way: how a full box is packed."""
    for length, width, height in _turns(sizes[0]):
        grid = (
            Spot((x * length, y * width, z * height), (length, width, height))
            for z in range(room[2] // height)
            for y in range(room[1] // width)
            for x in range(room[0] // length)
        )
        spots = tuple(islice(grid, len(sizes)))
        if len(spots) == len(sizes):
            return spots
    return None


def _place_all(sizes: Iterable[Size], room: Size) -> tuple[Spot, ...] | None:
    spots: list[Spot] = []
    corners: set[Size] = {(0, 0, 0)}
    for size in sizes:
        found = _best(size, corners, spots, room)
        if found is None:
            return None
        spots.append(found)
        (x, y, z), (length, width, height) = found.corner, found.size_mm
        corners.discard(found.corner)
        # Where the new piece ends, and the same points slid down to the floor and the walls.
        corners |= {(x + length, y, z), (x, y + width, z), (x, y, z + height)}
        corners |= {(x + length, y, 0), (x + length, 0, z), (x, y + width, 0), (0, y + width, z)}
        corners |= {(x, 0, z + height), (0, y, z + height)}
    return tuple(spots)


def _best(size: Size, corners: Iterable[Size], spots: Sequence[Spot], room: Size) -> Spot | None:
    """The free spot that is lowest, then furthest back, then furthest left."""
    best: tuple[tuple[int, ...], Spot] | None = None
    for turned in _turns(size):
        for corner in corners:
            ends = (corner[0] + turned[0], corner[1] + turned[1], corner[2] + turned[2])
            if ends[0] > room[0] or ends[1] > room[1] or ends[2] > room[2]:
                continue
            rank = (ends[2], ends[1], ends[0], *corner, *turned)
            if best is not None and rank >= best[0]:
                continue
            spot = Spot(corner, turned)
            if all(spot.is_apart_from(other) for other in spots):
                best = rank, spot
    return None if best is None else best[1]


def _turns(size: Size) -> tuple[Size, ...]:
    """The six ways to put a piece down, each once."""
    a, b, c = size
    return tuple(dict.fromkeys(((a, b, c), (b, a, c), (a, c, b), (c, a, b), (b, c, a), (c, b, a))))


def fits(pieces: Sequence[Piece], carton: Carton) -> bool:
    """Whether the box is to be proposed: few pieces have a place each, many fill it by FILL_PERCENT at most."""
    if misfit(pieces, carton) is not None:
        return False
    if len(pieces) <= MOST_PLACED:
        return placed([piece.size_mm for piece in pieces], carton.size_mm) is not None
    return sum(volume(piece.size_mm) for piece in pieces) * 100 <= volume(carton.size_mm) * FILL_PERCENT


def proposed(pieces: Sequence[Piece], cartons: Iterable[Carton]) -> Carton | None:
    """The smallest box that holds the pieces; None where none does, or where a piece's size is not known."""
    if not pieces or any(0 in piece.size_mm for piece in pieces):
        return None
    ordered = sorted(cartons, key=lambda carton: (volume(carton.size_mm), carton.code))
    return next((carton for carton in ordered if fits(pieces, carton)), None)
