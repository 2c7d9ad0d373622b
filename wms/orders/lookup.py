"""Reading orders. Called by workflows' facts, customs, views and pages; nothing here locks or writes."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.kernel.money import Money
from wms.orders.model import (
    NO_WISHES,
    Amounts,
    Buyer,
    Consignee,
    LineNote,
    Order,
    OrderLine,
    OrderState,
    PackingWishes,
    Payment,
)
from wms.orders.tables import OrderLineRow, OrderRow, PackingWishRow


def order_by_id(session: Session, warehouse_id: int, order_id: UUID) -> Order | None:
    """The order with its lines."""
    row = session.execute(
        select(OrderRow).where(OrderRow.warehouse_id == warehouse_id, OrderRow.id == order_id)
    ).scalar_one_or_none()
    return None if row is None else _order(session, row)


def orders_by_number(session: Session, warehouse_id: int, number: str) -> list[Order]:
    """The orders of that number; several where several merchants use it."""
    rows = session.execute(
        select(OrderRow)
        .where(OrderRow.warehouse_id == warehouse_id, OrderRow.number == number)
        # An expression, because SQLite would save itself the sorting and walk through all orders, merchant by merchant.
        .order_by(OrderRow.merchant_id + 0)
    ).scalars()
    return [_order(session, row) for row in rows]


def order_lines(session: Session, warehouse_id: int, order_id: UUID) -> tuple[OrderLine, ...]:
    """The lines of an order by number."""
    rows = session.execute(
        select(
            OrderLineRow.line_no,
            OrderLineRow.sku_id,
            OrderLineRow.quantity,
            OrderLineRow.unit_price_minor,
            OrderLineRow.allocated,
            OrderLineRow.picked,
            OrderLineRow.packed,
            OrderLineRow.short,
        )
        .where(OrderLineRow.warehouse_id == warehouse_id, OrderLineRow.order_id == order_id)
        .order_by(OrderLineRow.line_no)
    )
    return tuple(OrderLine(*row) for row in rows)


def packing_wishes(session: Session, warehouse_id: int, order_id: UUID) -> PackingWishes:
    """What the platform says about packing an order."""
    rows = session.execute(
        select(PackingWishRow.line_no, PackingWishRow.is_gift, PackingWishRow.note)
        .where(PackingWishRow.warehouse_id == warehouse_id, PackingWishRow.order_id == order_id)
        .order_by(PackingWishRow.line_no)
    ).all()
    if not rows:
        return NO_WISHES
    whole = next((row for row in rows if row.line_no == 0), None)
    return PackingWishes(
        note=whole.note if whole else "",
        is_gift=whole.is_gift if whole else False,
        line_notes=tuple(LineNote(row.line_no, row.note) for row in rows if row.line_no),
    )


def _order(session: Session, row: OrderRow) -> Order:
    def money(minor: int) -> Money:
        return Money(minor, row.currency)

    return Order(
        id=row.id,
        merchant_id=row.merchant_id,
        number=row.number,
        state=OrderState(row.state),
        amounts=Amounts(
            goods=money(row.goods_value_minor),
            freight=money(row.freight_minor),
            discount=money(row.discount_minor),
            tax=money(row.tax_minor),
            paid=money(row.paid_minor),
        ),
        buyer=Buyer(row.buyer_account, row.buyer_name, row.buyer_id_number, row.buyer_phone),
        payment=Payment(row.payment_transaction_id, row.paid_at),
        consignee=Consignee(
            row.consignee_name,
            row.consignee_phone,
            tuple(row.consignee_address.split("\n")) if row.consignee_address else (),
            row.consignee_district,
            row.consignee_country,
        ),
        ordered_at=row.ordered_at,
        due_at=row.due_at,
        priority=row.priority,
        lines=order_lines(session, row.warehouse_id, row.id),
    )
