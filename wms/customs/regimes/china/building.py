"""Makes the documents of the unified edition from the facts of a parcel.

Called by `wms.customs.sending.attempts` and `applications` for what is sent, and by `wms.customs.checks.checking` for
what is only compared. Pure. Nothing is mended on the way: amounts are those the platform gave, lines of the order are
what was sold, lines of the list what was packed. Only bonded trade (1210) is built.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from wms.catalogue.model import scanned_forms
from wms.customs.facts import DeclaredLine, OrderedLine, ParcelFacts, PaymentSlip
from wms.customs.model import as_return_time
from wms.customs.regimes.china.codes import KILOGRAM, currency_code
from wms.customs.regimes.china.documents import (
    Cancellation,
    Inventory,
    InventoryHead,
    InventoryLine,
    Order,
    OrderHead,
    OrderLine,
    Payment,
    Refund,
    RefundHead,
    RefundLine,
    SignedFor,
    Waybill,
)
from wms.customs.regimes.china.papers import KnownGoods, Papers
from wms.customs.regimes.china.tax import WHOLE, TaxRates
from wms.kernel.money import Money

NO_BARCODE = "无"
BONDED = "1210"
CHINA = "142"
"""Country of dispatch of bonded goods: they are in China already."""
ID_CARD = "1"
LONGEST_ITEM_NO = 20
LONGEST_GOODS_INFO = 200


@dataclass(frozen=True, slots=True)
class Stamp:
    """What is new in every document that is sent: its own id and the time, strictly later in every attempt."""

    guid: str
    app_time: str
    """14 digits of China time."""
    app_type: str = "1"
    """`1` new, `2` change, `3` delete."""
    app_status: str = "2"
    """`2` declare; `1` would only be kept as a draft."""


def papers_of(facts: ParcelFacts, *, cop_no: str = "", day: str = "") -> Papers:
    """What can be compared so far: the order always, waybill and list once the parcel is packed.

    For checking only: the documents carry no id of their own. `day` is the declaration date in 8 digits.
    """
    stamp = Stamp("", day.ljust(14, "0"))
    return Papers(
        order=order_of(facts, stamp),
        slip=facts.slip,
        waybill=waybill_of(facts, stamp) if facts.tracking_number and facts.gross_weight_grams else None,
        inventory=inventory_of(facts, stamp, cop_no=cop_no) if facts.tracking_number and facts.lines else None,
    )


def goods_of(facts: ParcelFacts) -> tuple[KnownGoods, ...]:
    """What the catalogue knows of the ordered lines, for the rules about goods and tax."""
    return tuple(KnownGoods(line.gnum, line.hs_code, _rates(line)) for line in facts.ordered)


def _rates(line: OrderedLine) -> TaxRates | None:
    """None where nobody entered them: rates belong to an HS code. A consumption tax of 100 % has no taxable price."""
    if not line.hs_code or line.consumption_rate_bp >= WHOLE:
        return None
    return TaxRates(line.vat_rate_bp, line.consumption_rate_bp)


def order_of(facts: ParcelFacts, stamp: Stamp) -> Order:
    """CEB311."""
    paid = facts.stated_payment
    head = OrderHead(
        guid=stamp.guid,
        appType=stamp.app_type,
        appTime=stamp.app_time,
        appStatus=stamp.app_status,
        orderType="I",
        orderNo=facts.order_no,
        ebpCode=facts.platform.code,
        ebpName=facts.platform.name,
        ebcCode=facts.merchant.code,
        ebcName=facts.merchant.name,
        goodsValue=facts.goods.as_decimal(),
        freight=facts.freight.as_decimal(),
        discount=facts.discount.as_decimal(),
        taxTotal=facts.tax.as_decimal(),
        acturalPaid=facts.paid.as_decimal(),
        currency=_currency(facts.paid),
        buyerRegNo=facts.buyer.account,
        buyerName=facts.buyer.name,
        buyerTelephone=facts.buyer.telephone,
        buyerIdType=ID_CARD,
        buyerIdNumber=facts.buyer.id_number,
        payCode=(paid.company.code or None) if paid else None,
        payName=(paid.company.name or None) if paid else None,
        payTransactionId=(paid.transaction_id or None) if paid else None,
        consignee=facts.consignee.name,
        consigneeTelephone=facts.consignee.telephone,
        consigneeAddress=facts.consignee.address,
        consigneeDistrict=facts.consignee.district or None,
    )
    return Order(head=head, lines=tuple(_order_line(line) for line in facts.ordered))


def _order_line(line: OrderedLine) -> OrderLine:
    price = line.unit_price.as_decimal()
    return OrderLine(
        gnum=line.gnum,
        itemNo=line.sku_code,
        itemName=line.name,
        gmodel=line.specification,
        barCode=_printed(line.gtin) if line.gtin else None,
        unit=line.unit,
        qty=Decimal(line.quantity),
        price=price,
        totalPrice=price * line.quantity,
        currency=_currency(line.unit_price),
        country=line.origin_country,
    )


def payment_of(slip: PaymentSlip, stamp: Stamp) -> Payment:
    """CEB411, where we transmit the payment company's slip for it. Every value is the slip's own."""
    return Payment(
        guid=stamp.guid,
        appType=stamp.app_type,
        appTime=stamp.app_time,
        appStatus=stamp.app_status,
        payCode=slip.company.code,
        payName=slip.company.name,
        payTransactionId=slip.transaction_id,
        orderNo=slip.order_no,
        ebpCode=slip.platform.code,
        ebpName=slip.platform.name,
        payerIdType=slip.payer_id_type,
        payerIdNumber=slip.payer_id_number,
        payerName=slip.payer_name,
        telephone=slip.payer_phone or None,
        amountPaid=slip.amount,
        currency=slip.currency,
        payTime=slip.paid_at,
    )


def waybill_of(facts: ParcelFacts, stamp: Stamp) -> Waybill:
    """CEB511. The gross weight is that of the closed parcel."""
    inside = ";".join(f"{line.name}×{line.quantity}" for line in facts.lines)
    return Waybill(
        guid=stamp.guid,
        appType=stamp.app_type,
        appTime=stamp.app_time,
        appStatus=stamp.app_status,
        logisticsCode=facts.carrier.code,
        logisticsName=facts.carrier.name,
        logisticsNo=facts.tracking_number,
        orderNo=facts.order_no,
        freight=facts.freight.as_decimal(),
        insuredFee=facts.insurance.as_decimal(),
        currency=_currency(facts.freight),
        weight=_kilograms(facts.gross_weight_grams),
        packNo=1,
        goodsInfo=inside[:LONGEST_GOODS_INFO] or None,
        consignee=facts.consignee.name,
        consigneeAddress=facts.consignee.address,
        consigneeTelephone=facts.consignee.telephone,
    )


def inventory_of(facts: ParcelFacts, stamp: Stamp, *, cop_no: str, invt_no: str = "") -> Inventory:
    """CEB621 of bonded trade. `invt_no` is given where a list that customs knows is changed."""
    site = facts.site
    head = InventoryHead(
        guid=stamp.guid,
        appType=stamp.app_type,
        appTime=stamp.app_time,
        appStatus=stamp.app_status,
        orderNo=facts.order_no,
        ebpCode=facts.platform.code,
        ebpName=facts.platform.name,
        ebcCode=facts.merchant.code,
        ebcName=facts.merchant.name,
        logisticsNo=facts.tracking_number,
        logisticsCode=facts.carrier.code,
        logisticsName=facts.carrier.name,
        copNo=cop_no or None,
        assureCode=facts.assure_code or facts.merchant.code,
        emsNo=site.account_book_no or None,
        invtNo=invt_no or None,
        ieFlag="I",
        declTime=stamp.app_time[:8],
        customsCode=site.customs_office,
        portCode=site.customs_office,
        buyerIdType=ID_CARD,
        buyerIdNumber=facts.buyer.id_number,
        buyerName=facts.buyer.name,
        buyerTelephone=facts.buyer.telephone,
        consigneeAddress=facts.consignee.address,
        agentCode=site.agent.code,
        agentName=site.agent.name,
        areaCode=site.area.code or None,
        areaName=site.area.name or None,
        tradeMode=BONDED,
        trafMode=site.traffic_mode,
        country=CHINA,
        freight=facts.freight.as_decimal(),
        insuredFee=facts.insurance.as_decimal(),
        currency=_currency(facts.freight),
        packNo=1,
        grossWeight=_kilograms(facts.gross_weight_grams),
        netWeight=_kilograms(facts.net_weight_grams),
    )
    return Inventory(
        head=head, lines=tuple(_list_line(line, position) for position, line in enumerate(facts.lines, start=1))
    )


def _list_line(line: DeclaredLine, position: int) -> InventoryLine:
    price = line.unit_price.as_decimal()
    has_second = line.second_quantity is not None
    return InventoryLine(
        gnum=line.gnum or position,
        itemRecordNo=line.article_record_no or None,
        # Optional, and one edition takes fewer characters: a number cut off would name other goods.
        itemNo=line.sku_code if len(line.sku_code) <= LONGEST_ITEM_NO else None,
        itemName=line.name,
        gcode=line.hs_code,
        gname=line.name,
        gmodel=line.specification,
        barCode=_printed(line.gtin) if line.gtin else NO_BARCODE,
        country=line.origin_country,
        currency=_currency(line.unit_price),
        qty=Decimal(line.quantity),
        unit=line.unit,
        qty1=_kilograms(line.net_weight_grams * line.quantity),
        unit1=KILOGRAM,
        qty2=line.second_quantity if has_second else None,
        unit2=line.second_unit if has_second else None,
        price=price,
        totalPrice=price * line.quantity,
    )


def cancellation_of(
    facts: ParcelFacts, stamp: Stamp, *, cop_no: str, invt_no: str, reason: str, pre_no: str = ""
) -> Cancellation:
    """CEB623. `cop_no` is the application's own number, `invt_no` names the list that is to be cancelled."""
    site = facts.site
    return Cancellation(
        guid=stamp.guid,
        appType="1",
        appTime=stamp.app_time,
        appStatus=stamp.app_status,
        customsCode=site.customs_office,
        orderNo=facts.order_no,
        ebpCode=facts.platform.code,
        ebpName=facts.platform.name,
        ebcCode=facts.merchant.code,
        ebcName=facts.merchant.name,
        logisticsNo=facts.tracking_number,
        logisticsCode=facts.carrier.code,
        logisticsName=facts.carrier.name,
        copNo=cop_no,
        preNo=pre_no or None,
        invtNo=invt_no,
        buyerIdType=ID_CARD,
        buyerIdNumber=facts.buyer.id_number,
        buyerName=facts.buyer.name,
        buyerTelephone=facts.buyer.telephone,
        agentCode=site.agent.code,
        agentName=site.agent.name,
        reason=reason,
    )


