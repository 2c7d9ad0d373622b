"""The customs part of an order's page: its four papers, the gate, what is wrong and what can be done. Reads only.

Called by `order`, `customs_views` and `customs_buttons`. Values that name a person are masked here, before any template
sees them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from wms.catalogue.tables import Merchant
from wms.customs.applications import RETURN_DAYS, left_to_return
from wms.customs.as_declared import list_as_sent
from wms.customs.attempts import may_be_resubmitted
from wms.customs.findings import findings_of_order
from wms.customs.model import (
    CHINA_TIME,
    DECLARED,
    OPENING_STATES,
    RECEIPT_OF_DOCUMENT,
    Cause,
    DeclarationState,
    DocumentKind,
    DocumentState,
    Finding,
    GateAnswer,
    Outgoing,
    PassState,
    StandingFinding,
)
from wms.customs.parties import MerchantCustoms, merchant_customs
from wms.customs.payments import slip_of_order
from wms.customs.service import NO_CUSTOMS, gate_answer
from wms.customs.sheet import DeclarationSheet, DocumentView, ReceiptView, Words
from wms.customs.sheet_reading import sheets_where
from wms.customs.slips import stands
from wms.customs.standing import current_documents
from wms.customs.tables import DeclarationRow, DocumentRow, ExitPassLineRow, ExitPassRow
from wms.customs.wording import (
    advice_words,
    cause_words,
    document_state_words,
    document_words,
    gate_words,
    pass_state_words,
    rule_words,
    state_words,
)
from wms.office.customs_words import (
    BEFORE_PACKING,
    GATE_NEXT,
    HAS_LEFT,
    NO_PARCEL,
    NOT_ASKED,
    OUTGOING,
    SENDERS,
    SLIP_HERE,
    SLIP_MISSING,
    SLIP_WITHDRAWN,
    WE,
    both,
    field_both,
    masked,
)
from wms.orders.lookup import order_by_id
from wms.orders.model import Order, OrderState
from wms.places.tables import Warehouse
from wms.shipments.lookup import parcels_by_code
from wms.shipments.model import Parcel

GOODS_BACK_DAYS = 45
"""After the release: until then the returned goods must be back in the zone they left."""

_PRODUCT_FIELDS = frozenset(
    {
        *("gcode", "itemRecordNo", "gname", "itemName", "gmodel", "country", "unit", "unit1", "unit2", "qty1", "qty2"),
        *("barCode", "itemNo"),
    }
)
"""Elements of a line that come from the catalogue."""
_LINE_PARTS = frozenset({"OrderList", "InventoryList"})
_CORRECTABLE_RULES = frozenset({"C7", "C8", "C10", "F1", "F2", "F4", "receiver_is_buyer", "tax_total"})
_CORRECTABLE_FIELDS = frozenset(
    {"buyerName", "buyerIdNumber", "buyerTelephone", "goodsValue", "freight", "discount", "taxTotal", "acturalPaid"}
)
_MAY_BE_CANCELLED = frozenset(DeclarationState) - {
    DeclarationState.PENDING,
    DeclarationState.REJECTED,
    DeclarationState.RETURNED,
    DeclarationState.CANCELLED,
}
_PASS_TONES: Mapping[str, str] = {PassState.CONFIRMED: "go", PassState.USED: "go", PassState.REFUSED: "stop"}


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


@dataclass(frozen=True, slots=True)
class GateLine:
    """The gate's answer and what to do next."""

    is_open: bool
    is_asked: bool
    """False while there is nothing to ask about."""
    title: Words
    next: Words
    since: datetime | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class FindingSheet:
    """A rule the papers break, with both sides of it."""

    rule: str
    title: Words
    advice: Words
    cause: str
    cause_words: Words
    field: Words
    value: str
    other_field: Words | None
    other_value: str
    line_no: int
    stops: bool
    since: datetime
    product: str
    """SKU whose data are at fault; empty where it is no matter of the catalogue."""
    is_correctable: bool
    """Whether the form of corrections can mend it."""


@dataclass(frozen=True, slots=True)
class PassSheet:
    """An exit pass that lists the parcel."""

    load: str
    number: str
    state: Words
    tone: str
    said: str
    since: datetime


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """A line of the list of which units may come back."""

    gnum: int
    name: str
    left: int


