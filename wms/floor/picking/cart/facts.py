"""The cart's connection to the database: which orders go onto the next one, and whose a tote on a cart is."""

from typing import cast
from uuid import UUID

import msgspec
from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from wms.barcodes.model import Scan
from wms.containers.model import Container, ContainerUse
from wms.floor.picking.cart.model import CartPlan, CartProgress, tote_of, untouched
from wms.floor.picking.cart.rules import Candidate, together
from wms.floor.picking.cart.way import SCAN_TOTE
from wms.floor.picking.cart.workflow import cart
from wms.floor.picking.facts import (
    MOST_URGENT_FIRST,
    WAITING,
    SqlPickingFacts,
    lines_to_walk,
    most_urgent,
    orders_waiting,
    plan_of,
)
from wms.floor.picking.model import PickingFacts
from wms.floor.picking.workflow import picking
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.orders.model import OrderState, SetOrderState
from wms.orders.tables import OrderRow
from wms.stock.model import Hold
from wms.stock.service import open_holds_of
from wms.tasks.decision import Note
from wms.tasks.floor import FloorContext
from wms.tasks.model import NewTask, Resume, Upcoming
from wms.tasks.open_tasks import IS_OPEN, count_laid_ready, count_to_resume
from wms.tasks.tables import TaskRow

_orders = cast(Table, OrderRow.__table__)
_tasks = cast(Table, TaskRow.__table__)

LOOKED_AT = 5
"""Times as many orders as a cart takes are looked at for those that share places."""

TRIES = 3
"""Where somebody else takes all that were chosen in the same moment, others are chosen."""

_CANDIDATES = (
    select(_orders.c.id, _orders.c.priority, _orders.c.due_at)
    .where(*WAITING, _orders.c.id.not_in(bindparam("key_tried", expanding=True)))
    .order_by(*MOST_URGENT_FIRST)
    .limit(bindparam("most"))
)
# Locked only when they are chosen: those that are looked at and left must not be missing for another picker.
_TAKE = (
    select(_orders.c.id, _orders.c.number, _orders.c.merchant_id, _orders.c.priority, _orders.c.due_at)
    .where(*WAITING, _orders.c.id.in_(bindparam("key_orders", expanding=True)))
    .order_by(_orders.c.id)
    .with_for_update(skip_locked=True)
)
_OPEN_CARTS = select(_tasks.c.subject, _tasks.c.progress).where(
    _tasks.c.warehouse_id == bindparam("key_warehouse"), _tasks.c.workflow == cart.name, IS_OPEN
)


class CartFloor:
    """Cart picking, wired to the database. `most` totes stand on a cart."""

    workflow = cart
    action = "*CART*"
    capability = "work_picking"

    def __init__(self, most: int) -> None:
        self._most = most

    def facts(self, session: Session, context: FloorContext) -> PickingFacts:
        return SqlPickingFacts(session, context)

    def open_by_scan(self, session: Session, context: FloorContext, scan: Scan) -> NewTask | Resume | Refusal | None:
        """A tote on a cart goes on with the cart. An empty one asks for a single order, which is picking's business."""
        tote = scan.value
        if not isinstance(tote, Container) or tote.use is not ContainerUse.PICKING:
            return None
        # As many as there are pickers: looking into each is cheaper than a table of what stands on which.
        for row in session.connection().execute(_OPEN_CARTS, {"key_warehouse": context.warehouse_id}):
            if tote_of(msgspec.json.decode(row.progress, type=CartProgress), tote.id) is not None:
                return Resume(cart.name, row.subject)
        return Refusal("task_done")

    def open_next(self, session: Session, context: FloorContext) -> NewTask | None:
        """The most urgent orders and those that are on their way. They are this picker's at once, until he sets off."""
        plan = self._next_plan(session, context.warehouse_id)
        if plan is None:
            return None
        begin = tuple(SetOrderState(order.order_id, OrderState.ALLOCATED, OrderState.PICKING) for order in plan.orders)
        note = Note("cart_opened", {"count": len(plan.orders)})
        return NewTask(cart.name, uuid7(), plan, untouched(plan), SCAN_TOTE, note, begin)

    def next_up(self, session: Session, context: FloorContext) -> Upcoming | None:
        """The order that comes onto the cart first."""
        return most_urgent(session, context.warehouse_id)

    def waiting(self, session: Session, context: FloorContext) -> int:
        """Orders that wait to be picked, and carts to go on with.

        What was laid ready for him goes back when he takes a cart, so it counts as well.
        """
        ready = count_laid_ready(session, context, picking.name)
        return orders_waiting(session, context.warehouse_id) + ready + count_to_resume(session, context, cart.name)

    def _next_plan(self, session: Session, warehouse_id: int) -> CartPlan | None:
        tried: set[UUID] = set()
        for _ in range(TRIES):
            chosen = self._chosen(session, warehouse_id, tried)
            if not chosen:
                return None
            plan = _taken(session, warehouse_id, chosen)
            if plan.orders:
                return plan
            tried.update(chosen)
        return None

    def _chosen(self, session: Session, warehouse_id: int, tried: set[UUID]) -> list[UUID]:
        parameters = {
            "key_warehouse": warehouse_id,
            "key_tried": list(tried),
            "most": self._most * LOOKED_AT,
        }
        rows = session.connection().execute(_CANDIDATES, parameters).all()
        places: dict[UUID, set[int]] = {row.id: set() for row in rows}
        for hold in open_holds_of(session, warehouse_id, places):
            places[hold.document].add(hold.key.place_id)
        candidates = [Candidate(row.id, row.priority, row.due_at, frozenset(places[row.id])) for row in rows]
        return together(candidates, self._most)


def _taken(session: Session, warehouse_id: int, chosen: list[UUID]) -> CartPlan:
    """The plan for those of the chosen orders that nobody else has taken meanwhile."""
    parameters = {"key_warehouse": warehouse_id, "key_orders": chosen}
    rows = {row.id: row for row in session.connection().execute(_TAKE, parameters)}
    holds: dict[UUID, list[Hold]] = {order_id: [] for order_id in rows}
    for hold in open_holds_of(session, warehouse_id, rows):
        holds[hold.document].append(hold)
    return CartPlan(
        tuple(
            plan_of(session, warehouse_id, rows[order_id], lines_to_walk(session, warehouse_id, holds[order_id]))
            for order_id in chosen
            if order_id in rows
        )
    )
