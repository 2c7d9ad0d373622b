"""Suppliers' patterns that supervisors teach, and refused scans by time for those who look into them.

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

IN_FORCE = sa.text("off_at IS NULL")
REFUSED = sa.text("outcome IN ('refused', 'unknown')")


def upgrade() -> None:
    op.create_table(
        "supplier_patterns",
        sa.Column("warehouse_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("supplier", sa.String(length=60), nullable=False),
        sa.Column("merchant_id", sa.Integer(), nullable=True),
        sa.Column("template", sa.String(length=120), nullable=False),
        sa.Column("example", sa.Text(), nullable=False),
        sa.Column("taught_by", sa.String(length=60), nullable=False),
        sa.Column("taught_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("off_by", sa.String(length=60), nullable=True),
        sa.Column("off_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(off_at IS NULL) = (off_by IS NULL)", name=op.f("ck_supplier_patterns_off")),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name=op.f("fk_supplier_patterns_merchant_id")),
        sa.ForeignKeyConstraint(["warehouse_id"], ["warehouses.id"], name=op.f("fk_supplier_patterns_warehouse_id")),
        sa.PrimaryKeyConstraint("warehouse_id", "id", name=op.f("pk_supplier_patterns")),
    )
    op.create_index(
        "uq_supplier_patterns_in_force",
        "supplier_patterns",
        ["warehouse_id", "template"],
        unique=True,
        sqlite_where=IN_FORCE,
        postgresql_where=IN_FORCE,
    )
    op.create_index(
        "ix_scan_log_refused",
        "scan_log",
        ["warehouse_id", "at"],
        unique=False,
        sqlite_where=REFUSED,
        postgresql_where=REFUSED,
    )


def downgrade() -> None:
    op.drop_index("ix_scan_log_refused", table_name="scan_log")
    op.drop_index("uq_supplier_patterns_in_force", table_name="supplier_patterns")
    op.drop_table("supplier_patterns")
