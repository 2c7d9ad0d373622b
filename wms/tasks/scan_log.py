"""The scan log: replay by scan id, and what undo needs. For the other rooms of this slice."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import msgspec
from sqlalchemy import Select, Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from wms.kernel.effect import Effect
from wms.kernel.errors import Conflict
from wms.kernel.refusal import Detail
from wms.tasks.decision import Outcome
from wms.tasks.lookahead import NO_PATH
from wms.tasks.model import FloorCaller, Reply, ScanRequest
from wms.tasks.tables import ScanLogRow

_log = cast(Table, ScanLogRow.__table__)

_FIND = select(_log.c.digest, _log.c.answer).where(
    _log.c.warehouse_id == bindparam("key_warehouse"), _log.c.scan_id == bindparam("key_scan")
)

_WRITE = insert(_log)

_LATEST_OF_OPERATOR = (
    select(_log.c.raw, _log.c.symbology, _log.c.source, _log.c.outcome, _log.c.task_id)
    .where(_log.c.warehouse_id == bindparam("key_warehouse"), _log.c.operator_id == bindparam("key_operator"))
    .order_by(_log.c.at.desc(), _log.c.scan_id.desc())
    .limit(1)
)

COUNTED = (Outcome.ACCEPTED, Outcome.COMPLETED, Outcome.GATE_CLOSED)
"""Outcomes that moved the task on."""

UNDONE = "undone"
"""Code of an undo scan; it is not itself undone by the next undo."""

DROPPED = "question_dropped"
"""Code of an undo that only dropped a question; there is nothing of it to take back."""


NAMED = ("read", "item", "parcel", "container", "place", "box", "notice")
"""Details of an answer that say best what its scan was about, the most telling first."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The state before a scan and what the scan changed: enough to take it back."""

    step: str
    progress: msgspec.Raw
    effects: tuple[tuple[str, msgspec.Raw], ...]


@dataclass(frozen=True, slots=True)
class LastCounted:
    """The latest scan of a task that counts and was not taken back yet."""

    scan_id: UUID
    operator_id: UUID | None
    task_id: UUID
    task_version: int
    undo: bytes | None
    what: str
    """What it was about, for the sentence that says it was taken back."""


def digest(request: ScanRequest) -> bytes:
    """What "the same contents" means: the code, and the task it was scanned in."""
    return hashlib.sha256(f"{request.task_id}|{request.raw}".encode()).digest()


def stored_reply(session: Session, warehouse_id: int, request: ScanRequest) -> Reply | None:
    """The answer this scan id got before. Raises Conflict when it came with other contents."""
    row = session.connection().execute(_FIND, {"key_warehouse": warehouse_id, "key_scan": request.scan_id}).first()
    if row is None:
        return None
    if row.digest != digest(request):
        raise Conflict(f"scan {request.scan_id} was sent before with another code; nothing was booked")
    reply = msgspec.json.decode(row.answer, type=Reply)
    return replace(reply, replayed=True)


def is_known(session: Session, warehouse_id: int, scan_id: UUID) -> bool:
    """Whether a scan with this id was judged."""
    return session.connection().execute(_FIND, {"key_warehouse": warehouse_id, "key_scan": scan_id}).first() is not None


def frame_of(step: str, progress: bytes, effects: Sequence[Effect]) -> bytes | None:
    """The undo frame of a scan, None when one of its effects cannot be taken back."""
    if any(effect.inverse() is None for effect in effects):
        return None
    encoded = tuple((type(effect).__name__, msgspec.Raw(msgspec.json.encode(effect))) for effect in effects)
    return msgspec.json.encode(Frame(step, msgspec.Raw(progress), encoded))


@dataclass(frozen=True, slots=True)
class Judged:
    """What is written of a scan besides the request and the reply. `undo` None where it cannot be taken back."""

    workflow: str
    step: str
    at: datetime
    took_us: int
    task_id: UUID | None = None
    task_version: int = 0
    undo: bytes | None = None


def write(session: Session, caller: FloorCaller, request: ScanRequest, reply: Reply, judged: Judged) -> None:
    """Store a judged scan with its answer."""
    session.connection().execute(
        _WRITE,
        {
            "warehouse_id": caller.warehouse_id,
            "scan_id": request.scan_id,
            "task_id": judged.task_id,
            "task_version": judged.task_version,
            "workflow": judged.workflow,
            "step": judged.step,
            "operator_id": caller.operator_id,
            "device": caller.device,
            "raw": request.raw,
            "source": request.source,
            "symbology": request.symbology,
            "scanned_at": request.at,
            "at": judged.at,
            "took_us": judged.took_us,
            "outcome": reply.outcome,
            "code": reply.code,
            "digest": digest(request),
            "answer": msgspec.json.encode(replace(reply, path=NO_PATH, next=(), exception=None)),
            "undo": judged.undo,
            "undone_by": None,
        },
    )


