"""Use cases of print jobs: ask for a label, keep what was rendered, note what was printed, ask for a further copy.

Called by `wms.tasks` (the effect), by `jobs` and by the doors. Everything here runs inside a transaction of the caller
and is quick; rendering and printing are `jobs`' business and happen outside.

Invariants: the bytes of a parcel's label are made once and never again; a copy is the same bytes under the next number,
and who asked for it is in the audit trail.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast
from uuid import UUID

from sqlalchemy import Table, func, insert, literal, select, update
from sqlalchemy.orm import Session, aliased

from wms.access.audit import record
from wms.access.model import Caller, Capability
from wms.access.rules import may
from wms.database.dialect import insert_ignoring_duplicates
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.labels.effects import PrintParcelLabel
from wms.labels.model import Medium, RenderedLabel
from wms.labels.tables import PrintJobRow
from wms.outbox.service import enqueue
from wms.shipments.lookup import parcels_by_code
from wms.shipments.model import ParcelState

PRINT_TOPIC = "label.print"
BENCH_PRINT_TOPIC = "label.bench"
"""Labels that a packer stands and waits for. A topic of their own: no pile of others may be in front of them."""
PRINT_TOPICS = frozenset({PRINT_TOPIC, BENCH_PRINT_TOPIC})

_jobs = cast(Table, PrintJobRow.__table__)


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One copy of a label in one medium."""

    id: UUID
    medium: Medium
    parcel_id: UUID
    copy_no: int
    media_type: str
    content: bytes
    sha256: str
    is_printed: bool


@dataclass(frozen=True, slots=True)
class BenchJob:
    """The first copy of a label that a bench prints, and what its printer takes."""

    id: UUID
    medium: Medium


@dataclass(frozen=True, slots=True)
class LabelStanding:
    """How far a parcel's label is, without what stands on it."""

    tracking_number: str
    copies: int
    is_printed: bool
    """Every copy is known to be on paper."""


@dataclass(frozen=True, slots=True)
class PrintedCopy:
    """A copy that was asked for: its number, and whether it was asked for before."""

    tracking_number: str
    copy_no: int
    asked_before: bool


def request_parcel_label(
    session: Session,
    warehouse_id: int,
    effect: PrintParcelLabel,
    *,
    now: datetime,
    bench_job: BenchJob | None = None,
) -> None:
    """Put the printing of a parcel's label into the outbox.

    With `bench_job` it is only made, under that id and also in that medium: its bench fetches and prints it.
    """
    at_bench = {} if bench_job is None else {"job_id": str(bench_job.id), "printed_at": "bench"}
    if bench_job is not None:
        at_bench["medium"] = bench_job.medium.value
    _ask(session, warehouse_id, effect.parcel_id, at_bench, now)


def jobs_of(session: Session, warehouse_id: int, job_id: UUID) -> dict[Medium, PrintJob]:
    """The media of one copy; empty while nothing was rendered."""
    # The bytes are kept once, with copy 1.
    first = aliased(PrintJobRow)
    rows = session.execute(
        select(_jobs, first.content.label("label_bytes"))
        .join(
            first,
            (first.warehouse_id == _jobs.c.warehouse_id)
            & (first.parcel_id == _jobs.c.parcel_id)
            & (first.medium == _jobs.c.medium)
            & (first.copy_no == 1),
        )
        .where(_jobs.c.warehouse_id == warehouse_id, _jobs.c.id == job_id)
    )
    return {job.medium: job for job in (_job(row, row.label_bytes) for row in rows)}


def keep_rendered(
    session: Session,
    warehouse_id: int,
    job_id: UUID,
    parcel_id: UUID,
    labels: Mapping[Medium, RenderedLabel],
    *,
    now: datetime,
) -> None:
    """Keep finished labels under the job's id; those kept there before stay as they are.

    Where the parcel has a label already, asked for by another message, this one becomes its next copy with its bytes.
    """
    first = first_copy(session, warehouse_id, parcel_id)
    if any(job.id != job_id for job in first.values()):
        if not jobs_of(session, warehouse_id, job_id):
            next_no = _last_copy_no(session, warehouse_id, parcel_id) + 1
            copy_label(session, warehouse_id, parcel_id, job_id, next_no, "", now=now)
        return
    for medium, label in labels.items():
        session.execute(
            insert_ignoring_duplicates(_jobs, session.get_bind().dialect.name).values(
                warehouse_id=warehouse_id,
                id=job_id,
                medium=medium,
                parcel_id=parcel_id,
                copy_no=1,
                media_type=label.media_type,
                content=label.content,
                sha256=label.sha256,
                state="rendered",
                printer="",
                asked_by="",
                created_at=now,
            )
        )


