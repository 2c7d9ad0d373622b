"""Labels nobody has scanned back: their parcels stand at a bench, closed, and perhaps without a label. Reads only.

For the bench page and the office. A parcel is off the list when its label was scanned, at the bench or later on a lane.
"""

from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, exists, select
from sqlalchemy.orm import Session

from wms.bench.lookup import jobs_of_parcel
from wms.bench.model import LabelJob
from wms.bench.tables import BenchJobRow
from wms.places.tables import PlaceRow
from wms.shipments.model import ParcelState
from wms.shipments.tables import ParcelRow

_jobs = cast(Table, BenchJobRow.__table__)

MOST = 10
"""A bench with more has another trouble than this list."""


def is_unproven() -> ColumnElement[bool]:
    """The condition on parcels: packed, its label ordered at a bench, and no copy of it scanned back."""
    of_parcel = and_(_jobs.c.warehouse_id == ParcelRow.warehouse_id, _jobs.c.parcel_id == ParcelRow.id)
    return and_(
        ParcelRow.state == ParcelState.PACKED.value,
        exists().where(of_parcel),
        ~exists().where(of_parcel, _jobs.c.applied_at.is_not(None)),
    )


def unproven_labels(session: Session, warehouse_id: int, bench: str, *, but: UUID | None) -> list[LabelJob]:
    """The newest copy of each such label at a bench, the oldest parcel first; without that of the parcel `but`."""
    parcels = session.scalars(
        select(ParcelRow.id)
        .join(PlaceRow, and_(PlaceRow.warehouse_id == ParcelRow.warehouse_id, PlaceRow.id == ParcelRow.place_id))
        .where(ParcelRow.warehouse_id == warehouse_id, PlaceRow.code == bench, is_unproven())
        .order_by(ParcelRow.closed_at)
        .limit(MOST + 1)
    )
    return [jobs_of_parcel(session, warehouse_id, parcel_id)[-1] for parcel_id in parcels if parcel_id != but][:MOST]
