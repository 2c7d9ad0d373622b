"""The carrier's own label at a bench: what is printed of it, who waits for it, and what is said while it is not there.

The parcel is closed and its job is written at once; what the bench is to print comes later, from the carrier, fetched
outside of any transaction. Wired in `wms.app` into the room that fetches and the room that prints; each call inside a
transaction of theirs. A label that only its platform's own program can print goes, as it came, to a bench's printer of
that program, and to no other.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from wms.bench.lookup import jobs_of_parcel
from wms.bench.model import JobState, LabelJob, PrintsAs, VendorMedium
from wms.bench.writing import write_job
from wms.carriers.labels import carrier_label_of_parcel, fetch_key_of_parcel
from wms.labels.documents import Paper
from wms.labels.effects import PrintParcelLabel
from wms.labels.given import GivenLabel
from wms.labels.service import BenchJob, print_key, request_parcel_label
from wms.outbox.service import hurry
from wms.shipments.lookup import parcels_by_id

VENDOR_PRINTS = "vendor_prints"
"""Why a bench has nothing to print: the platform's own program does, and is not connected there."""
MOST_WORDS = 500


def given_label(session: Session, warehouse_id: int, parcel_id: UUID) -> GivenLabel | None:
    """What the carrier gave to be put onto the parcel; None where we draw the label."""
    label = carrier_label_of_parcel(session, warehouse_id, parcel_id)
    if label is None:
        return None
    number = parcels_by_id(session, warehouse_id, [parcel_id])[parcel_id].tracking_no
    return GivenLabel(label.media_type, label.content, number)


def label_came(session: Session, warehouse_id: int, parcel_id: UUID, *, now: datetime) -> None:
    """Now it can be printed: at the bench that waits for it, or without one as ever."""
    effect = PrintParcelLabel(parcel_id)
    waiting = _waiting(session, warehouse_id, parcel_id)
    if waiting is None:
        request_parcel_label(session, warehouse_id, effect, now=now)
        return
    write_job(session, warehouse_id, waiting, why="", words="", changed_at=now)
    assert not isinstance(waiting.medium, VendorMedium), "a platform forwards its payload before the parcel is closed"
    bench_job = BenchJob(waiting.id, waiting.medium)
    request_parcel_label(session, warehouse_id, effect, now=now, bench_job=bench_job)


def label_failed(session: Session, warehouse_id: int, parcel_id: UUID, why: str, words: str, *, now: datetime) -> None:
    """It is not there, and why, in the words of whoever refused it: the bench says so until it comes."""
    waiting = _waiting(session, warehouse_id, parcel_id)
    if waiting is not None:
        write_job(session, warehouse_id, waiting, why=why, words=words[:MOST_WORDS], changed_at=now)


def ask_again(session: Session, warehouse_id: int, parcel_id: UUID, *, now: datetime) -> None:
    """Do not wait for the next try, nor for a person at another desk: fetch and make the label now."""
    keys = [print_key(parcel_id)]
    fetched_under = fetch_key_of_parcel(session, warehouse_id, parcel_id)
    if fetched_under:
        keys.append(fetched_under)
    hurry(session, warehouse_id, keys, now=now)


def fits(session: Session, warehouse_id: int, job: LabelJob, medium: PrintsAs) -> bool:
    """Whether what a job prints can be had for a printer that takes this: what we draw, for every one of ours; what
    was given to us, only as far as that can be read.
    """
    if job.paper is not Paper.LABEL:
        return medium is job.medium
    return label_fits(session, warehouse_id, job.parcel_id, medium)


def label_fits(session: Session, warehouse_id: int, parcel_id: UUID, medium: PrintsAs) -> bool:
    """The same of a parcel's label, whether or not a bench has printed it."""
    given = given_label(session, warehouse_id, parcel_id)
    if isinstance(medium, VendorMedium):
        return given is not None and given.media_type == medium.media_type
    return given is None or given.may_be_made_as(medium)


def _waiting(session: Session, warehouse_id: int, parcel_id: UUID) -> LabelJob | None:
    """The newest copy, while its bench has not been told of it."""
    jobs = jobs_of_parcel(session, warehouse_id, parcel_id)
    newest = jobs[-1] if jobs else None
    return newest if newest is not None and newest.state is JobState.QUEUED and not newest.is_given else None
