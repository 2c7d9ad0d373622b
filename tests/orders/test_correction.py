"""Corrections of the platform: checked like an order, told to the audit trail, and never about the payment."""

from dataclasses import fields
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.orders.scene import NOW, Scene
from wms.access.model import Caller, Role
from wms.access.tables import AuditRow
from wms.kernel.errors import BadInput
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.orders.correction import Corrected, Correction, correct_order
from wms.orders.intake import NewBuyer, NewLine, NewOrder
from wms.orders.lookup import order_by_id
from wms.orders.model import Order
from wms.orders.service import TakenOrder, take_order
from wms.orders.tables import OrderLineRow, OrderRow

ORDER = NewOrder(
    merchant="ACME",
    number="42",
    currency="CNY",
    lines=(NewLine("RED", 3, "10.00"), NewLine("BLUE", 2, "5.00")),
    buyer=NewBuyer("b-1", "虚构买家", "990000199001010017", "10000000000"),
)


def taken(scene: Scene) -> UUID:
    return again(scene).id


def again(scene: Scene) -> TakenOrder:
    return scene.database.in_transaction(lambda session: take_order(session, scene.warehouse_id, ORDER, now=NOW))


def correct(scene: Scene, order_id: UUID, correction: Correction) -> Corrected | Refusal:
    by = Caller(scene.warehouse_id, Role.SUPERVISOR, "EMP-1", "Li Wei")
    return scene.database.in_transaction(
        lambda session: correct_order(
            session, scene.warehouse_id, order_id, correction, by=by, reason="the platform mailed", now=NOW
        )
    )


def order_now(scene: Scene, order_id: UUID) -> Order:
    order = scene.database.reading(lambda session: order_by_id(session, scene.warehouse_id, order_id))
    assert order is not None
    return order


def audit(scene: Scene) -> list[tuple[str, str, str]]:
    query = select(AuditRow.what, AuditRow.on_what, AuditRow.details)
    return [tuple(row) for row in scene.database.reading(lambda session: session.execute(query).all())]


def pack(scene: Scene, order_id: UUID, *packed: int, allocated: int | None = None, state: str = "packed") -> None:
    def work(session: Session) -> None:
        session.execute(update(OrderRow).values(state=state))
        for line_no, units in enumerate(packed, start=1):
            promised = units if allocated is None else allocated
            session.execute(
                update(OrderLineRow)
                .where(OrderLineRow.line_no == line_no)
                .values(allocated=promised, picked=promised, packed=units, short=0)
            )

    scene.database.in_transaction(work)


def test_a_buyer_is_corrected_and_the_trail_shows_nobody(scene: Scene) -> None:
    order_id = taken(scene)
    outcome = correct(scene, order_id, Correction(buyer_name=" 样例甲 ", buyer_id_number="990000199001010025"))
    assert isinstance(outcome, Corrected)
    assert [change.what for change in outcome.changes] == ["buyer_name", "buyer_id_number"]
    assert not outcome.paid_changed
    buyer = order_now(scene, order_id).buyer
    assert (buyer.name, buyer.id_number, buyer.phone) == ("样例甲", "990000199001010025", "10000000000")
    ((what, on_what, details),) = audit(scene)
    assert (what, on_what) == ("order_corrected", "42")
    assert "虚* → 样*" in details
    assert "the platform mailed" in details
    assert "199001" not in details


def test_amounts_are_corrected_and_paid_follows(scene: Scene) -> None:
    order_id = taken(scene)
    outcome = correct(scene, order_id, Correction(freight="8.00", tax="4.37"))
    assert isinstance(outcome, Corrected)
    assert outcome.paid_changed
    amounts = order_now(scene, order_id).amounts
    assert [f"{each.as_decimal():f}" for each in (amounts.goods, amounts.freight, amounts.tax, amounts.paid)] == [
        "40.00",
        "8.00",
        "4.37",
        "52.37",
    ]


