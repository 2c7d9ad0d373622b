"""Dispatch's connection to the database: the load of a lane, its parcels, the gate."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast
from uuid import UUID, uuid5

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.orm import Session

from wms.barcodes.model import Scan
from wms.customs.model import GateAnswer
from wms.floor.dispatch.workflow import (
    SCAN_PARCEL,
    DispatchFacts,
    DispatchPlan,
    DispatchProgress,
    LoadedParcel,
    dispatch,
)
from wms.kernel.effect import Effect
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.places.lookup import lock_place, places_by_id, the_place
from wms.places.model import Place, PlaceKind
from wms.shipments.lookup import load_by_id, open_load_on_lane, parcels_by_id, parcels_of_load
from wms.shipments.model import OWN_CARRIER, Load, LoadState, OpenLoad, Parcel, ParcelState
from wms.shipments.tables import ParcelRow
from wms.stock.contents import container_contents
from wms.stock.model import Balance
from wms.tasks.decision import Note
from wms.tasks.floor import FloorContext
from wms.tasks.model import NewTask, Resume

_parcels = cast(Table, ParcelRow.__table__)

# Asked with every home screen, and therefore built once.
_COUNT_WAITING = (
    select(func.count())
    .select_from(_parcels)
    .where(
        _parcels.c.warehouse_id == bindparam("key_warehouse"),
        _parcels.c.state.in_([ParcelState.PACKED.value, ParcelState.CAGED.value]),
    )
)

AskGate = Callable[[Session, int, list[UUID]], Mapping[UUID, GateAnswer]]
"""`wms.customs.service.gate_answer`: answers for parcels, with their declarations locked."""


@dataclass(frozen=True, slots=True)
class SqlDispatchFacts:
    """DispatchFacts over one session."""

    session: Session
    context: FloorContext
    ask_gate: AskGate

    def gate(self, parcel_id: UUID) -> GateAnswer:
        return self.ask_gate(self.session, self.context.warehouse_id, [parcel_id])[parcel_id]

    def parcel(self, parcel_id: UUID) -> Parcel:
        return parcels_by_id(self.session, self.context.warehouse_id, [parcel_id])[parcel_id]

    def contents(self, parcel_id: UUID) -> tuple[Balance, ...]:
        return tuple(
            content.balance for content in container_contents(self.session, self.context.warehouse_id, parcel_id)
        )

    def is_open(self, load_id: UUID) -> bool:
        load = load_by_id(self.session, self.context.warehouse_id, load_id)
        return load is not None and load.state is LoadState.OPEN

    def loaded(self, load_id: UUID) -> tuple[LoadedParcel, ...]:
        parcels = parcels_of_load(self.session, self.context.warehouse_id, load_id)
        gates = self.ask_gate(self.session, self.context.warehouse_id, [parcel.id for parcel in parcels])
        return tuple(LoadedParcel(parcel, self.contents(parcel.id), gates[parcel.id]) for parcel in parcels)


class DispatchFloor:
    """Dispatch, wired to the database and to the customs gate."""

    workflow = dispatch
    action = "*DISPATCH*"
    capability = "work_dispatch"

    def __init__(self, ask_gate: AskGate) -> None:
        self._ask_gate = ask_gate

    def facts(self, session: Session, context: FloorContext) -> DispatchFacts:
        return SqlDispatchFacts(session, context, self._ask_gate)

    def open_by_scan(self, session: Session, context: FloorContext, scan: Scan) -> NewTask | Resume | Refusal | None:
        """A lane or a load begins loading; a parcel needs to know its lane first."""
        if isinstance(scan.value, Parcel):
            return Refusal("scan_lane_first", {"parcel": scan.value.tracking_no})
        if isinstance(scan.value, Load):
            return self._on_load(session, context, scan.value)
        if not isinstance(scan.value, Place) or scan.value.kind is not PlaceKind.LANE:
            return None
        # Of two who scan a lane at once, the second one joins the load that the first one begins.
        lock_place(session, context.warehouse_id, scan.value.id)
        load = open_load_on_lane(session, context.warehouse_id, scan.value.id)
        if load is not None:
            return self._on_load(session, context, load)
        load_id = uuid7()
        begin = OpenLoad(load_id, scan.value.id, OWN_CARRIER)
        return self._new_task(session, context, load_id, "", OWN_CARRIER, scan.value, (begin,))

    def _on_load(self, session: Session, context: FloorContext, load: Load) -> NewTask | Refusal:
        if load.state is LoadState.CLOSED:
            return Refusal("load_gone", {"load": load.code})
        lane = places_by_id(session, context.warehouse_id, [load.lane_place_id])[load.lane_place_id]
        return self._new_task(session, context, load.id, load.code, load.carrier, lane, ())

    def _new_task(
        self,
        session: Session,
        context: FloorContext,
        load_id: UUID,
        load_code: str,
        carrier: str,
        lane: Place,
        effects: tuple[Effect, ...],
    ) -> NewTask:
        plan = DispatchPlan(
            load_id=load_id,
            load_code=load_code or lane.code,
            carrier=carrier,
            lane=lane,
            customer_place_id=the_place(session, context.warehouse_id, PlaceKind.CUSTOMER).id,
            cage_code=the_place(session, context.warehouse_id, PlaceKind.CAGE).code,
        )
        staged = len(parcels_of_load(session, context.warehouse_id, load_id))
        # Several people may load one truck, each in a task of his own.
        subject = uuid5(load_id, str(context.operator_id))
        note = Note("lane_taken", {"lane": lane.code, "load": plan.load_code})
        return NewTask(dispatch.name, subject, plan, DispatchProgress(staged), SCAN_PARCEL, note, effects)

    def open_next(self, session: Session, context: FloorContext) -> NewTask | Refusal | None:
        """Which truck stands at which lane is known by scanning the lane only."""
        return Refusal("scan_lane") if self.waiting(session, context) else None

    def waiting(self, session: Session, context: FloorContext) -> int:
        """Parcels that wait for a truck, released or not."""
        return int(session.connection().execute(_COUNT_WAITING, {"key_warehouse": context.warehouse_id}).scalar_one())
