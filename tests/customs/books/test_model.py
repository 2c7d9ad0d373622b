"""The book against the bins, event by event."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from wms.customs.books.model import BinMovement, BookEntry, differences
from wms.customs.books.sheet import differences_as_csv
from wms.customs.model import BookKind

START = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)


def entry(event: str, units: int, minutes: int = 0, kind: BookKind = BookKind.INWARD) -> BookEntry:
    return BookEntry("REC-1", kind, units, START + timedelta(minutes=minutes), "DOC", event)


def movement(event: str, units: int, minutes: int = 0, number: int = 0) -> BinMovement:
    at = START + timedelta(minutes=minutes)
    return BinMovement("REC-1", "RED", units, at, "received", "STAGE", "SUPPLIER", event, str(number))


def test_what_agrees_is_no_difference() -> None:
    assert differences([entry("document:1", 10)], [movement("document:1", 4), movement("document:1", 6)]) == ()


def test_a_short_delivery_comes_with_what_was_announced_and_what_was_counted() -> None:
    (found,) = differences([entry("document:1", 10)], [movement("document:1", 7)])
    assert (found.event, found.book, found.bins, found.units) == ("document:1", 10, 7, -3)
    assert (len(found.entries), len(found.movements)) == (1, 1)


def test_a_loss_the_book_does_not_know() -> None:
    (found,) = differences([], [movement("document:order", -1)])
    assert (found.book, found.units, found.entries) == (0, -1, ())


def test_the_oldest_difference_comes_first() -> None:
    found = differences([entry("b", 1, minutes=5)], [movement("a", 2, minutes=9), movement("c", 1, minutes=1)])
    assert [one.event for one in found] == ["c", "b", "a"]


def test_a_booked_loss_settles_it() -> None:
    assert differences([entry("movement:7", -1, kind=BookKind.LOSS)], [movement("movement:7", -1)]) == ()


events = st.sampled_from(["opening", "document:1", "document:2", "parcel:1", "movement:1"])
units = st.integers(-50, 50).filter(bool)


@given(st.lists(st.tuples(events, units)), st.lists(st.tuples(events, units)))
def test_the_differences_add_up_to_the_difference_of_the_totals(
    booked: list[tuple[str, int]], moved: list[tuple[str, int]]
) -> None:
    entries = [entry(event, number) for event, number in booked]
    movements = [movement(event, number, number=position) for position, (event, number) in enumerate(moved)]
    found = differences(entries, movements)
    total = sum(number for _, number in moved) - sum(number for _, number in booked)
    assert sum(one.units for one in found) == total
    assert all(one.units for one in found)


def test_a_formula_in_a_note_stays_text() -> None:
    (found,) = differences([BookEntry("REC-1", BookKind.LOSS, -1, START, "=1+1", "e", note="+cmd")], [])
    text = differences_as_csv([("REC-1", found)])
    assert "'=1+1" in text
    assert "'+cmd" in text
