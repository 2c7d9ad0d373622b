"""The writer of DispatchWhole: an order is dispatched when its last parcel has left. Registered in `wms.app`.

The orders are locked before their parcels are looked at: of two loads that leave at once with a parcel each, the later
one sees that the other's has gone. Packing's last step locks the order as well.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from wms.kernel.refusal import Refusal
from wms.orders.model import OrderState
from wms.orders.tables import OrderRow
from wms.shipments.model import DispatchWhole, ParcelState
from wms.shipments.tables import ParcelRow

_GONE = (ParcelState.DISPATCHED.value, ParcelState.CANCELLED.value)


def dispatch_whole(session: Session, warehouse_id: int, effect: DispatchWhole, *, now: datetime) -> Refusal | None:
    """Apply the effect; refuses `order_cancelled`, `order_moved_on`."""
    orders = session.execute(
        select(OrderRow.id, OrderRow.number, OrderRow.state)
        .where(OrderRow.warehouse_id == warehouse_id, OrderRow.id.in_(set(effect.order_ids)))
        .order_by(OrderRow.id)
        .with_for_update()
    ).all()
    for row in orders:
        if row.state == OrderState.CANCELLED:
            return Refusal("order_cancelled", {"order": row.number})
        if row.state not in (OrderState.PACKED, OrderState.PACKING):
            return Refusal("order_moved_on", {"order": row.number, "expected": OrderState.PACKED.value})
    packed = [row.id for row in orders if row.state == OrderState.PACKED]
    whole = set(packed) - _with_parcels_here(session, warehouse_id, packed)
    session.execute(
        update(OrderRow)
        .where(OrderRow.warehouse_id == warehouse_id, OrderRow.id.in_(whole))
        .values(state=OrderState.DISPATCHED.value)
    )
    return None


def _with_parcels_here(session: Session, warehouse_id: int, order_ids: list[UUID]) -> set[UUID]:
    rows = session.scalars(
        select(ParcelRow.order_id).where(
            ParcelRow.warehouse_id == warehouse_id,
            ParcelRow.order_id.in_(order_ids),
            ParcelRow.state.not_in(_GONE),
        )
    )
    return set(rows)
