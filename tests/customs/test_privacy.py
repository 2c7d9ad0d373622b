"""Who sees an order's people in full, and what stays of it."""

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.customs.parcels import START, WAREHOUSE, row
from tests.customs.slip_samples import slip
from wms.access.model import Caller, Role
from wms.access.tables import AuditRow
from wms.catalogue.tables import Merchant
from wms.customs.payment.payments import take_slip
from wms.customs.privacy import MOST_REASON, PersonalData, reveal
from wms.database.transaction import Database
from wms.kernel.errors import BadInput, NotAllowed
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.orders.tables import OrderRow

CLERK = Caller(WAREHOUSE, Role.DECLARANT, "EMP-9", "Clerk")


@pytest.fixture
def order_id(database: Database) -> UUID:
    made = uuid7()

    def work(session: Session) -> None:
        row(session, Merchant, id=1, platform_code="9999960001")
        row(
            session, OrderRow, warehouse_id=WAREHOUSE, id=made, merchant_id=1, number="ORD-1", state="new",
            currency="CNY", buyer_name="样例甲", buyer_id_number="990000199001010017", buyer_phone="10000000001",
            consignee_name="样例乙", consignee_phone="10000000002", consignee_address="样例省\n样例路1号",
        )  # fmt: skip

    database.in_transaction(work)
    return made


def look(database: Database, order_id: UUID, caller: Caller = CLERK, reason: str = "asked") -> PersonalData | Refusal:
    return database.in_transaction(lambda session: reveal(session, caller, order_id, reason=reason, now=START))


def trail(database: Database) -> list[tuple[str, str, str]]:
    query = select(AuditRow.who, AuditRow.on_what, AuditRow.details).where(AuditRow.what == "personal_data_seen")
    return database.reading(lambda session: [tuple(found) for found in session.execute(query)])


def test_the_clerk_sees_all_and_it_is_written_down(database: Database, order_id: UUID) -> None:
    data = look(database, order_id, reason=" customs asks ")
    assert isinstance(data, PersonalData)
    assert (data.order_no, data.buyer.name, data.buyer.id_number) == ("ORD-1", "样例甲", "990000199001010017")
    assert (data.consignee.name, data.consignee.address) == ("样例乙", "样例省 样例路1号")
    assert data.payer is None
    assert trail(database) == [("EMP-9", "ORD-1", '{"reason": "customs asks"}')]
    assert "样例" not in repr(data) + repr(data.buyer)


def test_the_payer_too_once_he_is_known(database: Database, order_id: UUID) -> None:
    database.in_transaction(
        lambda session: take_slip(
            session, WAREHOUSE, slip(payer_name="样例丙"), source="folder x.xml", receipt_id=None, now=START
        )
    )
    data = look(database, order_id)
    assert isinstance(data, PersonalData)
    assert data.payer is not None
    assert (data.payer.name, data.payer.phone) == ("样例丙", "10000000001")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DECLARANT])
def test_nobody_else(database: Database, order_id: UUID, role: Role) -> None:
    with pytest.raises(NotAllowed):
        look(database, order_id, Caller(WAREHOUSE, role, "EMP-1", "x"))
    assert trail(database) == []


@pytest.mark.parametrize("reason", ["", "  ", "x" * (MOST_REASON + 1)])
def test_not_without_a_reason(database: Database, order_id: UUID, reason: str) -> None:
    with pytest.raises(BadInput, match="reason"):
        look(database, order_id, reason=reason)
    assert trail(database) == []


def test_an_order_that_is_not_here(database: Database, order_id: UUID) -> None:
    elsewhere = Caller(WAREHOUSE + 1, Role.DECLARANT, "EMP-9", "Clerk")
    for refused in (look(database, uuid7()), look(database, order_id, elsewhere)):
        assert isinstance(refused, Refusal)
        assert refused.code == "no_such_order"
    assert trail(database) == []


def test_what_is_shown_is_forgotten_where_it_cannot_be_written_down(database: Database, order_id: UUID) -> None:
    def fails(session: Session) -> None:
        reveal(session, CLERK, order_id, reason="asked", now=START)
        raise RuntimeError("the page broke")

    with pytest.raises(RuntimeError):
        database.in_transaction(fails)
    assert trail(database) == []
