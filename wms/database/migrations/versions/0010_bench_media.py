"""What the printers of benches take, and what a label job was made as.

Revision 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('bench_devices', sa.Column('medium', sa.String(length=10), nullable=True))
    op.add_column('bench_jobs', sa.Column('medium', sa.String(length=10), server_default='zpl_203', nullable=False))


def downgrade() -> None:
    op.drop_column('bench_jobs', 'medium')
    op.drop_column('bench_devices', 'medium')
