"""Submits a declaration: for the first time as soon as it is whole, and again after customs refused it.

Called by the pages of the office and by the command line. Every attempt has a number, a guid for each document and a
time strictly later than the one before; what became of an earlier attempt stays written down, and receipts about it
change nothing any more.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from wms.customs.checks.checking import check_and_begin
from wms.customs.model import (
    RECEIPT_OF_DOCUMENT,
    THREE_ORDERS,
    DeclarationState,
    DocumentKind,
    DocumentState,
    Finding,
    Outgoing,
    as_return_time,
    return_time_as_utc,
)
from wms.customs.parties.settings import merchant_customs
from wms.customs.sending.preparing import Fresh, documents_of_attempt, open_attempt, withdraw_waiting
from wms.customs.standing import locked
from wms.customs.tables import AttemptRow, DeclarationRow, DocumentRow, ReceiptEntryRow
from wms.kernel.refusal import Refusal

NEW, CHANGE = "1", "2"
"""appType."""

MOST_CLOCK_DIFFERENCE = timedelta(hours=1)
"""Between our clock and that of customs or the electronic port."""


def resubmit(
    session: Session, warehouse_id: int, declaration_id: UUID, *, by: str, reason: str, now: datetime
) -> int | Refusal:
    """Begin a new attempt after the present one was refused. The number of the attempt.

    All that we send of the three orders goes again, and the list. Refuses `customs_reason_missing`,
    `no_such_declaration`, `customs_attempt_open` while the present one may still be released, `customs_parcel_left`,
    `customs_documents_on_their_way`, `customs_document_missing`, and `customs_findings` with the first that stops it.
    """
    if not reason.strip():
        return Refusal("customs_reason_missing", {})
    known = session.get(DeclarationRow, (warehouse_id, declaration_id))
    if known is None:
        return Refusal("no_such_declaration", {"declaration": str(declaration_id)})
    # The check comes first: it waits for other checks of the order before it locks the declaration, as they all do.
    checked = check_and_begin(session, warehouse_id, known.order_id, now=now)
    (declaration,) = locked(session, warehouse_id, DeclarationRow.id == declaration_id)
    documents = documents_of_attempt(session, declaration)
    details: dict[str, str | int | None] = {
        "parcel": declaration.tracking_number,
        "attempt": declaration.attempt,
        "state": declaration.state,
    }
    if declaration.left_at is not None:
        return Refusal("customs_parcel_left", details)
    if not may_be_resubmitted(declaration, documents.values()):
        return Refusal("customs_attempt_open", details)
    if any(document.outgoing == Outgoing.IN_MESSAGE for document in documents.values()):
        return Refusal("customs_documents_on_their_way", details)
    settings = merchant_customs(session, warehouse_id, declaration.merchant_id)
    missing = [kind for kind, document in documents.items() if settings.sends(kind) and not document.is_known]
    if missing:
        return Refusal("customs_document_missing", {**details, "document": missing[0].value})
    if checked.stops is not None:
        return refusal_of(checked.stops, declaration.tracking_number)
    _close(session, declaration, documents)
    app_type = _app_type(session, declaration, documents)
    withdraw_waiting(documents.values())
    declaration.app_time = latest_word(declaration, documents.values(), now=now)
    declaration.attempt += 1
    declaration.sent_at = None
    open_attempt(session, declaration, now=now)
    check_and_begin(session, warehouse_id, declaration.order_id, fresh=Fresh(by, reason.strip(), app_type), now=now)
    begun = session.get(AttemptRow, (warehouse_id, declaration_id, declaration.attempt))
    assert begun is not None, "what stops an attempt was looked for before it was opened"
    return declaration.attempt


def may_be_resubmitted(declaration: DeclarationRow, documents: Iterable[DocumentRow]) -> bool:
    """Whether the present attempt came to nothing: its list was refused, or one of the orders it was waiting for."""
    if DeclarationState(declaration.state) is DeclarationState.REJECTED:
        return True
    refused = any(
        document.state == DocumentState.REFUSED and document.outgoing != Outgoing.NOT_OURS
        for document in documents
        if document.kind in THREE_ORDERS
    )
    return refused and declaration.sent_at is None and declaration.state == DeclarationState.PENDING


def refusal_of(finding: Finding, parcel: str) -> Refusal:
    """What stops it, without the values, which may name persons."""
    return Refusal(
        "customs_findings",
        {
            "parcel": parcel,
            "rule": finding.rule,
            "field": finding.field,
            "other_field": finding.other_field,
            "cause": finding.cause.value,
        },
    )


def _close(session: Session, declaration: DeclarationRow, documents: Mapping[DocumentKind, DocumentRow]) -> None:
    """Write down how the present attempt ended."""
    attempt = session.get_one(AttemptRow, (declaration.warehouse_id, declaration.id, declaration.attempt))
    attempt.sent_at = declaration.sent_at
    attempt.pre_no, attempt.invt_no = declaration.pre_no, declaration.invt_no
    attempt.state, attempt.status, attempt.said = declaration.state, declaration.status, declaration.said
    attempt.state_since = declaration.state_since
    if DeclarationState(declaration.state) is not DeclarationState.REJECTED:
        # The list never went: what was refused is one of the orders before it.
        refused = next(document for document in documents.values() if document.state == DocumentState.REFUSED)
        attempt.state, attempt.said = DeclarationState.REJECTED, refused.said
        attempt.state_since = refused.since or attempt.state_since


def latest_word(declaration: DeclarationRow, documents: Iterable[DocumentRow], *, now: datetime) -> str:
    """The time, in 17 digits, after which the next attempt begins: that of the present one, or of what refused it.

    Where our clock is behind that of customs, the old refusal would else be younger than the new attempt and refuse it
    at once. A time far ahead of both clocks is no clock's: it is passed over.
    """
    heard = [document.since for document in documents if document.state == DocumentState.REFUSED]
    if DeclarationState(declaration.state) is DeclarationState.REJECTED:
        heard.append(declaration.state_since)
    sent = declaration.app_time
    limit = as_return_time(max(now, return_time_as_utc(sent)) + MOST_CLOCK_DIFFERENCE)
    times = (as_return_time(moment) for moment in heard if moment is not None)
    return max([sent, *(time for time in times if time <= limit)])


def _app_type(session: Session, declaration: DeclarationRow, documents: Mapping[DocumentKind, DocumentRow]) -> str:
    """How the merchant's customs office wants a refused declaration again; always as new where it never got there."""
    listed = documents[DocumentKind.INVENTORY]
    was_taken = session.scalar(
        select(
            exists().where(
                ReceiptEntryRow.warehouse_id == declaration.warehouse_id,
                ReceiptEntryRow.message_type == RECEIPT_OF_DOCUMENT[DocumentKind.INVENTORY],
                ReceiptEntryRow.number_key == listed.number_key,
                ReceiptEntryRow.return_status.not_in(("1", "4")),
                ReceiptEntryRow.return_status.not_like("-%"),
            )
        )
    )
    if not was_taken:
        return NEW
    return merchant_customs(session, declaration.warehouse_id, declaration.merchant_id).resubmits_as
