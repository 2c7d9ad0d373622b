"""Packing that begins with an order's paper: where its goods lie, or in words why there is nothing to pack.

Reads only. Called by `facts` when an order is scanned at home; the tote that is found begins its task as ever.
"""

from dataclasses import dataclass
from typing import cast

import msgspec
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from wms.access.tables import OperatorRow
from wms.containers.model import Container, ContainerKind, ContainerUse
from wms.containers.tables import ContainerRow
from wms.floor.packing.model import PackProgress
from wms.floor.packing.workflow import packing
from wms.kernel.refusal import Refusal
from wms.orders.barcode import NamedOrder
from wms.orders.model import OrderState
from wms.places.lookup import places_by_id
from wms.shipments.lookup import parcels_of_order
from wms.stock.contents import container_contents
from wms.tasks.floor import FloorContext
from wms.tasks.model import Resume
from wms.tasks.open_tasks import IS_OPEN
from wms.tasks.tables import TaskRow

_totes = cast(Table, ContainerRow.__table__)


@dataclass(frozen=True, slots=True)
class FoundTote:
    """Where the goods of an order lie."""

    tote: Container
    place: str


def goods_of(session: Session, context: FloorContext, order: NamedOrder) -> FoundTote | Resume | Refusal:
    """The tote to pack, or its task where he goes on with it.

    Refuses `order_not_picked`, `order_being_picked`, `order_has_no_goods`, `order_being_packed`, `order_is_packed`,
    `order_has_left`, `order_is_cancelled`, `order_in_totes`.
    """
    details = {"order": order.number}
    match order.state:
        case OrderState.PICKED:
            return _picked(session, context, order)
        case OrderState.PACKING:
            return _being_packed(session, context, order)
        case OrderState.PACKED | OrderState.DISPATCHED:
            parcels = parcels_of_order(session, context.warehouse_id, order.id)
            numbers = ", ".join(parcel.tracking_no for parcel in parcels)
            code = "order_is_packed" if order.state is OrderState.PACKED else "order_has_left"
            return Refusal(code, {**details, "parcels": numbers})
        case OrderState.PICKING:
            totes = _totes_of(session, context, order)
            listed = ", ".join(tote.code for tote in totes) or "–"
            return Refusal("order_being_picked", {**details, "containers": listed})
        case OrderState.SHORT:
            return Refusal("order_has_no_goods", details)
        case OrderState.CANCELLED:
            return Refusal("order_is_cancelled", details)
        case _:
            return Refusal("order_not_picked", details)


def _picked(session: Session, context: FloorContext, order: NamedOrder) -> FoundTote | Refusal:
    totes = [tote for tote in _totes_of(session, context, order) if tote.use is ContainerUse.PACKING]
    if len(totes) != 1:
        listed = ", ".join(tote.code for tote in totes) or "–"
        return Refusal("order_in_totes", {"order": order.number, "containers": listed})
    contents = container_contents(session, context.warehouse_id, totes[0].id)
    places = places_by_id(session, context.warehouse_id, [content.balance.key.place_id for content in contents[:1]])
    return FoundTote(totes[0], next((place.code for place in places.values()), "–"))


def _being_packed(session: Session, context: FloorContext, order: NamedOrder) -> Resume | Refusal:
    """His own task, or one that nobody works on any more; otherwise with whom and where it is."""
    row = session.execute(
        select(TaskRow.operator_id, TaskRow.leased_until, TaskRow.progress, OperatorRow.name)
        .outerjoin(
            OperatorRow,
            (OperatorRow.warehouse_id == TaskRow.warehouse_id) & (OperatorRow.id == TaskRow.operator_id),
        )
        .where(
            TaskRow.warehouse_id == context.warehouse_id,
            TaskRow.workflow == packing.name,
            TaskRow.subject == order.id,
            IS_OPEN,
        )
    ).first()
    if row is None or row.operator_id == context.operator_id or row.leased_until <= context.now:
        return Resume(packing.name, order.id)
    bench = msgspec.json.decode(row.progress, type=PackProgress).bench_code
    totes = ", ".join(tote.code for tote in _totes_of(session, context, order)) or "–"
    return Refusal(
        "order_being_packed",
        {"order": order.number, "operator": row.name or "?", "place": bench or "–", "container": totes},
    )


def _totes_of(session: Session, context: FloorContext, order: NamedOrder) -> list[Container]:
    rows = session.execute(
        select(_totes)
        .where(
            _totes.c.warehouse_id == context.warehouse_id,
            _totes.c.use.in_((ContainerUse.PICKING.value, ContainerUse.PACKING.value)),
            _totes.c.subject == order.id,
        )
        .order_by(_totes.c.code)
    )
    return [Container(row.id, row.code, ContainerKind(row.kind), ContainerUse(row.use), row.subject) for row in rows]
