"""What `in_transaction` and `reading` promise, on both engines."""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from tests.database.tally import add, all_names, names, put, units
from tests.support.opened import opened
from tests.support.threads import together
from wms.database import transaction
from wms.database.transaction import Database, after_commit
from wms.kernel.errors import Busy


def test_result_is_returned_and_the_work_is_kept(database: Database) -> None:
    def work(session: Session) -> int:
        put(session, "A-01", 3)
        return 7

    assert database.in_transaction(work) == 7
    assert database.reading(lambda session: units(session, "A-01")) == 3


def test_an_exception_rolls_everything_back_and_is_raised(database: Database) -> None:
    def work(session: Session) -> None:
        put(session, "A-01")
        raise LookupError("no such tote")

    with pytest.raises(LookupError, match="no such tote"):
        database.in_transaction(work)
    assert all_names(database) == []


def test_a_broken_check_is_raised_and_not_tried_again(database: Database) -> None:
    tries: list[int] = []

    def work(session: Session) -> None:
        tries.append(1)
        put(session, "A-01", -1)

    with pytest.raises(IntegrityError):
        database.in_transaction(work)
    assert len(tries) == 1
    assert all_names(database) == []


def test_a_transaction_inside_a_transaction_is_a_bug(database: Database) -> None:
    def work(session: Session) -> None:
        put(session, "outer")
        database.in_transaction(lambda inner: put(inner, "inner"))

    with pytest.raises(AssertionError, match="inside in_transaction"):
        database.in_transaction(work)
    assert all_names(database) == []
    database.in_transaction(lambda session: put(session, "later"))
    assert all_names(database) == ["later"]


def test_a_unique_race_is_tried_again_and_sees_the_winner(database: Database) -> None:
    """Two callers look, find nothing, and both insert: the loser comes again and answers from the winner's row."""
    both_have_looked = threading.Barrier(2)
    first_try = threading.local()

    def make_or_find(caller: int) -> str:
        def work(session: Session) -> str:
            if units(session, "A-01") is not None:
                return "found"
            if database.dialect_name == "postgresql" and not getattr(first_try, "over", False):
                # On SQLite there is one writer: the second looks when the first has committed.
                first_try.over = True
                both_have_looked.wait(30)
            put(session, "A-01", caller)
            return "made"

        return database.in_transaction(work)

    assert sorted(together(2, make_or_find)) == ["found", "made"]


def test_rivals_in_opposite_order_both_succeed(database: Database) -> None:
    database.in_transaction(lambda session: [put(session, "A-01"), put(session, "B-01")])
    both_hold_one = threading.Barrier(2)
    first_try = threading.local()
    tries: list[int] = []

    def move(caller: int) -> None:
        order = ("A-01", "B-01") if caller == 0 else ("B-01", "A-01")

        def work(session: Session) -> None:
            tries.append(caller)
            add(session, order[0], 1)
            if database.dialect_name == "postgresql" and not getattr(first_try, "over", False):
                first_try.over = True
                both_hold_one.wait(30)
            add(session, order[1], 1)

        database.in_transaction(work)

    together(2, move)
    assert database.reading(lambda session: (units(session, "A-01"), units(session, "B-01"))) == (2, 2)
    assert len(tries) == (3 if database.dialect_name == "postgresql" else 2)


def test_a_key_that_stays_taken_is_no_race(database: Database) -> None:
    database.in_transaction(lambda session: put(session, "taken"))
    tries: list[int] = []

    def work(session: Session) -> None:
        tries.append(1)
        put(session, "other")
        put(session, "taken")

    with pytest.raises(IntegrityError):
        database.in_transaction(work)
    assert len(tries) == transaction.TRIES
    assert all_names(database) == ["taken"]


def _always_locked(tries: list[int]) -> Callable[[Session], None]:
    def work(session: Session) -> None:
        tries.append(1)
        put(session, f"try-{len(tries)}")
        raise OperationalError("UPDATE", {}, sqlite3.OperationalError("database is locked"))

    return work


def test_busy_after_so_many_tries(database: Database) -> None:
    tries: list[int] = []
    with pytest.raises(Busy, match=f"busy {transaction.TRIES} times"):
        database.in_transaction(_always_locked(tries))
    assert len(tries) == transaction.TRIES
    assert all_names(database) == []


def test_no_further_try_after_patience_is_over(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "PATIENCE_SECONDS", 0)
    tries: list[int] = []
    with pytest.raises(Busy, match="busy 1 times"):
        database.in_transaction(_always_locked(tries))
    assert len(tries) == 1
    assert all_names(database) == []


def test_hints_come_after_the_commit_and_only_then(database: Database) -> None:
    seen: list[list[str]] = []

    def work(session: Session, *, fail: bool) -> None:
        put(session, "A-01")
        after_commit(session, lambda: seen.append(all_names(database)))
        if fail:
            raise LookupError

    with pytest.raises(LookupError):
        database.in_transaction(lambda session: work(session, fail=True))
    assert seen == []
    database.in_transaction(lambda session: work(session, fail=False))
    assert seen == [["A-01"]]


