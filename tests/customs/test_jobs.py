import json
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.customs.ceb import receipt
from tests.customs.parcels import START, WAREHOUSE, packed_order
from wms.customs.jobs import READ_TOPIC, OrderChecker, ReceiptReader, read_payload
from wms.customs.receipts.intake import keep_receipt
from wms.customs.tables import FindingRow, ReceiptEntryRow
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.identity import uuid7
from wms.orders.service import TAKEN_TOPIC
from wms.outbox.service import enqueue
from wms.outbox.tables import OutboxMessage
from wms.outbox.worker import Worker


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


@pytest.mark.parametrize("times", [1, 2])
def test_an_order_is_checked_as_soon_as_it_is_there(database: Database, clock: FixedClock, times: int) -> None:
    def taken(session: Session) -> UUID:
        order_id = packed_order(session, paid_minor=1).order_id
        for _ in range(times):
            enqueue(
                session,
                WAREHOUSE,
                TAKEN_TOPIC,
                json.dumps({"order_id": str(order_id)}),
                now=START,
                serial_key="x",
            )
        return order_id

    order_id = database.in_transaction(taken)
    worker = Worker(database, clock, OrderChecker(database, clock).handlers())
    while worker.run_once():
        pass
    rows = database.reading(lambda session: session.execute(select(FindingRow.order_id, FindingRow.rule)).all())
    assert [tuple(row) for row in rows] == [(order_id, "F1")]
    assert database.reading(lambda session: set(session.scalars(select(OutboxMessage.state)))) == {"done"}
