"""Group commit for SQLite: several waiting pieces of work share one flush to disk.

SQLite has one writer. Letting every thread fight for it starves some of them (its busy handler sleeps and polls), and a
flush per scan limits the whole building to the disk's flush rate. Instead threads queue fairly; the one at the head
leads: it takes the write lock, runs everybody's work in turn, each in a savepoint of its own, commits once, and then
wakes them. Nobody is answered before the flush. Used by `Database` alone.

Between processes (web and workers) the same fairness comes from `ProcessLock`.
"""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from wms.database.process_lock import ProcessLock
from wms.database.work import EndedItsTransaction, run_work
from wms.kernel.errors import Busy

T = TypeVar("T")

MAX_BATCH = 32
"""Bounds how long the first one in a batch waits for the last one's work."""


class _Waiting:
    """One caller's work and, later, its result."""

    __slots__ = ("done", "error", "info", "leads", "result", "work")

    def __init__(self, work: Callable[[Session], Any]) -> None:
        self.work = work
        self.done = threading.Event()
        self.leads = False
        self.result: Any = None
        self.error: BaseException | None = None
        self.info: dict[Any, Any] = {}


class GroupCommit:
    """The fair queue in front of SQLite's single writer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        path = engine.url.database
        in_memory = path is None or path in ("", ":memory:")
        self._process_lock = None if in_memory else ProcessLock(str(path))
        self._begin_empty()

    def _begin_empty(self) -> None:
        self._queue: deque[_Waiting] = deque()
        self._mutex = threading.Lock()
        self._led = False

    def forget_parent(self) -> None:
        """Start anew in a forked child: the threads that queued, and the open lock files, are its parent's.

        The files must be closed and not just left: a lock lives as long as any copy of its file is open, so a parent
        that is killed while it writes would leave its lock with the child.
        """
        if self._process_lock is not None:
            self._process_lock.close()
        self._begin_empty()

    def run(self, work: Callable[[Session], T]) -> tuple[T, dict[Any, Any]]:
        """Run `work` in the next batch; returns (result, session.info) after its commit, or raises what it raised."""
        mine = _Waiting(work)
        with self._mutex:
            self._queue.append(mine)
            if not self._led:
                self._led = True
                mine.leads = True
        if not mine.leads:
            try:
                mine.done.wait()
            except BaseException:
                # Interrupted (Ctrl-C in the main thread). If the lead has just been handed to us, somebody must take
                # it, or everybody behind waits for ever.
                self._leave(mine)
                raise
        if mine.leads:
            # Set by the constructor's branch above, or by the previous leader that handed over to the next in line.
            self._lead()
        if mine.error is not None:
            raise mine.error
        return mine.result, mine.info

    def _leave(self, mine: _Waiting) -> None:
        with self._mutex:
            if mine not in self._queue:
                return
            self._queue.remove(mine)
            successor = self._name_successor() if mine.leads else None
        if successor is not None:
            successor.done.set()

    def _name_successor(self) -> _Waiting | None:
        """The next leader, or None when nobody waits. Called with the mutex held."""
        if not self._queue:
            self._led = False
            return None
        self._queue[0].leads = True
        return self._queue[0]

    def _lead(self) -> None:
        with self._mutex:
            batch = [self._queue.popleft() for _ in range(min(MAX_BATCH, len(self._queue)))]
        try:
            self._run_batch(batch)
        except Exception as error:  # noqa: BLE001  (carried to every caller of the batch)
            for waiting in batch:
                waiting.error = waiting.error or error
        except BaseException:
            # An interrupt is meant for this thread alone; the others' work was rolled back and may be tried again.
            for waiting in batch:
                waiting.error = waiting.error or Busy("the thread that was writing for others was interrupted")
            raise
        finally:
            with self._mutex:
                successor = self._name_successor()
            if successor is not None:
                successor.done.set()
            for waiting in batch:
                waiting.done.set()

    def _run_batch(self, batch: list[_Waiting]) -> None:
        turn = nullcontext() if self._process_lock is None else self._process_lock.held()
        with turn, self._engine.connect() as connection, connection.begin():
            if len(batch) == 1:
                # Without rivals the transaction itself is the savepoint: its failure rolls back nobody else's work.
                self._run_one(connection, batch[0])
                return
            for waiting in batch:
                savepoint = connection.begin_nested()
                try:
                    self._run_one(connection, waiting)
                    savepoint.commit()
                except EndedItsTransaction:
                    # Its savepoint is gone, so what it wrote afterwards cannot be told from the others' work.
                    raise
                except Exception as error:  # noqa: BLE001  (carried to the caller whose work it was)
                    if savepoint.is_active:
                        savepoint.rollback()
                    waiting.error = error

    @staticmethod
    def _run_one(connection: Connection, waiting: _Waiting) -> None:
        with Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only") as session:
            waiting.result = run_work(session, waiting.work)
            waiting.info = session.info
