"""Makes the documents of a declaration's present attempt and puts them into the queue of what is sent.

Called by `declaring` (a new declaration), `checking` (whatever made an attempt whole) and `attempts` (a new attempt),
inside their transaction, with the declaration locked. A document that is in a message is never touched again: as long
as no byte of it has left it may be made anew, always under the same guid and time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.customs.checks.gathering import Case
from wms.customs.model import (
    DECLARED,
    UNSENT,
    DeclarationState,
    DocumentKind,
    DocumentState,
    Outgoing,
    as_return_time,
    return_time_as_utc,
)
from wms.customs.payment.slips import stands
from wms.customs.receipts.meeting import Announced, announce_documents
from wms.customs.regimes.china.building import Stamp, inventory_of, order_of, payment_of, waybill_of
from wms.customs.regimes.china.documents import Document
from wms.customs.sending.numbers import new_guid
from wms.customs.sending.queueing import ask_for_packing
from wms.customs.standing import refold
from wms.customs.tables import AttemptRow, DeclarationRow, DocumentRow


@dataclass(frozen=True, slots=True)
class Fresh:
    """What is written down where an attempt begins: who wanted it and why, and the appType of its documents."""

    by: str
    reason: str
    app_type: str


FIRST = Fresh("wms", "", "1")
"""The first attempt: nobody asks for it."""


_FINAL = frozenset({DeclarationState.CANCELLED, DeclarationState.RETURNED})


@dataclass(frozen=True, slots=True)
class Drafted:
    """One document as it would be sent now."""

    kind: DocumentKind
    guid: str
    document: Document


@dataclass(frozen=True, slots=True)
class Draft:
    """The documents of an attempt that have not left yet, as they would be sent now."""

    app_time: str
    """17 digits."""
    app_type: str
    documents: tuple[Drafted, ...]


def documents_of_attempt(session: Session, declaration: DeclarationRow) -> dict[DocumentKind, DocumentRow]:
    """The three orders and the list of the present attempt, locked: a message that is being packed may want them."""
    rows = session.scalars(
        select(DocumentRow)
        .where(
            DocumentRow.warehouse_id == declaration.warehouse_id,
            DocumentRow.declaration_id == declaration.id,
            DocumentRow.attempt == declaration.attempt,
            DocumentRow.kind.in_(DECLARED),
        )
        .order_by(DocumentRow.kind)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {DocumentKind(row.kind): row for row in rows}


def open_attempt(session: Session, declaration: DeclarationRow, *, now: datetime) -> None:
    """Write the rows of the present attempt, with nothing in them yet. `name_documents` comes next."""
    for kind in DECLARED:
        session.add(
            DocumentRow(
                warehouse_id=declaration.warehouse_id,
                declaration_id=declaration.id,
                attempt=declaration.attempt,
                kind=kind,
                guid="",
                company_key="",
                number_key="",
                is_known=False,
                body="",
                outgoing=Outgoing.NOT_YET,
                message_id=None,
                asked_by="",
                reason="",
                details="",
                made_at=now,
                state=DocumentState.MISSING,
                since=None,
                said="",
            )
        )
    session.flush()


def name_documents(
    session: Session, declaration: DeclarationRow, documents: Mapping[DocumentKind, DocumentRow], case: Case
) -> bool:
    """Write down who sends each document and under which number its receipts will come. Whether that changed anything.

    What is in a message keeps its number. Who sends is settled when an attempt begins: a merchant who wants it
    otherwise from now on must not make us send once more what another party has sent.
    """
    begun = session.get(AttemptRow, (declaration.warehouse_id, declaration.id, declaration.attempt)) is not None
    if all(_has_not_left(document) for document in documents.values()):
        _identify(declaration, case)
    changed: list[Announced] = []
    for kind, document in documents.items():
        if not _has_not_left(document):
            continue
        company, number, is_known = _key(kind, declaration, case)
        outgoing = document.outgoing
        if not begun:
            outgoing = Outgoing.NOT_YET if case.settings.sends(kind) else Outgoing.NOT_OURS
        if (document.company_key, document.number_key, document.is_known, document.outgoing) == (
            company,
            number,
            is_known,
            outgoing,
        ):
            continue
        document.company_key, document.number_key, document.is_known = company, number, is_known
        document.outgoing = outgoing
        changed.append(Announced(kind, company, number))
    if changed:
        session.flush()
        announce_documents(session, declaration.warehouse_id, changed)
    return bool(changed)


def draft(
    session: Session,
    declaration: DeclarationRow,
    documents: Mapping[DocumentKind, DocumentRow],
    case: Case,
    fresh: Fresh,
    *,
    now: datetime,
) -> Draft | None:
    """What of the present attempt can still be sent, made from what is known now; None while a paper is missing.

    None too where there is nothing left to send, or nothing to be sent any more.
    """
    if declaration.left_at is not None or DeclarationState(declaration.state) in _FINAL:
        return None
    ours = {kind: document for kind, document in documents.items() if document.outgoing != Outgoing.NOT_OURS}
    open_ones = {kind: document for kind, document in ours.items() if document.outgoing in UNSENT}
    if not open_ones or not all(document.is_known for document in ours.values()):
        return None
    begun = session.get(AttemptRow, (declaration.warehouse_id, declaration.id, declaration.attempt))
    if begun is not None:
        app_time, app_type = begun.app_time, begun.app_type
    else:
        app_time = _later_than(declaration.app_time if declaration.attempt > 1 else "", now)
        app_type = fresh.app_type
    drafted = []
    for kind in DECLARED:
        if kind in open_ones:
            guid = open_ones[kind].guid or new_guid()
            stamp = Stamp(guid, app_time[:14], app_type=app_type)
            drafted.append(Drafted(kind, guid, document_of(kind, case, stamp, declaration)))
    return Draft(app_time, app_type, tuple(drafted))


def document_of(kind: DocumentKind, case: Case, stamp: Stamp, declaration: DeclarationRow | None) -> Document:
    """One of the three orders or the list, as it would be sent."""
    match kind:
        case DocumentKind.ORDER:
            return order_of(case.facts, stamp)
        case DocumentKind.PAYMENT:
            assert case.facts.slip is not None, "a payment is only made from the payment company's slip"
            return payment_of(case.facts.slip, stamp)
        case DocumentKind.LOGISTICS:
            return waybill_of(case.facts, stamp)
        case DocumentKind.INVENTORY:
            assert declaration is not None, "a list belongs to a declaration"
            changed = (declaration.invt_no or "") if stamp.app_type == "2" else ""
            return inventory_of(case.facts, stamp, cop_no=declaration.cop_no, invt_no=changed)
        case _:
            raise AssertionError(f"{kind} is no part of an attempt")


def begin(
    session: Session,
    declaration: DeclarationRow,
    documents: Mapping[DocumentKind, DocumentRow],
    drafted: Draft,
    bodies: Mapping[DocumentKind, str],
    fresh: Fresh,
    *,
    now: datetime,
) -> bool:
    """Let the drafted documents go: the three orders join the queue, the list when they have got far enough.

    `bodies` are their XML nodes. Again, it replaces what has not left by what is known now. Whether any of them waits
    for a message now.
    """
    if session.get(AttemptRow, (declaration.warehouse_id, declaration.id, declaration.attempt)) is None:
        session.add(
            AttemptRow(
                warehouse_id=declaration.warehouse_id,
                declaration_id=declaration.id,
                attempt=declaration.attempt,
                app_time=drafted.app_time,
                app_type=drafted.app_type,
                begun_at=now,
                begun_by=fresh.by[:60],
                reason=fresh.reason,
                sent_at=None,
                pre_no=None,
                invt_no=None,
                state=DeclarationState.PENDING,
                status="",
                said="",
                state_since=now,
            )
        )
        declaration.app_time = drafted.app_time
    for one in drafted.documents:
        document = documents[one.kind]
        document.guid, document.body, document.message_id = one.guid, bodies[one.kind], None
        if one.kind is DocumentKind.INVENTORY and document.outgoing != Outgoing.WAITING:
            document.outgoing = Outgoing.NOT_YET
        else:
            document.outgoing = Outgoing.WAITING
            ask_for_packing(session, declaration.warehouse_id, one.kind, declaration.agent_code, now=now)
    session.flush()
    refold(session, declaration, now=now)
    return any(documents[one.kind].outgoing == Outgoing.WAITING for one in drafted.documents)


def withdraw_waiting(documents: Iterable[DocumentRow]) -> None:
    """Take documents that have not left out of the queue."""
    for document in documents:
        if document.outgoing == Outgoing.WAITING:
            document.outgoing = Outgoing.NOT_YET


def _identify(declaration: DeclarationRow, case: Case) -> None:
    """What receipts will be compared with."""
    facts = case.facts
    declaration.order_no, declaration.merchant_id = facts.order_no, case.order.merchant_id
    declaration.tracking_number = facts.tracking_number
    declaration.agent_code = facts.site.agent.code
    declaration.ebp_code, declaration.ebc_code = facts.platform.code, facts.merchant.code
    declaration.customs_code = facts.site.customs_office


def _has_not_left(document: DocumentRow) -> bool:
    return document.outgoing in UNSENT or document.outgoing == Outgoing.NOT_OURS


def _key(kind: DocumentKind, declaration: DeclarationRow, case: Case) -> tuple[str, str, bool]:
    """Company and number of a document, and whether we know what stands in it."""
    facts = case.facts
    match kind:
        case DocumentKind.ORDER:
            return facts.platform.code, facts.order_no, True
        case DocumentKind.LOGISTICS:
            return facts.carrier.code, facts.tracking_number, True
        case DocumentKind.INVENTORY:
            return facts.site.agent.code, declaration.cop_no, True
        case _:
            if facts.slip is not None:
                return facts.slip.company.code, facts.slip.transaction_id, stands(facts.slip)
            # The platform names the payment: receipts about it may come before we ever see the slip.
            stated = facts.stated_payment
            return (stated.company.code, stated.transaction_id, False) if stated else ("", "", False)


def _later_than(last: str, now: datetime) -> str:
    """17 digits of now in whole seconds, or a second after `last` where the clock was put back."""
    present = as_return_time(now)[:14]
    if last and present <= last[:14]:
        present = as_return_time(return_time_as_utc(last[:14] + "000") + timedelta(seconds=1))[:14]
    return present + "000"
