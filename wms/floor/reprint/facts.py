"""Reprinting's connection to the database: what was printed so far, and how printers stand."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.access.model import Capability, Role
from wms.access.rules import may
from wms.access.tables import OperatorRow
from wms.barcodes.model import Scan
from wms.bench.lookup import bench_standing
from wms.bench.model import Printer
from wms.bench.proving import question_about_order
from wms.bench.reprinting import printed_so_far
from wms.floor.reprint.workflow import SCAN_PARCEL, LabelSoFar, ReprintFacts, ReprintPlan, ReprintProgress, reprint
from wms.kernel.refusal import Refusal
from wms.shipments.model import Parcel
from wms.tasks.decision import Note
from wms.tasks.floor import FloorContext
from wms.tasks.model import NewTask, Resume, Upcoming


@dataclass(frozen=True, slots=True)
class SqlReprintFacts:
    """ReprintFacts over one session."""

    session: Session
    context: FloorContext

    def label_of(self, parcel_id: UUID) -> LabelSoFar:
        found = printed_so_far(self.session, self.context.warehouse_id, parcel_id, self.context.now)
        last = ", ".join(part for part in (found.last_at, found.last_by) if part)
        return LabelSoFar(found.copies, last, found.in_doubt)

    def trouble_of(self, printer: Printer) -> str:
        stands = bench_standing(self.session, self.context.warehouse_id, printer.bench, self.context.now)
        return "offline" if stands.is_away else stands.trouble_of(printer.name)

    def who(self) -> str:
        return _badge_and_role(self.session, self.context)[0]

    def question_of_place(self, parcel: Parcel) -> Note | None:
        return question_about_order(self.session, self.context.warehouse_id, parcel.order_id)


class ReprintFloor:
    """Reprinting, wired to the database."""

    workflow = reprint
    action = "*REPRINT*"
    capability = "work_packing"

    def facts(self, session: Session, context: FloorContext) -> ReprintFacts:
        return SqlReprintFacts(session, context)

    def open_by_scan(self, session: Session, context: FloorContext, scan: Scan) -> NewTask | Resume | Refusal | None:
        """A parcel's label alone says how the parcel stands; it prints nothing."""
        return None

    def open_next(self, session: Session, context: FloorContext) -> NewTask | Refusal | None:
        """Whoever scans the card has a parcel in front of him."""
        plan = ReprintPlan(may(_badge_and_role(session, context)[1], Capability.SEE_BOARD))
        subject = uuid5(context.operator_id, reprint.name)
        return NewTask(reprint.name, subject, plan, ReprintProgress(), SCAN_PARCEL, Note("reprint_begun"))

    def next_up(self, session: Session, context: FloorContext) -> Upcoming | None:
        """Nothing waits for it."""
        return None

    def waiting(self, session: Session, context: FloorContext) -> int:
        """Nothing waits for it."""
        return 0


def _badge_and_role(session: Session, context: FloorContext) -> tuple[str, Role]:
    row = session.execute(
        select(OperatorRow.badge, OperatorRow.role).where(
            OperatorRow.warehouse_id == context.warehouse_id, OperatorRow.id == context.operator_id
        )
    ).one()
    return row.badge, Role(row.role)
