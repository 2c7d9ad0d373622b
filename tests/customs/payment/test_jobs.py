"""From the payment company's word to a declaration that goes or stops, through the whole application."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.floor import Floor, opened_floor
from tests.support.payments import push_slip
from wms.customs.checks.checking import check_order
from wms.customs.tables import DeclarationRow, DocumentRow, FindingRow
from wms.labels.press import Press
from wms.orders.tables import OrderRow


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    with Press() as made:
        yield made


@pytest.fixture
def floor(database_url: str, tmp_path: Path) -> Iterator[Floor]:
    with opened_floor(database_url, tmp_path, "china") as opened:
        opened.put_stock("A-01 RED 9")
        yield opened


def pack(floor: Floor, number: str) -> None:
    """Pick and pack one RED."""
    floor.handheld().scans("T-1", "A-01", "RED", "T-1", "BENCH-1", "RED", "BOX-S", "150g")


def rules(floor: Floor) -> dict[str, list[str]]:
    """The rules that stop each order."""
    found: dict[str, list[str]] = {}
    query = select(FindingRow.order_no, FindingRow.rule).where(FindingRow.stops).order_by(FindingRow.rule)
    for row in floor.database.reading(lambda session: session.execute(query).all()):
        found.setdefault(row.order_no, []).append(row.rule)
    return found


ON_ITS_WAY = ("waiting", "in_message", "sent")


def check_all(session: Session, floor: Floor) -> None:
    """What happens to every order sooner or later."""
    for order_id in session.scalars(select(OrderRow.id)).all():
        check_order(session, floor.warehouse_id, order_id, now=floor.clock.now())


def outgoing(floor: Floor) -> dict[str, str]:
    """How far each document of the only declaration is."""
    query = select(DocumentRow.kind, DocumentRow.outgoing)
    return {row.kind: row.outgoing for row in floor.database.reading(lambda session: session.execute(query).all())}


def test_a_paid_order_is_declared(floor: Floor) -> None:
    floor.order("42", RED=1)
    pack(floor, "42")
    assert rules(floor) == {}
    assert outgoing(floor)["payment"] in ON_ITS_WAY


def test_an_order_nobody_paid_waits_and_goes_when_the_slip_comes(floor: Floor, press: Press) -> None:
    floor.order("42", is_paid=False, RED=1)
    pack(floor, "42")
    assert set(outgoing(floor).values()) == {"not_yet"}
    push_slip(floor, "42")
    assert set(outgoing(floor).values()) == {"not_yet"}
    floor.work_off_outbox(press, hours=0)
    assert outgoing(floor)["payment"] in ON_ITS_WAY


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"payer_name": "样例乙"}, "C8"),
        ({"payer_id_number": "990000198001010019"}, "C8"),
        ({"amount": Decimal("9.99")}, "F2"),
        ({"currency": "502"}, "F6"),
        ({"collected_for": "样例代收"}, "collected_between"),
        ({"app_type": "3"}, "slip_withdrawn"),
        ({"transaction_id": "OTHER"}, "C4"),
    ],
)
def test_a_payment_that_is_not_right_stops_its_order_until_the_company_mends_it(
    floor: Floor, press: Press, change: dict[str, object], rule: str
) -> None:
    floor.order("42", is_paid=False, RED=1)
    push_slip(floor, "42", app_time="20261105100000", **change)
    floor.work_off_outbox(press, hours=0)
    assert rule in rules(floor)["42"]
    pack(floor, "42")
    assert set(outgoing(floor).values()) == {"not_yet"}
    if "transaction_id" in change:
        push_slip(floor, "42", **change | {"app_type": "3"})
    push_slip(floor, "42", app_type="2")
    floor.work_off_outbox(press, hours=0)
    assert rules(floor) == {}
    assert outgoing(floor)["payment"] in ON_ITS_WAY


def test_a_transaction_used_for_two_orders_stops_both_until_one_is_withdrawn(floor: Floor, press: Press) -> None:
    floor.order("42", RED=1)
    floor.order("43", is_paid=False, RED=1)
    push_slip(floor, "43", transaction_id="PAY-42")
    floor.work_off_outbox(press, hours=0)
    assert "transaction_used" in rules(floor)["42"]
    assert "transaction_used" in rules(floor)["43"]
    push_slip(floor, "43", transaction_id="PAY-42", app_type="3")
    push_slip(floor, "43", transaction_id="PAY-43")
    floor.work_off_outbox(press, hours=0)
    assert rules(floor) == {}


def test_an_order_paid_twice_stops_until_one_payment_is_withdrawn(floor: Floor, press: Press) -> None:
    floor.order("42", RED=1)
    push_slip(floor, "42", transaction_id="SECOND", app_time="20261105100000")
    floor.work_off_outbox(press, hours=0)
    assert rules(floor) == {"42": ["paid_twice"]}
    push_slip(floor, "42", transaction_id="SECOND", app_type="3")
    floor.work_off_outbox(press, hours=0)
    assert rules(floor) == {}


def test_an_order_that_names_a_payment_of_another_order_is_seen_without_a_slip(floor: Floor, press: Press) -> None:
    floor.order("41", is_paid=False, RED=1)
    floor.order("42", is_paid=False, RED=1)
    push_slip(floor, "41", transaction_id="PAY-42")
    floor.work_off_outbox(press, hours=0)
    assert "transaction_used" not in rules(floor).get("41", [])
    floor.order("43", is_paid=False, RED=1)
    floor.database.in_transaction(lambda session: check_all(session, floor))
    assert rules(floor)["42"] == ["transaction_used"]


def test_a_slip_for_an_order_that_is_not_here_is_kept_and_used_when_it_comes(floor: Floor, press: Press) -> None:
    floor.order("41", RED=1)
    slip = push_slip(floor, "41", order_no="42", transaction_id="PAY-42")
    floor.work_off_outbox(press, hours=0)
    floor.order("42", is_paid=False, RED=1)
    floor.work_off_outbox(press, hours=0)
    assert slip.order_no == "42"
    assert rules(floor) == {}
    pack(floor, "41")
    query = select(DeclarationRow.stopped_by)
    assert floor.database.reading(lambda session: session.scalars(query).all()) == [0]
