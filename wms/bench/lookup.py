"""Reading benches, their devices, and the print jobs of parcels; nothing is written.

For packing, the office and the bench page, each inside a transaction or reading of theirs. `bench` is everywhere the
code of the place, such as BENCH-1.
"""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Row, Select, Table, literal_column, select
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
    PrintsAs,
    RefusedCode,
    VendorMedium,
    medium_named,
)
from wms.bench.tables import BenchDeviceRow, BenchJobRow, BenchRefusalRow, BenchRow
from wms.labels.documents import Paper
from wms.labels.model import Medium
from wms.shipments.model import ParcelState
from wms.shipments.tables import ParcelRow

_jobs = cast(Table, BenchJobRow.__table__)
_parcels = cast(Table, ParcelRow.__table__)

_DRAWN = [medium.value for medium in Medium]
"""What we draw labels for."""

IS_OPEN = literal_column("NOT bench_jobs.is_over", Boolean)
"""Written out, so that the databases may use the index of open jobs."""


def printer_of(session: Session, warehouse_id: int, bench: str, now: datetime) -> Printer | None:
    """The label printer of a bench whose program is at work; None where labels are printed without a bench.

    One that takes printers' language before one that prints documents; the first by name.
    """
    return _first_printer(session, warehouse_id, bench, now, BenchDeviceRow.medium.in_(_DRAWN))


def vendor_printer_of(
    session: Session, warehouse_id: int, bench: str, media_type: str, now: datetime
) -> Printer | None:
    """Where a bench whose program is at work hands on what only a platform's component can read; None: nowhere."""
    is_vendors = BenchDeviceRow.medium.in_([medium for medium in VendorMedium if medium.media_type == media_type])
    return _first_printer(session, warehouse_id, bench, now, is_vendors)


def document_printer_of(session: Session, warehouse_id: int, bench: str, now: datetime) -> Printer | None:
    """The printer for papers of a bench whose program is at work; None: whoever needs one prints it from a page."""
    return _first_printer(session, warehouse_id, bench, now, BenchDeviceRow.medium == Medium.PDF.value)


def printer_for_copy(session: Session, warehouse_id: int, job: LabelJob, now: datetime) -> Printer:
    """Where a further copy comes out: where this one did, or at what its bench has by now in place of that printer.

    A bench that has nothing in its place, or is away, keeps the copy waiting for the old one.
    """
    at_bench = [printer for printer in printers(session, warehouse_id) if printer.bench == job.bench]
    if job.at in at_bench:
        return job.at
    alike = next((printer for printer in at_bench if printer.medium is job.medium), None)
    if alike is not None:
        return alike
    if isinstance(job.medium, VendorMedium):
        return job.at
    found = printer_of if job.paper is Paper.LABEL else document_printer_of
    return found(session, warehouse_id, job.bench, now) or job.at


def _first_printer(
    session: Session, warehouse_id: int, bench: str, now: datetime, is_wanted: ColumnElement[bool]
) -> Printer | None:
    row = session.execute(
        select(BenchDeviceRow.name, BenchDeviceRow.medium)
        .join(
            BenchRow, (BenchRow.warehouse_id == BenchDeviceRow.warehouse_id) & (BenchRow.bench == BenchDeviceRow.bench)
        )
        .where(
            BenchDeviceRow.warehouse_id == warehouse_id,
            BenchDeviceRow.bench == bench,
            BenchDeviceRow.kind == DeviceKind.PRINTER.value,
            is_wanted,
            BenchRow.heard_at > now - PRINTS_FOR,
        )
        .order_by(BenchDeviceRow.medium == Medium.PDF.value, BenchDeviceRow.position)
        .limit(1)
    ).first()
    return None if row is None else Printer(bench, row.name, medium_named(row.medium))


