"""What a workflow step wants changed, as values.

A step returns effects instead of writing; `wms.tasks` hands each to the one writer registered for its class, in order,
inside the scan's transaction. Every slice defines its own in `model`.
"""

from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True, slots=True)
class Effect:
    """One change. Fields are values that JSON can carry (str, int, UUID, enums, nested frozen dataclasses)."""

    def inverse(self) -> Optional["Effect"]:
        """The effect that takes this one back; None where that is impossible, and the scan is then not undoable."""
        return None
