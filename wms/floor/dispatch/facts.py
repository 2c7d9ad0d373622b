"""Dispatch's connection to the database: the load of a lane, its parcels, the gate, the exit pass."""

from dataclasses import dataclass
from typing import cast
from uuid import UUID, uuid5

from sqlalchemy import Table, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from wms.access.tables import OperatorRow
from wms.barcodes.model import Scan
from wms.bench.proving import question_on_lane
from wms.customs.gate_log import Asker, ask_gate
from wms.customs.model import OPENING_STATES, GateAnswer, GatePoint, PassState
from wms.customs.passes import may_leave, pass_of_load
from wms.customs.tables import DeclarationRow
from wms.floor.dispatch.workflow import (
    AWAIT_PASS,
    SCAN_PARCEL,
    DispatchFacts,
    DispatchPlan,
    DispatchProgress,
    LoadedParcel,
    RedParcel,
    dispatch,
    look_again,
)
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.places.lookup import lock_place, places_by_id, regime_of, the_place
from wms.places.model import Place, PlaceKind
from wms.places.tables import PlaceRow
from wms.shipments.lookup import load_by_id, open_load_on_lane, parcels_by_id, parcels_of_load, sealed_loads_on_lane
from wms.shipments.model import OWN_CARRIER, Load, LoadState, OpenLoad, Parcel, ParcelState
from wms.shipments.tables import ParcelRow
from wms.stock.contents import container_contents
from wms.stock.model import Balance
from wms.tasks.decision import Decision, Note, Work
from wms.tasks.floor import FloorContext
from wms.tasks.model import NewTask, Resume, Upcoming

_parcels = cast(Table, ParcelRow.__table__)
_declarations = cast(Table, DeclarationRow.__table__)
_places = cast(Table, PlaceRow.__table__)

# Asked with every home screen, and therefore built once.
_COUNT_WAITING = (
    select(func.count())
    .select_from(_parcels)
    .where(
        _parcels.c.warehouse_id == bindparam("key_warehouse"),
        _parcels.c.state.in_([ParcelState.PACKED.value, ParcelState.CAGED.value]),
    )
)

_DECLARED = and_(_declarations.c.warehouse_id == _parcels.c.warehouse_id, _declarations.c.parcel_id == _parcels.c.id)
_RELEASED = and_(
    _declarations.c.state.in_(sorted(state.value for state in OPENING_STATES)), _declarations.c.open_holds == 0
)

# Asked with every parcel that comes onto a lane, and therefore built once.
_RED_ON_LOAD = (
    select(_parcels.c.id)
    .select_from(_parcels.outerjoin(_declarations, _DECLARED))
    .where(
        _parcels.c.warehouse_id == bindparam("key_warehouse"),
        _parcels.c.load_id == bindparam("key_load"),
        or_(_declarations.c.id.is_(None), ~_RELEASED),
    )
    .limit(1)
)
_RELEASED_IN_CAGES = (
    select(_places.c.code, func.count().label("parcels"))
    .select_from(
        _parcels.join(_declarations, _DECLARED).join(
            _places, and_(_places.c.warehouse_id == _parcels.c.warehouse_id, _places.c.id == _parcels.c.place_id)
        )
    )
    .where(
        _parcels.c.warehouse_id == bindparam("key_warehouse"),
        _parcels.c.state == ParcelState.CAGED.value,
        _RELEASED,
    )
    .group_by(_places.c.code)
    .order_by(_places.c.code)
)


@dataclass(frozen=True, slots=True)
class SqlDispatchFacts:
    """DispatchFacts over one session."""

    session: Session
    context: FloorContext

    def gate(self, parcel_id: UUID) -> GateAnswer:
        return self._ask([parcel_id], GatePoint.DISPATCH)[parcel_id]

    def parcel(self, parcel_id: UUID) -> Parcel:
        return parcels_by_id(self.session, self.context.warehouse_id, [parcel_id])[parcel_id]

    def contents(self, parcel_id: UUID) -> tuple[Balance, ...]:
        return tuple(
            content.balance for content in container_contents(self.session, self.context.warehouse_id, parcel_id)
        )

    def load(self, load_id: UUID) -> Load | None:
        return load_by_id(self.session, self.context.warehouse_id, load_id)

    def loaded(self, load_id: UUID, point: GatePoint) -> tuple[LoadedParcel, ...]:
        parcels = parcels_of_load(self.session, self.context.warehouse_id, load_id)
        gates = self._ask([parcel.id for parcel in parcels], point)
        return tuple(LoadedParcel(parcel, self.contents(parcel.id), gates[parcel.id]) for parcel in parcels)

    def red_on(self, load_id: UUID) -> RedParcel | None:
        key = {"key_warehouse": self.context.warehouse_id, "key_load": load_id}
        parcel_id = self.session.connection().execute(_RED_ON_LOAD, key).scalar()
        if parcel_id is None:
            return None
        # Asked under its lock: customs may have said something else between the two statements.
        answer = self.gate(parcel_id)
        return None if answer.open else RedParcel(self.parcel(parcel_id), answer)

    def pass_refusal(self, load_id: UUID, load_code: str, parcel_ids: tuple[UUID, ...] | None) -> Refusal | None:
        warehouse_id = self.context.warehouse_id
        return may_leave(self.session, warehouse_id, load_id, load_code, parcel_ids)

    def released_in_cages(self) -> str:
        return released_in_cages(self.session, self.context.warehouse_id)

    def who(self) -> str:
        badge = self.session.scalar(
            select(OperatorRow.badge).where(
                OperatorRow.warehouse_id == self.context.warehouse_id, OperatorRow.id == self.context.operator_id
            )
        )
        return badge or str(self.context.operator_id)

    def question_of_label(self, parcel: Parcel) -> Note | None:
        return question_on_lane(self.session, self.context.warehouse_id, parcel)

    def new_load_id(self) -> UUID:
        return uuid7()

    def _ask(self, parcel_ids: list[UUID], point: GatePoint) -> dict[UUID, GateAnswer]:
        asker = Asker(self.context.operator_id, self.context.device, self.context.now)
        return ask_gate(self.session, self.context.warehouse_id, parcel_ids, point, asker)


