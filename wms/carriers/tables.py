"""Tables of carriers: accounts, rules, prices, bookings, labels, tracking. SQLAlchemy and nothing else.

What names a person is sealed: drafts, labels, the carriers' own sentences. The secret of an account is sealed too.
"""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from wms.database.base import Model, OfWarehouse, UtcDateTime
from wms.database.dialect import append_only
from wms.database.sealed import ScrubbedText, SealedBytes, SealedText

_LIVE = text("state IN ('asked', 'calling', 'unknown', 'unsettled', 'pending', 'allocated', 'failed')")
"""States of the one booking that stands for its parcel; as in `model.LIVE_STATES`."""


class CarrierAccountRow(OfWarehouse, Model):
    """One carrier as one contract knows it."""

    __tablename__ = "carrier_accounts"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(100))
    name_zh: Mapped[str] = mapped_column(String(100))
    company_code: Mapped[str] = mapped_column(String(18))
    company_name: Mapped[str] = mapped_column(String(100))
    is_enabled: Mapped[bool]
    key_prefix: Mapped[str] = mapped_column(String(12))
    settings: Mapped[str] = mapped_column(Text)
    """JSON object of texts; which ones, the adapter says."""
    secret: Mapped[str] = mapped_column(SealedText)

    __table_args__ = (ForeignKeyConstraint(["warehouse_id"], ["warehouses.id"]),)


class CarrierRuleRow(OfWarehouse, Model):
    """One line of the table by which carriers are chosen. Replaced as a whole."""

    __tablename__ = "carrier_rules"

    line_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rank: Mapped[int]
    account_code: Mapped[str] = mapped_column(String(20))
    merchant: Mapped[str] = mapped_column(String(30))
    countries: Mapped[str] = mapped_column(String(200))
    districts: Mapped[str] = mapped_column(String(200))
    from_grams: Mapped[int | None]
    to_grams: Mapped[int | None]
    longest_mm: Mapped[int | None]
    middle_mm: Mapped[int | None]
    shortest_mm: Mapped[int | None]
    girth_mm: Mapped[int | None]
    priority_to: Mapped[int | None]
    service: Mapped[str] = mapped_column(String(30))
    before: Mapped[str] = mapped_column(String(5))
    patience_seconds: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(
            ["warehouse_id", "account_code"], ["carrier_accounts.warehouse_id", "carrier_accounts.code"]
        ),
    )


class CarrierZoneRow(OfWarehouse, Model):
    """A part of a country that one account has prices of its own for. Replaced as a whole."""

    __tablename__ = "carrier_zones"

    account_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    zone: Mapped[str] = mapped_column(String(20), primary_key=True)
    country: Mapped[str] = mapped_column(String(2))
    districts: Mapped[str] = mapped_column(String(400))

    __table_args__ = (
        ForeignKeyConstraint(
            ["warehouse_id", "account_code"], ["carrier_accounts.warehouse_id", "carrier_accounts.code"]
        ),
    )


