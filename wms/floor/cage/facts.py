"""The hold cage's connection to the database: who is in it, and what the gate says of each."""

from dataclasses import dataclass
from typing import cast
from uuid import UUID, uuid5

from sqlalchemy import Table, and_, bindparam, case, func, select
from sqlalchemy.orm import Session

from wms.barcodes.model import Scan
from wms.customs.gate_log import Asker, ask_gate
from wms.customs.model import OPENING_STATES, GateAnswer, GatePoint
from wms.customs.tables import DeclarationRow
from wms.floor.cage.workflow import SCAN_PARCEL, CageFacts, CagePlan, CageProgress, InCage, cage
from wms.kernel.refusal import Refusal
from wms.places.lookup import places_by_id
from wms.places.model import Place, PlaceKind
from wms.shipments.lookup import load_by_id
from wms.shipments.model import Load, Parcel, ParcelState
from wms.shipments.tables import ParcelRow
from wms.stock.contents import container_contents
from wms.stock.model import Balance
from wms.tasks.decision import Note
from wms.tasks.floor import FloorContext
from wms.tasks.model import NewTask, Resume, Upcoming

_parcels = cast(Table, ParcelRow.__table__)
_declarations = cast(Table, DeclarationRow.__table__)

_RELEASED = and_(
    _declarations.c.state.in_(sorted(state.value for state in OPENING_STATES)), _declarations.c.open_holds == 0
)

# Asked with every home screen, and therefore built once.
_CAGED = (
    select(
        func.count().label("parcels"),
        func.coalesce(func.sum(case((_RELEASED, 1), else_=0)), 0).label("released"),
    )
    .select_from(
        _parcels.outerjoin(
            _declarations,
            and_(_declarations.c.warehouse_id == _parcels.c.warehouse_id, _declarations.c.parcel_id == _parcels.c.id),
        )
    )
    .where(_parcels.c.warehouse_id == bindparam("key_warehouse"), _parcels.c.state == ParcelState.CAGED.value)
)
_CAGED_HERE = _CAGED.where(_parcels.c.place_id == bindparam("key_place"))


@dataclass(frozen=True, slots=True)
class SqlCageFacts:
    """CageFacts over one session."""

    session: Session
    context: FloorContext

    def gate(self, parcel_id: UUID) -> GateAnswer:
        asker = Asker(self.context.operator_id, self.context.device, self.context.now)
        return ask_gate(self.session, self.context.warehouse_id, [parcel_id], GatePoint.CAGE, asker)[parcel_id]

    def contents(self, parcel_id: UUID) -> tuple[Balance, ...]:
        return tuple(
            content.balance for content in container_contents(self.session, self.context.warehouse_id, parcel_id)
        )

    def load(self, load_id: UUID) -> Load | None:
        return load_by_id(self.session, self.context.warehouse_id, load_id)

    def in_cage(self, cage_place_id: int) -> InCage:
        key = {"key_warehouse": self.context.warehouse_id, "key_place": cage_place_id}
        row = self.session.connection().execute(_CAGED_HERE, key).one()
        return InCage(row.parcels - row.released, row.released)

    def lane_of(self, parcel: Parcel) -> str:
        return places_by_id(self.session, self.context.warehouse_id, [parcel.place_id])[parcel.place_id].code


class CageFloor:
    """The hold cage, wired to the database and to the customs gate."""

    workflow = cage
    action = "*CAGE*"
    capability = "work_dispatch"

    def facts(self, session: Session, context: FloorContext) -> CageFacts:
        return SqlCageFacts(session, context)

    def open_by_scan(self, session: Session, context: FloorContext, scan: Scan) -> NewTask | Resume | Refusal | None:
        """A cage begins; several people may stand at it, each in a task of his own."""
        if not isinstance(scan.value, Place) or scan.value.kind is not PlaceKind.CAGE:
            return None
        now = self.facts(session, context).in_cage(scan.value.id)
        note = Note("cage_taken", {"cage": scan.value.code, "held": now.held, "released": now.released})
        subject = uuid5(context.operator_id, f"cage:{scan.value.id}")
        progress = CageProgress(now.held, now.released)
        return NewTask(cage.name, subject, CagePlan(scan.value), progress, SCAN_PARCEL, note)

    def open_next(self, session: Session, context: FloorContext) -> NewTask | Refusal | None:
        """Which cage somebody stands at is known by scanning it only."""
        return Refusal("scan_cage_first") if self.waiting(session, context) else None

    def next_up(self, session: Session, context: FloorContext) -> Upcoming | None:
        """Nothing can be named before its cage is scanned."""
        return None

    def waiting(self, session: Session, context: FloorContext) -> int:
        """Released parcels that wait in cages to be fetched."""
        row = session.connection().execute(_CAGED, {"key_warehouse": context.warehouse_id}).one()
        return int(row.released)
