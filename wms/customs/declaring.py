"""Puts the facts of a closed parcel together from order, catalogue and warehouse, and declares it.

`declare_parcel` is the writer of the packing workflow's effect, registered in `wms.app`; it runs in the scan's
transaction. What is wrong with the data is nothing the packer could mend: the parcel is closed all the same, and the
gate says what is missing.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms.catalogue.model import PackLevel
from wms.catalogue.tables import Merchant, Sku, SkuBarcode
from wms.customs.effects import DeclareParcel
from wms.customs.facts import (
    CURRENCY,
    Buyer,
    Company,
    Consignee,
    DeclaredLine,
    DeclaringSite,
    OrderedLine,
    ParcelFacts,
    Payment,
    StatedPayment,
)
from wms.customs.service import NO_CUSTOMS, declare, note_undeclarable
from wms.kernel.money import Money
from wms.kernel.refusal import Refusal
from wms.orders.lookup import order_by_id
from wms.orders.model import Order, OrderLine
from wms.places.tables import Warehouse
from wms.shipments.lookup import parcels_by_id
from wms.shipments.model import Parcel


def declare_parcel(session: Session, warehouse_id: int, effect: DeclareParcel, *, now: datetime) -> Refusal | None:
    """Declare the parcel where its warehouse's regime asks for that. Never refuses a scan."""
    warehouse = session.get_one(Warehouse, warehouse_id)
    if warehouse.customs_regime == NO_CUSTOMS:
        return None
    parcel = parcels_by_id(session, warehouse_id, [effect.parcel_id])[effect.parcel_id]
    order = order_by_id(session, warehouse_id, parcel.order_id)
    assert order is not None, f"parcel {parcel.tracking_no} has no order"
    facts = facts_of_parcel(session, warehouse, parcel, order)
    outcome = declare(session, warehouse_id, parcel_id=parcel.id, order_id=order.id, facts=facts, now=now)
    if isinstance(outcome, Refusal):
        why = f"{outcome.details['where']}: {outcome.details['what']}"
        note_undeclarable(session, warehouse_id, parcel_id=parcel.id, order_id=order.id, why=why, now=now)
    return None


def facts_of_parcel(session: Session, warehouse: Warehouse, parcel: Parcel, order: Order) -> ParcelFacts:
    """What would be declared: what is really in the parcel, at the prices of the order."""
    merchant = session.get_one(Merchant, order.merchant_id)
    packed = [line for line in order.lines if line.packed > 0]
    lines = _lines(session, packed, order.amounts.goods.currency)
    return ParcelFacts(
        order_no=order.number,
        platform=Company(merchant.platform_code, merchant.platform_name),
        merchant=Company(merchant.company_code, merchant.company_name),
        buyer=Buyer(order.buyer.account, order.buyer.name, order.buyer.id_number, order.buyer.phone),
        consignee=Consignee(
            order.consignee.name, order.consignee.phone, " ".join(order.consignee.address), order.consignee.district
        ),
        payment=_payment(merchant, order),
        carrier=Company(warehouse.logistics_code, warehouse.logistics_name),
        tracking_number=parcel.tracking_no,
        site=DeclaringSite(
            Company(warehouse.agent_code, warehouse.agent_name),
            Company(warehouse.area_code, warehouse.area_name),
            warehouse.account_book_no,
            warehouse.customs_office,
        ),
        gross_weight_grams=parcel.weight_grams,
        net_weight_grams=sum(line.net_weight_grams * line.quantity for line in lines),
        freight=order.amounts.freight,
        insurance=Money(0, CURRENCY),
        discount=order.amounts.discount,
        tax=order.amounts.tax,
        lines=lines,
        ordered=_ordered(session, order),
        goods=order.amounts.goods,
        paid=order.amounts.paid,
        stated_payment=_stated_payment(merchant, order),
    )


def _stated_payment(merchant: Merchant, order: Order) -> StatedPayment | None:
    if not order.payment.transaction_id:
        return None
    return StatedPayment(Company(merchant.payment_code, merchant.payment_name), order.payment.transaction_id)


def _payment(merchant: Merchant, order: Order) -> Payment | None:
    """None until the payment company's record is there; the payer is the buyer, as the channel demands."""
    if not order.payment.transaction_id or order.payment.paid_at is None:
        return None
    return Payment(
        Company(merchant.payment_code, merchant.payment_name),
        order.payment.transaction_id,
        order.amounts.paid,
        order.payment.paid_at,
        order.buyer.name,
        order.buyer.id_number,
    )


def _lines(session: Session, packed: Sequence[OrderLine], currency: str) -> tuple[DeclaredLine, ...]:
    sku_ids = {line.sku_id for line in packed}
    skus = {sku.id: sku for sku in session.scalars(select(Sku).where(Sku.id.in_(sku_ids)))}
    gtins = _gtins(session, sku_ids)
    return tuple(
        DeclaredLine(
            sku_code=sku.code,
            name=sku.name_zh,
            specification=sku.name_zh,
            gtin=gtins.get(sku.id, ""),
            hs_code=sku.hs_code,
            article_record_no=sku.article_record_no,
            origin_country=sku.origin_country,
            unit=sku.customs_unit,
            quantity=line.packed,
            unit_price=Money(line.unit_price_minor, currency),
            net_weight_grams=sku.net_weight_grams,
            gnum=line.line_no,
            vat_rate_bp=sku.vat_rate_bp,
            consumption_rate_bp=sku.consumption_tax_rate_bp,
        )
        for line in packed
        for sku in [skus[line.sku_id]]
    )


def _ordered(session: Session, order: Order) -> tuple[OrderedLine, ...]:
    sku_ids = {line.sku_id for line in order.lines}
    skus = {sku.id: sku for sku in session.scalars(select(Sku).where(Sku.id.in_(sku_ids)))}
    gtins = _gtins(session, sku_ids)
    return tuple(
        OrderedLine(
            gnum=line.line_no,
            sku_code=sku.code,
            name=sku.name_zh,
            specification=sku.name_zh,
            gtin=gtins.get(sku.id, ""),
            hs_code=sku.hs_code,
            origin_country=sku.origin_country,
            unit=sku.customs_unit,
            quantity=line.quantity,
            unit_price=Money(line.unit_price_minor, order.amounts.goods.currency),
            vat_rate_bp=sku.vat_rate_bp,
            consumption_rate_bp=sku.consumption_tax_rate_bp,
        )
        for line in order.lines
        for sku in [skus[line.sku_id]]
    )


def _gtins(session: Session, sku_ids: set[int]) -> dict[int, str]:
    """One barcode of the single unit per SKU, the same one every time."""
    rows = session.execute(
        select(SkuBarcode.sku_id, func.min(SkuBarcode.code).label("code"))
        .where(SkuBarcode.sku_id.in_(sku_ids), SkuBarcode.level == PackLevel.EACH)
        .group_by(SkuBarcode.sku_id)
    )
    return {row.sku_id: row.code for row in rows}
