"""Use cases that write orders: take one in, cancel it, and one writer per effect. For views, imports and `wms.tasks`.

Locks are taken in one order: the order, its lines, stock balances. A writer of effects changes its row only where the
row still allows it, so that of two people at one order one is refused and nothing is counted twice.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Integer, Table, Update, bindparam, insert, select, update
from sqlalchemy.orm import Session

from wms.catalogue.tables import Merchant, Sku
from wms.kernel.errors import BadInput, Conflict, Fault
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.orders.intake import NewOrder, PricedOrder, missing_for_customs, priced
from wms.orders.model import LineNote, OrderState, PackingWishes, RecordPacked, RecordPicked, RecordShort, SetOrderState
from wms.orders.tables import OrderLineRow, OrderRow, PackingWishRow
from wms.outbox.service import enqueue
from wms.places.lookup import regime_of
from wms.stock.service import void_document

SKUS_PER_QUERY = 500
TAKEN_TOPIC = "orders.taken"
"""Outbox message of an order that came in, for customs. Where goods need no declaration nobody would listen."""

_orders = cast(Table, OrderRow.__table__)
_lines = cast(Table, OrderLineRow.__table__)

# What a scan writes is built once: building a statement costs more than running it.
_SET_STATE = (
    update(_orders)
    .where(
        _orders.c.warehouse_id == bindparam("key_warehouse"),
        _orders.c.id == bindparam("key_order"),
        _orders.c.state == bindparam("from_state"),
    )
    .values(state=bindparam("to_state"))
)

_CHANGE_LINE = update(_lines).where(
    _lines.c.warehouse_id == bindparam("key_warehouse"),
    _lines.c.order_id == bindparam("key_order"),
    _lines.c.line_no == bindparam("key_line"),
)
_units = bindparam("units", type_=Integer)

_PICK = _CHANGE_LINE.where(
    _lines.c.picked + _units <= _lines.c.allocated, _lines.c.picked + _units >= _lines.c.packed
).values(picked=_lines.c.picked + _units)

_SHORTEN = _CHANGE_LINE.where(_lines.c.allocated - _units >= _lines.c.picked, _lines.c.short + _units >= 0).values(
    allocated=_lines.c.allocated - _units, short=_lines.c.short + _units
)

_PACK = _CHANGE_LINE.where(_lines.c.packed + _units <= _lines.c.picked, _lines.c.packed + _units >= 0).values(
    packed=_lines.c.packed + _units
)


@dataclass(frozen=True, slots=True)
class TakenOrder:
    """The answer to an order, the same however often it is sent."""

    id: UUID
    merchant: str
    number: str
    lines: int
    taken_at: datetime
    is_new: bool
    """False when this very order was known already."""


def take_order(session: Session, warehouse_id: int, wanted: NewOrder, *, now: datetime) -> TakenOrder:
    """Take an order in, once. Raises BadInput with all faults, Conflict when the number came with other contents."""
    order = priced(wanted)
    if isinstance(order, list):
        raise BadInput(order + _faults_in_catalogue(session, wanted))
    merchant_id = session.execute(select(Merchant.id).where(Merchant.code == order.merchant)).scalar_one_or_none()
    contents_hash = order.contents_hash()
    if merchant_id is not None:
        known = _known_order(session, warehouse_id, merchant_id, order, contents_hash)
        if known is not None:
            return known
    faults = _faults_in_catalogue(session, wanted)
    needs_declaration = regime_of(session, warehouse_id).needs_release
    if needs_declaration:
        faults += missing_for_customs(order)
    if faults:
        raise BadInput(faults)
    assert merchant_id is not None, "an unknown merchant is a fault"
    order_id = uuid7()
    session.execute(
        insert(OrderRow).values(
            warehouse_id=warehouse_id,
            id=order_id,
            merchant_id=merchant_id,
            number=order.number,
            state=OrderState.NEW.value,
            priority=order.priority,
            ordered_at=order.ordered_at or now,
            due_at=order.due_at,
            taken_at=now,
            contents_hash=contents_hash,
            **_facts(order),
        )
    )
    sku_ids = sku_ids_by_code(session, order.merchant, {line.sku for line in order.lines})
    session.execute(
        insert(OrderLineRow),
        [
            {
                "warehouse_id": warehouse_id,
                "order_id": order_id,
                "line_no": line_no,
                "sku_id": sku_ids[line.sku],
                "quantity": line.quantity,
                "unit_price_minor": line.unit_price_minor,
                "allocated": 0,
                "picked": 0,
                "packed": 0,
                "short": 0,
            }
            for line_no, line in enumerate(order.lines, start=1)
        ],
    )
    _keep_wishes(session, warehouse_id, order_id, order.wishes)
    if needs_declaration:
        payload = json.dumps({"order_id": str(order_id)})
        enqueue(session, warehouse_id, TAKEN_TOPIC, payload, now=now, serial_key=f"order:{order_id}")
    return TakenOrder(order_id, order.merchant, order.number, len(order.lines), now, is_new=True)


def _keep_wishes(session: Session, warehouse_id: int, order_id: UUID, wishes: PackingWishes) -> None:
    whole = (LineNote(0, wishes.note),) if wishes.note or wishes.is_gift else ()
    rows = [
        {
            "warehouse_id": warehouse_id,
            "order_id": order_id,
            "line_no": each.line_no,
            "is_gift": wishes.is_gift and each.line_no == 0,
            "note": each.note,
        }
        for each in (*whole, *wishes.line_notes)
    ]
    if rows:
        session.execute(insert(PackingWishRow), rows)


def cancel_order(session: Session, warehouse_id: int, order_id: UUID, *, now: datetime) -> Refusal | None:
    """Cancel an order and free what is held for it; changes nothing when it is cancelled already.

    Refuses `order_picked_already`: picked goods stand in a tote, and only a person can bring them back.
    """
    state = _locked_state(session, warehouse_id, order_id)
    if state is None:
        return Refusal("no_such_order", {"order": str(order_id)})
    if state is OrderState.CANCELLED:
        return None
    picked = session.execute(
        select(OrderLineRow.picked)
        .where(OrderLineRow.warehouse_id == warehouse_id, OrderLineRow.order_id == order_id)
        .order_by(OrderLineRow.line_no)
        .with_for_update()
    ).scalars()
    if any(list(picked)) or state in (OrderState.PACKED, OrderState.DISPATCHED):
        return Refusal("order_picked_already", {"order": str(order_id), "state": state.value})
    # Taking the promise off the lines is what stops a picker who has this order in hand: his next record finds
    # nothing allocated.
    session.execute(
        update(OrderLineRow)
        .where(OrderLineRow.warehouse_id == warehouse_id, OrderLineRow.order_id == order_id)
        .values(allocated=0)
    )
    void_document(session, warehouse_id, order_id)
    session.execute(
        update(OrderRow)
        .where(OrderRow.warehouse_id == warehouse_id, OrderRow.id == order_id)
        .values(state=OrderState.CANCELLED.value)
    )
    return None


def record_picked(session: Session, warehouse_id: int, effect: RecordPicked, *, now: datetime) -> Refusal | None:
    """Apply the effect; refuses `picked_more_than_allocated`, `order_cancelled`, `no_such_order_line`."""
    return _change_line(session, warehouse_id, effect, _PICK, "picked_more_than_allocated")


def record_short(session: Session, warehouse_id: int, effect: RecordShort, *, now: datetime) -> Refusal | None:
    """Apply the effect; refuses `short_more_than_open`, `order_cancelled`, `no_such_order_line`."""
    return _change_line(session, warehouse_id, effect, _SHORTEN, "short_more_than_open")


def record_packed(session: Session, warehouse_id: int, effect: RecordPacked, *, now: datetime) -> Refusal | None:
    """Apply the effect; refuses `packed_more_than_picked`, `order_cancelled`, `no_such_order_line`."""
    return _change_line(session, warehouse_id, effect, _PACK, "packed_more_than_picked")


def set_order_state(session: Session, warehouse_id: int, effect: SetOrderState, *, now: datetime) -> Refusal | None:
    """Apply the effect; refuses `order_cancelled`, `order_moved_on`, `no_such_order`."""
    parameters = {
        "key_warehouse": warehouse_id,
        "key_order": effect.order_id,
        "from_state": effect.from_state.value,
        "to_state": effect.state.value,
    }
    if session.connection().execute(_SET_STATE, parameters).rowcount == 1:
        return None
    return _cancelled(session, warehouse_id, effect.order_id) or Refusal(
        "order_moved_on", {"order": str(effect.order_id), "expected": effect.from_state.value}
    )


def sku_ids_by_code(session: Session, merchant: str, codes: set[str]) -> Mapping[str, int]:
    """The SKUs of a merchant by code; a code written in small letters finds the one in capitals."""
    wanted = sorted(codes | {code.upper() for code in codes})
    found: dict[str, int] = {}
    for start in range(0, len(wanted), SKUS_PER_QUERY):
        rows = session.execute(
            select(Sku.code, Sku.id)
            .join(Merchant, Merchant.id == Sku.merchant_id)
            .where(Merchant.code == merchant, Sku.code.in_(wanted[start : start + SKUS_PER_QUERY]))
        )
        found.update((row.code, row.id) for row in rows)
    by_wish = {code: found.get(code, found.get(code.upper())) for code in codes}
    return {code: sku_id for code, sku_id in by_wish.items() if sku_id is not None}


def _known_order(
    session: Session, warehouse_id: int, merchant_id: int, order: PricedOrder, contents_hash: str
) -> TakenOrder | None:
    row = session.execute(
        select(OrderRow.id, OrderRow.contents_hash, OrderRow.taken_at).where(
            OrderRow.warehouse_id == warehouse_id,
            OrderRow.merchant_id == merchant_id,
            OrderRow.number == order.number,
        )
    ).first()
    if row is None:
        return None
    if row.contents_hash != contents_hash:
        raise Conflict(
            f"order {order.number} of {order.merchant} is known with other contents; "
            "cancel it and send the changed one under a new number"
        )
    return TakenOrder(row.id, order.merchant, order.number, len(order.lines), row.taken_at, is_new=False)


def _faults_in_catalogue(session: Session, wanted: NewOrder) -> list[Fault]:
    merchant = wanted.merchant.strip()
    if session.execute(select(Merchant.id).where(Merchant.code == merchant)).first() is None:
        return [Fault("merchant", f"{merchant!r} is not known; add the merchant first")]
    known = sku_ids_by_code(session, merchant, {line.sku.strip() for line in wanted.lines})
    return [
        Fault(f"lines[{index}].sku", f"{line.sku.strip()!r} is no SKU of {merchant}; add the product first")
        for index, line in enumerate(wanted.lines)
        if line.sku.strip() not in known
    ]


def _facts(order: PricedOrder) -> dict[str, object]:
    amounts, buyer, payment, consignee = order.amounts, order.buyer, order.payment, order.consignee
    return {
        "currency": amounts.goods.currency,
        "goods_value_minor": amounts.goods.minor,
        "freight_minor": amounts.freight.minor,
        "discount_minor": amounts.discount.minor,
        "tax_minor": amounts.tax.minor,
        "paid_minor": amounts.paid.minor,
        "buyer_account": buyer.account,
        "buyer_name": buyer.name,
        "buyer_id_number": buyer.id_number,
        "buyer_phone": buyer.phone,
        "payment_transaction_id": payment.transaction_id,
        "paid_at": payment.paid_at,
        "consignee_name": consignee.name,
        "consignee_phone": consignee.phone,
        "consignee_address": "\n".join(consignee.address),
        "consignee_district": consignee.district,
        "consignee_country": consignee.country,
    }


def _locked_state(session: Session, warehouse_id: int, order_id: UUID) -> OrderState | None:
    state = session.execute(
        select(OrderRow.state).where(OrderRow.warehouse_id == warehouse_id, OrderRow.id == order_id).with_for_update()
    ).scalar_one_or_none()
    return None if state is None else OrderState(state)


def _change_line(
    session: Session,
    warehouse_id: int,
    effect: RecordPicked | RecordShort | RecordPacked,
    change: Update,
    code: str,
) -> Refusal | None:
    """Change a line where the `change` allows it; on a refusal, find out why. One statement where all goes well."""
    assert effect.quantity != 0, "an effect changes something"
    parameters = {
        "key_warehouse": warehouse_id,
        "key_order": effect.order_id,
        "key_line": effect.line_no,
        "units": effect.quantity,
    }
    if session.connection().execute(change, parameters).rowcount == 1:
        return None
    row = session.execute(
        select(OrderLineRow.allocated, OrderLineRow.picked, OrderLineRow.packed).where(
            OrderLineRow.warehouse_id == warehouse_id,
            OrderLineRow.order_id == effect.order_id,
            OrderLineRow.line_no == effect.line_no,
        )
    ).first()
    if row is None:
        return Refusal("no_such_order_line", {"order": str(effect.order_id), "line": effect.line_no})
    return _cancelled(session, warehouse_id, effect.order_id) or Refusal(
        code,
        {
            "line": effect.line_no,
            "wanted": effect.quantity,
            "allocated": row.allocated,
            "picked": row.picked,
            "packed": row.packed,
        },
    )


def _cancelled(session: Session, warehouse_id: int, order_id: UUID) -> Refusal | None:
    row = session.execute(
        select(OrderRow.state, OrderRow.number).where(OrderRow.warehouse_id == warehouse_id, OrderRow.id == order_id)
    ).first()
    if row is None:
        return Refusal("no_such_order", {"order": str(order_id)})
    if row.state == OrderState.CANCELLED:
        return Refusal("order_cancelled", {"order": row.number})
    return None
