"""What a workflow step answers: a decision, a request to scan again, or a refusal. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from wms.kernel.effect import Effect
from wms.kernel.refusal import Detail, Refusal

Plan = TypeVar("Plan")
Progress = TypeVar("Progress")

DONE = "done"
"""The step after the last one: the task is finished."""


class Outcome(StrEnum):
    """How a scan was judged; each has its own colour, symbol and sound."""

    ACCEPTED = "accepted"
    COMPLETED = "completed"
    """Accepted, and a line or the whole task is complete with it."""
    CONFIRM = "confirm"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    GATE_CLOSED = "gate_closed"


@dataclass(frozen=True, slots=True)
class Note:
    """What happened, as a code for the translations and the values its sentence needs."""

    code: str
    details: Mapping[str, Detail] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Work(Generic[Plan, Progress]):
    """A task's state: `plan` is what was asked (rarely changed), `progress` how far it is."""

    plan: Plan
    progress: Progress


@dataclass(frozen=True, slots=True)
class Decision(Generic[Plan, Progress]):
    """The scan counts: go to `step` with `progress`, after applying `effects`.

    `plan` is set only where the plan itself changed; such a scan cannot be undone. `outcome` is CONFIRM or REFUSED in
    the rare case that a scan counts for nothing and the progress has to remember it all the same.
    """

    step: str
    progress: Progress
    note: Note
    effects: tuple[Effect, ...] = ()
    outcome: Outcome = Outcome.ACCEPTED
    plan: Plan | None = None
    undoable: bool = True


@dataclass(frozen=True, slots=True)
class Confirm:
    """Unusual but allowed: it happens when the same code is scanned again. Another code is a new scan."""

    code: str
    details: Mapping[str, Detail] = field(default_factory=dict)


StepResult = Decision[Plan, Progress] | Confirm | Refusal
