"""The customs part of an order's page: its four papers, the gate, what is wrong and what can be done. Reads only.

Called by `order`, `customs_views` and `customs_buttons`. Values that name a person are masked here, before any template
sees them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from wms.customs.checks.findings import findings_of_order
from wms.customs.gate import REFUSED_CODES
from wms.customs.model import (
    Cause,
    Finding,
    GateAnswer,
    Outgoing,
    PassState,
    StandingFinding,
)
from wms.customs.parties.settings import merchant_customs
from wms.customs.service import gate_answer
from wms.customs.sheets.reading import sheets_where
from wms.customs.sheets.sheet import DeclarationSheet, Words
from wms.customs.tables import DeclarationRow, DocumentRow, ExitPassLineRow, ExitPassRow
from wms.customs.words.wording import (
    advice_words,
    cause_words,
    gate_words,
    pass_state_words,
    rule_words,
)
from wms.office.customs_papers import PaperCard, paper_card, papers_before_packing
from wms.office.customs_possible import Possible, possible
from wms.office.customs_words import (
    GATE_NEXT,
    HAS_LEFT,
    NO_PARCEL,
    NOT_ASKED,
    REFUSED_AFTER_LIST,
    REFUSED_OF_OTHERS,
    REFUSED_OURS,
    both,
    field_both,
    masked,
)
from wms.orders.lookup import order_by_id
from wms.orders.model import Order
from wms.places.lookup import regime_of
from wms.shipments.lookup import parcels_by_code
from wms.shipments.model import Parcel

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
_PASS_TONES: Mapping[str, str] = {PassState.CONFIRMED: "go", PassState.USED: "go", PassState.REFUSED: "stop"}


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
    meaning: Words | None = None
    """Who refused a paper, and what they mean by it."""


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
    if not regime_of(session, warehouse_id).needs_release:
        gate = GateLine(True, False, NOT_ASKED, NOT_ASKED)
        return CustomsPart(gate, (), (), None, (), Possible())
    found = sheets_where(session, warehouse_id, _of_order(order), limit=50)
    declaration = next((each for each in reversed(found) if parcel is not None and each.parcel_id == parcel.id), None)
    standing = findings_of_order(session, warehouse_id, order.id)
    findings = [_finding(each, skus) for each in standing]
    if declaration is None:
        papers = papers_before_packing(session, warehouse_id, order, settings)
    else:
        papers = [paper_card(declaration, document, settings) for document in declaration.documents]
    answer = gate_answer(session, warehouse_id, [parcel.id], lock=False)[parcel.id] if parcel else None
    steps = possible(session, warehouse_id, order, declaration, settings)
    gate = _gate(answer, findings, order_left=declaration is not None and declaration.left_at is not None)
    if answer is not None and answer.code in REFUSED_CODES.values() and declaration is not None:
        gate = _refused_paper(gate, answer, declaration, papers, steps)
    return CustomsPart(
        gate,
        papers,
        sorted(findings, key=lambda each: not each.stops),
        declaration,
        _passes(session, warehouse_id, parcel),
        steps,
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


def _refused_paper(
    gate: GateLine, answer: GateAnswer, declaration: DeclarationSheet, papers: Sequence[PaperCard], steps: Possible
) -> GateLine:
    """The gate's line where one of the three orders was refused: by whom, and the way out, which is the sender's."""
    kind = answer.document
    assert kind is not None, "a refused paper has a name"
    is_ours = next(each.outgoing for each in declaration.documents if each.kind == kind) != Outgoing.NOT_OURS
    of_ours = REFUSED_OURS[kind] if steps.resubmit else REFUSED_AFTER_LIST
    following = of_ours if is_ours else REFUSED_OF_OTHERS[kind]
    meaning = next(card.meaning for card in papers if card.kind == kind)
    return replace(gate, next=following, meaning=meaning)


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
