"""Benches that wait for jobs: how many may hold a thread of the web server at once, and until when.

Used by `views`; one `Waiting` per process. A waiting bench looks into the database a few times a second, because its
label is made by another process, and asks nobody else to wake it.

Invariants: waiting benches never hold more than their share of the threads; a bench holds at most one, also when its
earlier question was cut off without the server's knowing; none outlives the server's wish to stop.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

LOOK_EVERY_SECONDS = 0.2
"""A label is late by half of that, and a waiting bench costs five small statements a second."""

T = TypeVar("T")


@dataclass(slots=True)
class Waiting:
    """The benches that wait in this process."""

    most: int
    """More than that are answered at once; they come again after their pause."""
    stopping: threading.Event = field(default_factory=threading.Event)
    """Set when the server shall end: nobody waits any longer."""
    _turns: dict[tuple[int, str], int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def until_found(self, warehouse_id: int, bench: str, seconds: float, look: Callable[[], T | None]) -> T | None:
        """What `look` finds, asked again and again for at most `seconds`; None where it finds nothing."""
        found = look()
        if found is not None or seconds <= 0:
            return found
        key = (warehouse_id, bench)
        turn = self._take_turn(key)
        if turn is None:
            return None
        try:
            deadline = time.monotonic() + seconds
            while found is None and self._turns.get(key) == turn and time.monotonic() < deadline:
                if self.stopping.wait(min(LOOK_EVERY_SECONDS, max(0.0, deadline - time.monotonic()))):
                    return None
                found = look()
            return found
        finally:
            self._give_back(key, turn)

    def _take_turn(self, key: tuple[int, str]) -> int | None:
        with self._lock:
            if key not in self._turns and len(self._turns) >= self.most:
                return None
            # An earlier question of the same bench sees that its turn is over, and ends.
            self._turns[key] = self._turns.get(key, 0) + 1
            return self._turns[key]

    def _give_back(self, key: tuple[int, str], turn: int) -> None:
        with self._lock, suppress(KeyError):
            if self._turns[key] == turn:
                del self._turns[key]