def last_of_task(session: Session, warehouse_id: int, task_id: UUID) -> LastCounted | None:
    """The latest scan of a task that counts. Versions order them, because clocks of two servers may differ."""
    counted = _counted(warehouse_id).where(_log.c.task_id == task_id)
    return _first(session, counted.order_by(_log.c.task_version.desc()))


def last_of_operator(session: Session, warehouse_id: int, operator_id: UUID) -> LastCounted | None:
    """The latest scan of an operator that counts, in whichever task."""
    counted = _counted(warehouse_id).where(_log.c.operator_id == operator_id, _log.c.task_id.is_not(None))
    return _first(session, counted.order_by(_log.c.at.desc(), _log.c.scan_id.desc()))


def last_code_of_task(session: Session, warehouse_id: int, task_id: UUID) -> str:
    """What the latest scan of a task was answered, whether or not it counted; empty where it had none."""
    code = session.scalar(
        select(_log.c.code)
        .where(_log.c.warehouse_id == warehouse_id, _log.c.task_id == task_id)
        .order_by(_log.c.task_version.desc(), _log.c.at.desc(), _log.c.scan_id.desc())
        .limit(1)
    )
    return code or ""


@dataclass(frozen=True, slots=True)
class CountedSince:
    """The first scan of a task that counted after some version; `frame` is the state before it, where it is kept."""

    frame: Frame | None


def first_counted_after(session: Session, warehouse_id: int, task_id: UUID, version: int) -> CountedSince | None:
    """What first moved a task on after it had reached `version`; None where nothing has."""
    row = session.execute(
        select(_log.c.undo)
        .where(
            _log.c.warehouse_id == warehouse_id,
            _log.c.task_id == task_id,
            _log.c.task_version > version,
            _log.c.outcome.in_(COUNTED),
            _log.c.code != DROPPED,
        )
        .order_by(_log.c.task_version)
        .limit(1)
    ).first()
    if row is None:
        return None
    return CountedSince(None if row.undo is None else msgspec.json.decode(row.undo, type=Frame))


def step_of(session: Session, warehouse_id: int, scan_id: UUID, task_id: UUID) -> str | None:
    """The step at which a scan of this task was judged; None where it was not judged in it."""
    return session.execute(
        select(_log.c.step).where(
            _log.c.warehouse_id == warehouse_id, _log.c.scan_id == scan_id, _log.c.task_id == task_id
        )
    ).scalar_one_or_none()


def _counted(warehouse_id: int) -> Select[Any]:
    columns = (_log.c.scan_id, _log.c.operator_id, _log.c.task_id, _log.c.task_version, _log.c.undo)
    return select(*columns, _log.c.raw, _log.c.answer).where(
        _log.c.warehouse_id == warehouse_id,
        _log.c.outcome.in_(COUNTED),
        _log.c.code.not_in((UNDONE, DROPPED)),
        _log.c.undone_by.is_(None),
    )


def _first(session: Session, counted: Select[Any]) -> LastCounted | None:
    row = session.execute(counted.limit(1)).first()
    if row is None:
        return None
    details = msgspec.json.decode(row.answer, type=Reply).details
    return LastCounted(row.scan_id, row.operator_id, row.task_id, row.task_version, row.undo, _what(details, row.raw))


def _what(details: Mapping[str, Detail], raw: str) -> str:
    """The lot or date that was read, or the thing and how many of it."""
    named = next((str(details[name]) for name in NAMED if details.get(name)), "")
    units = details.get("units")
    if named and isinstance(units, int) and units > 1:
        return f"{units} × {named}"
    return named or raw


def mark_undone(session: Session, warehouse_id: int, scan_id: UUID, undone_by: UUID) -> None:
    """Remember which scan took this one back."""
    session.execute(
        update(_log).where(_log.c.warehouse_id == warehouse_id, _log.c.scan_id == scan_id).values(undone_by=undone_by)
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """The code that was asked about, as it came."""

    raw: str
    symbology: str | None
    source: str


def asked_to_confirm(session: Session, caller: FloorCaller) -> Asked | None:
    """This operator's latest scan, where it was outside a task and was asked to be confirmed."""
    key = {"key_warehouse": caller.warehouse_id, "key_operator": caller.operator_id}
    row = session.connection().execute(_LATEST_OF_OPERATOR, key).first()
    if row is None or row.task_id is not None or row.outcome != Outcome.CONFIRM:
        return None
    return Asked(row.raw, row.symbology, row.source)
