"""Packing: materials, rules, learned weights, how each parcel was packed, and what platforms say about packing.

Revision 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

from wms.database.dialect import append_only_statements

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

APPEND_ONLY = ("parcel_packings", "parcel_materials")
ACCEPTED = sa.text("is_accepted")
NUMBERED = sa.text("number <> ''")


def upgrade() -> None:
    op.add_column("skus", sa.Column("handling", sa.String(length=100), nullable=False, server_default=""))
    op.add_column("skus", sa.Column("picture", sa.String(length=100), nullable=False, server_default=""))
    op.add_column("box_types", sa.Column("max_weight_grams", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "packing_wishes",
        sa.Column("warehouse_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("line_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_gift", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["warehouse_id", "order_id"],
            ["orders.warehouse_id", "orders.id"],
            name=op.f("fk_packing_wishes_warehouse_id_order_id"),
        ),
        sa.PrimaryKeyConstraint("warehouse_id", "order_id", "line_no", name=op.f("pk_packing_wishes")),
    )
    op.create_table(
        "packing_materials",
        sa.Column("warehouse_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("weight_grams", sa.Integer(), nullable=False),
        sa.Column("number_prefix", sa.String(length=10), nullable=False),
        sa.Column("picture", sa.String(length=100), nullable=False),
        sa.CheckConstraint("weight_grams >= 0", name=op.f("ck_packing_materials_weight")),
        sa.ForeignKeyConstraint(["warehouse_id"], ["warehouses.id"], name=op.f("fk_packing_materials_warehouse_id")),
        sa.PrimaryKeyConstraint("warehouse_id", "code", name=op.f("pk_packing_materials")),
    )
    op.create_table(
        "packing_rules",
        sa.Column("warehouse_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("platform", sa.String(length=100), nullable=False),
        sa.Column("merchant", sa.String(length=30), nullable=False),
        sa.Column("sku", sa.String(length=30), nullable=False),
        sa.Column("mark", sa.String(length=30), nullable=False),
        sa.Column("boxes", sa.String(length=400), nullable=False),
        sa.Column("no_boxes", sa.String(length=400), nullable=False),
        sa.Column("materials", sa.String(length=400), nullable=False),
        sa.Column("no_materials", sa.String(length=400), nullable=False),
        sa.Column("label_position", sa.String(length=200), nullable=False),
        sa.Column("label_picture", sa.String(length=100), nullable=False),
        sa.Column("hides_prices", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["warehouse_id"], ["warehouses.id"], name=op.f("fk_packing_rules_warehouse_id")),
        sa.PrimaryKeyConstraint("warehouse_id", "line_no", name=op.f("pk_packing_rules")),
    )
    op.create_table(
        "sku_weights",
        sa.Column("warehouse_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sku_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("catalogue_grams", sa.Integer(), nullable=False),
        sa.Column("parcels", sa.Integer(), nullable=False),
        sa.Column("sum_mg", sa.BigInteger(), nullable=False),
        sa.Column("sum_of_squares", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["sku_id"], ["skus.id"], name=op.f("fk_sku_weights_sku_id")),
        sa.ForeignKeyConstraint(["warehouse_id"], ["warehouses.id"], name=op.f("fk_sku_weights_warehouse_id")),
        sa.PrimaryKeyConstraint("warehouse_id", "sku_id", name=op.f("pk_sku_weights")),
    )
    op.create_table(
        "parcel_packings",
        sa.Column("warehouse_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("parcel_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("packer_id", sa.Uuid(), nullable=False),
        sa.Column("weight_grams", sa.Integer(), nullable=False),
        sa.Column("expected_grams", sa.Integer(), nullable=False),
        sa.Column("tolerance_grams", sa.Integer(), nullable=False),
        sa.Column("is_accepted", sa.Boolean(), nullable=False),
        sa.Column("suspect", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["warehouse_id", "parcel_id"],
            ["parcels.warehouse_id", "parcels.id"],
            name=op.f("fk_parcel_packings_warehouse_id_parcel_id"),
        ),
        sa.PrimaryKeyConstraint("warehouse_id", "parcel_id", name=op.f("pk_parcel_packings")),
    )
    op.create_index(
        "ix_parcel_packings_accepted",
        "parcel_packings",
        ["warehouse_id", "at"],
        unique=False,
        sqlite_where=ACCEPTED,
        postgresql_where=ACCEPTED,
    )
    op.create_table(
        "parcel_materials",
        sa.Column("warehouse_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("parcel_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["warehouse_id", "code"],
            ["packing_materials.warehouse_id", "packing_materials.code"],
            name=op.f("fk_parcel_materials_warehouse_id_code"),
        ),
        sa.ForeignKeyConstraint(
            ["warehouse_id", "parcel_id"],
            ["parcels.warehouse_id", "parcels.id"],
            name=op.f("fk_parcel_materials_warehouse_id_parcel_id"),
        ),
        sa.PrimaryKeyConstraint("warehouse_id", "parcel_id", "position", name=op.f("pk_parcel_materials")),
    )
    op.create_index(
        "uq_parcel_materials_number",
        "parcel_materials",
        ["warehouse_id", "number"],
        unique=True,
        sqlite_where=NUMBERED,
        postgresql_where=NUMBERED,
    )
    for table in APPEND_ONLY:
        for statement in append_only_statements(table)[op.get_bind().dialect.name]:
            op.execute(statement)


def downgrade() -> None:
    for table in (
        "parcel_materials",
        "parcel_packings",
        "sku_weights",
        "packing_rules",
        "packing_materials",
        "packing_wishes",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"DROP FUNCTION {table}_refuse()")
    op.drop_column("box_types", "max_weight_grams")
    op.drop_column("skus", "picture")
    op.drop_column("skus", "handling")
