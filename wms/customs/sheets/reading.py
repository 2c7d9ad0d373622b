"""Reads the sheets of declarations, a page at a time: the number of statements does not grow with the page.

Called by `views` and `commands`. Reads only. Receipts are those that name a document of the declaration, of any
attempt, whatever they say.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from wms.customs.hearing import attempt_of, entry_of
from wms.customs.matching import DeclaredIdentity
from wms.customs.model import DECLARED, RECEIPT_OF_DOCUMENT, WHOLE_MESSAGE_FAILURES, DocumentKind
from wms.customs.receipts.part import Part, parts_of
from wms.customs.receipts.tax_bills import bills_of
from wms.customs.service import gate_answer
from wms.customs.sheets.sheet import (
    AttemptView,
    DeclarationSheet,
    DocumentView,
    FindingView,
    HoldView,
    IncidentView,
    ReceiptView,
    TaxBillView,
    Words,
)
from wms.customs.tables import (
    AttemptRow,
    DeclarationRow,
    DocumentRow,
    FindingRow,
    HoldRow,
    IncidentRow,
    RawReceiptRow,
    ReceiptEntryRow,
)
from wms.customs.words.wording import gate_words, hold_words, receipt_words, rule_words
from wms.kernel.masking import masked_field

K = TypeVar("K")
R = TypeVar("R")

_KINDS = list(DocumentKind)


def sheets_where(
    session: Session,
    warehouse_id: int,
    condition: ColumnElement[bool],
    *,
    after: UUID | None = None,
    limit: int,
    many: bool = False,
) -> list[DeclarationSheet]:
    """The sheets of the declarations that meet `condition`, oldest first; `after` is the last one told.

    `many`: more may meet it than are asked for, and an index has them in order. Of few, SQLite would save itself the
    sorting and walk through all declarations by their key; an expression keeps it from that.
    """
    statement = select(DeclarationRow).where(DeclarationRow.warehouse_id == warehouse_id, condition)
    if after is not None:
        statement = statement.where(DeclarationRow.id > after)
    in_order = DeclarationRow.id if many else func.coalesce(DeclarationRow.id, DeclarationRow.id)
    rows = session.scalars(statement.order_by(in_order).limit(limit)).all()
    return _Page(session, warehouse_id, rows).sheets() if rows else []


class _Page:
    """Everything about some declarations, read with one statement per table."""

    def __init__(self, session: Session, warehouse_id: int, rows: Sequence[DeclarationRow]) -> None:
        self._rows = rows
        self._session = session
        self._warehouse_id = warehouse_id
        ids = [row.id for row in rows]
        self._documents = self._by_declaration(DocumentRow, ids)
        self._attempts = self._by_declaration(AttemptRow, ids)
        self._holds = self._by_declaration(HoldRow, ids)
        self._incidents = self._by_declaration(IncidentRow, ids)
        self._findings = _grouped(
            session.scalars(
                select(FindingRow).where(
                    FindingRow.warehouse_id == warehouse_id, FindingRow.order_id.in_({row.order_id for row in rows})
                )
            ),
            lambda row: row.order_id,
        )
        self._answers = gate_answer(session, warehouse_id, [row.parcel_id for row in rows], lock=False)
        self._receipts = self._read_receipts()
        self._bills = _grouped(
            bills_of(session, warehouse_id, {row.invt_no for row in rows if row.invt_no}), lambda bill: bill.invt_no
        )

    def sheets(self) -> list[DeclarationSheet]:
        return [self._sheet(row) for row in self._rows]

    def _by_declaration(self, table: Any, ids: Sequence[UUID]) -> Mapping[UUID, list[Any]]:
        rows = self._session.scalars(
            select(table).where(table.warehouse_id == self._warehouse_id, table.declaration_id.in_(ids))
        )
        return _grouped(rows, lambda row: row.declaration_id)

    def _read_receipts(self) -> Mapping[tuple[str, str], list[tuple[ReceiptEntryRow, Any]]]:
        """Entries with their delivery, by message type and number."""
        documents = [document for some in self._documents.values() for document in some]
        numbers = {document.number_key for document in documents} | {row.cop_no for row in self._rows}
        numbers |= {document.message_id for document in documents if document.message_id}
        numbers.discard("")
        found = self._session.execute(
            select(ReceiptEntryRow, RawReceiptRow.sha256, RawReceiptRow.source, RawReceiptRow.received_at)
            .join(
                RawReceiptRow,
                (RawReceiptRow.warehouse_id == ReceiptEntryRow.warehouse_id)
                & (RawReceiptRow.id == ReceiptEntryRow.receipt_id),
            )
            .where(ReceiptEntryRow.warehouse_id == self._warehouse_id, ReceiptEntryRow.number_key.in_(numbers))
        )
        return _grouped(
            ((found_row[0], found_row) for found_row in found), lambda pair: (pair[0].message_type, pair[0].number_key)
        )

    def _sheet(self, row: DeclarationRow) -> DeclarationSheet:
        documents = sorted(self._documents.get(row.id, ()), key=lambda one: (one.attempt, _KINDS.index(one.kind)))
        of_attempts = [one for one in documents if one.kind in DECLARED]
        current = [one for one in of_attempts if one.attempt == row.attempt]
        holds = sorted(self._holds.get(row.id, ()), key=lambda hold: (hold.since, hold.kind, hold.cause))
        findings = sorted(self._findings.get(row.order_id, ()), key=lambda one: (not one.stops, one.rule, one.position))
        answer = self._answers[row.parcel_id]
        incidents = sorted(self._incidents.get(row.id, ()), key=lambda one: (one.since, one.outcome))
        attempts = sorted(self._attempts.get(row.id, ()), key=lambda one: one.attempt)
        return DeclarationSheet(
            declaration_id=row.id,
            parcel_id=row.parcel_id,
            order_id=row.order_id,
            order_no=row.order_no,
            tracking_number=row.tracking_number,
            cop_no=row.cop_no,
            pre_no=row.pre_no,
            invt_no=row.invt_no,
            attempt=row.attempt,
            state=row.state,
            status=row.status,
            since=row.state_since,
            said=row.said,
            gate_open=answer.open,
            gate_code=answer.code,
            gate_words=_both(gate_words, answer.code) if answer.code else Words("May leave", "可以出库"),
            gate_document=answer.document,
            holds=tuple(_hold(hold) for hold in holds),
            documents=tuple(_document(one) for one in current),
            applications=tuple(_document(one) for one in documents if one.kind not in DECLARED),
            attempts=tuple(_attempt(one, of_attempts) for one in attempts),
            findings=tuple(_finding(one) for one in findings),
            anomalies=tuple(row.anomalies.split()),
            incidents=tuple(IncidentView(one.outcome, one.since, one.said) for one in incidents),
            receipts=self._receipts_of(row, documents),
            tax_bills=self._bills_of(row),
            created_at=row.created_at,
            sent_at=row.sent_at,
            released_at=row.released_at,
            left_at=row.left_at,
        )

    def _bills_of(self, row: DeclarationRow) -> tuple[TaxBillView, ...]:
        return tuple(self._bills.get(row.invt_no, ())) if row.invt_no else ()

    def _receipts_of(self, row: DeclarationRow, documents: Sequence[DocumentRow]) -> tuple[ReceiptView, ...]:
        found = {
            pair[0].fingerprint: pair
            for kind, company, number in _keys(row, documents)
            for pair in self._receipts.get((kind, number), ())
            if company is None or pair[0].company_key in ("", company)
        }
        entries = {fingerprint: entry_of(pair[0]) for fingerprint, pair in found.items()}
        messages = [
            one.message_id for one in documents if one.kind == DocumentKind.INVENTORY and one.attempt == row.attempt
        ]
        parts = parts_of(
            entries.values(),
            attempt_of(self._session, row),
            DeclaredIdentity(row.cop_no, row.agent_code, row.ebp_code, row.ebc_code, row.customs_code),
            messages[0] if messages else None,
        )
        views = [
            _receipt(pair[0], pair[1], parts[entries[fingerprint].fingerprint]) for fingerprint, pair in found.items()
        ]
        return tuple(sorted(views, key=lambda view: (view.time, view.message_type, view.status, view.said)))


def _keys(row: DeclarationRow, documents: Iterable[DocumentRow]) -> set[tuple[str, str | None, str]]:
    """(message type, company or any, number) under which receipts of this declaration are found."""
    keys: set[tuple[str, str | None, str]] = set()
    for document in documents:
        kind = DocumentKind(document.kind)
        ours = kind in (DocumentKind.INVENTORY, DocumentKind.CANCEL, DocumentKind.RETURN)
        if document.number_key:
            company = None if ours else document.company_key
            keys.add((RECEIPT_OF_DOCUMENT[kind].value, company, document.number_key))
        if document.message_id:
            keys |= {(failure.value, None, document.message_id) for failure in WHOLE_MESSAGE_FAILURES}
    keys.add((RECEIPT_OF_DOCUMENT[DocumentKind.INVENTORY].value, None, row.cop_no))
    return keys


def _hold(row: HoldRow) -> HoldView:
    return HoldView(
        row.kind, _both(hold_words, row.kind), row.since, row.said, row.set_at, row.lifted_at, row.lifted_by,
        row.lift_reason,
    )  # fmt: skip


def _document(row: DocumentRow) -> DocumentView:
    return DocumentView(
        row.kind, row.attempt, row.state, row.since, row.said, row.outgoing, row.company_key, row.number_key, row.guid,
        row.message_id, row.asked_by, row.reason,
    )  # fmt: skip


def _attempt(row: AttemptRow, documents: Iterable[DocumentRow]) -> AttemptView:
    return AttemptView(
        row.attempt, row.app_time, row.begun_at, row.begun_by, row.reason, row.sent_at, row.pre_no, row.invt_no,
        row.state, row.status, row.said, row.state_since,
        tuple(_document(one) for one in documents if one.attempt == row.attempt),
    )  # fmt: skip


def _finding(row: FindingRow) -> FindingView:
    return FindingView(
        row.rule, _both(rule_words, row.rule), row.cause, row.field,
        masked_field(row.field, row.value), row.other_field,
        masked_field(row.other_field or row.field, row.other_value), row.line_no, row.stops, row.since,
    )  # fmt: skip


def _receipt(row: ReceiptEntryRow, delivery: Any, part: Part) -> ReceiptView:
    words = Words(*(receipt_words(row.message_type, row.return_status, row.return_info, one) for one in ("en", "zh")))
    return ReceiptView(
        row.message_type, row.return_status, row.return_time, row.return_info, part.value, words, row.receipt_id,
        row.position, delivery.sha256, delivery.source, delivery.received_at,
    )  # fmt: skip


def _both(words: Callable[[str, str], str], what: str) -> Words:
    return Words(words(what, "en"), words(what, "zh"))


def _grouped(rows: Iterable[R], key: Callable[[R], K]) -> Mapping[K, list[R]]:
    groups: defaultdict[K, list[R]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups
