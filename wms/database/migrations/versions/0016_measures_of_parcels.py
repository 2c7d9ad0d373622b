"""Rules of carriers limit a parcel in three measures and its girth, not in its longest side alone.

Revision 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_MEASURES = ("middle_mm", "shortest_mm", "girth_mm")


def upgrade() -> None:
    for measure in _MEASURES:
        op.add_column('carrier_rules', sa.Column(measure, sa.Integer(), nullable=True))


def downgrade() -> None:
    for measure in _MEASURES:
        op.drop_column('carrier_rules', measure)
