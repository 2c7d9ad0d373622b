"""What stands at one packing bench: the order with all its lines, box, weight, the label, and what was scanned last.

The bench page asks for it a few times a second, because codes and weights also come from the bench's program and not
from the page. `standing` is the cheap part, a few look-ups by key, and says whether anything is new (`Standing.stamp`);
`bench_view` makes the whole of it and is asked for only then. Reads only; called by `bench_desk`.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast
from uuid import UUID

import msgspec
from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from wms.bench.lookup import bench_standing, jobs_of_parcel, open_jobs, refused_codes
from wms.bench.model import AWAY_AFTER, Answer, BenchStanding, JobState, LabelJob, RefusedCode
from wms.bench.tables import BenchRow
from wms.customs.service import gate_answer
from wms.floor.packing.standing import ParcelStanding
from wms.floor.packing.standing import standing as parcel_standing
from wms.floor.packing.workflow import PackPlan, PackProgress, packing
from wms.labels.tables import PrintJobRow
from wms.orders.tables import OrderRow
from wms.places.lookup import the_place
from wms.places.model import PlaceKind
from wms.shipments.lookup import parcels_by_id
from wms.shipments.model import ParcelState
from wms.shipments.tables import ParcelRow
from wms.tasks.model import Reply
from wms.tasks.tables import ScanLogRow, TaskRow
from wms.tasks.task_store import IS_OPEN

_tasks = cast(Table, TaskRow.__table__)
_log = cast(Table, ScanLogRow.__table__)
_jobs = cast(Table, PrintJobRow.__table__)
_orders = cast(Table, OrderRow.__table__)
_benches = cast(Table, BenchRow.__table__)
_parcels = cast(Table, ParcelRow.__table__)

GATE_SECONDS = 5
"""How old what customs said of a parcel at the bench may be on the page."""
UNHEARD_FOR = timedelta(seconds=60)
"""How long a code that reached no task is spoken of."""

_OF_OPERATOR = (_tasks.c.warehouse_id == bindparam("key_warehouse"), _tasks.c.operator_id == bindparam("key_operator"))

# Asked a few times a second by every bench, and therefore built once.
_OPEN = (
    select(_tasks.c.id, _tasks.c.version, _tasks.c.workflow, _tasks.c.plan)
    .where(*_OF_OPERATOR, IS_OPEN, _tasks.c.laid_ready_at.is_(None))
    .order_by(_tasks.c.updated_at.desc(), _tasks.c.id.desc())
    .limit(1)
)
_LAST_BEGUN = (
    select(_tasks.c.id, _tasks.c.version, _tasks.c.plan)
    .where(*_OF_OPERATOR, _tasks.c.workflow == packing.name)
    .order_by(_tasks.c.created_at.desc())
    .limit(1)
)
_TASK = select(_tasks.c.plan, _tasks.c.progress).where(
    _tasks.c.warehouse_id == bindparam("key_warehouse"), _tasks.c.id == bindparam("key_task")
)
_LAST_SCAN = (
    select(_log.c.scan_id, _log.c.device)
    .where(_log.c.warehouse_id == bindparam("key_warehouse"), _log.c.operator_id == bindparam("key_operator"))
    .order_by(_log.c.at.desc(), _log.c.scan_id.desc())
    .limit(1)
)
_ANSWER = select(_log.c.raw, _log.c.answer).where(
    _log.c.warehouse_id == bindparam("key_warehouse"), _log.c.scan_id == bindparam("key_scan")
)
_COPIES = (
    select(_jobs.c.copy_no, _jobs.c.state)
    .where(_jobs.c.warehouse_id == bindparam("key_warehouse"), _jobs.c.parcel_id == bindparam("key_parcel"))
    .order_by(_jobs.c.copy_no, _jobs.c.medium)
)
_PARCEL = select(_parcels.c.state).where(
    _parcels.c.warehouse_id == bindparam("key_warehouse"), _parcels.c.id == bindparam("key_parcel")
)
_BENCH = select(_benches.c.version, _benches.c.heard_at).where(
    _benches.c.warehouse_id == bindparam("key_warehouse"), _benches.c.bench == bindparam("key_bench")
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
    is_closed: bool
    """Closed and declared; what is left is its label."""


class LabelState(StrEnum):
    """How far a label is, as a packer needs to know it."""

    WAITING = "waiting"
    PRINTING = "printing"
    BLOCKED = "blocked"
    DOUBTFUL = "doubtful"
    PRINTED = "printed"
    """On paper, and to be scanned back."""
    LEFT_TO_PACKER = "left_to_packer"
    """On paper; nobody scans it back, because this bench has no program."""
    APPLIED = "applied"
    """Scanned back: it is on the box."""
    NOT_PRINTED = "not_printed"


@dataclass(frozen=True, slots=True)
class LabelView:
    """One copy of a label."""

    parcel: str
    copy_number: int
    state: LabelState
    job_id: UUID | None = None
    """Of the bench's job, where a person has to say whether it came out."""
    why: str = ""
    words: str = ""
    """What the bench's program said, in its own words."""


