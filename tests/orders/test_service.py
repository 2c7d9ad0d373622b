"""Taking orders in, cancelling them, recording what becomes of their lines."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.orders.scene import NOW, Scene, open_scene
from tests.support.threads import together
from wms.database.transaction import Database
from wms.kernel.errors import BadInput, Conflict
from wms.kernel.identity import uuid7
from wms.kernel.money import Money
from wms.kernel.refusal import Refusal
from wms.orders.intake import NewAmounts, NewBuyer, NewConsignee, NewLine, NewOrder, NewPayment, priced
from wms.orders.lookup import order_by_id, order_lines, packing_wishes
from wms.orders.model import LineNote, OrderLine, OrderState, RecordPacked, RecordPicked, RecordShort, SetOrderState
from wms.orders.promises import allocate_order
from wms.orders.service import (
    TAKEN_TOPIC,
    TakenOrder,
    cancel_order,
    record_packed,
    record_picked,
    record_short,
    set_order_state,
    take_order,
)
from wms.outbox.tables import OutboxMessage

Effect = RecordPicked | RecordShort | RecordPacked | SetOrderState

ORDER = NewOrder("ACME", "1", "CNY", (NewLine("RED", 2, "1.50"), NewLine("BLUE", 1, "2.00")))


def bonded_order() -> NewOrder:
    return replace(
        ORDER,
        amounts=NewAmounts(goods="5.00", freight="1.00", discount="0.50", tax="0.46", paid="5.96"),
        buyer=NewBuyer("acc", "样例甲", "990000199001010017", "10000000001"),
        payment=NewPayment("PAY-1", NOW),
        consignee=NewConsignee("样例乙", "10000000002", ("虚构省样例市", "测试路0号"), "310115"),
    )


def take(scene: Scene, wanted: NewOrder) -> TakenOrder:
    return scene.database.in_transaction(lambda session: take_order(session, scene.warehouse_id, wanted, now=NOW))


def faults(scene: Scene, wanted: NewOrder) -> list[str]:
    with pytest.raises(BadInput) as error:
        take(scene, wanted)
    return [f"{fault.where}: {fault.what}" for fault in error.value.faults]


def apply(scene: Scene, effect: Effect) -> str:
    """The code of the refusal, or nothing."""

    def work(session: Session) -> Refusal | None:
        if isinstance(effect, RecordPicked):
            return record_picked(session, scene.warehouse_id, effect, now=NOW)
        if isinstance(effect, RecordShort):
            return record_short(session, scene.warehouse_id, effect, now=NOW)
        if isinstance(effect, RecordPacked):
            return record_packed(session, scene.warehouse_id, effect, now=NOW)
        return set_order_state(session, scene.warehouse_id, effect, now=NOW)

    refusal = scene.database.in_transaction(work)
    return "" if refusal is None else refusal.code


def cancel(scene: Scene, order_id: UUID) -> str:
    refusal = scene.database.in_transaction(
        lambda session: cancel_order(session, scene.warehouse_id, order_id, now=NOW)
    )
    return "" if refusal is None else refusal.code


def line(scene: Scene, order_id: UUID) -> OrderLine:
    return scene.database.reading(lambda session: order_lines(session, scene.warehouse_id, order_id))[0]


@pytest.fixture
def allocated(scene: Scene) -> UUID:
    """An order for five red ones, all promised."""
    scene.stock("A-01 RED 9")
    order_id = scene.order("1", "RED 5")
    scene.database.in_transaction(lambda session: allocate_order(session, scene.warehouse_id, order_id, now=NOW))
    return order_id


# --- taking in ---


def test_an_order_is_kept_with_all_its_facts(database: Database) -> None:
    scene = open_scene(database, regime="china")
    taken = take(scene, bonded_order())
    order = database.reading(lambda session: order_by_id(session, scene.warehouse_id, taken.id))
    assert order is not None
    assert order.state is OrderState.NEW
    assert order.amounts.paid == Money(596, "CNY")
    assert (order.buyer.name, order.payment.paid_at, order.ordered_at) == ("样例甲", NOW, NOW)
    assert order.consignee.address == ("虚构省样例市", "测试路0号")
    assert [(each.line_no, each.quantity, each.unit_price_minor) for each in order.lines] == [(1, 2, 150), (2, 1, 200)]


def test_the_same_order_gets_the_same_answer(scene: Scene) -> None:
    first = take(scene, ORDER)
    again = take(scene, replace(ORDER, amounts=NewAmounts(goods="5", freight="0.00")))
    assert (first.is_new, again.is_new) == (True, False)
    assert replace(again, is_new=True) == first


def test_the_same_moment_in_another_zone_is_the_same_order(scene: Scene) -> None:
    moment = datetime(2026, 11, 5, 8, tzinfo=UTC)
    take(scene, replace(ORDER, ordered_at=moment))
    elsewhere = moment.astimezone(timezone(timedelta(hours=8)))
    assert not take(scene, replace(ORDER, ordered_at=elsewhere)).is_new


def test_other_contents_are_a_conflict(scene: Scene) -> None:
    take(scene, ORDER)
    with pytest.raises(Conflict, match="other contents"):
        take(scene, replace(ORDER, lines=(NewLine("RED", 3, "1.50"),)))


def test_two_merchants_may_use_one_number(scene: Scene) -> None:
    take(scene, ORDER)
    assert take(scene, NewOrder("OTHER", "1", "CNY", (NewLine("POT", 1, "1"),))).is_new


def test_rivals_with_the_same_order_make_one(scene: Scene) -> None:
    answers = together(6, lambda _: take(scene, ORDER))
    assert len({answer.id for answer in answers}) == 1
    assert sum(answer.is_new for answer in answers) == 1


def test_every_fault_is_listed(scene: Scene) -> None:
    wanted = NewOrder(
        "ACME", "\x07", "CNY", (NewLine("RED", 1, "1.234"), NewLine("NONE", 1, "-1"), NewLine("POT", 1, "1"))
    )
    listed = faults(scene, wanted)
    assert [fault.split(":")[0] for fault in listed] == [
        "number",
        "lines[0].unit_price",
        "lines[1].unit_price",
        "lines[1].sku",
        "lines[2].sku",
    ]


@pytest.mark.parametrize(
    ("amounts", "where"),
    [
        (NewAmounts(goods="4.99"), "amounts.goods"),
        (NewAmounts(paid="4.99"), "amounts.paid"),
        (NewAmounts(discount="6"), "amounts.discount"),
        (NewAmounts(freight="NaN"), "amounts.freight"),
        (NewAmounts(tax="1e30"), "amounts.tax"),
    ],
)
def test_amounts_that_do_not_add_up_are_a_fault(scene: Scene, amounts: NewAmounts, where: str) -> None:
    assert [fault.split(":")[0] for fault in faults(scene, replace(ORDER, amounts=amounts))] == [where]


def test_an_unknown_merchant_is_a_fault(scene: Scene) -> None:
    assert faults(scene, replace(ORDER, merchant="NOBODY")) == [
        "merchant: 'NOBODY' is not known; add the merchant first"
    ]


def test_more_money_than_a_database_can_add_up_is_a_fault(scene: Scene) -> None:
    lines = (NewLine("RED", 9999, "99999999999.99"),) * 99
    assert faults(scene, replace(ORDER, lines=lines))[0] == "lines: add up to an absurdly large amount"


def test_an_unknown_currency_is_a_fault(scene: Scene) -> None:
    assert faults(scene, replace(ORDER, currency="XXX"))[0].startswith("currency: ")


def test_a_bonded_order_without_customs_facts_is_refused(database: Database) -> None:
    scene = open_scene(database, regime="china")
    wheres = [fault.split(":")[0] for fault in faults(scene, replace(ORDER, currency="EUR"))]
    assert wheres == [
        "buyer.name",
        "buyer.id_number",
        "buyer.phone",
        "payment.transaction_id",
        "payment.paid_at",
        "consignee.name",
        "consignee.phone",
        "consignee.address",
        "currency",
    ]


def test_small_letters_find_the_product(scene: Scene) -> None:
    assert take(scene, replace(ORDER, lines=(NewLine("red", 1, "1"),))).is_new


# --- effects ---


def test_picking_and_packing_are_counted(scene: Scene, allocated: UUID) -> None:
    assert apply(scene, RecordPicked(allocated, 1, 3)) == ""
    assert apply(scene, RecordPacked(allocated, 1, 2)) == ""
    counted = line(scene, allocated)
    assert (counted.allocated, counted.picked, counted.packed, counted.to_pack) == (5, 3, 2, 1)


@pytest.mark.parametrize("effect", [RecordPicked, RecordShort, RecordPacked])
def test_an_effect_and_its_inverse_leave_no_trace(scene: Scene, allocated: UUID, effect: type[Effect]) -> None:
    assert apply(scene, RecordPicked(allocated, 1, 3)) == ""
    before = line(scene, allocated)
    made = effect(allocated, 1, 2)  # type: ignore[arg-type]
    inverse = made.inverse()
    assert isinstance(inverse, type(made))
    assert (apply(scene, made), apply(scene, inverse)) == ("", "")
    assert line(scene, allocated) == before


def test_more_than_allocated_cannot_be_picked(scene: Scene, allocated: UUID) -> None:
    assert apply(scene, RecordPicked(allocated, 1, 6)) == "picked_more_than_allocated"
    assert line(scene, allocated).picked == 0


def test_a_pick_that_is_packed_cannot_be_taken_back(scene: Scene, allocated: UUID) -> None:
    apply(scene, RecordPicked(allocated, 1, 2))
    apply(scene, RecordPacked(allocated, 1, 2))
    assert apply(scene, RecordPicked(allocated, 1, -1)) == "picked_more_than_allocated"


def test_more_than_picked_cannot_be_packed(scene: Scene, allocated: UUID) -> None:
    apply(scene, RecordPicked(allocated, 1, 2))
    assert apply(scene, RecordPacked(allocated, 1, 3)) == "packed_more_than_picked"


def test_short_takes_the_promise_back(scene: Scene, allocated: UUID) -> None:
    apply(scene, RecordPicked(allocated, 1, 3))
    assert apply(scene, RecordShort(allocated, 1, 2)) == ""
    counted = line(scene, allocated)
    assert (counted.allocated, counted.short, counted.picked) == (3, 2, 3)


def test_what_is_picked_cannot_be_short(scene: Scene, allocated: UUID) -> None:
    apply(scene, RecordPicked(allocated, 1, 4))
    assert apply(scene, RecordShort(allocated, 1, 2)) == "short_more_than_open"


def test_a_missing_line_is_refused(scene: Scene, allocated: UUID) -> None:
    assert apply(scene, RecordPicked(allocated, 2, 1)) == "no_such_order_line"


def test_a_state_moves_on_and_back(scene: Scene, allocated: UUID) -> None:
    effect = SetOrderState(allocated, OrderState.ALLOCATED, OrderState.PICKING)
    assert (apply(scene, effect), apply(scene, effect)) == ("", "order_moved_on")
    assert apply(scene, effect.inverse()) == ""
    assert scene.state(allocated) is OrderState.ALLOCATED


def test_the_state_of_an_unknown_order_is_refused(scene: Scene) -> None:
    assert apply(scene, SetOrderState(uuid7(), OrderState.NEW, OrderState.PICKING)) == "no_such_order"


def test_of_rival_pickers_nobody_picks_too_much(scene: Scene, allocated: UUID) -> None:
    answers = together(8, lambda _: apply(scene, RecordPicked(allocated, 1, 1)))
    assert sorted(answers) == [""] * 5 + ["picked_more_than_allocated"] * 3
    assert line(scene, allocated).picked == 5


# --- cancelling ---


def test_cancelling_frees_what_was_held(scene: Scene, allocated: UUID) -> None:
    assert cancel(scene, allocated) == ""
    assert (scene.held(), scene.held_units()) == ([], 0)
    assert scene.state(allocated) is OrderState.CANCELLED


def test_cancelling_twice_is_cancelling(scene: Scene, allocated: UUID) -> None:
    assert (cancel(scene, allocated), cancel(scene, allocated)) == ("", "")


def test_a_picked_order_cannot_be_cancelled(scene: Scene, allocated: UUID) -> None:
    apply(scene, RecordPicked(allocated, 1, 1))
    assert cancel(scene, allocated) == "order_picked_already"
    assert scene.held_units() == 5


def test_an_unknown_order_cannot_be_cancelled(scene: Scene) -> None:
    assert cancel(scene, uuid7()) == "no_such_order"


def test_a_cancelled_order_stops_the_picker(scene: Scene, allocated: UUID) -> None:
    cancel(scene, allocated)
    assert apply(scene, RecordPicked(allocated, 1, 1)) == "order_cancelled"
    assert apply(scene, SetOrderState(allocated, OrderState.ALLOCATED, OrderState.PICKING)) == "order_cancelled"


def test_a_picker_and_a_cancellation_never_both_win(scene: Scene) -> None:
    scene.stock("A-01 RED 99")
    for number in range(6):
        order_id = scene.order(f"race-{number}", "RED 1")
        scene.database.in_transaction(
            lambda session, order_id=order_id: allocate_order(session, scene.warehouse_id, order_id, now=NOW)
        )
        answers = together(
            2,
            lambda thread, order_id=order_id: (
                cancel(scene, order_id) if thread else apply(scene, RecordPicked(order_id, 1, 1))
            ),
        )
        assert answers in (["", "order_picked_already"], ["order_cancelled", ""])


@pytest.mark.parametrize(("regime", "told"), [("china", 1), ("none", 0)])
def test_customs_hears_of_a_new_order_once(database: Database, regime: str, told: int) -> None:
    scene = open_scene(database, regime=regime)
    taken = take(scene, bonded_order())
    take(scene, bonded_order())
    messages = database.reading(
        lambda session: session.execute(
            select(OutboxMessage.topic, OutboxMessage.payload, OutboxMessage.serial_key)
        ).all()
    )
    expected = (TAKEN_TOPIC, json.dumps({"order_id": str(taken.id)}), f"order:{taken.id}")
    assert [tuple(message) for message in messages] == [expected] * told


def test_what_the_platform_says_about_packing_is_kept_and_part_of_the_order(scene: Scene) -> None:
    first = replace(ORDER.lines[0], packing_note="upside  up\nplease")
    wanted = replace(ORDER, lines=(first, ORDER.lines[1]), packing_note="call 13800001111", is_gift=True)
    taken = take(scene, wanted)
    wishes = scene.database.reading(lambda session: packing_wishes(session, scene.warehouse_id, taken.id))
    assert (wishes.is_gift, wishes.line_notes) == (True, (LineNote(1, "upside up please"),))
    assert wishes.note.startswith("call 138")
    assert "00001" not in wishes.note, "a phone number is not for the bench"
    assert not take(scene, wanted).is_new
    with pytest.raises(Conflict):
        take(scene, replace(wanted, is_gift=False))
    assert faults(scene, replace(ORDER, number="2", packing_note="\x07")) == [
        "packing_note: contains control characters"
    ]


def test_orders_from_before_there_were_wishes_keep_their_hash() -> None:
    """A platform that sends yesterday's order once more must hear that it is known."""
    order = priced(
        NewOrder(
            "ACME", "1", "CNY", (NewLine("RED", 2, "10.00"),), ordered_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        )
    )
    assert not isinstance(order, list)
    assert order.contents_hash() == "c887fdd9760e0812990aa8b8e65d2109b4a5fa54a40a335b63c0211570ca8500"
