"""Use cases about labels at benches: order one, order it again, move it, say what was seen, apply it.

Called by the bench page, by the office and, as writers of effects, by the scan door; each inside a transaction of the
caller. Nothing here prints or waits.

Invariants: a label is never ordered again while it may still come out by itself, unless a person said that it is not
there; every copy has the bytes of the first and its own number; no copy calls a carrier; of a parcel's copies at most
one is applied.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from wms.access.audit import record
from wms.access.model import Caller
from wms.bench.effects import ApplyLabel, OrderLabelCopy
from wms.bench.lookup import bench_standing, job_by_id, jobs_of_parcel, printer_of
from wms.bench.model import OVER, Answer, JobState, Printer
from wms.bench.writing import Ordered, insert_job, order_next, write_answer, write_job
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Detail, Refusal
from wms.labels.effects import PrintParcelLabel
from wms.labels.service import BenchJob, record_printed, request_parcel_label
from wms.labels.service import order_copy as order_copy_without_bench
from wms.places.lookup import places_by_id
from wms.shipments.lookup import parcels_by_id

ASKED, NOT_PRINTED, MOVED = "asked", "not_printed", "moved"
"""Reasons for a copy."""

PACKING = "packing"
"""Who ordered, where a scan did."""


def order_label(session: Session, warehouse_id: int, effect: PrintParcelLabel, *, now: datetime) -> None:
    """The writer of PrintParcelLabel: at the printer of the parcel's bench, or without one as ever."""
    parcel = parcels_by_id(session, warehouse_id, [effect.parcel_id])[effect.parcel_id]
    bench = places_by_id(session, warehouse_id, [parcel.place_id])[parcel.place_id].code
    printer = printer_of(session, warehouse_id, bench, now)
    if printer is None:
        request_parcel_label(session, warehouse_id, effect, now=now)
        return
    job_id = uuid7()
    request_parcel_label(session, warehouse_id, effect, now=now, bench_job=BenchJob(job_id, printer.medium))
    insert_job(session, warehouse_id, job_id, effect.parcel_id, 1, printer, Ordered(PACKING), now=now)


def order_label_copy(session: Session, warehouse_id: int, effect: OrderLabelCopy, *, now: datetime) -> Refusal | None:
    """The writer of OrderLabelCopy; see there for what it refuses."""
    ordered = Ordered(PACKING, effect.reason)
    copy = order_copy(session, warehouse_id, effect.parcel_id, ordered, now=now, not_printed=effect.not_printed)
    return copy if isinstance(copy, Refusal) else None


def order_copy(
    session: Session,
    warehouse_id: int,
    parcel_id: UUID,
    ordered: Ordered,
    *,
    now: datetime,
    not_printed: bool = False,
) -> int | Refusal:
    """Print the same bytes once more, where the newest copy cannot come out by itself any more; its number.

    Refuses `label_not_ready`, `label_underway`, `label_doubtful`. `not_printed`: somebody looked, the doubtful one is
    not there; the bench is told so and forgets it first.
    """
    jobs = jobs_of_parcel(session, warehouse_id, parcel_id)
    if not jobs:
        parcel = parcels_by_id(session, warehouse_id, [parcel_id])[parcel_id]
        return Refusal("label_not_ready", {"parcel": parcel.tracking_no})
    latest = jobs[-1]
    details: dict[str, Detail] = {
        "parcel": latest.tracking_number,
        "tail": latest.tail,
        "copy": latest.copy_number,
        "why": latest.why,
    }
    if latest.state is JobState.DOUBTFUL and not latest.is_applied:
        if not not_printed:
            return Refusal("label_doubtful", details)
        write_answer(session, warehouse_id, latest, Answer.NOT_PRINTED, ordered.by, now=now)
    elif latest.state not in OVER and not latest.is_applied:
        return Refusal("label_underway", details)
    return order_next(session, warehouse_id, parcel_id, latest.at, ordered, now=now)


def copy_where_it_was_printed(
    session: Session, by: Caller, parcel_id: UUID, copy_no: int, *, now: datetime
) -> Refusal | None:
    """For a copy that is asked for outside packing: at the bench that printed the label, by its rules; else as ever.

    Refuses `label_underway`, `label_doubtful`: no other printer gets what that one may still hold.
    """
    jobs = jobs_of_parcel(session, by.warehouse_id, parcel_id)
    if not jobs:
        return order_copy_without_bench(session, by, parcel_id, copy_no, now=now)
    copy = order_copy(session, by.warehouse_id, parcel_id, Ordered(by.who, ASKED), now=now)
    return copy if isinstance(copy, Refusal) else None


