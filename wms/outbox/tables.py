"""The outbox table. SQLAlchemy and nothing else."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wms.database.base import Model, OfWarehouse, UtcDateTime


class OutboxMessage(OfWarehouse, Model):
    """One piece of work for later. `state` is pending, done or parked; a claim is a `leased_until` in the future."""

    __tablename__ = "outbox_messages"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(60))
    serial_key: Mapped[str] = mapped_column(String(80))
    """Messages with the same key are done one after the other, oldest first (one declaration, one parcel)."""
    payload: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_holder: Mapped[UUID | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_outbox_messages_due", "state", "due_at"),
        Index("ix_outbox_messages_serial", "warehouse_id", "serial_key", "state"),
    )
