"""Computes a declaration's standing anew from all its receipts and writes what changed.

Called by `wms.customs.service` and `wms.customs.receipts.intake`, inside their transaction, with the declaration row
locked: the receipts are read after the lock, so of two that arrive together the second one's computation sees both.
The gate asks for the same lock; a decision and a departure therefore never pass each other unseen.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, func, select, update
from sqlalchemy.orm import Session, defer

from wms.customs.fold import fold, fold_document
from wms.customs.folded import Attempt, DerivedHold, Folded
from wms.customs.hearing import fails, hear
from wms.customs.model import (
    ADVERSE_STATES,
    APPLICATIONS,
    DECLARED,
    RECEIPT_OF_DOCUMENT,
    DeclarationStanding,
    DeclarationState,
    DocumentKind,
    DocumentStanding,
    DocumentState,
    HoldKind,
    MessageType,
    Outgoing,
    QuarantineReason,
    ReceiptEntry,
    StandingFinding,
    StandingHold,
    as_return_time,
    return_time_as_utc,
)
from wms.customs.parties.settings import merchant_customs
from wms.customs.receipts.quarantine import set_aside
from wms.customs.sending.queueing import let_list_go
from wms.customs.tables import (
    DeclarationRow,
    DocumentRow,
    HoldRow,
    IncidentRow,
    ReceiptEntryRow,
)
from wms.database.dialect import insert_ignoring_duplicates

NOTHING_MORE = frozenset({DeclarationState.PENDING, DeclarationState.REJECTED})
"""States in which a declaration whose parcel was opened again is over: nothing of it is sent, or sent again."""

CUSTOMS = "customs"
"""Who lifts the hold of an application that was answered."""


def locked(session: Session, warehouse_id: int, condition: ColumnElement[bool]) -> Sequence[DeclarationRow]:
    """The declarations that meet `condition`, locked until commit, always in key order so that nobody deadlocks."""
    return session.scalars(
        select(DeclarationRow)
        .where(DeclarationRow.warehouse_id == warehouse_id, condition)
        # An expression, because SQLite would save itself the sorting and walk through all declarations by their key.
        .order_by(func.coalesce(DeclarationRow.id, DeclarationRow.id))
        .with_for_update()
        # What an earlier statement of this session saw may be older than the lock.
        .execution_options(populate_existing=True)
    ).all()


def refold(session: Session, declaration: DeclarationRow, *, now: datetime) -> None:
    """Write the standing that all receipts known now give `declaration`, which the caller has locked.

    Lets the list go where the three orders have got far enough.
    """
    heard = hear(session, declaration, declaration.attempt)
    papers, entries, mismatches, attempt = heard.papers, heard.entries, heard.mismatches, heard.attempt
    listed = papers.declared.get(DocumentKind.INVENTORY)
    folded = fold(heard.for_fold, attempt, sent=declaration.sent_at is not None, cancellations=heard.cancellations)
    for document in papers.declared.values():
        # What another party sends does not follow our attempts: its receipts all speak of the one document there is.
        _write_document(document, entries, None if document.outgoing == Outgoing.NOT_OURS else attempt)
    for document in papers.applications:
        _write_document(document, entries, Attempt(document.attempt, as_return_time(document.made_at)))
    _set_aside(session, [row for row, _ in mismatches], now=now)
    # A receipt of the list that names somebody else closes the gate: it may be a decision about this parcel all the
    # same. One of another document is only set aside.
    held = [hold for row, hold in mismatches if row.message_type == MessageType.LIST_RECEIPT]
    new_holds = _write_holds(session, declaration, [*folded.holds, *held], now=now)
    _lift_answered(session, declaration, folded, papers.applications, now=now)
    _write_state(declaration, folded)
    void_since = when_void(session, declaration)
    if void_since is not None and folded.state in NOTHING_MORE:
        declaration.state, declaration.state_since = DeclarationState.CANCELLED, void_since
    _raise_incidents(session, declaration, new_holds, now=now)
    if void_since is None and listed is not None and listed.outgoing == Outgoing.NOT_YET and listed.body:
        waits_for = merchant_customs(session, declaration.warehouse_id, declaration.merchant_id).list_waits_for
        let_list_go(session, declaration, papers.declared, waits_for=waits_for, now=now)


def when_void(session: Session, declaration: DeclarationRow) -> datetime | None:
    """When the parcel was opened again; None for one that was not. Nothing is declared for it any more."""
    if not declaration.open_holds:
        return None
    holds = open_holds(session, declaration.warehouse_id, [declaration.id])
    return next((hold.since for hold in holds if hold.kind == HoldKind.PARCEL_VOID), None)


def standing_of(
    declaration: DeclarationRow,
    holds: Iterable[HoldRow],
    documents: Iterable[DocumentRow],
    finding: StandingFinding | None = None,
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
        finding=finding,
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
    """The three orders and the list of the present attempts."""
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
            .where(
                DocumentRow.warehouse_id == warehouse_id,
                DocumentRow.declaration_id.in_(declaration_ids),
                DocumentRow.kind.in_(DECLARED),
            )
            # Sealed and long: nobody who asks how they stand wants to open it.
            .options(defer(DocumentRow.body))
        )
    )


def applications_of(session: Session, warehouse_id: int, declaration_ids: Sequence[UUID]) -> list[DocumentRow]:
    """What followed the declarations: applications to cancel or to return goods, signed-for messages. Oldest first."""
    return list(
        session.scalars(
            select(DocumentRow)
            .where(
                DocumentRow.warehouse_id == warehouse_id,
                DocumentRow.declaration_id.in_(declaration_ids),
                DocumentRow.kind.in_(APPLICATIONS),
            )
            .order_by(DocumentRow.declaration_id, DocumentRow.made_at, DocumentRow.kind, DocumentRow.attempt)
        )
    )


def _write_document(document: DocumentRow, entries: Sequence[ReceiptEntry], attempt: Attempt | None) -> None:
    kind = DocumentKind(document.kind)
    own = [
        entry
        for entry in entries
        if (entry.message_type is RECEIPT_OF_DOCUMENT[kind] and entry.business_key[1] == document.number_key)
        or (fails(entry) and entry.original_message_id == document.message_id)
    ]
    # What another party sends need not be known to us to be on its way.
    present = document.is_known or document.outgoing == Outgoing.NOT_OURS
    standing = fold_document(kind, own, present=present, attempt=attempt)
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


def _lift_answered(
    session: Session,
    declaration: DeclarationRow,
    folded: Folded,
    applications: Sequence[DocumentRow],
    *,
    now: datetime,
) -> None:
    """An application to cancel that customs has answered holds nothing any more; its answer is the reason."""
    pending = {hold.cause for hold in folded.holds if hold.kind is HoldKind.CANCEL_PENDING}
    said = {
        document.number_key: document.said
        for document in applications
        if document.kind == DocumentKind.CANCEL and document.number_key not in pending
    }
    lifted = False
    for cop_no, words in said.items():
        lifted |= bool(
            session.execute(
                update(HoldRow)
                .where(
                    HoldRow.warehouse_id == declaration.warehouse_id,
                    HoldRow.declaration_id == declaration.id,
                    HoldRow.kind == HoldKind.CANCEL_PENDING,
                    HoldRow.cause == cop_no,
                    HoldRow.lifted_at.is_(None),
                )
                .values(lifted_at=now, lifted_by=CUSTOMS, lift_reason=words)
                .returning(HoldRow.cause)
            ).all()
        )
    if lifted:
        count_open_holds(session, declaration)


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


def _insert(session: Session, row: type[HoldRow | IncidentRow]) -> Any:
    return insert_ignoring_duplicates(cast(Table, row.__table__), session.get_bind().dialect.name)
