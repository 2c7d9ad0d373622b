"""Tables of benches, their devices and their print jobs. SQLAlchemy and nothing else.

A job has no bytes of its own: those of the label are kept once, with its first copy in `print_jobs`, those of
packing lists in `packing_lists`.
"""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, Table, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from wms.database.base import Model, OfWarehouse, UtcDateTime
from wms.database.dialect import append_only


class BenchRow(OfWarehouse, Model):
    """A bench with a program: when it was last heard of, and what its scale showed last."""

    __tablename__ = "benches"

    bench: Mapped[str] = mapped_column(String(30), primary_key=True)
    """The code of its place."""
    version: Mapped[int]
    heard_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reading_id: Mapped[UUID | None]
    grams: Mapped[int | None]
    weighed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        ForeignKeyConstraint(["warehouse_id", "bench"], ["places.warehouse_id", "places.code"]),
        CheckConstraint(
            "(reading_id IS NULL) = (grams IS NULL) AND (grams IS NULL) = (weighed_at IS NULL)", name="weight"
        ),
    )


class BenchDeviceRow(OfWarehouse, Model):
    """A device of a bench, as it was last told of."""

    __tablename__ = "bench_devices"

    bench: Mapped[str] = mapped_column(String(30), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    condition: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text)
    medium: Mapped[str | None] = mapped_column(String(10))
    """What it takes; null for other devices, and for printers we have nothing for."""

    __table_args__ = (ForeignKeyConstraint(["warehouse_id", "bench"], ["benches.warehouse_id", "benches.bench"]),)


class BenchJobRow(OfWarehouse, Model):
    """One copy of a parcel's label, or of its packing list, for one printer of one bench. `state` is what the bench
    last reported.
    """

    __tablename__ = "bench_jobs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    parcel_id: Mapped[UUID]
    copy_no: Mapped[int]
    bench: Mapped[str] = mapped_column(String(30))
    printer: Mapped[str] = mapped_column(String(40))
    medium: Mapped[str] = mapped_column(String(10), server_default="zpl_203")
    paper: Mapped[str] = mapped_column(String(12), server_default="label")
    """What is printed: the parcel's label, or its packing list. Each has copies of its own."""
    list_code: Mapped[str] = mapped_column(String(16), server_default="")
    """Which list; empty for a label."""
    state: Mapped[str] = mapped_column(String(20))
    sequence: Mapped[int]
    """Of the newest report; 0 while there is none."""
    why: Mapped[str] = mapped_column(String(30))
    words: Mapped[str] = mapped_column(Text)
    attempt: Mapped[int]
    answer: Mapped[str | None] = mapped_column(String(15))
    answered_by: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(30))
    ordered_by: Mapped[str] = mapped_column(String(80))
    moves_to: Mapped[str] = mapped_column(String(80))
    """`bench/printer` that prints the next copy once this one is certainly cancelled; empty: none."""
    ordered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    given_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the bench was first told of it; from then on only the bench knows whether it was sent."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_over: Mapped[bool]
    """Nothing is expected any more, neither from the bench nor for it."""

    __table_args__ = (
        ForeignKeyConstraint(["warehouse_id", "bench"], ["benches.warehouse_id", "benches.bench"]),
        # No key of `parcels`: a packing list is printed before its parcel is closed.
        UniqueConstraint("warehouse_id", "parcel_id", "paper", "copy_no"),
        CheckConstraint("copy_no > 0 AND attempt >= 0 AND sequence >= 0", name="numbers"),
        CheckConstraint("state <> 'queued' OR sequence = 0", name="reported"),
        # The database itself refuses a second applied copy: one box, one label.
        Index(
            "uq_bench_jobs_applied",
            "warehouse_id",
            "parcel_id",
            unique=True,
            sqlite_where=text("applied_at IS NOT NULL"),
            postgresql_where=text("applied_at IS NOT NULL"),
        ),
        # What a bench asks for once a second; it holds only what is under way.
        Index(
            "ix_bench_jobs_open",
            "warehouse_id",
            "bench",
            "ordered_at",
            sqlite_where=text("NOT is_over"),
            postgresql_where=text("NOT is_over"),
        ),
    )


class BenchJobStateRow(OfWarehouse, Model):
    """One report of a bench about a job. Never changed: it is the evidence of where a label may be."""

    __tablename__ = "bench_job_states"

    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    why: Mapped[str] = mapped_column(String(30))
    words: Mapped[str] = mapped_column(Text)
    attempt: Mapped[int]
    counter_before: Mapped[int | None]
    counter_after: Mapped[int | None]
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """By the server's clock, from the age the bench gave."""
    heard_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        ForeignKeyConstraint(["warehouse_id", "job_id"], ["bench_jobs.warehouse_id", "bench_jobs.id"]),
        CheckConstraint("sequence > 0", name="sequence"),
    )


append_only(cast(Table, BenchJobStateRow.__table__))


class BenchRefusalRow(OfWarehouse, Model):
    """A code of a bench that reached no task, so that it gets the same answer when it comes again."""

    __tablename__ = "bench_refusals"

    code_id: Mapped[UUID] = mapped_column(primary_key=True)
    bench: Mapped[str] = mapped_column(String(30))
    device: Mapped[str] = mapped_column(String(40))
    raw: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        ForeignKeyConstraint(["warehouse_id", "bench"], ["benches.warehouse_id", "benches.bench"]),
        Index("ix_bench_refusals_at", "warehouse_id", "bench", "at"),
    )
