"""Who carries a parcel, where it is not the warehouse's ordinary carrier. Called by `wms.carriers` (to write), and by
customs and labels (to read), which know nothing of carriers.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from wms.shipments.tables import ParcelCarrierRow


@dataclass(frozen=True, slots=True)
class ParcelCarrier:
    """The carrier of one parcel; its company is what customs know it by."""

    name: str
    company_code: str
    """Empty where the warehouse's own logistics company declares the waybill."""
    company_name: str


def name_carrier(
    session: Session, warehouse_id: int, parcel_id: UUID, name: str, company_code: str, company_name: str
) -> None:
    """Write down who carries a parcel, once, when it is closed."""
    session.execute(
        insert(ParcelCarrierRow).values(
            warehouse_id=warehouse_id,
            parcel_id=parcel_id,
            name=name,
            company_code=company_code,
            company_name=company_name,
        )
    )


def carrier_of_parcel(session: Session, warehouse_id: int, parcel_id: UUID) -> ParcelCarrier | None:
    """Who carries it; None: the warehouse's ordinary carrier."""
    row = session.execute(
        select(ParcelCarrierRow.name, ParcelCarrierRow.company_code, ParcelCarrierRow.company_name).where(
            ParcelCarrierRow.warehouse_id == warehouse_id, ParcelCarrierRow.parcel_id == parcel_id
        )
    ).first()
    return None if row is None else ParcelCarrier(*row)
