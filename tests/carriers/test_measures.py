"""How large the rules take a parcel to be."""

from wms.carriers.measures import Measures, measures_of
from wms.packaging.fitting import Carton, Piece

SMALL, LARGE = Carton("S", (100, 300, 200)), Carton("L", (600, 400, 400))


def test_a_parcel_is_as_large_as_the_smallest_carton_for_its_products_however_it_is_turned() -> None:
    assert measures_of([Piece((90, 190, 290))], [LARGE, SMALL]) == Measures(300, 200, 100)
    assert measures_of([Piece((90, 190, 290))] * 2, [LARGE, SMALL]) == Measures(600, 400, 400)


def test_without_a_carton_each_product_has_to_go_in() -> None:
    rod, plate = Piece((10, 1000, 20)), Piece((300, 5, 200))
    assert measures_of([rod, plate], [SMALL]) == Measures(1000, 200, 10)
    assert measures_of([Piece((0, 0, 0))], [SMALL]) == Measures()
    assert measures_of([], [SMALL]) == Measures()


def test_girth_is_the_length_and_once_around() -> None:
    assert Measures(1000, 200, 10).girth_mm == 1420
