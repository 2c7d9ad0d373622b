"""What a bench is told when it asks: jobs it has said nothing of yet, and what people answered. Called by `views`.

A job is told once its label is made, and again with every answer until its first state was reported. The moment it is
told for the first time is written down before: from then on only the bench knows whether it was sent.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from wms.bench.lookup import open_jobs
from wms.bench.model import Answer, JobState, LabelJob, VendorMedium
from wms.bench.reports import note_given
from wms.carriers.labels import carrier_label_of_parcel
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.labels.documents import Paper
from wms.labels.model import Medium
from wms.labels.papers import KeptPaper, lists_made
from wms.labels.service import first_copies

MOST_AT_ONCE = 20
"""A bench prints one after the other; the rest is told when these are reported."""


@dataclass(frozen=True, slots=True)
class NewJob:
    """One copy of one label, as a bench reads it. All copies share `label_id`, bytes and `sha256`."""

    job_id: UUID
    label_id: UUID
    copy_number: int
    printer: str
    media_type: str
    tail: str
    sha256: str
    content: str
    """Base64."""


@dataclass(frozen=True, slots=True)
class ToldAnswer:
    """What a person, or the scan of the label, says of a job."""

    job_id: UUID
    answer: Answer


@dataclass(frozen=True, slots=True)
class JobsAnswer:
    """All there is to tell a bench."""

    jobs: tuple[NewJob, ...]
    answers: tuple[ToldAnswer, ...]


def jobs_for_bench(database: Database, clock: Clock, warehouse_id: int, bench: str) -> JobsAnswer | None:
    """What the bench is to be told now; None where there is nothing."""
    found = database.reading(lambda session: _look(session, warehouse_id, bench))
    if found is None:
        return None
    jobs, answers, unheard = found
    if unheard:
        now = clock.now()
        kept = database.in_transaction(lambda session: _give(session, warehouse_id, bench, unheard, now))
        jobs = tuple(job for job in jobs if job.job_id in kept)
    return JobsAnswer(jobs, answers) if jobs or answers else None


def _look(
    session: Session, warehouse_id: int, bench: str
) -> tuple[tuple[NewJob, ...], tuple[ToldAnswer, ...], list[UUID]] | None:
    found = open_jobs(session, warehouse_id, bench)
    if not found:
        return None
    ready = _ready(session, warehouse_id, [job for job in found if job.state is JobState.QUEUED])
    answers = tuple(ToldAnswer(job.id, job.answer) for job in found if job.answer is not None)
    unheard = [job.id for job, _ in ready if not job.is_given]
    return tuple(_told(job, content) for job, content in ready), answers, unheard


def _ready(session: Session, warehouse_id: int, queued: list[LabelJob]) -> list[tuple[LabelJob, KeptPaper]]:
    """The first ones that can be told, with what is to be printed. Those whose carrier has given nothing yet, however
    many they are, keep none of the others waiting.
    """
    ready: list[tuple[LabelJob, KeptPaper]] = []
    for begin in range(0, len(queued), MOST_AT_ONCE):
        some = queued[begin : begin + MOST_AT_ONCE]
        made = _made(session, warehouse_id, some)
        ready += [(job, made[job.id]) for job in some if job.id in made]
        if len(ready) >= MOST_AT_ONCE:
            break
    return ready[:MOST_AT_ONCE]


def _made(session: Session, warehouse_id: int, jobs: list[LabelJob]) -> dict[UUID, KeptPaper]:
    """What is to be printed, by job; the jobs whose label or paper is not made yet are missing."""
    labels = first_copies(session, warehouse_id, {job.parcel_id for job in jobs if job.paper is Paper.LABEL})
    lists = lists_made(session, warehouse_id, {job.list_code for job in jobs if job.list_code})
    found: dict[UUID, KeptPaper] = {}
    for job in jobs:
        if isinstance(job.medium, VendorMedium):
            payload = carrier_label_of_parcel(session, warehouse_id, job.parcel_id)
            if payload is not None:
                found[job.id] = KeptPaper(payload.content, hashlib.sha256(payload.content).hexdigest())
            continue
        label, other = labels.get((job.parcel_id, job.medium)), lists.get(job.list_code)
        if job.paper is Paper.LABEL and label is not None:
            found[job.id] = KeptPaper(label.content, label.sha256)
        elif job.paper is not Paper.LABEL and other is not None:
            found[job.id] = other
    return found


def _give(session: Session, warehouse_id: int, bench: str, job_ids: list[UUID], now: datetime) -> set[UUID]:
    """Write down that they are told; those that are still to be told."""
    note_given(session, warehouse_id, bench, job_ids, now=now)
    return {job.id for job in open_jobs(session, warehouse_id, bench) if job.is_given}


def _told(job: LabelJob, printed: KeptPaper) -> NewJob:
    return NewJob(
        job_id=job.id,
        label_id=_label_id(job),
        copy_number=job.copy_number,
        printer=job.printer,
        media_type=job.medium.media_type,
        tail=job.tail,
        sha256=printed.sha256,
        content=base64.b64encode(printed.content).decode(),
    )


def _label_id(job: LabelJob) -> UUID:
    """A parcel has one label of each kind for ever, so the usual one is named like its parcel; a list by its code."""
    if job.paper is not Paper.LABEL:
        return uuid5(job.parcel_id, job.list_code)
    return job.parcel_id if job.medium is Medium.ZPL_203 else uuid5(job.parcel_id, job.medium.value)
