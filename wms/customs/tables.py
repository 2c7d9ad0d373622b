"""Tables of customs. SQLAlchemy and nothing else.

What came from outside (raw receipts, their entries, what was set aside) is never changed; states and holds are computed
from it and kept beside it. Parcels and orders are named by UUID without a foreign key: their slices know nothing of
customs, and a declaration outlives them.
"""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wms.database.base import Model, OfWarehouse, UtcDateTime
from wms.database.dialect import append_only


class DeclarationRow(OfWarehouse, Model):
    """One declaration per parcel. `state` is what the fold of all receipts said last."""

    __tablename__ = "customs_declarations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    parcel_id: Mapped[UUID]
    order_id: Mapped[UUID]
    order_no: Mapped[str] = mapped_column(String(60))
    tracking_number: Mapped[str] = mapped_column(String(60))
    cop_no: Mapped[str] = mapped_column(String(20))
    agent_code: Mapped[str] = mapped_column(String(18))
    ebp_code: Mapped[str] = mapped_column(String(18))
    ebc_code: Mapped[str] = mapped_column(String(18))
    customs_code: Mapped[str] = mapped_column(String(4))
    pre_no: Mapped[str | None] = mapped_column(String(18))
    invt_no: Mapped[str | None] = mapped_column(String(18))
    state: Mapped[str] = mapped_column(String(20))
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(10))
    """The exact code behind the state, empty before the first answer."""
    said: Mapped[str] = mapped_column(Text)
    anomalies: Mapped[str] = mapped_column(String(100))
    open_holds: Mapped[int]
    """Holds nobody has lifted, counted under this row's lock: the gate then needs to read this one row."""
    attempt: Mapped[int]
    app_time: Mapped[str] = mapped_column(String(17))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the parcel left the building. Nothing customs says later rewrites that; it raises an incident."""

    __table_args__ = (
        UniqueConstraint("warehouse_id", "parcel_id"),
        # Stronger than the protocol asks (unique per agent_code): the number alone then names one declaration, also in
        # receipts that leave the company out.
        UniqueConstraint("warehouse_id", "cop_no"),
        CheckConstraint("attempt > 0 AND open_holds >= 0", name="counts"),
        Index("ix_customs_declarations_order_no", "warehouse_id", "order_no"),
        Index("ix_customs_declarations_tracking_number", "warehouse_id", "tracking_number"),
        Index("ix_customs_declarations_state", "warehouse_id", "state", "state_since"),
    )


class DocumentRow(OfWarehouse, Model):
    """One document of one attempt, as sent. `body` is empty while nobody has given it to us."""

    __tablename__ = "customs_documents"

    declaration_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    company_key: Mapped[str] = mapped_column(String(18))
    number_key: Mapped[str] = mapped_column(String(60))
    """With `company_key` the business key the document's receipts carry."""
    message_id: Mapped[str | None] = mapped_column(String(255))
    """CopMsgId of the message it was sent in: all that a format failure refers to."""
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    said: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        ForeignKeyConstraint(
            ["warehouse_id", "declaration_id"], ["customs_declarations.warehouse_id", "customs_declarations.id"]
        ),
        Index("ix_customs_documents_key", "warehouse_id", "number_key", "kind"),
        Index("ix_customs_documents_message", "warehouse_id", "message_id"),
    )


class RawReceiptRow(OfWarehouse, Model):
    """Bytes exactly as they arrived, every time they arrived. Evidence; read again after a mend of the reader."""

    __tablename__ = "customs_raw_receipts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(60))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


append_only(cast(Table, RawReceiptRow.__table__))


class ReceiptEntryRow(OfWarehouse, Model):
    """One return node, once, whichever deliveries carried it. It waits here when its declaration is not there yet."""

    __tablename__ = "customs_receipt_entries"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    receipt_id: Mapped[UUID]
    position: Mapped[int]
    message_type: Mapped[str] = mapped_column(String(6))
    company_key: Mapped[str] = mapped_column(String(18))
    number_key: Mapped[str] = mapped_column(String(255))
    return_status: Mapped[str] = mapped_column(String(10))
    return_time: Mapped[str] = mapped_column(String(17))
    return_info: Mapped[str] = mapped_column(Text)
    customs_code: Mapped[str | None] = mapped_column(String(4))
    ebp_code: Mapped[str | None] = mapped_column(String(18))
    ebc_code: Mapped[str | None] = mapped_column(String(18))
    agent_code: Mapped[str | None] = mapped_column(String(18))
    cop_no: Mapped[str | None] = mapped_column(String(20))
    pre_no: Mapped[str | None] = mapped_column(String(18))
    invt_no: Mapped[str | None] = mapped_column(String(18))
    order_no: Mapped[str | None] = mapped_column(String(60))
    pay_code: Mapped[str | None] = mapped_column(String(18))
    pay_transaction_id: Mapped[str | None] = mapped_column(String(60))
    logistics_code: Mapped[str | None] = mapped_column(String(18))
    logistics_no: Mapped[str | None] = mapped_column(String(60))
    original_message_id: Mapped[str | None] = mapped_column(String(255))
    original_message_type: Mapped[str | None] = mapped_column(String(15))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        ForeignKeyConstraint(
            ["warehouse_id", "receipt_id"], ["customs_raw_receipts.warehouse_id", "customs_raw_receipts.id"]
        ),
        Index("ix_customs_receipt_entries_key", "warehouse_id", "number_key", "message_type"),
    )


append_only(cast(Table, ReceiptEntryRow.__table__))


class HoldRow(OfWarehouse, Model):
    """Keeps the gate closed until a person lifts it. One per cause: the same receipt cannot set it twice."""

    __tablename__ = "customs_holds"

    declaration_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    cause: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    said: Mapped[str] = mapped_column(Text)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lifted_by: Mapped[str | None] = mapped_column(String(60))
    lift_reason: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL) = (lift_reason IS NULL)", name="lifted"
        ),
        ForeignKeyConstraint(
            ["warehouse_id", "declaration_id"], ["customs_declarations.warehouse_id", "customs_declarations.id"]
        ),
    )


class QuarantineRow(OfWarehouse, Model):
    """Something in a receipt that was not believed, and why. The bytes are in the raw receipt."""

    __tablename__ = "customs_quarantine"

    receipt_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(String(30), primary_key=True)
    what: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        ForeignKeyConstraint(
            ["warehouse_id", "receipt_id"], ["customs_raw_receipts.warehouse_id", "customs_raw_receipts.id"]
        ),
        Index("ix_customs_quarantine_at", "warehouse_id", "at"),
    )


class IncidentRow(OfWarehouse, Model):
    """Customs turned against a parcel that had already left. Somebody must act; once per cause."""

    __tablename__ = "customs_incidents"

    declaration_id: Mapped[UUID] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(String(20), primary_key=True)
    """The state the declaration fell into, or the kind of hold."""
    since: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    parcel_id: Mapped[UUID]
    said: Mapped[str] = mapped_column(Text)
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        ForeignKeyConstraint(
            ["warehouse_id", "declaration_id"], ["customs_declarations.warehouse_id", "customs_declarations.id"]
        ),
    )
