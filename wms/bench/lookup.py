"""Reading benches, their devices, and the print jobs of parcels; nothing is written.

For packing, the office and the bench page, each inside a transaction or reading of theirs. `bench` is everywhere the
code of the place, such as BENCH-1.
"""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Boolean, Row, Select, Table, literal_column, select
from sqlalchemy.orm import Session

from wms.bench.model import (
    AWAY_AFTER,
    PRINTS_FOR,
    Answer,
    BenchStanding,
    Condition,
    DeviceKind,
    DeviceStanding,
    JobState,
    LabelJob,
    LastWeight,
    Printer,
    RefusedCode,
)
from wms.bench.tables import BenchDeviceRow, BenchJobRow, BenchRefusalRow, BenchRow
from wms.labels.model import Medium
from wms.shipments.tables import ParcelRow

_jobs = cast(Table, BenchJobRow.__table__)
_parcels = cast(Table, ParcelRow.__table__)

IS_OPEN = literal_column("NOT bench_jobs.is_over", Boolean)
"""Written out, so that the databases may use the index of open jobs."""


def printer_of(session: Session, warehouse_id: int, bench: str, now: datetime) -> Printer | None:
    """The label printer of a bench whose program is at work; None where labels are printed without a bench.

    One that takes printers' language before one that prints documents; the first by name.
    """
    row = session.execute(
        select(BenchDeviceRow.name, BenchDeviceRow.medium)
        .join(
            BenchRow, (BenchRow.warehouse_id == BenchDeviceRow.warehouse_id) & (BenchRow.bench == BenchDeviceRow.bench)
        )
        .where(
            BenchDeviceRow.warehouse_id == warehouse_id,
            BenchDeviceRow.bench == bench,
            BenchDeviceRow.kind == DeviceKind.PRINTER.value,
            BenchDeviceRow.medium.is_not(None),
            BenchRow.heard_at > now - PRINTS_FOR,
        )
        .order_by(BenchDeviceRow.medium == Medium.PDF.value, BenchDeviceRow.position)
        .limit(1)
    ).first()
    return None if row is None else Printer(bench, row.name, Medium(row.medium))


def jobs_of_parcel(session: Session, warehouse_id: int, parcel_id: UUID) -> list[LabelJob]:
    """All copies of a parcel's label that were ordered at benches, the first one first."""
    query = _job_query(warehouse_id).where(_jobs.c.parcel_id == parcel_id).order_by(_jobs.c.copy_no)
    return [_job(row) for row in session.execute(query)]


def job_by_id(session: Session, warehouse_id: int, job_id: UUID, *, lock: bool = False) -> LabelJob | None:
    """A job, locked until the transaction ends where asked."""
    query = _job_query(warehouse_id).where(_jobs.c.id == job_id)
    row = session.execute(query.with_for_update(of=_jobs) if lock else query).first()
    return None if row is None else _job(row)


def open_jobs(session: Session, warehouse_id: int, bench: str) -> list[LabelJob]:
    """What a bench has still to say something about, in the order it was ordered."""
    query = _job_query(warehouse_id).where(_jobs.c.bench == bench, IS_OPEN)
    return [_job(row) for row in session.execute(query.order_by(_jobs.c.ordered_at, _jobs.c.id))]


def questions_of(session: Session, warehouse_id: int, bench: str) -> list[LabelJob]:
    """The labels somebody at the bench has to look for: came out, or not?"""
    return [job for job in open_jobs(session, warehouse_id, bench) if job.is_question]


def is_applied(session: Session, warehouse_id: int, parcel_id: UUID) -> bool:
    """Whether a label of the parcel was scanned back at its bench."""
    found = select(_jobs.c.id).where(
        _jobs.c.warehouse_id == warehouse_id, _jobs.c.parcel_id == parcel_id, _jobs.c.applied_at.is_not(None)
    )
    return session.execute(found).first() is not None


def unapplied_parcel(session: Session, warehouse_id: int, parcel_id: UUID) -> bool:
    """Whether the parcel's label was ordered at a bench and has not been scanned back."""
    jobs = jobs_of_parcel(session, warehouse_id, parcel_id)
    return bool(jobs) and not any(job.is_applied for job in jobs)


def bench_standing(session: Session, warehouse_id: int, bench: str, now: datetime) -> BenchStanding:
    """The bench's program, devices and last weight. A bench without a program has never been heard of."""
    row = session.execute(
        select(BenchRow).where(BenchRow.warehouse_id == warehouse_id, BenchRow.bench == bench)
    ).scalar_one_or_none()
    if row is None:
        return BenchStanding(bench, None, True, (), None, 0)
    devices = session.execute(
        select(
            BenchDeviceRow.name,
            BenchDeviceRow.kind,
            BenchDeviceRow.condition,
            BenchDeviceRow.words,
            BenchDeviceRow.medium,
        )
        .where(BenchDeviceRow.warehouse_id == warehouse_id, BenchDeviceRow.bench == bench)
        .order_by(BenchDeviceRow.position)
    )
    weight = None
    if row.reading_id is not None and row.grams is not None and row.weighed_at is not None:
        weight = LastWeight(row.reading_id, row.grams, row.weighed_at)
    return BenchStanding(
        bench=bench,
        heard_at=row.heard_at,
        is_away=row.heard_at is None or row.heard_at <= now - AWAY_AFTER,
        devices=tuple(_device(one) for one in devices),
        last_weight=weight,
        version=row.version,
    )


def bench_version(session: Session, warehouse_id: int, bench: str) -> int:
    """Changes with everything that is written about a bench; 0 where there never was a program."""
    found = select(BenchRow.version).where(BenchRow.warehouse_id == warehouse_id, BenchRow.bench == bench)
    return session.execute(found).scalar_one_or_none() or 0


def refused_codes(
    session: Session, warehouse_id: int, bench: str, since: datetime, *, most: int = 5
) -> list[RefusedCode]:
    """Codes that reached no task since then, the newest first; those that did stand in the scan log."""
    rows = session.execute(
        select(BenchRefusalRow)
        .where(BenchRefusalRow.warehouse_id == warehouse_id, BenchRefusalRow.bench == bench, BenchRefusalRow.at > since)
        .order_by(BenchRefusalRow.at.desc(), BenchRefusalRow.code_id.desc())
        .limit(most)
    ).scalars()
    return [RefusedCode(row.code_id, row.device, row.raw, row.code, row.at) for row in rows]


def _device(row: Any) -> DeviceStanding:
    medium = None if row.medium is None else Medium(row.medium)
    return DeviceStanding(row.name, DeviceKind(row.kind), Condition(row.condition), row.words, medium)


def _job_query(warehouse_id: int) -> Select[Any]:
    return (
        select(_jobs, _parcels.c.tracking_no)
        .join(_parcels, (_parcels.c.warehouse_id == _jobs.c.warehouse_id) & (_parcels.c.id == _jobs.c.parcel_id))
        .where(_jobs.c.warehouse_id == warehouse_id)
    )


def _job(row: Row[Any]) -> LabelJob:
    return LabelJob(
        id=row.id,
        parcel_id=row.parcel_id,
        tracking_number=row.tracking_no,
        copy_number=row.copy_no,
        bench=row.bench,
        printer=row.printer,
        medium=Medium(row.medium),
        state=JobState(row.state),
        why=row.why,
        words=row.words,
        attempt=row.attempt,
        answer=None if row.answer is None else Answer(row.answer),
        reason=row.reason,
        is_given=row.given_at is not None,
        is_applied=row.applied_at is not None,
        changed_at=row.changed_at,
    )
