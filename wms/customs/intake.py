"""Receipts come in: bytes are stored first, then read, then each return node is applied on its own.

Called by `wms.customs.jobs` and `wms.customs.views`. Everything here may be done twice: a worker may die on any line,
and the port delivers again whatever it is unsure about.
"""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, exists, false
from sqlalchemy.orm import Session

from wms.customs.model import (
    RECEIPT_OF_DOCUMENT,
    MessageType,
    QuarantineReason,
    ReceiptEntry,
    ReceiptReading,
)
from wms.customs.regimes.china.receipts import read_receipt
from wms.customs.standing import ENTRY_FIELDS, locked, refold, set_aside
from wms.customs.tables import DeclarationRow, DocumentRow, RawReceiptRow, ReceiptEntryRow
from wms.database.dialect import insert_ignoring_duplicates
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import Busy
from wms.kernel.identity import uuid7

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class IntakeOutcome:
    """What became of one raw receipt."""

    receipt_id: UUID
    applied: int
    """Return nodes that belong to a declaration here, known ones included."""
    waiting: int
    """Return nodes whose declaration is not here (yet)."""
    quarantined: int


def store_receipt(
    database: Database, clock: Clock, warehouse_id: int, raw: bytes, source: str, *, receipt_id: UUID | None = None
) -> IntakeOutcome:
    """Keep `raw`, then read and apply it. Called outside a transaction: it needs several.

    `receipt_id` makes a repeated delivery by the same job one delivery; without it each call is a new arrival.
    """
    identity = receipt_id or uuid7()
    database.in_transaction(
        lambda session: keep_receipt(session, warehouse_id, raw, source, receipt_id=identity, now=clock.now())
    )
    return interpret_receipt(database, clock, warehouse_id, identity)


def keep_receipt(
    session: Session, warehouse_id: int, raw: bytes, source: str, *, receipt_id: UUID, now: datetime
) -> str:
    """Store the bytes as they came, before anybody tries to understand them. Returns their SHA-256."""
    digest = hashlib.sha256(raw).hexdigest()
    session.execute(
        insert_ignoring_duplicates(cast(Table, RawReceiptRow.__table__), session.get_bind().dialect.name).values(
            warehouse_id=warehouse_id, id=receipt_id, raw=raw, sha256=digest, source=source[:60], received_at=now
        )
    )
    return digest


def interpret_receipt(database: Database, clock: Clock, warehouse_id: int, receipt_id: UUID) -> IntakeOutcome:
    """Read a kept receipt and apply every node in a transaction of its own; one bad node costs only itself.

    May be repeated, also after the reader was mended. Raises Busy at the end where the database could not take some
    node; repeating it then does the rest.
    """
    raw = database.reading(lambda session: session.get_one(RawReceiptRow, (warehouse_id, receipt_id)).raw)
    reading = read_receipt(raw)
    if reading.quarantined:
        database.in_transaction(
            lambda session: _set_all_aside(session, warehouse_id, receipt_id, reading, now=clock.now())
        )
    applied = waiting = failed = 0
    busy: Busy | None = None
    for position, entry in zip(reading.positions, reading.entries, strict=True):
        take = partial(
            _take_entry,
            warehouse_id=warehouse_id,
            receipt_id=receipt_id,
            position=position,
            entry=entry,
            now=clock.now(),
        )
        try:
            matched = database.in_transaction(take)
        except Busy as error:
            busy = error
        except Exception as error:
            log.exception("return node %s of receipt %s could not be applied", position, receipt_id)
            what = f"{type(error).__name__}: {error}"[:500]
            database.in_transaction(
                partial(
                    set_aside,
                    warehouse_id=warehouse_id,
                    receipt_id=receipt_id,
                    position=position,
                    reason=QuarantineReason.CANNOT_APPLY,
                    what=what,
                    now=clock.now(),
                )
            )
            failed += 1
        else:
            applied += matched
            waiting += not matched
    if busy is not None:
        raise busy
    return IntakeOutcome(receipt_id, applied, waiting, len(reading.quarantined) + failed)


def _set_all_aside(
    session: Session, warehouse_id: int, receipt_id: UUID, reading: ReceiptReading, *, now: datetime
) -> None:
    for one in reading.quarantined:
        set_aside(session, warehouse_id, receipt_id, one.position, one.reason, one.what, now=now)


def _take_entry(
    session: Session, warehouse_id: int, receipt_id: UUID, position: int, entry: ReceiptEntry, now: datetime
) -> bool:
    """Store one entry (once) and compute the declarations it speaks of anew. Whether there was one."""
    company, number = entry.business_key
    values = {name: getattr(entry, name) for name in ENTRY_FIELDS}
    session.execute(
        insert_ignoring_duplicates(cast(Table, ReceiptEntryRow.__table__), session.get_bind().dialect.name).values(
            warehouse_id=warehouse_id,
            fingerprint=entry.fingerprint,
            receipt_id=receipt_id,
            position=position,
            company_key=company,
            number_key=number,
            taken_at=now,
            **values,
        )
    )
    # Also for an entry that was known: repeating costs little, and heals what a died worker left half done.
    declarations = locked(session, warehouse_id, _speaks_of(entry))
    for declaration in declarations:
        refold(session, declaration, now=now)
    return bool(declarations)


def _speaks_of(entry: ReceiptEntry) -> ColumnElement[bool]:
    """The declarations an entry may concern, by its business key."""
    company, number = entry.business_key
    if entry.message_type is MessageType.LIST_RECEIPT:
        return DeclarationRow.cop_no == number
    own_document = and_(
        DocumentRow.warehouse_id == DeclarationRow.warehouse_id,
        DocumentRow.declaration_id == DeclarationRow.id,
        DocumentRow.attempt == DeclarationRow.attempt,
    )
    if entry.message_type is MessageType.FORMAT_FAILURE:
        return exists().where(own_document, DocumentRow.message_id == number)
    for kind, receipt in RECEIPT_OF_DOCUMENT.items():
        if entry.message_type is receipt:
            return exists().where(
                own_document,
                DocumentRow.kind == kind,
                DocumentRow.number_key == number,
                DocumentRow.company_key == company,
            )
    # Answers to applications to cancel or to return, and signatures: kept, and they touch no gate.
    return false()
