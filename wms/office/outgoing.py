"""Lists of what goes out: orders by stage, short lines, parcels. What customs was told is in `declared`.

Statements only; `listing` runs them. Each begins at an index that grows with the open work and not with the past: what
left is found through the loads of today.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal_column, or_, select

from wms.access.tables import OperatorRow
from wms.bench.unproven import is_unproven
from wms.catalogue.tables import Merchant, Sku
from wms.customs.model import OPENING_STATES
from wms.customs.tables import DeclarationRow, FindingRow
from wms.floor.picking.workflow import picking
from wms.office.listing import Column, ListKind, Scope, Shown, Slice, Statement
from wms.orders.model import OrderState
from wms.orders.tables import OrderLineRow, OrderRow
from wms.places.tables import PlaceRow
from wms.shipments.model import ParcelState
from wms.shipments.tables import LoadRow, ParcelRow
from wms.tasks.tables import TaskRow

SOON = timedelta(minutes=30)

_ENDED = (OrderState.DISPATCHED, OrderState.CANCELLED)
OPEN_STATES = [state.value for state in OrderState if state not in _ENDED]


# The task in which somebody was handed the order in advance; nothing of it has begun.
_of_laid_ready = (
    TaskRow.warehouse_id == OrderRow.warehouse_id,
    TaskRow.workflow == picking.name,
    TaskRow.subject == OrderRow.id,
    TaskRow.state == literal_column("'open'"),
    TaskRow.laid_ready_at.is_not(None),
)


def newest(statement: Callable[[Scope], Statement], identity: Any) -> Callable[[Scope], Statement]:
    """Everything there ever was, along its key: sorted by anything else it would have to be read whole."""
    return lambda scope: statement(scope).order_by(None).order_by(identity.desc())


def _is_late(scope: Scope) -> ColumnElement[bool]:
    return and_(OrderRow.state.in_(OPEN_STATES), OrderRow.due_at <= scope.now)


def _orders(scope: Scope) -> Statement:
    of_order = and_(OrderLineRow.warehouse_id == OrderRow.warehouse_id, OrderLineRow.order_id == OrderRow.id)
    units = select(func.sum(OrderLineRow.quantity)).where(of_order).scalar_subquery()
    short = select(func.sum(OrderLineRow.short)).where(of_order).scalar_subquery()
    ready_for = (
        select(OperatorRow.name)
        .join(TaskRow, and_(TaskRow.warehouse_id == OperatorRow.warehouse_id, TaskRow.operator_id == OperatorRow.id))
        .where(*_of_laid_ready)
        .scalar_subquery()
    )
    return (
        select(
            OrderRow.number,
            Merchant.name.label("merchant"),
            OrderRow.state,
            ready_for.label("laid_ready_for"),
            OrderRow.priority,
            units.label("units"),
            short.label("short"),
            OrderRow.due_at,
            _is_late(scope).label("late"),
            OrderRow.taken_at,
        )
        .select_from(OrderRow)
        .outerjoin(Merchant, Merchant.id == OrderRow.merchant_id)
        .where(OrderRow.warehouse_id == scope.warehouse_id)
        .order_by(OrderRow.priority, OrderRow.due_at.is_(None), OrderRow.due_at, OrderRow.id)
    )


def _orders_in(*states: OrderState) -> Any:
    return lambda scope: _orders(scope).where(OrderRow.state.in_([state.value for state in states]))


def _picking(scope: Scope) -> Statement:
    return _orders(scope).where(OrderRow.state == OrderState.PICKING.value, ~exists().where(*_of_laid_ready))


def _laid_ready(scope: Scope) -> Statement:
    return _orders(scope).where(OrderRow.state == OrderState.PICKING.value, exists().where(*_of_laid_ready))


def _late_orders(scope: Scope) -> Statement:
    return _orders(scope).where(_is_late(scope))


def _orders_due_soon(scope: Scope) -> Statement:
    return _orders(scope).where(
        OrderRow.state.in_(OPEN_STATES), OrderRow.due_at > scope.now, OrderRow.due_at <= scope.now + SOON
    )


def _stopped(scope: Scope) -> Statement:
    of_order = (FindingRow.warehouse_id == OrderRow.warehouse_id, FindingRow.order_id == OrderRow.id)
    return _orders(scope).where(OrderRow.state.in_(OPEN_STATES), exists().where(*of_order, FindingRow.stops))


def _orders_left_today(scope: Scope) -> Statement:
    left = select(ParcelRow.order_id).where(*_in_loads_of_today(scope))
    return _orders(scope).where(OrderRow.id.in_(left), OrderRow.state == OrderState.DISPATCHED.value)


def _in_loads_of_today(scope: Scope) -> tuple[Any, ...]:
    loads = select(LoadRow.id).where(
        LoadRow.warehouse_id == scope.warehouse_id, LoadRow.closed_at >= scope.start_of_day
    )
    return (
        ParcelRow.warehouse_id == scope.warehouse_id,
        ParcelRow.load_id.in_(loads),
        ParcelRow.state == ParcelState.DISPATCHED.value,
    )


ORDERS = ListKind(
    "orders",
    "Orders",
    (
        Slice("new", "New", _orders_in(OrderState.NEW)),
        Slice("allocated", "To pick", _orders_in(OrderState.ALLOCATED)),
        Slice("laid-ready", "Laid ready", _laid_ready),
        Slice("picking", "Picking", _picking),
        Slice("picked", "To pack", _orders_in(OrderState.PICKED)),
        Slice("packing", "Packing", _orders_in(OrderState.PACKING)),
        Slice("packed", "Packed", _orders_in(OrderState.PACKED)),
        Slice("left-today", "Left today", _orders_left_today),
        Slice("short", "Short", _orders_in(OrderState.SHORT)),
        Slice("stopped", "Stopped by findings", _stopped),
        Slice("late", "Late", _late_orders),
        Slice("due-soon", "Due in 30 min", _orders_due_soon),
        Slice("all", "All, newest first", newest(_orders, OrderRow.id)),
    ),
    (
        Column("number", "Order", Shown.ORDER),
        Column("merchant", "Merchant"),
        Column("state", "Stage", Shown.WORD),
        Column("laid_ready_for", "Laid ready for"),
        Column("priority", "Priority", Shown.NUMBER),
        Column("units", "Units", Shown.NUMBER),
        Column("short", "Short", Shown.NUMBER),
        Column("due_at", "Due", Shown.DUE),
        Column("taken_at", "Taken in", Shown.MOMENT),
    ),
    OrderRow.__table__.c.number,
    "Order number",
    explained={
        "short": "Orders of which nothing could be promised; allocation tries again as goods come in.",
        "laid-ready": "Handed in advance to a picker whose handheld may lose its network; nothing of them has begun.",
        "left-today": "Orders whose parcel left on a load closed since midnight.",
        "stopped": "Their papers contradict each other: nothing is sent to customs until somebody mends them.",
        "late": "Open orders whose time has passed.",
    },
)


def _short_lines(scope: Scope) -> Statement:
    open_orders = select(OrderRow.id).where(
        OrderRow.warehouse_id == scope.warehouse_id, OrderRow.state.in_(OPEN_STATES)
    )
    return (
        select(
            OrderRow.number,
            OrderRow.state,
            Sku.code.label("sku_code"),
            Sku.name.label("sku_name"),
            OrderLineRow.quantity,
            OrderLineRow.picked,
            OrderLineRow.short,
            OrderRow.due_at,
            _is_late(scope).label("late"),
        )
        .select_from(OrderLineRow)
        .join(OrderRow, and_(OrderRow.warehouse_id == OrderLineRow.warehouse_id, OrderRow.id == OrderLineRow.order_id))
        .outerjoin(Sku, Sku.id == OrderLineRow.sku_id)
        .where(
            OrderLineRow.warehouse_id == scope.warehouse_id,
            # Said as a list of orders, so that the lines are found through the few open ones and not read one by one.
            OrderLineRow.order_id.in_(open_orders),
            OrderLineRow.short > 0,
        )
        .order_by(OrderRow.priority, OrderRow.due_at.is_(None), OrderRow.due_at, OrderRow.id, OrderLineRow.line_no)
    )


SHORT_LINES = ListKind(
    "short-lines",
    "Short lines",
    (Slice("open", "Of open orders", _short_lines),),
    (
        Column("number", "Order", Shown.ORDER),
        Column("state", "Stage", Shown.WORD),
        Column("sku_code", "SKU", Shown.CODE),
        Column("sku_name", "Product"),
        Column("quantity", "Ordered", Shown.NUMBER),
        Column("picked", "Picked", Shown.NUMBER),
        Column("short", "Short", Shown.NUMBER),
        Column("due_at", "Due", Shown.DUE),
    ),
    OrderRow.__table__.c.number,
    "Order number",
)


def _parcels(scope: Scope) -> Statement:
    return (
        select(
            ParcelRow.tracking_no,
            OrderRow.number.label("order_number"),
            ParcelRow.state,
            PlaceRow.code.label("place"),
            LoadRow.code.label("load"),
            DeclarationRow.state.label("customs"),
            ParcelRow.weight_grams,
            ParcelRow.closed_at,
            ParcelRow.dispatched_at,
        )
        .select_from(ParcelRow)
        .outerjoin(OrderRow, and_(OrderRow.warehouse_id == ParcelRow.warehouse_id, OrderRow.id == ParcelRow.order_id))
        .outerjoin(PlaceRow, and_(PlaceRow.warehouse_id == ParcelRow.warehouse_id, PlaceRow.id == ParcelRow.place_id))
        .outerjoin(LoadRow, and_(LoadRow.warehouse_id == ParcelRow.warehouse_id, LoadRow.id == ParcelRow.load_id))
        .outerjoin(
            DeclarationRow,
            and_(DeclarationRow.warehouse_id == ParcelRow.warehouse_id, DeclarationRow.parcel_id == ParcelRow.id),
        )
        .where(ParcelRow.warehouse_id == scope.warehouse_id)
        .order_by(ParcelRow.id)
    )


def _red_on_a_lane(scope: Scope) -> Statement:
    opening = sorted(state.value for state in OPENING_STATES)
    return _parcels(scope).where(
        ParcelRow.state == ParcelState.STAGED.value,
        or_(DeclarationRow.state.not_in(opening), DeclarationRow.open_holds > 0),
    )


def _parcels_in(state: ParcelState) -> Any:
    return lambda scope: _parcels(scope).where(ParcelRow.state == state.value)


PARCELS = ListKind(
    "parcels",
    "Parcels",
    (
        Slice("packed", "At the bench", _parcels_in(ParcelState.PACKED)),
        Slice("label-unproven", "Label not scanned back", lambda scope: _parcels(scope).where(is_unproven())),
        Slice("caged", "Held in a cage", _parcels_in(ParcelState.CAGED)),
        Slice("staged", "On a lane", _parcels_in(ParcelState.STAGED)),
        Slice("red", "Turned red on a lane", _red_on_a_lane),
        Slice("left-today", "Left today", lambda scope: _parcels(scope).where(*_in_loads_of_today(scope))),
        Slice("opened-again", "Opened again", _parcels_in(ParcelState.CANCELLED)),
        Slice("all", "All, newest first", newest(_parcels, ParcelRow.id)),
    ),
    (
        Column("tracking_no", "Parcel", Shown.PARCEL),
        Column("order_number", "Order", Shown.ORDER),
        Column("state", "Stands", Shown.WORD),
        Column("place", "Place", Shown.CODE),
        Column("load", "Load", Shown.LOAD),
        Column("customs", "Customs", Shown.WORD),
        Column("weight_grams", "Weight", Shown.GRAMS),
        Column("closed_at", "Packed", Shown.MOMENT),
        Column("dispatched_at", "Left", Shown.MOMENT),
    ),
    ParcelRow.__table__.c.tracking_no,
    "Tracking number",
    explained={
        "red": "Released once, and not any more: take them off the load and put them into a cage.",
        "opened-again": "Their numbers are void. The page of the order says when, by whom and why.",
    },
)
