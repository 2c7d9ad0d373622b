"""A bonded warehouse with packed and paid orders, for the tests of customs. Every value is invented."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Integer, String, Table, insert, select
from sqlalchemy.orm import Session

from tests.customs.slip_samples import slip
from wms.catalogue.tables import Merchant, Sku, SkuBarcode
from wms.containers.tables import ContainerRow
from wms.customs.declaring import declare_parcel
from wms.customs.effects import DeclareParcel
from wms.customs.facts import PaymentSlip
from wms.customs.model import Outgoing
from wms.customs.payment.payments import take_slip
from wms.customs.standing import refold
from wms.customs.tables import DeclarationRow, DocumentRow, MerchantCustomsRow
from wms.database.base import UtcDateTime
from wms.kernel.identity import uuid7
from wms.orders.tables import OrderLineRow, OrderRow
from wms.places.tables import PlaceRow, Warehouse
from wms.shipments.tables import BoxTypeRow, ParcelRow

START = datetime(2026, 11, 5, 2, 25, tzinfo=UTC)
"""10:25 in China."""
WAREHOUSE = 7
FROM_THE_PORT = "folder W7"
"""A source whose payment slips are believed."""

_GOODS = (
    ("SKU-A", "饼干", "1905310000", "REC-1", "116", "140", 250, 2),
    ("SKU-B", "果汁粉", "2106909090", "REC-2", "609", "125", 1000, 1),
)
"""Code, name, HS code, record number, origin, unit, net grams of one, how many are ordered. 100 yuan each."""


@dataclass(frozen=True, slots=True)
class Packed:
    """An order in a closed parcel."""

    order_id: UUID
    parcel_id: UUID
    order_no: str


def open_warehouse(session: Session, regime: str = "china", warehouse_id: int = WAREHOUSE) -> None:
    row(
        session, Warehouse, id=warehouse_id, code=f"W{warehouse_id}", name="样例仓", timezone="Asia/Shanghai",
        customs_regime=regime, agent_code="9999980005", agent_name="虚构报关", area_code="9999660006",
        area_name="虚构仓储", account_book_no="T9999W999999", customs_office="9999", logistics_code="9999980004",
        logistics_name="虚构物流", address="虚构园区1号",
    )  # fmt: skip


def packed_order(session: Session, order_no: str = "ORD-1", *, warehouse_id: int = WAREHOUSE, **order: Any) -> Packed:
    """Two biscuits and a juice powder: 300.00 of goods, 350.00 paid, packed and closed. `order` changes columns."""
    stocked(session, warehouse_id)
    order_id, parcel_id = uuid7(), uuid7()
    values: dict[str, Any] = {
        "state": "packed", "currency": "CNY", "goods_value_minor": 30000, "freight_minor": 3000,
        "discount_minor": 1003, "tax_minor": 3003, "paid_minor": 35000, "buyer_account": "fake-user",
        "buyer_name": "样例甲", "buyer_id_number": "990000199001010017", "buyer_phone": "10000000001",
        "payment_transaction_id": f"PAY-{order_no}", "paid_at": START, "consignee_name": "样例乙",
        "consignee_phone": "10000000002", "consignee_address": "虚构省样例市测试路0号", "consignee_district": "330100",
        "consignee_country": "CN",
    } | order  # fmt: skip
    row(session, OrderRow, warehouse_id=warehouse_id, id=order_id, merchant_id=1, number=order_no, **values)
    for line_no, (*_, quantity) in enumerate(_GOODS, start=1):
        row(
            session, OrderLineRow, warehouse_id=warehouse_id, order_id=order_id, line_no=line_no, sku_id=line_no,
            quantity=quantity, unit_price_minor=10000, allocated=quantity, picked=quantity, packed=quantity, short=0,
        )  # fmt: skip
    row(session, ContainerRow, warehouse_id=warehouse_id, id=parcel_id, code=f"C-{order_no}", subject=order_id)
    row(
        session, ParcelRow, warehouse_id=warehouse_id, id=parcel_id, order_id=order_id, box_type="S",
        weight_grams=1850, tracking_no=f"WB-{order_no}", sscc=f"SSCC-{order_no}"[:18], state="packed", place_id=1,
        load_id=None, dispatched_at=None,
    )  # fmt: skip
    return Packed(order_id, parcel_id, order_no)


def slip_of(order_no: str = "ORD-1", **changed: Any) -> PaymentSlip:
    """What the payment company says of the payment of `packed_order(order_no)`."""
    return replace(slip(order_no, f"PAY-{order_no}", amount=Decimal("350.00")), **changed)


def paid(session: Session, order_no: str = "ORD-1", *, warehouse_id: int = WAREHOUSE, **changed: Any) -> None:
    """The payment company's slip comes in."""
    taken = take_slip(
        session, warehouse_id, slip_of(order_no, **changed), source=FROM_THE_PORT, receipt_id=None, now=START
    )
    assert isinstance(taken, UUID), taken


