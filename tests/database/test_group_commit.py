"""The queue in front of SQLite's writer: what is acknowledged is kept, nobody waits for ever, whoever dies."""

import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session

from tests.database.tally import WriterProcess, all_names, names, open_new_files, put
from tests.support.opened import opened
from tests.support.threads import PATIENCE_SECONDS, together
from wms.database.group_commit import MAX_BATCH
from wms.database.transaction import Database
from wms.database.work import EndedItsTransaction
from wms.kernel.errors import Busy
from wms.places.tables import Warehouse

THREADS = 32
WORKS = 25


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


@pytest.fixture
def url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def _count_commits(database: Database) -> list[int]:
    commits: list[int] = []
    event.listen(database.engine, "commit", lambda _connection: commits.append(1))
    return commits


class _Held:
    """Holds the writer until it is let go, so that others have to queue."""

    def __init__(self, database: Database) -> None:
        self._inside, self._may_end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=database.in_transaction, args=(self._hold,))
        self._thread.start()
        assert self._inside.wait(PATIENCE_SECONDS)

    def _hold(self, _session: Session) -> None:
        self._inside.set()
        self._may_end.wait(PATIENCE_SECONDS)

    def let_go(self) -> None:
        self._may_end.set()
        self._thread.join(PATIENCE_SECONDS)


def _wait_until_queued(database: Database, count: int) -> None:
    group_commit = database._group_commit
    assert group_commit is not None
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(group_commit._queue) < count:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def _queued(database: Database, works: list[threading.Thread]) -> None:
    """Start the threads so that they queue in this order."""
    for number, thread in enumerate(works, 1):
        thread.start()
        _wait_until_queued(database, number)


def test_every_acknowledged_write_of_two_processes_is_kept(database: Database, url: str) -> None:
    other = WriterProcess(url, "other", THREADS * WORKS)
    other.start()

    def write(thread: int) -> list[str]:
        acknowledged: list[str] = []
        for number in range(WORKS):
            name = f"{thread}-{number}"
            database.in_transaction(lambda session, name=name: put(session, name))  # type: ignore[misc]
            acknowledged.append(name)
        return acknowledged

    mine = [name for acknowledged in together(THREADS, write) for name in acknowledged]
    theirs = other.rest()
    assert len(mine) == len(theirs) == THREADS * WORKS
    assert all_names(database) == sorted(mine + theirs)


def test_two_busy_processes_share_the_writer(database: Database, url: str) -> None:
    works = 300
    writers = [WriterProcess(url, prefix, works) for prefix in ("a", "b")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.rest()
    order = database.reading(
        lambda session: [name[0] for name in session.execute(text("SELECT name FROM tally ORDER BY rowid")).scalars()]
    )
    ended_first = "a" if order[-1] == "b" else "b"
    last_of_it = len(order) - order[::-1].index(ended_first)
    # Taking turns gives 300 to 300. Without a turnstile one of them writes nearly everything first.
    assert last_of_it - works > works / 2, f"{ended_first} wrote {works} while the other wrote {last_of_it - works}"


def test_waiting_works_share_one_commit_in_the_order_they_came(database: Database) -> None:
    held = _Held(database)
    commits = _count_commits(database)
    order: list[int] = []

    def work(number: int) -> None:
        def write(session: Session) -> None:
            order.append(number)
            put(session, f"{number:03}")

        database.in_transaction(write)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(MAX_BATCH + 5)]
    _queued(database, threads)
    held.let_go()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert order == list(range(MAX_BATCH + 5))
    assert len(commits) == 3  # the holder's, one full batch, the rest
    assert len(all_names(database)) == MAX_BATCH + 5


def _outcomes(database: Database, works: list[Callable[[Session], None]]) -> list[str]:
    """What each of the works came to, all in one batch."""
    held = _Held(database)
    outcomes = [""] * len(works)

    def run(number: int) -> None:
        try:
            database.in_transaction(works[number])
            outcomes[number] = "kept"
        except Exception as error:  # noqa: BLE001  (the outcome is what is tested)
            outcomes[number] = type(error).__name__

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    _queued(database, threads)
    held.let_go()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    return outcomes


