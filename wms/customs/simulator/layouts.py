"""The published layout of what may be sent: names, order, lengths, and what must be there. Called by `messages`.

Kept as the tables of the specification, one line for an element: name, type, and M (mandatory, never empty), O
(optional, may be empty) or O! (optional, but never empty). Types: `C36` exactly 36 characters, `C..60` at most 60,
`N19,5` a number of at most 19 digits, 5 of them behind the point, `N9` and `int` whole numbers, `T14` a moment.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

CEB = "http://www.chinaport.gov.cn/ceb"

MOST_DOCUMENTS, MOST_LINES = 100, 99


class Kind(StrEnum):
    """What can be sent; the value is the number in the message's name."""

    ORDER = "311"
    PAYMENT = "411"
    WAYBILL = "511"
    SIGNED_FOR = "513"
    LIST = "621"
    CANCEL = "623"
    RETURN = "625"


@dataclass(frozen=True, slots=True)
class Element:
    """One line of a layout."""

    name: str
    type: str
    need: str

    def fault(self, text: str) -> str | None:
        """What is wrong with this value, in the words a port uses; None where nothing is."""
        if text == "":
            return "不能为空" if self.need != "O" else None
        if self.type == "T14":
            return None if _is_moment(text) else "时间格式应为YYYYMMDDhhmmss"
        if self.type.startswith("C.."):
            most = int(self.type[3:])
            return None if len(text) <= most else f"长度{len(text)}超过{most}"
        if self.type.startswith("C"):
            exactly = int(self.type[1:])
            return None if len(text) == exactly else f"长度{len(text)}应为{exactly}"
        if self.type == "N19,5":
            return None if _is_number(text) else "应为不超过19位、5位小数的数值"
        return None if re.fullmatch(r"[0-9]{1,9}", text) else "应为整数"


@dataclass(frozen=True, slots=True)
class Layout:
    """How one kind of document is built."""

    document: str
    head: str
    """Name of the element that holds the head; the document itself where it has no lines and no head apart."""
    fields: tuple[Element, ...]
    line: str = ""
    line_fields: tuple[Element, ...] = ()