@dataclass(frozen=True, slots=True)
class Possible:
    """Which buttons make sense now. A button that is offered all the same says why not."""

    correct: bool = False
    resubmit: bool = False
    cancel: bool = False
    give_back: bool = False
    report_signed: bool = False
    return_lines: Sequence[ReturnLine] = ()
    apply_until: date | None = None
    """The last day to apply for a return."""
    goods_back_until: date | None = None


@dataclass(frozen=True, slots=True)
class CustomsPart:
    """Everything customs has to do with one order."""

    gate: GateLine
    papers: Sequence[PaperCard]
    findings: Sequence[FindingSheet]
    declaration: DeclarationSheet | None
    passes: Sequence[PassSheet]
    possible: Possible


def customs_part(
    session: Session, warehouse_id: int, order: Order, parcel: Parcel | None, skus: Mapping[int, str]
) -> CustomsPart:
    """What there is to say; `skus` are the codes of the order's lines by line number."""
    settings = merchant_customs(session, warehouse_id, order.merchant_id)
    regime = session.scalar(select(Warehouse.customs_regime).where(Warehouse.id == warehouse_id))
    if regime == NO_CUSTOMS:
        gate = GateLine(True, False, NOT_ASKED, NOT_ASKED)
        return CustomsPart(gate, (), (), None, (), Possible())
    found = sheets_where(session, warehouse_id, _of_order(order), limit=50)
    declaration = next((each for each in reversed(found) if parcel is not None and each.parcel_id == parcel.id), None)
    standing = findings_of_order(session, warehouse_id, order.id)
    findings = [_finding(each, skus) for each in standing]
    if declaration is None:
        papers = _before_packing(session, warehouse_id, order, settings)
    else:
        papers = [_card(declaration, document, settings) for document in declaration.documents]
    answer = gate_answer(session, warehouse_id, [parcel.id], lock=False)[parcel.id] if parcel else None
    return CustomsPart(
        _gate(answer, findings, order_left=declaration is not None and declaration.left_at is not None),
        papers,
        sorted(findings, key=lambda each: not each.stops),
        declaration,
        _passes(session, warehouse_id, parcel),
        _possible(session, warehouse_id, order, declaration, settings),
    )


def order_number_behind(session: Session, warehouse_id: int, text: str) -> str | None:
    """The order that a parcel's tracking number or the number of any of its customs documents (copNo …) leads to."""
    parcels = parcels_by_code(session, warehouse_id, tracking_no=text)
    if parcels:
        order = order_by_id(session, warehouse_id, parcels[0].order_id)
        return order.number if order else None
    return session.scalar(
        select(DeclarationRow.order_no)
        .join(
            DocumentRow,
            (DocumentRow.warehouse_id == DeclarationRow.warehouse_id)
            & (DocumentRow.declaration_id == DeclarationRow.id),
        )
        .where(DocumentRow.warehouse_id == warehouse_id, DocumentRow.number_key == text)
        .order_by(DeclarationRow.id.desc())
        .limit(1)
    )


def _of_order(order: Order) -> ColumnElement[bool]:
    """The index is that of the number."""
    return (DeclarationRow.order_no == order.number) & (DeclarationRow.order_id == order.id)


def _gate(answer: GateAnswer | None, findings: Sequence[FindingSheet], *, order_left: bool) -> GateLine:
    if answer is None:
        stopped = next((finding for finding in findings if finding.stops), None)
        following = GATE_NEXT["customs_findings"] if stopped else GATE_NEXT["customs_not_declared"]
        return GateLine(False, False, NO_PARCEL, following, stopped.since if stopped else None)
    title = Words("Released: the gate is open", "已放行，可以出库") if answer.open else both(gate_words, answer.code)
    if order_left:
        return GateLine(answer.open, True, title, HAS_LEFT, answer.since, answer.said)
    return GateLine(
        answer.open,
        True,
        title,
        GATE_NEXT.get(answer.code, GATE_NEXT["customs_not_submitted"]),
        answer.since,
        answer.said,
    )


def _card(declaration: DeclarationSheet, document: DocumentView, settings: MerchantCustoms) -> PaperCard:
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


def _before_packing(session: Session, warehouse_id: int, order: Order, settings: MerchantCustoms) -> list[PaperCard]:
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


