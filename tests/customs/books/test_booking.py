"""What is booked when, on both databases: by the floor's own scans, by a file, by hand."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.support.floor import Floor, opened_floor
from wms.catalogue.tables import Sku
from wms.customs.books.booking import NewEntry, book_by_hand
from wms.customs.books.comparison import book_at, differences_of, entries_of, unrecorded_at
from wms.customs.books.model import BookLine
from wms.customs.books.opening import import_opening
from wms.customs.model import BookKind
from wms.kernel.errors import BadInput
from wms.kernel.refusal import Refusal

RECORD = "REC-RED"


@pytest.fixture
def floor(database_url: str, tmp_path: Path) -> Iterator[Floor]:
    """A bonded warehouse whose RED stands in the account book."""
    with opened_floor(database_url, tmp_path, "china") as opened:
        opened.database.in_transaction(
            lambda session: session.execute(update(Sku).where(Sku.code == "RED").values(article_record_no=RECORD))
        )
        yield opened


def line(floor: Floor) -> BookLine:
    lines = floor.database.reading(lambda session: book_at(session, floor.warehouse_id, floor.clock.now()))
    return next(one for one in lines if one.record_no == RECORD)


def open_book(floor: Floor, *rows: str) -> int:
    lines = [f"{row}\n".encode() for row in ("record_no,units,document", *rows)]
    return import_opening(floor.database, floor.warehouse_id, lines, who="test", now=floor.clock.now())


def enter(floor: Floor, kind: BookKind, units: int, event: str, document: str = "P-1") -> Refusal | None:
    entry = NewEntry(RECORD, kind, units, document, event)
    return floor.database.in_transaction(
        lambda session: book_by_hand(session, floor.warehouse_id, entry, who="test", now=floor.clock.now())
    )


class TestOpening:
    def test_the_book_opens_with_what_lies_there(self, floor: Floor) -> None:
        floor.put_stock("A-01 RED 10")
        assert line(floor).difference == 10
        assert open_book(floor, f"{RECORD},10,B-1") == 1
        assert (line(floor).book, line(floor).bins, line(floor).difference) == (10, 10, 0)

    def test_twice_is_once_and_other_units_are_refused(self, floor: Floor) -> None:
        open_book(floor, f"{RECORD},10,B-1")
        assert open_book(floor, f"{RECORD},10,B-1") == 0
        with pytest.raises(BadInput, match="was opened with 10 units before"):
            open_book(floor, "REC-NEW,5,", f"{RECORD},11,B-1")
        assert all(one.record_no != "REC-NEW" for one in self.lines(floor))

    def lines(self, floor: Floor) -> list[BookLine]:
        return floor.database.reading(lambda session: book_at(session, floor.warehouse_id, floor.clock.now()))

    @pytest.mark.parametrize("row", ["REC,0,", "REC,-3,", "REC,ten,", "REC,１０,", ",5,", f"{'R' * 31},5,"])
    def test_a_wrong_row_books_nothing(self, floor: Floor, row: str) -> None:
        with pytest.raises(BadInput, match="line 3"):
            open_book(floor, f"{RECORD},10,B-1", row)
        assert not floor.database.reading(
            lambda session: entries_of(session, floor.warehouse_id, RECORD, floor.clock.now())
        )

    def test_a_record_that_stands_there_twice(self, floor: Floor) -> None:
        with pytest.raises(BadInput, match="stands in the file 2 times"):
            open_book(floor, f"{RECORD},10,", f"{RECORD},10,")


class TestReceiving:
    def test_a_delivery_is_booked_as_announced_and_the_missing_units_show(self, floor: Floor) -> None:
        floor.notice("4711", RED=5)
        handheld = floor.handheld("EMP-1")
        handheld.scans("ASN-4711", "P-1", "RED", "RED", "RED", "RED")
        handheld.scan("*CLOSE*")
        handheld.scan("*CLOSE*")
        assert (line(floor).book, line(floor).bins) == (5, 4)
        (found,) = floor.database.reading(
            lambda session: differences_of(session, floor.warehouse_id, RECORD, floor.clock.now())
        )
        assert (found.event.split(":")[0], found.units) == ("document", -1)
        assert {movement.units for movement in found.movements} == {1}
        assert found.entries[0].document_no == "4711"

        assert enter(floor, BookKind.LOSS, 1, found.event, "SHORT-1") is None
        assert line(floor).difference == 0


class TestByHand:
    def test_refusals_change_nothing(self, floor: Floor) -> None:
        for kind, units, document, code in (
            (BookKind.OUTWARD, 1, "P", "book_kind"),
            (BookKind.OPENING, 1, "P", "book_kind"),
            (BookKind.LOSS, 0, "P", "book_units"),
            (BookKind.LOSS, -1, "P", "book_units"),
            (BookKind.LOSS, 1, "  ", "book_document"),
        ):
            refusal = enter(floor, kind, units, "paper:P", document)
            assert refusal is not None
            assert refusal.code == code
        entry = NewEntry("NOBODY", BookKind.LOSS, 1, "P", "paper:P")
        refusal = floor.database.in_transaction(
            lambda session: book_by_hand(session, floor.warehouse_id, entry, who="t", now=floor.clock.now())
        )
        assert refusal is not None
        assert refusal.code == "book_record"

    def test_the_same_paper_is_booked_once(self, floor: Floor) -> None:
        assert enter(floor, BookKind.RETURN, 2, "paper:R-1") is None
        refusal = enter(floor, BookKind.RETURN, 2, "paper:R-1")
        assert refusal is not None
        assert refusal.code == "book_twice"
        assert line(floor).book == 2

    def test_a_correction_may_go_down(self, floor: Floor) -> None:
        assert enter(floor, BookKind.RETURN, 2, "paper:R-1") is None
        assert enter(floor, BookKind.CORRECTION, -2, "paper:C-1") is None
        assert line(floor).book == 0

    def test_entries_are_never_changed(self, floor: Floor) -> None:
        enter(floor, BookKind.RETURN, 2, "paper:R-1")

        def spoil(session: Session) -> None:
            session.execute(text("UPDATE customs_book_entries SET quantity = 3"))

        with pytest.raises(DBAPIError, match="append-only"):
            floor.database.in_transaction(spoil)


def test_a_past_day_is_what_it_was(floor: Floor) -> None:
    floor.put_stock("A-01 RED 10")
    open_book(floor, f"{RECORD},10,B-1")
    then = floor.clock.now()
    floor.clock.forward(timedelta(hours=30))
    enter(floor, BookKind.LOSS, 4, "paper:L-1")
    lines = floor.database.reading(lambda session: book_at(session, floor.warehouse_id, then))
    assert [(one.book, one.bins) for one in lines if one.record_no == RECORD] == [(10, 10)]
    assert line(floor).book == 6


def test_goods_without_an_article_record_are_named(floor: Floor) -> None:
    floor.put_stock("A-02 BLUE 3")
    floor.database.in_transaction(
        lambda session: session.execute(update(Sku).where(Sku.code == "BLUE").values(article_record_no=""))
    )
    found = floor.database.reading(lambda session: unrecorded_at(session, floor.warehouse_id, floor.clock.now()))
    assert [(code, units) for code, _, units in found] == [("BLUE", 3)]
