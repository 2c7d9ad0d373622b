"""A parcel is opened again: its number goes back to its carrier, the next one's comes, and none is used twice."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.carriers.scene import Sending
from tests.carriers.test_deciding import forward
from tests.carriers.test_several_parcels import close, set_up, set_up_numbers
from tests.carriers.test_tracking import tracked
from wms.carriers.rules import Rule
from wms.carriers.simulator.platform import Platform
from wms.carriers.tracking_page import sheet_of
from wms.carriers.voiding import taking_back
from wms.containers.model import ContainerKind
from wms.containers.service import create_container
from wms.kernel.errors import Conflict
from wms.kernel.identity import uuid7
from wms.shipments.lookup import parcels_by_id
from wms.shipments.model import Parcel, VoidParcel
from wms.shipments.voiding import void_parcel
from wms.shipments.voids import VoidReason


def open_again(sending: Sending, parcel: Parcel) -> str:
    """Why it could not be; empty where it was."""

    def work(session: Session) -> str:
        tote_id = create_container(session, sending.warehouse_id, f"TOT-{uuid7().hex[-8:]}", ContainerKind.TOTE)
        effect = VoidParcel(
            parcel.id, parcel.order_id, parcel.number, parcel.state, parcel.place_id, VoidReason.WRONG_BOX, uuid7(),
            "", tote_id,
        )  # fmt: skip
        refusal = taking_back(void_parcel)(session, sending.warehouse_id, effect, now=sending.clock.now())
        return refusal.code if refusal else ""

    return sending.database.in_transaction(work)


def closed(sending: Sending, order_id: UUID) -> Parcel:
    parcel = close(sending, order_id, 1, is_last=True)
    assert isinstance(parcel, Parcel), parcel
    return parcel


def test_the_number_goes_back_and_the_next_parcel_has_another(sending: Sending, carrier: Platform) -> None:
    order_id = set_up(sending)
    old = closed(sending, order_id)
    carrier.faults = replace(carrier.faults, timeout_after=1000)
    assert open_again(sending, old) == ""
    assert open_again(sending, old) == "parcel_moved_on"
    sending.desk.advance(sending.warehouse_id, sending.bookings(order_id)[0].id)
    assert sending.story(order_id) == [f"SF voiding {old.tracking_no}"], "silence is no answer: it is asked again"
    assert close(sending, order_id, 1, is_last=True) == "waybill_awaited"
    carrier.faults = replace(carrier.faults, timeout_after=0)
    sending.work(minutes=2)
    new = closed(sending, order_id)
    assert sending.story(order_id) == [f"SF voided {old.tracking_no}", f"SF allocated {new.tracking_no}"]
    assert [known.state for known in carrier.registry.orders()] == ["cancelled", "booked"]
    assert new.tracking_no != old.tracking_no


def test_a_platforms_number_stays_with_it_in_its_words_and_is_never_taken_again(sending: Sending) -> None:
    order_id = set_up(sending, Rule(1, "PLATFORM"))
    forward(sending)
    old = closed(sending, order_id)
    open_again(sending, old)
    sending.work(minutes=6)
    assert sending.story(order_id) == ["PLATFORM void_refused LP00112233445566", "PLATFORM pending"]
    assert "only the platform takes it back" in sending.bookings(order_id)[0].said
    with pytest.raises(Conflict):
        forward(sending)
    forward(sending, waybill="LP00112233445577")
    assert closed(sending, order_id).tracking_no == "LP00112233445577"


def test_a_platform_that_no_rule_names_gives_the_next_number_too(sending: Sending) -> None:
    """It had given its number before anybody asked, so the rules were never looked at and need not know it."""
    set_up_numbers(sending)
    sending.rules()
    order_id = sending.order("42")
    forward(sending)
    sending.work()
    open_again(sending, closed(sending, order_id))
    sending.work(minutes=6)
    assert sending.story(order_id) == ["PLATFORM void_refused LP00112233445566", "PLATFORM pending"]
    forward(sending, waybill="LP00112233445577")
    assert closed(sending, order_id).tracking_no == "LP00112233445577"


def test_the_public_page_says_that_the_number_is_not_used_any_more(sending: Sending) -> None:
    order_id = set_up(sending)
    old = closed(sending, order_id)
    open_again(sending, old)
    token = tracked(sending).token
    sheet = sending.database.reading(lambda session: sheet_of(session, token, "en"))
    assert sheet is not None
    assert sheet.status_words == "Packed anew: this number is not used any more"
    void = sending.database.reading(lambda session: parcels_by_id(session, sending.warehouse_id, [old.id])[old.id])
    assert void.void is not None