def test_one_failing_work_rolls_back_nobody_else(database: Database) -> None:
    def good(session: Session) -> None:
        put(session, f"good-{len(names(session))}")

    def raising(session: Session) -> None:
        put(session, "raising")
        raise LookupError("no such tote")

    def breaking_a_check(session: Session) -> None:
        put(session, "breaking", -1)

    def failing_to_flush(session: Session) -> None:
        session.add(Warehouse(id=1, code="W"))

    def nesting(session: Session) -> None:
        put(session, "nesting")
        database.in_transaction(lambda inner: put(inner, "inner"))

    works = [good, raising, breaking_a_check, good, failing_to_flush, nesting, good]
    assert _outcomes(database, works) == [
        "kept", "LookupError", "IntegrityError", "kept", "IntegrityError", "AssertionError", "kept",
    ]  # fmt: skip
    assert all_names(database) == ["good-0", "good-1", "good-2"]


@pytest.mark.parametrize("end", [Session.rollback, Session.commit], ids=["rollback", "commit"])
def test_a_work_that_ends_its_transaction_keeps_nothing(database: Database, end: Callable[[Session], None]) -> None:
    def ending(session: Session) -> None:
        put(session, "before")
        end(session)

    with pytest.raises(EndedItsTransaction):
        database.in_transaction(ending)
    # In a batch it cannot be told from the others' work any more, so theirs is not kept either, and they know it.
    assert _outcomes(database, [lambda session: put(session, "other"), ending]) == ["EndedItsTransaction"] * 2
    assert all_names(database) == []


def test_a_failing_commit_is_told_to_everybody_in_the_batch(database: Database) -> None:
    def refuse(_connection: Connection) -> None:
        raise OSError("no space left on device")

    def failing_later(session: Session) -> None:
        put(session, "first")
        event.listen(database.engine, "commit", refuse)

    assert _outcomes(database, [failing_later, lambda session: put(session, "second")]) == ["OSError"] * 2
    event.remove(database.engine, "commit", refuse)
    assert all_names(database) == []
    database.in_transaction(lambda session: put(session, "later"))
    assert all_names(database) == ["later"]


def test_an_interrupt_of_the_leader_is_not_the_others(database: Database) -> None:
    """Ctrl-C reaches the thread that happens to write for all: the others' work comes again."""
    tries: list[str] = []

    def interrupted(session: Session) -> None:
        put(session, "interrupted")
        raise KeyboardInterrupt

    def other(session: Session) -> None:
        tries.append("other")
        put(session, f"other-{len(tries)}")

    held = _Held(database)
    outcomes: dict[str, str] = {}

    def run(name: str, work: Callable[[Session], None]) -> None:
        try:
            database.in_transaction(work)
            outcomes[name] = "kept"
        except (KeyboardInterrupt, Busy) as error:
            outcomes[name] = type(error).__name__

    threads = [
        threading.Thread(target=run, args=("first", interrupted)),
        threading.Thread(target=run, args=("b", other)),
    ]
    _queued(database, threads)
    held.let_go()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert outcomes == {"first": "KeyboardInterrupt", "b": "Busy"}
    assert all_names(database) == []
    database.in_transaction(lambda session: put(session, "later"))
    assert all_names(database) == ["later"]


class _Interrupted(BaseException):
    """As Ctrl-C in the main thread, while it waits."""


