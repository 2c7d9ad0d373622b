"""A platform sends the number and the sealed label of its own carrier. Called by `views`.

Whatever the rules would have said, the platform has decided. The same number again changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from wms.access.audit import record
from wms.access.model import Caller
from wms.carriers.accounts import account_by_code
from wms.carriers.bookings import add_booking, ask_for_idle_look, live_booking, move_to
from wms.carriers.labels import keep_label
from wms.carriers.model import BookingState, CarrierKind, CarrierLabel, LabelKind
from wms.carriers.rules import Choice, Looked, Reason
from wms.carriers.tables import CarrierBookingRow
from wms.kernel.errors import BadInput, Conflict, Fault
from wms.orders.lookup import orders_by_number
from wms.orders.model import OrderState
from wms.shipments.lookup import parcel_of_order


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


def take_forwarded(session: Session, by: Caller, wanted: ForwardedWaybill, *, now: datetime) -> UUID:
    """Keep number and label; the id of the booking.

    Raises BadInput, and Conflict where the order has another number.
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
    row = live_booking(session, by.warehouse_id, order_id, locked=True)
    if row is not None and row.state == BookingState.ALLOCATED:
        if (row.account_code, row.waybill_no) == (wanted.account, wanted.waybill):
            return row.id
        raise Conflict(f"order {wanted.order} travels under another number already")
    if row is None and parcel_of_order(session, by.warehouse_id, order_id) is not None:
        raise Conflict(f"order {wanted.order} is packed under another number already")
    if row is None or row.account_code != wanted.account:
        if row is not None:
            if row.calls and row.state != BookingState.FAILED:
                raise Conflict(f"order {wanted.order} is being booked with another carrier; settle that first")
            move_to(row, BookingState.VOIDED, now)
            session.flush()
        choice = Choice(wanted.account, "", 86_400, None, (Looked(wanted.account, Reason.FORWARDED),))
        booking_id = add_booking(session, by.warehouse_id, order_id, choice, now=now)
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
