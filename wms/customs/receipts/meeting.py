"""Where a document and the receipts about it find each other, whichever comes first.

A receipt may arrive in the very moment in which its declaration is being written: each side would look for the other,
find nothing yet, and commit. `announce_documents` (called where documents get their numbers, before the declaration's
receipts are read) and `announce_receipts` (called by `intake` before entries are stored) make the two pass one after
the other at each number; the second then sees what the first one wrote.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, or_, true
from sqlalchemy.orm import Session

from wms.customs.model import RECEIPT_OF_DOCUMENT, DocumentKind
from wms.customs.tables import WaitingReceiptRow
from wms.database.dialect import meet_at


@dataclass(frozen=True, slots=True)
class Announced:
    """A document's kind and the business key its receipts will carry."""

    kind: DocumentKind
    company: str
    """Empty: of whichever company."""
    number: str


def announce_documents(session: Session, warehouse_id: int, documents: Iterable[Announced]) -> None:
    """Say that documents with these numbers are being written in this transaction. Then read their receipts.

    Receipts that waited for them are taken off the list of those nobody knows.
    """
    known = [document for document in documents if document.number]
    if not known:
        return
    meet_at(session, [_name(warehouse_id, document.number) for document in known], alone=True)
    waited: list[ColumnElement[bool]] = [
        and_(
            WaitingReceiptRow.message_type == RECEIPT_OF_DOCUMENT[document.kind],
            WaitingReceiptRow.number_key == document.number,
            # Some receipts leave the company out.
            WaitingReceiptRow.company_key.in_(("", document.company)) if document.company else true(),
        )
        for document in known
    ]
    session.execute(
        delete(WaitingReceiptRow).where(
            WaitingReceiptRow.warehouse_id == warehouse_id,
            # Said once more for the index: through the alternatives alone SQLite does not find it.
            WaitingReceiptRow.number_key.in_(sorted({document.number for document in known})),
            or_(*waited),
        )
    )


def announce_receipts(session: Session, warehouse_id: int, numbers: Iterable[str]) -> None:
    """Say that receipts with these numbers are being stored in this transaction. Look for declarations in the next."""
    meet_at(session, [_name(warehouse_id, number) for number in numbers], alone=False)


def _name(warehouse_id: int, number: str) -> str:
    return f"customs document {warehouse_id} {number}"
