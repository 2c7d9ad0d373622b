"""The carriers' own labels: fetched once, kept sealed, handed out byte for byte. A reprint never calls a carrier.

Called by `jobs` (keep), `views` (forwarded ones) and whoever prints or shows one.
"""

import hashlib
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.carriers.model import CarrierLabel, LabelKind
from wms.carriers.tables import CarrierBookingRow, CarrierLabelRow


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


def carrier_label_of_parcel(session: Session, warehouse_id: int, parcel_id: UUID) -> CarrierLabel | None:
    """The label the carrier wants on this parcel; None where ours is right."""
    booking_id = session.scalar(
        select(CarrierBookingRow.id).where(
            CarrierBookingRow.warehouse_id == warehouse_id, CarrierBookingRow.parcel_id == parcel_id
        )
    )
    return None if booking_id is None else label_of_booking(session, warehouse_id, booking_id)