def declared(session: Session, order_no: str = "ORD-1", *, slip: bool = True, **order: Any) -> tuple[UUID, UUID]:
    """A packed and, unless `slip` is False, paid order whose parcel is declared: (parcel id, declaration id)."""
    packed = packed_order(session, order_no, **order)
    if slip:
        paid(session, order_no)
    assert declare_parcel(session, WAREHOUSE, DeclareParcel(packed.parcel_id), now=START) is None
    declaration_id = session.scalars(
        select(DeclarationRow.id).where(
            DeclarationRow.warehouse_id == WAREHOUSE, DeclarationRow.parcel_id == packed.parcel_id
        )
    ).one()
    return packed.parcel_id, declaration_id


def merchant_wants(session: Session, **settings: Any) -> None:
    """How the merchant's documents are handled, where it differs from what is usual."""
    stocked(session)
    usual = {
        "payee_name": "", "payee_account": "", "assure_code": "", "sends_order": True, "sends_payment": True,
        "sends_waybill": True, "list_waits_for": "taken", "resubmits_as": "1",
    }  # fmt: skip
    session.add(MerchantCustomsRow(warehouse_id=WAREHOUSE, merchant_id=1, **(usual | settings)))
    session.flush()


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
        elif column.type.python_type is str:
            values[column.name] = "x"
        else:
            values[column.name] = False
    session.execute(insert(table).values(values))


def stocked(session: Session, warehouse_id: int = WAREHOUSE) -> None:
    """What all orders share, once."""
    if session.get(Merchant, 1) is None:
        row(
            session, Merchant, id=1, code="ACME", platform_code="9999960001", platform_name="虚构平台",
            company_code="9999960002", company_name="虚构电商", payment_code="9999960003", payment_name="虚构支付",
        )  # fmt: skip
        for number, (code, name, hs_code, record_no, origin, unit, grams, _) in enumerate(_GOODS, start=1):
            row(
                session, Sku, id=number, merchant_id=1, code=code, name_zh=name, hs_code=hs_code,
                article_record_no=record_no, origin_country=origin, customs_unit=unit, net_weight_grams=grams,
                vat_rate_bp=1300, consumption_tax_rate_bp=0,
            )  # fmt: skip
            row(session, SkuBarcode, id=number, sku_id=number, code=f"0690123456789{number}", level="each")
    if session.get(PlaceRow, (warehouse_id, 1)) is None:
        row(session, PlaceRow, warehouse_id=warehouse_id, id=1, zone_id=None)
        row(session, BoxTypeRow, warehouse_id=warehouse_id, code="S")


def note_sent(session: Session, declaration_id: UUID, message_id: str = "MSG-1") -> None:
    """As if all documents of the declaration had been sent in one message."""
    declaration = session.get_one(DeclarationRow, (WAREHOUSE, declaration_id))
    for document in session.scalars(select(DocumentRow).where(DocumentRow.declaration_id == declaration_id)):
        document.outgoing, document.message_id = Outgoing.SENT, message_id
    declaration.sent_at = START
    session.flush()
    refold(session, declaration, now=START)
