"""A purchase without an answer where nobody can look it up: never repeated, visible, settled by a person."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.carriers.karrio_scene import SECRET, SETTINGS, StandIn, standing_in
from tests.carriers.scene import Sending
from tests.carriers.test_bookings import ask, step
from tests.carriers.test_deciding import decide, trail
from tests.support.threads import together
from wms.access.model import command_line
from wms.carriers.accounts import NewAccount, set_account, set_rules
from wms.carriers.adapters import adapter_of
from wms.carriers.booked import begin
from wms.carriers.bookings import LEASE, NOT_BOUGHT, settle, take_up
from wms.carriers.closing import close_parcel
from wms.carriers.deciding import Decided
from wms.carriers.jobs import CarrierDesk
from wms.carriers.labels import label_of_booking
from wms.carriers.model import Account, Allocated, CarrierKind
from wms.carriers.port import CarrierPort
from wms.carriers.rules import Rule
from wms.kernel.clock import Clock
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.orders.model import OrderState
from wms.orders.tables import OrderRow
from wms.shipments.model import CloseParcel

BOUGHT = "JD0000000001"


@pytest.fixture
def stand_in(tmp_path: Path) -> Iterator[StandIn]:
    with standing_in(tmp_path / "karrio") as made:
        yield made


@pytest.fixture
def abroad(sending: Sending, stand_in: StandIn) -> Sending:
    """DHL through the stand-in, and our own numbers after it."""
    sending.rules()
    by = command_line(sending.warehouse_id)

    def adapters(account: Account, clock: Clock) -> CarrierPort:
        return adapter_of(account, clock, karrio_children=stand_in.children)

    def work(session: Session) -> None:
        account = NewAccount("DHL", CarrierKind.KARRIO, "DHL", settings=tuple(SETTINGS.items()), secret=SECRET)
        set_account(session, by, account, now=sending.clock.now())
        set_rules(session, by, [Rule(1, "DHL"), Rule(2, "OWN")], now=sending.clock.now())

    sending.database.in_transaction(work)
    sending.desk = CarrierDesk(sending.database, sending.clock, sending.desk.tell_customs, adapters)
    return sending


def asked(abroad: Sending, number: str = "42") -> UUID:
    order_id = ask(abroad, number)
    values = {"consignee_address": "Musterweg 1 10115 Berlin", "consignee_country": "DE", "consignee_district": ""}
    abroad.database.in_transaction(
        lambda session: session.execute(update(OrderRow).where(OrderRow.id == order_id).values(**values))
    )
    abroad.work()
    return order_id


def in_doubt(abroad: Sending, stand_in: StandIn) -> UUID:
    stand_in.does("silent")
    order_id = asked(abroad)
    assert abroad.story(order_id) == ["DHL unsettled"]
    stand_in.does("answers")
    return order_id


def test_the_number_its_label_and_its_name_at_the_carrier_are_kept(abroad: Sending, stand_in: StandIn) -> None:
    order_id = asked(abroad)
    assert abroad.story(order_id) == [f"DHL allocated {BOUGHT}"]
    (row,) = abroad.bookings(order_id)
    assert (row.carrier_ref, stand_in.bought) == (f"id-{BOUGHT}", [row.key])
    label = abroad.database.reading(lambda session: label_of_booking(session, abroad.warehouse_id, row.id))
    assert label is not None
    assert label.content == b"%PDF-1.4 label"


def test_silence_is_never_asked_again_however_long_it_lasts(abroad: Sending, stand_in: StandIn) -> None:
    order_id = in_doubt(abroad, stand_in)
    abroad.work(minutes=11)
    abroad.clock.forward(timedelta(days=2))
    abroad.work()
    assert abroad.story(order_id) == ["DHL unsettled"]
    assert len(stand_in.bought) == 1
    (row,) = abroad.bookings(order_id)
    assert "no answer within 1 s" in row.said


def test_nothing_else_can_be_done_with_it_before_it_is_settled(abroad: Sending, stand_in: StandIn) -> None:
    order_id = in_doubt(abroad, stand_in)
    assert decide(abroad, "ask_again", order_id) is Decided.SETTLE_FIRST
    assert decide(abroad, "give_to", order_id, "OWN") is Decided.SETTLE_FIRST
    assert decide(abroad, "take_back", order_id, "") is Decided.SETTLE_FIRST

    def close(session: Session) -> Refusal | None:
        effect = CloseParcel(uuid7(), order_id, "S", 300, abroad.scene.places["BENCH-1"])
        return close_parcel(session, abroad.warehouse_id, effect, now=abroad.clock.now())

    refusal = abroad.database.in_transaction(close)
    assert refusal is not None
    assert refusal.code == "waybill_failed"


def test_bought_says_a_person_and_the_number_is_ours(abroad: Sending, stand_in: StandIn) -> None:
    order_id = in_doubt(abroad, stand_in)
    assert decide(abroad, "say_bought", order_id, "no number!") is Decided.BAD_NUMBER
    assert decide(abroad, "say_bought", order_id, " jd00 0000 0001", b"%PDF-1.4 x") is Decided.SETTLED  # type: ignore[arg-type]
    assert abroad.story(order_id) == [f"DHL allocated {BOUGHT}"]
    (row,) = abroad.bookings(order_id)
    label = abroad.database.reading(lambda session: label_of_booking(session, abroad.warehouse_id, row.id))
    assert label is not None
    assert label.content == b"%PDF-1.4 x"
    assert decide(abroad, "say_not_bought", order_id) is Decided.MOVED_ON
    assert trail(abroad) == ["waybill_settled"]


def test_the_number_of_another_order_is_refused(abroad: Sending, stand_in: StandIn) -> None:
    first = asked(abroad, "41")
    assert abroad.story(first) == [f"DHL allocated {BOUGHT}"]
    second = in_doubt(abroad, stand_in)
    assert decide(abroad, "say_bought", second, BOUGHT) is Decided.NUMBER_TAKEN
    assert abroad.story(second) == ["DHL unsettled"]


def test_not_bought_says_a_person_and_the_next_rule_takes_over(abroad: Sending, stand_in: StandIn) -> None:
    stand_in.does("dies before")
    order_id = asked(abroad)
    assert abroad.story(order_id) == ["DHL unsettled"]
    assert decide(abroad, "say_not_bought", order_id) is Decided.SETTLED
    assert abroad.story(order_id) == ["DHL rejected", "OWN allocated"]
    assert abroad.bookings(order_id)[0].error_code == NOT_BOUGHT
    assert stand_in.bought == []


def test_a_caller_that_died_is_a_question_for_a_person_and_his_late_answer_counts(abroad: Sending) -> None:
    order_id = abroad.order("42")
    booking_id = step(abroad, begin, warehouse_id=abroad.warehouse_id, order_id=order_id)
    call = step(abroad, take_up, warehouse_id=abroad.warehouse_id, booking_id=booking_id)
    assert decide(abroad, "give_to", order_id, "OWN") is Decided.SETTLE_FIRST
    abroad.clock.forward(LEASE + timedelta(seconds=1))
    assert step(abroad, take_up, warehouse_id=abroad.warehouse_id, booking_id=booking_id) is None
    assert abroad.story(order_id) == ["DHL unsettled"]
    step(abroad, settle, step=call, outcome=Allocated(BOUGHT))
    assert abroad.story(order_id) == [f"DHL allocated {BOUGHT}"]
    # What comes after a person has answered changes nothing.
    step(abroad, settle, step=call, outcome=Allocated("JD9999999999"))
    assert abroad.story(order_id) == [f"DHL allocated {BOUGHT}"]


def test_a_carrier_nothing_was_sent_to_is_asked_until_patience_ends(abroad: Sending, stand_in: StandIn) -> None:
    stand_in.does("not sent")
    order_id = asked(abroad)
    assert abroad.story(order_id) == ["DHL asked"]
    abroad.work(minutes=4)
    assert abroad.story(order_id) == ["DHL rejected", "OWN allocated"]
    assert stand_in.bought == []


def test_what_was_bought_for_a_cancelled_order_is_taken_back(abroad: Sending, stand_in: StandIn) -> None:
    order_id = in_doubt(abroad, stand_in)

    def cancel(session: Session) -> None:
        session.execute(update(OrderRow).where(OrderRow.id == order_id).values(state=OrderState.CANCELLED))

    abroad.database.in_transaction(cancel)
    assert decide(abroad, "say_bought", order_id, BOUGHT) is Decided.SETTLED
    abroad.clock.forward(timedelta(minutes=61))
    abroad.work()
    assert abroad.story(order_id) == [f"DHL voided {BOUGHT}"]


def test_many_workers_with_one_booking_buy_once_or_ask_a_person(abroad: Sending, stand_in: StandIn) -> None:
    """Every fifth purchase dies after it was made; none is made twice, and none is forgotten."""
    orders = []
    for number in range(5):
        order_id = abroad.order(str(100 + number))
        values = {"consignee_address": "Musterweg 1 10115 Berlin", "consignee_country": "DE"}
        abroad.database.in_transaction(
            lambda session, order_id=order_id, values=values: session.execute(
                update(OrderRow).where(OrderRow.id == order_id).values(**values)
            )
        )
        booking_id = step(abroad, begin, warehouse_id=abroad.warehouse_id, order_id=order_id)
        stand_in.does("dies after" if number % 5 == 0 else "answers")
        together(6, lambda _, booking_id=booking_id: abroad.desk.advance(abroad.warehouse_id, booking_id))
        orders.append(order_id)
    rows = [row for order_id in orders for row in abroad.bookings(order_id)]
    assert sorted(stand_in.bought) == sorted(row.key for row in rows)
    assert [row.state for row in rows].count("unsettled") == 1
    assert [row.state for row in rows].count("allocated") == 4
