"""Copies of declarations that others push (a payment company's CEB411 above all) → typed documents.

Called where such messages come in, after the raw bytes are stored. Read through `safe_xml`, out of the exchange layer's
envelope if there is one; the same bytes always give the same reading. It never raises for what a message contains, and
one bad document costs only itself. A document is believed only if customs would take it too: what was read is written
anew and held against the schema. Whose message it is, and whether its signature is valid, is not asked here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from wms.customs.model import Quarantined, QuarantineReason, normalised_return_time
from wms.customs.regimes.china.documents import CEB, Document, MessageKind, Transfer
from wms.customs.regimes.china.envelope import without_envelope
from wms.customs.regimes.china.layout import LAYOUTS, DocumentLayout, FieldLayout, PartLayout
from wms.customs.regimes.china.safe_xml import Element, Unreadable, parse
from wms.customs.regimes.china.schema_faults import FaultKind, SchemaFault, fault
from wms.customs.regimes.china.validation import faults_of_node
from wms.customs.regimes.china.writer import MAX_DOCUMENTS, node_of

_ROOT = re.compile(r"(CEB[0-9]{3})Message")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_WHOLE = re.compile(r"[+-]?[0-9]+")
_LONGEST_NUMBER = 40
"""Characters. Twice what customs takes; longer ones are not worth turning into a number."""
_TIMES = frozenset({"appTime", "payTime", "logisticsTime"})
_BESIDE_DOCUMENTS = frozenset({"BaseTransfer", "BaseSubscribe", "ExtendMessage", "Signature"})

_REASONS: Mapping[FaultKind, QuarantineReason] = {
    FaultKind.MISSING: QuarantineReason.MISSING_FIELD,
    FaultKind.NO_LINES: QuarantineReason.MISSING_FIELD,
    FaultKind.REPEATED: QuarantineReason.REPEATED_FIELD,
    FaultKind.NOT_TEXT: QuarantineReason.FIELD_NOT_TEXT,
    FaultKind.TOO_LONG: QuarantineReason.FIELD_TOO_LONG,
    FaultKind.WRONG_LENGTH: QuarantineReason.FIELD_LENGTH,
    FaultKind.NOT_A_TIME: QuarantineReason.BAD_TIME,
    FaultKind.NOT_A_NUMBER: QuarantineReason.BAD_AMOUNT,
    FaultKind.NOT_A_WHOLE_NUMBER: QuarantineReason.BAD_AMOUNT,
    FaultKind.NUMBER_TOO_LARGE: QuarantineReason.BAD_AMOUNT,
    FaultKind.TOO_MANY_DIGITS: QuarantineReason.BAD_AMOUNT,
    FaultKind.TOO_MANY_DECIMALS: QuarantineReason.BAD_AMOUNT,
    FaultKind.TOO_MANY: QuarantineReason.TOO_MANY_NODES,
}


@dataclass(frozen=True, slots=True)
class DocumentsReading:
    """All that one raw message says. Reading the same bytes again gives the same value."""

    message_type: str
    """`CEB411` and so on; empty where not even that could be read."""
    documents: tuple[Document, ...] = ()
    positions: tuple[int, ...] = ()
    """Of each document, which node of the message it was, from 1."""
    transfer: Transfer | None = None
    """Who says to have sent it; None where that is missing or incomplete."""
    quarantined: tuple[Quarantined, ...] = ()
    """What was set aside: which node, why, and its fields by name, never their values."""


def read_documents(raw: bytes) -> DocumentsReading:
    """All documents of `raw`; what cannot be read or believed comes back with its reason."""
    try:
        return _read_message(without_envelope(parse(raw)))
    except Unreadable as error:
        return DocumentsReading("", quarantined=(Quarantined(error.reason, error.what),))


def _read_message(root: Element) -> DocumentsReading:
    name = _ROOT.fullmatch(root.name)
    if root.namespace != CEB or name is None:
        what = f"{root.name[:40]!r} in namespace {root.namespace[:60]!r} is no CEB message"
        raise Unreadable(QuarantineReason.NOT_CEB, what)
    try:
        kind = MessageKind(name.group(1))
    except ValueError:
        set_aside = Quarantined(QuarantineReason.MESSAGE_NOT_HANDLED, f"{root.name} is no declaration")
        return DocumentsReading(name.group(1), quarantined=(set_aside,))

    layout = LAYOUTS[kind]
    nodes = [child for child in root.children if child.name not in _BESIDE_DOCUMENTS]
    if not nodes:
        return DocumentsReading(kind, quarantined=(Quarantined(QuarantineReason.NO_RETURN_NODE, layout.node),))
    if len(nodes) > MAX_DOCUMENTS:
        what = f"{len(nodes)} documents, the limit is {MAX_DOCUMENTS}"
        return DocumentsReading(kind, quarantined=(Quarantined(QuarantineReason.TOO_MANY_NODES, what),))

    documents: list[Document] = []
    positions: list[int] = []
    quarantined: list[Quarantined] = []
    for position, node in enumerate(nodes, start=1):
        if node.namespace != CEB or node.name != layout.node:
            what = f"{node.name[:40]} instead of {layout.node}"
            quarantined.append(Quarantined(QuarantineReason.UNEXPECTED_NODE, what, position))
            continue
        document, faults = _document(layout, node)
        if document is not None and not faults:
            documents.append(document)
            positions.append(position)
        else:
            quarantined.append(_set_aside(faults, position))
    return DocumentsReading(kind, tuple(documents), tuple(positions), _transfer(root), tuple(quarantined))


def _document(layout: DocumentLayout, node: Element) -> tuple[Document | None, list[SchemaFault]]:
    faults: list[SchemaFault] = []
    head = _fields(layout.head, node if layout.flat else _only(node, layout.head.name, faults), 0, faults)
    if layout.line is None:
        made = None if faults else layout.head.made(**head)
    else:
        lines = [
            _fields(layout.line, element, number, faults)
            for number, element in enumerate(_named(node, layout.line.name), start=1)
        ]
        if faults:
            made = None
        else:
            made = layout.document(
                head=layout.head.made(**head), lines=tuple(layout.line.made(**line) for line in lines)
            )
    if made is not None:
        faults += faults_of_node(layout.kind, node_of(made))
    return made, faults


def _fields(part: PartLayout, element: Element | None, line_no: int, faults: list[SchemaFault]) -> dict[str, Any]:
    """The values of one head or line; what is wrong with them goes into `faults`. Unknown elements say nothing."""
    if element is None:
        return {}
    values: dict[str, Any] = {}
    for field in part.fields:
        found = _named(element, field.name)
        kind: FaultKind | None = None
        if len(found) > 1:
            kind = FaultKind.REPEATED
        elif found and found[0].children:
            kind = FaultKind.NOT_TEXT
        elif found and found[0].text:
            values[field.name], kind = _value(field, found[0].text)
        elif not field.optional:
            kind = FaultKind.MISSING
        if kind is not None:
            faults.append(fault(kind, f"{part.name}.{field.name}", line_no=line_no, has=len(found)))
    return values


def _value(field: FieldLayout, text: str) -> tuple[str | int | Decimal | None, FaultKind | None]:
    if field.type is str:
        if field.name in _TIMES and (len(text) != 14 or normalised_return_time(text) is None):
            return None, FaultKind.NOT_A_TIME
        return text, None
    if len(text) > _LONGEST_NUMBER:
        return None, FaultKind.NUMBER_TOO_LARGE
    if not _DECIMAL.fullmatch(text):
        return None, FaultKind.NOT_A_NUMBER
    if field.type is Decimal:
        return Decimal(text), None
    return (int(text), None) if _WHOLE.fullmatch(text) else (None, FaultKind.NOT_A_WHOLE_NUMBER)


def _named(parent: Element, name: str) -> list[Element]:
    return [child for child in parent.children if child.namespace == CEB and child.name == name]


def _only(parent: Element, name: str, faults: list[SchemaFault]) -> Element | None:
    found = _named(parent, name)
    if len(found) == 1:
        return found[0]
    faults.append(fault(FaultKind.REPEATED if found else FaultKind.MISSING, f"{parent.name}.{name}", has=len(found)))
    return None


def _transfer(root: Element) -> Transfer | None:
    said = _named(root, "BaseTransfer")
    if len(said) != 1:
        return None
    texts = {child.name: child.text for child in said[0].children if child.namespace == CEB and not child.children}
    code, client = texts.get("copCode"), texts.get("dxpId")
    if not code or client is None:
        return None
    return Transfer(
        copCode=code,
        copName=texts.get("copName", ""),
        dxpId=client,
        dxpMode=texts.get("dxpMode", ""),
        note=texts.get("note") or None,
    )


def _set_aside(faults: list[SchemaFault], position: int) -> Quarantined:
    said = [f"{one.field}{f' of line {one.line_no}' if one.line_no else ''} {one.what}" for one in faults]
    return Quarantined(_REASONS[faults[0].kind], "; ".join(said)[:500], position)
