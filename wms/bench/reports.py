"""What benches say: how jobs and devices stand, what the scale shows. Called by `views`, inside its transactions.

Invariants: a report counts once however often it arrives; every one is kept; a state never goes back on what is over.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.orm import Session

from wms.bench.lookup import IS_OPEN, job_by_id, printer_named
from wms.bench.model import OVER, Answer, DeviceStanding, JobState, LabelJob, Printer, Report, may_follow
from wms.bench.ordering import MOVED
from wms.bench.tables import BenchDeviceRow, BenchJobRow, BenchJobStateRow, BenchRow
from wms.bench.writing import Ordered, begin_bench, is_job, order_next, touch, write_answer, write_job
from wms.kernel.refusal import Refusal
from wms.labels.service import record_printed

_benches = cast(Table, BenchRow.__table__)
_jobs = cast(Table, BenchJobRow.__table__)
_states = cast(Table, BenchJobStateRow.__table__)


def take_report(
    session: Session, warehouse_id: int, bench: str, job_id: UUID, report: Report, *, now: datetime
) -> Refusal | None:
    """Write a report down once. Refuses `unknown_label_job` and `state_not_possible` (have, got)."""
    job = job_by_id(session, warehouse_id, job_id, lock=True)
    if job is None or job.bench != bench:
        return Refusal("unknown_label_job")
    known = select(_states.c.sequence).where(
        _states.c.warehouse_id == warehouse_id, _states.c.job_id == job_id, _states.c.sequence == report.sequence
    )
    if session.execute(known).first() is not None:
        return None
    newest = session.execute(select(_jobs.c.sequence).where(*is_job(warehouse_id, job_id))).scalar_one()
    is_newer = report.sequence > newest
    if is_newer and not may_follow(job.state, report.state):
        return Refusal("state_not_possible", {"have": job.state, "got": report.state})
    session.execute(
        insert(_states).values(
            warehouse_id=warehouse_id,
            job_id=job_id,
            sequence=report.sequence,
            state=report.state.value,
            why=report.why,
            words=report.words,
            attempt=report.attempt,
            counter_before=report.counter_before,
            counter_after=report.counter_after,
            happened_at=now - timedelta(milliseconds=report.age_ms),
            heard_at=now,
        )
    )
    if is_newer:
        _take_newer(session, warehouse_id, job, report, now)
    return None


def _take_newer(session: Session, warehouse_id: int, job: LabelJob, report: Report, now: datetime) -> None:
    moves_to = session.execute(select(_jobs.c.moves_to).where(*is_job(warehouse_id, job.id))).scalar_one()
    write_job(
        session,
        warehouse_id,
        job,
        state=report.state.value,
        sequence=report.sequence,
        why=report.why,
        words=report.words,
        attempt=report.attempt,
        is_over=report.state in OVER,
        changed_at=now,
        given_at=func.coalesce(_jobs.c.given_at, now),
    )
    if report.state is JobState.PRINTED:
        record_printed(session, warehouse_id, job.id, f"{job.bench}/{job.printer}", now=now)
    if job.is_void and report.state is JobState.DOUBTFUL:
        # Nobody looks for the label of a parcel that was opened again: its printer is free for the next one.
        write_answer(session, warehouse_id, job, Answer.CAME_OUT, "", now=now)
    if report.state is JobState.CANCELLED and moves_to and not (job.is_applied or job.is_void):
        bench, _, printer = moves_to.partition("/")
        to = printer_named(session, warehouse_id, bench, printer) or Printer(bench, printer, job.medium)
        order_next(session, warehouse_id, job.parcel_id, to, Ordered("", MOVED, job.paper, job.list_code), now=now)


def note_given(session: Session, warehouse_id: int, bench: str, job_ids: Sequence[UUID], *, now: datetime) -> None:
    """The bench is about to be told of these jobs: from now on only it knows whether they were sent."""
    session.execute(
        update(_jobs)
        .where(
            _jobs.c.warehouse_id == warehouse_id,
            _jobs.c.bench == bench,
            _jobs.c.id.in_(job_ids),
            _jobs.c.given_at.is_(None),
            IS_OPEN,
        )
        .values(given_at=now)
    )


def note_devices(
    session: Session, warehouse_id: int, bench: str, devices: Sequence[DeviceStanding], *, now: datetime
) -> None:
    """All devices of a bench as they stand now; the bench is alive."""
    begin_bench(session, warehouse_id, bench)
    heard = update(_benches).where(_benches.c.warehouse_id == warehouse_id, _benches.c.bench == bench)
    session.execute(heard.values(heard_at=now))
    rows = [
        {
            "warehouse_id": warehouse_id,
            "bench": bench,
            "name": device.name,
            "position": position,
            "kind": device.kind.value,
            "condition": device.condition.value,
            "words": device.words,
            "medium": None if device.medium is None else device.medium.value,
        }
        for position, device in enumerate(devices)
    ]
    session.execute(
        delete(BenchDeviceRow).where(BenchDeviceRow.warehouse_id == warehouse_id, BenchDeviceRow.bench == bench)
    )
    if rows:
        session.execute(insert(BenchDeviceRow), rows)
    touch(session, warehouse_id, bench)


def note_weight(
    session: Session, warehouse_id: int, bench: str, reading_id: UUID, grams: int, *, now: datetime
) -> None:
    """What the scale of a bench shows at rest, whether or not anybody waits for it. Unknown benches are left alone."""
    session.execute(
        update(_benches)
        .where(_benches.c.warehouse_id == warehouse_id, _benches.c.bench == bench)
        .values(reading_id=reading_id, grams=grams, weighed_at=now)
    )
    touch(session, warehouse_id, bench)
