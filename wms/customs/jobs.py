"""Outbox handlers of customs: give documents to the port, take in what comes back.

Registered in `wms.app` and run by the worker, with no transaction open. Each may be done twice and may die anywhere:
what is scheduled is scheduled in one transaction with the note that the documents were sent.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from uuid import UUID

from sqlalchemy.orm import Session

from wms.customs.intake import interpret_receipt, store_receipt
from wms.customs.model import DocumentKind
from wms.customs.regimes.simulated.port import Scenario, answers
from wms.customs.service import SEND_TOPIC, documents_to_send, record_sent, serial_key
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.outbox.service import Message, enqueue
from wms.outbox.worker import Handler

DELIVER_TOPIC = "customs.deliver"
READ_TOPIC = "customs.read"
SIMULATED_SOURCE = "simulated port"


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
class SimulatedPort:
    """The port of an installation without a connection to customs: answers everything it is sent, by scenario."""

    database: Database
    clock: Clock
    scenario: Scenario = field(default_factory=Scenario)
    seed: int = 0
    """With the order number it decides what customs says: the same day can be played again."""

    def handlers(self) -> Mapping[str, Handler]:
        return {SEND_TOPIC: self.send, DELIVER_TOPIC: self.deliver}

    def send(self, message: Message) -> None:
        """Take the documents of a declaration and put the answers to come into the outbox, each with its time."""
        what = json.loads(message.payload)
        declaration_id, attempt = UUID(what["declaration_id"]), int(what["attempt"])
        documents = self.database.reading(
            lambda session: documents_to_send(session, message.warehouse_id, declaration_id, attempt)
        )
        if documents is None:
            return
        now = self.clock.now()
        order_no = json.loads(documents)[DocumentKind.ORDER]["orderNo"]
        planned = answers(documents, self.scenario, now, Random(f"{self.seed}:{order_no}:{attempt}"))

        def schedule(session: Session) -> None:
            taken = record_sent(
                session, message.warehouse_id, declaration_id, attempt, message_id=str(message.id), now=now
            )
            if not taken:
                return
            for receipt in planned:
                enqueue(
                    session,
                    message.warehouse_id,
                    DELIVER_TOPIC,
                    json.dumps({"body": base64.b64encode(receipt.body).decode("ascii")}),
                    now=now,
                    serial_key=serial_key(declaration_id),
                    due_at=now + timedelta(milliseconds=receipt.delay_ms),
                )

        self.database.in_transaction(schedule)

    def deliver(self, message: Message) -> None:
        """Hand over one receipt; the message's id makes a repeated delivery the same one."""
        raw = base64.b64decode(json.loads(message.payload)["body"])
        store_receipt(self.database, self.clock, message.warehouse_id, raw, SIMULATED_SOURCE, receipt_id=message.id)