def test_a_failing_hint_does_not_deny_the_commit(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    called: list[str] = []

    def fail() -> None:
        raise DBAPIError("NOTIFY", {}, Exception("database is locked"))

    def work(session: Session) -> str:
        put(session, "A-01")
        after_commit(session, fail)
        after_commit(session, lambda: called.append("second"))
        return "kept"

    assert database.in_transaction(work) == "kept"
    assert all_names(database) == ["A-01"]
    assert called == ["second"]
    assert "a hint after a commit failed" in caplog.text


def test_a_hint_may_begin_a_transaction(database: Database) -> None:
    def work(session: Session) -> None:
        put(session, "first")
        after_commit(session, lambda: database.in_transaction(lambda inner: put(inner, "second")))

    database.in_transaction(work)
    assert all_names(database) == ["first", "second"]


def test_reading_sees_one_moment_while_others_write(database: Database) -> None:
    database.in_transaction(lambda session: put(session, "A-01"))

    def look(session: Session) -> tuple[list[str], list[str]]:
        before = names(session)
        writer = threading.Thread(target=database.in_transaction, args=(lambda other: put(other, "B-01"),))
        writer.start()
        writer.join(60)
        return before, names(session)

    assert database.reading(look) == (["A-01"], ["A-01"])
    assert all_names(database) == ["A-01", "B-01"]


def test_reading_refuses_to_write_and_the_connection_can_write_again(database: Database) -> None:
    for number in range(3):
        with pytest.raises(DBAPIError, match=r"readonly|read-only"):
            database.reading(lambda session: put(session, "never"))
        database.in_transaction(lambda session, number=number: put(session, f"A-0{number}"))  # type: ignore[misc]
    assert all_names(database) == ["A-00", "A-01", "A-02"]


def test_reading_does_not_wait_for_a_writer(database: Database) -> None:
    database.in_transaction(lambda session: put(session, "A-01"))
    writing, may_end = threading.Event(), threading.Event()

    def work(session: Session) -> None:
        put(session, "B-01")
        writing.set()
        may_end.wait(60)

    writer = threading.Thread(target=database.in_transaction, args=(work,))
    writer.start()
    assert writing.wait(60)
    assert all_names(database) == ["A-01"]
    may_end.set()
    writer.join(60)
    assert all_names(database) == ["A-01", "B-01"]


# --- PostgreSQL alone ------------------------------------------------------------------------------------------------


@pytest.fixture
def impatient(postgresql_database: Database) -> Iterator[Database]:
    """A second way into the same database that waits 100 ms for a lock."""
    url = postgresql_database.engine.url.render_as_string(hide_password=False)
    with opened(url, lock_timeout_ms=100) as database:
        yield database


def test_a_lock_that_does_not_come_free_is_busy(postgresql_database: Database, impatient: Database) -> None:
    postgresql_database.in_transaction(lambda session: put(session, "A-01"))
    holding, may_end = threading.Event(), threading.Event()

    def hold(session: Session) -> None:
        add(session, "A-01", 1)
        holding.set()
        may_end.wait(60)

    holder = threading.Thread(target=postgresql_database.in_transaction, args=(hold,))
    holder.start()
    assert holding.wait(60)
    with pytest.raises(Busy, match="lock timeout"):
        impatient.in_transaction(lambda session: add(session, "A-01", 10))
    may_end.set()
    holder.join(60)
    impatient.in_transaction(lambda session: add(session, "A-01", 100))
    assert postgresql_database.reading(lambda session: units(session, "A-01")) == 101


def _end_all_connections(database: Database) -> None:
    with database.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


def test_a_connection_lost_in_the_pool_spoils_one_try(postgresql_database: Database, impatient: Database) -> None:
    postgresql_database.in_transaction(lambda session: put(session, "before"))
    _end_all_connections(impatient)
    postgresql_database.in_transaction(lambda session: put(session, "after"))
    assert all_names(postgresql_database) == ["after", "before"]


def test_a_connection_lost_during_the_commit_is_not_tried_again(
    postgresql_database: Database, impatient: Database
) -> None:
    tries: list[int] = []

    def work(session: Session) -> None:
        tries.append(1)
        put(session, "unknown")
        _end_all_connections(impatient)

    with pytest.raises(Busy, match="lost during the commit"):
        postgresql_database.in_transaction(work)
    assert len(tries) == 1


def test_a_forked_child_gets_connections_of_its_own(postgresql_database: Database) -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            postgresql_database.in_transaction(lambda session: put(session, "child"))
            os.write(writing, b"kept")
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        assert said.read() == "kept"
    os.waitpid(child, 0)
    postgresql_database.in_transaction(lambda session: put(session, "parent"))
    assert all_names(postgresql_database) == ["child", "parent"]


def test_no_server_is_busy() -> None:
    with opened("postgresql+psycopg://wms@/wms?host=/nonexistent") as database:
        with pytest.raises(Busy, match="no connection"):
            database.in_transaction(lambda session: put(session, "A-01"))
        with pytest.raises(Busy, match="no connection"):
            database.reading(names)


def test_postgresql_connections_have_time_limits(postgresql_database: Database) -> None:
    def limits(session: Session) -> list[str]:
        settings = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "TimeZone")
        return [session.execute(text(f"SHOW {name}")).scalar_one() for name in settings]

    assert postgresql_database.reading(limits) == ["2s", "30s", "30s", "UTC"]
