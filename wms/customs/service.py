"""Use cases of customs: declare a parcel, ask the gate, record that a parcel left, lift a hold.

Called by `declaring`, `exit_gate` and `jobs`, and by the dispatch workflow's facts. Receipts come in through
`wms.customs.intake`. Every function takes the caller's session and commits nothing.
"""

import json
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from wms.customs.facts import Document, ParcelFacts, documents_of, faults_of
from wms.customs.gate import gate
from wms.customs.model import (
    DECLARED,
    DeclarationState,
    DocumentState,
    GateAnswer,
    HoldKind,
    as_return_time,
)
from wms.customs.standing import (
    count_open_holds,
    current_documents,
    locked,
    open_holds,
    refold,
    standing_of,
)
from wms.customs.tables import DeclarationRow, DocumentRow, HoldRow
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.outbox.service import enqueue
from wms.places.tables import Warehouse

_Row = TypeVar("_Row", HoldRow, DocumentRow)

SEND_TOPIC = "customs.send"
NO_CUSTOMS = "none"
"""The regime of a warehouse whose goods need no release."""

_NUMBER_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without I, L, O and U, which people misread."""


def declare(
    session: Session, warehouse_id: int, *, parcel_id: UUID, order_id: UUID, facts: ParcelFacts, now: datetime
) -> UUID | Refusal:
    """Declare a parcel once: write its documents and a message to send them. Returns the declaration's id.

    Asked again, it returns the same id and changes nothing, except that documents which were missing are completed as
    long as nothing was sent. Refuses `customs_facts_wrong`, naming the first fault and their number.
    """
    faults = faults_of(facts)
    if faults:
        first = faults[0]
        return Refusal(
            "customs_facts_wrong",
            {"order": facts.order_no, "where": first.where, "what": first.what, "faults": len(faults)},
        )
    known = locked(session, warehouse_id, DeclarationRow.parcel_id == parcel_id)
    if known and (known[0].sent_at is not None or _is_complete(session, known[0])):
        return known[0].id
    if known:
        declaration = known[0]
        _take_facts(declaration, facts, now)
        _remove_documents(session, declaration)
    else:
        declaration = _new_declaration(warehouse_id, parcel_id, order_id, now)
        _take_facts(declaration, facts, now)
        session.add(declaration)
        session.flush()
    guids = {kind: str(uuid4()).upper() for kind in DECLARED}
    documents = documents_of(facts, cop_no=declaration.cop_no, guids=guids, now=now)
    _insert_documents(session, declaration, documents)
    # Receipts may be here already: other parties push their documents before our parcel is closed.
    refold(session, declaration, now=now)
    if all(document.is_present for document in documents):
        payload = json.dumps({"declaration_id": str(declaration.id), "attempt": declaration.attempt})
        enqueue(session, warehouse_id, SEND_TOPIC, payload, now=now, serial_key=serial_key(declaration.id))
    return declaration.id


def note_undeclarable(
    session: Session, warehouse_id: int, *, parcel_id: UUID, order_id: UUID, why: str, now: datetime
) -> None:
    """Keep for people why a parcel could not be declared. The gate stays closed and shows `why`.

    A later `declare` with facts that are right takes over the same declaration.
    """
    known = locked(session, warehouse_id, DeclarationRow.parcel_id == parcel_id)
    if known:
        if known[0].sent_at is None and not _is_complete(session, known[0]):
            known[0].said = why
        return
    declaration = _new_declaration(warehouse_id, parcel_id, order_id, now)
    declaration.said = why
    session.add(declaration)
    session.flush()
    _insert_documents(session, declaration, [Document(kind, "", "", "") for kind in DECLARED])


def documents_to_send(session: Session, warehouse_id: int, declaration_id: UUID, attempt: int) -> str | None:
    """The documents of an attempt as one JSON text; None where it was sent, or replaced by a later attempt."""
    declaration = session.get(DeclarationRow, (warehouse_id, declaration_id))
    if declaration is None or declaration.sent_at is not None or declaration.attempt != attempt:
        return None
    bodies = {row.kind: json.loads(row.body) for row in current_documents(session, warehouse_id, [declaration_id])}
    return json.dumps(bodies, ensure_ascii=False)


def record_sent(
    session: Session, warehouse_id: int, declaration_id: UUID, attempt: int, *, message_id: str, now: datetime
) -> bool:
    """Note that the port took the documents. False where somebody noted it before; then nothing is changed."""
    declarations = locked(session, warehouse_id, DeclarationRow.id == declaration_id)
    if not declarations or declarations[0].sent_at is not None or declarations[0].attempt != attempt:
        return False
    declaration = declarations[0]
    declaration.sent_at = now
    session.execute(
        update(DocumentRow)
        .where(
            DocumentRow.warehouse_id == warehouse_id,
            DocumentRow.declaration_id == declaration_id,
            DocumentRow.attempt == attempt,
        )
        .values(message_id=message_id)
    )
    refold(session, declaration, now=now)
    return True


def gate_answer(
    session: Session, warehouse_id: int, parcel_ids: Sequence[UUID], *, lock: bool = True
) -> dict[UUID, GateAnswer]:
    """Whether each parcel may leave. With `lock` no decision of customs can pass until the caller commits.

    Ask with the lock in the transaction that records the movement; without it to show a screen.
    """
    if lock:
        rows = locked(session, warehouse_id, DeclarationRow.parcel_id.in_(parcel_ids))
    else:
        rows = session.scalars(
            select(DeclarationRow).where(
                DeclarationRow.warehouse_id == warehouse_id, DeclarationRow.parcel_id.in_(parcel_ids)
            )
        ).all()
    # Holds and documents are read after the lock was granted, and only where they can matter: an open gate costs one
    # statement.
    held = [row.id for row in rows if row.open_holds]
    holds = open_holds(session, warehouse_id, held) if held else []
    answers = {row.parcel_id: gate(standing_of(row, _of(row, holds), ())) for row in rows}
    closed = [row for row in rows if not answers[row.parcel_id].open]
    if closed:
        documents = current_documents(session, warehouse_id, [row.id for row in closed])
        for row in closed:
            answers[row.parcel_id] = gate(standing_of(row, _of(row, holds), _of(row, documents)))
    undeclared = [parcel_id for parcel_id in parcel_ids if parcel_id not in answers]
    if undeclared:
        regime = session.scalar(select(Warehouse.customs_regime).where(Warehouse.id == warehouse_id))
        answer = GateAnswer(open=True) if regime == NO_CUSTOMS else gate(None)
        answers |= dict.fromkeys(undeclared, answer)
    return answers


def record_left(session: Session, warehouse_id: int, parcel_ids: Sequence[UUID], *, now: datetime) -> None:
    """Note that parcels left the building, in the transaction that moved them out.

    Whatever customs says later raises an incident. A closed gate here is a bug of the caller, who must have asked: the
    assertion rolls the movement back.
    """
    answers = gate_answer(session, warehouse_id, parcel_ids)
    refused = [str(parcel_id) for parcel_id, answer in answers.items() if not answer.open]
    if refused:
        raise AssertionError(f"parcels left through a closed customs gate: {', '.join(refused)}")
    session.execute(
        update(DeclarationRow)
        .where(
            DeclarationRow.warehouse_id == warehouse_id,
            DeclarationRow.parcel_id.in_(parcel_ids),
            DeclarationRow.left_at.is_(None),
        )
        .values(left_at=now)
    )


def lift_hold(
    session: Session,
    warehouse_id: int,
    declaration_id: UUID,
    kind: HoldKind,
    *,
    lifted_by: str,
    reason: str,
    now: datetime,
) -> Refusal | None:
    """Lift all holds of one kind. Only a person does this, says why, and is recorded.

    Refuses `hold_reason_missing`, `hold_not_found`, and `hold_needs_customs` for a pending cancellation, which only the
    answer of customs can end.
    """
    if not reason.strip():
        return Refusal("hold_reason_missing", {"hold": kind.value})
    if kind is HoldKind.CANCEL_PENDING:
        return Refusal("hold_needs_customs", {"hold": kind.value})
    declarations = locked(session, warehouse_id, DeclarationRow.id == declaration_id)
    if not declarations:
        return Refusal("hold_not_found", {"hold": kind.value, "declaration": str(declaration_id)})
    lifted = session.execute(
        update(HoldRow)
        .where(
            HoldRow.warehouse_id == warehouse_id,
            HoldRow.declaration_id == declaration_id,
            HoldRow.kind == kind,
            HoldRow.lifted_at.is_(None),
        )
        .values(lifted_at=now, lifted_by=lifted_by, lift_reason=reason.strip())
        .returning(HoldRow.cause)
    ).all()
    if not lifted:
        return Refusal("hold_not_found", {"hold": kind.value, "declaration": str(declaration_id)})
    count_open_holds(session, declarations[0])
    return None


def serial_key(declaration_id: UUID) -> str:
    """Messages of one declaration are done one after the other."""
    return f"declaration:{declaration_id}"


def new_cop_no() -> str:
    """A document number nobody has used: 20 letters and digits, the longest customs takes, all of them random."""
    return "".join(secrets.choice(_NUMBER_LETTERS) for _ in range(20))


def _new_declaration(warehouse_id: int, parcel_id: UUID, order_id: UUID, now: datetime) -> DeclarationRow:
    return DeclarationRow(
        warehouse_id=warehouse_id,
        id=uuid7(),
        parcel_id=parcel_id,
        order_id=order_id,
        merchant_id=0,
        buyer_digest="",
        dutiable_minor=0,
        stopped_by=0,
        order_no="",
        tracking_number="",
        cop_no=new_cop_no(),
        agent_code="",
        ebp_code="",
        ebc_code="",
        customs_code="",
        state=DeclarationState.PENDING,
        state_since=now,
        status="",
        said="",
        anomalies="",
        open_holds=0,
        attempt=1,
        app_time=as_return_time(now),
        created_at=now,
    )


def _take_facts(declaration: DeclarationRow, facts: ParcelFacts, now: datetime) -> None:
    """What receipts will be compared with."""
    declaration.order_no = facts.order_no
    declaration.tracking_number = facts.tracking_number
    declaration.agent_code = facts.site.agent.code
    declaration.ebp_code = facts.platform.code
    declaration.ebc_code = facts.merchant.code
    declaration.customs_code = facts.site.customs_office
    declaration.app_time = as_return_time(now)


def _remove_documents(session: Session, declaration: DeclarationRow) -> None:
    """Documents that were never sent make room for complete ones."""
    for row in current_documents(session, declaration.warehouse_id, [declaration.id]):
        session.delete(row)
    session.flush()


def _insert_documents(session: Session, declaration: DeclarationRow, documents: Iterable[Document]) -> None:
    session.execute(
        insert(DocumentRow),
        [
            {
                "warehouse_id": declaration.warehouse_id,
                "declaration_id": declaration.id,
                "attempt": declaration.attempt,
                "kind": document.kind,
                "guid": "",
                "is_known": document.is_present,
                "outgoing": "not_yet",
                "asked_by": "",
                "reason": "",
                "details": "",
                "made_at": declaration.created_at,
                "company_key": document.company,
                "number_key": document.number,
                "body": document.body,
                "state": DocumentState.WAITING if document.is_present else DocumentState.MISSING,
                "said": "",
            }
            for document in documents
        ],
    )


def _is_complete(session: Session, declaration: DeclarationRow) -> bool:
    return all(row.body for row in current_documents(session, declaration.warehouse_id, [declaration.id]))


def _of(declaration: DeclarationRow, rows: Iterable[_Row]) -> list[_Row]:
    return [row for row in rows if row.declaration_id == declaration.id]
