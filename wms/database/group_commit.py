"""Group commit for SQLite: several waiting pieces of work share one flush to disk.

SQLite has one writer. Letting every thread fight for it starves some of them (its busy handler sleeps and polls), and a
flush per scan limits the whole building to the disk's flush rate. Instead threads queue fairly; the one at the head
leads: it takes the write lock, runs everybody's work in turn, each in a savepoint of its own, commits once, and then
wakes them. Nobody is answered before the flush. Used by `Database` alone.

Between processes (web and workers) the same fairness comes from an advisory lock on a file beside the database, which
the kernel releases when its holder dies.
"""

import fcntl
import os
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

T = TypeVar("T")

MAX_BATCH = 32
"""Bounds how long the first one in a batch waits for the last one's work."""


_inside = threading.local()


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
        self._queue: deque[_Waiting] = deque()
        self._mutex = threading.Lock()
        self._led = False
        path = engine.url.database
        in_memory = path is None or path in ("", ":memory:")
        self._lock_path = None if in_memory else f"{path}.writer"
        self._lock_file: int | None = None
        self._lock_owner = 0

    def run(self, work: Callable[[Session], T]) -> tuple[T, dict[Any, Any]]:
        """Run `work` in the next batch; returns (result, session.info) after its commit, or raises what it raised."""
        if getattr(_inside, "batch", False):
            raise AssertionError("in_transaction was called inside in_transaction; it would wait for itself for ever")
        mine = _Waiting(work)
        with self._mutex:
            self._queue.append(mine)
            if not self._led:
                self._led = True
                mine.leads = True
        if not mine.leads:
            mine.done.wait()
        if mine.leads:
            # Set by the constructor's branch above, or by the previous leader that handed over to the next in line.
            self._lead()
        if mine.error is not None:
            raise mine.error
        return mine.result, mine.info

    def _lead(self) -> None:
        with self._mutex:
            batch = [self._queue.popleft() for _ in range(min(MAX_BATCH, len(self._queue)))]
        try:
            self._run_batch(batch)
        except BaseException as error:
            for waiting in batch:
                waiting.error = waiting.error or error
        finally:
            with self._mutex:
                successor = self._queue[0] if self._queue else None
                if successor is None:
                    self._led = False
                else:
                    successor.leads = True
            if successor is not None:
                successor.done.set()
            for waiting in batch:
                waiting.done.set()

    def _run_batch(self, batch: list[_Waiting]) -> None:
        self._take_process_lock()
        _inside.batch = True
        try:
            with self._engine.connect() as connection, connection.begin():
                for waiting in batch:
                    if len(batch) == 1:
                        self._run_alone(connection, waiting)
                    else:
                        self._run_one_of_many(connection, waiting)
        finally:
            _inside.batch = False
            self._release_process_lock()

    def _run_alone(self, connection: Connection, waiting: _Waiting) -> None:
        """Without rivals the transaction itself is the savepoint: its failure rolls back nobody else's work."""
        with Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only") as session:
            waiting.result = waiting.work(session)
            session.flush()
            waiting.info = session.info

    def _run_one_of_many(self, connection: Connection, waiting: _Waiting) -> None:
        savepoint = connection.begin_nested()
        try:
            with Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only") as session:
                waiting.result = waiting.work(session)
                session.flush()
                waiting.info = session.info
            savepoint.commit()
        except BaseException as error:
            savepoint.rollback()
            waiting.error = error

    def _take_process_lock(self) -> None:
        if self._lock_path is None:
            return
        if self._lock_file is None or self._lock_owner != os.getpid():
            # A forked child must not share its parent's open file: the lock would belong to both.
            self._lock_file = os.open(self._lock_path, os.O_RDWR | os.O_CREAT, 0o600)
            self._lock_owner = os.getpid()
        fcntl.flock(self._lock_file, fcntl.LOCK_EX)

    def _release_process_lock(self) -> None:
        if self._lock_file is not None:
            fcntl.flock(self._lock_file, fcntl.LOCK_UN)
