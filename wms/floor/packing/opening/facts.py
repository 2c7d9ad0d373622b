"""Opening's connection to the database: whose parcel, and who may open it."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.access.model import Capability, Role
from wms.access.rules import may
from wms.access.tables import OperatorRow
from wms.barcodes.model import Scan
from wms.floor.packing.facts import bench_of
from wms.floor.packing.opening.closed import closed_parcel
from wms.floor.packing.opening.rules import ClosedParcel
from wms.floor.packing.opening.workflow import SCAN_PARCEL, OpeningFacts, OpeningPlan, OpeningProgress, opening
from wms.kernel.refusal import Refusal
from wms.orders.barcode import NamedOrder
from wms.shipments.lookup import parcels_of_order
from wms.shipments.model import Parcel
from wms.tasks.decision import Note
from wms.tasks.floor import FloorContext
from wms.tasks.model import NewTask, Resume, Upcoming


@dataclass(frozen=True, slots=True)
class SqlOpeningFacts:
    """OpeningFacts over one session."""

    session: Session
    context: FloorContext

    def who(self) -> UUID:
        return self.context.operator_id

    def parcel_of(self, order: object) -> Parcel | Refusal:
        assert isinstance(order, NamedOrder)
        parcels = parcels_of_order(self.session, self.context.warehouse_id, order.id)
        if not parcels:
            return Refusal("order_without_parcel", {"order": order.number})
        if len(parcels) > 1:
            return Refusal("parcel_to_name", {"order": order.number, "count": len(parcels)})
        return parcels[0]

    def closed(self, parcel_id: UUID) -> ClosedParcel:
        return closed_parcel(self.session, self.context, parcel_id, bench_of(self.session, self.context)[0])


class OpeningFloor:
    """Opening, wired to the database."""

    workflow = opening
    action = "*VOID*"
    capability = "work_packing"

    def facts(self, session: Session, context: FloorContext) -> OpeningFacts:
        return SqlOpeningFacts(session, context)

    def open_by_scan(self, session: Session, context: FloorContext, scan: Scan) -> NewTask | Resume | Refusal | None:
        """A parcel's label alone never opens it."""
        return None

    def open_next(self, session: Session, context: FloorContext) -> NewTask | Refusal | None:
        """Whoever scans the card has a parcel in his hands."""
        role = session.scalar(
            select(OperatorRow.role).where(
                OperatorRow.warehouse_id == context.warehouse_id, OperatorRow.id == context.operator_id
            )
        )
        plan = OpeningPlan(role is not None and may(Role(role), Capability.OPEN_PARCEL))
        subject = uuid5(context.operator_id, "opening")
        return NewTask(opening.name, subject, plan, OpeningProgress(), SCAN_PARCEL, Note("opening_begun"))

    def next_up(self, session: Session, context: FloorContext) -> Upcoming | None:
        """Nothing waits for it."""
        return None

    def waiting(self, session: Session, context: FloorContext) -> int:
        """Nothing waits for it."""
        return 0
