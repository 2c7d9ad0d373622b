"""Word of a carrier that a parcel reached its recipient, passed on to customs. Handed to the carriers by `wms.app`.

What customs are told, and whether we may tell it, is decided in `sending.applications`; here only the declaration of
the parcel is found.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.customs.sending.applications import report_signed
from wms.customs.tables import DeclarationRow
from wms.kernel.refusal import Refusal


def report_parcel_signed(
    session: Session, warehouse_id: int, parcel_id: UUID, *, signed_at: datetime, now: datetime
) -> int | Refusal:
    """Tell customs that the consignee signed for the parcel; the number of the message. Told once.

    Refuses `no_such_declaration` for a parcel that needed none, and what `report_signed` refuses.
    """
    declaration_id = session.scalar(
        select(DeclarationRow.id).where(
            DeclarationRow.warehouse_id == warehouse_id, DeclarationRow.parcel_id == parcel_id
        )
    )
    if declaration_id is None:
        return Refusal("no_such_declaration", {"declaration": str(parcel_id)})
    return report_signed(session, warehouse_id, declaration_id, signed_at=signed_at, now=now)