@dataclass(frozen=True, slots=True)
class ParcelView:
    """The parcel that was closed last and has not left the bench."""

    parcel: str
    order: str
    weight_grams: int
    label: LabelView
    cage: str
    """Where it has to wait for customs; empty: it may go to the lane."""
    reason: str
    """Why it has to wait, a code of the gate."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand, in identities and counters only."""

    bench: str
    task: tuple[UUID, int, str] | None
    """The open task its operator touched last: identity, version, workflow."""
    last_begun: tuple[UUID, int] | None
    """The packing task whose parcel is spoken of."""
    scan_id: UUID | None
    """The last scan of the operator on this bench, by whichever scanner."""
    parcel_id: UUID | None
    parcel_state: str
    """Empty until it is closed."""
    gate_asked: int
    """Counts up with time while a closed parcel stands here: customs may release it any moment."""
    copies: tuple[tuple[int, str], ...]
    """Of its label, where no bench prints it."""
    version: int
    """Of what the bench's program tells: devices, weights, jobs; 0 where there is none."""
    is_away: bool

    @property
    def stamp(self) -> str:
        """Changes whenever the view does."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:24]


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


def standing(session: Session, warehouse_id: int, operator_id: UUID, bench: str, now: datetime) -> Standing:
    """How things stand for this operator at this bench. A few look-ups, however much was packed before."""
    connection = session.connection()
    of_operator = {"key_warehouse": warehouse_id, "key_operator": operator_id}
    task = connection.execute(_OPEN, of_operator).first()
    is_packing = task is not None and task.workflow == packing.name
    packed = task if is_packing else connection.execute(_LAST_BEGUN, of_operator).first()
    scan = connection.execute(_LAST_SCAN, of_operator).first()
    program = connection.execute(_BENCH, {"key_warehouse": warehouse_id, "key_bench": bench}).first()
    parcel_id = None if packed is None else msgspec.json.decode(packed.plan, type=PackPlan).parcel_id
    copies: tuple[tuple[int, str], ...] = ()
    parcel_state = ""
    of_parcel = {"key_warehouse": warehouse_id, "key_parcel": parcel_id}
    if parcel_id is not None:
        parcel_state = connection.execute(_PARCEL, of_parcel).scalar_one_or_none() or ""
    if parcel_state:
        found = connection.execute(_COPIES, of_parcel)
        copies = tuple((row.copy_no, row.state) for row in found)
    return Standing(
        bench=bench,
        task=None if task is None else (task.id, task.version, task.workflow),
        last_begun=None if packed is None else (packed.id, packed.version),
        scan_id=None if scan is None or scan.device != bench else scan.scan_id,
        parcel_id=parcel_id,
        parcel_state=parcel_state,
        gate_asked=int(now.timestamp()) // GATE_SECONDS if parcel_state == ParcelState.PACKED else 0,
        copies=copies,
        version=0 if program is None else program.version,
        is_away=program is not None and (program.heard_at is None or program.heard_at <= now - AWAY_AFTER),
    )


def bench_view(session: Session, warehouse_id: int, stands: Standing, now: datetime) -> BenchView:
    """The whole of it."""
    heard = None
    if stands.scan_id is not None:
        row = session.connection().execute(_ANSWER, {"key_warehouse": warehouse_id, "key_scan": stands.scan_id}).first()
        heard = None if row is None else Heard(row.raw, msgspec.json.decode(row.answer, type=Reply))
    unheard = refused_codes(session, warehouse_id, stands.bench, now - UNHEARD_FOR, most=1) if stands.version else []
    jobs = open_jobs(session, warehouse_id, stands.bench) if stands.version else []
    return BenchView(
        order=_order(session, warehouse_id, stands),
        parcel=_parcel(session, warehouse_id, stands),
        others=tuple(
            _label_of_job(job)
            for job in jobs
            if job.parcel_id != stands.parcel_id and (job.is_question or job.state is JobState.BLOCKED)
        ),
        heard=heard,
        unheard=unheard[0] if unheard else None,
        program=bench_standing(session, warehouse_id, stands.bench, now),
    )


def _order(session: Session, warehouse_id: int, stands: Standing) -> OrderView | None:
    if stands.task is None or stands.task[2] != packing.name:
        return None
    row = session.connection().execute(_TASK, {"key_warehouse": warehouse_id, "key_task": stands.task[0]}).one()
    plan = msgspec.json.decode(row.plan, type=PackPlan)
    progress = msgspec.json.decode(row.progress, type=PackProgress)
    order = session.connection().execute(_ORDER, {"key_warehouse": warehouse_id, "key_order": plan.order_id}).one()
    return OrderView(parcel_standing(plan, progress), order.due_at, is_closed=bool(stands.parcel_state))


def _parcel(session: Session, warehouse_id: int, stands: Standing) -> ParcelView | None:
    if stands.parcel_id is None:
        return None
    parcel = parcels_by_id(session, warehouse_id, [stands.parcel_id]).get(stands.parcel_id)
    if parcel is None or parcel.state is not ParcelState.PACKED:
        return None
    order = session.connection().execute(_ORDER, {"key_warehouse": warehouse_id, "key_order": parcel.order_id}).one()
    jobs = jobs_of_parcel(session, warehouse_id, parcel.id)
    if any(job.is_applied for job in jobs):
        label = LabelView(parcel.tracking_no, jobs[-1].copy_number, LabelState.APPLIED)
    elif jobs:
        label = _label_of_job(jobs[-1])
    else:
        label = _label_of_copies(parcel.tracking_no, stands.copies)
    gate = gate_answer(session, warehouse_id, [parcel.id], lock=False)[parcel.id]
    cage = "" if gate.open else the_place(session, warehouse_id, PlaceKind.CAGE).code
    return ParcelView(
        parcel.tracking_no, order.number, parcel.weight_grams, label, cage, "" if gate.open else gate.code
    )


_OF_JOB = {
    JobState.QUEUED: LabelState.WAITING,
    JobState.CLAIMED: LabelState.WAITING,
    JobState.SENDING: LabelState.PRINTING,
    JobState.SENT_UNCONFIRMED: LabelState.PRINTING,
    JobState.BLOCKED: LabelState.BLOCKED,
    JobState.DOUBTFUL: LabelState.DOUBTFUL,
    JobState.PRINTED: LabelState.PRINTED,
    JobState.CANCELLED: LabelState.NOT_PRINTED,
}


def _label_of_job(job: LabelJob) -> LabelView:
    state = _OF_JOB[job.state]
    if state is LabelState.DOUBTFUL and job.answer is not None:
        # Somebody has looked already; the bench has not carried it out yet.
        state = LabelState.PRINTED if job.answer is Answer.CAME_OUT else LabelState.WAITING
    job_id = job.id if job.is_question else None
    return LabelView(job.tracking_number, job.copy_number, state, job_id, job.why, job.words)


def _label_of_copies(parcel: str, copies: tuple[tuple[int, str], ...]) -> LabelView:
    """Where no bench prints: made and printed by the warehouse's own worker."""
    if not copies:
        return LabelView(parcel, 1, LabelState.WAITING)
    is_printed = all(state == "printed" for _, state in copies)
    state = LabelState.LEFT_TO_PACKER if is_printed else LabelState.PRINTING
    return LabelView(parcel, max(copy for copy, _ in copies), state)
