"""The table of photos. SQLAlchemy and nothing else."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from wms.database.base import Model, OfWarehouse, UtcDateTime
from wms.database.sealed import SealedBytes


class ParcelPhotoRow(OfWarehouse, Model):
    """One JPEG of an open box, sealed: papers with the buyer's name may lie in it.

    It is taken before the parcel is closed, so its parcel need not exist yet; its order does.
    """

    __tablename__ = "parcel_photos"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    parcel_id: Mapped[UUID]
    order_id: Mapped[UUID]
    content: Mapped[bytes] = mapped_column(SealedBytes)
    width: Mapped[int]
    height: Mapped[int]
    taken_by: Mapped[str] = mapped_column(String(80))
    bench: Mapped[str] = mapped_column(String(64))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("width > 0 AND height > 0", name="size"),
        ForeignKeyConstraint(["warehouse_id", "order_id"], ["orders.warehouse_id", "orders.id"]),
        Index("ix_parcel_photos_parcel", "warehouse_id", "parcel_id", "taken_at"),
    )
