"""What an inbox brought: keep the bytes, and have the worker read them. Called by the worker's inbox loop.

In one transaction, so that a kept receipt is always read; one that is already there is neither kept nor read again.
"""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.orm import Session

from wms.customs.jobs import READ_TOPIC, read_payload
from wms.customs.receipts.intake import keep_receipt
from wms.customs.tables import RawReceiptRow
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.outbox.service import enqueue


def receipt_keeper(database: Database, clock: Clock) -> Callable[[int, bytes, str, UUID], None]:
    """The `keep` of `transport.inboxes.run_inboxes`."""

    def keep(warehouse_id: int, raw: bytes, source: str, receipt_id: UUID) -> None:
        def work(session: Session) -> None:
            if session.get(RawReceiptRow, (warehouse_id, receipt_id)) is not None:
                return
            now = clock.now()
            keep_receipt(session, warehouse_id, raw, source, receipt_id=receipt_id, now=now)
            enqueue(
                session,
                warehouse_id,
                READ_TOPIC,
                read_payload(receipt_id),
                now=now,
                serial_key=f"receipt:{receipt_id}",
            )

        database.in_transaction(work)

    return keep
