"""Stock at any past moment, and the timelines of places, SKUs and containers."""

from datetime import timedelta

import pytest

from tests.support.stock_text import NOW, StockText
from wms.stock import history
from wms.stock.history import Movement

MINUTE = timedelta(minutes=1)


@pytest.fixture
def day(stock: StockText) -> StockText:
    """Received at 9:00, put away at 9:01, picked at 9:02, shipped at 9:03."""
    stock.given("STAGE/PAL-1 RED 10 lot L1\nSTAGE BLUE 5")
    for move in (
        "STAGE/PAL-1 -> A-01 RED 10 lot L1",
        "A-01 -> BUFFER/TOT-1 RED 3 lot L1",
        "BUFFER/TOT-1 -> CUSTOMER/P-1 RED 3 lot L1",
    ):
        stock.now += MINUTE
        assert stock.move(move) is None
    return stock


def _stock_at(stock: StockText, minutes: int, **only: str) -> list[tuple[str, int]]:
    names = {stock.key_of(f"{place} RED 1").place_id: place for place in ("STAGE", "A-01", "BUFFER")}
    place_id = stock.key_of(f"{only['place']} RED 1").place_id if "place" in only else None
    sku_ids = [stock.key_of(f"A-01 {only['sku']} 1").sku_id] if "sku" in only else None
    found = stock.database.reading(
        lambda session: history.stock_at(
            session, stock.warehouse_id, NOW + minutes * MINUTE, sku_ids=sku_ids, place_id=place_id
        )
    )
    return [(names[past.key.place_id], past.on_hand) for past in found]


def test_stock_at_every_moment_of_the_day(day: StockText) -> None:
    assert _stock_at(day, -1) == []
    assert sorted(_stock_at(day, 0)) == [("STAGE", 5), ("STAGE", 10)]
    assert sorted(_stock_at(day, 1)) == [("A-01", 10), ("STAGE", 5)]
    assert sorted(_stock_at(day, 2)) == [("A-01", 7), ("BUFFER", 3), ("STAGE", 5)]
    assert sorted(_stock_at(day, 3)) == sorted(_stock_at(day, 999)) == [("A-01", 7), ("STAGE", 5)]


def test_stock_at_of_one_sku_or_one_place(day: StockText) -> None:
    assert sorted(_stock_at(day, 2, sku="RED")) == [("A-01", 7), ("BUFFER", 3)]
    assert _stock_at(day, 2, sku="BLUE") == [("STAGE", 5)]
    assert _stock_at(day, 2, place="A-01") == [("A-01", 7)]
    assert _stock_at(day, 2, place="BUFFER", sku="BLUE") == []


def _told(movements: list[Movement]) -> list[str]:
    return [
        f"{movement.from_place}{movement.from_container and '/' + movement.from_container} -> "
        f"{movement.to_place}{movement.to_container and '/' + movement.to_container} "
        f"{movement.sku_code} {movement.quantity} {movement.lot_code}".rstrip()
        for movement in movements
    ]


SHIPPED = "BUFFER/TOT-1 -> CUSTOMER/P-1 RED 3 L1"
PICKED = "A-01 -> BUFFER/TOT-1 RED 3 L1"
PUT_AWAY = "STAGE/PAL-1 -> A-01 RED 10 L1"
RECEIVED = "SUPPLIER -> STAGE/PAL-1 RED 10 L1"


def test_the_life_of_a_sku_newest_first(day: StockText) -> None:
    sku_id = day.key_of("A-01 RED 1").sku_id
    movements = day.database.reading(lambda session: history.movements_of_sku(session, day.warehouse_id, sku_id))
    assert _told(movements) == [SHIPPED, PICKED, PUT_AWAY, RECEIVED]
    assert [movement.at for movement in movements] == [NOW + n * MINUTE for n in (3, 2, 1, 0)]


def test_a_timeline_is_read_page_by_page(day: StockText) -> None:
    sku_id = day.key_of("A-01 RED 1").sku_id

    def page(before: Movement | None) -> list[Movement]:
        return day.database.reading(
            lambda session: history.movements_of_sku(
                session, day.warehouse_id, sku_id, before=before and before.id, limit=3
            )
        )

    first = page(None)
    assert _told(first) == [SHIPPED, PICKED, PUT_AWAY]
    assert _told(page(first[-1])) == [RECEIVED]


def test_the_life_of_a_place(day: StockText) -> None:
    place_id = day.key_of("A-01 RED 1").place_id
    movements = day.database.reading(lambda session: history.movements_of_place(session, day.warehouse_id, place_id))
    assert _told(movements) == [PICKED, PUT_AWAY]


@pytest.mark.parametrize(
    ("container", "life"), [("P-1", [SHIPPED]), ("TOT-1", [SHIPPED, PICKED]), ("PAL-1", [PUT_AWAY, RECEIVED])]
)
def test_the_life_of_a_container(day: StockText, container: str, life: list[str]) -> None:
    container_id = day.key_of(f"STAGE/{container} RED 1").container_id
    movements = day.database.reading(
        lambda session: history.movements_of_container(session, day.warehouse_id, container_id)
    )
    assert _told(movements) == life
