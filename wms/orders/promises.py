"""Promising stock to orders: allocate one, allocate all that wait, find other places for what a picker did not find.

Called by `jobs` every few seconds, by the demo and by the picking workflow's facts. The rule itself is pure and lives
in `allocation`; here its inputs are locked and its outcome is written. Locks: the order, its lines, balances in key
order.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from wms.database.transaction import Database
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.orders.allocation import Allocation, FreeStock, Wanted, allocate
from wms.orders.model import ALLOCATABLE_STATES, OrderState
from wms.orders.tables import OrderLineRow, OrderRow
from wms.places.lookup import today_in
from wms.stock.availability import sku_ids_in_storage, storage_positions
from wms.stock.model import Hold
from wms.stock.service import lock_storage_balances, place_holds

SKUS_PER_QUERY = 500


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """What an allocation did for one line: newly promised units, and what is short now."""

    line_no: int
    sku_id: int
    promised: int
    short: int
    expired: int
    """Of the short units, those that lie in storage but have expired."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an allocation did for an order."""

    state: OrderState
    lines: tuple[LineOutcome, ...]

    @property
    def short(self) -> int:
        return sum(line.short for line in self.lines)


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """What an allocation of all waiting orders did, in orders."""

    full: int
    partly: int
    """Something is promised, something is short."""
    short: int
    """Nothing could be promised."""
    passed_by: int
    """Cancelled or in picking by the time their turn came."""


def allocate_order(session: Session, warehouse_id: int, order_id: UUID, *, now: datetime) -> Outcome | Refusal:
    """Promise stock to whatever of an order is not promised yet, and write down what is short.

    Refuses `no_such_order`, `order_cancelled`, `order_moved_on` (picking has begun).
    """
    row = session.execute(
        select(OrderRow.state, OrderRow.number)
        .where(OrderRow.warehouse_id == warehouse_id, OrderRow.id == order_id)
        .with_for_update()
    ).first()
    if row is None:
        return Refusal("no_such_order", {"order": str(order_id)})
    if row.state == OrderState.CANCELLED:
        return Refusal("order_cancelled", {"order": row.number})
    if OrderState(row.state) not in ALLOCATABLE_STATES:
        return Refusal("order_moved_on", {"order": row.number, "state": row.state})

    lines = session.execute(
        select(OrderLineRow.line_no, OrderLineRow.sku_id, OrderLineRow.quantity, OrderLineRow.allocated)
        .where(OrderLineRow.warehouse_id == warehouse_id, OrderLineRow.order_id == order_id)
        .order_by(OrderLineRow.line_no)
        .with_for_update()
    ).all()
    wanted = [
        Wanted(line.line_no, line.sku_id, line.quantity - line.allocated)
        for line in lines
        if line.quantity > line.allocated
    ]
    outcome = _allocate_locked(session, warehouse_id, wanted, frozenset(), now)
    holds = [Hold(uuid7(), promise.key, promise.quantity, order_id, promise.line_no) for promise in outcome.promises]
    if holds:
        refusal = place_holds(session, warehouse_id, holds, now=now)
        assert refusal is None, f"locked stock was not free: {refusal}"
    line_outcomes = _line_outcomes(wanted, outcome)
    if line_outcomes:
        session.connection().execute(
            _PROMISE,
            [
                {
                    "key_warehouse": warehouse_id,
                    "key_order": order_id,
                    "key_line": line.line_no,
                    "promised": line.promised,
                    "now_short": line.short,
                }
                for line in line_outcomes
            ],
        )
    anything = any(line.allocated for line in lines) or any(line.promised for line in line_outcomes)
    state = OrderState.ALLOCATED if anything else OrderState.SHORT
    session.execute(
        update(OrderRow).where(OrderRow.warehouse_id == warehouse_id, OrderRow.id == order_id).values(state=state.value)
    )
    return Outcome(state, line_outcomes)


