"""Print jobs of a bench as values, and the states a job may go through. Pure; see docs/bench-api.md.

Two words on one job: what the bench last reported (`JobState`), and whether its label was scanned back, which only the
server can know. The second one is the last word on whether a parcel is labelled.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from wms.labels.documents import Paper
from wms.labels.model import Medium

PRINTER_PREFIX = "PRN-"
"""Before bench and name, as in PRN-BENCH-1-LABEL."""

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
    EMPTY = "empty"
    MOVING = "moving"
    OVERLOAD = "overload"
    UNDERLOAD = "underload"
    LIFT = "lift"
    NO_WEIGHT = "no_weight"


AT_WORK = frozenset(
    {Condition.READY, Condition.BUSY, Condition.EMPTY, Condition.MOVING, Condition.LIFT, Condition.NO_WEIGHT}
)
"""What a device says while all is well with it."""


class VendorMedium(StrEnum):
    """What only a platform's own print component can read: it is handed on to that as it came."""

    CAINIAO = "cainiao"

    @property
    def media_type(self) -> str:
        return f"application/x-{self}"

    @property
    def in_words(self) -> str:
        return {VendorMedium.CAINIAO: "Cainiao's component"}[self]


PrintsAs = Medium | VendorMedium
"""What a printer takes."""


def medium_of(media_type: str, dots_per_inch: int) -> PrintsAs | None:
    """What to make labels as for a printer that takes this; None where nothing we have is for it."""
    if media_type == Medium.PDF.media_type:
        return Medium.PDF
    printed = (medium for medium in Medium if medium.media_type == media_type)
    ours = next((medium for medium in printed if medium.dots_per_inch == dots_per_inch), None)
    return ours or next((medium for medium in VendorMedium if medium.media_type == media_type), None)


def medium_named(value: str) -> PrintsAs:
    """A medium by its stored name."""
    return VendorMedium(value) if value in set(VendorMedium) else Medium(value)


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
    medium: PrintsAs

    @property
    def code(self) -> str:
        """What stands on the label that is stuck to it."""
        return f"{PRINTER_PREFIX}{self.bench}-{self.name}".upper()


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
    """One copy of a parcel's label, or of another paper of it, at a bench: for pages, and for whoever decides what may
    be done with it.
    """

    id: UUID
    parcel_id: UUID
    tracking_number: str
    """Of a packing list, its own code."""
    copy_number: int
    bench: str
    printer: str
    medium: PrintsAs
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
    paper: Paper = Paper.LABEL
    list_code: str = ""
    """Of a packing list."""
    is_void: bool = False
    """Its parcel was opened again: it belongs on no box, and nobody looks for it or prints it elsewhere."""

    @property
    def at(self) -> Printer:
        """Where it is printed."""
        return Printer(self.bench, self.printer, self.medium)

    @property
    def tail(self) -> str:
        """What the question names it by, and what a person finds on the label."""
        return self.tracking_number[-4:]

    @property
    def is_not_made(self) -> bool:
        """Whether there is nothing to print of it yet, and `why` says what its carrier or the label itself lacks."""
        return self.state is JobState.QUEUED and bool(self.why) and not self.is_given

    @property
    def is_question(self) -> bool:
        """Whether a person has to look at the printer. That it was to be cancelled says nothing of what came out."""
        return self.state is JobState.DOUBTFUL and self._may_be_asked_about

    @property
    def is_deniable(self) -> bool:
        """Whether somebody who looked may say that it is not there: it was sent, or may have been. Its printer is made
        to forget it before it prints anything else.
        """
        was_sent = self.may_have_come_out and self.state is not JobState.PRINTED
        return was_sent and self._may_be_asked_about

    @property
    def _may_be_asked_about(self) -> bool:
        is_wanted = not (self.is_applied or self.is_void)
        return is_wanted and self.answer in (None, Answer.CANCEL)

    @property
    def may_still_come_out(self) -> bool:
        """Whether its printer may hold it, or has not said yet: then no other printer may get it."""
        if self.state is JobState.QUEUED:
            return self.is_given
        return self.state not in OVER and not (self.state is JobState.BLOCKED and self.attempt == 0)

    @property
    def is_movable(self) -> bool:
        """Whether another printer may print it instead: it is made, and this one certainly does not.

        A further copy has a label that was made once, though perhaps not as this printer needs it.
        """
        lacks_label = self.is_not_made and self.copy_number == 1
        is_wanted = not (self.is_applied or self.is_void or lacks_label or self.state is JobState.PRINTED)
        return is_wanted and not self.may_still_come_out

    @property
    def may_have_come_out(self) -> bool:
        """Whether a label of it may be in somebody's hand."""
        sent = (JobState.SENDING, JobState.SENT_UNCONFIRMED, JobState.DOUBTFUL, JobState.PRINTED)
        return self.state in sent or (self.state is JobState.BLOCKED and self.attempt > 0)

    @property
    def may_be_on_box(self) -> bool:
        """Whether a label of it is out, or is wanted and may be out before its bench says so."""
        is_called_off = self.state is JobState.CANCELLED or self.answer is Answer.CANCEL
        return self.may_have_come_out or not is_called_off


@dataclass(frozen=True, slots=True)
class DeviceStanding:
    """One device of a bench, as the bench told it."""

    name: str
    kind: DeviceKind
    condition: Condition
    words: str
    medium: PrintsAs | None = None
    """What a printer takes; None for other devices, and where nothing we have is for it."""


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

    def still_shows(self, grams: int) -> bool:
        """Whether a weight stands on the scale still; also where no scale at work can say that it does not."""
        scale = next((device for device in self.devices if device.kind is DeviceKind.SCALE), None)
        if scale is None or self.is_away or scale.condition not in AT_WORK:
            return True
        shown = None if self.last_weight is None else self.last_weight.grams
        return scale.condition is Condition.READY and shown == grams

    def trouble_of(self, device: str) -> str:
        """What keeps one of its devices from work, a `Condition`; empty where nothing does, or nobody knows."""
        stands = next((one.condition for one in self.devices if one.name == device), Condition.UNKNOWN)
        return "" if stands in AT_WORK | {Condition.UNKNOWN} else stands


@dataclass(frozen=True, slots=True)
class RefusedCode:
    """A code that reached no task: nobody had signed in at the bench, or it came too late."""

    code_id: UUID
    device: str
    raw: str
    code: str
    """`nobody_at_bench` or `code_too_old`."""
    at: datetime
