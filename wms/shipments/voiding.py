"""The writer of VoidParcel: a closed parcel is opened again. Wrapped by `wms.carriers.voiding`.

The parcel, its contents, its numbers and its licence plate stay as they were: nothing is deleted, and neither SSCC nor
tracking number can be given to another parcel, because the database knows them as taken.
"""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from wms.kernel.refusal import Refusal
from wms.shipments.model import ParcelState, VoidParcel
from wms.shipments.service import move_parcel
from wms.shipments.tables import ParcelVoidRow


def void_parcel(session: Session, warehouse_id: int, effect: VoidParcel, *, now: datetime) -> Refusal | None:
    """Apply the effect; refuses `parcel_moved_on`: of a void and a loader's scan at once, one finds it moved."""
    refusal = move_parcel(
        session,
        warehouse_id,
        effect.parcel_id,
        seen=(effect.from_state, effect.from_place_id, None),
        then=(ParcelState.CANCELLED, effect.from_place_id, None),
    )
    if refusal is not None:
        return refusal
    session.execute(
        insert(ParcelVoidRow).values(
            warehouse_id=warehouse_id,
            parcel_id=effect.parcel_id,
            order_id=effect.order_id,
            at=now,
            voided_by=effect.voided_by,
            passed_by=effect.passed_by,
            reason=effect.reason.value,
            container_id=effect.container_id,
        )
    )
    return None
