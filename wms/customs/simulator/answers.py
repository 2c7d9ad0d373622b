"""Receipts as bytes: the other side of the specification, written and not read. Pure; called by `mailbox`.

Nothing here is shared with what reads receipts in the service. Local ports write the same receipt in different ways;
a Style says in which.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from wms.customs.simulator.china_time import moment_of
from wms.customs.simulator.layouts import CEB, Kind
from wms.customs.simulator.messages import DXP, ZONE_GATE
from wms.customs.simulator.papers import Paper

PORT = "DXPEDCCEB0000002"
"""The exchange's name for the import system."""

FORMAT_FAILURE, PASS_ANSWER = "900", "PASS"

Values = Sequence[tuple[str, str]]
"""The elements of one receipt, in their order."""

_NODES = {
    "312": "OrderReturn",
    "412": "PaymentReturn",
    "512": "LogisticsReturn",
    "514": "LogisticsStatusReturn",
    "622": "InventoryReturn",
    "624": "InvtCancelReturn",
    "626": "InvtRefundReturn",
    FORMAT_FAILURE: "MessageReturn",
}
_KEYS: Mapping[Kind, Sequence[str]] = {
    Kind.ORDER: ("ebpCode", "ebcCode", "orderNo"),
    Kind.PAYMENT: ("payCode", "payTransactionId"),
    Kind.WAYBILL: ("logisticsCode", "logisticsNo"),
    Kind.SIGNED_FOR: ("logisticsCode", "logisticsNo", "logisticsStatus"),
    Kind.LIST: ("customsCode", "ebpCode", "ebcCode", "agentCode", "copNo"),
    Kind.CANCEL: ("customsCode", "agentCode", "ebpCode", "ebcCode", "copNo"),
    Kind.RETURN: ("customsCode", "agentCode", "ebpCode", "ebcCode", "copNo"),
}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Style:
    """How a message is written."""

    in_gb2312: bool = False
    with_bom: bool = False
    prefixed: bool = False


def receipt_number(kind: Kind) -> str:
    """The number of the receipt that answers a document: one more."""
    return str(int(kind) + 1)


def values_of(
    paper: Paper, guid: str, status: str, time17: str, info: str, *, pre_no: str = "", invt_no: str = ""
) -> Values:
    """The receipt of one document."""
    values = [("guid", guid), *((name, paper.head.text(name)) for name in _KEYS[paper.kind])]
    values += [(name, number) for name, number in (("preNo", pre_no), ("invtNo", invt_no)) if number]
    return [*values, ("returnStatus", status), ("returnTime", time17), ("returnInfo", info[:1000])]


def message_name(number: str) -> str:
    """The name of its root, which is also the beginning of a file's name."""
    return "ExitPassReceipt" if number == PASS_ANSWER else f"CEB{number}Message"


def message(number: str, receipts: Sequence[Values], guid: str, style: Style) -> bytes:
    """A whole message with these receipts."""
    if number == PASS_ANSWER:
        return _pass_answer(receipts[0])
    prefix = "ceb:" if style.prefixed else ""
    declared = "xmlns:ceb" if style.prefixed else "xmlns"
    root = f"{prefix}{message_name(number)}"
    nodes = "".join(_node(number, values, prefix) for values in receipts)
    encoding = "GB2312" if style.in_gb2312 else "UTF-8"
    text = (
        f'<?xml version="1.0" encoding="{encoding}" standalone="yes"?>\n'
        f'<{root} {declared}="{CEB}" version="1.0" guid="{guid}">\n{nodes}</{root}>\n'
    )
    if style.in_gb2312:
        # What calls itself GB2312 on the wire holds characters of its successors.
        return text.encode("gb18030")
    return (b"\xef\xbb\xbf" if style.with_bom else b"") + text.encode()


def _node(number: str, values: Values, prefix: str) -> str:
    node = f"{prefix}{_NODES[number]}"
    inside = "".join(f"    <{prefix}{name}>{_content(name, text)}</{prefix}{name}>\n" for name, text in values)
    return f"  <{node}>\n{inside}  </{node}>\n"


def _content(name: str, text: str) -> str:
    text = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
    if name != "oriBizMessage":
        return escape(text)
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _pass_answer(values: Values) -> bytes:
    attributes = "".join(f" {name}={quoteattr(text)}" for name, text in values)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<ExitPassReceipt xmlns="{ZONE_GATE}"{attributes}/>\n'.encode()


def enveloped(body: bytes, number: str, message_id: str, receiver: str, at_ms: int) -> bytes:
    """A message inside the exchange layer's envelope."""
    moment = f"{moment_of(at_ms):%Y-%m-%dT%H:%M:%SZ}"
    packed = base64.encodebytes(body).decode("ascii")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<DxpMsg xmlns="{DXP}" ver="1.0"><TransInfo>'
        f"<CopMsgId>{message_id}</CopMsgId><SenderId>{PORT}</SenderId>"
        f"<ReceiverIds><ReceiverId>{escape(receiver)}</ReceiverId></ReceiverIds>"
        f"<CreatTime>{moment}</CreatTime><MsgType>{message_name(number)}</MsgType></TransInfo>"
        f"<Data>{packed}</Data></DxpMsg>\n"
    ).encode()
