"""What may follow a declaration: applications to cancel it or to take goods back, and word that it was signed for.

Called by the pages of the office and by the command line. Each is a document of its own with a number of its own; its
answers come in like all receipts. A person applies, with a reason; nothing here changes what customs decided.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from wms.customs.checks.form import faults_as_findings, written
from wms.customs.checks.gathering import case_of_order
from wms.customs.facts import ParcelFacts
from wms.customs.model import (
    CHINA_TIME,
    OPENING_STATES,
    DeclarationState,
    DocumentKind,
    DocumentState,
    Outgoing,
    as_return_time,
)
from wms.customs.receipts.meeting import Announced, announce_documents
from wms.customs.regimes.china.building import Stamp, cancellation_of, refund_of, signed_for_of
from wms.customs.regimes.china.documents import Document
from wms.customs.sending.as_declared import facts_as_declared, list_as_sent, units_of
from wms.customs.sending.attempts import refusal_of
from wms.customs.sending.numbers import new_cop_no, new_guid
from wms.customs.sending.queueing import ask_for_packing
from wms.customs.standing import applications_of, locked, refold
from wms.customs.tables import DeclarationRow, DocumentRow
from wms.kernel.refusal import Refusal
from wms.places.tables import Warehouse

RETURN_DAYS = 30
"""Calendar days in China after the release within which goods may be applied back without tax."""

_CANCELLABLE = frozenset(
    {
        DeclarationState.SUBMITTED,
        DeclarationState.ACCEPTED,
        DeclarationState.UNDER_INSPECTION,
        DeclarationState.DETAINED,
        DeclarationState.RELEASED,
        DeclarationState.CLOSED,
    }
)


def apply_to_cancel(
    session: Session, warehouse_id: int, declaration_id: UUID, *, by: str, reason: str, now: datetime
) -> int | Refusal:
    """Apply for the cancellation of the list (CEB623); the number of the application. Holds the parcel from now on.

    Refuses `customs_reason_missing`, `no_such_declaration`, `customs_parcel_left` (then goods are taken back instead),
    `customs_not_cancellable` {state}, `customs_no_list_number` while customs has not given one, and
    `customs_application_pending`.
    """
    found = _found(session, warehouse_id, declaration_id, reason)
    if isinstance(found, Refusal):
        return found
    declaration, details = found, _details(found)
    if declaration.left_at is not None:
        return Refusal("customs_parcel_left", details)
    if DeclarationState(declaration.state) not in _CANCELLABLE:
        return Refusal("customs_not_cancellable", details)
    if declaration.invt_no is None:
        return Refusal("customs_no_list_number", details)
    earlier = _of_kind(session, declaration, DocumentKind.CANCEL)
    if any(document.state != DocumentState.REFUSED for document in earlier):
        return Refusal("customs_application_pending", details)
    facts, _ = _told(session, declaration)
    cop_no, stamp = new_cop_no(), _stamp(now)
    document = cancellation_of(
        facts, stamp, cop_no=cop_no, invt_no=declaration.invt_no, reason=reason.strip(),
        pre_no=declaration.pre_no or "",
    )  # fmt: skip
    asked = _Asked(
        DocumentKind.CANCEL, len(earlier) + 1, (declaration.agent_code, cop_no), by, reason.strip(),
        {"invt_no": declaration.invt_no},
    )  # fmt: skip
    return _make(session, declaration, document, stamp, asked, now=now)


def apply_for_return(
    session: Session,
    warehouse_id: int,
    declaration_id: UUID,
    quantities: Mapping[int, int],
    *,
    by: str,
    reason: str,
    now: datetime,
) -> int | Refusal:
    """Apply for taking back so many units of each line of the list (CEB625); the number of the application.

    Lines are named by their number in the list as it was sent. Refuses `customs_reason_missing`, `no_such_declaration`,
    `customs_not_released`, `customs_parcel_here` (then the list is cancelled instead), `customs_no_list_number`,
    `customs_return_too_late` {until}, `customs_return_empty`, `customs_return_line` {line}, and
    `customs_return_quantity` {line, wanted, left} where more is wanted than was declared and not applied for before.
    """
    found = _found(session, warehouse_id, declaration_id, reason)
    if isinstance(found, Refusal):
        return found
    declaration, details = found, _details(found)
    if DeclarationState(declaration.state) not in OPENING_STATES or declaration.released_at is None:
        return Refusal("customs_not_released", details)
    if declaration.left_at is None:
        return Refusal("customs_parcel_here", details)
    if declaration.invt_no is None:
        return Refusal("customs_no_list_number", details)
    until = declaration.released_at.astimezone(CHINA_TIME).date() + timedelta(days=RETURN_DAYS)
    if now.astimezone(CHINA_TIME).date() > until:
        return Refusal("customs_return_too_late", {**details, "until": until.isoformat()})
    refusal = _wrong_quantities(quantities, left_to_return(session, declaration))
    if refusal is not None:
        return refusal
    facts, _ = _told(session, declaration)
    earlier = _of_kind(session, declaration, DocumentKind.RETURN)
    cop_no, stamp = new_cop_no(), _stamp(now)
    document = refund_of(
        facts, stamp, quantities, cop_no=cop_no, invt_no=declaration.invt_no, reason=reason.strip(),
        pre_no=declaration.pre_no or "",
    )  # fmt: skip
    asked = _Asked(
        DocumentKind.RETURN, len(earlier) + 1, (declaration.agent_code, cop_no), by, reason.strip(),
        {str(gnum): quantities[gnum] for gnum in sorted(quantities)},
    )  # fmt: skip
    return _make(session, declaration, document, stamp, asked, now=now)


def report_signed(
    session: Session, warehouse_id: int, declaration_id: UUID, *, signed_at: datetime, now: datetime
) -> int | Refusal:
    """Tell customs that the consignee signed for the parcel (CEB513); the number of the message. Told once.

    Refuses `no_such_declaration`, `customs_not_ours` where the logistics company tells it, `customs_parcel_here` and
    `customs_not_yet` for a time to come.
    """
    declarations = locked(session, warehouse_id, DeclarationRow.id == declaration_id)
    if not declarations:
        return Refusal("no_such_declaration", {"declaration": str(declaration_id)})
    declaration = declarations[0]
    if declaration.left_at is None:
        return Refusal("customs_parcel_here", _details(declaration))
    if signed_at > now:
        return Refusal("customs_not_yet", {**_details(declaration), "signed_at": signed_at.isoformat()})
    facts, we_send = _told(session, declaration)
    if not we_send:
        return Refusal("customs_not_ours", _details(declaration))
    earlier = _of_kind(session, declaration, DocumentKind.SIGNED_FOR)
    if earlier and earlier[-1].state != DocumentState.REFUSED:
        return earlier[-1].attempt
    # The key is that of the message before: customs drops whatever is not later.
    moment = max(now, earlier[-1].made_at + timedelta(seconds=1)) if earlier else now
    stamp = _stamp(moment)
    document = signed_for_of(facts, stamp, signed_at=signed_at)
    asked = _Asked(
        DocumentKind.SIGNED_FOR, len(earlier) + 1, (facts.carrier.code, facts.tracking_number), "", "",
        {"signed_at": signed_at.isoformat()},
    )  # fmt: skip
    return _make(session, declaration, document, stamp, asked, now=moment)


def left_to_return(session: Session, declaration: DeclarationRow) -> dict[int, int]:
    """Units by line number of the list that nobody has applied for yet, or whose application was refused."""
    left = units_of(list_as_sent(session, declaration))
    for document in _of_kind(session, declaration, DocumentKind.RETURN):
        if document.state != DocumentState.REFUSED:
            for gnum, units in json.loads(document.details).items():
                left[int(gnum)] -= units
    return left


def _wrong_quantities(quantities: Mapping[int, int], left: Mapping[int, int]) -> Refusal | None:
    if not quantities:
        return Refusal("customs_return_empty", {})
    for gnum, units in sorted(quantities.items()):
        if gnum not in left:
            return Refusal("customs_return_line", {"line": gnum})
        if not 1 <= units <= left[gnum]:
            return Refusal("customs_return_quantity", {"line": gnum, "wanted": units, "left": left[gnum]})
    return None


def _found(session: Session, warehouse_id: int, declaration_id: UUID, reason: str) -> DeclarationRow | Refusal:
    """The declaration, locked."""
    if not reason.strip():
        return Refusal("customs_reason_missing", {})
    declarations = locked(session, warehouse_id, DeclarationRow.id == declaration_id)
    if not declarations:
        return Refusal("no_such_declaration", {"declaration": str(declaration_id)})
    return declarations[0]


def _details(declaration: DeclarationRow) -> dict[str, str | int | None]:
    return {"parcel": declaration.tracking_number, "state": declaration.state}


def _of_kind(session: Session, declaration: DeclarationRow, kind: DocumentKind) -> list[DocumentRow]:
    found = applications_of(session, declaration.warehouse_id, [declaration.id])
    return [document for document in found if document.kind == kind]


def _told(session: Session, declaration: DeclarationRow) -> tuple[ParcelFacts, bool]:
    """The facts as customs was told them, and whether we speak for the logistics company."""
    warehouse = session.get_one(Warehouse, declaration.warehouse_id)
    case = case_of_order(session, warehouse, declaration.order_id)
    assert case is not None, f"declaration {declaration.id} has no order"
    return facts_as_declared(case.facts, list_as_sent(session, declaration)), case.settings.sends_waybill


def _stamp(now: datetime) -> Stamp:
    return Stamp(new_guid(), as_return_time(now)[:14])


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is written down beside a document: which one it is, its business key, who wanted it and what exactly."""

    kind: DocumentKind
    number: int
    key: tuple[str, str]
    by: str
    reason: str
    details: Mapping[str, object]


def _make(
    session: Session, declaration: DeclarationRow, document: Document, stamp: Stamp, asked: _Asked, *, now: datetime
) -> int | Refusal:
    """Write the document and put it into the queue; refuses what customs would not take, naming the field."""
    body, faults = written(document)
    if faults:
        return refusal_of(faults_as_findings(asked.kind, faults)[0], declaration.tracking_number)
    company, number_key = asked.key
    session.add(
        DocumentRow(
            warehouse_id=declaration.warehouse_id,
            declaration_id=declaration.id,
            attempt=asked.number,
            kind=asked.kind,
            guid=stamp.guid,
            company_key=company,
            number_key=number_key,
            is_known=True,
            body=body,
            outgoing=Outgoing.WAITING,
            message_id=None,
            asked_by=asked.by[:60],
            reason=asked.reason,
            details=json.dumps(asked.details),
            made_at=now,
            state=DocumentState.WAITING,
            since=None,
            said="",
        )
    )
    session.flush()
    announce_documents(session, declaration.warehouse_id, [Announced(asked.kind, company, number_key)])
    refold(session, declaration, now=now)
    ask_for_packing(session, declaration.warehouse_id, asked.kind, declaration.agent_code, now=now)
    return asked.number