def released_in_cages(session: Session, warehouse_id: int) -> str:
    """Where parcels wait that customs has released, such as `CAGE-1: 3, CAGE-2: 1`; empty where nothing does."""
    rows = session.connection().execute(_RELEASED_IN_CAGES, {"key_warehouse": warehouse_id})
    return ", ".join(f"{row.code}: {row.parcels}" for row in rows)


class DispatchFloor:
    """Dispatch, wired to the database and to the customs gate."""

    workflow = dispatch
    action = "*DISPATCH*"
    capability = "work_dispatch"

    def facts(self, session: Session, context: FloorContext) -> DispatchFacts:
        return SqlDispatchFacts(session, context)

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
        load = open_load_on_lane(session, context.warehouse_id, scan.value.id) or _next_to_leave(
            session, context.warehouse_id, scan.value.id
        )
        if load is not None:
            return self._on_load(session, context, load)
        load_id = uuid7()
        plan = self._plan(session, context, Load(load_id, scan.value.code, scan.value.id, OWN_CARRIER, LoadState.OPEN))
        note = Note("lane_taken", {"lane": scan.value.code, "load": plan.load_code})
        in_cages = released_in_cages(session, context.warehouse_id) if plan.needs_pass else ""
        progress = DispatchProgress(in_cages=in_cages)
        begin = OpenLoad(load_id, scan.value.id, OWN_CARRIER)
        return NewTask(dispatch.name, _subject(context, load_id), plan, progress, SCAN_PARCEL, note, (begin,))

    def _on_load(self, session: Session, context: FloorContext, load: Load) -> NewTask | Refusal:
        if load.state is LoadState.CLOSED:
            return Refusal("load_gone", {"load": load.code})
        plan = self._plan(session, context, load)
        staged = len(parcels_of_load(session, context.warehouse_id, load.id))
        step = SCAN_PARCEL if load.state is LoadState.OPEN else AWAIT_PASS
        begun = Work(plan, DispatchProgress(staged))
        looked = look_again(begun, step, self.facts(session, context))
        note = Note("lane_taken", {"lane": plan.lane.code, "load": plan.load_code})
        if not isinstance(looked, Decision):
            return NewTask(dispatch.name, _subject(context, load.id), plan, begun.progress, step, note)
        note = looked.note if looked.note.code != "task_resumed" else note
        return NewTask(
            dispatch.name, _subject(context, load.id), plan, looked.progress, looked.step, note, (), looked.outcome
        )

    def _plan(self, session: Session, context: FloorContext, load: Load) -> DispatchPlan:
        return DispatchPlan(
            load_id=load.id,
            load_code=load.code,
            carrier=load.carrier,
            lane=places_by_id(session, context.warehouse_id, [load.lane_place_id])[load.lane_place_id],
            customer_place_id=the_place(session, context.warehouse_id, PlaceKind.CUSTOMER).id,
            cage_code=the_place(session, context.warehouse_id, PlaceKind.CAGE).code,
            needs_pass=regime_of(session, context.warehouse_id).needs_release,
        )

    def open_next(self, session: Session, context: FloorContext) -> NewTask | Refusal | None:
        """Which truck stands at which lane is known by scanning the lane only."""
        return Refusal("scan_lane") if self.waiting(session, context) else None

    def next_up(self, session: Session, context: FloorContext) -> Upcoming | None:
        """Nothing can be named before its lane is scanned."""
        return None

    def waiting(self, session: Session, context: FloorContext) -> int:
        """Parcels that wait for a truck, released or not."""
        return int(session.connection().execute(_COUNT_WAITING, {"key_warehouse": context.warehouse_id}).scalar_one())


def _subject(context: FloorContext, load_id: UUID) -> UUID:
    """Several people may load one truck, each in a task of his own."""
    return uuid5(load_id, str(context.operator_id))


def _next_to_leave(session: Session, warehouse_id: int, lane_place_id: int) -> Load | None:
    """Of the sealed loads of a lane one whose pass is decided, otherwise the one that was sealed first."""
    sealed = sealed_loads_on_lane(session, warehouse_id, lane_place_id)
    for load in sealed:
        found = pass_of_load(session, warehouse_id, load.id)
        if found is not None and found.state is not PassState.REQUESTED:
            return load
    return sealed[0] if sealed else None
