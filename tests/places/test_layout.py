"""From a few numbers to shelf places: codes, coordinates, walking order."""

from itertools import pairwise

import pytest

from wms.places.layout import ShelfLayout
from wms.places.model import PlaceKind


def test_the_walk_goes_up_one_aisle_and_down_the_next() -> None:
    layout = ShelfLayout("A", PlaceKind.PICK, aisles=2, bays=3)
    codes = [place.code for place in layout.places()]
    assert codes == ["A-01-01", "A-01-02", "A-01-03", "A-02-03", "A-02-02", "A-02-01"]
    assert [place.walk_order for place in layout.places()] == [1, 2, 3, 4, 5, 6]


def test_neighbours_on_the_walk_stand_next_to_each_other() -> None:
    layout = ShelfLayout("A", PlaceKind.PICK, aisles=3, bays=10, aisle_pitch_mm=3_500, bay_width_mm=1_200)
    for one, next_one in pairwise(layout.places()):
        moved = (abs(next_one.x_mm - one.x_mm), abs(next_one.y_mm - one.y_mm))
        assert moved in {(0, 1_200), (3_500, 0)}


def test_levels_of_a_bay_share_its_coordinates_and_carry_letters() -> None:
    layout = ShelfLayout("R", PlaceKind.RESERVE, aisles=1, bays=2, levels=3, x_mm=500, y_mm=700, first_walk_order=100)
    places = list(layout.places())
    assert [place.code for place in places[:3]] == ["R-01-01-A", "R-01-01-B", "R-01-01-C"]
    assert {(place.x_mm, place.y_mm) for place in places[:3]} == {(500, 700)}
    assert [place.level for place in places[:3]] == [0, 1, 2]
    assert places[0].walk_order == 100
    assert {place.kind for place in places} == {PlaceKind.RESERVE}


def test_codes_are_unique_and_sort_as_they_are_numbered() -> None:
    layout = ShelfLayout("A", PlaceKind.PICK, aisles=12, bays=120, levels=2)
    codes = [place.code for place in layout.places()]
    assert len(set(codes)) == len(codes) == 12 * 120 * 2
    assert min(codes) == "A-01-001-A"
    assert len({len(code) for code in codes}) == 1


@pytest.mark.parametrize(
    "numbers",
    [
        {"aisles": 0, "bays": 1},
        {"aisles": 100, "bays": 1},
        {"aisles": 2, "bays": 1, "first_aisle": 99},
        {"aisles": 1, "bays": 0},
        {"aisles": 1, "bays": 1000},
        {"aisles": 1, "bays": 1, "levels": 11},
        {"aisles": 1, "bays": 1, "levels": 0},
    ],
)
def test_impossible_halls_are_refused(numbers: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="not"):
        ShelfLayout("A", PlaceKind.PICK, **numbers)
