"""Packing benches: their programs' tokens, devices, print jobs, and the codes that reached no task.

Revision 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

from wms.database.dialect import append_only_statements

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OPEN = sa.text("NOT is_over")
APPLIED = sa.text("applied_at IS NOT NULL")


def upgrade() -> None:
    op.add_column('api_tokens', sa.Column('bench', sa.String(length=30), nullable=True))
    op.create_table('benches',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('bench', sa.String(length=30), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('heard_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reading_id', sa.Uuid(), nullable=True),
    sa.Column('grams', sa.Integer(), nullable=True),
    sa.Column('weighed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(reading_id IS NULL) = (grams IS NULL) AND (grams IS NULL) = (weighed_at IS NULL)', name=op.f('ck_benches_weight')),
    sa.ForeignKeyConstraint(['warehouse_id', 'bench'], ['places.warehouse_id', 'places.code'], name=op.f('fk_benches_warehouse_id_bench')),
    sa.PrimaryKeyConstraint('warehouse_id', 'bench', name=op.f('pk_benches'))
    )
    op.create_table('bench_devices',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('bench', sa.String(length=30), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('condition', sa.String(length=20), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id', 'bench'], ['benches.warehouse_id', 'benches.bench'], name=op.f('fk_bench_devices_warehouse_id_bench')),
    sa.PrimaryKeyConstraint('warehouse_id', 'bench', 'name', name=op.f('pk_bench_devices'))
    )
    op.create_table('bench_refusals',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('code_id', sa.Uuid(), nullable=False),
    sa.Column('bench', sa.String(length=30), nullable=False),
    sa.Column('device', sa.String(length=40), nullable=False),
    sa.Column('raw', sa.Text(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id', 'bench'], ['benches.warehouse_id', 'benches.bench'], name=op.f('fk_bench_refusals_warehouse_id_bench')),
    sa.PrimaryKeyConstraint('warehouse_id', 'code_id', name=op.f('pk_bench_refusals'))
    )
    op.create_index('ix_bench_refusals_at', 'bench_refusals', ['warehouse_id', 'bench', 'at'], unique=False)
    op.create_table('bench_jobs',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('parcel_id', sa.Uuid(), nullable=False),
    sa.Column('copy_no', sa.Integer(), nullable=False),
    sa.Column('bench', sa.String(length=30), nullable=False),
    sa.Column('printer', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('why', sa.String(length=30), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('answer', sa.String(length=15), nullable=True),
    sa.Column('answered_by', sa.String(length=80), nullable=False),
    sa.Column('reason', sa.String(length=30), nullable=False),
    sa.Column('ordered_by', sa.String(length=80), nullable=False),
    sa.Column('moves_to', sa.String(length=80), nullable=False),
    sa.Column('ordered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('applied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('is_over', sa.Boolean(), nullable=False),
    sa.CheckConstraint("state <> 'queued' OR sequence = 0", name=op.f('ck_bench_jobs_reported')),
    sa.CheckConstraint('copy_no > 0 AND attempt >= 0 AND sequence >= 0', name=op.f('ck_bench_jobs_numbers')),
    sa.ForeignKeyConstraint(['warehouse_id', 'bench'], ['benches.warehouse_id', 'benches.bench'], name=op.f('fk_bench_jobs_warehouse_id_bench')),
    sa.ForeignKeyConstraint(['warehouse_id', 'parcel_id'], ['parcels.warehouse_id', 'parcels.id'], name=op.f('fk_bench_jobs_warehouse_id_parcel_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_bench_jobs')),
    sa.UniqueConstraint('warehouse_id', 'parcel_id', 'copy_no', name=op.f('uq_bench_jobs_warehouse_id_parcel_id_copy_no'))
    )
    op.create_index('ix_bench_jobs_open', 'bench_jobs', ['warehouse_id', 'bench', 'ordered_at'], unique=False, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index('uq_bench_jobs_applied', 'bench_jobs', ['warehouse_id', 'parcel_id'], unique=True, sqlite_where=APPLIED, postgresql_where=APPLIED)
    op.create_table('bench_job_states',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('job_id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('why', sa.String(length=30), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('counter_before', sa.Integer(), nullable=True),
    sa.Column('counter_after', sa.Integer(), nullable=True),
    sa.Column('happened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('heard_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('sequence > 0', name=op.f('ck_bench_job_states_sequence')),
    sa.ForeignKeyConstraint(['warehouse_id', 'job_id'], ['bench_jobs.warehouse_id', 'bench_jobs.id'], name=op.f('fk_bench_job_states_warehouse_id_job_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'job_id', 'sequence', name=op.f('pk_bench_job_states'))
    )
    for statement in append_only_statements("bench_job_states")[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for table in ("bench_job_states", "bench_jobs", "bench_refusals", "bench_devices", "benches"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION bench_job_states_refuse()")
    op.drop_column('api_tokens', 'bench')