def allocate_waiting(
    database: Database,
    warehouse_id: int,
    *,
    now: Callable[[], datetime],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> BatchOutcome:
    """Allocate every order that has something open: new ones, and short ones again, each in its own transaction."""
    waiting = database.reading(lambda session: orders_worth_trying(session, warehouse_id, now()))
    counts = {"full": 0, "partly": 0, "short": 0, "passed_by": 0}
    for done, order_id in enumerate(waiting, start=1):
        outcome = database.in_transaction(_allocation_of(warehouse_id, order_id, now))
        counts[_class_of(outcome)] += 1
        progress(done, len(waiting))
    return BatchOutcome(**counts)


def orders_worth_trying(session: Session, warehouse_id: int, now: datetime) -> list[UUID]:
    """Orders before picking with units not promised: by priority, then due time, then arrival.

    New ones all; short ones only where something they lack lies in storage now, because a sweep asks every few seconds.
    """
    rows = session.execute(
        select(OrderRow.id, OrderRow.state, OrderLineRow.sku_id)
        .join(
            OrderLineRow,
            (OrderLineRow.warehouse_id == OrderRow.warehouse_id) & (OrderLineRow.order_id == OrderRow.id),
        )
        .where(
            OrderRow.warehouse_id == warehouse_id,
            OrderRow.state.in_([state.value for state in ALLOCATABLE_STATES]),
            OrderLineRow.allocated < OrderLineRow.quantity,
        )
        .order_by(OrderRow.priority, OrderRow.due_at.is_(None), OrderRow.due_at, OrderRow.id)
    ).all()
    lacking = sorted({row.sku_id for row in rows if row.state != OrderState.NEW})
    today = today_in(session, warehouse_id, now)
    in_storage = frozenset[int]().union(
        *(
            sku_ids_in_storage(session, warehouse_id, lacking[start : start + SKUS_PER_QUERY], today)
            for start in range(0, len(lacking), SKUS_PER_QUERY)
        )
    )
    # A dict keeps the order and names each order once.
    return list(dict.fromkeys(row.id for row in rows if row.state == OrderState.NEW or row.sku_id in in_storage))


def alternatives(
    session: Session,
    warehouse_id: int,
    sku_id: int,
    excluding_place_ids: Collection[int],
    quantity: int,
    *,
    order_id: UUID,
    line_no: int,
    now: datetime,
) -> tuple[Hold, ...]:
    """Holds that would serve `quantity` units from other places; fewer, or none, where there is not enough.

    Locks what it proposes until the transaction ends and writes nothing: the workflow emits the PlaceHold effects.
    """
    wanted = [Wanted(line_no, sku_id, quantity)]
    outcome = _allocate_locked(session, warehouse_id, wanted, frozenset(excluding_place_ids), now)
    return tuple(Hold(uuid7(), promise.key, promise.quantity, order_id, line_no) for promise in outcome.promises)


def _allocate_locked(
    session: Session, warehouse_id: int, wanted: Sequence[Wanted], excluding: frozenset[int], now: datetime
) -> Allocation:
    sku_ids = sorted({line.sku_id for line in wanted})
    positions = {
        position.key: position
        for position in (storage_positions(session, warehouse_id, sku_ids) if sku_ids else ())
        if position.key.place_id not in excluding
    }
    stock: list[FreeStock] = []
    if positions:
        place_ids = sorted({key.place_id for key in positions})
        for balance in lock_storage_balances(session, warehouse_id, sku_ids, place_ids):
            # A balance that appeared between the look and the lock waits for the next allocation.
            position = positions.get(balance.key)
            if position is not None:
                stock.append(
                    FreeStock(balance.key, balance.free, position.kind, position.walk_order, position.expires_on)
                )
    return allocate(wanted, stock, today_in(session, warehouse_id, now))


def _line_outcomes(wanted: Sequence[Wanted], outcome: Allocation) -> tuple[LineOutcome, ...]:
    promised: dict[int, int] = {}
    for promise in outcome.promises:
        promised[promise.line_no] = promised.get(promise.line_no, 0) + promise.quantity
    short = {shortage.line_no: shortage for shortage in outcome.shortages}
    return tuple(
        LineOutcome(
            line.line_no,
            line.sku_id,
            promised.get(line.line_no, 0),
            short[line.line_no].quantity if line.line_no in short else 0,
            short[line.line_no].expired if line.line_no in short else 0,
        )
        for line in wanted
    )


def _allocation_of(
    warehouse_id: int, order_id: UUID, now: Callable[[], datetime]
) -> Callable[[Session], Outcome | Refusal]:
    return lambda session: allocate_order(session, warehouse_id, order_id, now=now())


def _class_of(outcome: Outcome | Refusal) -> str:
    if isinstance(outcome, Refusal):
        return "passed_by"
    if outcome.state is OrderState.SHORT:
        return "short"
    return "partly" if outcome.short else "full"


_lines: Any = OrderLineRow.__table__
_PROMISE = (
    update(_lines)
    .where(
        _lines.c.warehouse_id == bindparam("key_warehouse"),
        _lines.c.order_id == bindparam("key_order"),
        _lines.c.line_no == bindparam("key_line"),
    )
    .values(allocated=_lines.c.allocated + bindparam("promised"), short=bindparam("now_short"))
)
