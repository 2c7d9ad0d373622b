"""Order tables. SQLAlchemy and nothing else."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.database.base import Model, OfWarehouse, UtcDateTime
from wms.database.sealed import ScrubbedText, SealedText


class OrderRow(OfWarehouse, Model):
    """One customer order with everything its customs documents need. Amounts are minor units of `currency`.

    What names a person is sealed.
    """

    __tablename__ = "orders"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchants.id"))
    number: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(10))
    priority: Mapped[int]
    ordered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    currency: Mapped[str] = mapped_column(String(3))
    goods_value_minor: Mapped[int] = mapped_column(BigInteger)
    freight_minor: Mapped[int] = mapped_column(BigInteger)
    discount_minor: Mapped[int] = mapped_column(BigInteger)
    tax_minor: Mapped[int] = mapped_column(BigInteger)
    paid_minor: Mapped[int] = mapped_column(BigInteger)
    buyer_account: Mapped[str] = mapped_column(String(60))
    buyer_name: Mapped[str] = mapped_column(SealedText)
    buyer_id_number: Mapped[str] = mapped_column(SealedText)
    buyer_phone: Mapped[str] = mapped_column(SealedText)
    payment_transaction_id: Mapped[str] = mapped_column(String(60))
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    consignee_name: Mapped[str] = mapped_column(SealedText)
    consignee_phone: Mapped[str] = mapped_column(SealedText)
    consignee_address: Mapped[str] = mapped_column(SealedText)
    """Address lines, one below the other."""
    consignee_district: Mapped[str] = mapped_column(String(6))
    consignee_country: Mapped[str] = mapped_column(String(2))
    contents_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what was ordered: tells a repeated message from a changed one."""

    __table_args__ = (
        UniqueConstraint("warehouse_id", "merchant_id", "number"),
        ForeignKeyConstraint(["warehouse_id"], ["warehouses.id"]),
        Index("ix_orders_state", "warehouse_id", "state", "priority", "due_at"),
        Index("ix_orders_number", "warehouse_id", "number"),
    )


class OrderLineRow(OfWarehouse, Model):
    """One line of an order. `wms.orders.model` says what the counts mean; the database keeps them in bounds."""

    __tablename__ = "order_lines"

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"))
    quantity: Mapped[int]
    unit_price_minor: Mapped[int] = mapped_column(BigInteger)
    allocated: Mapped[int]
    picked: Mapped[int]
    packed: Mapped[int]
    short: Mapped[int]

    __table_args__ = (
        CheckConstraint("quantity > 0 AND unit_price_minor >= 0", name="ordered"),
        CheckConstraint(
            "packed >= 0 AND packed <= picked AND picked <= allocated AND short >= 0 AND allocated + short <= quantity",
            name="progress",
        ),
        ForeignKeyConstraint(["warehouse_id", "order_id"], ["orders.warehouse_id", "orders.id"]),
        Index("ix_order_lines_sku", "warehouse_id", "sku_id"),
    )


class PackingWishRow(OfWarehouse, Model):
    """What the platform says about packing an order (line 0) or one of its lines; most orders have none."""

    __tablename__ = "packing_wishes"

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    is_gift: Mapped[bool]
    note: Mapped[str] = mapped_column(ScrubbedText)
    """People write names and phones into anything; it is read at the bench only."""

    __table_args__ = (ForeignKeyConstraint(["warehouse_id", "order_id"], ["orders.warehouse_id", "orders.id"]),)
