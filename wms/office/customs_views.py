"""Customs' own pages: the board of findings, a party's list and file, what was set aside, the search. No decisions.

Called by `views`. The lists behind numbers are drawn by `looking` like all others.
"""

import csv
import io
from collections.abc import Iterable
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response, redirect, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from wms.access.audit import record
from wms.access.model import Capability
from wms.access.session import current_caller
from wms.customs.model import Cause, QuarantineReason
from wms.customs.receipts.quarantine import PAGE, QuarantineView, quarantined, settle
from wms.customs.receipts.reinterpreting import reinterpret
from wms.customs.words.wording import cause_words
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.refusal import Refusal
from wms.office.board import QUARANTINE_PATH, Number, quarantine_number
from wms.office.customs_board import (
    FindingLine,
    customs_board,
    finding_lines,
)
from wms.office.customs_buttons import reason_of_request
from wms.office.customs_order import order_number_behind
from wms.office.customs_words import CAUSE_HINTS, both
from wms.office.listing import COUNT_LIMIT
from wms.office.pages import SEES, Drawer, back, office_page, search_of_request
from wms.orders.lookup import orders_by_number

LINES_SHOWN = 200
CUSTOMS_HOME = "/office/customs"

FILE_COLUMNS = (
    "order", "parcel", "since", "rule", "what is wrong", "问题", "line", "field", "字段", "value", "other field",
    "另一字段", "other value", "what to do", "处理办法", "stops",
)  # fmt: skip


def add_customs_pages(views: Blueprint, database: Database, clock: Clock, drawer: Drawer) -> None:
    """Look, search, download; settle what was set aside."""
    _add_board(views, database, drawer)
    _add_quarantine(views, database, clock, drawer)


def _add_board(views: Blueprint, database: Database, drawer: Drawer) -> None:
    sees = office_page(drawer, *SEES)

    @views.get(CUSTOMS_HOME)
    @sees
    def customs_home() -> AnyResponse:
        caller = current_caller()
        scope = drawer.scope(caller)
        board = database.reading(lambda session: customs_board(session, scope))
        return drawer.draw("customs_board.html", caller, scope, board=board, title="Customs")

    @views.get(f"{CUSTOMS_HOME}/findings/<cause>")
    @sees
    def findings(cause: str) -> AnyResponse:
        caller, who, rule = current_caller(), _cause(cause), request.args.get("rule", "")[:30]
        scope = drawer.scope(caller)
        lines = database.reading(lambda session: finding_lines(session, scope, who, rule, limit=LINES_SHOWN + 1))
        return drawer.draw(
            "customs_findings.html",
            caller,
            scope,
            cause=who,
            words=both(cause_words, who),
            hint=CAUSE_HINTS[who],
            rule=rule,
            lines=lines[:LINES_SHOWN],
            is_cut=len(lines) > LINES_SHOWN,
            title=f"Findings: {cause_words(who, 'en')}",
        )

    @views.get(f"{CUSTOMS_HOME}/findings/<cause>.csv")
    @sees
    def findings_file(cause: str) -> AnyResponse:
        who, rule = _cause(cause), request.args.get("rule", "")[:30]
        scope = drawer.scope(current_caller())
        lines = database.reading(lambda session: finding_lines(session, scope, who, rule, limit=COUNT_LIMIT))
        response = Response(_csv(lines), content_type="text/csv; charset=utf-8")
        name = f"findings-{who.value}-{scope.today.isoformat()}.csv"
        response.headers.set("Content-Disposition", "attachment", filename=name)
        response.headers["Cache-Control"] = "no-store"
        return response

    @views.get(f"{CUSTOMS_HOME}/find")
    @sees
    def find() -> AnyResponse:
        caller, text = current_caller(), search_of_request()
        if not text:
            return redirect(CUSTOMS_HOME, 303)

        def look(session: Session) -> str | None:
            if orders_by_number(session, caller.warehouse_id, text):
                return text
            return order_number_behind(session, caller.warehouse_id, text)

        number = database.reading(look)
        if number is None:
            return back(CUSTOMS_HOME, "not_found")
        return redirect(f"/office/order/{quote(number)}", 303)


def _add_quarantine(views: Blueprint, database: Database, clock: Clock, drawer: Drawer) -> None:
    mends = office_page(drawer, Capability.MEND_DECLARATION)

    @views.get(QUARANTINE_PATH)
    @office_page(drawer, *SEES)
    def quarantine() -> AnyResponse:
        caller = current_caller()
        scope, done_too = drawer.scope(caller), request.args.get("all") == "1"

        def look(session: Session) -> tuple[list[QuarantineView], Number]:
            rows = quarantined(session, scope.warehouse_id, done_too=done_too, limit=PAGE)
            return rows, quarantine_number(session, scope)

        rows, number = database.reading(look)
        return drawer.draw(
            "customs_quarantine.html", caller, scope, rows=rows, number=number, done_too=done_too, title="Quarantine"
        )

    @views.post(f"{QUARANTINE_PATH}/<uuid:receipt_id>/<int:position>/<reason>/settle")
    @mends
    def settle_quarantined(receipt_id: UUID, position: int, reason: str) -> AnyResponse:
        if reason not in list(QuarantineReason):
            raise NotFound("There is no such entry.")
        caller, now, why = current_caller(), clock.now(), reason_of_request()
        refusal = database.in_transaction(
            lambda session: settle(session, caller, receipt_id, position, QuarantineReason(reason), why=why, now=now)
        )
        return back(request.form.get("to", ""), refusal.code if isinstance(refusal, Refusal) else "settled")

    @views.post(f"{QUARANTINE_PATH}/<uuid:receipt_id>/read-again")
    @mends
    def read_again(receipt_id: UUID) -> AnyResponse:
        caller, now = current_caller(), clock.now()
        database.in_transaction(lambda session: record(session, caller, "receipt_read_again", str(receipt_id), now=now))
        outcome = reinterpret(database, clock, caller.warehouse_id, receipt_id=receipt_id)
        readable = sum(change.is_readable for change in outcome.quarantine)
        return back(request.form.get("to", ""), "readable_now" if readable else "still_not_readable")


def _cause(text: str) -> Cause:
    if text not in list(Cause):
        raise NotFound("There is no such list.")
    return Cause(text)


def _csv(lines: Iterable[FindingLine]) -> bytes:
    """For the mail to whoever has to mend it; the mark in front lets spreadsheets see that it is UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(FILE_COLUMNS)
    for line in lines:
        cells = (
            line.order, line.tracking, line.since.isoformat(timespec="seconds"), line.rule, line.title.en,
            line.title.zh, str(line.line_no or ""), line.field.en, line.field.zh, line.value,
            line.other_field.en if line.other_field else "", line.other_field.zh if line.other_field else "",
            line.other_value, line.advice.en, line.advice.zh, "yes" if line.stops else "no",
        )  # fmt: skip
        writer.writerow([_cell(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def _cell(text: str) -> str:
    """A text that a spreadsheet does not take for a formula."""
    looks_like_one = text[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{text}" if looks_like_one and not text[1:].replace(".", "").isdigit() else text
