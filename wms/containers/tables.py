"""Containers and the numbers of pallets. SQLAlchemy and nothing else."""

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.database.base import Model, OfWarehouse


class ContainerRow(OfWarehouse, Model):
    """A tote, a pallet or a parcel. What is in it is stock; see `wms.stock`."""

    __tablename__ = "containers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10))
    use: Mapped[str] = mapped_column(String(10))
    subject: Mapped[UUID | None]

    __table_args__ = (
        UniqueConstraint("warehouse_id", "code"),
        ForeignKeyConstraint(["warehouse_id"], ["warehouses.id"]),
        Index("ix_containers_use", "warehouse_id", "use"),
    )


class PalletNumberRow(OfWarehouse, Model):
    """An SSCC that a logistic label of a pallet bears. It gets a new one with each label and keeps the old ones: nobody
    knows which of its papers is on it.
    """

    __tablename__ = "pallet_numbers"

    sscc: Mapped[str] = mapped_column(String(18), primary_key=True)
    container_id: Mapped[UUID]

    __table_args__ = (
        ForeignKeyConstraint(["warehouse_id", "container_id"], ["containers.warehouse_id", "containers.id"]),
    )
