"""Receiving's connection to the database: opening a notice, its lines, known lots."""

from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID, uuid5

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.orm import Session

from wms.arrivals.model import Notice, NoticeLine, NoticeState, OpenNotice
from wms.arrivals.tables import NoticeLineRow, NoticeRow
from wms.barcodes.model import Scan
from wms.catalogue.lookup import items_by_id, merchant_names
from wms.containers.model import Container, ContainerUse
from wms.floor.receiving.workflow import (
    SCAN_CONTAINER,
    PlannedLine,
    ReceivePlan,
    ReceiveProgress,
    ReceivingFacts,
    receiving,
)
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.places.lookup import the_place, today_in
from wms.places.model import PlaceKind
from wms.stock.model import Lot
from wms.stock.service import find_lot
from wms.tasks.decision import Note
from wms.tasks.floor import FloorContext
from wms.tasks.model import NewTask, Resume, Upcoming

_notices = cast(Table, NoticeRow.__table__)
_lines = cast(Table, NoticeLineRow.__table__)

# Asked by every counting scan and with every home screen, and therefore built once.
_LINE_FOR = (
    select(_lines.c.line_no, _lines.c.expected, _lines.c.received)
    .where(
        _lines.c.warehouse_id == bindparam("key_warehouse"),
        _lines.c.notice_id == bindparam("key_notice"),
        _lines.c.sku_id == bindparam("key_sku"),
    )
    # Two receivers of one line must not both see room for the last unit.
    .with_for_update()
)
MOST_LINES = 30
"""In a plan, which is read with every scan; a receiver who comes to more of them waits for the server there."""

_MISSING = (
    select(_lines.c.line_no, _lines.c.sku_id, _lines.c.expected, _lines.c.received)
    .where(
        _lines.c.warehouse_id == bindparam("key_warehouse"),
        _lines.c.notice_id == bindparam("key_notice"),
        _lines.c.received < _lines.c.expected,
    )
    .order_by(_lines.c.line_no)
    .limit(MOST_LINES)
)
# Named one by one: for "not closed" the databases would walk through all notices that ever were.
_OPEN_STATES = [state.value for state in NoticeState if state is not NoticeState.CLOSED]
_COUNT_WAITING = (
    select(func.count())
    .select_from(_notices)
    .where(_notices.c.warehouse_id == bindparam("key_warehouse"), _notices.c.state.in_(_OPEN_STATES))
)


@dataclass(frozen=True, slots=True)
class SqlReceivingFacts:
    """ReceivingFacts over one session."""

    session: Session
    context: FloorContext

    def line_for(self, plan: ReceivePlan, sku_id: int) -> NoticeLine | None:
        key = {"key_warehouse": self.context.warehouse_id, "key_notice": plan.notice_id, "key_sku": sku_id}
        row = self.session.connection().execute(_LINE_FOR, key).first()
        return None if row is None else NoticeLine(row.line_no, sku_id, row.expected, row.received)

    def lot(self, sku_id: int, code: str) -> Lot | None:
        return find_lot(self.session, self.context.warehouse_id, sku_id, code)

    def new_id(self) -> UUID:
        return uuid7()

    def today(self) -> date:
        return today_in(self.session, self.context.warehouse_id, self.context.now)

    def units_missing(self, plan: ReceivePlan) -> int:
        lines = self.session.execute(
            select(NoticeLineRow.expected, NoticeLineRow.received).where(
                NoticeLineRow.warehouse_id == self.context.warehouse_id, NoticeLineRow.notice_id == plan.notice_id
            )
        )
        return sum(max(0, line.expected - line.received) for line in lines)


class ReceivingFloor:
    """Receiving, wired to the database."""

    workflow = receiving
    action = "*RECEIVE*"
    capability = "work_receiving"

    def facts(self, session: Session, context: FloorContext) -> ReceivingFacts:
        return SqlReceivingFacts(session, context)

    def open_by_scan(self, session: Session, context: FloorContext, scan: Scan) -> NewTask | Resume | Refusal | None:
        """The paper of a notice begins it; a container that is being filled goes on with its notice."""
        if isinstance(scan.value, Container):
            container = scan.value
            if container.use is not ContainerUse.RECEIVING or container.subject is None:
                return None
            return Resume(receiving.name, container.subject)
        notice = scan.value
        if not isinstance(notice, Notice):
            return None
        if notice.state is NoticeState.CLOSED:
            return Refusal("notice_closed", {"notice": notice.number})
        subject = _subject(notice.id, context.operator_id)
        missing = _missing_lines(session, context.warehouse_id, notice.id)
        lines = tuple(line for line, _ in missing)
        plan = ReceivePlan(
            subject=subject,
            notice_id=notice.id,
            notice_number=notice.number,
            merchant=merchant_names(session)[notice.merchant_id],
            merchant_id=notice.merchant_id,
            stage=the_place(session, context.warehouse_id, PlaceKind.STAGE),
            problem=the_place(session, context.warehouse_id, PlaceKind.PROBLEM),
            supplier_place_id=the_place(session, context.warehouse_id, PlaceKind.SUPPLIER).id,
            lines=lines,
        )
        progress = ReceiveProgress(counts=tuple(count for _, count in missing))
        note = Note("notice_opened", {"notice": notice.number})
        begin = (OpenNotice(notice.id),)
        return NewTask(receiving.name, subject, plan, progress, SCAN_CONTAINER, note, begin)

    def open_next(self, session: Session, context: FloorContext) -> NewTask | Refusal | None:
        """Which delivery stands at the dock is known by its paper only."""
        return Refusal("scan_notice") if self.waiting(session, context) else None

    def next_up(self, session: Session, context: FloorContext) -> Upcoming | None:
        """Nothing can be named before its paper is scanned."""
        return None

    def waiting(self, session: Session, context: FloorContext) -> int:
        """Notices that are expected or being received."""
        return int(session.connection().execute(_COUNT_WAITING, {"key_warehouse": context.warehouse_id}).scalar_one())


def _missing_lines(session: Session, warehouse_id: int, notice_id: UUID) -> list[tuple[PlannedLine, int]]:
    """The first lines of which something is missing, each with how much has come."""
    rows = session.connection().execute(_MISSING, {"key_warehouse": warehouse_id, "key_notice": notice_id}).all()
    items = items_by_id(session, [row.sku_id for row in rows])
    known = [(row, items[row.sku_id]) for row in rows]
    return [
        (PlannedLine(row.line_no, each.item, each.scanned_as, row.expected, each.packs), row.received)
        for row, each in known
    ]


def _subject(notice_id: UUID, operator_id: UUID) -> UUID:
    """Several people may receive one notice, each in a task of his own: the subject is notice and person."""
    return uuid5(notice_id, str(operator_id))
