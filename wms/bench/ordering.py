"""Use cases about labels at benches: order one, order it again, move it, say what was seen, apply it.

Called by the bench page, by the office and, as writers of effects, by the scan door; each inside a transaction of the
caller. Nothing here prints or waits.

Invariants: a label is never ordered again while it may still come out by itself, unless a person said that it is not
there; every copy has the bytes of the first, as long as its printer takes the same, and its own number; no copy calls a
carrier; of a parcel's copies at most one is applied, and those that are not out by then are called off.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from wms.access.audit import record
from wms.access.model import Caller
from wms.bench.carrier_labels import VENDOR_PRINTS, ask_again, fits, label_failed
from wms.bench.effects import ApplyLabel, MoveLabel, OrderLabelCopy
from wms.bench.lookup import (
    job_by_id,
    jobs_of_parcel,
    printer_for_copy,
    printer_named,
    printer_of,
    vendor_printer_of,
)
from wms.bench.model import OVER, Answer, JobState, LabelJob, VendorMedium
from wms.bench.writing import Ordered, insert_job, order_next, write_answer, write_job
from wms.carriers.fetching import SILENT
from wms.carriers.labels import LabelStage, label_state_of_parcel
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Detail, Refusal
from wms.labels.documents import Paper
from wms.labels.effects import PrintParcelLabel
from wms.labels.service import BenchJob, copies_of, record_printed, request_parcel_label
from wms.labels.service import order_copy as order_copy_without_bench
from wms.places.lookup import places_by_id
from wms.shipments.lookup import parcels_by_id

ASKED, NOT_PRINTED, MOVED = "asked", "not_printed", "moved"
"""Reasons for a copy."""

NOT_NEEDED = "not_needed"
"""Why a copy was cancelled: another one was scanned on its box."""

PACKING = "packing"
"""Who ordered, where a scan did."""


def order_label(session: Session, warehouse_id: int, effect: PrintParcelLabel, *, now: datetime) -> None:
    """The writer of PrintParcelLabel: at the printer of the parcel's bench, or without one as ever.

    A label that its carrier still has to give is printed when it comes; see `carrier_labels`.
    """
    parcel = parcels_by_id(session, warehouse_id, [effect.parcel_id])[effect.parcel_id]
    bench = places_by_id(session, warehouse_id, [parcel.place_id])[parcel.place_id].code
    carrier = label_state_of_parcel(session, warehouse_id, effect.parcel_id)
    stage, ordered = carrier.stage, Ordered(PACKING)
    if stage is LabelStage.VENDORS:
        forwards = vendor_printer_of(session, warehouse_id, bench, carrier.media_type, now)
        if forwards is not None:
            insert_job(session, warehouse_id, uuid7(), effect.parcel_id, 1, forwards, ordered, now=now)
            return
    printer = printer_of(session, warehouse_id, bench, now)
    is_made_here = stage in (LabelStage.OURS, LabelStage.HERE)
    if printer is None:
        if is_made_here:
            request_parcel_label(session, warehouse_id, effect, now=now)
        return
    job_id = uuid7()
    if is_made_here:
        assert not isinstance(printer.medium, VendorMedium), "labels that we draw go to no platform's component"
        request_parcel_label(session, warehouse_id, effect, now=now, bench_job=BenchJob(job_id, printer.medium))
    insert_job(session, warehouse_id, job_id, effect.parcel_id, 1, printer, ordered, now=now)
    if stage is LabelStage.STUCK:
        label_failed(session, warehouse_id, effect.parcel_id, SILENT, carrier.said, now=now)
    if stage is LabelStage.VENDORS:
        # Nothing is expected of the bench; what is scanned back in the end is the platform's print.
        (job,) = jobs_of_parcel(session, warehouse_id, effect.parcel_id)
        write_job(session, warehouse_id, job, is_over=True, why=VENDOR_PRINTS)


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
    """Print the same label once more, where the newest copy cannot come out by itself any more; its number.

    Refuses `label_not_ready`, `label_underway`, `label_doubtful`, `label_of_vendor`, and `parcel_cancelled` where it
    was opened again. `not_printed`: somebody looked,
    the doubtful one is not there; the bench is told so and forgets it first. A first label that its carrier has not
    given, or that could not be made of what it gave, is fetched and made now instead.
    """
    jobs = jobs_of_parcel(session, warehouse_id, parcel_id, lock=True)
    parcel = parcels_by_id(session, warehouse_id, [parcel_id])[parcel_id]
    if parcel.why_void is not None:
        return parcel.why_void
    if not jobs:
        return Refusal("label_not_ready", {"parcel": parcel.tracking_no})
    latest = jobs[-1]
    details: dict[str, Detail] = {
        "parcel": latest.tracking_number,
        "tail": latest.tail,
        "copy": latest.copy_number,
        "why": latest.why,
    }
    if latest.why == VENDOR_PRINTS and latest.state is JobState.QUEUED:
        return Refusal("label_of_vendor", {"parcel": latest.tracking_number})
    if latest.is_not_made:
        ask_again(session, warehouse_id, parcel_id, now=now)
        return latest.copy_number
    if latest.state is JobState.DOUBTFUL and not latest.is_applied:
        if not not_printed:
            return Refusal("label_doubtful", details)
        write_answer(session, warehouse_id, latest, Answer.NOT_PRINTED, ordered.by, now=now)
    elif latest.state not in OVER and not latest.is_applied:
        return Refusal("label_underway", details)
    printer = printer_for_copy(session, warehouse_id, latest, now)
    return order_next(session, warehouse_id, parcel_id, printer, ordered, now=now)


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

    One that was to be cancelled has no next copy here: where it was to be moved, it is ordered there as ever. The same
    answer twice is one. Refuses `unknown_label_job` and `nothing_to_answer` (state): nobody doubts it.
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
    if job.answer is Answer.CANCEL:
        write_job(session, by.warehouse_id, job, answer=answer.value, answered_by=by.who, changed_at=now)
        return None
    write_answer(session, by.warehouse_id, job, answer, by.who, now=now)
    if answer is Answer.NOT_PRINTED:
        printer = printer_for_copy(session, by.warehouse_id, job, now)
        ordered = Ordered(by.who, NOT_PRINTED, job.paper, job.list_code)
        order_next(session, by.warehouse_id, job.parcel_id, printer, ordered, now=now)
    return None


def apply_label(session: Session, warehouse_id: int, effect: ApplyLabel, *, now: datetime) -> None:
    """The writer of ApplyLabel. The same label scanned again, or one that no bench printed, changes nothing.

    No other copy is wanted any more: those that have not come out yet are called off.
    """
    jobs = jobs_of_parcel(session, warehouse_id, effect.parcel_id, lock=True)
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
    # Also where the bench has said nothing of it yet: whatever it finds out about its printer, the doubt is settled.
    answer = None if is_over else Answer.CAME_OUT.value
    write_job(
        session,
        warehouse_id,
        job,
        applied_at=now,
        is_over=is_over,
        answer=answer,
        answered_by="",
        moves_to="",
        changed_at=now,
    )
    record_printed(session, warehouse_id, job.id, f"{job.bench}/{job.printer}", now=now)
    for other in not_cancelled:
        if other is not job and other.state is not JobState.PRINTED:
            call_off(session, warehouse_id, other, now)


def call_off(session: Session, warehouse_id: int, job: LabelJob, now: datetime) -> None:
    """It is not wanted any more. Of one that may be out only its bench can say more, and it moves nowhere any more."""
    if job.state is JobState.QUEUED and not job.is_given:
        cancelled = JobState.CANCELLED.value
        write_job(session, warehouse_id, job, state=cancelled, is_over=True, why=NOT_NEEDED, changed_at=now)
    elif job.may_have_come_out:
        write_job(session, warehouse_id, job, moves_to="")
    else:
        write_answer(session, warehouse_id, job, Answer.CANCEL, "", now=now)


def move_label(
    session: Session, by: Caller, job_id: UUID, bench: str, printer: str, *, now: datetime
) -> Refusal | None:
    """Print on another printer what this one certainly does not hold, as somebody at a page wants it. Refuses what
    `_move` does.
    """
    job = job_by_id(session, by.warehouse_id, job_id, lock=True)
    refusal = _move(session, by.warehouse_id, MoveLabel(job_id, bench, printer), by.who, now)
    if refusal is None and job is not None:
        details = {"copy": str(job.copy_number), "bench": bench, "printer": printer}
        record(session, by, "label_moved", job.tracking_number, now=now, details=details)
    return refusal


def move_label_by_scan(session: Session, warehouse_id: int, effect: MoveLabel, *, now: datetime) -> Refusal | None:
    """The writer of MoveLabel. Refuses what `_move` does."""
    return _move(session, warehouse_id, effect, PACKING, now)


def _move(session: Session, warehouse_id: int, move: MoveLabel, who: str, now: datetime) -> Refusal | None:
    """Where the label waits in front of its printer, the bench is asked to give it back, and the copy is ordered once
    it has. One that is or may be in the printer moves only on the word of somebody who looked, as a doubtful one does:
    that printer is made to forget it before it prints anything else.

    Refuses `unknown_label_job`, `label_of_vendor`, `label_not_ready`, `no_such_printer`, `label_not_for_printer` (one
    that cannot be made of it), `label_may_come_out`, and `parcel_cancelled` where the parcel was opened again.
    """
    job = job_by_id(session, warehouse_id, move.job_id, lock=True)
    if job is None:
        return Refusal("unknown_label_job")
    if job.is_void:
        return parcels_by_id(session, warehouse_id, [job.parcel_id])[job.parcel_id].why_void
    if job.why == VENDOR_PRINTS and job.state is JobState.QUEUED:
        return Refusal("label_of_vendor", {"parcel": job.tracking_number})
    is_drawn = job.paper is Paper.LABEL and not isinstance(job.medium, VendorMedium)
    if is_drawn and job.state is JobState.QUEUED and not copies_of(session, warehouse_id, job.parcel_id):
        # It is made for the job that waits for it; a further copy would have the bytes of nothing.
        return Refusal("label_not_ready", {"parcel": job.tracking_number})
    to = printer_named(session, warehouse_id, move.bench, move.printer)
    if to is None:
        return Refusal("no_such_printer", {"bench": move.bench, "printer": move.printer})
    if not fits(session, warehouse_id, job, to.medium):
        details: dict[str, Detail] = {"parcel": job.tracking_number, "printer": to.name, "kind": to.medium.in_words}
        return Refusal("label_not_for_printer", details)
    is_not_there = move.not_printed and job.is_deniable
    if not (job.is_movable or is_not_there):
        return Refusal("label_may_come_out", {"parcel": job.tracking_number, "state": job.state})
    if is_not_there:
        write_answer(session, warehouse_id, job, Answer.NOT_PRINTED, who, now=now)
    elif job.state is JobState.BLOCKED:
        # It may begin to print while we speak: only the bench's own word that it is cancelled sets it free.
        target = f"{to.bench}/{to.name}"
        write_answer(session, warehouse_id, job, Answer.CANCEL, who, now=now, moves_to=target)
        return None
    elif job.state is JobState.QUEUED:
        cancelled = JobState.CANCELLED.value
        write_job(session, warehouse_id, job, state=cancelled, is_over=True, why=MOVED, changed_at=now)
    order_next(session, warehouse_id, job.parcel_id, to, Ordered(who, MOVED, job.paper, job.list_code), now=now)
    return None
