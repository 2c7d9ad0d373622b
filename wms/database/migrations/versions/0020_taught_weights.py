"""What each parcel taught of a product's weight, so that it can be taken back where the parcel is opened again.

What parcels taught before this revision was not kept with them and stays learned.

Revision 0020, after 0019.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_TAUGHT = ("taught_sku_id", "taught_units", "taught_grams")


def upgrade() -> None:
    for name in _TAUGHT:
        op.add_column('parcel_packings', sa.Column(name, sa.Integer(), server_default='0', nullable=False))
    op.add_column('sku_weights', sa.Column('since', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column('sku_weights', 'since')
    for name in _TAUGHT:
        op.drop_column('parcel_packings', name)
