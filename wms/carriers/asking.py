"""Wishes to the worker about bookings: what it is to take up, and when. Called inside the transaction that wants it."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session

from wms.carriers.tables import CarrierBookingRow
from wms.outbox.service import enqueue
from wms.outbox.tables import OutboxMessage

BOOK_TOPIC = "carrier.book"
LABEL_TOPIC = "carrier.label"


def ask_for_waybill(
    session: Session, warehouse_id: int, order_id: UUID, *, now: datetime, parcel_number: int = 1
) -> None:
    """Let the worker choose a carrier for a parcel of an order and get its number."""
    payload = f'{{"order_id": "{order_id}", "parcel_number": {parcel_number}}}'
    serial_key = wish_serial_key(order_id, parcel_number)
    enqueue(session, warehouse_id, BOOK_TOPIC, payload, now=now, serial_key=serial_key)


def wish_serial_key(order_id: UUID, parcel_number: int) -> str:
    """Under which the wish for a waybill waits in the outbox."""
    further = f" parcel {parcel_number}" if parcel_number > 1 else ""
    return f"carrier order:{order_id}{further}"


def ask_for_work(session: Session, row: CarrierBookingRow, *, now: datetime, pause: timedelta = timedelta(0)) -> None:
    """Let the worker take the booking up."""
    enqueue(
        session,
        row.warehouse_id,
        BOOK_TOPIC,
        f'{{"booking_id": "{row.id}"}}',
        now=now,
        serial_key=_serial_key(row),
        due_at=now + pause,
    )


def seconds_until_asked(session: Session, row: CarrierBookingRow, *, now: datetime) -> int | None:
    """When the worker comes back to a booking whose carrier was silent; None where it is at it, or does not come."""
    due_at = session.scalar(
        select(OutboxMessage.due_at)
        .where(
            OutboxMessage.warehouse_id == row.warehouse_id,
            OutboxMessage.serial_key == _serial_key(row),
            OutboxMessage.state == literal_column("'pending'"),
            OutboxMessage.due_at > now,
        )
        .order_by(OutboxMessage.due_at)
        .limit(1)
    )
    return None if due_at is None else max(1, round((due_at - now).total_seconds()))


def _serial_key(row: CarrierBookingRow) -> str:
    return f"carrier:{row.id}"
