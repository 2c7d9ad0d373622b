"""The worker does what is due, survives what its handlers and the database do, and holds no transaction meanwhile."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.errors import Busy, Untried
from wms.outbox import service
from wms.outbox.service import FIRST_PAUSE, LEASE, Message
from wms.outbox.tables import OutboxMessage
from wms.outbox.worker import LATEST_START, Handler, Worker

PATIENCE_SECONDS = 60


@pytest.fixture
def done() -> list[str]:
    return []


def _enqueue(database: Database, clock: FixedClock, *payloads: str, topic: str = "print") -> None:
    for payload in payloads:
        database.in_transaction(
            lambda session, payload=payload: service.enqueue(  # type: ignore[misc]
                session, 1, topic, payload, now=clock.now(), serial_key=payload
            )
        )


def _worker(database: Database, clock: FixedClock, handler: Handler) -> Worker:
    return Worker(database, clock, {"print": handler})


def _states(database: Database) -> dict[str, tuple[str, int]]:
    rows = database.reading(lambda session: session.scalars(select(OutboxMessage)).all())
    return {row.payload: (row.state, row.attempts) for row in rows}


def test_it_does_what_is_due_and_nothing_twice(database: Database, clock: FixedClock, done: list[str]) -> None:
    _enqueue(database, clock, *"ABCDEFGHIJ")
    _enqueue(database, clock, "Z", topic="unheard of")
    worker = _worker(database, clock, lambda message: done.append(message.payload))
    assert [worker.run_once() for _ in range(3)] == [8, 2, 0]
    assert done == list("ABCDEFGHIJ")
    assert _states(database)["A"] == ("done", 1)
    assert _states(database)["Z"] == ("pending", 0)


def test_what_was_not_even_tried_comes_again_and_counts_no_attempt(database: Database, clock: FixedClock) -> None:
    _enqueue(database, clock, "A")

    def handler(message: Message) -> None:
        raise Untried("the carrier is left alone", clock.now() + timedelta(seconds=30))

    worker = _worker(database, clock, handler)
    for _ in range(service.MAX_ATTEMPTS + 1):
        assert [worker.run_once(), worker.run_once()] == [1, 0]
        clock.forward(timedelta(seconds=30))
    assert _states(database) == {"A": ("pending", 0)}


def test_a_handler_that_fails_is_tried_again_later(database: Database, clock: FixedClock, done: list[str]) -> None:
    _enqueue(database, clock, "A", "B")

    def handler(message: Message) -> None:
        done.append(message.payload)
        if message.payload == "A" and message.attempts == 1:
            raise ConnectionError("printer is off")

    worker = _worker(database, clock, handler)
    assert worker.run_once() == 2
    assert _states(database) == {"A": ("pending", 1), "B": ("done", 1)}
    row = database.reading(lambda session: session.scalars(select(OutboxMessage).filter_by(payload="A")).one())
    assert row.last_error == "ConnectionError: printer is off"
    assert worker.run_once() == 0
    clock.forward(FIRST_PAUSE * 2)
    assert worker.run_once() == 1
    assert done == ["A", "B", "A"]


def test_a_worker_that_dies_in_a_handler_loses_nothing(database: Database, clock: FixedClock, done: list[str]) -> None:
    class Killed(BaseException):
        pass

    def dying(_message: Message) -> None:
        raise Killed

    _enqueue(database, clock, "A", "B")
    with pytest.raises(Killed):
        _worker(database, clock, dying).run_once()
    other = _worker(database, clock, lambda message: done.append(message.payload))
    assert other.run_once() == 0
    clock.forward(LEASE)
    assert other.run_once() == 2
    assert done == ["A", "B"]


def test_the_slow_part_holds_no_transaction(database: Database, clock: FixedClock, done: list[str]) -> None:
    def handler(message: Message) -> None:
        database.in_transaction(
            lambda session: service.enqueue(session, 1, "later", "C", now=clock.now(), serial_key="C")
        )
        done.append(message.payload)

    _enqueue(database, clock, "A")
    assert _worker(database, clock, handler).run_once() == 1
    assert _states(database) == {"A": ("done", 1), "C": ("pending", 0)}


def test_what_a_slow_batch_has_no_time_for_is_given_back(
    database: Database, clock: FixedClock, done: list[str]
) -> None:
    def slow(message: Message) -> None:
        clock.forward(LATEST_START / 2)
        done.append(message.payload)

    _enqueue(database, clock, "A", "B", "C", "D")
    worker = _worker(database, clock, slow)
    assert worker.run_once() == 4
    assert done == ["A", "B"]
    # At once free for another worker, and no attempt was counted.
    assert _states(database)["C"] == ("pending", 0)
    assert worker.run_once() == 2
    assert done == ["A", "B", "C", "D"]


def test_it_runs_until_it_is_told_to_stop(database: Database, clock: FixedClock) -> None:
    stop, seen = threading.Event(), threading.Event()
    worker = _worker(database, clock, lambda _message: seen.set())
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    _enqueue(database, clock, "A")
    assert seen.wait(PATIENCE_SECONDS)
    stop.set()
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()
    assert _states(database) == {"A": ("done", 1)}


@pytest.mark.parametrize("trouble", [Busy("full house"), OperationalError("SELECT", {}, Exception("restarting"))])
def test_it_outlives_trouble_with_the_database(
    database: Database, clock: FixedClock, trouble: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, seen = threading.Event(), threading.Event()
    in_transaction, troubles = Database.in_transaction, [trouble]

    def once_in_trouble(self: Database, work: object) -> object:
        if troubles:
            raise troubles.pop()
        return in_transaction(self, work)  # type: ignore[arg-type]

    _enqueue(database, clock, "A")
    monkeypatch.setattr(Database, "in_transaction", once_in_trouble)
    thread = threading.Thread(target=_worker(database, clock, lambda _message: seen.set()).run, args=(stop,))
    thread.start()
    assert seen.wait(PATIENCE_SECONDS)
    stop.set()
    thread.join(PATIENCE_SECONDS)
    assert not troubles


def test_a_lease_is_longer_than_a_late_start(clock: FixedClock) -> None:
    assert timedelta(0) < LATEST_START < LEASE
