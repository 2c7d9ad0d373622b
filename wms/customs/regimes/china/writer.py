"""Typed documents → the text of their XML nodes, and nodes → a whole message, still without signature.

Called by whoever builds an attempt (`node_of`) and by whoever puts messages together for sending (`message_of`). Pure.
The same document always gives the same bytes. A node says its namespace itself, so it can be stored, shown and checked
on its own; joined into a message, the message says it once for all of them. Nothing is pretty-printed: a message is
signed as it stands.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any

from wms.customs.regimes.china.documents import CEB, KIND_OF, Document, MessageKind, Transfer
from wms.customs.regimes.china.layout import LAYOUTS, DocumentLayout, PartLayout
from wms.customs.regimes.china.schema_faults import FaultKind, SchemaFault, fault

MAX_DOCUMENTS = 100
"""In one message."""

_NAMESPACE = f' xmlns:ceb="{CEB}"'
_SPECIAL = re.compile(r'[&<>"\r]|[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]')
_ESCAPES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\r": "&#13;",  # written as it is, it would be read back as a line feed
}
_MAX_PLACES = 40
"""Twice what customs takes. Longer numbers are not written out only to be found too long."""


class CannotWrite(ValueError):
    """Values that no XML can carry. They came from outside, so a person has to mend them: `faults` says all of them."""

    def __init__(self, faults: Sequence[SchemaFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{one.field} {one.what}" for one in faults))


class _BadValue(Exception):
    def __init__(self, kind: FaultKind, **facts: Any) -> None:
        self.kind = kind
        self.facts = facts
        super().__init__(kind)


def node_of(document: Document) -> str:
    """The document's node, such as `<ceb:Order xmlns:ceb="…">…</ceb:Order>`. Raises CannotWrite."""
    plan = _PLANS[KIND_OF[type(document)]]
    pieces = [plan.opening]
    faults: list[SchemaFault] = []
    if plan.line is None:
        _write(plan.head, document, 0, pieces, faults)
    else:
        nested: Any = document
        _write(plan.head, nested.head, 0, pieces, faults)
        for line in nested.lines:
            _write(plan.line, line, line.gnum, pieces, faults)
    if faults:
        raise CannotWrite(faults)
    pieces.append(plan.closing)
    return "".join(pieces)


def message_of(kind: MessageKind, nodes: Sequence[str], transfer: Transfer, *, guid: str) -> bytes:
    """The whole message in UTF-8 around nodes that `node_of` made, without signature. Raises CannotWrite.

    Raises ValueError for nodes of another kind, for none, and for more than MAX_DOCUMENTS.
    """
    plan = _PLANS[kind]
    if not 1 <= len(nodes) <= MAX_DOCUMENTS:
        raise ValueError(f"{len(nodes)} documents; a message holds 1 to {MAX_DOCUMENTS}")
    faults: list[SchemaFault] = []
    sender = [
        f"<ceb:{name}>{_checked(text, f'BaseTransfer.{name}', faults)}</ceb:{name}>"
        for name, text in (
            ("copCode", transfer.copCode),
            ("copName", transfer.copName),
            ("dxpMode", transfer.dxpMode),
            ("dxpId", transfer.dxpId),
            ("note", transfer.note),
        )
        if text is not None
    ]
    root = f"ceb:{kind}Message"
    said_guid = _checked(guid, f"{kind}Message.guid", faults)
    if faults:
        raise CannotWrite(faults)
    return "".join(
        [
            f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}{_NAMESPACE} guid="{said_guid}" version="1.0">',
            *(_without_namespace(plan, node) for node in nodes),
            "<ceb:BaseTransfer>",
            *sender,
            f"</ceb:BaseTransfer></{root}>",
        ]
    ).encode()


@dataclass(frozen=True, slots=True)
class _Part:
    """How one head or line is written: all values at once, then each with its tags."""

    name: str
    opening: str
    closing: str
    values: Callable[[object], tuple[object, ...]]
    fields: tuple[tuple[str, str, str, Callable[[Any], str]], ...]
    """Name, opening tag, closing tag, how its value is written."""


@dataclass(frozen=True, slots=True)
class _Plan:
    node: str
    opening: str
    closing: str
    head: _Part
    line: _Part | None


def _write(part: _Part, holder: object, line_no: int, pieces: list[str], faults: list[SchemaFault]) -> None:
    pieces.append(part.opening)
    for (name, opening, closing, written), value in zip(part.fields, part.values(holder), strict=True):
        if value is None:
            continue
        try:
            pieces += (opening, written(value), closing)
        except _BadValue as bad:
            faults.append(fault(bad.kind, f"{part.name}.{name}", line_no=line_no, value=str(value), **bad.facts))
    pieces.append(part.closing)


def _text(value: str) -> str:
    return _SPECIAL.sub(_escape, value) if _SPECIAL.search(value) else value


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    if character not in _ESCAPES:
        raise _BadValue(FaultKind.BAD_CHARACTER, character=f"U+{ord(character):04X}")
    return _ESCAPES[character]


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise _BadValue(FaultKind.NOT_A_NUMBER)
    if value.adjusted() >= _MAX_PLACES:
        raise _BadValue(FaultKind.NUMBER_TOO_LARGE)
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    if exponent < -_MAX_PLACES:
        raise _BadValue(FaultKind.TOO_MANY_DECIMALS, has=-exponent, takes=5)
    # A zero that came out of a subtraction may carry a sign, which says nothing.
    return format(value if value else abs(value), "f")


def _checked(text: str, field: str, faults: list[SchemaFault]) -> str:
    try:
        return _text(text)
    except _BadValue as bad:
        faults.append(fault(bad.kind, field, value=text, **bad.facts))
        return ""


def _without_namespace(plan: _Plan, node: str) -> str:
    if not (node.startswith(plan.opening) and node.endswith(plan.closing)):
        raise ValueError(f"this is no {plan.node} as node_of writes it: {node[:60]!r}")
    return f"<ceb:{plan.node}>{node[len(plan.opening) :]}"


_WRITERS: Mapping[type, Callable[[Any], str]] = {str: _text, int: str, Decimal: _decimal}


def _part(layout: PartLayout, *, flat: bool = False) -> _Part:
    return _Part(
        layout.name,
        "" if flat else f"<ceb:{layout.name}>",
        "" if flat else f"</ceb:{layout.name}>",
        attrgetter(*(field.name for field in layout.fields)),
        tuple(
            (field.name, f"<ceb:{field.name}>", f"</ceb:{field.name}>", _WRITERS[field.type]) for field in layout.fields
        ),
    )


def _plan(layout: DocumentLayout) -> _Plan:
    return _Plan(
        layout.node,
        f"<ceb:{layout.node}{_NAMESPACE}>",
        f"</ceb:{layout.node}>",
        _part(layout.head, flat=layout.flat),
        _part(layout.line) if layout.line else None,
    )


_PLANS: Mapping[MessageKind, _Plan] = {kind: _plan(layout) for kind, layout in LAYOUTS.items()}
