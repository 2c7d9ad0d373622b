"""A carrier that listens is told what a closed parcel really weighs and holds."""

from pathlib import Path

from tests.carriers.scene import Sending, simulated_rest
from tests.carriers.test_several_parcels import close, set_up
from wms.carriers.amending import ask_to_amend
from wms.carriers.choosing import read_draft
from wms.carriers.rules import Rule
from wms.carriers.simulator.courier import travel
from wms.carriers.simulator.faults import Faults
from wms.carriers.simulator.platform import Platform
from wms.carriers.simulator.rest import JOURNEY
from wms.shipments.model import Parcel


def test_each_parcel_is_told_as_it_was_packed(sending: Sending, carrier: Platform) -> None:
    """The first one's number was asked for when nobody knew of a second: it would be charged for the whole order."""
    order_id = set_up(sending)
    assert isinstance(close(sending, order_id, 1, is_last=False), Parcel)
    sending.work()
    assert isinstance(close(sending, order_id, 2, is_last=True), Parcel)
    expected = [order.told["totalWeight"] for order in carrier.registry.orders()]
    carrier.faults = Faults(truncated=1000)
    sending.work(minutes=1.5)
    carrier.faults = Faults()
    sending.work(minutes=10)
    assert expected == [0.3, 0.2]
    assert [order.told["totalWeight"] for order in carrier.registry.orders()] == [0.3, 0.3], "as on the scale"
    rows = sending.bookings(order_id)
    assert [read_draft(row.draft).contents[0].quantity for row in rows] == [1, 1]
    asked = carrier.registry.asked("EXP_RECE_UPDATE_ORDER")
    sending.database.in_transaction(lambda session: ask_to_amend(session, rows[0], now=sending.clock.now()))
    sending.work(minutes=2)
    assert carrier.registry.asked("EXP_RECE_UPDATE_ORDER") == asked, "it knows already"


def test_by_plain_json_the_contents_are_told_too_and_a_no_is_kept(sending: Sending, tmp_path: Path) -> None:
    with simulated_rest(tmp_path, sending.clock) as carrier:
        sending.rest_url = carrier.address
        order_id = set_up(sending, Rule(1, "REST"))
        assert isinstance(close(sending, order_id, 1, is_last=False), Parcel)
        sending.work(minutes=2)
        parcel = carrier.registry.orders()[0].told["parcel"]
        assert parcel == {
            "weight_grams": 300, "contents": [{"name": "RED", "quantity": 1, "unit_price": "10.00"}],
        }  # fmt: skip
        second = close(sending, order_id, 2, is_last=True)
        assert isinstance(second, Parcel)
        travel(carrier.registry, sending.clock, second.tracking_no, journey=JOURNEY)
        sending.work(minutes=2)
        _, row = sending.bookings(order_id)
        assert row.said == "200 g stands, not 300 g: too_late it is on its way already, or cancelled"
