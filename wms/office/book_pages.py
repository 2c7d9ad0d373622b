"""The bonded account book against the bins: any day, any article record, as a page and as CSV. Called by `views`."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from wms.access.audit import record
from wms.access.model import Capability
from wms.access.session import current_caller
from wms.customs.books.booking import BY_HAND, NewEntry, book_by_hand
from wms.customs.books.commands import end_of_day
from wms.customs.books.comparison import book_at, differences_of, entries_of, unrecorded_at
from wms.customs.books.model import BookEntry, BookLine, Difference
from wms.customs.books.sheet import differences_as_csv, lines_as_csv
from wms.customs.model import BookKind
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.refusal import Refusal
from wms.office.listing import Scope
from wms.office.pages import SEES, Drawer, back, office_page
from wms.orders.lookup import order_by_id

BOOK = "/office/customs/book"
MOST_ORDERS_NAMED = 100
"""Each costs a question to the database."""


def add_book_pages(views: Blueprint, database: Database, clock: Clock, drawer: Drawer) -> None:
    """The comparison, one record, the downloads, and the form that books a paper."""
    sees = office_page(drawer, *SEES)

    @views.get(BOOK)
    @sees
    def book() -> AnyResponse:
        caller = current_caller()
        scope = drawer.scope(caller)
        day = _day(scope)
        moment = _moment(scope, day)
        only_differing = request.args.get("only") == "differing"

        def look(session: Session) -> tuple[list[BookLine], list[tuple[str, str, int]]]:
            return (
                book_at(session, scope.warehouse_id, moment),
                unrecorded_at(session, scope.warehouse_id, moment),
            )

        lines, unrecorded = database.reading(look)
        differing = sum(line.difference != 0 for line in lines)
        return drawer.draw(
            "book.html",
            caller,
            scope,
            day=day,
            lines=[line for line in lines if line.difference or not only_differing],
            of=len(lines),
            differing=differing,
            only_differing=only_differing,
            unrecorded=unrecorded,
            is_today=day == scope.today,
            title="Bonded book",
        )

    @views.get(f"{BOOK}.csv")
    @sees
    def book_csv() -> AnyResponse:
        scope = drawer.scope(current_caller())
        day = _day(scope)
        lines = database.reading(lambda session: book_at(session, scope.warehouse_id, _moment(scope, day)))
        return _download(lines_as_csv(day, lines), f"bonded-book-{day}.csv")

    @views.get(f"{BOOK}/differences.csv")
    @sees
    def differences_csv() -> AnyResponse:
        scope = drawer.scope(current_caller())
        day = _day(scope)
        moment = _moment(scope, day)

        def look(session: Session) -> str:
            differing = [line for line in book_at(session, scope.warehouse_id, moment) if line.difference]
            return differences_as_csv(
                (line.record_no, one)
                for line in differing
                for one in differences_of(session, scope.warehouse_id, line.record_no, moment)
            )

        return _download(database.reading(look), f"bonded-book-differences-{day}.csv")

    @views.get(f"{BOOK}/record/<path:record_no>")
    @sees
    def book_record(record_no: str) -> AnyResponse:
        caller = current_caller()
        scope = drawer.scope(caller)
        day = _day(scope)
        moment = _moment(scope, day)

        def look(session: Session) -> tuple[BookLine | None, Sequence[Difference], dict[str, str], list[BookEntry]]:
            found = differences_of(session, scope.warehouse_id, record_no, moment)
            return (
                next((one for one in book_at(session, scope.warehouse_id, moment) if one.record_no == record_no), None),
                found,
                _orders_behind(session, scope.warehouse_id, found),
                entries_of(session, scope.warehouse_id, record_no, moment),
            )

        line, found, orders, entries = database.reading(look)
        if line is None:
            raise NotFound(f"No article record {record_no} is in the book or in the bins on {day}.")
        return drawer.draw(
            "book_record.html",
            caller,
            scope,
            day=day,
            line=line,
            found=found,
            orders=orders,
            entries=list(reversed(entries)),
            kinds=BY_HAND,
            is_today=day == scope.today,
            title=f"Article record {record_no}",
            live=False,
        )

    @views.post(f"{BOOK}/record/<path:record_no>")
    @office_page(drawer, Capability.MEND_DECLARATION)
    def book_paper(record_no: str) -> AnyResponse:
        caller, now = current_caller(), clock.now()
        entry = _entry(record_no)
        if entry is None:
            return back(request.form.get("to", ""), "book_units")

        def work(session: Session) -> Refusal | None:
            refusal = book_by_hand(session, caller.warehouse_id, entry, who=caller.who, now=now)
            if refusal is None:
                details = {"kind": entry.kind.value, "units": entry.units, "document": entry.document_no}
                record(session, caller, "book_entered", record_no, now=now, details=details)
            return refusal

        refusal = database.in_transaction(work)
        return back(request.form.get("to", ""), refusal.code if refusal else "booked")


def _orders_behind(session: Session, warehouse_id: int, found: Sequence[Difference]) -> dict[str, str]:
    """Numbers of the orders that differences come from, by event; what comes from a delivery is not among them."""
    numbers: dict[str, str] = {}
    for one in found[:MOST_ORDERS_NAMED]:
        kind, _, text = one.event.partition(":")
        if kind != "document":
            continue
        try:
            document_id = UUID(text)
        except ValueError:
            # Whoever books a paper by hand may name any event.
            continue
        order = order_by_id(session, warehouse_id, document_id)
        if order is not None:
            numbers[one.event] = order.number
    return numbers


def _entry(record_no: str) -> NewEntry | None:
    """What the form says; None where it is no number or no kind at all."""
    form = request.form
    kind, units = form.get("kind", ""), form.get("units", "").strip()
    digits = units.removeprefix("-")
    if kind not in set(BY_HAND) or not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        return None
    document = form.get("document", "").strip()
    return NewEntry(
        record_no,
        BookKind(kind),
        int(units),
        document,
        form.get("event", "").strip()[:80] or f"paper:{document}"[:80],
        form.get("note", "").strip()[:500],
    )


def _day(scope: Scope) -> date:
    """The day asked for; today where the address says nonsense or names a day to come."""
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return scope.today
    return min(day, scope.today)


def _moment(scope: Scope, day: date) -> datetime:
    zone = scope.zone
    assert isinstance(zone, ZoneInfo), "a warehouse's wall clock is a named zone"
    return min(end_of_day(day, zone), scope.now)


def _download(text: str, name: str) -> Response:
    response = Response(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