def test_one_that_is_interrupted_while_it_waits_blocks_nobody(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupted after the lead was handed to it: the next in line leads."""
    held = _Held(database)
    patient_wait = threading.Event.wait
    victim = threading.local()

    def wait(self: threading.Event, timeout: float | None = None) -> bool:
        woken = patient_wait(self, timeout)
        if getattr(victim, "here", False):
            raise _Interrupted
        return woken

    def interrupted() -> None:
        victim.here = True
        with pytest.raises(_Interrupted):
            database.in_transaction(lambda session: put(session, "never"))

    first = threading.Thread(target=interrupted)
    second = threading.Thread(target=database.in_transaction, args=(lambda session: put(session, "second"),))
    monkeypatch.setattr(threading.Event, "wait", wait)
    _queued(database, [first, second])
    held.let_go()
    first.join(PATIENCE_SECONDS)
    second.join(PATIENCE_SECONDS)
    assert all_names(database) == ["second"]
    database.in_transaction(lambda session: put(session, "third"))
    assert all_names(database) == ["second", "third"]


def test_a_killed_process_loses_nothing_acknowledged_and_blocks_nobody(database: Database, url: str) -> None:
    """Killed while it holds the write lock, inside a transaction."""
    victim = WriterProcess(url, "victim", 20, pause_inside=True)
    victim.start()
    acknowledged = victim.acknowledged(19)
    assert victim.acknowledged(1) == ["inside"]
    waiting = threading.Thread(target=database.in_transaction, args=(lambda session: put(session, "mine"),))
    waiting.start()
    victim.process.kill()
    assert victim.rest() == []
    waiting.join(PATIENCE_SECONDS)
    assert all_names(database) == sorted([*acknowledged, "mine"])


def test_a_process_killed_in_mid_work_loses_nothing_acknowledged(database: Database, url: str) -> None:
    victim = WriterProcess(url, "victim", 100_000)
    victim.start()
    acknowledged = victim.acknowledged(50)
    victim.process.kill()
    acknowledged += victim.rest()
    kept = all_names(database)
    assert set(acknowledged) <= set(kept)
    # At most the one whose acknowledgement was on its way.
    assert len(kept) - len(acknowledged) <= 1
    database.in_transaction(lambda session: put(session, "mine"))
    assert "mine" in all_names(database)


def _in_forked_child(work: Callable[[], None]) -> str:
    """Empty where `work` did well in a forked child, otherwise its error."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as error:  # noqa: BLE001  (said to the parent)
            os.write(writing, f"{type(error).__name__}: {error}".encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        outcome = said.read()
    os.waitpid(child, 0)
    return outcome


def test_a_child_forked_before_the_first_use_works(sqlite_database: Database, url: str) -> None:
    with opened(url) as unused:
        assert _in_forked_child(lambda: unused.in_transaction(lambda session: put(session, "child"))) == ""
        unused.in_transaction(lambda session: put(session, "parent"))
    assert all_names(sqlite_database) == ["child", "parent"]


def test_a_child_forked_later_refuses_instead_of_corrupting(database: Database) -> None:
    """Also while others write and queue: the child must neither hang in their queue nor write without locks."""
    held = _Held(database)
    queued = threading.Thread(target=database.in_transaction, args=(lambda session: put(session, "queued"),))
    _queued(database, [queued])
    assert "forked" in _in_forked_child(lambda: database.in_transaction(lambda session: put(session, "child")))
    assert "forked" in _in_forked_child(lambda: database.reading(lambda session: None))
    held.let_go()
    queued.join(PATIENCE_SECONDS)
    assert all_names(database) == ["queued"]


def test_processes_that_open_a_new_file_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    """Several files, because two processes rarely meet in the one moment that matters."""
    spawning = multiprocessing.get_context("spawn")
    barrier = spawning.Barrier(4)
    openers = [spawning.Process(target=open_new_files, args=(barrier, tmp_path, 40)) for _ in range(4)]
    for opener in openers:
        opener.start()
    for opener in openers:
        opener.join(PATIENCE_SECONDS)
        assert opener.exitcode == 0
        opener.close()


def test_sqlite_is_durable_and_checks_keys(database: Database) -> None:
    def pragmas(session: Session) -> list[object]:
        wanted = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        return [session.execute(text(f"PRAGMA {name}")).scalar_one() for name in wanted]

    full = 2
    assert database.in_transaction(pragmas) == ["wal", full, 1, 1]
