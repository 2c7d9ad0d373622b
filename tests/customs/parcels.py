"""A parcel's facts for the tests of customs, and a warehouse that declares it. Every value is invented."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Integer, String, Table, insert
from sqlalchemy.orm import Session

from wms.catalogue.tables import Merchant, Sku, SkuBarcode
from wms.containers.tables import ContainerRow
from wms.customs.facts import (
    Buyer,
    Company,
    Consignee,
    DeclaredLine,
    DeclaringSite,
    OrderedLine,
    ParcelFacts,
    Payment,
    PaymentSlip,
    StatedPayment,
)
from wms.customs.service import declare
from wms.database.base import UtcDateTime
from wms.kernel.identity import uuid7
from wms.kernel.money import Money
from wms.orders.tables import OrderLineRow, OrderRow
from wms.places.tables import PlaceRow, Warehouse
from wms.shipments.tables import BoxTypeRow, ParcelRow

START = datetime(2026, 11, 5, 2, 25, tzinfo=UTC)
"""10:25 in China."""
WAREHOUSE = 7


def yuan(minor: int) -> Money:
    return Money(minor, "CNY")


def slip(order_no: str = "ORD-1", **changed: Any) -> PaymentSlip:
    """What the payment company says of the payment of `facts(order_no)`."""
    whole = PaymentSlip(
        company=Company("9999960003", "虚构支付"),
        transaction_id=f"PAY-{order_no}",
        order_no=order_no,
        platform=Company("9999960001", "虚构平台"),
        app_type="1",
        app_time="20261105102500",
        payer_name="样例甲",
        payer_id_number="990000199001010017",
        amount=Decimal("350.00"),
        paid_at="20261105102500",
        payer_phone="10000000001",
    )
    return replace(whole, **changed)


def facts(order_no: str = "ORD-1", **changed: Any) -> ParcelFacts:
    """A parcel of two biscuits and a juice powder: 300.00 of goods, 350.00 paid."""
    buyer = Buyer("fake-user", "样例甲", "990000199001010017", "10000000001")
    whole = ParcelFacts(
        order_no=order_no,
        platform=Company("9999960001", "虚构平台"),
        merchant=Company("9999960002", "虚构电商"),
        buyer=buyer,
        consignee=Consignee("样例乙", "10000000002", "虚构省样例市测试路0号"),
        payment=Payment(
            Company("9999960003", "虚构支付"), f"PAY-{order_no}", yuan(35000), START, buyer.name, buyer.id_number
        ),
        carrier=Company("9999980004", "虚构物流"),
        tracking_number=f"WB-{order_no}",
        site=DeclaringSite(
            Company("9999980005", "虚构报关"), Company("9999660006", "虚构仓储"), "T9999W999999", "9999"
        ),
        gross_weight_grams=1850,
        net_weight_grams=1500,
        freight=yuan(3000),
        insurance=yuan(0),
        discount=yuan(1003),
        tax=yuan(3003),
        lines=(
            DeclaredLine("SKU-A", "饼干", "250克", "", "1905310000", "REC-1", "116", "140", 2, yuan(10000), 250),
            DeclaredLine("SKU-B", "果汁粉", "1千克", "", "2106909090", "REC-2", "609", "125", 1, yuan(10000), 1000),
        ),
        ordered=(
            OrderedLine(
                gnum=1, sku_code="SKU-A", name="饼干", specification="250克", gtin="", hs_code="1905310000",
                origin_country="116", unit="140", quantity=2, unit_price=yuan(10000), vat_rate_bp=1300,
            ),
            OrderedLine(
                gnum=2, sku_code="SKU-B", name="果汁粉", specification="1千克", gtin="", hs_code="2106909090",
                origin_country="609", unit="125", quantity=1, unit_price=yuan(10000), vat_rate_bp=1300,
            ),
        ),
        goods=yuan(30000),
        paid=yuan(35000),
        stated_payment=StatedPayment(Company("9999960003", "虚构支付"), f"PAY-{order_no}"),
        slip=slip(order_no),
    )  # fmt: skip
    return replace(whole, **changed)


def open_warehouse(session: Session, regime: str = "china", warehouse_id: int = WAREHOUSE) -> None:
    texts = {
        column.name: "x"
        for column in Warehouse.__table__.columns
        if column.name not in {"id", "code", "customs_regime"}
    }
    session.execute(insert(Warehouse).values(id=warehouse_id, code=f"W{warehouse_id}", customs_regime=regime, **texts))


def declared(session: Session, order_no: str = "ORD-1", **changed: Any) -> tuple[UUID, UUID]:
    """A declared parcel: (parcel id, declaration id)."""
    parcel_id = uuid7()
    answer = declare(
        session, WAREHOUSE, parcel_id=parcel_id, order_id=uuid7(), facts=facts(order_no, **changed), now=START
    )
    assert isinstance(answer, UUID), answer
    return parcel_id, answer


def row(session: Session, of: Any, **values: object) -> None:
    """Insert a row; whatever is not given gets a value nobody cares about."""
    table: Table = of.__table__
    for column in table.columns:
        if column.name in values or column.nullable:
            continue
        if isinstance(column.type, UtcDateTime | DateTime):
            values[column.name] = START
        elif isinstance(column.type, String):
            values[column.name] = "x"
        elif isinstance(column.type, Integer):
            values[column.name] = 1
        else:
            values[column.name] = False
    session.execute(insert(table).values(values))


def packed_parcel(
    session: Session, *, paid_at: datetime | None = START, currency: str = "CNY", gross: int = 2000
) -> UUID:
    """An order of two cups, one of them short, packed and closed."""
    order_id, parcel_id = uuid7(), uuid7()
    row(session, Merchant, id=1, platform_code="PLATFORM", company_code="COMPANY", payment_code="PAYMENT")
    row(
        session, Sku, id=1, merchant_id=1, code="CUP", name_zh="杯子", hs_code="6912001000", origin_country="133",
        customs_unit="007", article_record_no="REC-9", net_weight_grams=300,
    )  # fmt: skip
    for code in ("06901234567892", "06901234567885"):
        row(session, SkuBarcode, id=int(code[-2:]), sku_id=1, code=code, level="each")
    row(session, PlaceRow, warehouse_id=WAREHOUSE, id=1, zone_id=None)
    row(session, BoxTypeRow, warehouse_id=WAREHOUSE, code="S")
    row(
        session, OrderRow, warehouse_id=WAREHOUSE, id=order_id, merchant_id=1, number="ORD-9", state="packed",
        currency=currency,
        freight_minor=500, discount_minor=100, tax_minor=91, paid_minor=1491, payment_transaction_id="PAY-9",
        paid_at=paid_at, consignee_address="1 Road\nTown", buyer_name="样例甲",
    )  # fmt: skip
    for line_no, packed in ((1, 1), (2, 0)):
        row(
            session, OrderLineRow, warehouse_id=WAREHOUSE, order_id=order_id, line_no=line_no, sku_id=1, quantity=1,
            unit_price_minor=1000, allocated=packed, picked=packed, packed=packed, short=1 - packed,
        )  # fmt: skip
    row(session, ContainerRow, warehouse_id=WAREHOUSE, id=parcel_id, subject=order_id)
    row(
        session, ParcelRow, warehouse_id=WAREHOUSE, id=parcel_id, order_id=order_id, box_type="S", weight_grams=gross,
        tracking_no="WB-9", state="packed", load_id=None, dispatched_at=None,
    )  # fmt: skip
    return parcel_id
