"""A decision of customs and a departure meet: whichever comes first, no parcel leaves after its gate closed."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.customs.ceb import receipt
from tests.customs.parcels import START, WAREHOUSE, declared
from wms.customs.model import DeclarationState
from wms.customs.receipts.intake import store_receipt
from wms.customs.service import gate_answer, record_left
from wms.customs.tables import DeclarationRow, IncidentRow, ReceiptEntryRow
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock, SystemClock

ROUNDS = 12


def released(database: Database, clock: FixedClock, order_no: str) -> tuple[UUID, str]:
    parcel_id, declaration_id = database.in_transaction(lambda session: declared(session, order_no))
    cop_no = database.reading(lambda session: session.get_one(DeclarationRow, (WAREHOUSE, declaration_id)).cop_no)
    store_receipt(database, clock, WAREHOUSE, receipt("CEB622", "800", "20261105102600000", copNo=cop_no), "test")
    return parcel_id, cop_no


def test_withdrawal_against_departure(database: Database, clock: FixedClock) -> None:
    """Several parcels leave in one transaction while each of them is withdrawn in another order."""
    parcels = [released(database, clock, f"ORD-{number}") for number in range(ROUNDS)]
    start = threading.Barrier(3)

    def leave(group: list[UUID]) -> None:
        start.wait()
        for index in range(0, len(group), 2):
            pair = group[index : index + 2]

            def move_out(session: Session, pair: list[UUID] = pair) -> None:
                answers = gate_answer(session, WAREHOUSE, pair)
                going = [parcel_id for parcel_id, answer in answers.items() if answer.open]
                if going:
                    record_left(session, WAREHOUSE, going, now=START)

            database.in_transaction(move_out)

    def withdraw() -> None:
        start.wait()
        for _, cop_no in reversed(parcels):
            raw = receipt("CEB622", "500", "20261105102700000", copNo=cop_no)
            store_receipt(database, SystemClock(), WAREHOUSE, raw, "test")

    identities = [parcel_id for parcel_id, _ in parcels]
    with ThreadPoolExecutor(3) as pool:
        # The two groups overlap in opposite order: locks taken in any other order than that of keys would deadlock.
        for done in [pool.submit(leave, identities), pool.submit(leave, identities[::-1]), pool.submit(withdraw)]:
            done.result()

    rows = database.reading(lambda session: session.scalars(select(DeclarationRow)).all())
    assert {row.state for row in rows} == {DeclarationState.UNDER_INSPECTION}
    incidents = database.reading(lambda session: set(session.scalars(select(IncidentRow.parcel_id))))
    # Who left did so before the withdrawal was applied, and exactly those raised an incident.
    assert {row.parcel_id for row in rows if row.left_at is not None} == incidents


@pytest.mark.parametrize("leaves_first", [True, False])
def test_one_waits_for_the_other(database: Database, clock: FixedClock, leaves_first: bool) -> None:
    parcel_id, cop_no = released(database, clock, "ORD-1")
    raw = receipt("CEB622", "500", "20261105102700000", copNo=cop_no)
    inside, go_on = threading.Event(), threading.Event()

    def move_out(session: Session) -> bool:
        is_open = gate_answer(session, WAREHOUSE, [parcel_id])[parcel_id].open
        inside.set()
        go_on.wait(5)
        if is_open:
            record_left(session, WAREHOUSE, [parcel_id], now=START + timedelta(minutes=2))
        return is_open

    if not leaves_first:
        store_receipt(database, clock, WAREHOUSE, raw, "test")
    with ThreadPoolExecutor(2) as pool:
        leaving = pool.submit(database.in_transaction, move_out)
        try:
            assert inside.wait(5)
            withdrawing = pool.submit(store_receipt, database, SystemClock(), WAREHOUSE, raw, "test")
            # While the departure is undecided, customs' decision waits for its lock: nothing of it is in force.
            wait([withdrawing], timeout=0.2)
            state = database.reading(lambda session: session.scalars(select(DeclarationRow.state)).one())
            assert state == (DeclarationState.RELEASED if leaves_first else DeclarationState.UNDER_INSPECTION)
        finally:
            go_on.set()
        withdrawing.result()

    assert leaving.result() == leaves_first
    row = database.reading(lambda session: session.scalars(select(DeclarationRow)).one())
    assert row.state == DeclarationState.UNDER_INSPECTION
    assert (row.left_at is not None) == leaves_first
    incidents = database.reading(lambda session: session.scalars(select(IncidentRow.outcome)).all())
    assert incidents == (["under_inspection"] if leaves_first else [])


def test_receipts_of_one_declaration_together(database: Database, clock: FixedClock) -> None:
    """Each computation must see what the others wrote before it: the last one to commit sees all."""
    _, declaration_id = database.in_transaction(declared)
    cop_no = database.reading(lambda session: session.get_one(DeclarationRow, (WAREHOUSE, declaration_id)).cop_no)
    statuses = ["2", "120", "300", "399", "500", "800", "899"]
    raws = [
        receipt("CEB622", status, f"202611051026{second:02d}000", copNo=cop_no)
        for second, status in enumerate(statuses)
    ]
    with ThreadPoolExecutor(8) as pool:
        deliveries = [
            pool.submit(store_receipt, database, SystemClock(), WAREHOUSE, raw, "test") for raw in raws + raws
        ]
    assert all(delivery.result().applied == 1 for delivery in deliveries)
    assert database.reading(lambda session: len(session.scalars(select(ReceiptEntryRow.fingerprint)).all())) == 7
    row = database.reading(lambda session: session.scalars(select(DeclarationRow)).one())
    assert (row.state, row.status) == (DeclarationState.CLOSED, "899")
