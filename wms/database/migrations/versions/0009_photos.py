"""Photos of open boxes, kept with their parcels.

Revision 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('parcel_photos',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('parcel_id', sa.Uuid(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('taken_by', sa.String(length=80), nullable=False),
    sa.Column('bench', sa.String(length=64), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('width > 0 AND height > 0', name=op.f('ck_parcel_photos_size')),
    sa.ForeignKeyConstraint(['warehouse_id', 'order_id'], ['orders.warehouse_id', 'orders.id'], name=op.f('fk_parcel_photos_warehouse_id_order_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_parcel_photos'))
    )
    op.create_index('ix_parcel_photos_parcel', 'parcel_photos', ['warehouse_id', 'parcel_id', 'taken_at'], unique=False)


def downgrade() -> None:
    op.drop_table('parcel_photos')