def answer_question(session: Session, by: Caller, job_id: UUID, answer: Answer, *, now: datetime) -> Refusal | None:
    """Somebody looked at the printer: the label came out, or it did not, and then its next copy is ordered.

    The same answer twice is one. Refuses `unknown_label_job` and `nothing_to_answer` (state): nobody doubts it.
    """
    job = job_by_id(session, by.warehouse_id, job_id, lock=True)
    if job is None:
        return Refusal("unknown_label_job")
    if job.answer is answer:
        return None
    if not job.is_question:
        return Refusal("nothing_to_answer", {"parcel": job.tracking_number, "state": job.state})
    details = {"copy": str(job.copy_number), "answer": answer.value}
    record(session, by, "label_answered", job.tracking_number, now=now, details=details)
    write_answer(session, by.warehouse_id, job, answer, by.who, now=now)
    if answer is Answer.NOT_PRINTED:
        order_next(session, by.warehouse_id, job.parcel_id, job.at, Ordered(by.who, NOT_PRINTED), now=now)
    return None


def apply_label(session: Session, warehouse_id: int, effect: ApplyLabel, *, now: datetime) -> None:
    """The writer of ApplyLabel. The same label scanned again, or one that no bench printed, changes nothing."""
    jobs = jobs_of_parcel(session, warehouse_id, effect.parcel_id)
    if any(job.is_applied for job in jobs):
        return
    # All copies carry the same code. The newest one that may be out is the one in the hand; a copy before it was
    # cancelled, or is paper that nobody needs.
    not_cancelled = [job for job in jobs if job.state is not JobState.CANCELLED]
    out = [job for job in not_cancelled if job.may_have_come_out] or not_cancelled
    if not out:
        return
    job = out[-1]
    is_over = job.state in OVER or not job.is_given
    # What the bench has said nothing of yet was not needed: another paper was scanned.
    told = Answer.CANCEL if job.state is JobState.QUEUED else Answer.CAME_OUT
    answer = None if is_over else told.value
    write_job(
        session, warehouse_id, job, applied_at=now, is_over=is_over, answer=answer, answered_by="", changed_at=now
    )
    record_printed(session, warehouse_id, job.id, f"{job.bench}/{job.printer}", now=now)


def move_label(
    session: Session, by: Caller, job_id: UUID, bench: str, printer: str, *, now: datetime
) -> Refusal | None:
    """Print on another printer what this one certainly does not hold.

    Where it waits in front of the printer, the bench is asked to give it back, and the copy is ordered once it has.
    Refuses `unknown_label_job`, `no_such_printer` (also one that takes labels of another kind), `label_may_come_out`.
    """
    job = job_by_id(session, by.warehouse_id, job_id, lock=True)
    if job is None:
        return Refusal("unknown_label_job")
    to = Printer(bench, printer, job.medium)
    devices = bench_standing(session, by.warehouse_id, bench, now).devices
    if not any(device.medium is to.medium and device.name == printer for device in devices):
        return Refusal("no_such_printer", {"bench": bench, "printer": printer})
    if job.is_applied or job.state is JobState.PRINTED or job.may_still_come_out:
        return Refusal("label_may_come_out", {"parcel": job.tracking_number, "state": job.state})
    details = {"copy": str(job.copy_number), "bench": to.bench, "printer": to.name}
    record(session, by, "label_moved", job.tracking_number, now=now, details=details)
    if job.state is JobState.BLOCKED:
        # It may begin to print while we speak: only the bench's own word that it is cancelled sets it free.
        target = f"{to.bench}/{to.name}"
        write_answer(session, by.warehouse_id, job, Answer.CANCEL, by.who, now=now, moves_to=target)
        return None
    if job.state is JobState.QUEUED:
        cancelled = JobState.CANCELLED.value
        write_job(session, by.warehouse_id, job, state=cancelled, is_over=True, why=MOVED, changed_at=now)
    order_next(session, by.warehouse_id, job.parcel_id, to, Ordered(by.who, MOVED), now=now)
    return None
