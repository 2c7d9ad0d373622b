"""Outbox handlers that bring documents to the electronic port: into messages, signed, away.

Registered in `wms.app` and run by the worker, with no transaction open. A worker may die on any line: a message keeps
its id (CopMsgId) from the moment documents are put into it, its bytes from the moment it is signed, and both handlers
go on where they find it. What one document cannot be sent for never keeps the others of its message.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from wms.customs.checks.form import findings_of_body
from wms.customs.model import DocumentKind, Finding
from wms.customs.regimes.china.documents import Transfer
from wms.customs.regimes.china.validation import faults_of_message
from wms.customs.regimes.china.writer import message_of
from wms.customs.sending.messages import (
    TRANSMIT_TOPIC,
    Building,
    Packed,
    finish,
    not_noted,
    note_documents_sent,
    note_message_sent,
    signed_message,
    take_up,
)
from wms.customs.sending.queueing import MESSAGE_OF, PACK_TOPIC
from wms.customs.signing.port import Signer
from wms.customs.signing.signer import NoSigner
from wms.customs.transport.port import Transport
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import WmsError
from wms.outbox.service import Message
from wms.outbox.worker import Handler


class UnfitMessage(WmsError):
    """A whole message that customs would not take, although each of its documents is fit."""


@dataclass(frozen=True, slots=True)
class OutgoingMessages:
    """Puts documents into messages, signs and sends them."""

    database: Database
    clock: Clock
    signer: Signer
    transport_for: Callable[[str], Transport]
    """By the code of the warehouse."""
    dxp_id: str

    def handlers(self) -> Mapping[str, Handler]:
        return {PACK_TOPIC: self.pack, TRANSMIT_TOPIC: self.transmit}

    def pack(self, message: Message) -> None:
        """Put waiting documents of one kind and sender into one message and sign it."""
        payload = json.loads(message.payload)
        kind, sender, warehouse_id = DocumentKind(payload["kind"]), str(payload["sender"]), message.warehouse_id
        building = self.database.in_transaction(
            partial(take_up, message=message, kind=kind, sender=sender, now=self.clock.now())
        )
        if building is None:
            return
        unfit: dict[Packed, tuple[Finding, ...]] = {}
        for document in building.documents:
            findings = findings_of_body(kind, document.body)
            if findings:
                unfit[document] = findings
        fit = [document.body for document in building.documents if document not in unfit]
        raw = self._signed(building, kind, fit) if fit else None
        self.database.in_transaction(
            partial(
                finish,
                warehouse_id=warehouse_id,
                building=building,
                raw=raw,
                unfit=unfit,
                signed_by=self.signer.name,
                now=self.clock.now(),
            )
        )

    def transmit(self, message: Message) -> None:
        """Give one signed message to the transport, and note it with its documents."""
        message_id, warehouse_id = str(json.loads(message.payload)["message_id"]), message.warehouse_id
        signed = self.database.reading(lambda session: signed_message(session, warehouse_id, message_id))
        if signed is not None:
            name = f"{signed.message_type}_{message_id}.xml"
            where = self.transport_for(signed.warehouse_code).send(name, signed.message_type, message_id, signed.raw)
            now = self.clock.now()
            self.database.in_transaction(
                lambda session: note_message_sent(session, warehouse_id, message_id, where, now=now)
            )
        # Also for a message that was noted before: a worker that died in between left documents behind.
        while declaration_ids := self.database.reading(lambda session: not_noted(session, warehouse_id, message_id)):
            self.database.in_transaction(
                partial(
                    note_documents_sent,
                    warehouse_id=warehouse_id,
                    message_id=message_id,
                    declaration_ids=declaration_ids,
                    now=self.clock.now(),
                )
            )

    def _signed(self, building: Building, kind: DocumentKind, bodies: Sequence[str]) -> bytes:
        transfer = Transfer(copCode=building.sender.code, copName=building.sender.name, dxpId=self.dxp_id)
        raw = self.signer.sign(message_of(MESSAGE_OF[kind], bodies, transfer, guid=building.message_id))
        # Where a client behind us signs, the signature is not there yet.
        faults = faults_of_message(raw) if self.signer.name != NoSigner.name else ()
        if faults:
            what = "; ".join(f"{fault.field} {fault.what}" for fault in faults[:5])
            raise UnfitMessage(f"message {building.message_id}: {what}")
        return raw
