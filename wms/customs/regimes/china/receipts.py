"""Raw receipt bytes → entries and what had to be set aside.

Called by `wms.customs.intake` after the raw bytes are stored. Pure: the same bytes always give the same reading, so
everything can be read again after a mend. It never raises for what a message contains, and one bad node costs only
itself.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wms.customs.model import (
    MessageType,
    Quarantined,
    QuarantineReason,
    ReceiptEntry,
    ReceiptReading,
    normalised_return_time,
)
from wms.customs.regimes.china.envelope import without_envelope
from wms.customs.regimes.china.safe_xml import Element, Unreadable, parse

CEB = "http://www.chinaport.gov.cn/ceb"

MAX_RETURN_NODES = 1_000
"""The specification says 100. Some gateways join batches, so ten times that is read before a person must look."""

_STATUS = re.compile(r"-?[0-9]{1,9}")
_ROOT = re.compile(r"(CEB[0-9]{3})Message")
_BESIDE_RETURNS = frozenset({"BaseTransfer", "BaseSubscribe", "ExtendMessage", "Signature"})
"""Not allowed in receipts by the schema, yet some gateways leave them in. They say nothing about a document."""


@dataclass(frozen=True, slots=True)
class _Field:
    element: str
    longest: int
    attribute: str
    mandatory: bool = False


@dataclass(frozen=True, slots=True)
class _Layout:
    node: str
    fields: tuple[_Field, ...]


def _key(element: str, longest: int, attribute: str) -> _Field:
    return _Field(element, longest, attribute, mandatory=True)


_COMPANIES = (
    _Field("customsCode", 4, "customs_code"),
    _Field("ebpCode", 18, "ebp_code"),
    _Field("ebcCode", 18, "ebc_code"),
    _Field("agentCode", 18, "agent_code"),
    _key("copNo", 20, "cop_no"),
    # preNo is mandatory by the schema and optional by the text of 2022; nothing is gained by refusing its absence.
    _Field("preNo", 18, "pre_no"),
    _Field("invtNo", 18, "invt_no"),
)
_WAYBILL = (_key("logisticsCode", 18, "logistics_code"), _key("logisticsNo", 60, "logistics_no"))

_LAYOUTS: Mapping[MessageType, _Layout] = {
    MessageType.ORDER_RECEIPT: _Layout(
        "OrderReturn",
        (_key("ebpCode", 18, "ebp_code"), _Field("ebcCode", 18, "ebc_code"), _key("orderNo", 60, "order_no")),
    ),
    MessageType.PAYMENT_RECEIPT: _Layout(
        "PaymentReturn", (_key("payCode", 18, "pay_code"), _key("payTransactionId", 60, "pay_transaction_id"))
    ),
    MessageType.LOGISTICS_RECEIPT: _Layout("LogisticsReturn", _WAYBILL),
    MessageType.SIGNED_FOR_RECEIPT: _Layout("LogisticsStatusReturn", _WAYBILL),
    MessageType.LIST_RECEIPT: _Layout("InventoryReturn", _COMPANIES),
    MessageType.CANCEL_RECEIPT: _Layout("InvtCancelReturn", _COMPANIES),
    MessageType.RETURN_RECEIPT: _Layout("InvtRefundReturn", _COMPANIES),
    MessageType.FORMAT_FAILURE: _Layout(
        "MessageReturn",
        (_key("oriCopMsgId", 255, "original_message_id"), _Field("oriMessageType", 15, "original_message_type")),
    ),
}


class _BadNode(Exception):
    def __init__(self, reason: QuarantineReason, what: str) -> None:
        self.reason = reason
        self.what = what
        super().__init__(what)


def read_receipt(raw: bytes) -> ReceiptReading:
    """All entries of `raw`, an envelope around it taken off; what cannot be read comes back with its reason."""
    try:
        return _read_message(without_envelope(parse(raw)))
    except Unreadable as error:
        return ReceiptReading("", quarantined=(Quarantined(error.reason, error.what),))


def _read_message(root: Element) -> ReceiptReading:
    if root.namespace != CEB:
        raise Unreadable(QuarantineReason.NOT_CEB, f"{root.name[:40]} in namespace {root.namespace[:60]!r}")
    name = _ROOT.fullmatch(root.name)
    if name is None:
        raise Unreadable(QuarantineReason.NOT_CEB, f"{root.name[:40]!r} is no CEB message")
    try:
        message_type = MessageType(name.group(1))
    except ValueError:
        set_aside = Quarantined(QuarantineReason.MESSAGE_NOT_HANDLED, f"{root.name} is not read by this service")
        return ReceiptReading(name.group(1), quarantined=(set_aside,))

    layout = _LAYOUTS[message_type]
    nodes = [child for child in root.children if child.name not in _BESIDE_RETURNS]
    if not nodes:
        return ReceiptReading(message_type, quarantined=(Quarantined(QuarantineReason.NO_RETURN_NODE, layout.node),))
    if len(nodes) > MAX_RETURN_NODES:
        what = f"{len(nodes)} return nodes, the limit is {MAX_RETURN_NODES}"
        return ReceiptReading(message_type, quarantined=(Quarantined(QuarantineReason.TOO_MANY_NODES, what),))

    entries: list[ReceiptEntry] = []
    positions: list[int] = []
    quarantined: list[Quarantined] = []
    for position, node in enumerate(nodes, start=1):
        try:
            entries.append(_entry(message_type, layout, node))
            positions.append(position)
        except _BadNode as error:
            quarantined.append(Quarantined(error.reason, error.what, position))
    return ReceiptReading(message_type, tuple(entries), tuple(positions), tuple(quarantined))


def _entry(message_type: MessageType, layout: _Layout, node: Element) -> ReceiptEntry:
    if node.namespace != CEB or node.name != layout.node:
        raise _BadNode(QuarantineReason.UNEXPECTED_NODE, f"{node.name[:40]} instead of {layout.node}")
    texts = _texts(node)
    status = texts.get("returnStatus", "")
    if not _STATUS.fullmatch(status):
        raise _BadNode(QuarantineReason.BAD_STATUS, f"returnStatus {status[:20]!r}")
    said_time = texts.get("returnTime", "")
    return_time = normalised_return_time(said_time)
    if return_time is None:
        raise _BadNode(QuarantineReason.BAD_TIME, f"returnTime {said_time[:20]!r}")
    keys = dict(_keys(layout, texts))
    return ReceiptEntry(message_type, status, return_time, texts.get("returnInfo", ""), **keys)


def _keys(layout: _Layout, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for field in layout.fields:
        text = texts.get(field.element, "")
        if len(text) > field.longest:
            raise _BadNode(QuarantineReason.FIELD_TOO_LONG, f"{field.element} has more than {field.longest} characters")
        if text:
            yield field.attribute, text
        elif field.mandatory:
            raise _BadNode(QuarantineReason.MISSING_FIELD, field.element)


def _texts(node: Element) -> dict[str, str]:
    """Field → trimmed text. A field that is there twice has no one value, so the node is not believed at all."""
    texts: dict[str, str] = {}
    for child in node.children:
        if child.namespace != CEB:
            continue
        if child.children:
            raise _BadNode(QuarantineReason.FIELD_NOT_TEXT, f"{child.name[:40]} has elements inside")
        if child.name in texts:
            raise _BadNode(QuarantineReason.REPEATED_FIELD, child.name[:40])
        texts[child.name] = child.text
    return texts
