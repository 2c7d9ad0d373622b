"""Computes a declaration's standing anew from all its receipts and writes what changed.

Called by `wms.customs.service` and `wms.customs.intake`, inside their transaction, with the declaration row locked: the
receipts are read after the lock, so of two that arrive together the second one's computation sees both. The gate asks
for the same lock; a decision and a departure therefore never pass each other unseen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, func, or_, select
from sqlalchemy.orm import Session

from wms.customs.fold import Attempt, DerivedHold, Folded, fold, fold_document
from wms.customs.matching import DeclaredIdentity, disagreement
from wms.customs.model import (
    ADVERSE_STATES,
    RECEIPT_OF_DOCUMENT,
    DeclarationStanding,
    DeclarationState,
    DocumentKind,
    DocumentStanding,
    DocumentState,
    HoldKind,
    MessageType,
    QuarantineReason,
    ReceiptEntry,
    StandingHold,
    return_time_as_utc,
)
from wms.customs.tables import (
    DeclarationRow,
    DocumentRow,
    HoldRow,
    IncidentRow,
    QuarantineRow,
    ReceiptEntryRow,
)
from wms.database.dialect import insert_ignoring_duplicates

ENTRY_FIELDS = tuple(field.name for field in fields(ReceiptEntry))


def locked(session: Session, warehouse_id: int, condition: ColumnElement[bool]) -> Sequence[DeclarationRow]:
    """The declarations that meet `condition`, locked until commit, always in key order so that nobody deadlocks."""
    return session.scalars(
        select(DeclarationRow)
        .where(DeclarationRow.warehouse_id == warehouse_id, condition)
        .order_by(DeclarationRow.id)
        .with_for_update()
        # What an earlier statement of this session saw may be older than the lock.
        .execution_options(populate_existing=True)
    ).all()


def refold(session: Session, declaration: DeclarationRow, *, now: datetime) -> None:
    """Write the standing that all receipts known now give `declaration`, which the caller has locked."""
    documents = _documents(session, declaration)
    entries: list[ReceiptEntry] = []
    mismatches: list[tuple[ReceiptEntryRow, DerivedHold]] = []
    identity = DeclaredIdentity(
        declaration.cop_no,
        declaration.agent_code,
        declaration.ebp_code,
        declaration.ebc_code,
        declaration.customs_code,
    )
    for row in _receipt_entries(session, declaration, documents):
        entry = entry_of(row)
        wrong = disagreement(entry, identity)
        if not wrong:
            entries.append(entry)
        else:
            mismatches.append((row, DerivedHold(HoldKind.IDENTITY_MISMATCH, row.fingerprint, row.return_time, wrong)))

    list_message = documents[DocumentKind.INVENTORY].message_id if DocumentKind.INVENTORY in documents else None
    folded = fold(
        [entry for entry in entries if not _fails(entry) or entry.original_message_id == list_message],
        Attempt(declaration.attempt, declaration.app_time),
        sent=declaration.sent_at is not None,
    )
    for kind, document in documents.items():
        _write_document(kind, document, entries)
    _set_aside(session, [row for row, _ in mismatches], now=now)
    # A receipt of the list that names somebody else closes the gate: it may be a decision about this parcel all the
    # same. One of another document is only set aside.
    held = [hold for row, hold in mismatches if row.message_type == MessageType.LIST_RECEIPT]
    new_holds = _write_holds(session, declaration, [*folded.holds, *held], now=now)
    _write_state(declaration, folded)
    _raise_incidents(session, declaration, new_holds, now=now)


def entry_of(row: ReceiptEntryRow) -> ReceiptEntry:
    """The value a stored entry stands for."""
    values = {name: getattr(row, name) for name in ENTRY_FIELDS}
    values["message_type"] = MessageType(row.message_type)
    return ReceiptEntry(**values)


def standing_of(
    declaration: DeclarationRow, holds: Iterable[HoldRow], documents: Iterable[DocumentRow]
) -> DeclarationStanding:
    """The value the gate decides on."""
    order = list(DocumentKind)
    return DeclarationStanding(
        DeclarationState(declaration.state),
        declaration.state_since,
        declaration.said,
        tuple(StandingHold(HoldKind(hold.kind), hold.since, hold.said) for hold in holds),
        tuple(
            sorted(
                (
                    DocumentStanding(
                        DocumentKind(document.kind), DocumentState(document.state), document.since, document.said
                    )
                    for document in documents
                ),
                key=lambda document: order.index(document.kind),
            )
        ),
        status=declaration.status,
    )


def open_holds(session: Session, warehouse_id: int, declaration_ids: Sequence[UUID]) -> list[HoldRow]:
    """Holds nobody has lifted, oldest first."""
    return list(
        session.scalars(
            select(HoldRow)
            .where(
                HoldRow.warehouse_id == warehouse_id,
                HoldRow.declaration_id.in_(declaration_ids),
                HoldRow.lifted_at.is_(None),
            )
            .order_by(HoldRow.since, HoldRow.kind, HoldRow.cause)
        )
    )


def current_documents(session: Session, warehouse_id: int, declaration_ids: Sequence[UUID]) -> list[DocumentRow]:
    """The documents of the open attempts."""
    return list(
        session.scalars(
            select(DocumentRow)
            .join(
                DeclarationRow,
                and_(
                    DeclarationRow.warehouse_id == DocumentRow.warehouse_id,
                    DeclarationRow.id == DocumentRow.declaration_id,
                    DeclarationRow.attempt == DocumentRow.attempt,
                ),
            )
            .where(DocumentRow.warehouse_id == warehouse_id, DocumentRow.declaration_id.in_(declaration_ids))
        )
    )


def set_aside(
    session: Session,
    warehouse_id: int,
    receipt_id: UUID,
    position: int,
    reason: QuarantineReason,
    what: str,
    *,
    now: datetime,
) -> None:
    """Put one node of a receipt before a person. Doing it again changes nothing."""
    session.execute(
        _insert(session, QuarantineRow).values(
            warehouse_id=warehouse_id, receipt_id=receipt_id, position=position, reason=reason, what=what, at=now
        )
    )


def _documents(session: Session, declaration: DeclarationRow) -> dict[DocumentKind, DocumentRow]:
    rows = current_documents(session, declaration.warehouse_id, [declaration.id])
    return {DocumentKind(row.kind): row for row in rows}


def _receipt_entries(
    session: Session, declaration: DeclarationRow, documents: dict[DocumentKind, DocumentRow]
) -> Sequence[ReceiptEntryRow]:
    wanted: list[ColumnElement[bool]] = []
    for kind, document in documents.items():
        if not document.body:
            continue
        key = and_(
            ReceiptEntryRow.message_type == RECEIPT_OF_DOCUMENT[kind],
            ReceiptEntryRow.number_key == document.number_key,
        )
        # The list's own number is unique with us, and a wrong company there must be seen, not passed over.
        wanted.append(
            key if kind is DocumentKind.INVENTORY else and_(key, ReceiptEntryRow.company_key == document.company_key)
        )
        if document.message_id is not None:
            wanted.append(
                and_(
                    ReceiptEntryRow.message_type == MessageType.FORMAT_FAILURE,
                    ReceiptEntryRow.number_key == document.message_id,
                )
            )
    if not wanted:
        return []
    return session.scalars(
        select(ReceiptEntryRow).where(ReceiptEntryRow.warehouse_id == declaration.warehouse_id, or_(*wanted))
    ).all()


def _write_document(kind: DocumentKind, document: DocumentRow, entries: Sequence[ReceiptEntry]) -> None:
    own = [
        entry
        for entry in entries
        if entry.message_type is RECEIPT_OF_DOCUMENT[kind]
        or (_fails(entry) and entry.original_message_id == document.message_id)
    ]
    standing = fold_document(kind, own, present=bool(document.body))
    document.state, document.since, document.said = standing.state, standing.since, standing.said


def _write_state(declaration: DeclarationRow, folded: Folded) -> None:
    # Without an answer the state began with what we did ourselves.
    ours = declaration.sent_at or declaration.created_at
    declaration.state = folded.state
    declaration.state_since = return_time_as_utc(folded.since) if folded.since else ours
    declaration.status, declaration.said = folded.status, folded.said
    declaration.pre_no, declaration.invt_no = folded.pre_no, folded.invt_no
    declaration.released_at = return_time_as_utc(folded.released) if folded.released else None
    declaration.anomalies = " ".join(sorted(folded.anomalies))


def _write_holds(
    session: Session, declaration: DeclarationRow, holds: Sequence[DerivedHold], *, now: datetime
) -> list[DerivedHold]:
    """Insert holds not seen before and return them. A hold is never taken back here: that is for a person."""
    new: list[DerivedHold] = []
    for hold in sorted(holds, key=lambda hold: (hold.since, hold.kind, hold.cause)):
        inserted = session.execute(
            _insert(session, HoldRow)
            .values(
                warehouse_id=declaration.warehouse_id,
                declaration_id=declaration.id,
                kind=hold.kind,
                cause=hold.cause,
                since=return_time_as_utc(hold.since),
                said=hold.said,
                set_at=now,
            )
            .returning(HoldRow.cause)
        ).first()
        if inserted is not None:
            new.append(hold)
    if new:
        count_open_holds(session, declaration)
    return new


def count_open_holds(session: Session, declaration: DeclarationRow) -> None:
    """Count again under the declaration's lock, rather than add and subtract: it cannot drift."""
    declaration.open_holds = session.execute(
        select(func.count())
        .select_from(HoldRow)
        .where(
            HoldRow.warehouse_id == declaration.warehouse_id,
            HoldRow.declaration_id == declaration.id,
            HoldRow.lifted_at.is_(None),
        )
    ).scalar_one()


