"""Tables of parcels, box types, loads, manifests and number ranges. SQLAlchemy and nothing else."""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, String, Table, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from wms.database.base import Model, OfWarehouse, UtcDateTime
from wms.database.dialect import append_only


class BoxTypeRow(OfWarehouse, Model):
    """A kind of carton; inner dimensions."""

    __tablename__ = "box_types"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    length_mm: Mapped[int]
    width_mm: Mapped[int]
    height_mm: Mapped[int]
    tare_grams: Mapped[int]
    max_weight_grams: Mapped[int] = mapped_column(default=0, server_default="0")
    """Of what is in it; 0 where nobody said."""

    __table_args__ = (
        CheckConstraint("length_mm > 0 AND width_mm > 0 AND height_mm > 0 AND tare_grams >= 0", name="dimensions"),
        ForeignKeyConstraint(["warehouse_id"], ["warehouses.id"]),
    )


class LoadRow(OfWarehouse, Model):
    """What leaves together. A lane has at most one open load; sealed ones wait beside it."""

    __tablename__ = "loads"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20))
    lane_place_id: Mapped[int]
    carrier: Mapped[str] = mapped_column(String(30))
    state: Mapped[str] = mapped_column(String(10))
    manifest_no: Mapped[str | None] = mapped_column(String(20))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("warehouse_id", "code"),
        UniqueConstraint("warehouse_id", "manifest_no"),
        CheckConstraint(
            "(state IN ('open', 'sealed') AND manifest_no IS NULL AND closed_at IS NULL) OR "
            "(state = 'closed' AND manifest_no IS NOT NULL AND closed_at IS NOT NULL)",
            name="closed_with_manifest",
        ),
        CheckConstraint(
            "(state <> 'open' OR sealed_at IS NULL) AND (state <> 'sealed' OR sealed_at IS NOT NULL)", name="sealed"
        ),
        ForeignKeyConstraint(["warehouse_id", "lane_place_id"], ["places.warehouse_id", "places.id"]),
        Index(
            "ix_loads_open_lane",
            "warehouse_id",
            "lane_place_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(
            "ix_loads_sealed_lane",
            "warehouse_id",
            "lane_place_id",
            sqlite_where=text("state = 'sealed'"),
            postgresql_where=text("state = 'sealed'"),
        ),
    )


class ParcelRow(OfWarehouse, Model):
    """A closed parcel. Two benches with one order at once: the index on its numbers lets one of them close."""

    __tablename__ = "parcels"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(server_default="1")
    """Which of its order's parcels. Where a customs regime allows one per order, never another."""
    box_type: Mapped[str] = mapped_column(String(20))
    weight_grams: Mapped[int]
    sscc: Mapped[str] = mapped_column(String(18))
    tracking_no: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10))
    place_id: Mapped[int]
    load_id: Mapped[UUID | None]
    closed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    dispatched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("warehouse_id", "sscc"),
        UniqueConstraint("warehouse_id", "tracking_no"),
        CheckConstraint("weight_grams > 0", name="weight"),
        CheckConstraint("(state = 'dispatched') = (dispatched_at IS NOT NULL)", name="dispatched"),
        CheckConstraint("(state IN ('staged', 'dispatched')) = (load_id IS NOT NULL)", name="loaded"),
        ForeignKeyConstraint(["warehouse_id", "id"], ["containers.warehouse_id", "containers.id"]),
        ForeignKeyConstraint(["warehouse_id", "order_id"], ["orders.warehouse_id", "orders.id"]),
        ForeignKeyConstraint(["warehouse_id", "box_type"], ["box_types.warehouse_id", "box_types.code"]),
        ForeignKeyConstraint(["warehouse_id", "place_id"], ["places.warehouse_id", "places.id"]),
        ForeignKeyConstraint(["warehouse_id", "load_id"], ["loads.warehouse_id", "loads.id"]),
        Index(
            "ix_parcels_order",
            "warehouse_id",
            "order_id",
            "number",
            unique=True,
            sqlite_where=text("state <> 'cancelled'"),
            postgresql_where=text("state <> 'cancelled'"),
        ),
        Index("ix_parcels_load", "warehouse_id", "load_id"),
        Index("ix_parcels_state", "warehouse_id", "state"),
    )


class ParcelLineRow(OfWarehouse, Model):
    """How many units of an order line went into a parcel; written once, when it is closed."""

    __tablename__ = "parcel_lines"

    parcel_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    quantity: Mapped[int]

    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        ForeignKeyConstraint(["warehouse_id", "parcel_id"], ["parcels.warehouse_id", "parcels.id"]),
    )


class ParcelCarrierRow(OfWarehouse, Model):
    """Who carries a parcel, where it is not the warehouse's ordinary carrier."""

    __tablename__ = "parcel_carriers"

    parcel_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    company_code: Mapped[str] = mapped_column(String(18))
    """The carrier's registration with customs; empty: the warehouse's own logistics company."""
    company_name: Mapped[str] = mapped_column(String(100))

    __table_args__ = (ForeignKeyConstraint(["warehouse_id", "parcel_id"], ["parcels.warehouse_id", "parcels.id"]),)


class ParcelVoidRow(OfWarehouse, Model):
    """That a parcel was opened again. The parcel itself stays, with all that was done to it."""

    __tablename__ = "parcel_voids"

    parcel_id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    voided_by: Mapped[UUID]
    passed_by: Mapped[str] = mapped_column(String(60))
    """Badge of the supervisor who allowed it; empty where the packer might."""
    reason: Mapped[str] = mapped_column(String(20))
    container_id: Mapped[UUID]
    """Where its goods were put."""

    __table_args__ = (
        ForeignKeyConstraint(["warehouse_id", "parcel_id"], ["parcels.warehouse_id", "parcels.id"]),
        ForeignKeyConstraint(["warehouse_id", "container_id"], ["containers.warehouse_id", "containers.id"]),
        Index("ix_parcel_voids_order", "warehouse_id", "order_id"),
    )


append_only(cast(Table, ParcelVoidRow.__table__))


class ManifestLineRow(OfWarehouse, Model):
    """A parcel as it left. Its key is the parcel: the database itself refuses to let one leave twice."""

    __tablename__ = "manifest_lines"

    parcel_id: Mapped[UUID] = mapped_column(primary_key=True)
    load_id: Mapped[UUID]
    line_no: Mapped[int]
    tracking_no: Mapped[str] = mapped_column(String(40))
    sscc: Mapped[str] = mapped_column(String(18))
    weight_grams: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("warehouse_id", "load_id", "line_no"),
        ForeignKeyConstraint(["warehouse_id", "load_id"], ["loads.warehouse_id", "loads.id"]),
        ForeignKeyConstraint(["warehouse_id", "parcel_id"], ["parcels.warehouse_id", "parcels.id"]),
    )


append_only(cast(Table, ManifestLineRow.__table__))


class NumberRangeRow(OfWarehouse, Model):
    """Numbers that are given out once and never again; gaps are fine. `next_value` is given out next."""

    __tablename__ = "number_ranges"

    purpose: Mapped[str] = mapped_column(String(20), primary_key=True)
    prefix: Mapped[str] = mapped_column(String(20))
    """What the number begins with: the GS1 company prefix, the S10 service code."""
    suffix: Mapped[str] = mapped_column(String(10))
    next_value: Mapped[int] = mapped_column(BigInteger)
    last_value: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint("next_value >= 0 AND next_value <= last_value + 1", name="range"),
        ForeignKeyConstraint(["warehouse_id"], ["warehouses.id"]),
    )
