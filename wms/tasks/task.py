"""One task as it stands, its plan and progress decoded, and whose it is. Pure.

For the rooms of this slice; `task_store` reads and writes it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from wms.kernel.identity import NIL
from wms.tasks.decision import Work
from wms.tasks.model import TaskState

NOBODY = NIL
"""The operator of a task that was taken away from its operator."""


@dataclass(frozen=True, slots=True)
class Task:
    """A task row with its state decoded."""

    id: UUID
    workflow: str
    subject: UUID
    is_open: bool
    step: str
    work: Work[Any, Any]
    progress_json: bytes
    pending_raw: str | None
    version: int
    operator_id: UUID
    leased_until: datetime
    is_laid_ready: bool = False
    """Its operator was given it in advance and has not come to it yet."""
    is_left: bool = False
    """Its operator has gone home from it."""
    device: str = ""
    """At which it was touched last, or for which it was laid ready."""

    @property
    def is_untouched(self) -> bool:
        """Whether no scan has counted in it since it was begun."""
        return self.version == 1

    def state(self) -> TaskState:
        return TaskState(self.id, self.version, self.workflow, self.step)

    def belongs_to_another(self, operator_id: UUID, now: datetime) -> bool:
        """Whether somebody else works on it now; a lease that ran out is nobody's."""
        return self.operator_id != operator_id and self.leased_until > now
