"""The queue of documents that wait for a message, and when the list may join it.

Called by `preparing` and `applications` (documents that are ready), by `standing` (the list, when the three orders have
got far enough) and by `outgoing`, which empties the queue. A request to pack is a hint with the same meaning however
often it is given; the queue itself is the documents' own `outgoing`.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.orm import Session

from wms.customs.model import THREE_ORDERS, DocumentKind, DocumentState, Outgoing
from wms.customs.regimes.china.documents import MessageKind
from wms.customs.tables import DeclarationRow, DocumentRow
from wms.outbox.service import enqueue

PACK_TOPIC = "customs.pack"

MESSAGE_OF: Mapping[DocumentKind, MessageKind] = MappingProxyType(
    {
        DocumentKind.ORDER: MessageKind.ORDER,
        DocumentKind.PAYMENT: MessageKind.PAYMENT,
        DocumentKind.LOGISTICS: MessageKind.WAYBILL,
        DocumentKind.INVENTORY: MessageKind.LIST,
        DocumentKind.SIGNED_FOR: MessageKind.SIGNED_FOR,
        DocumentKind.CANCEL: MessageKind.CANCEL,
        DocumentKind.RETURN: MessageKind.RETURN,
    }
)
"""Which message a document travels in."""

_FAR_ENOUGH: Mapping[str, frozenset[DocumentState]] = MappingProxyType(
    {
        "nothing": frozenset(DocumentState) - {DocumentState.REFUSED},
        "taken": frozenset({DocumentState.TAKEN, DocumentState.ACCEPTED}),
        "accepted": frozenset({DocumentState.ACCEPTED}),
    }
)
"""By the merchant's `list_waits_for`: what each of the three orders that we send must show before the list goes."""


def ask_for_packing(session: Session, warehouse_id: int, kind: DocumentKind, sender: str, *, now: datetime) -> None:
    """Let a worker put the waiting documents of one kind and sender into messages."""
    enqueue(
        session,
        warehouse_id,
        PACK_TOPIC,
        json.dumps({"kind": kind.value, "sender": sender}),
        now=now,
        serial_key=f"{PACK_TOPIC}:{kind}:{sender}",
    )


def list_may_go(documents: Mapping[DocumentKind, DocumentRow], *, waits_for: str) -> bool:
    """Whether the three orders of an attempt have got far enough for its list.

    For one that another party sends the list does not wait: customs brings them together, and we may never hear of it.
    But none may be known to be refused.
    """
    for kind in THREE_ORDERS:
        document = documents[kind]
        state = DocumentState(document.state)
        if state is DocumentState.REFUSED:
            return False
        if document.outgoing != Outgoing.NOT_OURS and state not in _FAR_ENOUGH[waits_for]:
            return False
    return True


def let_list_go(
    session: Session,
    declaration: DeclarationRow,
    documents: Mapping[DocumentKind, DocumentRow],
    *,
    waits_for: str,
    now: datetime,
) -> bool:
    """Put a list that is made and held back into the queue, once nothing keeps it. Whether it was put there now.

    The caller has locked the declaration.
    """
    listed = documents[DocumentKind.INVENTORY]
    if listed.outgoing != Outgoing.NOT_YET or not listed.body or declaration.stopped_by:
        return False
    if not list_may_go(documents, waits_for=waits_for):
        return False
    listed.outgoing = Outgoing.WAITING
    ask_for_packing(session, declaration.warehouse_id, DocumentKind.INVENTORY, declaration.agent_code, now=now)
    return True
