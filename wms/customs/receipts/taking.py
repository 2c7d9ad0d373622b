"""Who takes what came in: one step per node of a message, each to be done in a transaction of its own.

Called by `intake` and `reinterpreting`. Receipts of documents were stored before; slips of payment companies go to
`payments`, answers about exit passes to `passes`, tax bills are kept. Doing a step again changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from wms.customs.model import Quarantined, QuarantineReason, ReceiptEntry, ReceiptReading, TaxBill
from wms.customs.passes import AnswerTaken, take_answer
from wms.customs.payment.payments import take_slips_of_message
from wms.customs.receipts.applying import apply_entry
from wms.customs.receipts.tax_bills import store_bill
from wms.customs.regimes.china.document_reader import read_documents
from wms.customs.regimes.china.documents import MessageKind, Payment
from wms.customs.regimes.china.exit_pass import PassAnswer, read_answer
from wms.customs.regimes.china.receipts import ABOUT_LEAVING, read_receipt
from wms.customs.regimes.china.safe_xml import Unreadable
from wms.kernel.refusal import Refusal


class Taken(StrEnum):
    """What became of one node."""

    APPLIED = "applied"
    WAITING = "waiting"
    """Its declaration is not here (yet)."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A raw message as it was kept."""

    warehouse_id: int
    receipt_id: UUID
    raw: bytes
    source: str


@dataclass(frozen=True, slots=True)
class Step:
    """One node. `do` answers what became of it, or why a person must look at it."""

    position: int
    do: Callable[[Session, datetime], Taken | Quarantined]


@dataclass(frozen=True, slots=True)
class Letter:
    """All that one raw message says, and what is to be done about it."""

    reading: ReceiptReading
    steps: tuple[Step, ...]


def open_letter(arrival: Arrival) -> Letter:
    """Read a message of any kind that may come through the door. Never raises for what it contains."""
    reading = read_receipt(arrival.raw)
    if reading.message_type == MessageKind.PAYMENT:
        return _slips(arrival)
    if reading.message_type == ABOUT_LEAVING:
        return _pass(arrival)
    entries = zip(reading.positions, reading.entries, strict=False)
    bills = zip(reading.positions, reading.tax_bills, strict=False)
    steps = (
        *(Step(position, _apply(arrival, entry)) for position, entry in entries),
        *(Step(position, _keep(arrival, position, bill)) for position, bill in bills),
    )
    return Letter(reading, steps)


def _slips(arrival: Arrival) -> Letter:
    documents = read_documents(arrival.raw)
    reading = ReceiptReading(documents.message_type, quarantined=documents.quarantined)
    return Letter(
        reading,
        tuple(
            Step(position, _take(arrival, position, document))
            for position, document in zip(documents.positions, documents.documents, strict=True)
            if isinstance(document, Payment)
        ),
    )


def _pass(arrival: Arrival) -> Letter:
    try:
        answer = read_answer(arrival.raw)
    except Unreadable as error:
        return Letter(ReceiptReading(ABOUT_LEAVING, quarantined=(Quarantined(error.reason, error.what),)), ())
    return Letter(ReceiptReading(ABOUT_LEAVING), (Step(1, _hear(arrival, answer)),))


def _apply(arrival: Arrival, entry: ReceiptEntry) -> Callable[[Session, datetime], Taken]:
    def do(session: Session, now: datetime) -> Taken:
        found = apply_entry(session, arrival.warehouse_id, entry, now=now)
        return Taken.APPLIED if found else Taken.WAITING

    return do


def _keep(arrival: Arrival, position: int, bill: TaxBill) -> Callable[[Session, datetime], Taken]:
    def do(session: Session, now: datetime) -> Taken:
        store_bill(session, arrival.warehouse_id, arrival.receipt_id, position, bill, now=now)
        return Taken.APPLIED

    return do


def _take(arrival: Arrival, position: int, payment: Payment) -> Callable[[Session, datetime], Taken | Quarantined]:
    def do(session: Session, now: datetime) -> Taken | Quarantined:
        (taken,) = take_slips_of_message(
            session,
            arrival.warehouse_id,
            [payment],
            source=arrival.source,
            receipt_id=arrival.receipt_id,
            now=now,
        )
        if isinstance(taken, Refusal):
            details = ", ".join(f"{name} {value}" for name, value in taken.details.items())
            return Quarantined(QuarantineReason.SLIP_REFUSED, f"{taken.code}: {details}", position)
        return Taken.APPLIED

    return do


def _hear(arrival: Arrival, answer: PassAnswer) -> Callable[[Session, datetime], Taken | Quarantined]:
    def do(session: Session, now: datetime) -> Taken | Quarantined:
        if take_answer(session, arrival.warehouse_id, answer, now=now) is AnswerTaken.UNKNOWN:
            return Quarantined(QuarantineReason.PASS_UNKNOWN, f"there is no exit pass {answer.id} here", 1)
        return Taken.APPLIED

    return do
