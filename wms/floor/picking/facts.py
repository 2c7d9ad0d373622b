"""Picking's connection to the database: which order is next, what its plan is, what a short shelf holds."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, and_, bindparam, exists, func, select
from sqlalchemy.orm import Session

from wms.barcodes.model import Scan
from wms.catalogue.lookup import items_by_id, merchant_names
from wms.containers.model import Container, ContainerUse
from wms.floor.picking.cart.workflow import cart
from wms.floor.picking.model import PickingFacts, PickLine, PickPlan, Shelf, walking_order
from wms.floor.picking.rules import take_tote, tote_refusal
from wms.floor.picking.workflow import SCAN_PLACE, SCAN_TOTE, PickProgress, picking
from wms.kernel.effect import Effect
from wms.kernel.refusal import Refusal
from wms.orders.model import OrderState, SetOrderState
from wms.orders.promises import alternatives
from wms.orders.tables import OrderLineRow, OrderRow
from wms.places.lookup import places_by_id, the_place
from wms.places.model import PlaceKind
from wms.stock.model import BalanceKey, Hold
from wms.stock.service import lock_balances, lots_by_id, open_holds
from wms.tasks.decision import Note
from wms.tasks.floor import FloorContext
from wms.tasks.model import NewTask, Resume, Upcoming
from wms.tasks.open_tasks import IS_OPEN, count_to_resume
from wms.tasks.tables import TaskRow

_orders = cast(Table, OrderRow.__table__)
_order_lines = cast(Table, OrderLineRow.__table__)
_tasks = cast(Table, TaskRow.__table__)

# Asked whenever a picker begins or ends an order, and therefore built once.
WAITING = (
    _orders.c.warehouse_id == bindparam("key_warehouse"),
    _orders.c.state == OrderState.ALLOCATED.value,
    exists().where(
        _order_lines.c.warehouse_id == _orders.c.warehouse_id,
        _order_lines.c.order_id == _orders.c.id,
        _order_lines.c.allocated > _order_lines.c.picked,
    ),
)
MOST_URGENT_FIRST = (_orders.c.priority, _orders.c.due_at.is_(None), _orders.c.due_at, _orders.c.id)
_COUNT_WAITING = select(func.count()).select_from(_orders).where(*WAITING)
_MOST_URGENT = (
    select(_orders.c.id, _orders.c.number, _orders.c.merchant_id, _orders.c.priority, _orders.c.due_at)
    .where(*WAITING)
    .order_by(*MOST_URGENT_FIRST)
    .limit(1)
)
_NEXT = _MOST_URGENT.with_for_update(skip_locked=True)
_NEVER = "~"
"""Sorts behind every moment."""

_PICKING_OR_CART = (picking.name, cart.name)
_WITHOUT_TOTE = (
    select(_tasks.c.workflow, _tasks.c.subject)
    .outerjoin(_orders, and_(_orders.c.warehouse_id == _tasks.c.warehouse_id, _orders.c.id == _tasks.c.subject))
    .where(
        _tasks.c.warehouse_id == bindparam("key_warehouse"),
        _tasks.c.operator_id == bindparam("key_operator"),
        _tasks.c.workflow.in_(_PICKING_OR_CART),
        _tasks.c.step == SCAN_TOTE,
        IS_OPEN,
    )
    # What was laid ready for him comes as urgent as it is, and after what he took himself.
    .order_by(_tasks.c.laid_ready_at.is_not(None), *MOST_URGENT_FIRST, _tasks.c.id)
    .limit(1)
)
_PICKED_BY_ITSELF = select(_tasks.c.id).where(
    _tasks.c.warehouse_id == bindparam("key_warehouse"),
    _tasks.c.workflow == picking.name,
    _tasks.c.subject == bindparam("key_order"),
    IS_OPEN,
)


@dataclass(frozen=True, slots=True)
class SqlPickingFacts:
    """PickingFacts over one session."""

    session: Session
    context: FloorContext

    def shelf(self, line: PickLine) -> Shelf:
        key = BalanceKey(line.item.sku_id, line.place.id, line.lot_id)
        balance = lock_balances(self.session, self.context.warehouse_id, [key]).get(key)
        return Shelf(balance.on_hand, balance.held) if balance else Shelf(0, 0)

    def is_cancelled(self, plan: PickPlan) -> bool:
        state = self.session.execute(
            select(OrderRow.state)
            .where(OrderRow.warehouse_id == self.context.warehouse_id, OrderRow.id == plan.order_id)
            .with_for_update(read=True)
        ).scalar_one()
        return OrderState(state) is OrderState.CANCELLED

    def replacements(self, plan: PickPlan, line: PickLine, quantity: int) -> tuple[PickLine, ...]:
        holds = alternatives(
            self.session,
            self.context.warehouse_id,
            line.item.sku_id,
            frozenset({line.place.id}),
            quantity,
            order_id=plan.order_id,
            line_no=line.line_no,
            now=self.context.now,
        )
        return lines_to_walk(self.session, self.context.warehouse_id, list(holds))


class PickingFloor:
    """Picking, wired to the database."""

    workflow = picking
    action = "*PICK*"
    capability = "work_picking"

    def facts(self, session: Session, context: FloorContext) -> PickingFacts:
        return SqlPickingFacts(session, context)

    def open_by_scan(self, session: Session, context: FloorContext, scan: Scan) -> NewTask | Resume | Refusal | None:
        """An empty tote asks for the next order; a tote that is being picked into goes on."""
        tote = scan.value
        if not isinstance(tote, Container):
            return None
        if tote.use is ContainerUse.PICKING and tote.subject is not None:
            return _picked_into(session, context.warehouse_id, tote.subject)
        if tote.use is not ContainerUse.EMPTY or tote_refusal(tote) is not None:
            return None
        without_tote = _without_tote(session, context)
        if without_tote is not None:
            return without_tote
        plan = _next_plan(session, context.warehouse_id)
        if plan is None:
            return Refusal("no_work")
        progress = replace(_untouched(plan), tote_id=tote.id, tote_code=tote.code)
        return _task(plan, progress, SCAN_PLACE, (take_tote(tote, plan.order_id),))

    def open_next(self, session: Session, context: FloorContext) -> NewTask | None:
        """The most urgent order that is allocated; two pickers who ask at once get two orders."""
        plan = _next_plan(session, context.warehouse_id)
        return None if plan is None else _task(plan, _untouched(plan), SCAN_TOTE, ())

    def next_up(self, session: Session, context: FloorContext) -> Upcoming | None:
        """The most urgent order, and how many places it leads to."""
        return most_urgent(session, context.warehouse_id)

    def waiting(self, session: Session, context: FloorContext) -> int:
        """Orders that wait to be picked, or to be picked on."""
        return orders_waiting(session, context.warehouse_id) + count_to_resume(session, context, picking.name)


def orders_waiting(session: Session, warehouse_id: int) -> int:
    """Orders that wait to be picked, in whichever way."""
    return int(session.connection().execute(_COUNT_WAITING, {"key_warehouse": warehouse_id}).scalar_one())


def most_urgent(session: Session, warehouse_id: int) -> Upcoming | None:
    """The order that `open_next` would begin, as it is named before; a cart begins with it, too."""
    row = session.connection().execute(_MOST_URGENT, {"key_warehouse": warehouse_id}).first()
    if row is None:
        return None
    return Upcoming(row.number, len(open_holds(session, warehouse_id, row.id)), row.due_at)


def _next_plan(session: Session, warehouse_id: int) -> PickPlan | None:
    row = session.connection().execute(_NEXT, {"key_warehouse": warehouse_id}).first()
    if row is None:
        return None
    holds = open_holds(session, warehouse_id, row.id)
    return plan_of(session, warehouse_id, row, lines_to_walk(session, warehouse_id, holds))


def plan_of(session: Session, warehouse_id: int, order: Any, lines: tuple[PickLine, ...]) -> PickPlan:
    """What to pick for an order that was read with the columns of `_NEXT`."""
    return PickPlan(
        order_id=order.id,
        order_number=order.number,
        merchant=merchant_names(session)[order.merchant_id],
        buffer_place_id=the_place(session, warehouse_id, PlaceKind.BUFFER).id,
        lost_place_id=the_place(session, warehouse_id, PlaceKind.LOST).id,
        lines=lines,
        rank=_rank(order.priority, order.due_at, order.id),
    )


def _rank(priority: int, due_at: datetime | None, order_id: UUID) -> str:
    """As `_NEXT` sorts them."""
    due = _NEVER if due_at is None else f"{due_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
    return f"{priority:02d} {due} {order_id}"


def _untouched(plan: PickPlan) -> PickProgress:
    return PickProgress(tuple(range(len(plan.lines))), tuple(0 for _ in plan.lines))


def _task(plan: PickPlan, progress: PickProgress, step: str, effects: tuple[Effect, ...]) -> NewTask:
    begin = SetOrderState(plan.order_id, OrderState.ALLOCATED, OrderState.PICKING)
    note = Note("order_opened", {"order": plan.order_number, "lines": len(plan.lines)})
    return NewTask(picking.name, plan.order_id, plan, progress, step, note, (begin, *effects))


def _without_tote(session: Session, context: FloorContext) -> Resume | None:
    """The order, or the cart, that this picker took and that waits for a tote: it comes before any other."""
    key = {"key_warehouse": context.warehouse_id, "key_operator": context.operator_id}
    row = session.connection().execute(_WITHOUT_TOTE, key).first()
    return None if row is None else Resume(row.workflow, row.subject, with_scan=True)


def _picked_into(session: Session, warehouse_id: int, order_id: UUID) -> Resume | None:
    """On with the order that is picked into a tote; one that stands on a cart is the cart's business."""
    key = {"key_warehouse": warehouse_id, "key_order": order_id}
    by_itself = session.connection().execute(_PICKED_BY_ITSELF, key).first()
    return None if by_itself is None else Resume(picking.name, order_id)


def lines_to_walk(session: Session, warehouse_id: int, holds: list[Hold]) -> tuple[PickLine, ...]:
    """Holds as lines to walk, in walking order."""
    items = items_by_id(session, [hold.key.sku_id for hold in holds])
    places = places_by_id(session, warehouse_id, [hold.key.place_id for hold in holds])
    lots = lots_by_id(session, warehouse_id, [hold.key.lot_id for hold in holds])

    def line(hold: Hold) -> PickLine:
        known = items[hold.key.sku_id]
        lot = lots.get(hold.key.lot_id)
        return PickLine(
            line_no=hold.line_no,
            item=known.item,
            codes=known.scanned_as,
            place=places[hold.key.place_id],
            lot_id=hold.key.lot_id,
            lot_code=lot.code if lot else "",
            expires_on=lot.expires_on.isoformat() if lot and lot.expires_on else "",
            quantity=hold.quantity,
            hold_id=hold.id,
            packs=known.packs,
        )

    return tuple(sorted((line(hold) for hold in holds), key=walking_order))
