"""A closed parcel is opened again: its waybill is taken back, and the next parcel's is asked for.

Wraps the writer of VoidParcel in `wms.app`. The carrier is called afterwards, by the worker: silence is asked again, a
number that is not taken back stands on the page Carriers in the carrier's own words. No other parcel ever gets it.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.carriers.asking import ask_for_waybill, ask_for_work
from wms.carriers.booked import is_choosing, move_to
from wms.carriers.model import BookingState
from wms.carriers.tables import CarrierBookingRow
from wms.kernel.refusal import Refusal
from wms.shipments.lookup import next_parcel_number
from wms.shipments.model import VoidParcel

WriteVoid = Callable[..., Refusal | None]

OPENED_AGAIN = "the parcel was opened again"


def taking_back(void_parcel: WriteVoid) -> WriteVoid:
    """The writer `void_parcel` that also gives the parcel's number back to its carrier."""

    def write(session: Session, warehouse_id: int, effect: VoidParcel, *, now: datetime) -> Refusal | None:
        refusal = void_parcel(session, warehouse_id, effect, now=now)
        if refusal is not None:
            return refusal
        booking = session.scalars(
            select(CarrierBookingRow)
            .where(
                CarrierBookingRow.warehouse_id == warehouse_id,
                CarrierBookingRow.order_id == effect.order_id,
                CarrierBookingRow.parcel_id == effect.parcel_id,
            )
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one_or_none()
        if booking is not None and booking.state == BookingState.ALLOCATED:
            booking.void_reason = OPENED_AGAIN
            move_to(booking, BookingState.VOIDING, now)
            session.flush()
            ask_for_work(session, booking, now=now)
        if is_choosing(session, warehouse_id):
            number = next_parcel_number(session, warehouse_id, effect.order_id)
            ask_for_waybill(session, warehouse_id, effect.order_id, now=now, parcel_number=number)
        return None

    return write
