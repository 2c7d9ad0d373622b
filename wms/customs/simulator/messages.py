"""Bytes → what somebody wants of the port: documents, a pass, or nothing that can be understood. Called by `port`.

A message is taken as a whole or not at all: one wrong field fails the format check of all its documents.
"""

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wms.customs.simulator.layouts import CEB, LAYOUTS, MOST_DOCUMENTS, MOST_LINES, TRANSFER, Element, Kind, Layout
from wms.customs.simulator.papers import Fields, Paper, PassRequest, PassWithdrawal
from wms.customs.simulator.reading import Node, Unreadable, read
from wms.customs.simulator.signature import DSIG

DXP = "http://www.chinaport.gov.cn/dxp"
ZONE_GATE = "urn:wms:exit-pass:1"
MOST_FAULTS = 20
"""Told at once; a message with more is not the work of somebody who reads them."""


@dataclass(frozen=True, slots=True)
class Documents:
    """A message that passed the format check."""

    root: Node
    kind: Kind
    papers: Sequence[Paper]


@dataclass(frozen=True, slots=True)
class Malformed:
    """A message that did not, and why."""

    message_type: str
    faults: Sequence[str]


@dataclass(frozen=True, slots=True)
class Opened:
    """What was in the bytes, and what the way here says about it."""

    content: Documents | Malformed | PassRequest | PassWithdrawal
    message_id: str = ""
    """By the envelope; empty where there is none."""
    sender: str = ""
    enveloped: bool = False


def opened(raw: bytes) -> Opened:
    """What the bytes say."""
    try:
        root = read(raw)
    except Unreadable as error:
        return Opened(Malformed("Unknown", (str(error),)))
    if root.namespace != DXP:
        return Opened(_content(root))
    message = root if root.name == "DxpMsg" else root.first(DXP, "DxpMsg")
    transport = message.first(DXP, "TransInfo") if message else None
    message_id, sender, said_type = (_text(transport, name) for name in ("CopMsgId", "SenderId", "MsgType"))
    try:
        packed = "".join(_text(message, "Data").split()).encode("ascii")
        inner = read(base64.b64decode(packed, validate=True))
    except (Unreadable, binascii.Error, UnicodeEncodeError) as error:
        return Opened(Malformed(said_type[:15] or "Unknown", (f"Data: {error}",)), message_id, sender, enveloped=True)
    content = _content(inner)
    if inner.name != said_type and not isinstance(content, PassRequest | PassWithdrawal):
        content = Malformed(inner.name[:15], (f"MsgType {said_type} 与报文 {inner.name} 不符",))
    return Opened(content, message_id, sender, enveloped=True)


def _text(parent: Node | None, name: str) -> str:
    found = parent.first(DXP, name) if parent else None
    return found.text.strip() if found else ""


def _content(root: Node) -> Documents | Malformed | PassRequest | PassWithdrawal:
    if root.namespace == ZONE_GATE:
        return _pass(root)
    kind = next((kind for kind in Kind if (root.namespace, root.name) == (CEB, f"CEB{kind}Message")), None)
    if kind is None:
        return Malformed("Unknown", (f"不支持的报文：{root.name[:40]}",))
    papers: list[Paper] = []
    faults: list[str] = []
    for fault in _read_into(papers, root, kind):
        faults.append(fault)
        if len(faults) == MOST_FAULTS:
            break
    return Malformed(root.name, faults) if faults else Documents(root, kind, papers)


def _pass(root: Node) -> Malformed | PassRequest | PassWithdrawal:
    pass_id = root.attributes.get("id", "")
    if pass_id and root.name == "ExitPassWithdrawal":
        return PassWithdrawal(pass_id)
    parcels = [
        (node.attributes.get("logisticsNo", ""), node.attributes.get("invtNo", ""))
        for node in root.all(ZONE_GATE, "Parcel")
    ]
    if pass_id and root.name == "ExitPassRequest" and parcels:
        return PassRequest(pass_id, parcels)
    return Malformed("Unknown", (f"不支持的报文：{root.name[:40]}",))


