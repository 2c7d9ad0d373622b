"""Tables of tasks and the scan log. SQLAlchemy and nothing else."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from wms.database.base import Model, OfWarehouse, UtcDateTime


class TaskRow(OfWarehouse, Model):
    """One piece of work that was begun. `plan` and `progress` are JSON of the workflow's own types.

    `subject` (an order, a container, a load) can be worked on by one open task of a workflow at a time.
    """

    __tablename__ = "tasks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workflow: Mapped[str] = mapped_column(String(20))
    subject: Mapped[UUID]
    state: Mapped[str] = mapped_column(String(10))
    step: Mapped[str] = mapped_column(String(30))
    plan: Mapped[bytes] = mapped_column(LargeBinary)
    progress: Mapped[bytes] = mapped_column(LargeBinary)
    pending_raw: Mapped[str | None] = mapped_column(Text)
    """The code that happens when scanned again; None when nothing waits for confirmation."""
    version: Mapped[int]
    operator_id: Mapped[UUID]
    device: Mapped[str] = mapped_column(String(64))
    leased_until: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        ForeignKeyConstraint(["warehouse_id"], ["warehouses.id"]),
        Index(
            "uq_tasks_open_subject",
            "warehouse_id",
            "workflow",
            "subject",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_tasks_operator", "warehouse_id", "operator_id", "state"),
        # The moment it was begun never changes, so that advancing a task touches no index.
        Index("ix_tasks_begun", "warehouse_id", "operator_id", "workflow", "created_at"),
    )


class ScanLogRow(OfWarehouse, Model):
    """One judged scan, with the answer it got. Also refused ones: they are facts about the floor."""

    __tablename__ = "scan_log"

    scan_id: Mapped[UUID] = mapped_column(primary_key=True)
    task_id: Mapped[UUID | None]
    task_version: Mapped[int]
    """The task's version after this scan; with `undo` set, the order in which scans are taken back."""
    workflow: Mapped[str] = mapped_column(String(20))
    step: Mapped[str] = mapped_column(String(30))
    operator_id: Mapped[UUID | None]
    device: Mapped[str] = mapped_column(String(64))
    raw: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(10))
    scanned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    took_us: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(12))
    code: Mapped[str] = mapped_column(String(40))
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    answer: Mapped[bytes] = mapped_column(LargeBinary)
    undo: Mapped[bytes | None] = mapped_column(LargeBinary)
    """How to take it back: the state before, and the effects. None where it cannot be taken back."""
    undone_by: Mapped[UUID | None]

    __table_args__ = (
        Index("ix_scan_log_task", "warehouse_id", "task_id", "task_version"),
        Index("ix_scan_log_operator", "warehouse_id", "operator_id", "at"),
        # For whoever looks into what was refused; it grows only by what was.
        Index(
            "ix_scan_log_refused",
            "warehouse_id",
            "at",
            sqlite_where=text("outcome IN ('refused', 'unknown')"),
            postgresql_where=text("outcome IN ('refused', 'unknown')"),
        ),
    )
