"""The pure rule: which stock serves which line."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from wms.orders.allocation import FreeStock, Promise, Shortage, Wanted, allocate
from wms.places.model import PlaceKind
from wms.stock.model import BalanceKey

TODAY = date(2026, 11, 5)
SOON, LATER = date(2026, 12, 1), date(2027, 6, 1)
RED, BLUE = 1, 2


def free(
    place: int, units: int, expires_on: date | None = None, kind: PlaceKind = PlaceKind.PICK, sku: int = RED
) -> FreeStock:
    return FreeStock(BalanceKey(sku, place), units, kind, walk_order=place, expires_on=expires_on)


def places(wanted: int, *stock: FreeStock) -> list[tuple[int, int]]:
    """(place, units) promised to one line of `wanted` red ones."""
    return [
        (promise.key.place_id, promise.quantity)
        for promise in allocate([Wanted(1, RED, wanted)], stock, TODAY).promises
    ]


def test_what_expires_first_goes_first() -> None:
    assert places(5, free(1, 9, LATER), free(2, 9, SOON)) == [(2, 5)]


def test_earlier_expiry_beats_one_place_for_all() -> None:
    assert places(5, free(1, 9, LATER), free(2, 2, SOON)) == [(2, 2), (1, 3)]


def test_earlier_expiry_in_reserve_beats_a_pick_place() -> None:
    assert places(5, free(1, 9, LATER), free(2, 9, SOON, PlaceKind.RESERVE)) == [(2, 5)]


def test_goods_without_expiry_go_last() -> None:
    assert places(5, free(1, 9), free(2, 9, LATER)) == [(2, 5)]


def test_one_place_that_serves_the_line_beats_several() -> None:
    assert places(5, free(1, 3, SOON), free(2, 3, SOON), free(3, 5, SOON)) == [(3, 5)]


def test_one_reserve_place_beats_several_pick_places() -> None:
    assert places(5, free(1, 3), free(2, 3), free(3, 9, kind=PlaceKind.RESERVE)) == [(3, 5)]


def test_pick_places_before_reserve() -> None:
    assert places(5, free(1, 9, kind=PlaceKind.RESERVE), free(2, 9)) == [(2, 5)]


def test_the_walking_order_decides_among_equals() -> None:
    assert places(5, free(2, 9), free(1, 9)) == [(1, 5)]


def test_a_split_follows_the_walk_and_ends_in_one_place() -> None:
    assert places(8, free(1, 4), free(2, 2), free(3, 5)) == [(1, 4), (3, 4)]


def test_expired_goods_are_never_promised() -> None:
    outcome = allocate([Wanted(1, RED, 5)], [free(1, 3, TODAY), free(2, 1, LATER)], TODAY)
    assert outcome.promises == (Promise(1, BalanceKey(RED, 2), 1),)
    assert outcome.shortages == (Shortage(1, RED, 4, expired=3),)


def test_goods_may_be_sold_until_the_day_before() -> None:
    assert places(1, free(1, 1, date(2026, 11, 6))) == [(1, 1)]


def test_two_lines_of_one_product_share_the_stock() -> None:
    outcome = allocate([Wanted(1, RED, 3), Wanted(2, RED, 3)], [free(1, 4)], TODAY)
    assert [(promise.line_no, promise.quantity) for promise in outcome.promises] == [(1, 3), (2, 1)]
    assert outcome.shortages == (Shortage(2, RED, 2, expired=0),)


def test_a_line_takes_only_its_own_product() -> None:
    assert places(5, free(1, 9, sku=BLUE)) == []


stock_of_any_kind = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.sampled_from([None, TODAY, SOON, LATER]),
        st.sampled_from([PlaceKind.PICK, PlaceKind.RESERVE]),
        st.sampled_from([RED, BLUE]),
    ),
    max_size=8,
)


@given(stock_of_any_kind, st.lists(st.tuples(st.sampled_from([RED, BLUE]), st.integers(1, 9)), max_size=5))
def test_every_unit_is_promised_once_or_short(
    rows: list[tuple[int, date | None, PlaceKind, int]], lines: list[tuple[int, int]]
) -> None:
    stock = [free(place, units, expiry, kind, sku) for place, (units, expiry, kind, sku) in enumerate(rows, start=1)]
    wanted = [Wanted(line_no, sku, units) for line_no, (sku, units) in enumerate(lines, start=1)]
    outcome = allocate(wanted, stock, TODAY)
    for position in stock:
        promised = sum(promise.quantity for promise in outcome.promises if promise.key == position.key)
        assert 0 <= promised <= position.free
        assert promised == 0 or position.expires_on != TODAY
    for line in wanted:
        served = sum(promise.quantity for promise in outcome.promises if promise.line_no == line.line_no)
        short = sum(shortage.quantity for shortage in outcome.shortages if shortage.line_no == line.line_no)
        assert served + short == line.quantity
    for shortage in outcome.shortages:
        left = sum(
            position.free - sum(p.quantity for p in outcome.promises if p.key == position.key)
            for position in stock
            if position.key.sku_id == shortage.sku_id and position.expires_on != TODAY
        )
        assert left == 0, "short although something sellable is free"