def _is_moment(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{14}", text):
        return False
    try:
        datetime.strptime(text, "%Y%m%d%H%M%S")  # noqa: DTZ007  (only whether there is such a moment)
    except ValueError:
        return False
    return True


def _is_number(text: str) -> bool:
    found = re.fullmatch(r"([0-9]+)(?:\.([0-9]{1,5}))?", text)
    return found is not None and len(found.group(1).lstrip("0")) + len(found.group(2) or "") <= 19


def _elements(table: str) -> tuple[Element, ...]:
    return tuple(Element(*line.split()) for line in table.strip().splitlines())


_STAMP = """
guid C36 M
appType C1 M
appTime T14 M
appStatus C..3 M
"""

_ORDER = (
    _STAMP
    + """orderType C1 M
orderNo C..60 M
ebpCode C..18 M
ebpName C..100 M
ebcCode C..18 M
ebcName C..100 M
goodsValue N19,5 M
freight N19,5 M
discount N19,5 M
taxTotal N19,5 M
acturalPaid N19,5 M
currency C3 M
buyerRegNo C..60 M
buyerName C..60 M
buyerTelephone C..30 M
buyerIdType C1 M
buyerIdNumber C..60 M
payCode C..18 O
payName C..100 O
payTransactionId C..60 O
batchNumbers C..100 O
consignee C..100 M
consigneeTelephone C..50 M
consigneeAddress C..200 M
consigneeDistrict C6 O!
note C..1000 O
"""
)
_ORDER_LINE = """
gnum int M
itemNo C..30 O
itemName C..250 M
gmodel C..510 M
itemDescribe C..1000 O
barCode C..50 O
unit C3 M
qty N19,5 M
price N19,5 M
totalPrice N19,5 M
currency C3 M
country C3 M
note C..1000 O
"""
_PAYMENT = (
    _STAMP
    + """payCode C..18 M
payName C..100 M
payTransactionId C..60 M
orderNo C..60 M
ebpCode C..18 M
ebpName C..100 M
payerIdType C1 M
payerIdNumber C..60 M
payerName C..60 M
telephone C..60 O
amountPaid N19,5 M
currency C3 M
payTime T14 M
note C..1000 O
"""
)
_WAYBILL = (
    _STAMP
    + """logisticsCode C..18 M
logisticsName C..100 M
logisticsNo C..60 M
billNo C..37 O
orderNo C..60 M
freight N19,5 O!
insuredFee N19,5 O!
currency C3 M
weight N19,5 M
packNo N9 M
goodsInfo C..200 O
consignee C..100 M
consigneeAddress C..200 M
consigneeTelephone C..50 M
note C..1000 O
"""
)
_SIGNED_FOR = (
    _STAMP
    + """logisticsCode C..18 M
logisticsName C..100 M
logisticsNo C..60 M
logisticsStatus C1 M
logisticsTime T14 M
note C..1000 O
"""
)
_LIST = (
    _STAMP
    + """orderNo C..60 M
ebpCode C..18 M
ebpName C..100 M
ebcCode C..18 M
ebcName C..100 M
logisticsNo C..60 M
logisticsCode C..18 M
logisticsName C..100 M
copNo C..20 O
preNo C..18 O
assureCode C..30 M
emsNo C..30 O
invtNo C..18 O
ieFlag C1 M
declTime C8 M
customsCode C4 M
portCode C4 M
ieDate C8 O!
buyerIdType C1 M
buyerIdNumber C..60 M
buyerName C..60 M
buyerTelephone C..30 M
consigneeAddress C..200 M
agentCode C..18 M
agentName C..100 M
areaCode C..18 O
areaName C..100 O
tradeMode C4 M
trafMode C1 M
trafNo C..100 O
voyageNo C..32 O
billNo C..37 O
loctNo C..10 O
licenseNo C..19 O
country C3 M
freight N19,5 M
insuredFee N19,5 M
currency C3 M
wrapType C1 O!
packNo N9 M
grossWeight N19,5 M
netWeight N19,5 M
note C..1000 O
"""
)
_LIST_LINE = """
gnum int M
itemRecordNo C..30 O
itemNo C..20 O
itemName C..250 O
gcode C10 M
gname C..250 M
gmodel C..510 M
barCode C..50 O
country C3 M
tradeCountry C..3 O!
currency C3 M
qty N19,5 M
unit C3 M
qty1 N19,5 M
unit1 C3 M
qty2 N19,5 O!
unit2 C3 O!
price N19,5 M
totalPrice N19,5 M
note C..1000 O
"""
_APPLICATION = (
    _STAMP
    + """customsCode C4 M
orderNo C..60 M
ebpCode C..18 M
ebpName C..100 M
ebcCode C..18 M
ebcName C..100 M
logisticsNo C..60 M
logisticsCode C..18 M
logisticsName C..100 M
copNo C..20 O
preNo C..18 O
invtNo C..18 M
buyerIdType C1 M
buyerIdNumber C..60 M
buyerName C..60 M
buyerTelephone C..30 M
agentCode C..18 M
agentName C..100 M
reason C..1000 M
note C..1000 O
"""
)
_RETURN_LINE = """
gnum int M
gcode C10 M
gname C..250 M
qty N19,5 M
unit C3 M
note C..1000 O
"""

LAYOUTS: Mapping[Kind, Layout] = {
    Kind.ORDER: Layout("Order", "OrderHead", _elements(_ORDER), "OrderList", _elements(_ORDER_LINE)),
    Kind.PAYMENT: Layout("Payment", "PaymentHead", _elements(_PAYMENT)),
    Kind.WAYBILL: Layout("Logistics", "LogisticsHead", _elements(_WAYBILL)),
    Kind.SIGNED_FOR: Layout("LogisticsStatus", "LogisticsStatus", _elements(_SIGNED_FOR)),
    Kind.LIST: Layout("Inventory", "InventoryHead", _elements(_LIST), "InventoryList", _elements(_LIST_LINE)),
    Kind.CANCEL: Layout("InvtCancel", "InvtCancel", _elements(_APPLICATION)),
    Kind.RETURN: Layout(
        "InvtRefund", "InvtRefundHead", _elements(_APPLICATION), "InvtRefundList", _elements(_RETURN_LINE)
    ),
}

TRANSFER: Sequence[Element] = _elements(
    """
copCode C..18 M
copName C..100 O
dxpMode C3 M
dxpId C..30 O
note C..1000 O
"""
)
"""`copName` and `dxpId` must be there and may be empty, which `messages` sees to."""
