"""Puts together what is known of an order and its parcel: from the order, the catalogue, the warehouse and the slip.

Called by `checking`, `preparing` and `applications`, always anew: what a person mended in between then counts. Reads
only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wms.catalogue.model import PackLevel
from wms.catalogue.tables import Merchant, Sku, SkuBarcode
from wms.customs.facts import (
    CURRENCY,
    Buyer,
    Company,
    Consignee,
    DeclaredLine,
    DeclaringSite,
    OrderedLine,
    ParcelFacts,
    StatedPayment,
)
from wms.customs.parties.settings import MerchantCustoms, merchant_customs
from wms.customs.payment.payments import slip_of_order
from wms.kernel.money import Money
from wms.orders.lookup import order_by_id
from wms.orders.model import Order, OrderLine
from wms.places.tables import Warehouse
from wms.shipments.carriage import carrier_of_parcel
from wms.shipments.lookup import parcels_of_order
from wms.shipments.model import Parcel


@dataclass(frozen=True, slots=True)
class Case:
    """One order with all that its documents are made of, and how its merchant wants them handled."""

    order: Order
    facts: ParcelFacts
    settings: MerchantCustoms
    payment_company: str
    """Code of the payment company the merchant has a contract with; empty where he named none."""


def case_of_order(session: Session, warehouse: Warehouse, order_id: UUID) -> Case | None:
    """The order as it stands, its parcel if it is packed; None where there is no such order."""
    order = order_by_id(session, warehouse.id, order_id)
    if order is None:
        return None
    # A regime that has cases knows one parcel per order; see `wms.places.regimes`.
    parcel = next(iter(parcels_of_order(session, warehouse.id, order_id)), None)
    merchant = session.get_one(Merchant, order.merchant_id)
    settings = merchant_customs(session, warehouse.id, order.merchant_id)
    facts = _facts(session, warehouse, merchant, settings, order, parcel)
    return Case(order, facts, settings, merchant.payment_code)


def _facts(
    session: Session,
    warehouse: Warehouse,
    merchant: Merchant,
    settings: MerchantCustoms,
    order: Order,
    parcel: Parcel | None,
) -> ParcelFacts:
    skus, gtins = _goods(session, order.lines)
    currency = order.amounts.goods.currency
    packed = _packed(order.lines, skus, gtins, currency) if parcel is not None else ()
    return ParcelFacts(
        order_no=order.number,
        platform=Company(merchant.platform_code, merchant.platform_name),
        merchant=Company(merchant.company_code, merchant.company_name),
        buyer=Buyer(order.buyer.account, order.buyer.name, order.buyer.id_number, order.buyer.phone),
        consignee=Consignee(
            order.consignee.name, order.consignee.phone, " ".join(order.consignee.address), order.consignee.district
        ),
        carrier=_carrier(session, warehouse, parcel),
        tracking_number=parcel.tracking_no if parcel else "",
        site=DeclaringSite(
            Company(warehouse.agent_code, warehouse.agent_name),
            Company(warehouse.area_code, warehouse.area_name),
            warehouse.account_book_no,
            warehouse.customs_office,
        ),
        gross_weight_grams=parcel.weight_grams if parcel else 0,
        net_weight_grams=sum(line.net_weight_grams * line.quantity for line in packed),
        freight=order.amounts.freight,
        insurance=Money(0, CURRENCY),
        discount=order.amounts.discount,
        tax=order.amounts.tax,
        lines=packed,
        ordered=_ordered(order.lines, skus, gtins, currency),
        goods=order.amounts.goods,
        paid=order.amounts.paid,
        stated_payment=_stated_payment(merchant, order),
        slip=slip_of_order(session, warehouse.id, order.number, merchant.platform_code),
        assure_code=settings.assure_code,
    )


def _carrier(session: Session, warehouse: Warehouse, parcel: Parcel | None) -> Company:
    """The company the waybill is declared under: the parcel's own carrier where it is registered with customs."""
    carrier = carrier_of_parcel(session, warehouse.id, parcel.id) if parcel is not None else None
    if carrier is not None and carrier.company_code:
        return Company(carrier.company_code, carrier.company_name)
    return Company(warehouse.logistics_code, warehouse.logistics_name)


def _stated_payment(merchant: Merchant, order: Order) -> StatedPayment | None:
    if not order.payment.transaction_id:
        return None
    return StatedPayment(Company(merchant.payment_code, merchant.payment_name), order.payment.transaction_id)


def _packed(
    lines: Sequence[OrderLine], skus: Mapping[int, Sku], gtins: Mapping[int, str], currency: str
) -> tuple[DeclaredLine, ...]:
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
        )
        for line in lines
        if line.packed > 0
        for sku in [skus[line.sku_id]]
    )


def _ordered(
    lines: Sequence[OrderLine], skus: Mapping[int, Sku], gtins: Mapping[int, str], currency: str
) -> tuple[OrderedLine, ...]:
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
            unit_price=Money(line.unit_price_minor, currency),
            vat_rate_bp=sku.vat_rate_bp,
            consumption_rate_bp=sku.consumption_tax_rate_bp,
        )
        for line in lines
        for sku in [skus[line.sku_id]]
    )


def _goods(session: Session, lines: Sequence[OrderLine]) -> tuple[Mapping[int, Sku], Mapping[int, str]]:
    """The articles of the lines, and one barcode of the single unit for each, the same one every time."""
    sku_ids = {line.sku_id for line in lines}
    skus = {sku.id: sku for sku in session.scalars(select(Sku).where(Sku.id.in_(sku_ids)))}
    rows = session.execute(
        select(SkuBarcode.sku_id, func.min(SkuBarcode.code).label("code"))
        .where(SkuBarcode.sku_id.in_(sku_ids), SkuBarcode.level == PackLevel.EACH)
        .group_by(SkuBarcode.sku_id)
    )
    return skus, {row.sku_id: row.code for row in rows}
