"""Packing lists that benches print, and rules that ask for them or are for one country.

Revision 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_BY_COPY = "uq_bench_jobs_warehouse_id_parcel_id_copy_no"
_BY_PAPER = "uq_bench_jobs_warehouse_id_parcel_id_paper_copy_no"


def upgrade() -> None:
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
    op.add_column('packing_rules', sa.Column('country', sa.String(length=2), server_default='', nullable=False))
    op.add_column('packing_rules', sa.Column('packing_list', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('bench_jobs', sa.Column('paper', sa.String(length=12), server_default='label', nullable=False))
    _replace_key(_BY_COPY, _BY_PAPER, ['warehouse_id', 'parcel_id', 'paper', 'copy_no'])


def downgrade() -> None:
    # What was reported of them is evidence and stays; they only must not be taken for labels that are under way.
    op.execute("UPDATE bench_jobs SET copy_no = copy_no + 1000, is_over = TRUE WHERE paper <> 'label'")
    _replace_key(_BY_PAPER, _BY_COPY, ['warehouse_id', 'parcel_id', 'copy_no'])
    op.drop_column('bench_jobs', 'paper')
    op.drop_column('packing_rules', 'packing_list')
    op.drop_column('packing_rules', 'country')
    op.drop_table('parcel_papers')


def _replace_key(old: str, new: str, columns: list[str]) -> None:
    with op.batch_alter_table("bench_jobs") as batch:
        batch.drop_constraint(old, type_="unique")
        batch.create_unique_constraint(new, columns)
