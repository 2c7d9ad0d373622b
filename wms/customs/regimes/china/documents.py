"""The import documents of the unified edition (CEB messages), field for field in the order the protocol writes them.

Made by `building`, checked by `rules`, written by `writer`, read back by `reader`. Pure. Names are the protocol's own
element names, misspellings included (`acturalPaid`), so that a person finds a field again in the message and in the
specification. None is an absent element; lengths and patterns are the business of the XSD. Numbers are exact decimals:
money in yuan, weights in kilograms, quantities in the unit beside them. Times are China time without zone
(`YYYYMMDDhhmmss`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

CEB = "http://www.chinaport.gov.cn/ceb"
"""Namespace of every message."""


class MessageKind(StrEnum):
    """The messages that are sent. The value is the first part of the root's name: `CEB311Message`."""

    ORDER = "CEB311"
    PAYMENT = "CEB411"
    WAYBILL = "CEB511"
    SIGNED_FOR = "CEB513"
    LIST = "CEB621"
    CANCEL = "CEB623"
    RETURN = "CEB625"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHead:
    """Head of an order (CEB311)."""

    guid: str
    appType: str
    appTime: str
    appStatus: str
    orderType: str
    orderNo: str
    ebpCode: str
    ebpName: str
    ebcCode: str
    ebcName: str
    goodsValue: Decimal
    freight: Decimal
    discount: Decimal
    taxTotal: Decimal
    acturalPaid: Decimal
    currency: str
    buyerRegNo: str
    buyerName: str
    buyerTelephone: str
    buyerIdType: str
    buyerIdNumber: str
    payCode: str | None = None
    payName: str | None = None
    payTransactionId: str | None = None
    batchNumbers: str | None = None
    consignee: str
    consigneeTelephone: str
    consigneeAddress: str
    consigneeDistrict: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One line of an order."""

    gnum: int
    itemNo: str | None = None
    itemName: str
    gmodel: str
    itemDescribe: str | None = None
    barCode: str | None = None
    unit: str
    qty: Decimal
    price: Decimal
    totalPrice: Decimal
    currency: str
    country: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """CEB311: the order, pushed by the platform or by whoever it entrusts."""

    head: OrderHead
    lines: tuple[OrderLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """CEB411: the payment slip, pushed by the payment company. Never by the merchant itself."""

    guid: str
    appType: str
    appTime: str
    appStatus: str
    payCode: str
    payName: str
    payTransactionId: str
    orderNo: str
    ebpCode: str
    ebpName: str
    payerIdType: str
    payerIdNumber: str
    payerName: str
    telephone: str | None = None
    amountPaid: Decimal
    currency: str
    payTime: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waybill:
    """CEB511: the waybill, pushed by the logistics company."""

    guid: str
    appType: str
    appTime: str
    appStatus: str
    logisticsCode: str
    logisticsName: str
    logisticsNo: str
    billNo: str | None = None
    orderNo: str
    freight: Decimal | None = None
    insuredFee: Decimal | None = None
    currency: str
    weight: Decimal
    packNo: int
    goodsInfo: str | None = None
    consignee: str
    consigneeAddress: str
    consigneeTelephone: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedFor:
    """CEB513: the consignee has signed for the parcel."""

    guid: str
    appType: str
    appTime: str
    appStatus: str
    logisticsCode: str
    logisticsName: str
    logisticsNo: str
    logisticsStatus: str
    logisticsTime: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryHead:
    """Head of an inventory list (CEB621)."""

    guid: str
    appType: str
    appTime: str
    appStatus: str
    orderNo: str
    ebpCode: str
    ebpName: str
    ebcCode: str
    ebcName: str
    logisticsNo: str
    logisticsCode: str
    logisticsName: str
    copNo: str | None = None
    preNo: str | None = None
    assureCode: str
    emsNo: str | None = None
    invtNo: str | None = None
    ieFlag: str
    declTime: str
    customsCode: str
    portCode: str
    ieDate: str | None = None
    buyerIdType: str
    buyerIdNumber: str
    buyerName: str
    buyerTelephone: str
    consigneeAddress: str
    agentCode: str
    agentName: str
    areaCode: str | None = None
    areaName: str | None = None
    tradeMode: str
    trafMode: str
    trafNo: str | None = None
    voyageNo: str | None = None
    billNo: str | None = None
    loctNo: str | None = None
    licenseNo: str | None = None
    country: str
    freight: Decimal
    insuredFee: Decimal
    currency: str
    wrapType: str | None = None
    packNo: int
    grossWeight: Decimal
    netWeight: Decimal
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryLine:
    """One line of an inventory list; `gnum` is that of the order line it answers."""

    gnum: int
    itemRecordNo: str | None = None
    itemNo: str | None = None
    itemName: str | None = None
    gcode: str
    gname: str
    gmodel: str
    barCode: str | None = None
    country: str
    tradeCountry: str | None = None
    currency: str
    qty: Decimal
    unit: str
    qty1: Decimal
    unit1: str
    qty2: Decimal | None = None
    unit2: str | None = None
    price: Decimal
    totalPrice: Decimal
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """CEB621: the inventory list, which is the import declaration. Only its receipts open the gate."""

    head: InventoryHead
    lines: tuple[InventoryLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """CEB623: application to cancel a list. `copNo` is a number of its own."""

    guid: str
    appType: str
    appTime: str
    appStatus: str
    customsCode: str
    orderNo: str
    ebpCode: str
    ebpName: str
    ebcCode: str
    ebcName: str
    logisticsNo: str
    logisticsCode: str
    logisticsName: str
    copNo: str | None = None
    preNo: str | None = None
    invtNo: str
    buyerIdType: str
    buyerIdNumber: str
    buyerName: str
    buyerTelephone: str
    agentCode: str
    agentName: str
    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundHead:
    """Head of an application for the return of goods (CEB625). `invtNo` names the original list."""

    guid: str
    appType: str
    appTime: str
    appStatus: str
    customsCode: str
    orderNo: str
    ebpCode: str
    ebpName: str
    ebcCode: str
    ebcName: str
    logisticsNo: str
    logisticsCode: str
    logisticsName: str
    copNo: str | None = None
    preNo: str | None = None
    invtNo: str
    buyerIdType: str
    buyerIdNumber: str
    buyerName: str
    buyerTelephone: str
    agentCode: str
    agentName: str
    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundLine:
    """One line that comes back; `gnum` and `gcode` are those of the original list."""

    gnum: int
    gcode: str
    gname: str
    qty: Decimal
    unit: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """CEB625: application for the return of goods."""

    head: RefundHead
    lines: tuple[RefundLine, ...]


Document = Order | Payment | Waybill | SignedFor | Inventory | Cancellation | Refund

KIND_OF: Mapping[type[Document], MessageKind] = {
    Order: MessageKind.ORDER,
    Payment: MessageKind.PAYMENT,
    Waybill: MessageKind.WAYBILL,
    SignedFor: MessageKind.SIGNED_FOR,
    Inventory: MessageKind.LIST,
    Cancellation: MessageKind.CANCEL,
    Refund: MessageKind.RETURN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Who sends a message through which DXP client (`BaseTransfer`): `copCode` must be the company of the client."""

    copCode: str
    copName: str
    dxpId: str
    dxpMode: str = "DXP"
    note: str | None = None
