"""Print jobs of a bench as values, and the states a job may go through. Pure; see docs/bench-api.md.

Two words on one job: what the bench last reported (`JobState`), and whether its label was scanned back, which only the
server can know. The second one is the last word on whether a parcel is labelled.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from wms.labels.model import Medium

AWAY_AFTER = timedelta(seconds=60)
"""A bench tells every 30 s how its devices stand."""

PRINTS_FOR = timedelta(minutes=15)
"""How long a bench that was not heard of still counts as one that prints: the program may be started again meanwhile,
and its labels wait for it. After that, labels are printed as if the bench had no program."""

FRESH_FOR_MS = 10_000
"""A code that is older when it arrives was scanned at a screen that the packer has long left."""


class JobState(StrEnum):
    """What the bench last said of a job; `queued` before it said anything."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT_UNCONFIRMED = "sent_unconfirmed"
    BLOCKED = "blocked"
    DOUBTFUL = "doubtful"
    PRINTED = "printed"
    CANCELLED = "cancelled"


class Answer(StrEnum):
    """What a person, or the scan of the label, tells the bench about a job."""

    CAME_OUT = "came_out"
    NOT_PRINTED = "not_printed"
    CANCEL = "cancel"


class DeviceKind(StrEnum):
    """What is connected to a bench."""

    SCANNER = "scanner"
    SCALE = "scale"
    PRINTER = "printer"


class Condition(StrEnum):
    """How a device stands."""

    READY = "ready"
    UNKNOWN = "unknown"
    BUSY = "busy"
    OFFLINE = "offline"
    SILENT = "silent"
    UNREADABLE = "unreadable"
    PAPER_OUT = "paper_out"
    RIBBON_OUT = "ribbon_out"
    HEAD_OPEN = "head_open"
    PAUSED = "paused"
    HOT = "hot"
    FAULT = "fault"
    DOUBTFUL = "doubtful"
    MOVING = "moving"
    OVERLOAD = "overload"
    UNDERLOAD = "underload"
    LIFT = "lift"
    NO_WEIGHT = "no_weight"


def medium_of(media_type: str, dots_per_inch: int) -> Medium | None:
    """What to make labels as for a printer that takes this; None where we cannot."""
    if media_type == "application/pdf":
        return Medium.PDF
    if media_type == "application/vnd.zebra-zpl":
        return {203: Medium.ZPL_203, 300: Medium.ZPL_300}.get(dots_per_inch)
    return None


OVER = frozenset({JobState.PRINTED, JobState.CANCELLED})
"""Nothing more comes from the bench."""

_NEXT: Mapping[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.CLAIMED}),
    JobState.CLAIMED: frozenset({JobState.SENDING, JobState.BLOCKED, JobState.CANCELLED}),
    JobState.BLOCKED: frozenset({JobState.SENDING, JobState.CANCELLED, JobState.PRINTED}),
    JobState.SENDING: frozenset({JobState.SENT_UNCONFIRMED, JobState.DOUBTFUL, JobState.PRINTED, JobState.BLOCKED}),
    JobState.SENT_UNCONFIRMED: frozenset({JobState.PRINTED, JobState.DOUBTFUL, JobState.BLOCKED, JobState.CANCELLED}),
    JobState.DOUBTFUL: frozenset({JobState.PRINTED, JobState.CANCELLED}),
    JobState.PRINTED: frozenset(),
    JobState.CANCELLED: frozenset(),
}


def _reachable() -> Mapping[JobState, frozenset[JobState]]:
    """All states after each one: a report between may have been lost for good, and the bench knows its printer."""
    after = {state: set(following) for state, following in _NEXT.items()}
    for _ in JobState:
        for state in JobState:
            after[state].update(*(after[following] for following in tuple(after[state])))
    return {state: frozenset(following) for state, following in after.items()}


_REACHABLE = _reachable()


def may_follow(state: JobState, reported: JobState) -> bool:
    """Whether a job that stands at `state` can be at `reported` by now. The same again, with other words, may."""
    return reported in _REACHABLE[state] or (reported is state and state not in OVER)


@dataclass(frozen=True, slots=True)
class Printer:
    """One printer of one bench, and what its labels are made as."""

    bench: str
    name: str
    medium: Medium


@dataclass(frozen=True, slots=True)
class Report:
    """What a bench says of a job. `sequence` counts per job; reports arrive in order, and perhaps twice."""

    sequence: int
    state: JobState
    why: str
    words: str
    attempt: int
    age_ms: int
    counter_before: int | None = None
    counter_after: int | None = None


@dataclass(frozen=True, slots=True)
class LabelJob:
    """One copy of a parcel's label at a bench, for pages and for whoever decides what may be done with it."""

    id: UUID
    parcel_id: UUID
    tracking_number: str
    copy_number: int
    bench: str
    printer: str
    medium: Medium
    state: JobState
    why: str
    words: str
    attempt: int
    answer: Answer | None
    """What was told to the bench and is not carried out yet."""
    reason: str
    """Why this copy was ordered; empty for the first."""
    is_given: bool
    """The bench was told of it; from then on only the bench knows whether it was sent."""
    is_applied: bool
    """Its label was scanned back: it is on the box."""
    changed_at: datetime

    @property
    def at(self) -> Printer:
        """Where it is printed."""
        return Printer(self.bench, self.printer, self.medium)

    @property
    def tail(self) -> str:
        """What the question names it by, and what a person finds on the label."""
        return self.tracking_number[-4:]

    @property
    def is_question(self) -> bool:
        """Whether a person has to look at the printer."""
        return self.state is JobState.DOUBTFUL and not self.is_applied and self.answer is None

    @property
    def may_still_come_out(self) -> bool:
        """Whether its printer may hold it, or has not said yet: then no other printer may get it."""
        if self.state is JobState.QUEUED:
            return self.is_given
        return self.state not in OVER and not (self.state is JobState.BLOCKED and self.attempt == 0)

    @property
    def may_have_come_out(self) -> bool:
        """Whether a label of it may be in somebody's hand."""
        sent = (JobState.SENDING, JobState.SENT_UNCONFIRMED, JobState.DOUBTFUL, JobState.PRINTED)
        return self.state in sent or (self.state is JobState.BLOCKED and self.attempt > 0)


@dataclass(frozen=True, slots=True)
class DeviceStanding:
    """One device of a bench, as the bench told it."""

    name: str
    kind: DeviceKind
    condition: Condition
    words: str
    medium: Medium | None = None
    """What a printer's labels are made as; None for other devices, and where we make no labels of its kind."""


@dataclass(frozen=True, slots=True)
class LastWeight:
    """The weight at rest that a bench's scale showed last, taken or not."""

    reading_id: UUID
    grams: int
    at: datetime


@dataclass(frozen=True, slots=True)
class BenchStanding:
    """What is known of a bench's program. `heard_at` None: there has never been one."""

    bench: str
    heard_at: datetime | None
    is_away: bool
    devices: tuple[DeviceStanding, ...]
    last_weight: LastWeight | None
    version: int
    """Changes with everything that is written about this bench: what a page was told under the same number still
    holds, but for the age of things."""


@dataclass(frozen=True, slots=True)
class RefusedCode:
    """A code that reached no task: nobody had signed in at the bench, or it came too late."""

    code_id: UUID
    device: str
    raw: str
    code: str
    """`nobody_at_bench` or `code_too_old`."""
    at: datetime
