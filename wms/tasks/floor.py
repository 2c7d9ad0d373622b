"""What a floor workflow hands to the scan door besides its pure machine: its facts and how its tasks begin.

Each `wms.floor.*` implements it once; `wms.app` collects them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from wms.barcodes.model import Scan
from wms.kernel.effect import Effect
from wms.kernel.refusal import Refusal
from wms.tasks.decision import Confirm, Note
from wms.tasks.explanation import Explanation
from wms.tasks.machine import Workflow
from wms.tasks.model import NewTask, Resume, Upcoming


@dataclass(frozen=True, slots=True)
class FloorContext:
    """Where and for whom a task is opened or a step asks its facts."""

    warehouse_id: int
    operator_id: UUID
    device: str
    now: datetime


@dataclass(frozen=True, slots=True)
class WriteContext:
    """For whom and by which scan an effect is written."""

    warehouse_id: int
    operator_id: UUID
    device: str
    now: datetime
    scan_id: UUID
    task_id: UUID


Explain = Callable[[Session, FloorContext, object], Explanation | None]
"""What there is to say about a scanned thing that nobody asked for; None where there is nothing. It changes nothing."""


def nothing_to_explain(session: Session, context: FloorContext, thing: object) -> Explanation | None:
    """An Explain for a house whose things say nothing about themselves."""
    return None


@dataclass(frozen=True, slots=True)
class Done:
    """An errand is done, with these effects."""

    note: Note
    effects: tuple[Effect, ...] = ()


RunErrand = Callable[[Session, FloorContext, object, bool], Done | Confirm | Refusal | None]
"""What becomes of a scanned command, parcel or printer, confirmed or not; None where it is no such errand."""


@dataclass(frozen=True, slots=True)
class Errand:
    """Something that whoever has the capability may ask for at any time; see `errands`."""

    capability: str
    run: RunErrand


@dataclass(frozen=True, slots=True)
class Besides:
    """What the scan door knows besides workflows: things that explain themselves, and errands."""

    explain: Explain = nothing_to_explain
    errands: tuple[Errand, ...] = ()


NOTHING_BESIDES = Besides()


class FloorWorkflow(Protocol):
    """One workflow with its connection to the database."""

    @property
    def workflow(self) -> Workflow[Any, Any, Any]: ...

    @property
    def action(self) -> str:
        """The command card that asks for this work, e.g. `*PICK*`."""

    @property
    def capability(self) -> str:
        """What the operator's role must include."""

    def facts(self, session: Session, context: FloorContext) -> Any:
        """The workflow's facts over this session."""

    def open_by_scan(self, session: Session, context: FloorContext, scan: Scan) -> NewTask | Resume | Refusal | None:
        """Begin with the scanned thing; None when it is none of this workflow's business."""

    def open_next(self, session: Session, context: FloorContext) -> NewTask | Refusal | None:
        """Begin the most urgent waiting work; None when there is none; a refusal says what to scan to begin."""

    def next_up(self, session: Session, context: FloorContext) -> Upcoming | None:
        """The work that `open_next` would begin now, without touching it."""

    def waiting(self, session: Session, context: FloorContext) -> int:
        """How much work waits, for the home screen."""
