"""The board's numbers, each the length of the list it leads to. Called by `shared_board`; reads in one transaction.

About fifty small statements, all on indexes, whatever the warehouse holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.customs.tables import QuarantineRow
from wms.office.benches import BENCHES
from wms.office.carriers import CARRIERS_HOME, undecided_count
from wms.office.declared import CUSTOMS, INCIDENTS
from wms.office.exceptions import EXCEPTIONS, exceptions_count
from wms.office.inside import ARRIVALS, MESSAGES, PEOPLE, TASKS, WORKFLOWS, tasks
from wms.office.listing import Count, ListKind, Page, Scope, counted, page_of
from wms.office.messages import messages_page
from wms.office.outgoing import ORDERS, PARCELS, SHORT_LINES
from wms.stock.holdings import positions

MOST_TASKS = 500
"""More than a building has people; a board that lists more helps nobody."""

MOST_SHOWN = 3
"""Of the messages and people with a button on the board itself; the rest is one link away."""

EXPIRY_SOON = timedelta(days=30)
QUARANTINE_PATH = "/office/customs/quarantine"

STAGES = ("new", "allocated", "laid-ready", "picking", "picked", "packing", "packed", "left-today")
CUSTOMS_WAY = ("pending", "declared", "accepted", "released-today")
CUSTOMS_TROUBLE = ("inspection", "papers-refused", "rejected", "held")
PARCEL_STANDS = ("packed", "caged", "staged", "left-today")


@dataclass(frozen=True, slots=True)
class Number:
    """One number with its words and the address of its list."""

    words: str
    count: Count
    path: str

    @property
    def is_zero(self) -> bool:
        return self.count.number == 0


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody with open tasks; `per_workflow` in the order of WORKFLOWS."""

    name: str
    badge: str
    per_workflow: tuple[int, ...]
    last_scan: datetime

    @property
    def total(self) -> int:
        return sum(self.per_workflow)


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the board shows."""

    stages: Sequence[Number]
    late: Number
    due_soon: Number
    trouble: Sequence[Number]
    customs: Sequence[Number]
    customs_trouble: Sequence[Number]
    parcels: Sequence[Number]
    open_tasks: Sequence[Number]
    """All first, then one per workflow."""
    workers: Sequence[Worker]
    stock_positions: Number
    expiring: Number
    parked: Page
    """The first few; `parked_about` says what each is about."""
    parked_about: Mapping[UUID, tuple[str, str]]
    locked: Page


def board_of(session: Session, scope: Scope) -> Board:
    """The board now."""

    def number(kind: ListKind, name: str, words: str = "") -> Number:
        found = kind.slice_named(name)
        assert found is not None, f"the board names a list {kind.name}/{name} that does not exist"
        return Number(words or found.words, counted(session, kind.statement(scope, name)), kind.path(name))

    parked, parked_about = messages_page(session, scope, "parked", 1)
    locked = page_of(session, PEOPLE.statement(scope, "locked"), 1)
    stock = counted(session, positions(scope.warehouse_id))
    expiring = counted(session, positions(scope.warehouse_id, expires_by=scope.today + EXPIRY_SOON))
    return Board(
        stages=[number(ORDERS, name) for name in STAGES],
        late=number(ORDERS, "late"),
        due_soon=number(ORDERS, "due-soon"),
        trouble=[
            number(ORDERS, "short", "Orders with nothing to promise"),
            number(SHORT_LINES, "open", "Short lines"),
            Number("Refused too late", exceptions_count(session, scope), EXCEPTIONS),
            number(ORDERS, "stopped", "Stopped by customs findings"),
            number(PARCELS, "red", "Turned red on a lane"),
            number(CUSTOMS, "silent", "No word from customs"),
            number(INCIDENTS, "recent", "Customs incidents"),
            quarantine_number(session, scope),
            Number("Waybills to decide about", undecided_count(session, scope), CARRIERS_HOME),
            number(BENCHES, "troubled"),
            number(ARRIVALS, "open", "Unknown arrivals"),
            number(MESSAGES, "parked", "Parked messages"),
            number(MESSAGES, "failing", "Messages tried again"),
            number(PEOPLE, "locked", "Locked badges"),
        ],
        customs=[number(CUSTOMS, name) for name in CUSTOMS_WAY],
        customs_trouble=[number(CUSTOMS, name) for name in CUSTOMS_TROUBLE],
        parcels=[number(PARCELS, name) for name in PARCEL_STANDS],
        open_tasks=[number(TASKS, name) for name in ("all", *WORKFLOWS)],
        workers=_workers(session, scope),
        stock_positions=Number("Positions", stock, "/office/stock"),
        expiring=Number("Expire within 30 days", expiring, "/office/stock?expiring=1"),
        parked=replace(parked, rows=parked.rows[:MOST_SHOWN]),
        parked_about=parked_about,
        locked=replace(locked, rows=locked.rows[:MOST_SHOWN]),
    )


def quarantine_number(session: Session, scope: Scope) -> Number:
    """Receipts that were set aside and wait for a person."""
    waiting = select(QuarantineRow.receipt_id).where(
        QuarantineRow.warehouse_id == scope.warehouse_id,
        QuarantineRow.settled_at.is_(None),
        QuarantineRow.readable_at.is_(None),
    )
    return Number("Quarantined receipts", counted(session, waiting), QUARANTINE_PATH)


def _workers(session: Session, scope: Scope) -> list[Worker]:
    """Who has what open, by name: this is no ranking."""
    found: dict[str, list[tuple[str, str, datetime]]] = {}
    for row in session.execute(tasks(scope).limit(MOST_TASKS)).mappings():
        found.setdefault(row["badge"] or "", []).append((row["operator"] or "", row["workflow"], row["updated_at"]))
    return [
        Worker(
            name=mine[0][0],
            badge=badge,
            per_workflow=tuple(sum(1 for _, workflow, _ in mine if workflow == wanted) for wanted in WORKFLOWS),
            last_scan=max(at for _, _, at in mine),
        )
        for badge, mine in found.items()
    ]
