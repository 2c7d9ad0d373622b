"""Writing rows of print jobs. For the other rooms of this slice; each call inside a transaction of theirs.

Whatever is written about a bench counts its version up, so that a page sees at one number whether anything is new.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, func, insert, select, update
from sqlalchemy.orm import Session

from wms.bench.model import Answer, JobState, LabelJob, Printer, PrintsAs, VendorMedium
from wms.bench.tables import BenchJobRow, BenchRow
from wms.database.dialect import insert_ignoring_duplicates
from wms.kernel.identity import uuid7
from wms.labels.documents import Paper
from wms.labels.effects import PrintParcelLabel
from wms.labels.service import BenchJob, copies_of, copy_label, first_copy, request_parcel_label

_benches = cast(Table, BenchRow.__table__)
_jobs = cast(Table, BenchJobRow.__table__)


@dataclass(frozen=True, slots=True)
class Ordered:
    """Who wants a copy, and why; no reason for the first. And of what."""

    by: str
    reason: str = ""
    paper: Paper = Paper.LABEL
    list_code: str = ""
    """Which list, where it is one."""


def insert_job(
    session: Session,
    warehouse_id: int,
    job_id: UUID,
    parcel_id: UUID,
    number: int,
    printer: Printer,
    ordered: Ordered,
    *,
    now: datetime,
) -> None:
    """A job that waits for its bench to ask for it."""
    session.execute(
        insert(_jobs).values(
            warehouse_id=warehouse_id,
            id=job_id,
            parcel_id=parcel_id,
            copy_no=number,
            bench=printer.bench,
            printer=printer.name,
            medium=printer.medium.value,
            paper=ordered.paper.value,
            list_code=ordered.list_code,
            state=JobState.QUEUED.value,
            sequence=0,
            why="",
            words="",
            attempt=0,
            answer=None,
            answered_by="",
            reason=ordered.reason,
            ordered_by=ordered.by,
            moves_to="",
            ordered_at=now,
            given_at=None,
            changed_at=now,
            applied_at=None,
            is_over=False,
        )
    )
    touch(session, warehouse_id, printer.bench)


def order_next(
    session: Session, warehouse_id: int, parcel_id: UUID, printer: Printer, ordered: Ordered, *, now: datetime
) -> int:
    """The next copy of a parcel's label or other paper, with the bytes of the first; its number."""
    taken = select(func.max(_jobs.c.copy_no)).where(
        _jobs.c.warehouse_id == warehouse_id, _jobs.c.parcel_id == parcel_id, _jobs.c.paper == ordered.paper.value
    )
    job_id, last = uuid7(), session.execute(taken).scalar_one_or_none() or 0
    if ordered.paper is Paper.LABEL:
        # Copies that no bench printed count too.
        last = max(last, copies_of(session, warehouse_id, parcel_id))
        copy_label(session, warehouse_id, parcel_id, job_id, last + 1, ordered.by, now=now)
        _have_made(session, warehouse_id, parcel_id, printer.medium, now)
    insert_job(session, warehouse_id, job_id, parcel_id, last + 1, printer, ordered, now=now)
    return last + 1


def _have_made(session: Session, warehouse_id: int, parcel_id: UUID, medium: PrintsAs, now: datetime) -> None:
    """The bench may have another printer than when the label was made: it is made once more, as what that one takes."""
    if isinstance(medium, VendorMedium):
        return
    first = first_copy(session, warehouse_id, parcel_id)
    if first and medium not in first:
        bench_job = BenchJob(next(iter(first.values())).id, medium)
        request_parcel_label(session, warehouse_id, PrintParcelLabel(parcel_id), now=now, bench_job=bench_job)


def write_answer(
    session: Session, warehouse_id: int, job: LabelJob, answer: Answer, who: str, *, now: datetime, moves_to: str = ""
) -> None:
    """What the bench is to be told of a job until it says that the job is over."""
    write_job(session, warehouse_id, job, answer=answer.value, answered_by=who, moves_to=moves_to, changed_at=now)


def write_job(session: Session, warehouse_id: int, job: LabelJob, **values: object) -> None:
    """Change columns of a job."""
    session.execute(update(_jobs).where(*is_job(warehouse_id, job.id)).values(**values))
    touch(session, warehouse_id, job.bench)


def begin_bench(session: Session, warehouse_id: int, bench: str) -> None:
    """See that there is something to remember of a bench whose program speaks, perhaps for the first time."""
    session.execute(
        insert_ignoring_duplicates(_benches, session.get_bind().dialect.name).values(
            warehouse_id=warehouse_id, bench=bench, version=0
        )
    )


def touch(session: Session, warehouse_id: int, bench: str) -> None:
    """Something about the bench is new."""
    session.execute(
        update(_benches)
        .where(_benches.c.warehouse_id == warehouse_id, _benches.c.bench == bench)
        .values(version=_benches.c.version + 1)
    )


def is_job(warehouse_id: int, job_id: UUID) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The conditions that name one job."""
    return _jobs.c.warehouse_id == warehouse_id, _jobs.c.id == job_id
