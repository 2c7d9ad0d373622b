"""The one place that commits.

`Database.in_transaction(work)` runs `work(session)` in one transaction, tries again what a rival spoiled, and answers
`Busy` when it could not. It is called by services, workers and the command line; no other code commits or rolls back.

`work` may run more than once and, on SQLite, on another caller's thread: it must touch nothing but the session and its
own arguments, and do no network call, no rendering and no printing.
"""

import logging
import os
import random
import threading
import time
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakSet

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool, QueuePool

from wms.database.dialect import is_worth_another_try, prepare_engine, reading_options
from wms.database.group_commit import GroupCommit
from wms.database.work import run_work
from wms.kernel.errors import Busy

log = logging.getLogger(__name__)

T = TypeVar("T")

TRIES = 5
"""A handful: under real contention the second or third try wins; more would only hide a hot spot."""

PATIENCE_SECONDS = 8
"""No further try begins after this time: TRIES full lock timeouts would hold a handheld for half a minute."""

_AFTER_COMMIT = "wms_after_commit"


def after_commit(session: Session, hint: Callable[[], None]) -> None:
    """Call `hint` once the transaction of `session` has been committed; never when it was rolled back.

    For hints only (wake a worker): the process may die in between, so nothing may depend on it.
    """
    session.info.setdefault(_AFTER_COMMIT, []).append(hint)


class Database:
    """An engine and its transactions."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        prepare_engine(engine)
        self._group_commit = GroupCommit(engine) if engine.dialect.name == "sqlite" else None
        self._opened_by_parent = False
        _databases.add(self)

    @property
    def dialect_name(self) -> str:
        return self.engine.dialect.name

    def in_transaction(self, work: Callable[[Session], T]) -> T:
        """Run `work` and commit; its result is returned only after the commit.

        Exceptions of `work` roll everything back and are raised. Raises Busy after TRIES spoiled attempts, or when no
        connection is to be had. Raises AssertionError inside another `in_transaction`.
        """
        if getattr(_inside, "transaction", False):
            # On SQLite it would wait for itself for ever; on PostgreSQL it would commit half of the outer work.
            raise AssertionError("in_transaction was called inside in_transaction: pass the session on instead")
        _inside.transaction = True
        try:
            result, hints = self._with_retries(work)
        finally:
            _inside.transaction = False
        for hint in hints:
            try:
                hint()
            except Exception:
                # The work is committed. An error raised now would tell the caller the opposite.
                log.exception("a hint after a commit failed")
        return result

    def reading(self, work: Callable[[Session], T]) -> T:
        """Run `work` on one consistent view of the data; a write in it raises.

        Raises Busy when no connection is to be had.
        """
        with self._connected() as connection, Session(connection, expire_on_commit=False) as session:
            connection.execution_options(**reading_options(self.dialect_name))
            return work(session)

    def forget_parent(self) -> None:
        """Start anew in a forked child; called there by Python itself.

        PostgreSQL connections are simply left to the parent. SQLite cannot be taken across a fork once it is open: the
        library remembers locks which the child does not have, and would write without them.
        """
        pool = self.engine.pool
        _parents_pools.append(pool)
        self.engine.dispose(close=False)
        if self._group_commit is not None:
            self._group_commit.forget_parent()
            self._opened_by_parent = isinstance(pool, QueuePool) and pool.checkedin() + pool.checkedout() > 0

    def _with_retries(self, work: Callable[[Session], T]) -> tuple[T, list[Callable[[], None]]]:
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        for attempt in range(1, TRIES + 1):
            try:
                return self._once(work)
            except DBAPIError as error:
                if not is_worth_another_try(error):
                    raise
                if attempt == TRIES or time.monotonic() >= give_up_at:
                    if isinstance(error, IntegrityError):
                        # A key that is taken at every try is not a race: whoever works did not look first.
                        raise
                    raise Busy(f"the database was busy {attempt} times: {error.orig}") from error
                # Jitter: two rivals that wait equally long meet again.
                time.sleep(random.uniform(0.002, 0.01) * 2**attempt)
        raise AssertionError("unreachable")

    def _once(self, work: Callable[[Session], T]) -> tuple[T, list[Callable[[], None]]]:
        if self._group_commit is not None:
            self._refuse_inherited()
            result, session_info = self._group_commit.run(work)
            return result, session_info.get(_AFTER_COMMIT, [])
        with self._connected() as connection, Session(connection, expire_on_commit=False) as session:
            result = run_work(session, work)
            try:
                session.commit()
            except DBAPIError as error:
                if error.connection_invalidated:
                    # Nobody knows whether the server still committed: another try here might do the work twice. The
                    # caller comes again with the same scan id and gets the answer that was or was not kept.
                    raise Busy(f"the connection was lost during the commit: {error.orig}") from error
                raise
            return result, session.info.get(_AFTER_COMMIT, [])

    def _connected(self) -> Connection:
        self._refuse_inherited()
        try:
            return self.engine.connect()
        except (PoolTimeout, OperationalError) as error:
            raise Busy(f"no connection to the database: {getattr(error, 'orig', None) or error}") from error

    def _refuse_inherited(self) -> None:
        if self._opened_by_parent:
            raise AssertionError(
                "this SQLite database was open when the process was forked; using it here could corrupt it. "
                "Fork before its first use, or start a new process instead"
            )


_inside = threading.local()
_databases: WeakSet[Database] = WeakSet()
_parents_pools: list[Pool] = []
"""Kept for ever in a forked child: to close a connection there would disturb the parent that uses it."""


def _forget_parent() -> None:
    _inside.transaction = False
    for database in list(_databases):
        database.forget_parent()


os.register_at_fork(after_in_child=_forget_parent)
