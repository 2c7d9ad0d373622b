"""An order in several parcels: each has a waybill of its own, for what is in it, and none is left over."""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.carriers.scene import Sending
from tests.carriers.test_bookings import ask
from wms.carriers.choosing import read_draft
from wms.carriers.closing import close_parcel
from wms.carriers.rules import Rule
from wms.kernel.identity import uuid7
from wms.orders.model import OrderState
from wms.orders.tables import OrderRow
from wms.shipments.lookup import parcels_by_id
from wms.shipments.model import BoxType, CloseParcel, PackedUnits, Parcel
from wms.shipments.numbers import default_ranges, set_up_number_ranges
from wms.shipments.service import add_box_type


def set_up_numbers(sending: Sending) -> None:
    """What every parcel needs to be closed."""

    def work(session: Session) -> None:
        set_up_number_ranges(session, sending.warehouse_id, default_ranges(sending.warehouse_id, "9521234"))
        add_box_type(session, sending.warehouse_id, BoxType("S", 200, 150, 100, 50))

    sending.database.in_transaction(work)


def set_up(sending: Sending, *rules: Rule) -> UUID:
    """An order of two RED with its number; from SF, where nothing else is said."""
    set_up_numbers(sending)
    sending.rules(*rules)
    order_id = ask(sending)
    sending.work()
    return order_id


def close(sending: Sending, order_id: UUID, number: int, *, is_last: bool) -> Parcel | str:
    """The closed parcel, or why it could not be closed."""
    bench = sending.scene.places["BENCH-1"]
    effect = CloseParcel(uuid7(), order_id, "S", 300, bench, (PackedUnits(1, 1),), number, is_last=is_last)

    def work(session: Session) -> Parcel | str:
        refusal = close_parcel(session, sending.warehouse_id, effect, now=sending.clock.now())
        if refusal is not None:
            return refusal.code
        return parcels_by_id(session, sending.warehouse_id, [effect.parcel_id])[effect.parcel_id]

    return sending.database.in_transaction(work)


def test_each_parcel_has_a_waybill_of_its_own(sending: Sending) -> None:
    order_id = set_up(sending)
    first = close(sending, order_id, 1, is_last=False)
    assert close(sending, order_id, 2, is_last=True) == "waybill_awaited", "its number is asked for as the first closes"
    sending.work()
    second = close(sending, order_id, 2, is_last=True)
    sending.work()
    one, two = sending.bookings(order_id)
    assert isinstance(first, Parcel)
    assert isinstance(second, Parcel)
    assert [(one.parcel_number, one.parcel_id, one.waybill_no), (two.parcel_number, two.parcel_id, two.waybill_no)] == [
        (1, first.id, first.tracking_no),
        (2, second.id, second.tracking_no),
    ]
    assert one.waybill_no != two.waybill_no
    assert one.key != two.key
    assert [read_draft(each.draft).contents[0].quantity for each in (one, two)] == [2, 1], "what is left"
    assert two.weight_grams < one.weight_grams


def test_the_number_of_a_parcel_that_never_comes_is_taken_back(sending: Sending) -> None:
    order_id = set_up(sending)
    assert isinstance(close(sending, order_id, 1, is_last=False), Parcel)
    sending.work()
    sending.database.in_transaction(
        lambda session: session.execute(
            update(OrderRow).where(OrderRow.id == order_id).values(state=OrderState.PACKED.value)
        )
    )
    sending.work(minutes=70)
    assert [row.state for row in sending.bookings(order_id)] == ["allocated", "voided"]
