"""The carriers' own labels: fetched once, kept sealed, handed out byte for byte. A reprint never calls a carrier.

Called by `fetching` and `bookings` (keep), `views` (forwarded ones), and whoever prints or shows one.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session

from wms.carriers.accounts import account_by_code
from wms.carriers.adapters import adapter_of
from wms.carriers.model import CarrierLabel, LabelKind
from wms.carriers.tables import CarrierBookingRow, CarrierLabelRow
from wms.kernel.clock import SystemClock
from wms.outbox.tables import OutboxMessage

NEVER_CAME = (
    "The label did not come with the number, or cannot be read, and cannot be asked for again: "
    "print it from the carrier's portal, stick it on and scan it"
)
"""Said where only a person can get the carrier's label: ours, under its number, would be taken for it."""


class LabelStage(StrEnum):
    """How far the carrier's own label is."""

    OURS = "ours"
    """There is none: we draw it."""
    HERE = "here"
    VENDORS = "vendors"
    """Here, and only the platform's own print program can read it."""
    AWAITED = "awaited"
    STUCK = "stuck"
    """It does not come by itself: asked for too often in vain, so that somebody has to retry it, or never to be had."""


@dataclass(frozen=True, slots=True)
class LabelState:
    """What an order's page says of the label."""

    stage: LabelStage
    media_type: str = ""
    said: str = ""
    """Of the last attempt that failed, with the carrier's own words in it."""
    due_at: datetime | None = None
    """When the carrier is asked, or asked again."""
    is_retried: bool = True
    """Whether asking once more could bring it."""


def keep_label(session: Session, warehouse_id: int, booking_id: UUID, label: CarrierLabel, *, now: datetime) -> None:
    """Keep the label of a booking; the first one stays."""
    if session.get(CarrierLabelRow, (warehouse_id, booking_id)) is not None:
        return
    session.add(
        CarrierLabelRow(
            warehouse_id=warehouse_id,
            booking_id=booking_id,
            kind=label.kind,
            media_type=label.media_type[:80],
            content=label.content,
            sha256=hashlib.sha256(label.content).hexdigest(),
            fetched_at=now,
        )
    )
    session.flush()


def label_of_booking(session: Session, warehouse_id: int, booking_id: UUID) -> CarrierLabel | None:
    """The kept label; None while it was not fetched, or where we draw it ourselves."""
    row = session.get(CarrierLabelRow, (warehouse_id, booking_id))
    return None if row is None else CarrierLabel(LabelKind(row.kind), row.media_type, row.content)


def fetch_key(booking_id: UUID) -> str:
    """Under which the wish for a label waits in the outbox."""
    return f"carrier label:{booking_id}"


def label_state(session: Session, warehouse_id: int, booking_id: UUID) -> LabelState:
    """How far the label of a booking is."""
    row = session.get(CarrierLabelRow, (warehouse_id, booking_id))
    if row is not None:
        is_vendors = row.kind == LabelKind.VENDOR_PAYLOAD
        return LabelState(LabelStage.VENDORS if is_vendors else LabelStage.HERE, row.media_type)
    waiting = session.execute(
        select(OutboxMessage.state, OutboxMessage.last_error, OutboxMessage.due_at).where(
            OutboxMessage.warehouse_id == warehouse_id,
            OutboxMessage.serial_key == fetch_key(booking_id),
            OutboxMessage.state.in_([literal_column("'pending'"), literal_column("'parked'")]),
        )
    ).first()
    if waiting is None:
        if _is_lost(session, warehouse_id, booking_id):
            return LabelState(LabelStage.STUCK, said=NEVER_CAME, is_retried=False)
        return LabelState(LabelStage.OURS)
    if waiting.state == "parked":
        return LabelState(LabelStage.STUCK, said=waiting.last_error or "")
    return LabelState(LabelStage.AWAITED, said=waiting.last_error or "", due_at=waiting.due_at)


def _is_lost(session: Session, warehouse_id: int, booking_id: UUID) -> bool:
    """Whether the carrier of a booking gives labels of its own with its numbers, and gave this number without one."""
    booking = session.get(CarrierBookingRow, (warehouse_id, booking_id))
    if booking is None or not booking.waybill_no:
        return False
    account = account_by_code(session, warehouse_id, booking.account_code)
    assert account is not None
    kind = adapter_of(account, SystemClock()).capabilities().label
    return kind in (LabelKind.WITH_NUMBER, LabelKind.VENDOR_PAYLOAD)


def label_state_of_parcel(session: Session, warehouse_id: int, parcel_id: UUID) -> LabelState:
    """How far the carrier's label of a parcel is."""
    booking_id = _booking_of_parcel(session, warehouse_id, parcel_id)
    return LabelState(LabelStage.OURS) if booking_id is None else label_state(session, warehouse_id, booking_id)


def fetch_key_of_parcel(session: Session, warehouse_id: int, parcel_id: UUID) -> str:
    """Under which the fetching of a parcel's label waits in the outbox; empty where nobody carries it but us."""
    booking_id = _booking_of_parcel(session, warehouse_id, parcel_id)
    return "" if booking_id is None else fetch_key(booking_id)


def carrier_label_of_parcel(session: Session, warehouse_id: int, parcel_id: UUID) -> CarrierLabel | None:
    """The label the carrier wants on this parcel; None where ours is right."""
    booking_id = _booking_of_parcel(session, warehouse_id, parcel_id)
    return None if booking_id is None else label_of_booking(session, warehouse_id, booking_id)


def _booking_of_parcel(session: Session, warehouse_id: int, parcel_id: UUID) -> UUID | None:
    return session.scalar(
        select(CarrierBookingRow.id).where(
            CarrierBookingRow.warehouse_id == warehouse_id, CarrierBookingRow.parcel_id == parcel_id
        )
    )
