"""What a print job is, the states it goes through, and what a printer says of itself. Pure; shared by all of
`printers`.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from devices.health import Condition


class State(StrEnum):
    """How far a job is at this bench. `queued` before and `applied` afterwards are known to the server only."""

    CLAIMED = "claimed"
    BLOCKED = "blocked"
    """Nothing was sent: the printer cannot print now."""
    SENDING = "sending"
    SENT_UNCONFIRMED = "sent_unconfirmed"
    PRINTED = "printed"
    DOUBTFUL = "doubtful"
    """It may have come out or not. A person says which; until then nothing else is printed here."""
    CANCELLED = "cancelled"


OPEN = frozenset({State.CLAIMED, State.BLOCKED, State.SENDING, State.SENT_UNCONFIRMED, State.DOUBTFUL})
UNSENT = frozenset({State.CLAIMED, State.BLOCKED})


class Answer(StrEnum):
    """What a person or the server decided about a job."""

    CAME_OUT = "came_out"
    NOT_PRINTED = "not_printed"
    """It did not come out. This job ends; another copy is another job with its own number."""
    CANCEL = "cancel"


class Why(StrEnum):
    """Why a job is in its state, where the state alone does not say it. A printer's condition may stand there as
    well.
    """

    COUNTER = "counter"
    """The printer's own counter went up by one."""
    STATUS = "status"
    """The printer took it whole and reported that it is done, without a break in between."""
    SPOOLER = "spooler"
    PERSON = "person"
    CONNECTION_LOST = "connection_lost"
    AGENT_RESTARTED = "agent_restarted"
    COUNTER_JUMPED = "counter_jumped"
    NOTHING_PRINTED = "nothing_printed"
    """Taken, and nothing came out: the label itself is at fault, or the printer's language."""
    PROVEN_UNPRINTED = "proven_unprinted"
    """The counter stood still after the printer forgot everything: it is sent again as the next attempt."""
    CANCELLED = "cancelled"
    DAMAGED = "damaged"
    BYTES_DIFFER = "bytes_differ"
    COPY_EXISTS = "copy_exists"
    NO_SUCH_PRINTER = "no_such_printer"
    WRONG_MEDIUM = "wrong_medium"
    SPOOLER_GAVE_UP = "spooler_gave_up"
    SPOOLER_FORGOT = "spooler_forgot"
    COMPONENT_FAILED = "component_failed"
    """A platform's print component says that it failed; what it says is in the words."""
    COMPONENT_SILENT = "component_silent"


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job as it comes down. All copies of one label have the same bytes; `tail` is what a packer can compare."""

    job_id: UUID
    label_id: UUID
    copy_number: int
    printer: str
    media_type: str
    tail: str
    sha256: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Job:
    """A job as the journal has it."""

    job_id: UUID
    printer: str
    media_type: str
    tail: str
    content: bytes
    state: State
    why: str
    attempt: int
    counter_before: int | None
    remote_id: int | None
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """What a printer said. It is idle when it holds no label, whole or half, and moves none."""

    conditions: tuple[Condition, ...]
    labels_held: int
    is_idle: bool

    @property
    def fault(self) -> Condition | None:
        return self.conditions[0] if self.conditions else None


CONDITION_WORDS = {
    Condition.PAPER_OUT: "paper is out: put in a new roll; the waiting label prints by itself",
    Condition.RIBBON_OUT: "ribbon is out: put in a new one",
    Condition.HEAD_OPEN: "head is open: close it",
    Condition.PAUSED: "paused: press its pause key",
    Condition.HOT: "head is too hot: wait, it goes on by itself",
    Condition.FAULT: "reports a fault: see its display",
    Condition.BUSY: "prints something else: wait, or take the other program off this printer",
    Condition.SILENT: "takes connections but does not answer: switch it off and on; always so? set status = false",
    Condition.UNREADABLE: "answers unreadably: is `language` right, and for serial ports the baud rate and parity?",
}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in milliseconds. Tests shorten it; a bench has no reason to."""

    reply_ms: int = 1000
    poll_ms: int = 100
    silence_ms: int = 6000
    """A printer that answered and then says nothing for so long has lost its power or hangs."""
    settle_ms: int = 2000
    """From "idle" to the last moment at which a label may still be counted."""
    late_ms: int = 2000
    """How long an answer to an older question may still arrive on a wire that does not break."""
    retry_ms: int = 1000
    print_ms: int = 120_000
    """A healthy printer that is still not done after this is not trusted."""
    watch_ms: int = 1000
    """How often an idle printer is asked how it stands: a packer sees within two seconds that it was opened."""
    attempts: int = 3


USUAL_PATIENCE = Patience()
