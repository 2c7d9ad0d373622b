"""Stock is found by what people know of it: code, name, barcode, place, lot, container."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.support.stock_text import NOW, StockText
from wms.catalogue.service import add_barcode
from wms.kernel.identity import uuid7
from wms.stock import lookup, service
from wms.stock.lookup import StockLine, StockPage
from wms.stock.model import Hold, RegisterLot
from wms.stock.writers import register_lot


@pytest.fixture
def filled(stock: StockText) -> StockText:
    def lot(session: Session) -> None:
        red = stock.sku(session, "RED")
        assert add_barcode(session, red, "4006381333931")
        register_lot(session, stock.warehouse_id, RegisterLot(uuid7(), red, "L1", date(2027, 1, 31)), now=NOW)

    stock.database.in_transaction(lot)
    stock.given("A-01 RED 10 lot L1\nA-02 RED 2\nSTAGE/PAL-1 BLUE 5\nB-01 100%_BLUE 1")
    hold = Hold(uuid7(), stock.key_of("A-01 RED 1 lot L1"), 4, uuid7(), 1)
    stock.database.in_transaction(lambda session: service.place_holds(session, stock.warehouse_id, [hold], now=NOW))
    assert stock.move("A-02 -> SCRAP RED 2") is None
    return stock


def _search(stock: StockText, words: str, **paging: int) -> StockPage:
    return stock.database.reading(lambda session: lookup.search_stock(session, stock.warehouse_id, words, **paging))


def _found(stock: StockText, words: str) -> list[tuple[str, str]]:
    return [(line.place_code, line.sku_code) for line in _search(stock, words).lines]


RED, BLUE, OTHER_BLUE = ("A-01", "RED"), ("STAGE", "BLUE"), ("B-01", "100%_BLUE")


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("", [RED, OTHER_BLUE, BLUE]),
        ("red", [RED]),
        ("Cup", [RED, OTHER_BLUE, BLUE]),
        ("杯", [RED, OTHER_BLUE, BLUE]),
        ("a-0", [RED]),
        ("-01", []),
        ("4006381333931", [RED]),
        ("04006381333931", [RED]),
        ("L1", [RED]),
        ("pal-1", [BLUE]),
        ("blue", [OTHER_BLUE, BLUE]),
        ("blue b-01", [OTHER_BLUE]),
        ("blue a-01", []),
        ("%", [OTHER_BLUE]),
        ("_", [OTHER_BLUE]),
        ("nothing", []),
        ("SCRAP", []),
    ],
)
def test_search(filled: StockText, words: str, lines: list[tuple[str, str]]) -> None:
    assert sorted(_found(filled, words)) == sorted(lines)


def test_a_line_says_all_there_is_to_know(filled: StockText) -> None:
    (line,) = _search(filled, "red").lines
    assert line == StockLine(
        filled.key_of("A-01 RED 1 lot L1"),
        "RED",
        "RED cup",
        "A-01",
        line.place_kind,
        "L1",
        date(2027, 1, 31),
        "",
        10,
        4,
    )
    assert line.free == 6
    (on_pallet,) = _search(filled, "PAL-1").lines
    assert (on_pallet.container_code, on_pallet.lot_code, on_pallet.expires_on) == ("PAL-1", "", None)


def test_pages(filled: StockText) -> None:
    whole = _search(filled, "")
    assert (whole.page, whole.pages, whole.total_lines, whole.total_units) == (1, 1, 3, 16)
    pages = [_search(filled, "", page=number, page_size=2) for number in (1, 2)]
    assert [(page.page, page.pages, len(page.lines)) for page in pages] == [(1, 2, 2), (2, 2, 1)]
    assert pages[0].lines + pages[1].lines == whole.lines
    assert _search(filled, "", page=99, page_size=2) == pages[1]
    assert _search(filled, "", page=-1, page_size=2) == pages[0]
    assert _search(filled, "nothing") == StockPage((), 1, 1, 0, 0)


def test_contents_of_a_place_and_a_container_and_places_of_a_sku(filled: StockText) -> None:
    filled.given("STAGE RED 3")
    key = filled.key_of("STAGE/PAL-1 BLUE 1")

    def look(session: Session) -> list[list[tuple[str, str, int]]]:
        looks = [
            lookup.place_contents(session, filled.warehouse_id, key.place_id),
            lookup.contents_of_container(session, filled.warehouse_id, key.container_id),
            lookup.stock_of_sku(session, filled.warehouse_id, filled.sku(session, "RED")),
        ]
        return [sorted((line.place_code, line.sku_code, line.on_hand) for line in lines) for lines in looks]

    assert filled.database.reading(look) == [
        [("STAGE", "BLUE", 5), ("STAGE", "RED", 3)],
        [("STAGE", "BLUE", 5)],
        [("A-01", "RED", 10), ("STAGE", "RED", 3)],
    ]
