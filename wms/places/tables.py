"""Tables of warehouses and places. SQLAlchemy and nothing else."""

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.database.base import Model, OfWarehouse


class Warehouse(Model):
    """A building (or a hall) that is run as one, with the customs codes of its operator."""

    __tablename__ = "warehouses"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    timezone: Mapped[str] = mapped_column(String(40))
    customs_regime: Mapped[str] = mapped_column(String(20))
    """`none` or `china`: which releases a parcel needs before it may leave."""
    agent_code: Mapped[str] = mapped_column(String(18))
    """agentCode: the declaring company."""
    agent_name: Mapped[str] = mapped_column(String(100))
    area_code: Mapped[str] = mapped_column(String(18))
    """areaCode: the warehouse company in the bonded zone."""
    area_name: Mapped[str] = mapped_column(String(100))
    account_book_no: Mapped[str] = mapped_column(String(30))
    """emsNo: the bonded account book."""
    customs_office: Mapped[str] = mapped_column(String(4))
    logistics_code: Mapped[str] = mapped_column(String(18))
    logistics_name: Mapped[str] = mapped_column(String(100))
    address: Mapped[str] = mapped_column(String(200))


class ZoneRow(OfWarehouse, Model):
    """A named part of a warehouse."""

    __tablename__ = "zones"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(100))

    __table_args__ = (
        UniqueConstraint("warehouse_id", "code"),
        ForeignKeyConstraint(["warehouse_id"], ["warehouses.id"]),
    )


class PlaceRow(OfWarehouse, Model):
    """One place. `id` is unique within its warehouse."""

    __tablename__ = "places"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(30))
    kind: Mapped[str] = mapped_column(String(10))
    zone_id: Mapped[int | None]
    x_mm: Mapped[int]
    y_mm: Mapped[int]
    level: Mapped[int]
    walk_order: Mapped[int]
    check_digits: Mapped[str] = mapped_column(String(2))
    """Random, printed on the label beside the code: who types the code proves by them that he stands there."""
    merchant_id: Mapped[int | None] = mapped_column(ForeignKey("merchants.id"))
    """Set where a place is kept for one merchant's goods."""

    __table_args__ = (
        UniqueConstraint("warehouse_id", "code"),
        ForeignKeyConstraint(["warehouse_id"], ["warehouses.id"]),
        ForeignKeyConstraint(["warehouse_id", "zone_id"], ["zones.warehouse_id", "zones.id"]),
        Index("ix_places_kind", "warehouse_id", "kind", "walk_order"),
    )
