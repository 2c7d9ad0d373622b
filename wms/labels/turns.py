"""Whose turn it is at the press: one at a time, the urgent before the others, otherwise as they came.

Called by `press`. A label that is being set is finished: whoever is urgent waits for one label at most and for those
who are urgent too.
"""

import heapq
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count


class Turns:
    """A lock with two queues."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[tuple[bool, int]] = []
        self._numbers = count()
        self._is_taken = False

    @contextmanager
    def taken(self, *, urgent: bool) -> Iterator[None]:
        """Waits for a turn and gives it up at the end."""
        with self._changed:
            ticket = (not urgent, next(self._numbers))
            heapq.heappush(self._waiting, ticket)
            while self._is_taken or self._waiting[0] != ticket:
                self._changed.wait()
            heapq.heappop(self._waiting)
            self._is_taken = True
        try:
            yield
        finally:
            with self._changed:
                self._is_taken = False
                self._changed.notify_all()
