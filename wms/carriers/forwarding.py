"""A platform sends the number and the sealed label of its own carrier. Called by `views`.

Whatever the rules would have said, the platform has decided. The same number again changes nothing; another one for an
order that has its number is a mistake, unless the platform says that it is for a further parcel.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from wms.access.audit import record
from wms.access.model import Caller
from wms.carriers.accounts import account_by_code
from wms.carriers.booked import PLATFORM_PATIENCE_SECONDS, add_booking, bookings_of, live_booking, move_to
from wms.carriers.idle import ask_for_idle_look
from wms.carriers.labels import keep_label
from wms.carriers.model import BookingState, CarrierKind, CarrierLabel, LabelKind
from wms.carriers.rules import Choice, Looked, Reason
from wms.carriers.tables import CarrierBookingRow
from wms.kernel.errors import BadInput, Conflict, Fault
from wms.orders.lookup import orders_by_number
from wms.orders.model import Order, OrderState
from wms.places.lookup import regime_of
from wms.shipments.lookup import next_parcel_number, parcels_by_code

_PACKED = (OrderState.PACKED, OrderState.DISPATCHED)


@dataclass(frozen=True, slots=True)
class ForwardedWaybill:
    """What a platform sends."""

    order: str
    account: str
    waybill: str
    payload: bytes
    """For the platform's own print component; we do not look into it."""
    media_type: str
    routing_code: str = ""
    is_further: bool = False
    """Whether it is for one more parcel of an order that has a number."""


def take_forwarded(session: Session, by: Caller, wanted: ForwardedWaybill, *, now: datetime) -> UUID:
    """Keep number and label; the id of the booking.

    Raises BadInput, and Conflict where the order has another number, or no room for one more.
    """
    account = account_by_code(session, by.warehouse_id, wanted.account)
    orders = orders_by_number(session, by.warehouse_id, wanted.order)
    faults = []
    if account is None or account.kind is not CarrierKind.FORWARDED:
        faults.append(Fault("account", f"{wanted.account!r} is no account whose waybills are forwarded"))
    if len(orders) != 1:
        what = "there is no such order" if not orders else "several merchants use this number"
        faults.append(Fault("order", f"{what}: {wanted.order!r}"))
    elif orders[0].state is OrderState.CANCELLED:
        faults.append(Fault("order", f"{wanted.order!r} is cancelled"))
    if faults:
        raise BadInput(faults)
    order_id = orders[0].id
    for known in bookings_of(session, by.warehouse_id, order_id):
        if known.state == BookingState.ALLOCATED and _is(known, wanted):
            return known.id
    number = _parcel_number(session, by.warehouse_id, orders[0], wanted)
    row = live_booking(session, by.warehouse_id, order_id, number, locked=True)
    if row is not None and row.state == BookingState.ALLOCATED:
        raise Conflict(f"order {wanted.order} travels under another number already")
    if _was_on_a_parcel(session, by.warehouse_id, wanted):
        raise Conflict(f"{wanted.waybill} was on a parcel that was opened again; the platform must give another number")
    if row is None or row.account_code != wanted.account:
        if row is not None:
            if row.calls and row.state != BookingState.FAILED:
                raise Conflict(f"order {wanted.order} is being booked with another carrier; settle that first")
            move_to(row, BookingState.VOIDED, now)
            session.flush()
        reasons = (Looked(wanted.account, Reason.FORWARDED),)
        choice = Choice(wanted.account, "", PLATFORM_PATIENCE_SECONDS, None, reasons)
        booking_id = add_booking(session, by.warehouse_id, order_id, choice, now=now, parcel_number=number)
        assert booking_id is not None
        row = session.get_one(CarrierBookingRow, (by.warehouse_id, booking_id))
    row.waybill_no, row.routing_code, row.said = wanted.waybill, wanted.routing_code, ""
    row.leased_until = row.lease_holder = None
    move_to(row, BookingState.ALLOCATED, now)
    session.flush()
    label = CarrierLabel(LabelKind.VENDOR_PAYLOAD, wanted.media_type, wanted.payload)
    keep_label(session, by.warehouse_id, row.id, label, now=now)
    ask_for_idle_look(session, row, now=now)
    record(session, by, "waybill_forwarded", wanted.order, now=now, details={"waybill": wanted.waybill})
    return row.id


def _is(row: CarrierBookingRow, wanted: ForwardedWaybill) -> bool:
    return (row.account_code, row.waybill_no) == (wanted.account, wanted.waybill)


def _parcel_number(session: Session, warehouse_id: int, order: Order, wanted: ForwardedWaybill) -> int:
    """Which of the order's parcels the number is for: the next one that will be packed; a further one's, the first of
    those after it that have none.
    """
    number = following = next_parcel_number(session, warehouse_id, order.id)
    while wanted.is_further and _has_number(session, warehouse_id, order.id, number):
        number += 1
    has_one = regime_of(session, warehouse_id).has_one_parcel_per_order
    if order.state in _PACKED or (has_one and following > 1):
        raise Conflict(f"order {wanted.order} is packed under another number already")
    if has_one and number > 1:
        raise Conflict(f"customs let order {wanted.order} leave in one parcel only")
    return number


def _has_number(session: Session, warehouse_id: int, order_id: UUID, number: int) -> bool:
    row = live_booking(session, warehouse_id, order_id, number)
    return row is not None and row.state == BookingState.ALLOCATED


def _was_on_a_parcel(session: Session, warehouse_id: int, wanted: ForwardedWaybill) -> bool:
    """Whether the number stood on a parcel before: no other one may travel under it."""
    return bool(parcels_by_code(session, warehouse_id, tracking_no=wanted.waybill))
