"""Carriers: accounts, rules, prices, bookings, labels and tracking; who carries a parcel.

Revision 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

from wms.database.dialect import append_only_statements

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LIVE = sa.text("state IN ('asked', 'calling', 'unknown', 'pending', 'allocated', 'failed')")
NUMBERED = sa.text("waybill_no IS NOT NULL")
ON_PARCEL = sa.text("parcel_id IS NOT NULL")


def upgrade() -> None:
    op.create_table('tracking_events',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('account_code', sa.String(length=20), nullable=False),
    sa.Column('waybill_no', sa.String(length=40), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('place', sa.String(length=120), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('said', sa.Text(), nullable=False),
    sa.Column('source', sa.String(length=10), nullable=False),
    sa.Column('heard_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('warehouse_id', 'account_code', 'waybill_no', 'code', 'at', 'place', name=op.f('pk_tracking_events'))
    )
    op.create_table('carrier_accounts',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('name_zh', sa.String(length=100), nullable=False),
    sa.Column('company_code', sa.String(length=18), nullable=False),
    sa.Column('company_name', sa.String(length=100), nullable=False),
    sa.Column('is_enabled', sa.Boolean(), nullable=False),
    sa.Column('key_prefix', sa.String(length=12), nullable=False),
    sa.Column('settings', sa.Text(), nullable=False),
    sa.Column('secret', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouses.id'], name=op.f('fk_carrier_accounts_warehouse_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'code', name=op.f('pk_carrier_accounts'))
    )
    op.create_table('carrier_prices',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('account_code', sa.String(length=20), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('up_to_grams', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('price_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.CheckConstraint('up_to_grams > 0 AND price_minor >= 0', name=op.f('ck_carrier_prices_price')),
    sa.ForeignKeyConstraint(['warehouse_id', 'account_code'], ['carrier_accounts.warehouse_id', 'carrier_accounts.code'], name=op.f('fk_carrier_prices_warehouse_id_account_code')),
    sa.PrimaryKeyConstraint('warehouse_id', 'account_code', 'country', 'up_to_grams', name=op.f('pk_carrier_prices'))
    )
    op.create_table('carrier_rules',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('line_no', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('account_code', sa.String(length=20), nullable=False),
    sa.Column('merchant', sa.String(length=30), nullable=False),
    sa.Column('countries', sa.String(length=200), nullable=False),
    sa.Column('districts', sa.String(length=200), nullable=False),
    sa.Column('from_grams', sa.Integer(), nullable=True),
    sa.Column('to_grams', sa.Integer(), nullable=True),
    sa.Column('longest_mm', sa.Integer(), nullable=True),
    sa.Column('priority_to', sa.Integer(), nullable=True),
    sa.Column('service', sa.String(length=30), nullable=False),
    sa.Column('before', sa.String(length=5), nullable=False),
    sa.Column('patience_seconds', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id', 'account_code'], ['carrier_accounts.warehouse_id', 'carrier_accounts.code'], name=op.f('fk_carrier_rules_warehouse_id_account_code')),
    sa.PrimaryKeyConstraint('warehouse_id', 'line_no', name=op.f('pk_carrier_rules'))
    )
    op.create_table('carrier_bookings',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('account_code', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=15), nullable=False),
    sa.Column('draft', sa.Text(), nullable=False),
    sa.Column('draft_hash', sa.String(length=64), nullable=False),
    sa.Column('choice', sa.Text(), nullable=False),
    sa.Column('patience_seconds', sa.Integer(), nullable=False),
    sa.Column('weight_grams', sa.Integer(), nullable=False),
    sa.Column('waybill_no', sa.String(length=40), nullable=True),
    sa.Column('routing_code', sa.String(length=60), nullable=False),
    sa.Column('routing_data', sa.Text(), nullable=False),
    sa.Column('error_code', sa.String(length=40), nullable=False),
    sa.Column('said', sa.Text(), nullable=False),
    sa.Column('calls', sa.Integer(), nullable=False),
    sa.Column('lookups', sa.Integer(), nullable=False),
    sa.Column('not_there_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease_holder', sa.Uuid(), nullable=True),
    sa.Column('parcel_id', sa.Uuid(), nullable=True),
    sa.Column('void_reason', sa.String(length=200), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('called_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id', 'account_code'], ['carrier_accounts.warehouse_id', 'carrier_accounts.code'], name=op.f('fk_carrier_bookings_warehouse_id_account_code')),
    sa.ForeignKeyConstraint(['warehouse_id', 'order_id'], ['orders.warehouse_id', 'orders.id'], name=op.f('fk_carrier_bookings_warehouse_id_order_id')),
    sa.ForeignKeyConstraint(['warehouse_id', 'parcel_id'], ['parcels.warehouse_id', 'parcels.id'], name=op.f('fk_carrier_bookings_warehouse_id_parcel_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_carrier_bookings')),
    sa.UniqueConstraint('key', name=op.f('uq_carrier_bookings_key')),
    sa.UniqueConstraint('warehouse_id', 'order_id', 'generation', name=op.f('uq_carrier_bookings_warehouse_id_order_id_generation'))
    )
    op.create_index('ix_carrier_bookings_live', 'carrier_bookings', ['warehouse_id', 'order_id'], unique=True, sqlite_where=LIVE, postgresql_where=LIVE)
    op.create_index('ix_carrier_bookings_parcel', 'carrier_bookings', ['warehouse_id', 'parcel_id'], unique=True, sqlite_where=ON_PARCEL, postgresql_where=ON_PARCEL)
    op.create_index('ix_carrier_bookings_state', 'carrier_bookings', ['warehouse_id', 'state', 'state_since'], unique=False)
    op.create_index('ix_carrier_bookings_waybill', 'carrier_bookings', ['warehouse_id', 'account_code', 'waybill_no'], unique=True, sqlite_where=NUMBERED, postgresql_where=NUMBERED)
    op.create_table('parcel_carriers',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('parcel_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('company_code', sa.String(length=18), nullable=False),
    sa.Column('company_name', sa.String(length=100), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id', 'parcel_id'], ['parcels.warehouse_id', 'parcels.id'], name=op.f('fk_parcel_carriers_warehouse_id_parcel_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'parcel_id', name=op.f('pk_parcel_carriers'))
    )
    op.create_table('tracked_parcels',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('parcel_id', sa.Uuid(), nullable=False),
    sa.Column('account_code', sa.String(length=20), nullable=False),
    sa.Column('waybill_no', sa.String(length=40), nullable=False),
    sa.Column('token', sa.String(length=40), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('status_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('delivered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('polled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('customs_told', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id', 'parcel_id'], ['parcels.warehouse_id', 'parcels.id'], name=op.f('fk_tracked_parcels_warehouse_id_parcel_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'parcel_id', name=op.f('pk_tracked_parcels')),
    sa.UniqueConstraint('token', name=op.f('uq_tracked_parcels_token'))
    )
    op.create_index('ix_tracked_parcels_waybill', 'tracked_parcels', ['warehouse_id', 'account_code', 'waybill_no'], unique=False)
    op.create_table('carrier_labels',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('booking_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('media_type', sa.String(length=80), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('fetched_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id', 'booking_id'], ['carrier_bookings.warehouse_id', 'carrier_bookings.id'], name=op.f('fk_carrier_labels_warehouse_id_booking_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'booking_id', name=op.f('pk_carrier_labels'))
    )
    for statement in append_only_statements("tracking_events")[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for table in (
        "carrier_labels",
        "tracked_parcels",
        "parcel_carriers",
        "carrier_bookings",
        "carrier_rules",
        "carrier_prices",
        "carrier_accounts",
        "tracking_events",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION tracking_events_refuse()")
