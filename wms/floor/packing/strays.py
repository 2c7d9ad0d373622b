"""Whose goods are these? An item scanned at a bench that is in no line of its tote mostly lies in a neighbour's.

Reads only; called by `facts` when an item was refused, and at no other scan.
"""

from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from wms.containers.model import ContainerUse
from wms.containers.tables import ContainerRow
from wms.floor.packing.model import Awaited
from wms.orders.model import OrderState
from wms.orders.tables import OrderRow
from wms.stock.contents import containers_with

_totes = cast(Table, ContainerRow.__table__)
_orders = cast(Table, OrderRow.__table__)


def who_waits_for(session: Session, warehouse_id: int, sku_id: int, *, but_tote: str) -> Awaited | None:
    """The order, picked and not packed, that has units of the product in a tote of its own; None where none has.

    One that is being packed lies open at a bench and comes first, then the one that is due first.
    """
    of_subject = (_orders.c.warehouse_id == _totes.c.warehouse_id) & (_orders.c.id == _totes.c.subject)
    waiting = session.execute(
        select(_totes.c.id, _totes.c.code, _orders.c.number)
        .join(_orders, of_subject)
        .where(
            _totes.c.warehouse_id == warehouse_id,
            _totes.c.use == ContainerUse.PACKING.value,
            _totes.c.code != but_tote,
        )
        .order_by(
            _orders.c.state != OrderState.PACKING.value, _orders.c.due_at.is_(None), _orders.c.due_at, _orders.c.number
        )
    ).all()
    having = containers_with(session, warehouse_id, sku_id, [row.id for row in waiting])
    return next((Awaited(row.number, row.code) for row in waiting if row.id in having), None)