def jobs_of_parcel(
    session: Session, warehouse_id: int, parcel_id: UUID, paper: Paper = Paper.LABEL, *, lock: bool = False
) -> list[LabelJob]:
    """All copies of a parcel's label, or of another paper, that were ordered at benches, the first one first; locked
    until the transaction ends where asked.
    """
    of_parcel = (_jobs.c.parcel_id == parcel_id, _jobs.c.paper == paper.value)
    query = _job_query(warehouse_id).where(*of_parcel).order_by(_jobs.c.copy_no)
    if lock:
        query = query.with_for_update(of=_jobs)
        if session.execute(query).first() is None:
            return []
        # Whoever held one of them may have ordered a further copy, which the statement that waited does not see.
    return [_job(row) for row in session.execute(query)]


def job_by_id(session: Session, warehouse_id: int, job_id: UUID, *, lock: bool = False) -> LabelJob | None:
    """A job, locked until the transaction ends where asked."""
    query = _job_query(warehouse_id).where(_jobs.c.id == job_id)
    if lock and session.execute(query.with_for_update(of=_jobs)).first() is None:
        return None
    # Whoever held it may have opened its parcel again, which the statement that waited does not see.
    row = session.execute(query).first()
    return None if row is None else _job(row)


def open_jobs(session: Session, warehouse_id: int, bench: str) -> list[LabelJob]:
    """What a bench has still to say something about, in the order it was ordered."""
    query = _job_query(warehouse_id).where(_jobs.c.bench == bench, IS_OPEN)
    return [_job(row) for row in session.execute(query.order_by(_jobs.c.ordered_at, _jobs.c.id))]


def open_jobs_everywhere(session: Session, warehouse_id: int) -> list[LabelJob]:
    """The same of all benches."""
    query = _job_query(warehouse_id).where(IS_OPEN)
    return [_job(row) for row in session.execute(query.order_by(_jobs.c.bench, _jobs.c.ordered_at, _jobs.c.id))]


def printers(session: Session, warehouse_id: int) -> list[Printer]:
    """All printers that benches told of, whether or not they are at work."""
    rows = session.execute(
        select(BenchDeviceRow.bench, BenchDeviceRow.name, BenchDeviceRow.medium)
        .where(BenchDeviceRow.warehouse_id == warehouse_id, BenchDeviceRow.medium.is_not(None))
        .order_by(BenchDeviceRow.bench, BenchDeviceRow.position)
    )
    return [Printer(row.bench, row.name, medium_named(row.medium)) for row in rows]


def printer_named(session: Session, warehouse_id: int, bench: str, name: str) -> Printer | None:
    """A printer that its bench told of; None where there is none of that name that we make labels for."""
    found = printers(session, warehouse_id)
    return next((printer for printer in found if (printer.bench, printer.name) == (bench, name)), None)


def questions_of(session: Session, warehouse_id: int, bench: str) -> list[LabelJob]:
    """The labels somebody at the bench has to look for: came out, or not?"""
    return [job for job in open_jobs(session, warehouse_id, bench) if job.is_question]


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
    medium: PrintsAs | None = None if row.medium is None else medium_named(row.medium)
    return DeviceStanding(row.name, DeviceKind(row.kind), Condition(row.condition), row.words, medium)


def _job_query(warehouse_id: int) -> Select[Any]:
    return (
        select(_jobs, _parcels.c.tracking_no, _parcels.c.state.label("parcel_state"))
        # A packing list is printed before its parcel is closed.
        .outerjoin(_parcels, (_parcels.c.warehouse_id == _jobs.c.warehouse_id) & (_parcels.c.id == _jobs.c.parcel_id))
        .where(_jobs.c.warehouse_id == warehouse_id)
    )


def _job(row: Row[Any]) -> LabelJob:
    return LabelJob(
        id=row.id,
        parcel_id=row.parcel_id,
        tracking_number=row.list_code or row.tracking_no,
        copy_number=row.copy_no,
        bench=row.bench,
        printer=row.printer,
        medium=medium_named(row.medium),
        state=JobState(row.state),
        why=row.why,
        words=row.words,
        attempt=row.attempt,
        answer=None if row.answer is None else Answer(row.answer),
        reason=row.reason,
        is_given=row.given_at is not None,
        is_applied=row.applied_at is not None,
        changed_at=row.changed_at,
        paper=Paper(row.paper),
        list_code=row.list_code,
        is_void=row.parcel_state == ParcelState.CANCELLED,
    )
