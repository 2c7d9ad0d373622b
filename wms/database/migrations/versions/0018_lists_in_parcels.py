"""Packing lists that are scanned into their parcels before these are closed, and labels whose place is confirmed.

A list is printed before its parcel is closed: its job names a parcel that is not there yet. Lists that were printed for
closed parcels are not kept: the office makes them anew.

Revision 0018, after 0017.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_OF_PARCEL = "fk_bench_jobs_warehouse_id_parcel_id"


def upgrade() -> None:
    op.create_table('packing_lists',
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('parcel_id', sa.Uuid(), nullable=False),
    sa.Column('parcel_number', sa.Integer(), nullable=False),
    sa.Column('contents', sa.Text(), nullable=False),
    sa.Column('ordered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('warehouse_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id', 'order_id'], ['orders.warehouse_id', 'orders.id'], name=op.f('fk_packing_lists_warehouse_id_order_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'code', name=op.f('pk_packing_lists'))
    )
    op.add_column('packing_rules', sa.Column('label_check', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('bench_jobs', sa.Column('list_code', sa.String(length=16), server_default='', nullable=False))
    op.execute("UPDATE bench_jobs SET is_over = TRUE WHERE paper <> 'label'")
    with op.batch_alter_table('bench_jobs') as batch:
        batch.drop_constraint(_OF_PARCEL, type_='foreignkey')
    op.drop_table('parcel_papers')


def downgrade() -> None:
    op.create_table('parcel_papers',
    sa.Column('parcel_id', sa.Uuid(), nullable=False),
    sa.Column('paper', sa.String(length=12), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('warehouse_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id', 'parcel_id'], ['parcels.warehouse_id', 'parcels.id'], name=op.f('fk_parcel_papers_warehouse_id_parcel_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'parcel_id', 'paper', name=op.f('pk_parcel_papers'))
    )
    # Lists of parcels that were never closed would name nothing; what a bench has reported of one is evidence, and stops
    # this here.
    op.execute("DELETE FROM bench_jobs WHERE paper <> 'label' AND parcel_id NOT IN (SELECT id FROM parcels)")
    with op.batch_alter_table('bench_jobs') as batch:
        batch.create_foreign_key(_OF_PARCEL, 'parcels', ['warehouse_id', 'parcel_id'], ['warehouse_id', 'id'])
    op.drop_column('bench_jobs', 'list_code')
    op.drop_column('packing_rules', 'label_check')
    op.drop_table('packing_lists')
