"""Carriers: zones, contracts and steps in the price list, quotes, manifests, and bookings only a person can settle.

Revision 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

from wms.database.dialect import append_only_statements

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

LIVE_BEFORE = sa.text("state IN ('asked', 'calling', 'unknown', 'pending', 'allocated', 'failed')")
LIVE = sa.text("state IN ('asked', 'calling', 'unknown', 'unsettled', 'pending', 'allocated', 'failed')")


def upgrade() -> None:
    op.add_column("carrier_bookings", sa.Column("carrier_ref", sa.String(length=80), nullable=True))
    _live_index(LIVE)
    prices = _taken_out("SELECT warehouse_id, account_code, country, up_to_grams, price_minor, currency FROM carrier_prices")
    op.drop_table("carrier_prices")
    op.create_table("carrier_prices",
    sa.Column("warehouse_id", sa.Integer(), autoincrement=False, nullable=False),
    sa.Column("account_code", sa.String(length=20), nullable=False),
    sa.Column("merchant", sa.String(length=30), nullable=False),
    sa.Column("service", sa.String(length=30), nullable=False),
    sa.Column("zone", sa.String(length=20), nullable=False),
    sa.Column("up_to_grams", sa.Integer(), autoincrement=False, nullable=False),
    sa.Column("price_minor", sa.BigInteger(), nullable=False),
    sa.Column("currency", sa.String(length=3), nullable=False),
    sa.Column("step_grams", sa.Integer(), nullable=False),
    sa.Column("step_minor", sa.BigInteger(), nullable=False),
    sa.CheckConstraint("up_to_grams > 0 AND price_minor >= 0 AND step_grams >= 0 AND step_minor >= 0", name=op.f("ck_carrier_prices_price")),
    sa.ForeignKeyConstraint(["warehouse_id", "account_code"], ["carrier_accounts.warehouse_id", "carrier_accounts.code"], name=op.f("fk_carrier_prices_warehouse_id_account_code")),
    sa.PrimaryKeyConstraint("warehouse_id", "account_code", "merchant", "service", "zone", "up_to_grams", name=op.f("pk_carrier_prices"))
    )
    _put_back(
        "INSERT INTO carrier_prices (warehouse_id, account_code, merchant, service, zone, up_to_grams, price_minor,"
        " currency, step_grams, step_minor)"
        " VALUES (:warehouse_id, :account_code, '', '', :country, :up_to_grams, :price_minor, :currency, 0, 0)",
        prices,
    )
    op.create_table("carrier_zones",
    sa.Column("warehouse_id", sa.Integer(), autoincrement=False, nullable=False),
    sa.Column("account_code", sa.String(length=20), nullable=False),
    sa.Column("zone", sa.String(length=20), nullable=False),
    sa.Column("country", sa.String(length=2), nullable=False),
    sa.Column("districts", sa.String(length=400), nullable=False),
    sa.ForeignKeyConstraint(["warehouse_id", "account_code"], ["carrier_accounts.warehouse_id", "carrier_accounts.code"], name=op.f("fk_carrier_zones_warehouse_id_account_code")),
    sa.PrimaryKeyConstraint("warehouse_id", "account_code", "zone", name=op.f("pk_carrier_zones"))
    )
    op.create_table("carrier_quotes",
    sa.Column("warehouse_id", sa.Integer(), autoincrement=False, nullable=False),
    sa.Column("order_id", sa.Uuid(), nullable=False),
    sa.Column("account_code", sa.String(length=20), nullable=False),
    sa.Column("service", sa.String(length=30), nullable=False),
    sa.Column("price_minor", sa.BigInteger(), nullable=True),
    sa.Column("currency", sa.String(length=3), nullable=False),
    sa.Column("said", sa.Text(), nullable=False),
    sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(["warehouse_id", "account_code"], ["carrier_accounts.warehouse_id", "carrier_accounts.code"], name=op.f("fk_carrier_quotes_warehouse_id_account_code")),
    sa.ForeignKeyConstraint(["warehouse_id", "order_id"], ["orders.warehouse_id", "orders.id"], name=op.f("fk_carrier_quotes_warehouse_id_order_id")),
    sa.PrimaryKeyConstraint("warehouse_id", "order_id", "account_code", "service", name=op.f("pk_carrier_quotes"))
    )
    op.create_table("carrier_manifests",
    sa.Column("warehouse_id", sa.Integer(), autoincrement=False, nullable=False),
    sa.Column("load_id", sa.Uuid(), nullable=False),
    sa.Column("account_code", sa.String(length=20), nullable=False),
    sa.Column("kind", sa.String(length=15), nullable=False),
    sa.Column("number", sa.String(length=40), nullable=False),
    sa.Column("parcels", sa.Integer(), nullable=False),
    sa.Column("weight_grams", sa.BigInteger(), nullable=False),
    sa.Column("content", sa.LargeBinary(), nullable=False),
    sa.Column("sha256", sa.String(length=64), nullable=False),
    sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(["warehouse_id", "account_code"], ["carrier_accounts.warehouse_id", "carrier_accounts.code"], name=op.f("fk_carrier_manifests_warehouse_id_account_code")),
    sa.ForeignKeyConstraint(["warehouse_id", "load_id"], ["loads.warehouse_id", "loads.id"], name=op.f("fk_carrier_manifests_warehouse_id_load_id")),
    sa.PrimaryKeyConstraint("warehouse_id", "load_id", "account_code", name=op.f("pk_carrier_manifests"))
    )
    op.create_index("ix_carrier_manifests_closed", "carrier_manifests", ["warehouse_id", "closed_at"], unique=False)
    for statement in append_only_statements("carrier_manifests")[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    prices = _taken_out(
        "SELECT warehouse_id, account_code, zone, up_to_grams, price_minor, currency FROM carrier_prices"
        " WHERE merchant = '' AND service = '' AND length(zone) = 2"
    )
    for table in ("carrier_manifests", "carrier_quotes", "carrier_zones", "carrier_prices"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION carrier_manifests_refuse()")
    op.create_table("carrier_prices",
    sa.Column("warehouse_id", sa.Integer(), autoincrement=False, nullable=False),
    sa.Column("account_code", sa.String(length=20), nullable=False),
    sa.Column("country", sa.String(length=2), nullable=False),
    sa.Column("up_to_grams", sa.Integer(), autoincrement=False, nullable=False),
    sa.Column("price_minor", sa.BigInteger(), nullable=False),
    sa.Column("currency", sa.String(length=3), nullable=False),
    sa.CheckConstraint("up_to_grams > 0 AND price_minor >= 0", name=op.f("ck_carrier_prices_price")),
    sa.ForeignKeyConstraint(["warehouse_id", "account_code"], ["carrier_accounts.warehouse_id", "carrier_accounts.code"], name=op.f("fk_carrier_prices_warehouse_id_account_code")),
    sa.PrimaryKeyConstraint("warehouse_id", "account_code", "country", "up_to_grams", name=op.f("pk_carrier_prices"))
    )
    _put_back(
        "INSERT INTO carrier_prices (warehouse_id, account_code, country, up_to_grams, price_minor, currency)"
        " VALUES (:warehouse_id, :account_code, :zone, :up_to_grams, :price_minor, :currency)",
        prices,
    )
    # Whether it was bought stays for a person to decide.
    op.execute("UPDATE carrier_bookings SET state = 'failed' WHERE state = 'unsettled'")
    _live_index(LIVE_BEFORE)
    op.drop_column("carrier_bookings", "carrier_ref")


def _live_index(live: sa.TextClause) -> None:
    op.drop_index("ix_carrier_bookings_live", table_name="carrier_bookings")
    op.create_index("ix_carrier_bookings_live", "carrier_bookings", ["warehouse_id", "order_id"], unique=True, sqlite_where=live, postgresql_where=live)


def _taken_out(query: str) -> list[dict[str, object]]:
    return [dict(row._mapping) for row in op.get_bind().execute(sa.text(query))]


def _put_back(statement: str, rows: list[dict[str, object]]) -> None:
    if rows:
        op.get_bind().execute(sa.text(statement), rows)
