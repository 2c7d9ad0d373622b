"""Which box fits: what is said to fit really does, what is said to be too small really is."""

from hypothesis import given, settings
from hypothesis import strategies as some

from wms.packaging.fitting import (
    FILL_PERCENT,
    MOST_PLACED,
    Carton,
    Misfit,
    Piece,
    Size,
    fits,
    misfit,
    placed,
    proposed,
    volume,
)

edges = some.integers(1, 60)
sizes = some.tuples(edges, edges, edges)
rooms = some.tuples(some.integers(1, 120), some.integers(1, 120), some.integers(1, 120))


@settings(max_examples=60)
@given(some.lists(sizes, min_size=1, max_size=8), rooms)
def test_whatever_is_placed_lies_inside_and_nothing_in_anything_else(pieces: list[Size], room: Size) -> None:
    spots = placed(pieces, room)
    if spots is None:
        return
    assert sorted(sorted(spot.size_mm) for spot in spots) == sorted(sorted(size) for size in pieces)
    for number, spot in enumerate(spots):
        assert all(corner >= 0 for corner in spot.corner)
        assert all(c + s <= r for c, s, r in zip(spot.corner, spot.size_mm, room, strict=True))
        assert all(spot.is_apart_from(other) for other in spots[:number])


@settings(max_examples=60)
@given(some.lists(sizes, min_size=1, max_size=8), rooms)
def test_nothing_that_has_a_place_for_everything_is_too_small(pieces: list[Size], room: Size) -> None:
    if placed(pieces, room) is not None:
        assert misfit([Piece(size) for size in pieces], Carton("A", room)) is None


@given(rooms, some.integers(0, 5))
def test_one_piece_fits_exactly_when_no_edge_sticks_out_however_it_is_turned(room: Size, turn: int) -> None:
    turned = ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))[turn]
    size = (room[turned[0]], room[turned[1]], room[turned[2]])
    assert fits([Piece(size)], Carton("A", room))
    longer = (max(size) + 1, *sorted(size)[:2])
    assert misfit([Piece(longer)], Carton("A", room)) is Misfit.EDGE


@settings(max_examples=40)
@given(sizes, some.integers(1, 3), some.integers(1, 2), some.integers(1, 2))
def test_a_full_box_of_equal_pieces_is_found(size: Size, along: int, across: int, up: int) -> None:
    """No air at all: the places tried are enough for what people stack."""
    assert placed([size] * (along * across * up), (size[0] * along, size[1] * across, size[2] * up)) is not None


@settings(max_examples=40)
@given(some.lists(sizes, min_size=1, max_size=8), some.lists(rooms, min_size=1, max_size=4))
def test_no_smaller_box_than_the_proposed_one_would_do(pieces: list[Size], inner: list[Size]) -> None:
    cartons = [Carton(str(number), room) for number, room in enumerate(inner)]
    things = [Piece(size) for size in pieces]
    found = proposed(things, cartons)
    smaller = [carton for carton in cartons if found is None or volume(carton.size_mm) < volume(found.size_mm)]
    assert not any(fits(things, carton) for carton in smaller)
    assert found is None or fits(things, found)


def test_two_things_whose_volume_fits_and_that_do_not() -> None:
    """Two slabs of 60 × 60 × 60 in 100 × 100 × 100: volume says yes, no two have room side by side."""
    things = [Piece((60, 60, 60))] * 2
    assert misfit(things, Carton("A", (100, 100, 100))) is None, "not proven, only not found"
    assert not fits(things, Carton("A", (100, 100, 100)))
    assert fits(things, Carton("B", (120, 60, 60)))


def test_many_small_things_fill_a_box_by_volume_only() -> None:
    many = [Piece((10, 10, 10))] * (MOST_PLACED + 1)
    length = len(many) * 1000 * 100 // FILL_PERCENT // 100
    assert fits(many, Carton("A", (10, 10, length + 1)))
    assert not fits(many, Carton("A", (10, 10, length - 1)))


def test_a_box_that_is_too_weak_or_too_full_is_said_to_be() -> None:
    assert misfit([Piece((10, 10, 10), 900)], Carton("A", (50, 50, 50), most_grams=899)) is Misfit.WEIGHT
    assert misfit([Piece((10, 10, 10), 900)], Carton("A", (50, 50, 50))) is None
    assert misfit([Piece((10, 10, 10))] * 9, Carton("A", (20, 20, 20))) is Misfit.VOLUME


def test_without_sizes_nothing_is_proposed() -> None:
    assert proposed([Piece((0, 10, 10))], [Carton("A", (50, 50, 50))]) is None
    assert proposed([], [Carton("A", (50, 50, 50))]) is None
    assert proposed([Piece((90, 10, 10))], [Carton("A", (50, 50, 50))]) is None
