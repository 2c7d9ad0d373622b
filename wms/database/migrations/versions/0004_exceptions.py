"""Scans that the server refused although a handheld had shown them as good, and tasks that are laid ready in advance.

Revision 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OPEN = sa.text("settled_at IS NULL")


def upgrade() -> None:
    op.add_column("tasks", sa.Column("laid_ready_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "exception_cases",
        sa.Column("warehouse_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("workflow", sa.String(length=20), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("believed_step", sa.String(length=30), nullable=True),
        sa.Column("believed_progress", sa.LargeBinary(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=60), nullable=True),
        sa.Column("settlement", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (settlement IS NULL)",
            name=op.f("ck_exception_cases_settled"),
        ),
        sa.ForeignKeyConstraint(["warehouse_id"], ["warehouses.id"], name=op.f("fk_exception_cases_warehouse_id")),
        sa.PrimaryKeyConstraint("warehouse_id", "id", name=op.f("pk_exception_cases")),
        sa.UniqueConstraint("warehouse_id", "number", name=op.f("uq_exception_cases_warehouse_id_number")),
    )
    op.create_index(
        "uq_exception_cases_open_task",
        "exception_cases",
        ["warehouse_id", "task_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_exception_cases_settled", "exception_cases", ["warehouse_id", "settled_at"], unique=False)
    op.create_table(
        "exception_scans",
        sa.Column("warehouse_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_offline", sa.Boolean(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("shown_code", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("moves", sa.LargeBinary(), nullable=False),
        sa.Column("believed_step", sa.String(length=30), nullable=True),
        sa.Column("believed_progress", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["warehouse_id", "case_id"],
            ["exception_cases.warehouse_id", "exception_cases.id"],
            name=op.f("fk_exception_scans_warehouse_id_case_id"),
        ),
        sa.PrimaryKeyConstraint("warehouse_id", "scan_id", name=op.f("pk_exception_scans")),
    )
    op.create_index(
        "ix_exception_scans_case", "exception_scans", ["warehouse_id", "case_id", "position"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_exception_scans_case", table_name="exception_scans")
    op.drop_table("exception_scans")
    op.drop_index("ix_exception_cases_settled", table_name="exception_cases")
    op.drop_index("uq_exception_cases_open_task", table_name="exception_cases")
    op.drop_table("exception_cases")
    op.drop_column("tasks", "laid_ready_at")
