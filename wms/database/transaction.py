"""The one place that commits.

`Database.in_transaction(work)` runs `work(session)` in one transaction, tries again what a rival spoiled, and answers
`Busy` when it could not. It is called by services, workers and the command line; no other code commits or rolls back.

`work` may run more than once and, on SQLite, on another caller's thread: it must touch nothing but the session and its
own arguments, and do no network call, no rendering and no printing.
"""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from wms.database.dialect import READ_ONLY, is_worth_another_try, prepare_engine
from wms.database.group_commit import GroupCommit
from wms.kernel.errors import Busy

T = TypeVar("T")

TRIES = 5
"""A handful: under real contention the second or third try wins; more would only hide a hot spot."""

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

    @property
    def dialect_name(self) -> str:
        return self.engine.dialect.name

    def in_transaction(self, work: Callable[[Session], T]) -> T:
        """Run `work` and commit; its result is returned only after the commit.

        Exceptions of `work` roll everything back and are raised. Raises Busy after TRIES spoiled attempts.
        """
        for attempt in range(1, TRIES + 1):
            try:
                return self._once(work)
            except DBAPIError as error:
                if not is_worth_another_try(error):
                    raise
                if attempt == TRIES:
                    raise Busy(f"the database was busy {TRIES} times: {error.orig}") from error
                # Jitter: two rivals that wait equally long meet again.
                time.sleep(random.uniform(0.002, 0.01) * 2**attempt)  # noqa: S311  (not for secrets)
        raise AssertionError("unreachable")

    def reading(self, work: Callable[[Session], T]) -> T:
        """Run `work` on one consistent view of the data; nothing it does is kept."""
        with self.engine.connect().execution_options(**{READ_ONLY: True}) as connection:
            with Session(connection, expire_on_commit=False) as session:
                return work(session)

    def _once(self, work: Callable[[Session], T]) -> T:
        if self._group_commit is not None:
            result, session_info = self._group_commit.run(work)
        else:
            with Session(self.engine, expire_on_commit=False) as session:
                result = work(session)
                session.commit()
                session_info = session.info
        for hint in session_info.get(_AFTER_COMMIT, ()):
            hint()
        return result
