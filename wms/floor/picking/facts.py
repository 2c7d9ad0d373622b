"""Picking's connection to the database: which order is next, what its plan is, what a short shelf holds."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from wms.barcodes.model import Scan
from wms.catalogue.lookup import items_by_id, merchant_names
from wms.containers.model import Container, ContainerUse
from wms.floor.picking.workflow import (
    SCAN_PLACE,
    SCAN_TOTE,
    PickingFacts,
    PickLine,
    PickPlan,
    PickProgress,
    Shelf,
    picking,
    take_tote,
    tote_refusal,
)
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
from wms.tasks.model import NewTask, Resume
from wms.tasks.tables import TaskRow
from wms.tasks.task_store import count_to_resume


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
        return _lines(self.session, self.context.warehouse_id, list(holds))


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
            return Resume(picking.name, tote.subject)
        if tote.use is not ContainerUse.EMPTY or tote_refusal(tote) is not None:
            return None
        order_without_tote = _order_without_tote(session, context)
        if order_without_tote is not None:
            return Resume(picking.name, order_without_tote)
        plan = _next_plan(session, context.warehouse_id)
        if plan is None:
            return Refusal("no_work")
        progress = replace(_untouched(plan), tote_id=tote.id, tote_code=tote.code)
        return _task(plan, progress, SCAN_PLACE, (take_tote(tote, plan.order_id),))

    def open_next(self, session: Session, context: FloorContext) -> NewTask | None:
        """The most urgent order that is allocated; two pickers who ask at once get two orders."""
        plan = _next_plan(session, context.warehouse_id)
        return None if plan is None else _task(plan, _untouched(plan), SCAN_TOTE, ())

    def waiting(self, session: Session, context: FloorContext) -> int:
        """Orders that wait to be picked, or to be picked on."""
        orders = select(func.count()).select_from(OrderRow).where(*_waiting(context.warehouse_id))
        return session.execute(orders).scalar_one() + count_to_resume(session, context, picking.name)


def _next_plan(session: Session, warehouse_id: int) -> PickPlan | None:
    row = session.execute(
        select(OrderRow.id, OrderRow.number, OrderRow.merchant_id)
        .where(*_waiting(warehouse_id))
        .order_by(OrderRow.priority, OrderRow.due_at.is_(None), OrderRow.due_at, OrderRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return None
    return PickPlan(
        order_id=row.id,
        order_number=row.number,
        merchant=merchant_names(session)[row.merchant_id],
        buffer_place_id=the_place(session, warehouse_id, PlaceKind.BUFFER).id,
        lost_place_id=the_place(session, warehouse_id, PlaceKind.LOST).id,
        lines=_lines(session, warehouse_id, open_holds(session, warehouse_id, row.id)),
    )


def _untouched(plan: PickPlan) -> PickProgress:
    return PickProgress(tuple(range(len(plan.lines))), tuple(0 for _ in plan.lines))


def _task(plan: PickPlan, progress: PickProgress, step: str, effects: tuple[Effect, ...]) -> NewTask:
    begin = SetOrderState(plan.order_id, OrderState.ALLOCATED, OrderState.PICKING)
    note = Note("order_opened", {"order": plan.order_number, "lines": len(plan.lines)})
    return NewTask(picking.name, plan.order_id, plan, progress, step, note, (begin, *effects))


def _order_without_tote(session: Session, context: FloorContext) -> UUID | None:
    """The order this picker took and has no tote for yet: it comes before any other."""
    return session.execute(
        select(TaskRow.subject)
        .where(
            TaskRow.warehouse_id == context.warehouse_id,
            TaskRow.operator_id == context.operator_id,
            TaskRow.state == "open",
            TaskRow.workflow == picking.name,
            TaskRow.step == SCAN_TOTE,
        )
        .limit(1)
    ).scalar_one_or_none()


def _waiting(warehouse_id: int) -> tuple[ColumnElement[bool], ...]:
    something_to_pick = exists().where(
        OrderLineRow.warehouse_id == OrderRow.warehouse_id,
        OrderLineRow.order_id == OrderRow.id,
        OrderLineRow.allocated > OrderLineRow.picked,
    )
    return (
        OrderRow.warehouse_id == warehouse_id,
        OrderRow.state == OrderState.ALLOCATED.value,
        something_to_pick,
    )


def _lines(session: Session, warehouse_id: int, holds: list[Hold]) -> tuple[PickLine, ...]:
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
        )

    def walk(entry: PickLine) -> tuple[int, str, int, UUID]:
        return (entry.place.walk_order, entry.place.code, entry.item.sku_id, entry.lot_id)

    return tuple(sorted((line(hold) for hold in holds), key=walk))
