"""The demo's payment company: right for nearly every order, wrong in a named way for some, and found out."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.support.keys import PERSONAL_DATA_KEYS
from wms.app import House, create_app, house_of
from wms.config import Settings
from wms.customs.checks.checking import check_order
from wms.customs.parties.settings import merchant_customs, partners
from wms.customs.payment.payments import slip_of_order as standing_slip
from wms.customs.payment.slips import faults_of_slip
from wms.customs.tables import FindingRow, PaymentSlipRow
from wms.demo.customers import sample_order
from wms.demo.goods import HOME, MERCHANTS, PRODUCTS
from wms.demo.payments import ORDERS_PER_MISTAKE, PROGRAM, Mistake, as_sent, paid, slip_of_order
from wms.demo.site import OPEN_ORDERS, load_demo_site
from wms.orders.intake import NewOrder
from wms.orders.tables import OrderRow

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
GOODS = [product for product in PRODUCTS if product.merchant == HOME.code]


def orders(count: int) -> Iterator[NewOrder]:
    for seed in range(count):
        yield sample_order(f"T-{seed}", GOODS, Random(seed), ordered_at=NOW, due_at=NOW)


def test_a_right_slip_agrees_with_its_order_and_can_be_sent() -> None:
    for order in orders(50):
        slip = slip_of_order(order)
        assert faults_of_slip(slip, now=NOW + timedelta(minutes=10)) == []
        assert (slip.payer_name, slip.payer_id_number) == (order.buyer.name, order.buyer.id_number)
        assert set(as_sent(slip)) >= {"pay_code", "transaction_id", "amount", "payee_account"}


def test_every_kind_of_mistake_comes_up_in_turn() -> None:
    payments = list(paid(orders(ORDERS_PER_MISTAKE * 4)))
    wrong = [payment.mistake for payment in payments if payment.mistake is not None]
    assert wrong == [*Mistake, Mistake.PAYER_NOT_BUYER]
    by_mistake = {payment.mistake: payment for payment in payments}
    assert by_mistake[Mistake.PAYER_NOT_BUYER].slip.payer_name != by_mistake[Mistake.PAYER_NOT_BUYER].order.buyer.name
    twice = by_mistake[Mistake.TRANSACTION_USED_TWICE]
    numbers = [payment.slip.transaction_id for payment in payments]
    assert numbers.count(twice.slip.transaction_id) == 2
    assert twice.order.payment.transaction_id == twice.slip.transaction_id


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    settings = Settings(
        database_url=database_url,
        data_dir=tmp_path,
        secret_key="a-key-for-tests-of-32-characters!",
        personal_data_keys=PERSONAL_DATA_KEYS,
    )
    house = house_of(create_app(settings))
    yield house
    house.database.engine.dispose()


def test_the_site_is_paid_except_for_what_the_boards_are_to_show(house: House) -> None:
    warehouse_id = load_demo_site(house).warehouse_id

    def check_all(session: Session) -> dict[str, set[str]]:
        for order_id in session.scalars(select(OrderRow.id)).all():
            check_order(session, warehouse_id, order_id, now=house.clock.now())
        found: dict[str, set[str]] = {}
        for row in session.execute(select(FindingRow.order_no, FindingRow.rule).where(FindingRow.stops)):
            found.setdefault(row.order_no, set()).add(row.rule)
        return found

    assert house.database.in_transaction(check_all) == {
        "D-1020": {"C8"},
        "D-1040": {"F2"},
        "D-1059": {"transaction_used"},
        "D-1060": {"transaction_used"},
    }


def test_the_program_speaks_for_the_company_and_the_payee_is_known(house: House) -> None:
    warehouse_id = load_demo_site(house).warehouse_id

    def look(session: Session) -> None:
        assert [(one.who, one.company_code) for one in partners(session, warehouse_id)] == [
            (f"api:{PROGRAM}", HOME.payment_code)
        ]
        assert session.scalar(select(func.count()).select_from(PaymentSlipRow)) == OPEN_ORDERS
        slip = standing_slip(session, warehouse_id, "D-1001", HOME.platform_code)
        assert slip is not None
        settings = {merchant_customs(session, warehouse_id, number).payee_name for number in (1, 2)}
        assert settings == {merchant.company_name for merchant in MERCHANTS}
        assert slip.payee_name in settings

    house.database.reading(look)