def refund_of(
    facts: ParcelFacts,
    stamp: Stamp,
    quantities: Mapping[int, int],
    *,
    cop_no: str,
    invt_no: str,
    reason: str,
    pre_no: str = "",
) -> Refund:
    """CEB625 for so many units of each line, named by the number it has in the original list.

    Raises KeyError for a line the list does not have and ValueError for more units than it declares.
    """
    site = facts.site
    by_number = {line.gnum or position: line for position, line in enumerate(facts.lines, start=1)}
    head = RefundHead(
        guid=stamp.guid,
        appType=stamp.app_type,
        appTime=stamp.app_time,
        appStatus=stamp.app_status,
        customsCode=site.customs_office,
        orderNo=facts.order_no,
        ebpCode=facts.platform.code,
        ebpName=facts.platform.name,
        ebcCode=facts.merchant.code,
        ebcName=facts.merchant.name,
        logisticsNo=facts.tracking_number,
        logisticsCode=facts.carrier.code,
        logisticsName=facts.carrier.name,
        copNo=cop_no,
        preNo=pre_no or None,
        invtNo=invt_no,
        buyerIdType=ID_CARD,
        buyerIdNumber=facts.buyer.id_number,
        buyerName=facts.buyer.name,
        buyerTelephone=facts.buyer.telephone,
        agentCode=site.agent.code,
        agentName=site.agent.name,
        reason=reason,
    )
    return Refund(head=head, lines=tuple(_refund_line(by_number[gnum], gnum, quantities[gnum])
                                         for gnum in sorted(quantities)))  # fmt: skip


