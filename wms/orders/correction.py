"""What the platform puts right in an order after it was taken in. Called by `wms.customs.mending`.

A person enters it, because platforms send corrections by mail and telephone; it is checked like an order that comes in,
and the audit trail keeps who changed which field, persons' data masked. Nothing about the payment can be entered: that
the payment company alone may say. What was taken in at first stays the order's identity: the same message sent again is
still known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from wms.access.audit import record
from wms.access.model import Caller
from wms.kernel.errors import BadInput, Fault
from wms.kernel.masking import masked_field
from wms.kernel.money import Money
from wms.kernel.refusal import Refusal
from wms.orders.intake import NewAmounts, NewBuyer, NewConsignee, NewLine, NewOrder, NewPayment, PricedOrder, priced
from wms.orders.lookup import order_by_id
from wms.orders.model import Order, OrderLine, OrderState
from wms.orders.tables import OrderLineRow, OrderRow

LONGEST = {"buyer_name": 60, "buyer_id_number": 60, "buyer_phone": 30}
"""As intake takes them."""

PACKED_STATES = frozenset({OrderState.PACKED})
"""States in which it is certain what is in the parcel."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What is to change; None leaves a field as it is. Amounts are text such as "12.34".

    The goods value always follows from the lines. With any amount or with `as_packed`, `paid` left out follows from the
    others.
    """

    buyer_name: str | None = field(default=None, repr=False)
    buyer_id_number: str | None = field(default=None, repr=False)
    buyer_phone: str | None = field(default=None, repr=False)
    freight: str | None = None
    discount: str | None = None
    tax: str | None = None
    paid: str | None = None
    as_packed: bool = False
    """Order exactly what is in the parcel: what was not packed is taken off the order."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field that changed, as the audit trail tells it: what names a person is masked."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction changed."""

    order_no: str
    changes: tuple[Change, ...]
    paid_changed: bool
    """The buyer is charged another amount than before: the payment company must say so too."""


def correct_order(
    session: Session,
    warehouse_id: int,
    order_id: UUID,
    correction: Correction,
    *,
    by: Caller,
    reason: str,
    now: datetime,
) -> Corrected | Refusal:
    """Write what the platform corrected, locking the order. The audit trail keeps `reason`: who told us, and why.

    Refuses `no_such_order`, `order_dispatched`, `order_cancelled`, `order_not_packed` (for `as_packed`) and
    `nothing_to_correct`. Raises BadInput with everything that intake would not take either.
    """
    session.execute(
        select(OrderRow.id).where(OrderRow.warehouse_id == warehouse_id, OrderRow.id == order_id).with_for_update()
    )
    order = order_by_id(session, warehouse_id, order_id)
    if order is None:
        return Refusal("no_such_order", {"order": str(order_id)})
    if order.state is OrderState.DISPATCHED:
        return Refusal("order_dispatched", {"order": order.number})
    if order.state is OrderState.CANCELLED:
        return Refusal("order_cancelled", {"order": order.number})
    if correction.as_packed and (refusal := _why_not_as_packed(order)):
        return refusal
    lines = lines_as_packed(order) if correction.as_packed else order.lines
    wanted = _checked(order, correction, lines)
    changes = _changes(order, wanted, lines)
    if not changes:
        return Refusal("nothing_to_correct", {"order": order.number})
    _write(session, warehouse_id, order, wanted, lines)
    details = {change.what: f"{change.before} → {change.after}" for change in changes} | {"reason": reason}
    record(session, by, "order_corrected", order.number, now=now, details=details)
    return Corrected(order.number, changes, wanted.amounts.paid != order.amounts.paid)


def lines_as_packed(order: Order) -> tuple[OrderLine, ...]:
    """The lines as they would be if exactly what was packed had been ordered. Numbers stay what they were."""
    return tuple(
        OrderLine(
            line.line_no, line.sku_id, line.packed, line.unit_price_minor, line.allocated, line.picked, line.packed
        )
        for line in order.lines
        if line.packed > 0
    )


def _why_not_as_packed(order: Order) -> Refusal | None:
    # Where more was picked than packed, the rest stands in a tote and is still somebody's business.
    is_packed = order.state in PACKED_STATES and all(line.packed == line.allocated for line in order.lines)
    if is_packed and any(line.packed for line in order.lines):
        return None
    return Refusal("order_not_packed", {"order": order.number, "state": order.state.value})


def _checked(order: Order, correction: Correction, lines: Sequence[OrderLine]) -> PricedOrder:
    """The order as it would come in today. Raises BadInput with everything that is wrong with it."""
    faults = [
        Fault(name, f"has more than {longest} characters")
        for name, longest in LONGEST.items()
        if len(getattr(correction, name) or "") > longest
    ]
    faults += [
        Fault(name, "is needed for customs and must not be empty")
        for name in LONGEST
        if (text := getattr(correction, name)) is not None and not text.strip()
    ]
    outcome = priced(_as_new(order, correction, lines))
    if isinstance(outcome, list):
        faults += [Fault(_PLAIN_NAMES.get(fault.where, fault.where), fault.what) for fault in outcome]
    if faults or isinstance(outcome, list):
        raise BadInput(faults)
    return outcome


def _as_new(order: Order, correction: Correction, lines: Sequence[OrderLine]) -> NewOrder:
    said, currency = order.amounts, order.amounts.goods.currency
    new_amounts = correction.as_packed or any(
        each is not None for each in (correction.freight, correction.discount, correction.tax, correction.paid)
    )
    return NewOrder(
        merchant="any",
        number=order.number,
        currency=currency,
        lines=tuple(
            NewLine(str(line.sku_id), line.quantity, _text(Money(line.unit_price_minor, currency))) for line in lines
        ),
        amounts=NewAmounts(
            freight=_or(correction.freight, _text(said.freight)),
            discount=_or(correction.discount, _text(said.discount)),
            tax=_or(correction.tax, _text(said.tax)),
            paid=correction.paid if new_amounts else _text(said.paid),
        ),
        buyer=NewBuyer(
            order.buyer.account,
            _or(correction.buyer_name, order.buyer.name).strip(),
            _or(correction.buyer_id_number, order.buyer.id_number).strip(),
            _or(correction.buyer_phone, order.buyer.phone).strip(),
        ),
        payment=NewPayment(order.payment.transaction_id, order.payment.paid_at),
        consignee=NewConsignee(),
    )


def _changes(order: Order, wanted: PricedOrder, lines: Sequence[OrderLine]) -> tuple[Change, ...]:
    before, after = _values(order), _values(wanted)
    changes = [
        Change(name, masked_field(name, before[name]), masked_field(name, after[name]))
        for name in before
        if before[name] != after[name]
    ]
    left = {line.line_no: line.quantity for line in lines}
    changes += [
        Change(f"line {line.line_no}", str(line.quantity), str(left.get(line.line_no, 0)))
        for line in order.lines
        if left.get(line.line_no, 0) != line.quantity
    ]
    return tuple(changes)


def _values(order: Order | PricedOrder) -> Mapping[str, str]:
    buyer, amounts = order.buyer, order.amounts
    return {
        "buyer_name": buyer.name,
        "buyer_id_number": buyer.id_number,
        "buyer_phone": buyer.phone,
        "goods": _text(amounts.goods),
        "freight": _text(amounts.freight),
        "discount": _text(amounts.discount),
        "tax": _text(amounts.tax),
        "paid": _text(amounts.paid),
    }


def _write(session: Session, warehouse_id: int, order: Order, wanted: PricedOrder, lines: Sequence[OrderLine]) -> None:
    amounts, buyer = wanted.amounts, wanted.buyer
    session.execute(
        update(OrderRow)
        .where(OrderRow.warehouse_id == warehouse_id, OrderRow.id == order.id)
        .values(
            goods_value_minor=amounts.goods.minor,
            freight_minor=amounts.freight.minor,
            discount_minor=amounts.discount.minor,
            tax_minor=amounts.tax.minor,
            paid_minor=amounts.paid.minor,
            buyer_name=buyer.name,
            buyer_id_number=buyer.id_number,
            buyer_phone=buyer.phone,
        )
    )
    left = {line.line_no: line for line in lines}
    for line in order.lines:
        this_line = (
            OrderLineRow.warehouse_id == warehouse_id,
            OrderLineRow.order_id == order.id,
            OrderLineRow.line_no == line.line_no,
        )
        if line.line_no not in left:
            session.execute(delete(OrderLineRow).where(*this_line))
        elif left[line.line_no] != line:
            session.execute(
                update(OrderLineRow).where(*this_line).values(quantity=left[line.line_no].quantity, short=0)
            )
    # What the session read before must not be taken for what stands there now.
    session.expire_all()


def _or(new: str | None, old: str) -> str:
    return old if new is None else new


def _text(money: Money) -> str:
    return f"{money.as_decimal():f}"


_PLAIN_NAMES = {
    "buyer.name": "buyer_name",
    "buyer.id_number": "buyer_id_number",
    "buyer.phone": "buyer_phone",
    "amounts.freight": "freight",
    "amounts.discount": "discount",
    "amounts.tax": "tax",
    "amounts.paid": "paid",
}