def _finding(standing: StandingFinding, skus: Mapping[int, str]) -> FindingSheet:
    finding = standing.finding
    other = finding.other_field or finding.field
    return FindingSheet(
        rule=finding.rule,
        title=both(rule_words, finding.rule),
        advice=both(advice_words, finding.rule),
        cause=finding.cause.value,
        cause_words=both(cause_words, finding.cause),
        field=field_both(finding.field),
        value=masked(finding.field, finding.value),
        other_field=field_both(finding.other_field) if finding.other_field else None,
        other_value=masked(other, finding.other_value) if finding.other_field or finding.other_value else "",
        line_no=finding.line_no,
        stops=finding.stops,
        since=standing.since,
        product=_product(finding, skus),
        is_correctable=_is_correctable(finding),
    )


def _product(finding: Finding, skus: Mapping[int, str]) -> str:
    part, _, element = finding.field.rpartition(".")
    if part not in _LINE_PARTS or element not in _PRODUCT_FIELDS or finding.rule == "F4":
        return ""
    return skus.get(finding.line_no, "")


def _is_correctable(finding: Finding) -> bool:
    element = finding.field.rpartition(".")[2]
    return finding.rule in _CORRECTABLE_RULES or (
        finding.cause is Cause.PLATFORM and element in _CORRECTABLE_FIELDS and not finding.line_no
    )


def _passes(session: Session, warehouse_id: int, parcel: Parcel | None) -> list[PassSheet]:
    """The exit passes of the load the parcel is on; found through the load, which has an index."""
    if parcel is None or parcel.load_id is None:
        return []
    rows = session.execute(
        select(
            ExitPassRow.load_code,
            ExitPassRow.pass_no,
            ExitPassRow.state,
            ExitPassRow.said,
            ExitPassRow.requested_at,
            ExitPassRow.decided_at,
        )
        .join(
            ExitPassLineRow,
            (ExitPassLineRow.warehouse_id == ExitPassRow.warehouse_id) & (ExitPassLineRow.pass_id == ExitPassRow.id),
        )
        .where(
            ExitPassRow.warehouse_id == warehouse_id,
            ExitPassRow.load_id == parcel.load_id,
            ExitPassLineRow.parcel_id == parcel.id,
        )
        .order_by(ExitPassRow.requested_at)
    )
    return [
        PassSheet(
            row.load_code,
            row.pass_no,
            both(pass_state_words, row.state),
            _PASS_TONES.get(row.state, "wait"),
            row.said,
            row.decided_at or row.requested_at,
        )
        for row in rows
    ]


def _possible(
    session: Session, warehouse_id: int, order: Order, sheet: DeclarationSheet | None, settings: MerchantCustoms
) -> Possible:
    is_over = order.state in (OrderState.DISPATCHED, OrderState.CANCELLED)
    if sheet is None:
        return Possible(correct=not is_over)
    declaration = session.get_one(DeclarationRow, (warehouse_id, sheet.declaration_id))
    documents = current_documents(session, warehouse_id, [declaration.id])
    resubmits = declaration.left_at is None and may_be_resubmitted(declaration, documents)
    on_the_way = any(document.outgoing in (Outgoing.IN_MESSAGE, Outgoing.SENT) for document in documents)
    state = DeclarationState(sheet.state)
    asked = {one.kind for one in sheet.applications if one.state != DocumentState.REFUSED}
    lines: Sequence[ReturnLine] = ()
    if sheet.left_at is not None and state in OPENING_STATES:
        names = {line.gnum: line.gname for line in list_as_sent(session, declaration).lines}
        left = left_to_return(session, declaration)
        lines = [ReturnLine(gnum, names[gnum], units) for gnum, units in sorted(left.items())]
    released = sheet.released_at.astimezone(CHINA_TIME).date() if sheet.released_at else None
    return Possible(
        correct=not is_over and (resubmits or not on_the_way),
        resubmit=resubmits,
        cancel=sheet.left_at is None and state in _MAY_BE_CANCELLED and DocumentKind.CANCEL not in asked,
        give_back=any(line.left for line in lines),
        report_signed=sheet.left_at is not None and settings.sends_waybill and DocumentKind.SIGNED_FOR not in asked,
        return_lines=lines,
        apply_until=released + timedelta(days=RETURN_DAYS) if released else None,
        goods_back_until=released + timedelta(days=GOODS_BACK_DAYS) if released else None,
    )
