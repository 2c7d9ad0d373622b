import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.customs.ceb import receipt
from tests.customs.parcels import START, WAREHOUSE, declared
from wms.customs.intake import keep_receipt
from wms.customs.jobs import DELIVER_TOPIC, READ_TOPIC, ReceiptReader, SimulatedPort, read_payload
from wms.customs.model import DeclarationState
from wms.customs.regimes.simulated.port import Scenario
from wms.customs.service import gate_answer
from wms.customs.tables import DeclarationRow, RawReceiptRow, ReceiptEntryRow
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.identity import uuid7
from wms.outbox.service import claim, enqueue
from wms.outbox.tables import OutboxMessage
from wms.outbox.worker import Worker

CALM = Scenario(refused=0, inspected=0, withdrawn=0, doubled=300, overtaking=300, in_gb2312=300)


def the_port(database: Database, clock: FixedClock, scenario: Scenario = CALM) -> SimulatedPort:
    return SimulatedPort(database, clock, scenario)


def work(database: Database, clock: FixedClock, port: SimulatedPort, seconds: int = 120) -> None:
    """Let the time pass and the worker run, until everything due is done."""
    worker = Worker(database, clock, port.handlers())
    for _ in range(seconds):
        while worker.run_once():
            pass
        clock.forward(timedelta(seconds=1))


def states(database: Database) -> set[str]:
    return database.reading(lambda session: set(session.scalars(select(DeclarationRow.state))))


def messages(database: Database, topic: str) -> int:
    return database.reading(
        lambda session: (
            session.scalar(select(func.count()).select_from(OutboxMessage).where(OutboxMessage.topic == topic)) or 0
        )
    )


def test_from_declaration_to_open_gate(database: Database, clock: FixedClock) -> None:
    parcel_id, _ = database.in_transaction(declared)
    work(database, clock, the_port(database, clock))
    assert database.in_transaction(lambda session: gate_answer(session, WAREHOUSE, [parcel_id])[parcel_id]).open
    assert database.reading(lambda session: set(session.scalars(select(OutboxMessage.state)))) == {"done"}


@pytest.mark.parametrize(
    ("scenario", "state"),
    [
        (replace(CALM, refused=1000), DeclarationState.REJECTED),
        (replace(CALM, inspected=1000, refused_after_inspection=0), DeclarationState.RELEASED),
        (replace(CALM, inspected=1000, refused_after_inspection=1000), DeclarationState.REJECTED),
        (replace(CALM, withdrawn=1000), DeclarationState.UNDER_INSPECTION),
    ],
)
def test_scenarios_reach_their_end(
    database: Database, clock: FixedClock, scenario: Scenario, state: DeclarationState
) -> None:
    database.in_transaction(declared)
    work(database, clock, the_port(database, clock, scenario))
    assert states(database) == {state}


def test_nothing_arrives_before_its_time(database: Database, clock: FixedClock) -> None:
    database.in_transaction(declared)
    worker = Worker(database, clock, the_port(database, clock).handlers())
    while worker.run_once():
        pass
    assert states(database) == {DeclarationState.SUBMITTED}
    assert messages(database, DELIVER_TOPIC) >= 9


def test_sending_twice_schedules_once(database: Database, clock: FixedClock) -> None:
    database.in_transaction(declared)
    port = the_port(database, clock)
    (message,) = database.in_transaction(lambda session: claim(session, list(port.handlers()), now=START, limit=9))
    port.send(message)
    scheduled = messages(database, DELIVER_TOPIC)
    port.send(message)
    assert messages(database, DELIVER_TOPIC) == scheduled


def test_a_worker_that_died_after_delivering_delivers_the_same_one_again(database: Database, clock: FixedClock) -> None:
    database.in_transaction(declared)
    port = the_port(database, clock)
    work(database, clock, port)
    stored = database.reading(lambda session: session.scalar(select(func.count()).select_from(RawReceiptRow)))
    # As if no delivery had been settled: every message is done once more.
    database.in_transaction(
        lambda session: session.execute(
            OutboxMessage.__table__.update()  # type: ignore[attr-defined]
            .where(OutboxMessage.topic == DELIVER_TOPIC)
            .values(state="pending", leased_until=None)
        )
    )
    work(database, clock, port, seconds=2)
    assert database.reading(lambda session: session.scalar(select(func.count()).select_from(RawReceiptRow))) == stored
    assert states(database) == {DeclarationState.RELEASED}


def test_a_kept_receipt_is_read_later(database: Database, clock: FixedClock) -> None:
    receipt_id = uuid7()
    keep = receipt("CEB622", "800", copNo="NOBODY")
    database.in_transaction(
        lambda session: (
            keep_receipt(session, WAREHOUSE, keep, "test", receipt_id=receipt_id, now=START),
            enqueue(session, WAREHOUSE, READ_TOPIC, read_payload(receipt_id), now=START, serial_key="x"),
        )
    )
    Worker(database, clock, ReceiptReader(database, clock).handlers()).run_once()
    assert database.reading(lambda session: session.scalars(select(ReceiptEntryRow.cop_no)).all()) == ["NOBODY"]


def test_documents_nobody_understands_are_tried_again_and_change_nothing(database: Database, clock: FixedClock) -> None:
    database.in_transaction(lambda session: declared(session, payment=None))
    declaration_id = database.reading(lambda session: session.scalars(select(DeclarationRow.id)).one())
    payload = json.dumps({"declaration_id": str(declaration_id), "attempt": 1})
    database.in_transaction(
        lambda session: enqueue(session, WAREHOUSE, "customs.send", payload, now=START, serial_key="x")
    )
    Worker(database, clock, the_port(database, clock).handlers()).run_once()
    assert states(database) == {DeclarationState.PENDING}
    message = database.reading(lambda session: session.scalars(select(OutboxMessage)).one())
    assert (message.state, message.last_error is not None) == ("pending", True)