def _raise_incidents(
    session: Session, declaration: DeclarationRow, new_holds: Sequence[DerivedHold], *, now: datetime
) -> None:
    if declaration.left_at is None:
        return
    outcomes = [(hold.kind.value, return_time_as_utc(hold.since), hold.said) for hold in new_holds]
    if DeclarationState(declaration.state) in ADVERSE_STATES:
        outcomes.append((declaration.state, declaration.state_since, declaration.said))
    for outcome, since, said in outcomes:
        session.execute(
            _insert(session, IncidentRow).values(
                warehouse_id=declaration.warehouse_id,
                declaration_id=declaration.id,
                outcome=outcome,
                since=since,
                parcel_id=declaration.parcel_id,
                said=said,
                raised_at=now,
            )
        )


def _set_aside(session: Session, rows: Sequence[ReceiptEntryRow], *, now: datetime) -> None:
    for row in rows:
        what = f"{row.message_type} {row.return_status} for {row.number_key} names other parties than declared"
        set_aside(
            session, row.warehouse_id, row.receipt_id, row.position, QuarantineReason.IDENTITY_MISMATCH, what, now=now
        )


def _fails(entry: ReceiptEntry) -> bool:
    return entry.message_type is MessageType.FORMAT_FAILURE


def _insert(session: Session, row: type[HoldRow | IncidentRow | QuarantineRow]) -> Any:
    return insert_ignoring_duplicates(cast(Table, row.__table__), session.get_bind().dialect.name)
