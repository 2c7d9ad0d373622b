"""What stands at one packing bench: the order with all its lines, box, weight, the label, and what was scanned last.

Made only where `bench_glance` saw something new. Reads only; called by `bench_desk`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import msgspec
from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from wms.bench.lookup import bench_standing, open_jobs, printer_of, refused_codes
from wms.bench.model import BenchStanding, JobState, RefusedCode
from wms.bench.unproven import unproven_labels
from wms.customs.service import gate_answer
from wms.floor.packing.bench_glance import Glance
from wms.floor.packing.bench_labels import (
    LabelState,
    LabelView,
    carrier_papers_of,
    label_of_job,
    label_of_parcel,
    packing_list_of,
)
from wms.floor.packing.lists import list_is_due, wanted_list
from wms.floor.packing.model import PackPlan, PackProgress, parcel_id_of
from wms.floor.packing.standing import ParcelStanding, standing
from wms.floor.packing.workflow import packing
from wms.orders.tables import OrderRow
from wms.places.lookup import the_place
from wms.places.model import PlaceKind
from wms.shipments.lookup import parcels_by_id
from wms.shipments.model import ParcelState
from wms.tasks.model import Reply
from wms.tasks.tables import ScanLogRow, TaskRow

_tasks = cast(Table, TaskRow.__table__)
_log = cast(Table, ScanLogRow.__table__)
_orders = cast(Table, OrderRow.__table__)

UNHEARD_FOR = timedelta(seconds=60)
"""How long a code that reached no task is spoken of."""

_TASK = select(_tasks.c.plan, _tasks.c.progress).where(
    _tasks.c.warehouse_id == bindparam("key_warehouse"), _tasks.c.id == bindparam("key_task")
)
_ANSWER = select(_log.c.raw, _log.c.answer).where(
    _log.c.warehouse_id == bindparam("key_warehouse"), _log.c.scan_id == bindparam("key_scan")
)
# Only these two: an order's buyer is sealed, and nobody here needs him.
_ORDER = select(_orders.c.number, _orders.c.due_at).where(
    _orders.c.warehouse_id == bindparam("key_warehouse"), _orders.c.id == bindparam("key_order")
)


@dataclass(frozen=True, slots=True)
class OrderView:
    """The order on the bench."""

    parcel: ParcelStanding
    due_at: datetime | None
    is_full: bool
    """All that shall be in its present parcel is, and the box is still open."""
    packing_list: LabelView | None = None
    """The list of the open parcel, from when it is full; None where no rule asks for one."""
    list_is_due: bool = False
    """It is not in the box yet."""


@dataclass(frozen=True, slots=True)
class ParcelView:
    """The parcel that was closed last and has not left the bench."""

    parcel: str
    order: str
    weight_grams: int
    label: LabelView
    carrier_papers: int
    """Pages that its carrier gave besides the label and that somebody has to print from the order's page."""
    cage: str
    """Where it has to wait for customs; empty: it may go to the lane."""
    reason: str
    """Why it has to wait, a code of the gate."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The last scan at this bench, by whichever scanner, and the answer it got."""

    raw: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class BenchView:
    """Everything the page shows beside the screen of the task."""

    order: OrderView | None
    parcel: ParcelView | None
    others: tuple[LabelView, ...]
    """Labels of other parcels that wait at this bench for somebody's eyes or hands."""
    heard: Heard | None
    unheard: RefusedCode | None
    """The last code that reached no task."""
    program: BenchStanding
    stopped: str
    """Why no label comes out now, a condition of the printer: of the closed parcel's, else of the one that prints
    here; empty where one comes."""


def bench_view(session: Session, warehouse_id: int, glance: Glance, now: datetime) -> BenchView:
    """The whole of it."""
    heard = None
    if glance.scan_id is not None:
        row = session.connection().execute(_ANSWER, {"key_warehouse": warehouse_id, "key_scan": glance.scan_id}).first()
        heard = None if row is None else Heard(row.raw, msgspec.json.decode(row.answer, type=Reply))
    unheard = refused_codes(session, warehouse_id, glance.bench, now - UNHEARD_FOR, most=1) if glance.version else []
    program = bench_standing(session, warehouse_id, glance.bench, now)
    printer = printer_of(session, warehouse_id, glance.bench, now) if glance.version else None
    trouble = "" if printer is None else program.trouble_of(printer.name)
    parcel = _parcel(session, warehouse_id, glance, program, trouble, now)
    is_blocked = parcel is not None and parcel.label.state is LabelState.BLOCKED
    return BenchView(
        order=_order(session, warehouse_id, glance),
        parcel=parcel,
        others=_others(session, warehouse_id, glance),
        heard=heard,
        unheard=unheard[0] if unheard else None,
        program=program,
        stopped=parcel.label.why if parcel is not None and is_blocked else trouble,
    )


def _others(session: Session, warehouse_id: int, glance: Glance) -> tuple[LabelView, ...]:
    """What somebody has to look at or to scan, besides the parcel in front of him; labels put aside come last."""
    if not glance.version:
        return ()
    jobs = [
        job
        for job in open_jobs(session, warehouse_id, glance.bench)
        if job.parcel_id != glance.parcel_id and (job.is_question or job.state is JobState.BLOCKED)
    ]
    told = {job.parcel_id for job in jobs}
    unproven = unproven_labels(session, warehouse_id, glance.bench, but=glance.parcel_id)
    return tuple(label_of_job(job) for job in (*jobs, *(job for job in unproven if job.parcel_id not in told)))


def _order(session: Session, warehouse_id: int, glance: Glance) -> OrderView | None:
    if glance.task is None or glance.task[2] != packing.name:
        return None
    row = session.connection().execute(_TASK, {"key_warehouse": warehouse_id, "key_task": glance.task[0]}).one()
    plan = msgspec.json.decode(row.plan, type=PackPlan)
    progress = msgspec.json.decode(row.progress, type=PackProgress)
    order = session.connection().execute(_ORDER, {"key_warehouse": warehouse_id, "key_order": plan.order_id}).one()
    parcel = standing(plan, progress)
    is_closed = glance.parcel_id == parcel_id_of(plan, progress.number) and bool(glance.parcel_state)
    is_full = parcel.is_full and not is_closed
    packing_list = None
    if is_full and plan.needs.packing_list:
        parcel_id, code = parcel_id_of(plan, progress.number), wanted_list(plan, progress)
        packing_list = packing_list_of(session, warehouse_id, parcel_id, code)
    return OrderView(parcel, order.due_at, is_full, packing_list, list_is_due=list_is_due(plan, progress))


def _parcel(
    session: Session, warehouse_id: int, glance: Glance, program: BenchStanding, trouble: str, now: datetime
) -> ParcelView | None:
    if glance.parcel_id is None:
        return None
    parcel = parcels_by_id(session, warehouse_id, [glance.parcel_id]).get(glance.parcel_id)
    if parcel is None or parcel.state is not ParcelState.PACKED:
        return None
    order = session.connection().execute(_ORDER, {"key_warehouse": warehouse_id, "key_order": parcel.order_id}).one()
    label = label_of_parcel(session, warehouse_id, parcel, glance.copies, program, trouble, now)
    gate = gate_answer(session, warehouse_id, [parcel.id], lock=False)[parcel.id]
    cage = "" if gate.open else the_place(session, warehouse_id, PlaceKind.CAGE).code
    return ParcelView(
        parcel=parcel.tracking_no,
        order=order.number,
        weight_grams=parcel.weight_grams,
        label=label,
        carrier_papers=carrier_papers_of(session, warehouse_id, parcel),
        cage=cage,
        reason="" if gate.open else gate.code,
    )
