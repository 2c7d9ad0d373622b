"""Scans refused after a handheld had shown them as good, and who has which task: pages and buttons. Called by `views`.

No decisions: `wms.tasks.settling` and `wms.tasks.leases` make them. What a button did is in the audit trail, in the
same transaction; a second press of it is told that it was done.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from scanner_ui.words import words
from wms.access.audit import record
from wms.access.model import Caller, Capability
from wms.access.session import current_caller
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import Refused
from wms.kernel.identity import NIL
from wms.kernel.refusal import Detail, Refusal
from wms.office.inside import tasks
from wms.office.listing import Count, Scope, counted, page_of
from wms.office.pages import SEES, Drawer, back, office_page, page_number_of_request
from wms.stock.model import BalanceKey
from wms.tasks.cases import cases, open_cases, settled_cases
from wms.tasks.service import ScanDoor
from wms.tasks.settling import Counted, Settler, count_in, discard, reopen
from wms.tasks.tables import ExceptionCaseRow

EXCEPTIONS = "/office/exceptions"
LEASES = "/office/leases"
MOST_FIELDS = 500

Settle = Callable[[Session, Settler], ExceptionCaseRow | Refusal]


def exceptions_count(session: Session, scope: Scope) -> Count:
    """How many cases wait."""
    return counted(session, open_cases(scope.warehouse_id))


@dataclass(frozen=True, slots=True)
class _Rooms:
    database: Database
    clock: Clock
    drawer: Drawer
    door: ScanDoor

    def settle(self, case_id: UUID, said: str, settle: Settle) -> AnyResponse:
        """Settle one case and write it down, or say why not."""
        caller, now = current_caller(), self.clock.now()
        settler = self.door.settler(
            caller.warehouse_id, caller.operator_id or NIL, caller.who, caller.device or "office", now
        )

        def work(session: Session) -> Refusal | None:
            case = settle(session, settler)
            if isinstance(case, Refusal):
                return case
            details: dict[str, Detail] = {"case": case.number, "about": case.about}
            record(session, caller, f"exception_{case.settlement}", str(case.id), now=now, details=details)
            return None

        try:
            refusal = self.database.in_transaction(work)
        except Refused as refused:
            refusal = refused.refusal
        return back(request.form.get("to", EXCEPTIONS), refusal.code if refusal else said)

    def take_away(self, task_id: UUID) -> AnyResponse:
        caller, now = current_caller(), self.clock.now()
        refusal = self.database.in_transaction(lambda session: self._taken(session, caller, task_id, now))
        return back(request.form.get("to", LEASES), refusal.code if refusal else "task_taken_from")

    def _taken(self, session: Session, caller: Caller, task_id: UUID, now: datetime) -> Refusal | None:
        by, device = caller.operator_id or NIL, caller.device or "office"
        task = self.door.take_away(session, caller.warehouse_id, task_id, by=by, device=device, now=now)
        if isinstance(task, Refusal):
            return task
        details: dict[str, Detail] = {"workflow": task.workflow, "from": str(task.operator_id)}
        record(session, caller, "task_taken_away", str(task_id), now=now, details=details)
        return None


def add_exceptions(views: Blueprint, database: Database, clock: Clock, drawer: Drawer, door: ScanDoor) -> None:
    """The page of exceptions with its buttons, and the page of leases with its one."""
    rooms = _Rooms(database, clock, drawer, door)
    _add_pages(views, rooms)
    _add_buttons(views, rooms)


def _add_pages(views: Blueprint, rooms: _Rooms) -> None:
    sees = office_page(rooms.drawer, *SEES)

    @views.get(EXCEPTIONS)
    @sees
    def exceptions() -> AnyResponse:
        caller, settled_too = current_caller(), "settled" in request.args
        scope, number = rooms.drawer.scope(caller), page_number_of_request()
        statement = (settled_cases if settled_too else open_cases)(scope.warehouse_id)

        def look(session: Session) -> tuple[object, object]:
            page = page_of(session, statement, number)
            return page, cases(session, scope.warehouse_id, [row["id"] for row in page.rows])

        page, shown = rooms.database.reading(look)
        return rooms.drawer.draw(
            "exceptions.html",
            caller,
            scope,
            page=page,
            cases=shown,
            settled_too=settled_too,
            said_of=_said_of,
            field_of=_field_of,
            title="Refused too late",
        )

    @views.get(LEASES)
    @sees
    def leases() -> AnyResponse:
        caller = current_caller()
        scope, number = rooms.drawer.scope(caller), page_number_of_request()
        page = rooms.database.reading(lambda session: page_of(session, tasks(scope), number))
        return rooms.drawer.draw("leases.html", caller, scope, page=page, title="Who has what")


def _add_buttons(views: Blueprint, rooms: _Rooms) -> None:
    settles = office_page(rooms.drawer, Capability.SETTLE_EXCEPTION)

    @views.post(f"{EXCEPTIONS}/<uuid:case_id>/discard")
    @settles
    def discard_case(case_id: UUID) -> AnyResponse:
        return rooms.settle(case_id, "case_discarded", lambda session, by: discard(session, by, case_id))

    @views.post(f"{EXCEPTIONS}/<uuid:case_id>/reopen")
    @settles
    def reopen_case(case_id: UUID) -> AnyResponse:
        return rooms.settle(case_id, "case_reopened", lambda session, by: reopen(session, by, case_id))

    @views.post(f"{EXCEPTIONS}/<uuid:case_id>/count")
    @settles
    def count_case(case_id: UUID) -> AnyResponse:
        counts = _counts()
        return rooms.settle(case_id, "case_counted", lambda session, by: count_in(session, by, case_id, counts))

    @views.post("/office/tasks/<uuid:task_id>/take-away")
    @settles
    def take_away(task_id: UUID) -> AnyResponse:
        return rooms.take_away(task_id)


def _said_of(code: str, details: Mapping[str, Detail]) -> str:
    """What the operator was told."""
    return words("en").sentence(code, details).title


def _field_of(key: BalanceKey) -> str:
    """The name of the field in which a count at this key is typed."""
    return f"found {key.sku_id} {key.place_id} {key.lot_id} {key.container_id}"


def _counts() -> list[Counted]:
    """What was typed into the fields; one that is no whole number is left out, and missed by whoever settles."""
    found: list[Counted] = []
    for name, text in list(request.form.items(multi=True))[:MOST_FIELDS]:
        kind, *parts = name.split(" ")
        booked = request.form.get(name.replace("found", "booked", 1), "")
        if kind != "found" or len(parts) != 4 or not (_is_number(text.strip()) and _is_number(booked)):
            continue
        try:
            key = BalanceKey(int(parts[0]), int(parts[1]), UUID(parts[2]), UUID(parts[3]))
        except ValueError:
            continue
        found.append(Counted(key, int(booked), int(text)))
    return found


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 8
