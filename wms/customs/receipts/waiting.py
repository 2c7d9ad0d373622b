"""Receipts whose declaration is not here: listed for people, who know whether they belong to another system.

Called by the office page and by `wms customs waiting`. Reads only; they are taken off the list by `meeting` and
`reinterpreting`.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, or_, select
from sqlalchemy.orm import Session

from wms.customs.model import RECEIPT_OF_DOCUMENT, WHOLE_MESSAGE_FAILURES, MessageType
from wms.customs.tables import DeclarationRow, DocumentRow, RawReceiptRow, ReceiptEntryRow, WaitingReceiptRow

PAGE = 100


@dataclass(frozen=True, slots=True)
class WaitingReceipt:
    """A return node that names nothing we know."""

    message_type: str
    company: str
    number: str
    """Business key: of a receipt for a list, agentCode and copNo."""
    status: str
    time: str
    said: str
    since: datetime
    receipt_id: UUID
    position: int
    source: str


def waiting_receipts(
    session: Session, warehouse_id: int, *, limit: int = PAGE, offset: int = 0
) -> list[WaitingReceipt]:
    """What waits for its declaration, oldest first."""
    rows = session.execute(
        select(ReceiptEntryRow, WaitingReceiptRow.since, RawReceiptRow.source)
        .join(
            WaitingReceiptRow,
            and_(
                WaitingReceiptRow.warehouse_id == ReceiptEntryRow.warehouse_id,
                WaitingReceiptRow.fingerprint == ReceiptEntryRow.fingerprint,
            ),
        )
        .join(
            RawReceiptRow,
            and_(
                RawReceiptRow.warehouse_id == ReceiptEntryRow.warehouse_id,
                RawReceiptRow.id == ReceiptEntryRow.receipt_id,
            ),
        )
        # A declaration that came in the very moment in which its receipt began to wait has taken it all the same.
        .where(ReceiptEntryRow.warehouse_id == warehouse_id, ~_has_declaration())
        .order_by(WaitingReceiptRow.since, WaitingReceiptRow.fingerprint)
        .limit(limit)
        .offset(offset)
    )
    return [
        WaitingReceipt(
            entry.message_type, entry.company_key, entry.number_key, entry.return_status, entry.return_time,
            entry.return_info, since, entry.receipt_id, entry.position, source,
        )
        for entry, since, source in rows
    ]  # fmt: skip


def _has_declaration() -> ColumnElement[bool]:
    entry = ReceiptEntryRow
    listed = exists().where(
        entry.message_type == MessageType.LIST_RECEIPT,
        DeclarationRow.warehouse_id == entry.warehouse_id,
        DeclarationRow.cop_no == entry.number_key,
    )
    by_number = exists().where(
        DocumentRow.warehouse_id == entry.warehouse_id,
        DocumentRow.number_key == entry.number_key,
        DocumentRow.kind
        == case({receipt.value: kind.value for kind, receipt in RECEIPT_OF_DOCUMENT.items()}, value=entry.message_type),
        or_(entry.company_key == "", DocumentRow.company_key == entry.company_key),
    )
    by_message = exists().where(
        entry.message_type.in_(WHOLE_MESSAGE_FAILURES),
        DocumentRow.warehouse_id == entry.warehouse_id,
        DocumentRow.message_id == entry.number_key,
    )
    return or_(listed, by_number, by_message)
