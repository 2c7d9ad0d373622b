"""How things stand at one packing bench, in identities and counters: cheap enough to ask several times a second.

The bench page asks that often, because codes and weights also come from the bench's program and not from the page.
`Glance.stamp` says whether anything is new; only then `bench_view` makes the whole of it. Called by `bench_desk`.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

import msgspec
from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from wms.bench.model import AWAY_AFTER
from wms.bench.tables import BenchRow
from wms.floor.packing.model import PackPlan, PackProgress, parcel_spoken_of
from wms.floor.packing.workflow import packing
from wms.labels.tables import PrintJobRow
from wms.shipments.model import ParcelState
from wms.shipments.tables import ParcelRow
from wms.tasks.open_tasks import IS_AT_HAND
from wms.tasks.tables import ScanLogRow, TaskRow

_tasks = cast(Table, TaskRow.__table__)
_log = cast(Table, ScanLogRow.__table__)
_jobs = cast(Table, PrintJobRow.__table__)
_benches = cast(Table, BenchRow.__table__)
_parcels = cast(Table, ParcelRow.__table__)

Copies = tuple[tuple[int, str], ...]
"""Of a label that no bench prints: number and state of each copy."""

GATE_SECONDS = 5
"""How old what customs said of a parcel at the bench may be on the page."""

_OF_OPERATOR = (_tasks.c.warehouse_id == bindparam("key_warehouse"), _tasks.c.operator_id == bindparam("key_operator"))

# Asked a few times a second by every bench, and therefore built once.
_OPEN = (
    select(_tasks.c.id, _tasks.c.version, _tasks.c.workflow, _tasks.c.plan, _tasks.c.progress)
    .where(*_OF_OPERATOR, IS_AT_HAND)
    .order_by(_tasks.c.updated_at.desc(), _tasks.c.id.desc())
    .limit(1)
)
_LAST_BEGUN = (
    select(_tasks.c.id, _tasks.c.version, _tasks.c.plan, _tasks.c.progress)
    .where(*_OF_OPERATOR, _tasks.c.workflow == packing.name)
    .order_by(_tasks.c.created_at.desc())
    .limit(1)
)
_LAST_SCAN = (
    select(_log.c.scan_id, _log.c.device)
    .where(_log.c.warehouse_id == bindparam("key_warehouse"), _log.c.operator_id == bindparam("key_operator"))
    .order_by(_log.c.at.desc(), _log.c.scan_id.desc())
    .limit(1)
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


@dataclass(frozen=True, slots=True)
class Glance:
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
    copies: Copies
    version: int
    """Of what the bench's program tells: devices, weights, jobs; 0 where there is none."""
    is_away: bool

    @property
    def stamp(self) -> str:
        """Changes whenever the view does."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:24]


def glance_at(session: Session, warehouse_id: int, operator_id: UUID, bench: str, now: datetime) -> Glance:
    """How things stand for this operator at this bench. A few look-ups, however much was packed before."""
    connection = session.connection()
    of_operator = {"key_warehouse": warehouse_id, "key_operator": operator_id}
    task = connection.execute(_OPEN, of_operator).first()
    is_packing = task is not None and task.workflow == packing.name
    packed = task if is_packing else connection.execute(_LAST_BEGUN, of_operator).first()
    scan = connection.execute(_LAST_SCAN, of_operator).first()
    program = connection.execute(_BENCH, {"key_warehouse": warehouse_id, "key_bench": bench}).first()
    parcel_id = None
    if packed is not None:
        plan = msgspec.json.decode(packed.plan, type=PackPlan)
        parcel_id = parcel_spoken_of(plan, msgspec.json.decode(packed.progress, type=PackProgress))
    copies: Copies = ()
    parcel_state = ""
    of_parcel = {"key_warehouse": warehouse_id, "key_parcel": parcel_id}
    if parcel_id is not None:
        parcel_state = connection.execute(_PARCEL, of_parcel).scalar_one_or_none() or ""
    if parcel_state:
        found = connection.execute(_COPIES, of_parcel)
        copies = tuple((row.copy_no, row.state) for row in found)
    return Glance(
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
