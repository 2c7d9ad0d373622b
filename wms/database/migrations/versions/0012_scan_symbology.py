"""The symbology of a scan, where the device named it.

Revision 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("scan_log", sa.Column("symbology", sa.String(length=20), nullable=True))


def downgrade() -> None:
    op.drop_column("scan_log", "symbology")
