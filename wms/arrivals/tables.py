"""Tables of advance notices and unknown arrivals. SQLAlchemy and nothing else."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.database.base import Model, OfWarehouse, UtcDateTime


class NoticeRow(OfWarehouse, Model):
    """What a merchant said will come. The number is unique per warehouse: its paper carries nothing else."""

    __tablename__ = "advance_notices"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40))
    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchants.id"))
    state: Mapped[str] = mapped_column(String(10))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    contents_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what was announced: tells a repeated message from a changed one."""

    __table_args__ = (
        UniqueConstraint("warehouse_id", "number"),
        ForeignKeyConstraint(["warehouse_id"], ["warehouses.id"]),
        Index("ix_advance_notices_state", "warehouse_id", "state"),
    )


class NoticeLineRow(OfWarehouse, Model):
    """One SKU of a notice."""

    __tablename__ = "notice_lines"

    notice_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"))
    expected: Mapped[int]
    received: Mapped[int]

    __table_args__ = (
        UniqueConstraint("warehouse_id", "notice_id", "sku_id"),
        CheckConstraint("expected > 0 AND received >= 0", name="counts"),
        ForeignKeyConstraint(["warehouse_id", "notice_id"], ["advance_notices.warehouse_id", "advance_notices.id"]),
    )


class UnknownArrivalRow(OfWarehouse, Model):
    """Goods that came and that nobody knows yet."""

    __tablename__ = "unknown_arrivals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(200))
    quantity: Mapped[int]
    place_id: Mapped[int]
    notice_id: Mapped[UUID | None]
    scan_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        ForeignKeyConstraint(["warehouse_id", "place_id"], ["places.warehouse_id", "places.id"]),
        ForeignKeyConstraint(["warehouse_id", "notice_id"], ["advance_notices.warehouse_id", "advance_notices.id"]),
        Index("ix_unknown_arrivals_open", "warehouse_id", "settled_at"),
    )
