"""A parcel's facts for the tests of customs, and a warehouse that declares it. Every value is invented."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from wms.customs.documents import (
    Buyer,
    Company,
    Consignee,
    DeclaredLine,
    DeclaringSite,
    ParcelFacts,
    Payment,
)
from wms.customs.service import declare
from wms.kernel.identity import uuid7
from wms.kernel.money import Money
from wms.places.tables import Warehouse

START = datetime(2026, 11, 5, 2, 25, tzinfo=UTC)
"""10:25 in China."""
WAREHOUSE = 7


def yuan(minor: int) -> Money:
    return Money(minor, "CNY")


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
    )
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
