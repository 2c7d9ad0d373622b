"""How a closed parcel stands: where its goods may go, who may open it, what keeps it. Writes nothing.

Called by the facts of opening and of packing.
"""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from wms.bench.lookup import jobs_of_parcel
from wms.containers.model import ContainerUse
from wms.containers.tables import ContainerRow
from wms.customs.withdrawing import why_not_withdrawn
from wms.database.dialect import meet_at
from wms.floor.packing.opening.rules import ClosedParcel
from wms.floor.packing.workflow import packing
from wms.orders.lookup import order_by_id
from wms.places.lookup import the_place
from wms.places.model import PlaceKind
from wms.shipments.lookup import contents_of_parcels, load_by_id, parcels_by_id
from wms.shipments.model import Parcel, ParcelState
from wms.stock.contents import container_contents
from wms.tasks.floor import FloorContext
from wms.tasks.open_tasks import IS_OPEN
from wms.tasks.tables import TaskRow


def closed_parcel(session: Session, context: FloorContext, parcel_id: UUID, bench_place_id: int) -> ClosedParcel:
    """The parcel as it stands now, seen from a bench; it stays so while this scan is worked on."""
    warehouse_id = context.warehouse_id
    meet_at_packing(session, warehouse_id, parcels_by_id(session, warehouse_id, [parcel_id])[parcel_id].order_id)
    parcel = parcels_by_id(session, warehouse_id, [parcel_id])[parcel_id]
    order = order_by_id(session, warehouse_id, parcel.order_id)
    assert order is not None, f"parcel {parcel.tracking_no} is of order {parcel.order_id}, which does not exist"
    rest = session.execute(
        select(ContainerRow.id, ContainerRow.code).where(
            ContainerRow.warehouse_id == warehouse_id,
            ContainerRow.use == ContainerUse.PACKING.value,
            ContainerRow.subject == parcel.order_id,
        )
    ).first()
    in_rest = () if rest is None else container_contents(session, warehouse_id, rest.id)
    buffer = the_place(session, warehouse_id, PlaceKind.BUFFER)
    return ClosedParcel(
        parcel=parcel,
        order_number=order.number,
        order_state=order.state,
        load=None if parcel.load_id is None else load_by_id(session, warehouse_id, parcel.load_id),
        contents=tuple(content.balance for content in container_contents(session, warehouse_id, parcel.id)),
        packed=contents_of_parcels(session, warehouse_id, [parcel.id])[parcel.id],
        tote_place_id=in_rest[0].balance.key.place_id if in_rest else buffer.id,
        rest_in="" if rest is None else rest.code,
        is_at_bench=_is_at_bench(session, warehouse_id, parcel, bench_place_id),
        is_in_packing=_is_in_packing(session, warehouse_id, parcel.order_id),
        kept_by_customs=why_not_withdrawn(session, warehouse_id, parcel.id),
    )


def meet_at_packing(session: Session, warehouse_id: int, order_id: UUID) -> None:
    """Whoever begins to pack an order, and whoever puts goods of it back into a tote: one after the other.

    Both look first and write later, and neither writes a row the other one compares: the task is planned from what lies
    in the tote, and the tote is filled because nobody packs from it. Met at before any row but the scan's own task is
    locked: customs, parcel, order and stock come afterwards.
    """
    meet_at(session, [f"packing {warehouse_id} {order_id}"], alone=True)


def _is_at_bench(session: Session, warehouse_id: int, parcel: Parcel, bench_place_id: int) -> bool:
    if parcel.state is not ParcelState.PACKED or parcel.place_id != bench_place_id:
        return False
    return not any(job.is_applied for job in jobs_of_parcel(session, warehouse_id, parcel.id))


def _is_in_packing(session: Session, warehouse_id: int, order_id: UUID) -> bool:
    of_order = (
        TaskRow.warehouse_id == warehouse_id,
        TaskRow.workflow == packing.name,
        TaskRow.subject == order_id,
    )
    return bool(session.scalar(select(exists().where(*of_order, IS_OPEN))))