def record_printed(session: Session, warehouse_id: int, job_id: UUID, printer: str, *, now: datetime) -> None:
    """Note that all media of a copy are on paper. A job noted before keeps its first time."""
    session.execute(
        update(_jobs)
        .where(_jobs.c.warehouse_id == warehouse_id, _jobs.c.id == job_id, _jobs.c.state == "rendered")
        .values(state="printed", printer=printer, printed_at=now)
    )


def first_copy(session: Session, warehouse_id: int, parcel_id: UUID) -> dict[Medium, PrintJob]:
    """The label of a parcel as it was first made; empty while it was not."""
    rows = session.execute(
        select(_jobs).where(_jobs.c.warehouse_id == warehouse_id, _jobs.c.parcel_id == parcel_id, _jobs.c.copy_no == 1)
    )
    return {job.medium: job for job in (_job(row, row.content) for row in rows)}


def first_copies(
    session: Session, warehouse_id: int, parcel_ids: Collection[UUID]
) -> dict[tuple[UUID, Medium], PrintJob]:
    """The labels of several parcels by parcel and medium; those that are not made yet are missing."""
    rows = session.execute(
        select(_jobs).where(
            _jobs.c.warehouse_id == warehouse_id, _jobs.c.parcel_id.in_(parcel_ids), _jobs.c.copy_no == 1
        )
    )
    return {(row.parcel_id, Medium(row.medium)): _job(row, row.content) for row in rows}


def see_label(
    session: Session, by: Caller, tracking_number: str, medium: Medium, *, now: datetime
) -> PrintJob | Refusal:
    """The stored label of a parcel, which names its recipient in full: that `by` saw it is recorded.

    Refuses `parcel_not_known`, `label_not_ready`. Whether `by` may has been asked before.
    """
    parcels = parcels_by_code(session, by.warehouse_id, tracking_no=tracking_number)
    if not parcels:
        return Refusal("parcel_not_known", {"parcel": tracking_number})
    job = first_copy(session, by.warehouse_id, parcels[0].id).get(medium)
    if job is None:
        return Refusal("label_not_ready", {"parcel": tracking_number})
    record(session, by, "label_seen", tracking_number, now=now, details={"medium": medium})
    return job


def label_standing(session: Session, warehouse_id: int, tracking_number: str) -> LabelStanding | Refusal:
    """How far the label of a parcel is. Refuses `parcel_not_known`, `label_not_ready`."""
    parcels = parcels_by_code(session, warehouse_id, tracking_no=tracking_number)
    if not parcels:
        return Refusal("parcel_not_known", {"parcel": tracking_number})
    rows = session.execute(
        select(_jobs.c.copy_no, _jobs.c.state).where(
            _jobs.c.warehouse_id == warehouse_id, _jobs.c.parcel_id == parcels[0].id
        )
    ).all()
    if not rows:
        return Refusal("label_not_ready", {"parcel": tracking_number})
    # The media of a copy are one label: a bench prints it in one of them.
    printed = {row.copy_no for row in rows if row.state == "printed"}
    copies = {row.copy_no for row in rows}
    return LabelStanding(tracking_number, max(copies), printed == copies)


def copies_of(session: Session, warehouse_id: int, parcel_id: UUID) -> int:
    """How many copies of a parcel's label there are; 0 while it was not made."""
    return _last_copy_no(session, warehouse_id, parcel_id)


class OrderCopy(Protocol):
    """Orders a copy wherever the parcel's labels are printed; the number was looked at before."""

    def __call__(
        self, session: Session, by: Caller, parcel_id: UUID, copy_no: int, /, *, now: datetime
    ) -> Refusal | None: ...


