"""Tables of materials, packing rules, learned weights, and how each parcel was packed. SQLAlchemy and nothing else."""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Table, false, text
from sqlalchemy.orm import Mapped, mapped_column

from wms.database.base import Model, OfWarehouse, UtcDateTime
from wms.database.dialect import append_only


class PackingMaterialRow(OfWarehouse, Model):
    """What is used up when a parcel is packed, besides its box."""

    __tablename__ = "packing_materials"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(100))
    weight_grams: Mapped[int]
    number_prefix: Mapped[str] = mapped_column(String(10))
    picture: Mapped[str] = mapped_column(String(100))

    __table_args__ = (
        CheckConstraint("weight_grams >= 0", name="weight"),
        ForeignKeyConstraint(["warehouse_id"], ["warehouses.id"]),
    )


class PackingRuleRow(OfWarehouse, Model):
    """One line of the rules; lists are codes separated by spaces. They are replaced as a whole."""

    __tablename__ = "packing_rules"

    line_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(100))
    platform: Mapped[str] = mapped_column(String(100))
    merchant: Mapped[str] = mapped_column(String(30))
    sku: Mapped[str] = mapped_column(String(30))
    mark: Mapped[str] = mapped_column(String(30))
    boxes: Mapped[str] = mapped_column(String(400))
    no_boxes: Mapped[str] = mapped_column(String(400))
    materials: Mapped[str] = mapped_column(String(400))
    no_materials: Mapped[str] = mapped_column(String(400))
    label_position: Mapped[str] = mapped_column(String(200))
    label_picture: Mapped[str] = mapped_column(String(100))
    hides_prices: Mapped[bool]
    country: Mapped[str] = mapped_column(String(2), server_default="")
    packing_list: Mapped[bool] = mapped_column(server_default=false())
    label_check: Mapped[bool] = mapped_column(server_default=false())

    __table_args__ = (ForeignKeyConstraint(["warehouse_id"], ["warehouses.id"]),)


class SkuWeightRow(OfWarehouse, Model):
    """What was weighed of a product, see `weights.Learned`; counted from when the catalogue said `catalogue_grams`."""

    __tablename__ = "sku_weights"

    sku_id: Mapped[int] = mapped_column(ForeignKey("skus.id"), primary_key=True, autoincrement=False)
    catalogue_grams: Mapped[int]
    parcels: Mapped[int]
    sum_mg: Mapped[int] = mapped_column(BigInteger)
    sum_of_squares: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the first of these parcels was closed: what earlier ones taught is forgotten. None where it was not kept."""

    __table_args__ = (ForeignKeyConstraint(["warehouse_id"], ["warehouses.id"]),)


class ParcelPackingRow(OfWarehouse, Model):
    """What a parcel weighed and should have weighed when it was closed."""

    __tablename__ = "parcel_packings"

    parcel_id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    packer_id: Mapped[UUID]
    weight_grams: Mapped[int]
    expected_grams: Mapped[int]
    """0 where nobody could say."""
    tolerance_grams: Mapped[int]
    is_accepted: Mapped[bool]
    """Further off than allowed, and let pass by a supervisor, whom the audit trail names."""
    suspect: Mapped[str] = mapped_column(String(300))
    taught_sku_id: Mapped[int] = mapped_column(server_default="0")
    """The product whose weight was learned from it; 0 where none was."""
    taught_units: Mapped[int] = mapped_column(server_default="0")
    taught_grams: Mapped[int] = mapped_column(server_default="0")
    """What these units weighed together."""

    __table_args__ = (
        ForeignKeyConstraint(["warehouse_id", "parcel_id"], ["parcels.warehouse_id", "parcels.id"]),
        Index(
            "ix_parcel_packings_accepted",
            "warehouse_id",
            "at",
            sqlite_where=text("is_accepted"),
            postgresql_where=text("is_accepted"),
        ),
    )


class ParcelMaterialRow(OfWarehouse, Model):
    """A material that went into a parcel. A numbered piece is on one parcel only."""

    __tablename__ = "parcel_materials"

    parcel_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(40))

    __table_args__ = (
        ForeignKeyConstraint(["warehouse_id", "parcel_id"], ["parcels.warehouse_id", "parcels.id"]),
        ForeignKeyConstraint(["warehouse_id", "code"], ["packing_materials.warehouse_id", "packing_materials.code"]),
        Index(
            "uq_parcel_materials_number",
            "warehouse_id",
            "number",
            unique=True,
            sqlite_where=text("number <> ''"),
            postgresql_where=text("number <> ''"),
        ),
    )


append_only(cast(Table, ParcelPackingRow.__table__))
append_only(cast(Table, ParcelMaterialRow.__table__))
