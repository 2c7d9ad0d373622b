"""Writing to the outbox, claiming from it, settling claims. Called by services (enqueue) and by the worker (the rest).

A message that is claimed and never settled becomes due again when its lease ends. Handlers must therefore be
idempotent; the message id is the idempotency key to pass outward.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from wms.database.transaction import after_commit
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.outbox.tables import OutboxMessage
from wms.outbox.wake import wake_worker

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=10)
NEVER_SETTLED = "every attempt ended without an outcome: the worker died or was killed while it did this message"


@dataclass(frozen=True, slots=True)
class Message:
    """A claimed message as a handler sees it."""

    warehouse_id: int
    id: UUID
    topic: str
    payload: str
    attempts: int
    lease_holder: UUID


def enqueue(
    session: Session,
    warehouse_id: int,
    topic: str,
    payload: str,
    *,
    now: datetime,
    serial_key: str,
    due_at: datetime | None = None,
) -> UUID:
    """Write a message in the caller's transaction and return its id. `payload` is JSON text."""
    message_id = uuid7()
    session.execute(
        insert(OutboxMessage).values(
            warehouse_id=warehouse_id,
            id=message_id,
            topic=topic,
            serial_key=serial_key,
            payload=payload,
            state="pending",
            attempts=0,
            created_at=now,
            due_at=due_at or now,
        )
    )
    after_commit(session, wake_worker)
    return message_id


def claim(session: Session, topics: Sequence[str], *, now: datetime, limit: int) -> list[Message]:
    """Lease up to `limit` due messages of `topics` to this caller, oldest first, skipping what others hold.

    A message waits while an older one with the same serial key is not settled, except a parked one: a person decides
    about that, and the rest of the building goes on. Older is what was written earlier, not what is due earlier: a
    message that failed is due later, and what follows it must not overtake it.

    A message that was claimed MAX_ATTEMPTS times and never settled is parked: it probably ends the worker that does it.
    """
    older = aliased(OutboxMessage)
    waits_for_older = exists().where(
        older.warehouse_id == OutboxMessage.warehouse_id,
        older.serial_key == OutboxMessage.serial_key,
        older.state == "pending",
        older.id < OutboxMessage.id,
    )
    due = (
        select(OutboxMessage.warehouse_id, OutboxMessage.id)
        .where(
            OutboxMessage.state == "pending",
            OutboxMessage.due_at <= now,
            or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until <= now),
            OutboxMessage.topic.in_(topics),
            ~waits_for_older,
        )
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    holder = uuid7()
    messages: list[Message] = []
    for warehouse_id, message_id in session.execute(due).all():
        row = session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.warehouse_id == warehouse_id, OutboxMessage.id == message_id)
            .values(leased_until=now + LEASE, lease_holder=holder, attempts=OutboxMessage.attempts + 1)
            .returning(OutboxMessage.topic, OutboxMessage.payload, OutboxMessage.attempts)
        ).one()
        message = Message(warehouse_id, message_id, row.topic, row.payload, row.attempts, holder)
        if message.attempts > MAX_ATTEMPTS:
            _settle(session, message, state="parked", settled_at=now, last_error=NEVER_SETTLED, leased_until=None)
        else:
            messages.append(message)
    return messages


def release(session: Session, message: Message) -> bool:
    """Give a claimed message back untouched, without counting the attempt. False when the lease was lost."""
    return _settle(session, message, leased_until=None, attempts=message.attempts - 1)


def postpone(session: Session, message: Message, reason: str, *, due_at: datetime) -> bool:
    """Do a claimed message later, without counting the attempt. False when the lease was lost."""
    return _settle(session, message, due_at=due_at, last_error=reason, leased_until=None, attempts=message.attempts - 1)


def settle_same(session: Session, message: Message, *, now: datetime) -> int:
    """Settle what waits behind `message` asking for the very work the caller is about to do; how many.

    Call it before looking for that work, in the transaction that takes the work up: whatever was written together with
    a message settled here is then seen.
    """
    settled = session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.warehouse_id == message.warehouse_id,
            OutboxMessage.serial_key.in_(
                select(OutboxMessage.serial_key).where(
                    OutboxMessage.warehouse_id == message.warehouse_id, OutboxMessage.id == message.id
                )
            ),
            OutboxMessage.topic == message.topic,
            OutboxMessage.payload == message.payload,
            OutboxMessage.id > message.id,
            OutboxMessage.state == "pending",
            OutboxMessage.leased_until.is_(None),
        )
        .values(state="done", settled_at=now, lease_holder=None)
        .returning(OutboxMessage.id)
    ).all()
    return len(settled)


def settle_done(session: Session, message: Message, *, now: datetime) -> bool:
    """Mark as done. False when the lease was lost to another worker in the meantime; its outcome counts then."""
    return _settle(session, message, state="done", settled_at=now, last_error=None, leased_until=None)


def settle_failed(session: Session, message: Message, error: str, *, now: datetime) -> bool:
    """Try again later, or park for a person after MAX_ATTEMPTS. False when the lease was lost."""
    if message.attempts >= MAX_ATTEMPTS:
        return _settle(session, message, state="parked", settled_at=now, last_error=error, leased_until=None)
    pause = min(FIRST_PAUSE * 2 ** (message.attempts - 1), LONGEST_PAUSE)
    # Jitter: a hundred messages that failed together must not come back together.
    due_at = now + pause * random.uniform(0.8, 1.2)
    return _settle(session, message, due_at=due_at, last_error=error, leased_until=None)


def retry_parked(session: Session, warehouse_id: int, message_id: UUID, *, now: datetime) -> Refusal | None:
    """Put a parked message back to work, with all its attempts again."""
    changed = session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.warehouse_id == warehouse_id,
            OutboxMessage.id == message_id,
            OutboxMessage.state == "parked",
        )
        .values(state="pending", attempts=0, due_at=now, settled_at=None)
        .returning(OutboxMessage.id)
    ).first()
    if changed is None:
        return Refusal("message_not_parked", {"message": str(message_id)})
    after_commit(session, wake_worker)
    return None


def hurry(session: Session, warehouse_id: int, serial_keys: Sequence[str], *, now: datetime) -> int:
    """Do now what waits under these keys for another try, or is parked, with all its attempts again; how many."""
    hurried = session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.warehouse_id == warehouse_id,
            OutboxMessage.serial_key.in_(serial_keys),
            OutboxMessage.state.in_(["pending", "parked"]),
            OutboxMessage.leased_until.is_(None),
            OutboxMessage.attempts > 0,
        )
        .values(state="pending", attempts=0, due_at=now, settled_at=None)
        .returning(OutboxMessage.id)
    ).all()
    if hurried:
        after_commit(session, wake_worker)
    return len(hurried)


def _settle(session: Session, message: Message, **changes: object) -> bool:
    row = session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.warehouse_id == message.warehouse_id,
            OutboxMessage.id == message.id,
            OutboxMessage.lease_holder == message.lease_holder,
            OutboxMessage.state == "pending",
        )
        .values(lease_holder=None, **changes)
        .returning(OutboxMessage.id)
    ).first()
    return row is not None
