"""The carriers' own labels: fetched once, kept sealed, handed out byte for byte. A reprint never calls a carrier.

Called by `jobs` (keep), `views` (forwarded ones) and whoever prints or shows one.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session

from wms.carriers.model import CarrierLabel, LabelKind
from wms.carriers.tables import CarrierBookingRow, CarrierLabelRow
from wms.outbox.tables import OutboxMessage


class LabelStage(StrEnum):
    """How far the carrier's own label is."""

    OURS = "ours"
    """There is none: we draw it."""
    HERE = "here"
    AWAITED = "awaited"
    STUCK = "stuck"
    """Asked for too often in vain: the message is parked, and somebody has to retry it."""


@dataclass(frozen=True, slots=True)
class LabelState:
    """What an order's page says of the label."""

    stage: LabelStage
    media_type: str = ""
    said: str = ""
    """Of the last attempt that failed, with the carrier's own words in it."""


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
        return LabelState(LabelStage.HERE, row.media_type)
    waiting = session.execute(
        select(OutboxMessage.state, OutboxMessage.last_error).where(
            OutboxMessage.warehouse_id == warehouse_id,
            OutboxMessage.serial_key == fetch_key(booking_id),
            OutboxMessage.state.in_([literal_column("'pending'"), literal_column("'parked'")]),
        )
    ).first()
    if waiting is None:
        return LabelState(LabelStage.OURS)
    stage = LabelStage.STUCK if waiting.state == "parked" else LabelStage.AWAITED
    return LabelState(stage, said=waiting.last_error or "")


def carrier_label_of_parcel(session: Session, warehouse_id: int, parcel_id: UUID) -> CarrierLabel | None:
    """The label the carrier wants on this parcel; None where ours is right."""
    booking_id = session.scalar(
        select(CarrierBookingRow.id).where(
            CarrierBookingRow.warehouse_id == warehouse_id, CarrierBookingRow.parcel_id == parcel_id
        )
    )
    return None if booking_id is None else label_of_booking(session, warehouse_id, booking_id)
