"""Outbox handlers of customs that wait for nobody outside: check orders that came in, read receipts that were kept.

Registered in `wms.app` and run by the worker, with no transaction open. Each may be done twice and may die anywhere.
What is sent is `outgoing`'s, what follows from payment slips `payment_jobs`'.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from wms.customs.checks.checking import check_order
from wms.customs.receipts.intake import interpret_receipt
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.orders.service import TAKEN_TOPIC
from wms.outbox.service import Message
from wms.outbox.worker import Handler

READ_TOPIC = "customs.read"


def read_payload(receipt_id: UUID) -> str:
    """The payload of a READ_TOPIC message: interpret a receipt that was kept."""
    return json.dumps({"receipt_id": str(receipt_id)})


@dataclass(frozen=True, slots=True)
class ReceiptReader:
    """Interprets receipts that were kept by a door that had to answer at once."""

    database: Database
    clock: Clock

    def handlers(self) -> Mapping[str, Handler]:
        return {READ_TOPIC: self.read}

    def read(self, message: Message) -> None:
        receipt_id = UUID(json.loads(message.payload)["receipt_id"])
        interpret_receipt(self.database, self.clock, message.warehouse_id, receipt_id)


@dataclass(frozen=True, slots=True)
class OrderChecker:
    """Checks orders as soon as they are there: what the platform has to mend should not wait for a packed parcel."""

    database: Database
    clock: Clock

    def handlers(self) -> Mapping[str, Handler]:
        return {TAKEN_TOPIC: self.check}

    def check(self, message: Message) -> None:
        order_id = UUID(json.loads(message.payload)["order_id"])
        self.database.in_transaction(
            lambda session: check_order(session, message.warehouse_id, order_id, now=self.clock.now())
        )