def _refund_line(line: DeclaredLine, gnum: int, quantity: int) -> RefundLine:
    if not 1 <= quantity <= line.quantity:
        raise ValueError(f"line {gnum} declares {line.quantity}, {quantity} cannot come back")
    return RefundLine(gnum=gnum, gcode=line.hs_code, gname=line.name, qty=Decimal(quantity), unit=line.unit)


def signed_for_of(facts: ParcelFacts, stamp: Stamp, *, signed_at: datetime) -> SignedFor:
    """CEB513: the consignee signed for the parcel at `signed_at`."""
    return SignedFor(
        guid=stamp.guid,
        appType=stamp.app_type,
        appTime=stamp.app_time,
        appStatus=stamp.app_status,
        logisticsCode=facts.carrier.code,
        logisticsName=facts.carrier.name,
        logisticsNo=facts.tracking_number,
        logisticsStatus="S",
        logisticsTime=as_return_time(signed_at)[:14],
    )


def _printed(code: str) -> str:
    """A stored GTIN in the length in which it is printed on the goods; another code as it is."""
    return scanned_forms(code)[0]


def _currency(money: Money) -> str:
    """Customs' code of the currency; one it has no code for stays as it is, for the rule on currency to find."""
    return currency_code(money.currency) or money.currency


def _kilograms(grams: int) -> Decimal:
    return Decimal(grams).scaleb(-3)
