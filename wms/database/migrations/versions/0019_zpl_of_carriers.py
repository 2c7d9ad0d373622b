"""Carriers' labels in ZPL that were kept under a name that no printer of ours goes by: they can be printed now.

Revision 0019, after 0018.
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE carrier_labels SET media_type = 'application/vnd.zebra-zpl' WHERE media_type = 'application/zpl'")


def downgrade() -> None:
    """Nothing: the older name was never of use."""
