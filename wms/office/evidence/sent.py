"""What we sent about a parcel: its documents of every attempt, and the messages they travelled in. Reads only.

Called by `gathering`.
"""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.customs.model import DocumentKind
from wms.customs.tables import DeclarationRow, DocumentRow, MessageRow
from wms.office.evidence.values import DocumentCopy, MessageCopy

_KINDS = list(DocumentKind)


def documents_of(session: Session, declaration: DeclarationRow) -> tuple[DocumentCopy, ...]:
    """Of all attempts, then the applications that followed."""
    rows = session.scalars(
        select(DocumentRow).where(
            DocumentRow.warehouse_id == declaration.warehouse_id, DocumentRow.declaration_id == declaration.id
        )
    )
    return tuple(
        DocumentCopy(
            row.kind, row.attempt, row.guid, row.company_key, row.number_key, row.outgoing, row.state, row.since,
            row.said, row.made_at, row.asked_by, row.reason, row.message_id, row.body,
        )
        for row in sorted(rows, key=lambda row: (row.made_at, row.attempt, _KINDS.index(DocumentKind(row.kind))))
    )  # fmt: skip


def messages_of(session: Session, warehouse_id: int, documents: Sequence[DocumentCopy]) -> tuple[MessageCopy, ...]:
    """The messages in which these documents left."""
    attempts: defaultdict[str, set[int]] = defaultdict(set)
    for document in documents:
        if document.message_id is not None:
            attempts[document.message_id].add(document.attempt)
    rows = session.scalars(
        select(MessageRow).where(MessageRow.warehouse_id == warehouse_id, MessageRow.id.in_(attempts))
    )
    return tuple(
        MessageCopy(
            row.id, row.message_type, row.sender, row.documents, row.state, row.sha256, row.signed_by, row.made_at,
            row.signed_at, row.sent_at, row.sent_to, tuple(sorted(attempts[row.id])), None, row.raw,
        )
        for row in sorted(rows, key=lambda row: (row.made_at, row.message_type, row.id))
    )  # fmt: skip
