"""An order may leave in several parcels: their numbers, what is in each, and a waybill for each.

Every parcel there is was the only one of its order: what was packed of the order lies in it.

Revision 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NOT_CANCELLED = sa.text("state <> 'cancelled'")
LIVE = sa.text("state IN ('asked', 'calling', 'unknown', 'unsettled', 'pending', 'allocated', 'failed')")


def upgrade() -> None:
    op.add_column('parcels', sa.Column('number', sa.Integer(), server_default='1', nullable=False))
    op.add_column('carrier_bookings', sa.Column('parcel_number', sa.Integer(), server_default='1', nullable=False))
    _index("parcels", "ix_parcels_order", ["warehouse_id", "order_id", "number"], NOT_CANCELLED)
    _index("carrier_bookings", "ix_carrier_bookings_live", ["warehouse_id", "order_id", "parcel_number"], LIVE)
    op.create_table('parcel_lines',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('parcel_id', sa.Uuid(), nullable=False),
    sa.Column('line_no', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_parcel_lines_quantity')),
    sa.ForeignKeyConstraint(['warehouse_id', 'parcel_id'], ['parcels.warehouse_id', 'parcels.id'], name=op.f('fk_parcel_lines_warehouse_id_parcel_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'parcel_id', 'line_no', name=op.f('pk_parcel_lines'))
    )
    op.execute(
        "INSERT INTO parcel_lines (warehouse_id, parcel_id, line_no, quantity) "
        "SELECT p.warehouse_id, p.id, l.line_no, l.packed FROM parcels p "
        "JOIN order_lines l ON l.warehouse_id = p.warehouse_id AND l.order_id = p.order_id "
        "WHERE p.state <> 'cancelled' AND l.packed > 0"
    )


def downgrade() -> None:
    """Refused by the database itself where an order has several parcels by now."""
    op.drop_table('parcel_lines')
    _index("carrier_bookings", "ix_carrier_bookings_live", ["warehouse_id", "order_id"], LIVE)
    _index("parcels", "ix_parcels_order", ["warehouse_id", "order_id"], NOT_CANCELLED)
    op.drop_column('carrier_bookings', 'parcel_number')
    op.drop_column('parcels', 'number')


def _index(table: str, name: str, columns: list[str], where: sa.TextClause) -> None:
    op.drop_index(name, table_name=table)
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)