class CarrierPriceRow(OfWarehouse, Model):
    """What an account takes for parcels up to a weight to a zone or country. Replaced as a whole."""

    __tablename__ = "carrier_prices"

    account_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    merchant: Mapped[str] = mapped_column(String(30), primary_key=True)
    """Whose contract it is; empty: everybody's."""
    service: Mapped[str] = mapped_column(String(30), primary_key=True)
    zone: Mapped[str] = mapped_column(String(20), primary_key=True)
    """The name of a zone, or a country."""
    up_to_grams: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    price_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    step_grams: Mapped[int]
    step_minor: Mapped[int] = mapped_column(BigInteger)
    """For each begun `step_grams` above the step before."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["warehouse_id", "account_code"], ["carrier_accounts.warehouse_id", "carrier_accounts.code"]
        ),
        CheckConstraint("up_to_grams > 0 AND price_minor >= 0 AND step_grams >= 0 AND step_minor >= 0", name="price"),
    )


class CarrierQuoteRow(OfWarehouse, Model):
    """What a carrier said it would take for an order. Asked outside any transaction, before the carrier is chosen."""

    __tablename__ = "carrier_quotes"

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    service: Mapped[str] = mapped_column(String(30), primary_key=True)
    price_minor: Mapped[int | None] = mapped_column(BigInteger)
    """None: it named none."""
    currency: Mapped[str] = mapped_column(String(3))
    said: Mapped[str] = mapped_column(ScrubbedText)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        ForeignKeyConstraint(["warehouse_id", "order_id"], ["orders.warehouse_id", "orders.id"]),
        ForeignKeyConstraint(
            ["warehouse_id", "account_code"], ["carrier_accounts.warehouse_id", "carrier_accounts.code"]
        ),
    )


class CarrierBookingRow(OfWarehouse, Model):
    """One attempt at a waybill for a parcel. Its key is written before the carrier hears of it and never reused."""

    __tablename__ = "carrier_bookings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID]
    parcel_number: Mapped[int] = mapped_column(server_default="1")
    """Which of the order's parcels it is for; it is asked for before there is one."""
    generation: Mapped[int]
    """Which attempt of its order, over all its parcels."""
    key: Mapped[str] = mapped_column(String(64))
    account_code: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(15))
    draft: Mapped[str] = mapped_column(SealedText)
    """What the carrier is told, as JSON; a repeated call says the same. Once it took what the closed parcel really
    holds, that."""
    draft_hash: Mapped[str] = mapped_column(String(64))
    choice: Mapped[str] = mapped_column(Text)
    """Why this carrier, as JSON of reasons."""
    patience_seconds: Mapped[int]
    weight_grams: Mapped[int]
    """As the carrier was told: what was expected, then what was measured, where it takes that."""
    waybill_no: Mapped[str | None] = mapped_column(String(40))
    carrier_ref: Mapped[str | None] = mapped_column(String(80))
    """What the carrier calls the booking, where that is not the waybill number: it is taken back by it."""
    routing_code: Mapped[str] = mapped_column(String(60))
    routing_data: Mapped[str] = mapped_column(SealedText)
    error_code: Mapped[str] = mapped_column(String(40))
    said: Mapped[str] = mapped_column(ScrubbedText)
    """The carrier's own words, or ours about its silence."""
    calls: Mapped[int]
    lookups: Mapped[int]
    not_there_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the carrier first said, since the last call, that it knows nothing."""
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_holder: Mapped[UUID | None]
    parcel_id: Mapped[UUID | None]
    void_reason: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    called_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("key"),
        UniqueConstraint("warehouse_id", "order_id", "generation"),
        ForeignKeyConstraint(["warehouse_id", "order_id"], ["orders.warehouse_id", "orders.id"]),
        ForeignKeyConstraint(
            ["warehouse_id", "account_code"], ["carrier_accounts.warehouse_id", "carrier_accounts.code"]
        ),
        ForeignKeyConstraint(["warehouse_id", "parcel_id"], ["parcels.warehouse_id", "parcels.id"]),
        Index(
            "ix_carrier_bookings_live",
            "warehouse_id",
            "order_id",
            "parcel_number",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index(
            "ix_carrier_bookings_waybill",
            "warehouse_id",
            "account_code",
            "waybill_no",
            unique=True,
            sqlite_where=text("waybill_no IS NOT NULL"),
            postgresql_where=text("waybill_no IS NOT NULL"),
        ),
        Index(
            "ix_carrier_bookings_parcel",
            "warehouse_id",
            "parcel_id",
            unique=True,
            sqlite_where=text("parcel_id IS NOT NULL"),
            postgresql_where=text("parcel_id IS NOT NULL"),
        ),
        Index("ix_carrier_bookings_state", "warehouse_id", "state", "state_since"),
    )


class CarrierLabelRow(OfWarehouse, Model):
    """The carrier's own label of a booking, fetched once; every copy is these bytes."""

    __tablename__ = "carrier_labels"

    booking_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    media_type: Mapped[str] = mapped_column(String(80))
    content: Mapped[bytes] = mapped_column(SealedBytes)
    sha256: Mapped[str] = mapped_column(String(64))
    fetched_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        ForeignKeyConstraint(["warehouse_id", "booking_id"], ["carrier_bookings.warehouse_id", "carrier_bookings.id"]),
    )


class CarrierManifestRow(OfWarehouse, Model):
    """What one carrier was handed over with one load: written once, when it has left. Every copy is these bytes."""

    __tablename__ = "carrier_manifests"

    load_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    kind: Mapped[str] = mapped_column(String(15))
    number: Mapped[str] = mapped_column(String(40))
    parcels: Mapped[int]
    weight_grams: Mapped[int] = mapped_column(BigInteger)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    """The list as CSV: numbers and weights, nobody's name."""
    sha256: Mapped[str] = mapped_column(String(64))
    closed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        ForeignKeyConstraint(["warehouse_id", "load_id"], ["loads.warehouse_id", "loads.id"]),
        ForeignKeyConstraint(
            ["warehouse_id", "account_code"], ["carrier_accounts.warehouse_id", "carrier_accounts.code"]
        ),
        Index("ix_carrier_manifests_closed", "warehouse_id", "closed_at"),
    )


append_only(cast(Table, CarrierManifestRow.__table__))


class TrackedParcelRow(OfWarehouse, Model):
    """A closed parcel as its carrier and its recipient know it."""

    __tablename__ = "tracked_parcels"

    parcel_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_code: Mapped[str] = mapped_column(String(20))
    waybill_no: Mapped[str] = mapped_column(String(40))
    token: Mapped[str] = mapped_column(String(40))
    """Of the public page: 160 bits of chance, derived from nothing."""
    status: Mapped[str] = mapped_column(String(20))
    status_since: Mapped[datetime] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    polled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    customs_told: Mapped[str] = mapped_column(String(40))
    """What came of telling customs that the parcel was signed for; empty while there was nothing to tell."""

    __table_args__ = (
        UniqueConstraint("token"),
        ForeignKeyConstraint(["warehouse_id", "parcel_id"], ["parcels.warehouse_id", "parcels.id"]),
        Index("ix_tracked_parcels_waybill", "warehouse_id", "account_code", "waybill_no"),
    )


class TrackingEventRow(OfWarehouse, Model):
    """One thing a carrier told of a parcel. Told twice, by push and by poll, it is one event."""

    __tablename__ = "tracking_events"

    account_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    waybill_no: Mapped[str] = mapped_column(String(40), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    place: Mapped[str] = mapped_column(String(120), primary_key=True)
    status: Mapped[str] = mapped_column(String(20))
    said: Mapped[str] = mapped_column(ScrubbedText)
    source: Mapped[str] = mapped_column(String(10))
    """`push`, `poll` or `hand`: by which way it came first."""
    heard_at: Mapped[datetime] = mapped_column(UtcDateTime)


append_only(cast(Table, TrackingEventRow.__table__))
