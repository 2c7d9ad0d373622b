"""No message is lost, none is done twice at once, and those of one thing are done in order."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.support.threads import together
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.outbox import service
from wms.outbox.service import FIRST_PAUSE, LEASE, LONGEST_PAUSE, MAX_ATTEMPTS, Message
from wms.outbox.tables import OutboxMessage

WAREHOUSE = 1
SECOND = timedelta(seconds=1)


class Outbox:
    """The outbox of one database, asked and told at the clock's time."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock = database, clock

    def enqueue(
        self, payload: str, serial_key: str = "", *, topic: str = "print", delay: timedelta | None = None
    ) -> UUID:
        now = self.clock.now()
        return self.database.in_transaction(
            lambda session: service.enqueue(
                session, WAREHOUSE, topic, payload,
                now=now, serial_key=serial_key or payload, due_at=None if delay is None else now + delay,
            )
        )  # fmt: skip

    def claim(self, limit: int = 10, topics: Sequence[str] = ("print",)) -> list[Message]:
        return self.database.in_transaction(
            lambda session: service.claim(session, topics, now=self.clock.now(), limit=limit)
        )

    def claimed(self, limit: int = 10) -> list[str]:
        return [message.payload for message in self.claim(limit)]

    def done(self, message: Message) -> bool:
        return self.database.in_transaction(lambda session: service.settle_done(session, message, now=self.clock.now()))

    def failed(self, message: Message, error: str = "printer is off") -> bool:
        return self.database.in_transaction(
            lambda session: service.settle_failed(session, message, error, now=self.clock.now())
        )

    def row(self, message_id: UUID) -> OutboxMessage:
        return self.database.reading(lambda session: session.get_one(OutboxMessage, (WAREHOUSE, message_id)))

    def fail_until_parked(self) -> Message:
        """Claim and fail the one message there is until it is parked."""
        for _ in range(MAX_ATTEMPTS - 1):
            (message,) = self.claim()
            assert self.failed(message)
            self.clock.forward(LONGEST_PAUSE * 2)
        (message,) = self.claim()
        assert self.failed(message, "printer is gone")
        return message


@pytest.fixture
def outbox(database: Database, clock: FixedClock) -> Outbox:
    return Outbox(database, clock)


def test_a_message_is_written_with_the_work_or_not_at_all(outbox: Outbox) -> None:
    def work(session: Session) -> None:
        service.enqueue(session, WAREHOUSE, "print", "A", now=outbox.clock.now(), serial_key="A")
        raise LookupError

    with pytest.raises(LookupError):
        outbox.database.in_transaction(work)
    assert outbox.claim() == []
    message_id = outbox.enqueue("A")
    (message,) = outbox.claim()
    assert (message.id, message.topic, message.payload, message.attempts) == (message_id, "print", "A", 1)


def test_oldest_first_and_only_what_is_due_and_asked_for(outbox: Outbox) -> None:
    outbox.enqueue("later", delay=10 * SECOND)
    outbox.enqueue("first")
    outbox.enqueue("customs", topic="declare")
    outbox.clock.forward(SECOND)
    outbox.enqueue("second")
    assert outbox.claimed(limit=1) == ["first"]
    assert outbox.claimed() == ["second"]
    outbox.clock.forward(9 * SECOND)
    assert outbox.claimed() == ["later"]


def test_a_settled_message_is_over(outbox: Outbox) -> None:
    message_id = outbox.enqueue("A")
    (message,) = outbox.claim()
    assert outbox.done(message)
    outbox.clock.forward(LEASE * 2)
    assert outbox.claim() == []
    row = outbox.row(message_id)
    assert (row.state, row.leased_until, row.lease_holder) == ("done", None, None)


