"""The board's numbers, read once for all who look at about the same time. Called by `looking`.

Boards ask by themselves every moment, and forty of them would have the same fifty statements answered over and over,
beside the scans. So a board that asks by itself is given what was read for another one less than half a second ago,
with the time of that. Whoever loads the page, and whoever asks once more, is given the numbers of now: nobody sees what
he did himself too late.
"""

import threading
import time
from dataclasses import dataclass, field

from wms.database.transaction import Database
from wms.office.board import Board, board_of
from wms.office.listing import Scope

KEPT_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Look:
    """What was read, when, and for whose session."""

    board: Board
    scope: Scope
    reader: str
    ends: float


@dataclass
class SharedBoard:
    """The last look at the board of each warehouse."""

    database: Database
    _last: dict[int, Look] = field(default_factory=dict)
    _reading: threading.Lock = field(default_factory=threading.Lock)

    def look(self, scope: Scope, reader: str, *, by_itself: bool) -> Look:
        """The board for a session; `by_itself` where no person asked for it."""
        if not by_itself:
            return self._read(scope, reader)
        with self._reading:  # whoever comes meanwhile is given the same
            last = self._last.get(scope.warehouse_id)
            if last is not None and last.reader != reader and time.monotonic() < last.ends:
                return last
            return self._read(scope, reader)

    def _read(self, scope: Scope, reader: str) -> Look:
        board = self.database.reading(lambda session: board_of(session, scope))
        look = Look(board, scope, reader, time.monotonic() + KEPT_SECONDS)
        self._last[scope.warehouse_id] = look
        return look
