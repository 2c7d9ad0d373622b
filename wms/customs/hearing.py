"""What is known about one attempt of a declaration: its papers and the receipts that may speak of them. Reads only.

Called by `standing` under the lock of the declaration, and by whoever shows how a standing came about.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, defer

from wms.customs.folded import Attempt, Cancellation, DerivedHold
from wms.customs.matching import DeclaredIdentity, disagreement
from wms.customs.model import (
    APPLICATIONS,
    DECLARED,
    RECEIPT_OF_DOCUMENT,
    WHOLE_MESSAGE_FAILURES,
    DocumentKind,
    HoldKind,
    MessageType,
    ReceiptEntry,
    as_return_time,
)
from wms.customs.tables import AttemptRow, DeclarationRow, DocumentRow, ReceiptEntryRow

ENTRY_FIELDS = tuple(field.name for field in fields(ReceiptEntry))
_NUMBERED_BY_US = frozenset({DocumentKind.INVENTORY, DocumentKind.CANCEL, DocumentKind.RETURN})


@dataclass(frozen=True, slots=True)
class Papers:
    """The documents of a declaration that its receipts may speak of."""

    declared: Mapping[DocumentKind, DocumentRow]
    """The three orders and the list of the attempt."""
    applications: Sequence[DocumentRow]

    def of_kind(self, kind: DocumentKind) -> list[DocumentRow]:
        return [document for document in self.applications if document.kind == kind]


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known about one attempt of a declaration."""

    papers: Papers
    attempt: Attempt
    entries: Sequence[ReceiptEntry]
    """Receipts that name the parties as declared."""
    mismatches: Sequence[tuple[ReceiptEntryRow, DerivedHold]]
    """Receipts that name others, and the hold each of them would set."""
    kept: frozenset[str]
    """Fingerprints under which all these receipts are kept."""

    @property
    def for_fold(self) -> list[ReceiptEntry]:
        """Without failures of messages in which the list was not."""
        listed = self.papers.declared.get(DocumentKind.INVENTORY)
        list_message = listed.message_id if listed is not None else None
        return [entry for entry in self.entries if not fails(entry) or entry.original_message_id == list_message]

    @property
    def cancellations(self) -> list[Cancellation]:
        """Our applications to cancel the list."""
        return [_cancellation(document) for document in self.papers.of_kind(DocumentKind.CANCEL)]


def hear(session: Session, declaration: DeclarationRow, number: int) -> Heard:
    """Everything the fold of an attempt is told; of an attempt that was replaced too, for the evidence of a parcel."""
    papers = _papers(session, declaration, number)
    entries: list[ReceiptEntry] = []
    mismatches: list[tuple[ReceiptEntryRow, DerivedHold]] = []
    identity = identity_of(declaration)
    rows = _receipt_entries(session, declaration, papers)
    for row in rows:
        entry = entry_of(row)
        wrong = disagreement(entry, identity)
        if not wrong:
            entries.append(entry)
        else:
            mismatches.append((row, DerivedHold(HoldKind.IDENTITY_MISMATCH, row.fingerprint, row.return_time, wrong)))
    kept = frozenset(row.fingerprint for row in rows)
    return Heard(papers, attempt_of(session, declaration, number), entries, mismatches, kept)


def identity_of(declaration: DeclarationRow) -> DeclaredIdentity:
    """Who declared what where: receipts that name others are not about it."""
    return DeclaredIdentity(
        declaration.cop_no,
        declaration.agent_code,
        declaration.ebp_code,
        declaration.ebc_code,
        declaration.customs_code,
    )


def entry_of(row: ReceiptEntryRow) -> ReceiptEntry:
    """The value a stored entry stands for."""
    values = {name: getattr(row, name) for name in ENTRY_FIELDS}
    values["message_type"] = MessageType(row.message_type)
    return ReceiptEntry(**values)