def test_a_message_of_a_dead_worker_is_done_again_when_its_lease_has_passed(outbox: Outbox) -> None:
    outbox.enqueue("A")
    (lost,) = outbox.claim()
    outbox.clock.forward(LEASE - SECOND)
    assert outbox.claim() == []
    outbox.clock.forward(SECOND)
    (again,) = outbox.claim()
    assert (again.id, again.attempts) == (lost.id, 2)
    # The first worker was not dead but slow: its outcome does not count any more.
    assert not outbox.done(lost)
    assert not outbox.failed(lost)
    assert outbox.row(lost.id).state == "pending"
    assert outbox.done(again)
    assert not outbox.done(again)


def test_two_workers_never_get_the_same_message(outbox: Outbox) -> None:
    """Eight workers and 120 messages of 40 parcels: each message once, and of each parcel one at a time."""
    for number in range(120):
        outbox.enqueue(f"{number:03}", serial_key=f"parcel-{number % 40}")

    def work(_worker: int) -> list[str]:
        mine = []
        while messages := outbox.claim(limit=5):
            keys = [int(message.payload) % 40 for message in messages]
            assert len(set(keys)) == len(keys)
            for message in messages:
                mine.append(message.payload)
                assert outbox.done(message)
        return mine

    done = [payload for mine in together(8, work) for payload in mine]
    assert len(done) == len(set(done))
    # A worker that found everything leased to others ended; what came free afterwards is still there.
    done += work(0)
    assert sorted(done) == [f"{number:03}" for number in range(120)]


def test_messages_of_one_thing_are_done_in_order(outbox: Outbox) -> None:
    for payload in ("declare", "amend", "cancel"):
        outbox.enqueue(payload, "declaration-1")
    outbox.enqueue("other", "declaration-2")
    assert outbox.claimed() == ["declare", "other"]
    assert outbox.claim() == []
    outbox.clock.forward(LEASE)
    first, _other = outbox.claim()
    assert outbox.done(first)
    (second,) = outbox.claim()
    assert second.payload == "amend"
    assert outbox.done(second)
    assert outbox.claimed() == ["cancel"]


def test_what_follows_a_failed_message_does_not_overtake_it(outbox: Outbox) -> None:
    outbox.enqueue("declare", "declaration-1")
    outbox.enqueue("cancel", "declaration-1")
    (first,) = outbox.claim()
    assert outbox.failed(first)
    assert outbox.claim() == []
    outbox.clock.forward(FIRST_PAUSE * 2)
    assert outbox.claimed() == ["declare"]


def test_what_follows_a_delayed_message_waits_too(outbox: Outbox) -> None:
    outbox.enqueue("declare", "declaration-1", delay=10 * SECOND)
    outbox.enqueue("cancel", "declaration-1")
    assert outbox.claim() == []
    outbox.clock.forward(10 * SECOND)
    assert outbox.claimed() == ["declare"]


def test_every_failure_pauses_longer_up_to_a_limit(outbox: Outbox) -> None:
    message_id = outbox.enqueue("A")
    expected = FIRST_PAUSE
    for attempt in range(1, MAX_ATTEMPTS):
        (message,) = outbox.claim()
        assert message.attempts == attempt
        assert outbox.failed(message, f"attempt {attempt}")
        row = outbox.row(message_id)
        pause = row.due_at - outbox.clock.now()
        assert 0.8 * expected <= pause <= 1.2 * expected
        assert (row.state, row.last_error) == ("pending", f"attempt {attempt}")
        outbox.clock.forward(pause - timedelta(microseconds=1))
        assert outbox.claim() == []
        outbox.clock.forward(timedelta(microseconds=1))
        expected = min(expected * 2, LONGEST_PAUSE)


def test_after_so_many_attempts_a_person_decides(outbox: Outbox) -> None:
    message_id = outbox.enqueue("A", "parcel-1")
    message = outbox.fail_until_parked()
    row = outbox.row(message_id)
    assert (row.state, row.last_error, message.attempts) == ("parked", "printer is gone", MAX_ATTEMPTS)
    outbox.clock.forward(LONGEST_PAUSE * 10)
    assert outbox.claim() == []
    # The rest of the building goes on, also the next message of the same parcel.
    outbox.enqueue("B", "parcel-1")
    assert outbox.claimed() == ["B"]


