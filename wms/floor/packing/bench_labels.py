"""How far the papers of a parcel are, as a packer needs to know it: the label on its box, the packing list beside it.

A label is made by its carrier or by us, then printed by the bench's program or by the warehouse's own worker; each of
them knows a part. Reads only; called by `bench_view`.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from wms.bench.lookup import jobs_of_parcel
from wms.bench.model import Answer, BenchStanding, JobState, LabelJob
from wms.bench.papers import jobs_of_list
from wms.carriers.labels import LabelStage, carrier_label_of_parcel, label_state_of_parcel
from wms.floor.packing.bench_glance import Copies
from wms.labels.carrier_pages import further_pages
from wms.labels.documents import Paper
from wms.labels.model import Medium
from wms.shipments.model import Parcel


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
    AWAITED = "awaited"
    """Its carrier has not given it yet, and is asked again."""
    STUCK = "stuck"
    """Its carrier did not give it, and is asked again only when somebody says so."""
    REFUSED = "refused"
    """What should stand on it, or what its carrier gave, must not be printed."""
    VENDORS = "vendors"
    """Only its platform's own program can print it."""
    BY_HAND = "by_hand"
    """Of papers: the bench has no printer for it, the packer prints it from the page."""


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
    """What the bench's program or the carrier said, in its own words."""
    seconds: int = 0
    """Until the carrier is asked again."""
    paper: Paper = Paper.LABEL


def label_of_parcel(
    session: Session,
    warehouse_id: int,
    parcel: Parcel,
    copies: Copies,
    program: BenchStanding,
    trouble: str,
    now: datetime,
) -> LabelView:
    """Its label's newest copy.

    `copies`: where no bench prints them. `trouble`: what keeps the printer from printing whose turn it is here.
    """
    jobs = jobs_of_parcel(session, warehouse_id, parcel.id)
    if any(job.is_applied for job in jobs):
        return LabelView(parcel.tracking_no, jobs[-1].copy_number, LabelState.APPLIED)
    if jobs and not jobs[-1].is_not_made:
        label = label_of_job(jobs[-1])
    elif copies:
        label = _label_of_copies(parcel.tracking_no, copies)
    else:
        label = _label_not_made(session, warehouse_id, parcel, jobs[-1] if jobs else None, now)
    if label.state in (LabelState.WAITING, LabelState.PRINTING):
        # Its printer tells of its trouble before the job does, which may not even be ordered yet.
        why = _trouble_with(jobs[-1], program) if jobs else trouble
        return replace(label, state=LabelState.BLOCKED, why=why) if why else label
    return label


def _trouble_with(job: LabelJob, program: BenchStanding) -> str:
    """Of the printer of a job, where it stands at this bench."""
    return program.trouble_of(job.printer) if job.bench == program.bench else ""


def packing_list_of(session: Session, warehouse_id: int, parcel_id: UUID, code: str) -> LabelView:
    """Its newest copy; by hand where its bench has no printer for it."""
    jobs = jobs_of_list(session, warehouse_id, parcel_id, code)
    return label_of_job(jobs[-1]) if jobs else LabelView(code, 1, LabelState.BY_HAND, paper=Paper.PACKING_LIST)


def carrier_papers_of(session: Session, warehouse_id: int, parcel: Parcel) -> int:
    """Pages its carrier gave besides the label that do not come out with it: only printers of documents print them."""
    given = carrier_label_of_parcel(session, warehouse_id, parcel.id)
    pages = 0 if given is None else further_pages(given.media_type, given.content)
    if not pages:
        return 0
    jobs = jobs_of_parcel(session, warehouse_id, parcel.id)
    return 0 if jobs and jobs[-1].medium is Medium.PDF else pages


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


def label_of_job(job: LabelJob) -> LabelView:
    state = _OF_JOB[job.state]
    if state is LabelState.DOUBTFUL and not job.is_question:
        # Somebody has looked already; the bench has not carried it out yet.
        state = LabelState.PRINTED if job.answer is Answer.CAME_OUT else LabelState.WAITING
    job_id = job.id if job.is_question else None
    return LabelView(job.tracking_number, job.copy_number, state, job_id, job.why, job.words, paper=job.paper)


def _label_not_made(
    session: Session, warehouse_id: int, parcel: Parcel, job: LabelJob | None, now: datetime
) -> LabelView:
    """There is nothing to print yet, or never will be: why, and when its carrier is asked again."""
    carrier = label_state_of_parcel(session, warehouse_id, parcel.id)
    copy_number, why, words = (job.copy_number, job.why, job.words) if job is not None else (1, "", carrier.said)
    seconds = 0
    match carrier.stage:
        case LabelStage.VENDORS:
            state = LabelState.VENDORS
        case LabelStage.STUCK:
            state = LabelState.STUCK
        case LabelStage.AWAITED:
            state = LabelState.AWAITED
            seconds = 1 if carrier.due_at is None else max(1, round((carrier.due_at - now).total_seconds()))
        case _:
            state = LabelState.REFUSED if job is not None else LabelState.WAITING
    return LabelView(parcel.tracking_no, copy_number, state, why=why, words=words, seconds=seconds)


def _label_of_copies(parcel: str, copies: Copies) -> LabelView:
    """Where no bench prints: made and printed by the warehouse's own worker."""
    is_printed = all(state == "printed" for _, state in copies)
    state = LabelState.LEFT_TO_PACKER if is_printed else LabelState.PRINTING
    return LabelView(parcel, max(copy for copy, _ in copies), state)
