"""Shapes at the scan door: what comes in, what goes out, who calls, how a workflow opens its tasks. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from wms.kernel.effect import Effect
from wms.kernel.refusal import Detail
from wms.tasks.decision import Note, Outcome
from wms.tasks.explanation import Explanation
from wms.tasks.lookahead import Ahead
from wms.tasks.screen import Screen


class Source(StrEnum):
    """How a code got into the device."""

    WEDGE = "wedge"
    MANUAL = "manual"
    CAMERA = "camera"
    BUTTON = "button"
    API = "api"


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """One scan as the device sent it. `scan_id` is a UUIDv7 the device made and stored before sending."""

    scan_id: UUID
    device: str
    raw: str
    source: Source = Source.WEDGE
    task_id: UUID | None = None
    task_version: int | None = None
    symbology: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FloorCaller:
    """Who scans: an operator (or an integration on its behalf) in one warehouse, on one device."""

    warehouse_id: int
    operator_id: UUID
    device: str
    capabilities: frozenset[str]


@dataclass(frozen=True, slots=True)
class TaskState:
    """Which task the handheld is in, and its version to send with the next scan."""

    id: UUID
    version: int
    workflow: str
    step: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one scan. `lookahead` is an aid and not part of what is stored for replay."""

    scan_id: UUID
    outcome: Outcome
    code: str
    details: Mapping[str, Detail]
    screen: Screen
    server_time: datetime
    task: TaskState | None = None
    replayed: bool = False
    lookahead: tuple[Ahead, ...] = ()
    explanation: Explanation | None = None
    """Of a parcel that was scanned where nobody asked for one."""


@dataclass(frozen=True, slots=True)
class Resume:
    """The scanned thing is being worked on already: go on with the open task of that subject."""

    workflow: str
    subject: UUID


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to begin: on which subject, with what plan, at which step."""

    workflow: str
    subject: UUID
    plan: object
    progress: object
    step: str
    note: Note
    effects: tuple[Effect, ...] = field(default=())
    outcome: Outcome = Outcome.ACCEPTED