def _read_into(papers: list[Paper], root: Node, kind: Kind) -> Iterator[str]:
    """Fill `papers`, and yield what is wrong."""
    layout = LAYOUTS[kind]
    if len(root.attributes.get("guid", "")) != 36:
        yield f"{root.name}/@guid: 长度应为36"
    if root.attributes.get("version") not in ("1.0", "v1.0"):
        yield f"{root.name}/@version: 应为1.0"
    children = root.elements
    documents = [child for child in children if (child.namespace, child.name) == (CEB, layout.document)]
    if not 1 <= len(documents) <= MOST_DOCUMENTS:
        yield f"{layout.document}: {len(documents)}份单证，应为1至{MOST_DOCUMENTS}"
    names = [child.name for child in children if child.namespace in (CEB, DSIG)]
    if not _is_in_order(names, layout.document) or len(names) != len(children):
        yield f"{root.name}: 节点或其顺序不符"
    for number, document in enumerate(documents, start=1):
        yield from _read_document(papers, document, kind, f"{layout.document}[{number}]")
    for transfer in root.all(CEB, "BaseTransfer"):
        yield from _read_transfer(transfer)


def _is_in_order(names: Sequence[str], document: str) -> bool:
    """Documents, one BaseTransfer, at most five BaseSubscribe, one ExtendMessage, one Signature."""
    parts = ((document, 1, MOST_DOCUMENTS), ("BaseTransfer", 1, 1), ("BaseSubscribe", 0, 5))
    at = 0
    for name, least, most in (*parts, ("ExtendMessage", 0, 1), ("Signature", 0, 1)):
        found = 0
        while at < len(names) and names[at] == name:
            found, at = found + 1, at + 1
        if not least <= found <= most:
            return False
    return at == len(names)


def _read_document(papers: list[Paper], document: Node, kind: Kind, where: str) -> Iterator[str]:
    layout = LAYOUTS[kind]
    if layout.head == layout.document:
        head, lines = document, []
    else:
        heads = list(document.all(CEB, layout.head))
        lines = list(document.all(CEB, layout.line)) if layout.line else []
        if len(heads) != 1 or document.elements != [*heads, *lines]:
            yield f"{where}: 应有一个{layout.head}" + (f"，其后为{layout.line}" if layout.line else "")
            return
        head = heads[0]
    if layout.line and not 1 <= len(lines) <= MOST_LINES:
        yield f"{where}: {len(lines)}项商品，应为1至{MOST_LINES}"
    values: dict[str, str] = {}
    yield from _read_fields(values, head, layout.fields, f"{where}/{layout.head}")
    read_lines = []
    for number, line in enumerate(lines, start=1):
        read_lines.append(line_values := dict[str, str]())
        yield from _read_fields(line_values, line, layout.line_fields, f"{where}/{layout.line}[{number}]")
    papers.append(Paper(kind, Fields(_named(values, kind, layout)), [Fields(line) for line in read_lines]))


def _named(values: dict[str, str], kind: Kind, layout: Layout) -> dict[str, str]:
    """A list without a number of its own is known by that of its order: receipts must name something."""
    if "copNo" in {element.name for element in layout.fields} and not values.get("copNo"):
        return {**values, "copNo": values.get("orderNo", "")[:20] if kind is Kind.LIST else values.get("guid", "")[:20]}
    return values


def _read_fields(values: dict[str, str], parent: Node, elements: Sequence[Element], where: str) -> Iterator[str]:
    left = parent.elements
    for element in elements:
        if left and (left[0].namespace, left[0].name) == (CEB, element.name):
            node = left.pop(0)
            text = node.text.strip() if not element.type.startswith("C") else node.text
            if node.elements:
                yield f"{where}/{element.name}: 不得包含节点"
            elif fault := element.fault(text):
                yield f"{where}/{element.name}: {fault}"
            values[element.name] = text
        elif element.need == "M":
            yield f"{where}/{element.name}: 缺失或顺序不符"
    if left:
        yield f"{where}/{left[0].name}: 未定义、重复或顺序不符"


def _read_transfer(transfer: Node) -> Iterator[str]:
    values: dict[str, str] = {}
    yield from _read_fields(values, transfer, TRANSFER, "BaseTransfer")
    for name in ("copName", "dxpId"):
        if name not in values:
            yield f"BaseTransfer/{name}: 缺失"
