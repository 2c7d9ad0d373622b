"""Parcels that were opened again after they had been closed.

Revision 0017, after 0016.
"""

import sqlalchemy as sa
from alembic import op

from wms.database.dialect import append_only_statements

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('parcel_voids',
    sa.Column('parcel_id', sa.Uuid(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('voided_by', sa.Uuid(), nullable=False),
    sa.Column('passed_by', sa.String(length=60), nullable=False),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.Column('container_id', sa.Uuid(), nullable=False),
    sa.Column('warehouse_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id', 'container_id'], ['containers.warehouse_id', 'containers.id'], name=op.f('fk_parcel_voids_warehouse_id_container_id')),
    sa.ForeignKeyConstraint(['warehouse_id', 'parcel_id'], ['parcels.warehouse_id', 'parcels.id'], name=op.f('fk_parcel_voids_warehouse_id_parcel_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'parcel_id', name=op.f('pk_parcel_voids'))
    )
    op.create_index('ix_parcel_voids_order', 'parcel_voids', ['warehouse_id', 'order_id'], unique=False)
    for statement in append_only_statements('parcel_voids')[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table('parcel_voids')
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS parcel_voids_refuse()")
