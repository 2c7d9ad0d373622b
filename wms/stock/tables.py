"""Stock tables: lots, journal, balances, holds. SQLAlchemy and nothing else.

`lot_id` and `container_id` are part of keys and cannot be null: NIL (all zeros) means none, which is why they carry no
foreign key.
"""

from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from wms.database.base import Model, OfWarehouse, UtcDateTime
from wms.database.dialect import append_only


class LotRow(OfWarehouse, Model):
    """A batch of a SKU as it was received."""

    __tablename__ = "lots"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"))
    code: Mapped[str] = mapped_column(String(40))
    expires_on: Mapped[date | None]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("warehouse_id", "sku_id", "code"),)


class JournalRow(OfWarehouse, Model):
    """One transfer, for ever. The id is a UUIDv7: it sorts by time, so stock at a past second is a range of it."""

    __tablename__ = "stock_journal"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"))
    lot_id: Mapped[UUID]
    quantity: Mapped[int]
    from_place_id: Mapped[int]
    to_place_id: Mapped[int]
    from_container_id: Mapped[UUID]
    to_container_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(String(12))
    document: Mapped[UUID | None]
    scan_id: Mapped[UUID | None]
    operator_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        ForeignKeyConstraint(["warehouse_id", "from_place_id"], ["places.warehouse_id", "places.id"]),
        ForeignKeyConstraint(["warehouse_id", "to_place_id"], ["places.warehouse_id", "places.id"]),
        Index("ix_stock_journal_sku", "warehouse_id", "sku_id", "id"),
        Index("ix_stock_journal_to_container", "warehouse_id", "to_container_id", "id"),
    )


append_only(cast(Table, JournalRow.__table__))


class BalanceRow(OfWarehouse, Model):
    """Units now at one key. Never deleted: an empty balance stays as a row of zeros."""

    __tablename__ = "stock_balances"

    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"), primary_key=True, autoincrement=False)
    place_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    lot_id: Mapped[UUID] = mapped_column(primary_key=True)
    container_id: Mapped[UUID] = mapped_column(primary_key=True)
    on_hand: Mapped[int] = mapped_column(BigInteger)
    """Wide, because a virtual place adds up everything that ever came or went."""
    held: Mapped[int] = mapped_column(BigInteger)
    is_virtual: Mapped[bool]

    __table_args__ = (
        CheckConstraint("is_virtual OR (on_hand >= held AND held >= 0)", name="never_negative"),
        ForeignKeyConstraint(["warehouse_id", "place_id"], ["places.warehouse_id", "places.id"]),
        Index("ix_stock_balances_place", "warehouse_id", "place_id"),
        Index("ix_stock_balances_container", "warehouse_id", "container_id"),
        # Loose stock of a SKU, for allocation: every parcel that ever left has balances of its own beside it.
        Index("ix_stock_balances_loose", "warehouse_id", "sku_id", "container_id"),
    )


class HoldRow(OfWarehouse, Model):
    """Units promised to a document. `quantity` is what is still held; 0 once settled or voided."""

    __tablename__ = "stock_holds"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sku_id: Mapped[int]
    place_id: Mapped[int]
    lot_id: Mapped[UUID]
    container_id: Mapped[UUID]
    quantity: Mapped[int]
    document: Mapped[UUID]
    line_no: Mapped[int]
    voided: Mapped[bool] = mapped_column(default=False)
    """Given back on purpose: nothing may be settled by it or restored to it any more."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("quantity >= 0", name="quantity"),
        ForeignKeyConstraint(
            ["warehouse_id", "sku_id", "place_id", "lot_id", "container_id"],
            [
                "stock_balances.warehouse_id",
                "stock_balances.sku_id",
                "stock_balances.place_id",
                "stock_balances.lot_id",
                "stock_balances.container_id",
            ],
        ),
        Index("ix_stock_holds_document", "warehouse_id", "document"),
    )
