"""The numbers that logistic labels of pallets bear, so that a pallet is known by them when they are scanned.

Revision 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('pallet_numbers',
    sa.Column('sscc', sa.String(length=18), nullable=False),
    sa.Column('container_id', sa.Uuid(), nullable=False),
    sa.Column('warehouse_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id', 'container_id'], ['containers.warehouse_id', 'containers.id'], name=op.f('fk_pallet_numbers_warehouse_id_container_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'sscc', name=op.f('pk_pallet_numbers'))
    )


def downgrade() -> None:
    op.drop_table('pallet_numbers')
