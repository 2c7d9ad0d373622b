"""The three orders and the list as cards: who sends each, where it stands, what customs said. Reads only.

Called by `customs_order`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from wms.catalogue.tables import Merchant
from wms.customs.model import (
    DECLARED,
    RECEIPT_OF_DOCUMENT,
    DeclarationState,
    DocumentKind,
    DocumentState,
    Outgoing,
)
from wms.customs.parties.settings import MerchantCustoms
from wms.customs.payment.payments import slip_of_order
from wms.customs.payment.slips import stands
from wms.customs.sheets.sheet import DeclarationSheet, DocumentView, ReceiptView, Words
from wms.customs.words.wording import document_state_words, document_words, state_words
from wms.office.customs_words import (
    BEFORE_PACKING,
    OUTGOING,
    SENDERS,
    SLIP_HERE,
    SLIP_MISSING,
    SLIP_WITHDRAWN,
    WE,
    both,
)
from wms.orders.model import Order


@dataclass(frozen=True, slots=True)
class PaperCard:
    """One of the three orders, or the list."""

    kind: str
    title: Words
    sender: Words
    state: Words
    tone: str
    """`go`, `look`, `stop` or `wait`."""
    since: datetime | None
    said: str
    """In customs' own words."""
    meaning: Words | None
    """What that says."""
    number: str


def paper_card(declaration: DeclarationSheet, document: DocumentView, settings: MerchantCustoms) -> PaperCard:
    kind = DocumentKind(document.kind)
    since, said, status = document.since, document.said, ""
    if kind is DocumentKind.INVENTORY and declaration.state != DeclarationState.PENDING:
        status = declaration.status
        words, since, said = both(state_words, declaration.state), declaration.since, declaration.said
        tone = _LIST_TONES.get(declaration.state, "stop")
    elif document.state == DocumentState.WAITING:
        words, tone = OUTGOING[document.outgoing], "stop" if document.outgoing == Outgoing.UNFIT else "wait"
    else:
        words, tone = both(document_state_words, document.state), _PAPER_TONES[DocumentState(document.state)]
    if kind is DocumentKind.PAYMENT and document.state == DocumentState.MISSING:
        words = SLIP_MISSING
    receipt = _last_word(declaration.receipts, kind, said, status)
    return PaperCard(
        kind=kind.value,
        title=both(document_words, kind),
        sender=WE if settings.sends(kind) else SENDERS[kind],
        state=words,
        tone=tone,
        since=since,
        said=said,
        meaning=receipt.words if receipt is not None else None,
        number=document.number,
    )


def _last_word(receipts: Sequence[ReceiptView], kind: DocumentKind, said: str, status: str) -> ReceiptView | None:
    """The receipt that made the document's standing: what customs said there is explained by it."""
    for receipt in reversed(receipts):
        is_it = receipt.said == said and status in ("", receipt.status)
        if is_it and receipt.message_type == RECEIPT_OF_DOCUMENT[kind] and receipt.part in _CURRENT:
            return receipt
    return None


_CURRENT = frozenset({"counts", "informs", "logged_only"})

_LIST_TONES: Mapping[str, str] = {
    DeclarationState.SUBMITTED: "wait",
    DeclarationState.ACCEPTED: "wait",
    DeclarationState.RELEASED: "go",
    DeclarationState.CLOSED: "go",
    DeclarationState.UNDER_INSPECTION: "look",
}
_PAPER_TONES: Mapping[DocumentState, str] = {
    DocumentState.MISSING: "look",
    DocumentState.WAITING: "wait",
    DocumentState.TAKEN: "wait",
    DocumentState.ACCEPTED: "go",
    DocumentState.APPROVED: "go",
    DocumentState.REFUSED: "stop",
}


def papers_before_packing(
    session: Session, warehouse_id: int, order: Order, settings: MerchantCustoms
) -> list[PaperCard]:
    """The papers of an order that has no declaration yet."""
    platform = session.get_one(Merchant, order.merchant_id).platform_code
    slip = slip_of_order(session, warehouse_id, order.number, platform)
    cards = []
    for kind in DECLARED:
        tone, number = "wait", ""
        if kind is not DocumentKind.PAYMENT:
            state = BEFORE_PACKING[kind]
            number = order.number if kind is DocumentKind.ORDER else ""
        elif slip is None:
            state, tone, number = SLIP_MISSING, "look", order.payment.transaction_id
        else:
            state, number = (SLIP_HERE if stands(slip) else SLIP_WITHDRAWN), slip.transaction_id
            tone = "wait" if stands(slip) else "stop"
        sender = WE if settings.sends(kind) else SENDERS[kind]
        cards.append(PaperCard(kind.value, both(document_words, kind), sender, state, tone, None, "", None, number))
    return cards
