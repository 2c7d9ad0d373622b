"""Raw receipt bytes → entries, tax bills, and what had to be set aside.

Called by `wms.customs.receipts.intake` after the raw bytes are stored. Pure: the same bytes always give the same
reading, so everything can be read again after a mend. It never raises for what a message contains, and one bad node
costs only itself.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from wms.customs.model import (
    MessageType,
    Quarantined,
    QuarantineReason,
    ReceiptEntry,
    ReceiptReading,
    TaxBill,
    normalised_return_time,
)
from wms.customs.regimes.china.documents import CEB, MessageKind
from wms.customs.regimes.china.envelope import DXP, without_envelope
from wms.customs.regimes.china.exchange import ROOT as EXCHANGE_ANSWER
from wms.customs.regimes.china.exchange import read_exchange_answer
from wms.customs.regimes.china.exit_pass import is_pass_receipt
from wms.customs.regimes.china.nodes import BadNode, Field, mandatory, texts_of, values_of
from wms.customs.regimes.china.safe_xml import Element, Unreadable, parse
from wms.customs.regimes.china.tax_bills import BILL, BILL_STATUS, read_tax_bill
from wms.kernel.masking import scrub

READ_ELSEWHERE = frozenset({MessageKind.PAYMENT.value})
"""CEB messages that come through the same door and are read by `document_reader`: slips of payment companies."""

ABOUT_LEAVING = "exit pass"
"""Stands for the message type of an answer about an exit pass, which is no CEB message."""

MAX_RETURN_NODES = 1_000
"""The specification says 100. Some gateways join batches, so ten times that is read before a person must look."""

MAX_INFO = 5_000
"""The longest text the specification knows, that of a format failure. It decides nothing; the raw bytes have it all."""

_STATUS = re.compile(r"-?[0-9]{1,9}")
_ROOT = re.compile(r"(CEB[0-9]{3})Message")
_BESIDE_RETURNS = frozenset({"BaseTransfer", "BaseSubscribe", "ExtendMessage", "Signature"})
"""Not allowed in receipts by the schema, yet some gateways leave them in. They say nothing about a document."""


@dataclass(frozen=True, slots=True)
class _Layout:
    node: str
    fields: tuple[Field, ...]


_COMPANIES = (
    Field("customsCode", 4, "customs_code"),
    Field("ebpCode", 18, "ebp_code"),
    Field("ebcCode", 18, "ebc_code"),
    Field("agentCode", 18, "agent_code"),
    mandatory("copNo", 20, "cop_no"),
    # preNo is mandatory by the schema and optional by the text of 2022; nothing is gained by refusing its absence.
    Field("preNo", 18, "pre_no"),
    Field("invtNo", 18, "invt_no"),
)
_WAYBILL = (mandatory("logisticsCode", 18, "logistics_code"), mandatory("logisticsNo", 60, "logistics_no"))

_LAYOUTS: Mapping[MessageType, _Layout] = {
    MessageType.ORDER_RECEIPT: _Layout(
        "OrderReturn",
        (mandatory("ebpCode", 18, "ebp_code"), Field("ebcCode", 18, "ebc_code"), mandatory("orderNo", 60, "order_no")),
    ),
    MessageType.PAYMENT_RECEIPT: _Layout(
        "PaymentReturn", (mandatory("payCode", 18, "pay_code"), mandatory("payTransactionId", 60, "pay_transaction_id"))
    ),
    MessageType.LOGISTICS_RECEIPT: _Layout("LogisticsReturn", _WAYBILL),
    MessageType.SIGNED_FOR_RECEIPT: _Layout("LogisticsStatusReturn", _WAYBILL),
    MessageType.LIST_RECEIPT: _Layout("InventoryReturn", _COMPANIES),
    MessageType.CANCEL_RECEIPT: _Layout("InvtCancelReturn", _COMPANIES),
    MessageType.RETURN_RECEIPT: _Layout("InvtRefundReturn", _COMPANIES),
    MessageType.FORMAT_FAILURE: _Layout(
        "MessageReturn",
        (mandatory("oriCopMsgId", 255, "original_message_id"), Field("oriMessageType", 15, "original_message_type")),
    ),
}
_LAYOUTS_BY_NAME: Mapping[str, _Layout] = {kind.value: layout for kind, layout in _LAYOUTS.items()}


def read_receipt(raw: bytes) -> ReceiptReading:
    """All that `raw` says, an envelope around it taken off; what cannot be read comes back with its reason.

    Of a payment company's slips and of an answer about an exit pass only the type: other rooms read those.
    """
    try:
        outer = parse(raw)
        if outer.namespace == DXP and outer.name == EXCHANGE_ANSWER:
            return read_exchange_answer(outer)
        root = without_envelope(outer)
        if is_pass_receipt(root):
            return ReceiptReading(ABOUT_LEAVING)
        return _read_message(_ceb_type(root), root)
    except Unreadable as error:
        return ReceiptReading("", quarantined=(Quarantined(error.reason, error.what),))


def _ceb_type(root: Element) -> str:
    if root.namespace != CEB:
        raise Unreadable(QuarantineReason.NOT_CEB, f"{root.name[:40]} in namespace {root.namespace[:60]!r}")
    name = _ROOT.fullmatch(root.name)
    if name is None:
        raise Unreadable(QuarantineReason.NOT_CEB, f"{root.name[:40]!r} is no CEB message")
    return name.group(1)


def _read_message(kind: str, root: Element) -> ReceiptReading:
    if kind in READ_ELSEWHERE:
        return ReceiptReading(kind)
    is_tax = kind in (BILL, BILL_STATUS)
    if not is_tax and kind not in _LAYOUTS_BY_NAME:
        set_aside = Quarantined(QuarantineReason.MESSAGE_NOT_HANDLED, f"{root.name} is not read by this service")
        return ReceiptReading(kind, quarantined=(set_aside,))
    nodes = [child for child in root.children if child.name not in _BESIDE_RETURNS]
    if not nodes:
        return ReceiptReading(kind, quarantined=(Quarantined(QuarantineReason.NO_RETURN_NODE, root.name),))
    if len(nodes) > MAX_RETURN_NODES:
        what = f"{len(nodes)} return nodes, the limit is {MAX_RETURN_NODES}"
        return ReceiptReading(kind, quarantined=(Quarantined(QuarantineReason.TOO_MANY_NODES, what),))

    entries: list[ReceiptEntry] = []
    bills: list[TaxBill] = []
    positions: list[int] = []
    quarantined: list[Quarantined] = []
    for position, node in enumerate(nodes, start=1):
        try:
            if is_tax:
                bills.append(read_tax_bill(kind, node))
            else:
                entries.append(_entry(MessageType(kind), _LAYOUTS_BY_NAME[kind], node))
            positions.append(position)
        except BadNode as error:
            quarantined.append(Quarantined(error.reason, error.what, position))
    return ReceiptReading(kind, tuple(entries), tuple(positions), tuple(bills), tuple(quarantined))


def _entry(message_type: MessageType, layout: _Layout, node: Element) -> ReceiptEntry:
    if node.namespace != CEB or node.name != layout.node:
        raise BadNode(QuarantineReason.UNEXPECTED_NODE, f"{node.name[:40]} instead of {layout.node}")
    texts = texts_of(node)
    status = texts.get("returnStatus", "")
    if not _STATUS.fullmatch(status):
        raise BadNode(QuarantineReason.BAD_STATUS, f"returnStatus {status[:20]!r}")
    said_time = texts.get("returnTime", "")
    return_time = normalised_return_time(said_time)
    if return_time is None:
        raise BadNode(QuarantineReason.BAD_TIME, f"returnTime {said_time[:20]!r}")
    keys = dict(values_of(layout.fields, texts))
    # Customs names people in its reasons. Their numbers stand in the raw bytes and are shown nowhere else.
    info = scrub(texts.get("returnInfo", "")[:MAX_INFO])
    return ReceiptEntry(message_type, status, return_time, info, **keys)
