"""HTTP doors of orders: push one, look at one, cancel one. No decisions. `order_views` is called once by `wms.app`.

Orders belong to the caller's warehouse. A number is unique per merchant only; where two merchants use it, the caller
adds `?merchant=<code>`.
"""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from wms.access.model import Capability
from wms.access.session import current_caller, require
from wms.catalogue.tables import Merchant, Sku
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import BadInput, Fault, Refused
from wms.orders.intake import NewOrder
from wms.orders.lookup import orders_by_number
from wms.orders.model import Order, OrderState
from wms.orders.service import cancel_order, take_order
from wms.web.answers import json_answer
from wms.web.decoding import read_json

MOST_BYTES = 256 * 1024
"""An order of 999 lines."""


@dataclass(frozen=True, slots=True)
class OrderReceipt:
    """The answer to a pushed order, the same however often it is pushed."""

    id: UUID
    merchant: str
    number: str
    lines: int
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class LineStanding:
    """How far a line is."""

    line_no: int
    sku: str
    quantity: int
    allocated: int
    picked: int
    packed: int
    short: int


@dataclass(frozen=True, slots=True)
class OrderStanding:
    """How far an order is."""

    id: UUID
    merchant: str
    number: str
    state: OrderState
    ordered_at: datetime
    due_at: datetime | None
    lines: tuple[LineStanding, ...]


def order_views(database: Database, clock: Clock) -> Blueprint:
    """The blueprint, to be registered on an app with access."""
    views = Blueprint("orders", __name__, url_prefix="/api/v1/orders")

    @views.post("")
    @require(Capability.PUSH_ORDERS)
    def push() -> Response:
        wanted, warehouse_id, now = (
            read_json(NewOrder, most_bytes=MOST_BYTES),
            current_caller().warehouse_id,
            clock.now(),
        )
        taken = database.in_transaction(lambda session: take_order(session, warehouse_id, wanted, now=now))
        receipt = OrderReceipt(taken.id, taken.merchant, taken.number, taken.lines, taken.taken_at)
        return json_answer(receipt, HTTPStatus.CREATED if taken.is_new else HTTPStatus.OK)

    @views.get("/<path:number>")
    @require(Capability.PUSH_ORDERS, Capability.SEE_BOARD)
    def show(number: str) -> Response:
        warehouse_id, merchant = current_caller().warehouse_id, request.args.get("merchant", "")
        return json_answer(
            database.reading(lambda session: _standing(session, _the_order(session, warehouse_id, number, merchant)))
        )

    @views.post("/<path:number>/cancel")
    @require(Capability.PUSH_ORDERS)
    def cancel(number: str) -> Response:
        warehouse_id, merchant, now = current_caller().warehouse_id, request.args.get("merchant", ""), clock.now()

        def work(session: Session) -> OrderStanding:
            order = _the_order(session, warehouse_id, number, merchant)
            refusal = cancel_order(session, warehouse_id, order.id, now=now)
            if refusal is not None:
                raise Refused(refusal)
            return _standing(session, _the_order(session, warehouse_id, number, merchant))

        return json_answer(database.in_transaction(work))

    return views


def _the_order(session: Session, warehouse_id: int, number: str, merchant: str) -> Order:
    found = orders_by_number(session, warehouse_id, number)
    if merchant:
        merchant_id = session.execute(select(Merchant.id).where(Merchant.code == merchant)).scalar_one_or_none()
        found = [order for order in found if order.merchant_id == merchant_id]
    if not found:
        raise NotFound(f"There is no order {number} here.")
    if len(found) > 1:
        raise BadInput([Fault("merchant", f"several merchants have an order {number}; add ?merchant=<code>")])
    return found[0]


def _standing(session: Session, order: Order) -> OrderStanding:
    merchant = session.execute(select(Merchant.code).where(Merchant.id == order.merchant_id)).scalar_one()
    rows = session.execute(select(Sku.id, Sku.code).where(Sku.id.in_({line.sku_id for line in order.lines})))
    codes = {row.id: row.code for row in rows}
    return OrderStanding(
        id=order.id,
        merchant=merchant,
        number=order.number,
        state=order.state,
        ordered_at=order.ordered_at,
        due_at=order.due_at,
        lines=tuple(
            LineStanding(
                line.line_no, codes[line.sku_id], line.quantity, line.allocated, line.picked, line.packed, line.short
            )
            for line in order.lines
        ),
    )
