"""Tables of tasks, the scan log and exceptions. SQLAlchemy and nothing else."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, String, Text, UniqueConstraint, text
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
    """The code, without what a scanner adds, that happens when scanned again; None when nothing waits for that."""
    version: Mapped[int]
    operator_id: Mapped[UUID]
    device: Mapped[str] = mapped_column(String(64))
    leased_until: Mapped[datetime] = mapped_column(UtcDateTime)
    laid_ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Set while its operator was only given it in advance and has not come to it yet."""
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Set while its operator has gone home from it: it is his, and he is not at its screen."""
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
    symbology: Mapped[str | None] = mapped_column(String(20))
    """As the device named it: an AIM identifier, or the word of a browser's camera. None where it said nothing."""
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


class ExceptionCaseRow(OfWarehouse, Model):
    """What the server refused although a handheld had shown it as good: one case per task until somebody settles it.

    `believed_step` and `believed_progress` are where the handheld thought the task was before the case's first scan;
    null where that cannot be told any more.
    """

    __tablename__ = "exception_cases"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    task_id: Mapped[UUID | None]
    workflow: Mapped[str] = mapped_column(String(20))
    about: Mapped[str] = mapped_column(String(60))
    """What people call it: an order's number, a container's code."""
    operator_id: Mapped[UUID]
    device: Mapped[str] = mapped_column(String(64))
    believed_step: Mapped[str | None] = mapped_column(String(30))
    believed_progress: Mapped[bytes | None] = mapped_column(LargeBinary)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by: Mapped[str | None] = mapped_column(String(60))
    settlement: Mapped[str | None] = mapped_column(String(20))

    __table_args__ = (
        ForeignKeyConstraint(["warehouse_id"], ["warehouses.id"]),
        UniqueConstraint("warehouse_id", "number"),
        CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (settlement IS NULL)",
            name="settled",
        ),
        Index(
            "uq_exception_cases_open_task",
            "warehouse_id",
            "task_id",
            unique=True,
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
        Index("ix_exception_cases_settled", "warehouse_id", "settled_at"),
    )


class ExceptionScanRow(OfWarehouse, Model):
    """One refused scan of a case: what the handheld had shown, what the server said, what it would have moved."""

    __tablename__ = "exception_scans"

    scan_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    position: Mapped[int]
    raw: Mapped[str] = mapped_column(Text)
    scanned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_offline: Mapped[bool]
    step: Mapped[str] = mapped_column(String(40))
    """Of the screen the handheld showed after it."""
    shown_code: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[str] = mapped_column(String(12))
    code: Mapped[str] = mapped_column(String(40))
    details: Mapped[str] = mapped_column(Text)
    moves: Mapped[bytes] = mapped_column(LargeBinary)
    """Transfers it would have been, as JSON; an empty list where it moves nothing, or nobody can tell."""
    believed_step: Mapped[str | None] = mapped_column(String(30))
    believed_progress: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Where the handheld thought the task was after it."""

    __table_args__ = (
        ForeignKeyConstraint(["warehouse_id", "case_id"], ["exception_cases.warehouse_id", "exception_cases.id"]),
        Index("ix_exception_scans_case", "warehouse_id", "case_id", "position"),
    )