def _papers(session: Session, declaration: DeclarationRow, number: int) -> Papers:
    rows = session.scalars(
        select(DocumentRow)
        .where(
            DocumentRow.warehouse_id == declaration.warehouse_id,
            DocumentRow.declaration_id == declaration.id,
            or_(DocumentRow.attempt == number, DocumentRow.kind.in_(APPLICATIONS)),
        )
        .order_by(DocumentRow.kind, DocumentRow.attempt)
        # Sealed and long: receipts are about how a document stands, whatever it says.
        .options(defer(DocumentRow.body))
    ).all()
    return Papers(
        {DocumentKind(row.kind): row for row in rows if row.kind in DECLARED},
        [row for row in rows if row.kind in APPLICATIONS],
    )


def attempts_of(session: Session, declaration: DeclarationRow) -> range:
    """The numbers of its attempts. They do not begin with 1 where an earlier parcel of the order was opened again."""
    first = session.scalar(
        select(func.min(DocumentRow.attempt)).where(
            DocumentRow.warehouse_id == declaration.warehouse_id,
            DocumentRow.declaration_id == declaration.id,
            DocumentRow.kind.in_(DECLARED),
        )
    )
    return range(first or declaration.attempt, declaration.attempt + 1)


def attempt_of(session: Session, declaration: DeclarationRow, number: int | None = None) -> Attempt:
    """An attempt, by default the present one, with the numbers customs gave the lists of earlier ones."""
    number = number or declaration.attempt
    if number == 1:
        return Attempt()
    rows = {
        row.attempt: row
        for row in session.execute(
            select(AttemptRow.attempt, AttemptRow.app_type, AttemptRow.app_time, AttemptRow.pre_no).where(
                AttemptRow.warehouse_id == declaration.warehouse_id, AttemptRow.declaration_id == declaration.id
            )
        )
    }
    # The present one's time is the declaration's own: its row may not be written yet.
    app_time = declaration.app_time if number == declaration.attempt else rows[number].app_time
    is_change = number in rows and rows[number].app_type == "2"
    # A list that was changed instead of declared anew may keep its number.
    earlier = frozenset(row.pre_no for row in rows.values() if row.attempt < number and row.pre_no is not None)
    return Attempt(number, app_time, frozenset() if is_change else earlier)


def _cancellation(document: DocumentRow) -> Cancellation:
    return Cancellation(
        cop_no=document.number_key,
        invt_no=json.loads(document.details)["invt_no"],
        sent_at=as_return_time(document.made_at),
    )


def _receipt_entries(session: Session, declaration: DeclarationRow, papers: Papers) -> Sequence[ReceiptEntryRow]:
    wanted: list[ColumnElement[bool]] = []
    numbers: set[str] = set()
    for document in (*papers.declared.values(), *papers.applications):
        kind = DocumentKind(document.kind)
        if document.number_key:
            numbers.add(document.number_key)
            key = and_(
                ReceiptEntryRow.message_type == RECEIPT_OF_DOCUMENT[kind],
                ReceiptEntryRow.number_key == document.number_key,
            )
            # Numbers that we made ourselves are unique with us, and a wrong company there must be seen, not passed
            # over.
            wanted.append(
                key if kind in _NUMBERED_BY_US else and_(key, ReceiptEntryRow.company_key == document.company_key)
            )
        if document.message_id is not None:
            numbers.add(document.message_id)
            wanted.append(
                and_(
                    ReceiptEntryRow.message_type.in_(WHOLE_MESSAGE_FAILURES),
                    ReceiptEntryRow.number_key == document.message_id,
                )
            )
    if not wanted:
        return []
    return session.scalars(
        select(ReceiptEntryRow).where(
            ReceiptEntryRow.warehouse_id == declaration.warehouse_id,
            # Follows from what comes behind it. Without it SQLite walks through all receipts there ever were.
            ReceiptEntryRow.number_key.in_(sorted(numbers)),
            or_(*wanted),
        )
    ).all()


def fails(entry: ReceiptEntry) -> bool:
    return entry.message_type in WHOLE_MESSAGE_FAILURES
