"""Numbers that are on no parcel: looked at from time to time, and taken back where no parcel will come.

Called by `bookings` and `forwarding`, which want it looked at, by `closing` and by `jobs`.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from wms.carriers.accounts import account_by_code
from wms.carriers.adapters import adapter_of
from wms.carriers.asking import BOOK_TOPIC, ask_for_work
from wms.carriers.booked import bookings_of, locked_booking, move_to
from wms.carriers.model import BookingState
from wms.carriers.tables import CarrierBookingRow
from wms.kernel.clock import SystemClock
from wms.orders.lookup import order_by_id
from wms.orders.model import OrderState
from wms.outbox.service import enqueue

IDLE_PAUSE = timedelta(hours=1)
"""How often a number that is on no parcel yet is looked at: its order may have been cancelled."""

GIVEN_BACK = "the goods went back to the shelves"


def ask_for_idle_look(session: Session, row: CarrierBookingRow, *, now: datetime) -> None:
    """Come back to a number that may never be used."""
    enqueue(
        session, row.warehouse_id, BOOK_TOPIC, f'{{"idle_id": "{row.id}"}}',
        now=now, serial_key=f"carrier idle:{row.id}", due_at=now + IDLE_PAUSE,
    )  # fmt: skip


def look_at_idle(session: Session, warehouse_id: int, booking_id: UUID, *, now: datetime) -> None:
    """Take back a number that no parcel will have: its order was cancelled, or is packed without it. Look again later
    while it waits for its parcel.
    """
    row = locked_booking(session, warehouse_id, booking_id)
    if row is None or row.state != BookingState.ALLOCATED or row.parcel_id is not None:
        return
    order = order_by_id(session, warehouse_id, row.order_id)
    if order is None or order.state is OrderState.CANCELLED:
        _take_back(session, row, "the order was cancelled", now)
    elif order.state in (OrderState.PACKED, OrderState.DISPATCHED):
        _take_back(session, row, "the order has no such parcel", now)
    elif order.state is OrderState.SHORT and _can_go_back(session, row):
        _take_back(session, row, GIVEN_BACK, now)
    else:
        ask_for_idle_look(session, row, now=now)


def take_back_idle(session: Session, warehouse_id: int, order_id: UUID, *, now: datetime) -> None:
    """Take back the numbers of an order whose goods went back to the shelves: picked anew, it may hold others than the
    carrier was told, so it is asked anew. Numbers that a platform gave stay; only the platform can take them back.
    """
    for row in bookings_of(session, warehouse_id, order_id):
        if row.parcel_id is None and _can_go_back(session, row):
            locked = locked_booking(session, warehouse_id, row.id)
            if locked is not None and locked.state == BookingState.ALLOCATED and locked.parcel_id is None:
                _take_back(session, locked, GIVEN_BACK, now)


def _can_go_back(session: Session, row: CarrierBookingRow) -> bool:
    account = account_by_code(session, row.warehouse_id, row.account_code)
    assert account is not None
    return adapter_of(account, SystemClock()).capabilities().voids


def _take_back(session: Session, row: CarrierBookingRow, reason: str, now: datetime) -> None:
    row.void_reason = reason
    move_to(row, BookingState.VOIDING, now)
    session.flush()
    ask_for_work(session, row, now=now)
