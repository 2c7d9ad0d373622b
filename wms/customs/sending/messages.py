"""What a message to the electronic port is in the database, step by step. Each step is one transaction of `outgoing`.

Documents get into a message and the message gets its id together; from then on neither changes. Its bytes are written
once. Every step finds its work done where another worker was faster.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, literal_column, select, update
from sqlalchemy.orm import Session

from wms.customs.checks.findings import add_findings
from wms.customs.facts import Company
from wms.customs.model import APPLICATIONS, DocumentKind, Finding, MessageState, Outgoing
from wms.customs.regimes.china.writer import MAX_DOCUMENTS
from wms.customs.sending.numbers import new_guid
from wms.customs.sending.queueing import MESSAGE_OF, ask_for_packing
from wms.customs.standing import locked, refold
from wms.customs.tables import AttemptRow, DeclarationRow, DocumentRow, MessageRow
from wms.kernel.errors import WmsError
from wms.outbox.service import Message, enqueue, settle_same
from wms.places.tables import Warehouse

TRANSMIT_TOPIC = "customs.transmit"
# Written out: SQLite uses an index of some rows only where it can see that the question is about these rows.
_BUILDING: ColumnElement[str] = literal_column(f"'{MessageState.BUILDING}'")
_WAITING: ColumnElement[str] = literal_column(f"'{Outgoing.WAITING}'")
DECLARATIONS_AT_ONCE = 10
"""Declarations written in one transaction: scans must not wait for a hundred of them."""


class WrongSender(WmsError):
    """The warehouse does not declare through this company any more."""


@dataclass(frozen=True, slots=True)
class Packed:
    """One document in a message that is being built."""

    declaration_id: UUID
    attempt: int
    kind: DocumentKind
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Building:
    """A message that is being built: its id and what is in it will not change any more."""

    message_id: str
    sender: Company
    documents: tuple[Packed, ...]


@dataclass(frozen=True, slots=True)
class Signed:
    """A message that is ready to leave."""

    message_type: str
    raw: bytes = field(repr=False)
    warehouse_code: str


def take_up(session: Session, message: Message, kind: DocumentKind, sender: str, *, now: datetime) -> Building | None:
    """The message to build now: one that somebody began and did not finish, or a new one of what waits.

    Raises WrongSender where documents of a company wait that the warehouse does not declare through any more.
    """
    warehouse_id = message.warehouse_id
    begun = _begun(session, warehouse_id, kind, sender)
    if begun is not None:
        return Building(begun.id, _company(session, warehouse_id, sender), _packed(_documents_in(session, begun)))
    settle_same(session, message, now=now)
    waiting = _waiting(session, warehouse_id, kind, sender)
    if not waiting:
        return None
    company = _company(session, warehouse_id, sender)
    if len(waiting) > MAX_DOCUMENTS:
        ask_for_packing(session, warehouse_id, kind, sender, now=now)
    taken = waiting[:MAX_DOCUMENTS]
    message_id = new_guid()
    session.add(
        MessageRow(
            warehouse_id=warehouse_id,
            id=message_id,
            message_type=MESSAGE_OF[kind],
            sender=sender,
            documents=len(taken),
            state=MessageState.BUILDING,
            raw=None,
            sha256="",
            signed_by="",
            made_at=now,
            signed_at=None,
            sent_at=None,
            sent_to="",
        )
    )
    for document in taken:
        document.outgoing, document.message_id = Outgoing.IN_MESSAGE, message_id
    session.flush()
    return Building(message_id, company, _packed(taken))


def finish(
    session: Session,
    warehouse_id: int,
    building: Building,
    raw: bytes | None,
    unfit: Mapping[Packed, tuple[Finding, ...]],
    *,
    signed_by: str,
    now: datetime,
) -> None:
    """Keep the signed bytes, give unfit documents back to people, and ask for the sending.

    `raw` None: no document was fit. A second worker that comes here finds it done and changes nothing.
    """
    declarations = {
        row.id: row
        for row in locked(session, warehouse_id, DeclarationRow.id.in_({document.declaration_id for document in unfit}))
    }
    row = session.get_one(MessageRow, (warehouse_id, building.message_id), with_for_update=True, populate_existing=True)
    if row.state != MessageState.BUILDING:
        return
    for document, findings in unfit.items():
        _give_back(session, warehouse_id, document)
        add_findings(session, declarations[document.declaration_id], findings, now=now)
    row.documents -= len(unfit)
    if raw is None:
        row.state = MessageState.FAILED
        return
    row.raw, row.sha256 = raw, hashlib.sha256(raw).hexdigest()
    row.signed_by, row.signed_at, row.state = signed_by[:100], now, MessageState.SIGNED
    enqueue(
        session,
        warehouse_id,
        TRANSMIT_TOPIC,
        json.dumps({"message_id": row.id}),
        now=now,
        serial_key=f"{TRANSMIT_TOPIC}:{row.id}",
    )


def _company(session: Session, warehouse_id: int, sender: str) -> Company:
    """The company whose client sends. A message must name the company of the client it goes through."""
    warehouse = session.get_one(Warehouse, warehouse_id)
    if warehouse.agent_code != sender:
        raise WrongSender(
            f"documents of {sender} wait, but the declaring company of warehouse {warehouse.code} is "
            f"{warehouse.agent_code}: only its own client may send them"
        )
    return Company(sender, warehouse.agent_name)


def _begun(session: Session, warehouse_id: int, kind: DocumentKind, sender: str) -> MessageRow | None:
    return session.scalars(
        select(MessageRow)
        .where(
            MessageRow.warehouse_id == warehouse_id,
            MessageRow.message_type == MESSAGE_OF[kind],
            MessageRow.sender == sender,
            MessageRow.state == _BUILDING,
        )
        .limit(1)
    ).first()


def _documents_in(session: Session, message: MessageRow) -> Sequence[DocumentRow]:
    return session.scalars(
        select(DocumentRow)
        .where(
            DocumentRow.warehouse_id == message.warehouse_id,
            DocumentRow.message_id == message.id,
            DocumentRow.outgoing == Outgoing.IN_MESSAGE,
        )
        .order_by(DocumentRow.made_at, DocumentRow.declaration_id, DocumentRow.attempt)
    ).all()


def _waiting(session: Session, warehouse_id: int, kind: DocumentKind, sender: str) -> Sequence[DocumentRow]:
    """What waits, oldest first, and one more than fits: then another message is needed."""
    goes_on = [DeclarationRow.stopped_by == 0] if kind not in APPLICATIONS else []
    return session.scalars(
        select(DocumentRow)
        .join(
            DeclarationRow,
            (DeclarationRow.warehouse_id == DocumentRow.warehouse_id)
            & (DeclarationRow.id == DocumentRow.declaration_id),
        )
        .where(
            DocumentRow.warehouse_id == warehouse_id,
            DocumentRow.kind == kind,
            DocumentRow.outgoing == _WAITING,
            DeclarationRow.agent_code == sender,
            *goes_on,
        )
        .order_by(DocumentRow.made_at, DocumentRow.declaration_id)
        .limit(MAX_DOCUMENTS + 1)
        .with_for_update(of=DocumentRow, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()


def _packed(documents: Sequence[DocumentRow]) -> tuple[Packed, ...]:
    return tuple(
        Packed(document.declaration_id, document.attempt, DocumentKind(document.kind), document.body)
        for document in documents
    )


def _give_back(session: Session, warehouse_id: int, document: Packed) -> None:
    session.execute(
        update(DocumentRow)
        .where(
            DocumentRow.warehouse_id == warehouse_id,
            DocumentRow.declaration_id == document.declaration_id,
            DocumentRow.attempt == document.attempt,
            DocumentRow.kind == document.kind,
        )
        .values(outgoing=Outgoing.UNFIT, message_id=None)
    )


def signed_message(session: Session, warehouse_id: int, message_id: str) -> Signed | None:
    """A message that is to be sent; None where it was sent, or never will be."""
    row = session.get_one(MessageRow, (warehouse_id, message_id))
    if row.state != MessageState.SIGNED or row.raw is None:
        return None
    return Signed(row.message_type, row.raw, session.get_one(Warehouse, warehouse_id).code)


def note_message_sent(session: Session, warehouse_id: int, message_id: str, where: str, *, now: datetime) -> None:
    """Note that the transport took the message."""
    session.execute(
        update(MessageRow)
        .where(
            MessageRow.warehouse_id == warehouse_id,
            MessageRow.id == message_id,
            MessageRow.state == MessageState.SIGNED.value,
        )
        .values(state=MessageState.SENT, sent_at=now, sent_to=where[:200])
    )


def not_noted(session: Session, warehouse_id: int, message_id: str) -> Sequence[UUID]:
    """A handful of the declarations whose documents in this message are not noted as sent."""
    return session.scalars(
        select(DocumentRow.declaration_id)
        .where(
            DocumentRow.warehouse_id == warehouse_id,
            DocumentRow.message_id == message_id,
            DocumentRow.outgoing == Outgoing.IN_MESSAGE,
        )
        .join(
            MessageRow,
            (MessageRow.warehouse_id == DocumentRow.warehouse_id) & (MessageRow.id == DocumentRow.message_id),
        )
        .where(MessageRow.state == MessageState.SENT.value)
        .limit(DECLARATIONS_AT_ONCE)
    ).all()


def note_documents_sent(
    session: Session, warehouse_id: int, message_id: str, declaration_ids: Sequence[UUID], now: datetime
) -> None:
    """Note the documents of these declarations as sent; with its list, the declaration itself."""
    for declaration in locked(session, warehouse_id, DeclarationRow.id.in_(declaration_ids)):
        documents = session.scalars(
            select(DocumentRow)
            .where(
                DocumentRow.warehouse_id == warehouse_id,
                DocumentRow.declaration_id == declaration.id,
                DocumentRow.message_id == message_id,
                DocumentRow.outgoing == Outgoing.IN_MESSAGE,
            )
            .with_for_update()
        ).all()
        for document in documents:
            document.outgoing = Outgoing.SENT
            if document.kind == DocumentKind.INVENTORY:
                _note_list_sent(session, declaration, document.attempt, now=now)
        session.flush()


def _note_list_sent(session: Session, declaration: DeclarationRow, number: int, *, now: datetime) -> None:
    attempt = session.get_one(AttemptRow, (declaration.warehouse_id, declaration.id, number))
    if attempt.sent_at is None:
        attempt.sent_at = now
    if number == declaration.attempt and declaration.sent_at is None:
        declaration.sent_at = now
        session.flush()
        refold(session, declaration, now=now)