def test_a_parked_message_is_put_back_to_work(outbox: Outbox) -> None:
    message_id = outbox.enqueue("A")
    outbox.fail_until_parked()

    def retry() -> Refusal | None:
        return outbox.database.in_transaction(
            lambda session: service.retry_parked(session, WAREHOUSE, message_id, now=outbox.clock.now())
        )

    assert retry() is None
    assert retry() == Refusal("message_not_parked", {"message": str(message_id)})
    (message,) = outbox.claim()
    assert (message.id, message.attempts) == (message_id, 1)


def test_only_a_parked_message_can_be_retried(outbox: Outbox) -> None:
    for message_id in (outbox.enqueue("A"), uuid7()):
        refusal = outbox.database.in_transaction(
            lambda session, message_id=message_id: service.retry_parked(  # type: ignore[misc]
                session, WAREHOUSE, message_id, now=outbox.clock.now()
            )
        )
        assert refusal is not None
        assert refusal.code == "message_not_parked"


def test_a_message_that_kills_its_workers_is_parked(outbox: Outbox) -> None:
    message_id = outbox.enqueue("poison", "parcel-1")
    outbox.enqueue("next", "parcel-1")
    for attempt in range(1, MAX_ATTEMPTS + 1):
        (message,) = outbox.claim()
        assert (message.payload, message.attempts) == ("poison", attempt)
        outbox.clock.forward(LEASE)
    assert outbox.claim() == []
    row = outbox.row(message_id)
    assert (row.state, row.last_error) == ("parked", service.NEVER_SETTLED)
    assert outbox.claimed() == ["next"]


def test_a_message_given_back_counts_no_attempt(outbox: Outbox) -> None:
    outbox.enqueue("A")
    (message,) = outbox.claim()
    assert outbox.database.in_transaction(lambda session: service.release(session, message))
    assert not outbox.database.in_transaction(lambda session: service.release(session, message))
    (again,) = outbox.claim()
    assert again.attempts == 1


def test_nothing_is_ever_removed(outbox: Outbox) -> None:
    outbox.enqueue("A")
    outbox.fail_until_parked()
    outbox.enqueue("B")
    (message,) = outbox.claim()
    assert outbox.done(message)
    count = outbox.database.reading(lambda session: session.scalar(select(func.count()).select_from(OutboxMessage)))
    assert count == 2


class TestSettlingTheSame:
    """Who is about to do a piece of work settles the requests behind him that ask for the very same."""

    def same(self, outbox: Outbox, message: Message) -> int:
        return outbox.database.in_transaction(
            lambda session: service.settle_same(session, message, now=outbox.clock.now())
        )

    def test_what_waits_behind_and_asks_for_the_same(self, outbox: Outbox) -> None:
        for _ in range(4):
            outbox.enqueue("pack orders", "line 1")
        (message,) = outbox.claim()
        assert self.same(outbox, message) == 3
        assert outbox.claimed() == []
        assert outbox.done(message), "its own is settled by whoever does it"

    def test_nothing_else(self, outbox: Outbox) -> None:
        outbox.enqueue("pack orders", "line 1")
        outbox.enqueue("pack lists", "line 1")
        outbox.enqueue("pack orders", "line 2")
        outbox.enqueue("pack orders", "line 3", topic="send")
        (message, _) = outbox.claim(topics=("print",))
        assert message.payload == "pack orders"
        assert self.same(outbox, message) == 0

    def test_not_what_somebody_is_doing(self, outbox: Outbox) -> None:
        outbox.enqueue("pack orders", "line 1")
        (first,) = outbox.claim()
        outbox.clock.forward(LEASE * 2)
        outbox.enqueue("pack orders", "line 1")
        (again,) = outbox.claim()
        assert again.id == first.id
        outbox.done(again)
        (second,) = outbox.claim()
        # The first worker was only slow, and comes back: what the second one holds is not his to settle.
        assert self.same(outbox, first) == 0
        assert outbox.done(second)