@pytest.mark.parametrize(
    ("correction", "wrong"),
    [
        (Correction(paid="1.00"), {"paid"}),
        (Correction(discount="99"), {"discount"}),
        (Correction(freight="8.001", tax="x"), {"freight", "tax"}),
        (Correction(tax="-1"), {"tax"}),
        (Correction(buyer_name="x" * 61, buyer_phone=" "), {"buyer_name", "buyer_phone"}),
        (Correction(buyer_id_number="12\x0034"), {"buyer_id_number"}),
    ],
)
def test_what_intake_would_not_take_is_not_taken_now(scene: Scene, correction: Correction, wrong: set[str]) -> None:
    order_id = taken(scene)
    before = order_now(scene, order_id)
    with pytest.raises(BadInput) as caught:
        correct(scene, order_id, correction)
    assert {fault.where for fault in caught.value.faults} == wrong
    assert order_now(scene, order_id) == before
    assert audit(scene) == []


def test_the_order_becomes_what_was_packed(scene: Scene) -> None:
    order_id = taken(scene)
    pack(scene, order_id, 2, 0)
    outcome = correct(scene, order_id, Correction(as_packed=True, tax="1.82"))
    assert isinstance(outcome, Corrected)
    assert outcome.paid_changed
    order = order_now(scene, order_id)
    assert [(line.line_no, line.quantity, line.packed) for line in order.lines] == [(1, 2, 2)]
    assert (order.amounts.goods.minor, order.amounts.paid.minor) == (2000, 2182)
    assert {change.what: (change.before, change.after) for change in outcome.changes} == {
        "goods": ("40.00", "20.00"),
        "tax": ("0.00", "1.82"),
        "paid": ("40.00", "21.82"),
        "line 1": ("3", "2"),
        "line 2": ("2", "0"),
    }


@pytest.mark.parametrize("packed", [{"state": "packing"}, {"allocated": 3}])
def test_what_is_not_packed_to_the_end_is_not_taken_for_the_order(scene: Scene, packed: dict[str, object]) -> None:
    order_id = taken(scene)
    pack(scene, order_id, 2, 2, **packed) if "state" in packed else pack(scene, order_id, 2, allocated=3)
    outcome = correct(scene, order_id, Correction(as_packed=True))
    assert isinstance(outcome, Refusal)
    assert outcome.code == "order_not_packed"


@pytest.mark.parametrize(("state", "code"), [("dispatched", "order_dispatched"), ("cancelled", "order_cancelled")])
def test_what_has_left_is_not_corrected(scene: Scene, state: str, code: str) -> None:
    order_id = taken(scene)
    pack(scene, order_id, state=state)
    outcome = correct(scene, order_id, Correction(buyer_name="样例甲"))
    assert isinstance(outcome, Refusal)
    assert outcome.code == code


def test_nothing_to_correct(scene: Scene) -> None:
    order_id = taken(scene)
    for correction in (Correction(), Correction(buyer_name="虚构买家"), Correction(freight="0.00")):
        outcome = correct(scene, order_id, correction)
        assert isinstance(outcome, Refusal)
        assert outcome.code == "nothing_to_correct"
    outcome = correct(scene, uuid7(), Correction(freight="1"))
    assert isinstance(outcome, Refusal)
    assert outcome.code == "no_such_order"
    assert audit(scene) == []


def test_the_message_that_brought_the_order_is_still_known_afterwards(scene: Scene) -> None:
    order_id = taken(scene)
    correct(scene, order_id, Correction(buyer_name="样例甲"))
    repeated = again(scene)
    assert (repeated.id, repeated.is_new) == (order_id, False)
    assert order_now(scene, order_id).buyer.name == "样例甲"


def test_no_field_of_a_correction_is_about_the_payment() -> None:
    assert {each.name for each in fields(Correction)} == {
        *("buyer_name", "buyer_id_number", "buyer_phone"),
        *("freight", "discount", "tax", "paid", "as_packed"),
    }
