"""Shapes at the scan door: what comes in, what goes out, who calls, how a workflow opens its tasks. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from wms.kernel.effect import Effect
from wms.kernel.refusal import Detail
from wms.tasks.decision import Note, Outcome
from wms.tasks.explanation import Explanation
from wms.tasks.lookahead import NO_PATH, Path
from wms.tasks.screen import Screen


class Source(StrEnum):
    """How a code got into the device."""

    WEDGE = "wedge"
    MANUAL = "manual"
    CAMERA = "camera"
    BUTTON = "button"
    API = "api"


@dataclass(frozen=True, slots=True)
class JudgedHere:
    """What the handheld has already shown for a scan, from the path it was given.

    Refused only where it had asked and the network went before the answer.
    """

    outcome: Outcome
    code: str
    step: str
    """Of the screen it went to."""
    task_id: UUID | None = None
    """The task laid ready that a scan at home entered."""

    @property
    def is_good(self) -> bool:
        """Whether the operator was told that it counts, and went on."""
        return self.outcome in (Outcome.ACCEPTED, Outcome.COMPLETED)


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """One scan as the device sent it. `scan_id` is a UUIDv7 the device made and stored before sending.

    `ahead` is how many steps of the path the device still holds after it (None: it never holds any); `next_held` which
    tasks laid ready it holds (None: it wants none).
    """

    scan_id: UUID
    device: str
    raw: str
    source: Source = Source.WEDGE
    task_id: UUID | None = None
    task_version: int | None = None
    symbology: str | None = None
    at: datetime | None = None
    ahead: int | None = None
    more: bool = False
    judged_here: JudgedHere | None = None
    made_offline: bool = False
    next_held: tuple[UUID, ...] | None = None


@dataclass(frozen=True, slots=True)
class FloorCaller:
    """Who scans: an operator (or an integration on its behalf) in one warehouse, on one device."""

    warehouse_id: int
    operator_id: UUID
    device: str
    capabilities: frozenset[str]
    answers_ahead: bool = False
    """His device goes on by itself when no server answers; what it is given stays his for longer."""


@dataclass(frozen=True, slots=True)
class Leases:
    """How long an untouched task stays with its operator: as a rule, and where his device goes on without network."""

    usual: timedelta
    offline: timedelta

    def for_caller(self, caller: FloorCaller) -> timedelta:
        return self.offline if caller.answers_ahead else self.usual


@dataclass(frozen=True, slots=True)
class TaskState:
    """Which task the handheld is in, and its version to send with the next scan."""

    id: UUID
    version: int
    workflow: str
    step: str


@dataclass(frozen=True, slots=True)
class LaidReady:
    """A task that is the operator's already and waits for him to come to it. `cards` enter it at home."""

    cards: tuple[str, ...]
    task: TaskState
    note: Note
    screen: Screen
    path: Path
    rank: str = ""
    """Sorts among those of its workflow: what is more urgent comes first, whenever it was handed out."""


@dataclass(frozen=True, slots=True)
class AskAhead:
    """A handheld asks for tasks to go on with when there is no network.

    `task_id` is the task it is in, `held` are those it has for later, `scans_held` is how many scans all of them are.
    `more`: it holds `ahead` steps of the task it is in, at this version, and they are not all.
    """

    device: str
    task_id: UUID | None = None
    task_version: int = 0
    ahead: int = 0
    more: bool = False
    held: tuple[UUID, ...] = ()
    scans_held: int = 0


@dataclass(frozen=True, slots=True)
class HandedOut:
    """Tasks handed out ahead. `goes_on`: there are more, to be asked for next.

    `path` continues that of the task he is in (`task`), where it was asked for and the task still stands as he saw it.
    """

    next: tuple[LaidReady, ...]
    goes_on: bool
    task: TaskState | None = None
    path: Path = NO_PATH


@dataclass(frozen=True, slots=True)
class CaseName:
    """Names the exception that a refused scan was put into."""

    id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one scan. `path`, `next` and `exception` are aids and not part of what is stored for replay."""

    scan_id: UUID
    outcome: Outcome
    code: str
    details: Mapping[str, Detail]
    screen: Screen
    server_time: datetime
    task: TaskState | None = None
    replayed: bool = False
    path: Path = NO_PATH
    next: tuple[LaidReady, ...] = ()
    exception: CaseName | None = None
    given_back: tuple[UUID, ...] = ()
    """Tasks he had begun and not touched, which went back because of this scan."""
    explanation: Explanation | None = None
    """Of a parcel that was scanned where nobody asked for one."""


@dataclass(frozen=True, slots=True)
class Resume:
    """The scanned thing is being worked on already: go on with the open task of that subject."""

    workflow: str
    subject: UUID
    with_scan: bool = False
    """Where the task is the operator's own, the scan is also the next one in it."""


@dataclass(frozen=True, slots=True)
class Upcoming:
    """What would be begun next, by the name people have for it."""

    document: str
    lines: int = 0
    due_at: datetime | None = None


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
