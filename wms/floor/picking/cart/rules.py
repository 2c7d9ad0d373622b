"""Which orders go onto one cart. Pure; `facts` calls it.

The most urgent order is always first. Between orders of one priority that are due at the same moment, the one comes
next that shares most places with those chosen: whoever stands there anyway takes for it, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order that waits to be picked, and the places its goods are at."""

    order_id: UUID
    priority: int
    due_at: datetime | None
    place_ids: frozenset[int]

    @property
    def urgency(self) -> tuple[int, bool, float]:
        return (self.priority, self.due_at is None, self.due_at.timestamp() if self.due_at else 0.0)


def together(candidates: Sequence[Candidate], most: int) -> list[UUID]:
    """Up to `most` orders for one cart, in the order in which they are given totes."""
    waiting, chosen, places = list(candidates), list[UUID](), frozenset[int]()
    while waiting and len(chosen) < most:
        best = min(waiting, key=lambda one: (one.urgency, -len(one.place_ids & places), one.order_id))
        waiting.remove(best)
        chosen.append(best.order_id)
        places |= best.place_ids
    return chosen
