"""The table of print jobs. SQLAlchemy and nothing else."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.database.base import Model, OfWarehouse, UtcDateTime
from wms.database.sealed import SealedBytes


class PrintJobRow(OfWarehouse, Model):
    """One printed copy of a parcel's label in one medium.

    A job is named by the outbox message that asked for it: a message that comes twice finds its own job. Copy 1 is the
    label itself, with the very bytes that go to the printer, sealed. Every further copy has the bytes of copy 1, which
    are not kept again: its own are empty (in older rows, the same once more).
    """

    __tablename__ = "print_jobs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    medium: Mapped[str] = mapped_column(String(10), primary_key=True)
    parcel_id: Mapped[UUID]
    copy_no: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(60))
    content: Mapped[bytes] = mapped_column(SealedBytes)
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10))
    """`rendered` (kept, not known to be on paper) or `printed`."""
    printer: Mapped[str] = mapped_column(String(60))
    asked_by: Mapped[str] = mapped_column(String(80))
    """Who asked for a further copy; empty for the label that packing asked for."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    printed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("warehouse_id", "parcel_id", "copy_no", "medium"),
        CheckConstraint("copy_no > 0", name="copy_no"),
        CheckConstraint("(state = 'printed') = (printed_at IS NOT NULL)", name="printed"),
        ForeignKeyConstraint(["warehouse_id", "parcel_id"], ["parcels.warehouse_id", "parcels.id"]),
    )


class PackingListRow(OfWarehouse, Model):
    """A packing list that goes into a parcel, as it was when the parcel was full: further copies are the same bytes."""

    __tablename__ = "packing_lists"

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    """Follows from parcel and contents, see `list_codes`."""
    order_id: Mapped[UUID]
    parcel_id: Mapped[UUID]
    """Which is not closed yet and may never be."""
    parcel_number: Mapped[int]
    contents: Mapped[str] = mapped_column(Text)
    """Lines of the order and units, see `list_codes.in_words`."""
    ordered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    content: Mapped[bytes | None] = mapped_column(SealedBytes)
    """As PDF; null until it is made."""
    sha256: Mapped[str] = mapped_column(String(64))

    __table_args__ = (ForeignKeyConstraint(["warehouse_id", "order_id"], ["orders.warehouse_id", "orders.id"]),)
