"""What a person decides about a waybill, and what a platform forwards."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.carriers.scene import Sending
from tests.carriers.test_bookings import ask
from tests.carriers.test_tracking import packed
from wms.access.model import command_line
from wms.access.tables import AuditRow
from wms.carriers import deciding
from wms.carriers.deciding import Decided
from wms.carriers.forwarding import ForwardedWaybill, take_forwarded
from wms.carriers.labels import label_of_booking
from wms.carriers.model import LabelKind
from wms.carriers.rules import Rule
from wms.carriers.simulator.platform import Platform
from wms.kernel.errors import BadInput, Conflict


def decide(sending: Sending, name: str, order_id: UUID, *more: str) -> Decided:
    booking_id = sending.bookings(order_id)[-1].id
    by, now = command_line(sending.warehouse_id), sending.clock.now()

    def work(session: Session) -> Decided:
        outcome: Decided = getattr(deciding, name)(session, by, booking_id, *more, now=now)
        return outcome

    return sending.database.in_transaction(work)


def trail(sending: Sending) -> list[str]:
    query = select(AuditRow.what).where(AuditRow.what.like("waybill%")).order_by(AuditRow.id)
    return list(sending.database.reading(lambda session: session.scalars(query).all()))


def test_asking_again_after_a_no_is_a_new_key(sending: Sending, carrier: Platform) -> None:
    carrier.faults = replace(carrier.faults, not_served=1000)
    sending.rules()
    order_id = ask(sending)
    sending.work()
    assert sending.story(order_id) == ["SF failed"]
    carrier.faults = replace(carrier.faults, not_served=0)
    assert decide(sending, "ask_again", order_id) is Decided.ASKED_AGAIN
    sending.work()
    keys = [order.order_id for order in carrier.registry.orders()]
    assert [key.rpartition("-")[2] for key in keys] == ["1", "2"]
    assert sending.story(order_id) == ["SF rejected", f"SF allocated {carrier.registry.orders()[1].waybill}"]
    assert trail(sending) == ["waybill_asked_again"]
    assert decide(sending, "ask_again", order_id) is Decided.MOVED_ON


def test_giving_it_to_another_carrier_takes_the_first_number_back(sending: Sending, carrier: Platform) -> None:
    sending.rules()
    order_id = ask(sending)
    sending.work()
    assert decide(sending, "give_to", order_id, "NOBODY") is Decided.NO_ACCOUNT
    assert decide(sending, "give_to", order_id, "SF-2") is Decided.GIVEN
    sending.work()
    first, second = carrier.registry.orders()
    assert sending.story(order_id) == [f"SF voided {first.waybill}", f"SF-2 allocated {second.waybill}"]
    assert (first.state, second.state) == ("cancelled", "booked")


def test_giving_away_what_is_in_doubt_leaves_no_spare(sending: Sending, carrier: Platform) -> None:
    carrier.faults = replace(carrier.faults, timeout_after=1000)
    sending.rules(Rule(1, "SF", patience_seconds=86_400))
    order_id = ask(sending)
    sending.work()
    assert decide(sending, "give_to", order_id, "OWN") is Decided.GIVEN
    carrier.faults = replace(carrier.faults, timeout_after=0)
    sending.work(minutes=1)
    (known,) = carrier.registry.orders()
    assert sending.story(order_id) == [f"SF voided {known.waybill}", "OWN allocated"]
    assert known.state == "cancelled"


def test_taking_back_a_number_that_is_on_no_parcel(sending: Sending, carrier: Platform) -> None:
    sending.rules()
    order_id = ask(sending)
    sending.work()
    assert decide(sending, "take_back", order_id, "wrong order") is Decided.TAKEN_BACK
    sending.work()
    (known,) = carrier.registry.orders()
    assert sending.story(order_id) == [f"SF voided {known.waybill}", "OWN failed"]
    assert decide(sending, "ask_again", order_id) is Decided.ASKED_AGAIN
    sending.work()
    assert sending.story(order_id)[-1] == f"SF allocated {carrier.registry.orders()[1].waybill}"


def test_a_number_on_a_parcel_is_not_touched(sending: Sending) -> None:
    parcel = packed(sending)
    assert decide(sending, "take_back", parcel.order_id, "late") is Decided.ON_PARCEL
    assert decide(sending, "give_to", parcel.order_id, "OWN") is Decided.ON_PARCEL


def forward(sending: Sending, **changes: str) -> UUID:
    wanted = ForwardedWaybill(
        **{"order": "42", "account": "PLATFORM", "waybill": "LP00112233445566", **changes},  # type: ignore[arg-type]
        payload=b"encrypted",
        media_type="application/x-cainiao",
    )
    by, now = command_line(sending.warehouse_id), sending.clock.now()
    return sending.database.in_transaction(lambda session: take_forwarded(session, by, wanted, now=now))


def test_a_forwarded_number_and_its_payload_are_kept_byte_for_byte(sending: Sending) -> None:
    sending.rules(Rule(1, "PLATFORM"))
    order_id = ask(sending)
    sending.work()
    assert sending.story(order_id) == ["PLATFORM pending"]
    booking_id = forward(sending)
    assert forward(sending) == booking_id
    assert sending.story(order_id) == ["PLATFORM allocated LP00112233445566"]
    label = sending.database.reading(lambda session: label_of_booking(session, sending.warehouse_id, booking_id))
    assert label is not None
    assert (label.kind, label.content) == (LabelKind.VENDOR_PAYLOAD, b"encrypted")
    with pytest.raises(Conflict):
        forward(sending, waybill="LP00112233445577")


def test_a_platform_may_send_its_number_before_anybody_asked(sending: Sending) -> None:
    sending.rules()
    order_id = sending.order("42")
    forward(sending)
    ask_again = sending.desk.handlers()
    assert ask_again
    sending.work()
    assert sending.story(order_id) == ["PLATFORM allocated LP00112233445566"]


def test_what_cannot_be_forwarded_is_said(sending: Sending) -> None:
    sending.rules()
    with pytest.raises(BadInput) as bad:
        forward(sending, account="SF", order="43")
    assert [fault.where for fault in bad.value.faults] == ["account", "order"]
