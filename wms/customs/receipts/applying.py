"""Stores what a receipt says and lets the declarations it speaks of be computed anew.

Called by `intake` and `reinterpreting`. An entry is stored in one transaction and its declarations are looked for in
the next: see `meeting` why nothing written in between can be missed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, delete, select
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError, StatementError
from sqlalchemy.orm import Session

from wms.customs.hearing import ENTRY_FIELDS
from wms.customs.model import (
    RECEIPT_OF_DOCUMENT,
    WHOLE_MESSAGE_FAILURES,
    DocumentKind,
    MessageType,
    ReceiptEntry,
)
from wms.customs.receipts.meeting import announce_receipts
from wms.customs.standing import locked, refold
from wms.customs.tables import DeclarationRow, DocumentRow, ReceiptEntryRow, RepeatedEntryRow, WaitingReceiptRow
from wms.database.dialect import insert_ignoring_duplicates
from wms.database.sealed import NoKeyOpensThis
from wms.kernel.errors import Busy

_KNOWN_BY_NUMBER = frozenset({DocumentKind.CANCEL, DocumentKind.RETURN})
"""Their receipts may leave the company out, and our own numbers are unique with us."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry and which return node of which receipt it was."""

    receipt_id: UUID
    position: int
    entry: ReceiptEntry


def is_fault_of_the_node(error: Exception) -> bool:
    """Whether `error` says something about what was to be stored, and not about the database or its keys.

    Of the latter kind nothing may be set aside: the same work will succeed as soon as the database is well again.
    """
    if isinstance(error, DataError | IntegrityError):
        return True
    if type(error) is StatementError:
        return isinstance(error.orig, ValueError | TypeError)
    return not isinstance(error, SQLAlchemyError | NoKeyOpensThis | Busy | OSError | MemoryError)


def store_entries(session: Session, warehouse_id: int, placed: Sequence[Placed], *, now: datetime) -> None:
    """Store entries, each once, whichever deliveries carried it; of further deliveries only that they came."""
    announce_receipts(session, warehouse_id, [one.entry.business_key[1] for one in placed])
    rows = [_row(warehouse_id, one, now) for one in placed]
    dialect = session.get_bind().dialect.name
    session.execute(insert_ignoring_duplicates(cast(Table, ReceiptEntryRow.__table__), dialect), rows)
    first = {
        found.fingerprint: (found.receipt_id, found.position)
        for found in session.execute(
            select(ReceiptEntryRow.fingerprint, ReceiptEntryRow.receipt_id, ReceiptEntryRow.position).where(
                ReceiptEntryRow.warehouse_id == warehouse_id,
                ReceiptEntryRow.fingerprint.in_({row["fingerprint"] for row in rows}),
            )
        )
    }
    repeated = [
        {name: row[name] for name in ("warehouse_id", "fingerprint", "receipt_id", "position")}
        for row in rows
        if first.get(str(row["fingerprint"])) not in (None, (row["receipt_id"], row["position"]))
    ]
    if repeated:
        session.execute(insert_ignoring_duplicates(cast(Table, RepeatedEntryRow.__table__), dialect), repeated)


def apply_entry(session: Session, warehouse_id: int, entry: ReceiptEntry, *, now: datetime) -> bool:
    """Compute the declarations a stored entry speaks of anew. Whether there was one; without one the entry waits."""
    # Also for an entry that was known: repeating costs little, and heals what a died worker left half done.
    declarations = locked(session, warehouse_id, speaks_of(warehouse_id, entry))
    for declaration in declarations:
        refold(session, declaration, now=now)
    if declarations:
        return True
    company, number = entry.business_key
    session.execute(
        insert_ignoring_duplicates(cast(Table, WaitingReceiptRow.__table__), session.get_bind().dialect.name).values(
            warehouse_id=warehouse_id,
            fingerprint=entry.fingerprint,
            message_type=entry.message_type,
            company_key=company,
            number_key=number,
            since=now,
        )
    )
    return False


def forget_waiting(session: Session, warehouse_id: int, fingerprints: Sequence[str]) -> None:
    """Take entries that have found their declaration off the list of those that wait."""
    session.execute(
        delete(WaitingReceiptRow).where(
            WaitingReceiptRow.warehouse_id == warehouse_id, WaitingReceiptRow.fingerprint.in_(fingerprints)
        )
    )


def speaks_of(warehouse_id: int, entry: ReceiptEntry) -> ColumnElement[bool]:
    """The declarations an entry concerns, by its business key, whichever of their attempts it speaks of.

    The documents are asked first: with a question for each declaration, a database would walk through all of them.
    """
    company, number = entry.business_key
    if entry.message_type is MessageType.LIST_RECEIPT:
        return DeclarationRow.cop_no == number
    conditions: list[ColumnElement[bool]] = [DocumentRow.warehouse_id == warehouse_id]
    if entry.message_type in WHOLE_MESSAGE_FAILURES:
        conditions.append(DocumentRow.message_id == number)
    else:
        kind = _DOCUMENT_OF_RECEIPT[entry.message_type]
        conditions += [DocumentRow.kind == kind, DocumentRow.number_key == number]
        if kind not in _KNOWN_BY_NUMBER:
            conditions.append(DocumentRow.company_key == company)
    return DeclarationRow.id.in_(select(DocumentRow.declaration_id).where(*conditions))


_DOCUMENT_OF_RECEIPT = {receipt: kind for kind, receipt in RECEIPT_OF_DOCUMENT.items()}


def _row(warehouse_id: int, placed: Placed, now: datetime) -> dict[str, object]:
    entry = placed.entry
    company, number = entry.business_key
    return {name: getattr(entry, name) for name in ENTRY_FIELDS} | {
        "warehouse_id": warehouse_id,
        "fingerprint": entry.fingerprint,
        "receipt_id": placed.receipt_id,
        "position": placed.position,
        "company_key": company,
        "number_key": number,
        "taken_at": now,
    }
