"""The table of suppliers' patterns. SQLAlchemy and nothing else."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from wms.database.base import Model, OfWarehouse, UtcDateTime


class SupplierPatternRow(OfWarehouse, Model):
    """A supplier's own way of writing codes, as a supervisor taught it. Never deleted, but switched off."""

    __tablename__ = "supplier_patterns"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    supplier: Mapped[str] = mapped_column(String(60))
    merchant_id: Mapped[int | None] = mapped_column(ForeignKey("merchants.id"))
    """Whose products it may name; NULL for any merchant's."""
    template: Mapped[str] = mapped_column(String(120))
    example: Mapped[str] = mapped_column(Text)
    """The code it was taught with."""
    taught_by: Mapped[str] = mapped_column(String(60))
    taught_at: Mapped[datetime] = mapped_column(UtcDateTime)
    off_by: Mapped[str | None] = mapped_column(String(60))
    off_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("(off_at IS NULL) = (off_by IS NULL)", name="off"),
        ForeignKeyConstraint(["warehouse_id"], ["warehouses.id"]),
        # The same template taught twice by two people at once would make every code of it ambiguous.
        Index(
            "uq_supplier_patterns_in_force",
            "warehouse_id",
            "template",
            unique=True,
            sqlite_where=text("off_at IS NULL"),
            postgresql_where=text("off_at IS NULL"),
        ),
    )