def order_copy(session: Session, by: Caller, parcel_id: UUID, copy_no: int, *, now: datetime) -> Refusal | None:
    """Order a copy that no bench prints."""
    job_id = uuid7()
    # Two people at once draw the same number; the second one's key is taken, it comes again and finds the copy.
    copy_label(session, by.warehouse_id, parcel_id, job_id, copy_no, by.who, now=now)
    _ask(session, by.warehouse_id, parcel_id, {"job_id": str(job_id)}, now)
    return None


def reprint(
    session: Session, by: Caller, tracking_number: str, copy_no: int, order: OrderCopy = order_copy, *, now: datetime
) -> PrintedCopy | Refusal:
    """Ask for copy `copy_no` of a parcel's label; asking for the same copy twice prints it once.

    Refuses what `order` does, and `parcel_not_known`, `label_not_ready`, `parcel_cancelled`, `parcel_has_left` (a label
    for a parcel on the road needs somebody who sees the board) and `copy_out_of_turn` (next).
    """
    parcels = parcels_by_code(session, by.warehouse_id, tracking_no=tracking_number)
    if not parcels:
        return Refusal("parcel_not_known", {"parcel": tracking_number})
    parcel = parcels[0]
    if parcel.why_void is not None:
        return parcel.why_void
    if parcel.state is ParcelState.DISPATCHED and not may(by.role, Capability.SEE_BOARD):
        return Refusal("parcel_has_left", {"parcel": tracking_number})
    last = _last_copy_no(session, by.warehouse_id, parcel.id)
    if last == 0:
        return Refusal("label_not_ready", {"parcel": tracking_number})
    if 2 <= copy_no <= last:
        return PrintedCopy(tracking_number, copy_no, asked_before=True)
    if copy_no != last + 1:
        return Refusal("copy_out_of_turn", {"parcel": tracking_number, "copy": copy_no, "next": last + 1})
    refused = order(session, by, parcel.id, copy_no, now=now)
    if refused is not None:
        return refused
    record(session, by, "label_reprinted", tracking_number, now=now, details={"copy": copy_no})
    return PrintedCopy(tracking_number, copy_no, asked_before=False)


def print_key(parcel_id: UUID) -> str:
    """Under which the making of a parcel's label waits in the outbox. A key of its own: the label must not wait for the
    declaration of the same parcel, nor the other way round.
    """
    return f"label:{parcel_id}"


def _ask(session: Session, warehouse_id: int, parcel_id: UUID, more: Mapping[str, str], now: datetime) -> None:
    payload = json.dumps({"parcel_id": str(parcel_id), **more})
    topic = BENCH_PRINT_TOPIC if "printed_at" in more else PRINT_TOPIC
    enqueue(session, warehouse_id, topic, payload, now=now, serial_key=print_key(parcel_id))


def _last_copy_no(session: Session, warehouse_id: int, parcel_id: UUID) -> int:
    last = session.execute(
        select(func.max(_jobs.c.copy_no)).where(_jobs.c.warehouse_id == warehouse_id, _jobs.c.parcel_id == parcel_id)
    ).scalar_one()
    return last or 0


def copy_label(
    session: Session, warehouse_id: int, parcel_id: UUID, job_id: UUID, copy_no: int, asked_by: str, *, now: datetime
) -> None:
    """Write a further copy down, without bytes: they are those of copy 1, which stand in one place."""
    same: list[Any] = [_jobs.c.medium, _jobs.c.parcel_id, _jobs.c.media_type, _jobs.c.sha256]
    new: dict[str, Any] = {
        "warehouse_id": literal(warehouse_id),
        "id": literal(job_id, _jobs.c.id.type),
        "copy_no": literal(copy_no),
        "content": literal(b"", _jobs.c.content.type),
        "state": literal("rendered"),
        "printer": literal(""),
        "asked_by": literal(asked_by),
        "created_at": literal(now, _jobs.c.created_at.type),
    }
    source = select(*same, *new.values()).where(
        _jobs.c.warehouse_id == warehouse_id, _jobs.c.parcel_id == parcel_id, _jobs.c.copy_no == 1
    )
    session.execute(insert(_jobs).from_select([column.name for column in same] + list(new), source))


def _job(row: Any, content: bytes) -> PrintJob:
    return PrintJob(
        row.id,
        Medium(row.medium),
        row.parcel_id,
        row.copy_no,
        row.media_type,
        content,
        row.sha256,
        row.state == "printed",
    )
