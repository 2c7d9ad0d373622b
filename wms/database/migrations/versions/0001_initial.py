"""The first schema.

Revision 0001, after nothing.
"""

import sqlalchemy as sa
from alembic import op

from wms.database.dialect import append_only_statements

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


APPEND_ONLY = (
    "audit_trail",
    "customs_raw_receipts",
    "customs_receipt_entries",
    "manifest_lines",
    "stock_journal",
)


def upgrade() -> None:
    op.create_table('api_tokens',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('warehouse_id', 'token_hash', name=op.f('pk_api_tokens')),
    sa.UniqueConstraint('warehouse_id', 'name', name=op.f('uq_api_tokens_warehouse_id_name'))
    )
    op.create_table('audit_trail',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('happened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('who', sa.String(length=80), nullable=False),
    sa.Column('device', sa.String(length=80), nullable=False),
    sa.Column('what', sa.String(length=60), nullable=False),
    sa.Column('on_what', sa.String(length=120), nullable=False),
    sa.Column('details', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_audit_trail'))
    )
    op.create_index('ix_audit_trail_happened', 'audit_trail', ['warehouse_id', 'happened_at'], unique=False)
    op.create_index('ix_audit_trail_on_what', 'audit_trail', ['warehouse_id', 'on_what'], unique=False)
    op.create_table('customs_declarations',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('parcel_id', sa.Uuid(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('order_no', sa.String(length=60), nullable=False),
    sa.Column('tracking_number', sa.String(length=60), nullable=False),
    sa.Column('cop_no', sa.String(length=20), nullable=False),
    sa.Column('agent_code', sa.String(length=18), nullable=False),
    sa.Column('ebp_code', sa.String(length=18), nullable=False),
    sa.Column('ebc_code', sa.String(length=18), nullable=False),
    sa.Column('customs_code', sa.String(length=4), nullable=False),
    sa.Column('pre_no', sa.String(length=18), nullable=True),
    sa.Column('invt_no', sa.String(length=18), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('said', sa.Text(), nullable=False),
    sa.Column('anomalies', sa.String(length=100), nullable=False),
    sa.Column('open_holds', sa.Integer(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('app_time', sa.String(length=17), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('attempt > 0 AND open_holds >= 0', name=op.f('ck_customs_declarations_counts')),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_customs_declarations')),
    sa.UniqueConstraint('warehouse_id', 'cop_no', name=op.f('uq_customs_declarations_warehouse_id_cop_no')),
    sa.UniqueConstraint('warehouse_id', 'parcel_id', name=op.f('uq_customs_declarations_warehouse_id_parcel_id'))
    )
    op.create_index('ix_customs_declarations_order_no', 'customs_declarations', ['warehouse_id', 'order_no'], unique=False)
    op.create_index('ix_customs_declarations_state', 'customs_declarations', ['warehouse_id', 'state', 'state_since'], unique=False)
    op.create_index('ix_customs_declarations_tracking_number', 'customs_declarations', ['warehouse_id', 'tracking_number'], unique=False)
    op.create_table('customs_raw_receipts',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('raw', sa.LargeBinary(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('source', sa.String(length=60), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_customs_raw_receipts'))
    )
    op.create_table('merchants',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('platform_code', sa.String(length=18), nullable=False),
    sa.Column('platform_name', sa.String(length=100), nullable=False),
    sa.Column('company_code', sa.String(length=18), nullable=False),
    sa.Column('company_name', sa.String(length=100), nullable=False),
    sa.Column('payment_code', sa.String(length=18), nullable=False),
    sa.Column('payment_name', sa.String(length=100), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_merchants')),
    sa.UniqueConstraint('code', name=op.f('uq_merchants_code'))
    )
    op.create_table('operators',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('badge', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('language', sa.String(length=10), nullable=False),
    sa.Column('pin_hash', sa.String(length=200), nullable=False),
    sa.Column('wrong_tries', sa.Integer(), nullable=False),
    sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('blocked_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('wrong_tries BETWEEN 0 AND 5', name=op.f('ck_operators_wrong_tries')),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_operators')),
    sa.UniqueConstraint('warehouse_id', 'badge', name=op.f('uq_operators_warehouse_id_badge'))
    )
    op.create_index('ix_operators_badge', 'operators', ['badge'], unique=False)
    op.create_table('outbox_messages',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('topic', sa.String(length=60), nullable=False),
    sa.Column('serial_key', sa.String(length=80), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease_holder', sa.Uuid(), nullable=True),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_outbox_messages'))
    )
    op.create_index('ix_outbox_messages_due', 'outbox_messages', ['state', 'due_at'], unique=False)
    op.create_index('ix_outbox_messages_serial', 'outbox_messages', ['warehouse_id', 'serial_key', 'state'], unique=False)
    op.create_table('scan_log',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('scan_id', sa.Uuid(), nullable=False),
    sa.Column('task_id', sa.Uuid(), nullable=True),
    sa.Column('task_version', sa.Integer(), nullable=False),
    sa.Column('workflow', sa.String(length=20), nullable=False),
    sa.Column('step', sa.String(length=30), nullable=False),
    sa.Column('operator_id', sa.Uuid(), nullable=True),
    sa.Column('device', sa.String(length=64), nullable=False),
    sa.Column('raw', sa.Text(), nullable=False),
    sa.Column('source', sa.String(length=10), nullable=False),
    sa.Column('scanned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('took_us', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('answer', sa.LargeBinary(), nullable=False),
    sa.Column('undo', sa.LargeBinary(), nullable=True),
    sa.Column('undone_by', sa.Uuid(), nullable=True),
    sa.PrimaryKeyConstraint('warehouse_id', 'scan_id', name=op.f('pk_scan_log'))
    )
    op.create_index('ix_scan_log_operator', 'scan_log', ['warehouse_id', 'operator_id', 'at'], unique=False)
    op.create_index('ix_scan_log_task', 'scan_log', ['warehouse_id', 'task_id', 'task_version'], unique=False)
    op.create_table('warehouses',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('timezone', sa.String(length=40), nullable=False),
    sa.Column('customs_regime', sa.String(length=20), nullable=False),
    sa.Column('agent_code', sa.String(length=18), nullable=False),
    sa.Column('agent_name', sa.String(length=100), nullable=False),
    sa.Column('area_code', sa.String(length=18), nullable=False),
    sa.Column('area_name', sa.String(length=100), nullable=False),
    sa.Column('account_book_no', sa.String(length=30), nullable=False),
    sa.Column('customs_office', sa.String(length=4), nullable=False),
    sa.Column('logistics_code', sa.String(length=18), nullable=False),
    sa.Column('logistics_name', sa.String(length=100), nullable=False),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_warehouses')),
    sa.UniqueConstraint('code', name=op.f('uq_warehouses_code'))
    )
    op.create_table('advance_notices',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('merchant_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('contents_hash', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['merchant_id'], ['merchants.id'], name=op.f('fk_advance_notices_merchant_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouses.id'], name=op.f('fk_advance_notices_warehouse_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_advance_notices')),
    sa.UniqueConstraint('warehouse_id', 'number', name=op.f('uq_advance_notices_warehouse_id_number'))
    )
    op.create_index('ix_advance_notices_state', 'advance_notices', ['warehouse_id', 'state'], unique=False)
    op.create_table('box_types',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('length_mm', sa.Integer(), nullable=False),
    sa.Column('width_mm', sa.Integer(), nullable=False),
    sa.Column('height_mm', sa.Integer(), nullable=False),
    sa.Column('tare_grams', sa.Integer(), nullable=False),
    sa.CheckConstraint('length_mm > 0 AND width_mm > 0 AND height_mm > 0 AND tare_grams >= 0', name=op.f('ck_box_types_dimensions')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouses.id'], name=op.f('fk_box_types_warehouse_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'code', name=op.f('pk_box_types'))
    )
    op.create_table('containers',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('use', sa.String(length=10), nullable=False),
    sa.Column('subject', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouses.id'], name=op.f('fk_containers_warehouse_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_containers')),
    sa.UniqueConstraint('warehouse_id', 'code', name=op.f('uq_containers_warehouse_id_code'))
    )
    op.create_index('ix_containers_use', 'containers', ['warehouse_id', 'use'], unique=False)
    op.create_table('customs_documents',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('declaration_id', sa.Uuid(), nullable=False),
    sa.Column('attempt', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('company_key', sa.String(length=18), nullable=False),
    sa.Column('number_key', sa.String(length=60), nullable=False),
    sa.Column('message_id', sa.String(length=255), nullable=True),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('said', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id', 'declaration_id'], ['customs_declarations.warehouse_id', 'customs_declarations.id'], name=op.f('fk_customs_documents_warehouse_id_declaration_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'declaration_id', 'attempt', 'kind', name=op.f('pk_customs_documents'))
    )
    op.create_index('ix_customs_documents_key', 'customs_documents', ['warehouse_id', 'number_key', 'kind'], unique=False)
    op.create_index('ix_customs_documents_message', 'customs_documents', ['warehouse_id', 'message_id'], unique=False)
    op.create_table('customs_holds',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('declaration_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('cause', sa.String(length=64), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('said', sa.Text(), nullable=False),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lifted_by', sa.String(length=60), nullable=True),
    sa.Column('lift_reason', sa.Text(), nullable=True),
    sa.CheckConstraint('(lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL) = (lift_reason IS NULL)', name=op.f('ck_customs_holds_lifted')),
    sa.ForeignKeyConstraint(['warehouse_id', 'declaration_id'], ['customs_declarations.warehouse_id', 'customs_declarations.id'], name=op.f('fk_customs_holds_warehouse_id_declaration_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'declaration_id', 'kind', 'cause', name=op.f('pk_customs_holds'))
    )
    op.create_table('customs_incidents',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('declaration_id', sa.Uuid(), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('parcel_id', sa.Uuid(), nullable=False),
    sa.Column('said', sa.Text(), nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id', 'declaration_id'], ['customs_declarations.warehouse_id', 'customs_declarations.id'], name=op.f('fk_customs_incidents_warehouse_id_declaration_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'declaration_id', 'outcome', 'since', name=op.f('pk_customs_incidents'))
    )
    op.create_table('customs_quarantine',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('receipt_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('reason', sa.String(length=30), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id', 'receipt_id'], ['customs_raw_receipts.warehouse_id', 'customs_raw_receipts.id'], name=op.f('fk_customs_quarantine_warehouse_id_receipt_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'receipt_id', 'position', 'reason', name=op.f('pk_customs_quarantine'))
    )
    op.create_index('ix_customs_quarantine_at', 'customs_quarantine', ['warehouse_id', 'at'], unique=False)
    op.create_table('customs_receipt_entries',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('receipt_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('message_type', sa.String(length=6), nullable=False),
    sa.Column('company_key', sa.String(length=18), nullable=False),
    sa.Column('number_key', sa.String(length=255), nullable=False),
    sa.Column('return_status', sa.String(length=10), nullable=False),
    sa.Column('return_time', sa.String(length=17), nullable=False),
    sa.Column('return_info', sa.Text(), nullable=False),
    sa.Column('customs_code', sa.String(length=4), nullable=True),
    sa.Column('ebp_code', sa.String(length=18), nullable=True),
    sa.Column('ebc_code', sa.String(length=18), nullable=True),
    sa.Column('agent_code', sa.String(length=18), nullable=True),
    sa.Column('cop_no', sa.String(length=20), nullable=True),
    sa.Column('pre_no', sa.String(length=18), nullable=True),
    sa.Column('invt_no', sa.String(length=18), nullable=True),
    sa.Column('order_no', sa.String(length=60), nullable=True),
    sa.Column('pay_code', sa.String(length=18), nullable=True),
    sa.Column('pay_transaction_id', sa.String(length=60), nullable=True),
    sa.Column('logistics_code', sa.String(length=18), nullable=True),
    sa.Column('logistics_no', sa.String(length=60), nullable=True),
    sa.Column('original_message_id', sa.String(length=255), nullable=True),
    sa.Column('original_message_type', sa.String(length=15), nullable=True),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id', 'receipt_id'], ['customs_raw_receipts.warehouse_id', 'customs_raw_receipts.id'], name=op.f('fk_customs_receipt_entries_warehouse_id_receipt_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'fingerprint', name=op.f('pk_customs_receipt_entries'))
    )
    op.create_index('ix_customs_receipt_entries_key', 'customs_receipt_entries', ['warehouse_id', 'number_key', 'message_type'], unique=False)
    op.create_table('number_ranges',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('purpose', sa.String(length=20), nullable=False),
    sa.Column('prefix', sa.String(length=20), nullable=False),
    sa.Column('suffix', sa.String(length=10), nullable=False),
    sa.Column('next_value', sa.BigInteger(), nullable=False),
    sa.Column('last_value', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('next_value >= 0 AND next_value <= last_value + 1', name=op.f('ck_number_ranges_range')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouses.id'], name=op.f('fk_number_ranges_warehouse_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'purpose', name=op.f('pk_number_ranges'))
    )
    op.create_table('orders',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('merchant_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('ordered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('goods_value_minor', sa.BigInteger(), nullable=False),
    sa.Column('freight_minor', sa.BigInteger(), nullable=False),
    sa.Column('discount_minor', sa.BigInteger(), nullable=False),
    sa.Column('tax_minor', sa.BigInteger(), nullable=False),
    sa.Column('paid_minor', sa.BigInteger(), nullable=False),
    sa.Column('buyer_account', sa.String(length=60), nullable=False),
    sa.Column('buyer_name', sa.String(length=60), nullable=False),
    sa.Column('buyer_id_number', sa.String(length=60), nullable=False),
    sa.Column('buyer_phone', sa.String(length=30), nullable=False),
    sa.Column('payment_transaction_id', sa.String(length=60), nullable=False),
    sa.Column('paid_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('consignee_name', sa.String(length=100), nullable=False),
    sa.Column('consignee_phone', sa.String(length=50), nullable=False),
    sa.Column('consignee_address', sa.String(length=200), nullable=False),
    sa.Column('consignee_district', sa.String(length=6), nullable=False),
    sa.Column('consignee_country', sa.String(length=2), nullable=False),
    sa.Column('contents_hash', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['merchant_id'], ['merchants.id'], name=op.f('fk_orders_merchant_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouses.id'], name=op.f('fk_orders_warehouse_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_orders')),
    sa.UniqueConstraint('warehouse_id', 'merchant_id', 'number', name=op.f('uq_orders_warehouse_id_merchant_id_number'))
    )
    op.create_index('ix_orders_number', 'orders', ['warehouse_id', 'number'], unique=False)
    op.create_index('ix_orders_state', 'orders', ['warehouse_id', 'state', 'priority', 'due_at'], unique=False)
    op.create_table('sign_ins',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('operator_id', sa.Uuid(), nullable=False),
    sa.Column('device', sa.String(length=80), nullable=False),
    sa.Column('signed_in_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id', 'operator_id'], ['operators.warehouse_id', 'operators.id'], name=op.f('fk_sign_ins_warehouse_id_operator_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'token_hash', name=op.f('pk_sign_ins'))
    )
    op.create_index('ix_sign_ins_operator', 'sign_ins', ['warehouse_id', 'operator_id'], unique=False)
    op.create_table('skus',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('merchant_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('name', sa.String(length=250), nullable=False),
    sa.Column('name_zh', sa.String(length=250), nullable=False),
    sa.Column('weight_grams', sa.Integer(), nullable=False),
    sa.Column('length_mm', sa.Integer(), nullable=False),
    sa.Column('width_mm', sa.Integer(), nullable=False),
    sa.Column('height_mm', sa.Integer(), nullable=False),
    sa.Column('lot_policy', sa.String(length=20), nullable=False),
    sa.Column('tracks_serial', sa.Boolean(), nullable=False),
    sa.Column('hs_code', sa.String(length=10), nullable=False),
    sa.Column('origin_country', sa.String(length=3), nullable=False),
    sa.Column('article_record_no', sa.String(length=30), nullable=False),
    sa.Column('customs_unit', sa.String(length=3), nullable=False),
    sa.Column('vat_rate_bp', sa.Integer(), nullable=False),
    sa.Column('consumption_tax_rate_bp', sa.Integer(), nullable=False),
    sa.Column('net_weight_grams', sa.Integer(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('weight_grams >= 0 AND net_weight_grams >= 0', name=op.f('ck_skus_weights')),
    sa.ForeignKeyConstraint(['merchant_id'], ['merchants.id'], name=op.f('fk_skus_merchant_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_skus')),
    sa.UniqueConstraint('code', name=op.f('uq_skus_code'))
    )
    op.create_index('ix_skus_merchant_id', 'skus', ['merchant_id'], unique=False)
    op.create_table('tasks',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('workflow', sa.String(length=20), nullable=False),
    sa.Column('subject', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('step', sa.String(length=30), nullable=False),
    sa.Column('plan', sa.LargeBinary(), nullable=False),
    sa.Column('progress', sa.LargeBinary(), nullable=False),
    sa.Column('pending_raw', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('operator_id', sa.Uuid(), nullable=False),
    sa.Column('device', sa.String(length=64), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouses.id'], name=op.f('fk_tasks_warehouse_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_tasks'))
    )
    op.create_index('ix_tasks_begun', 'tasks', ['warehouse_id', 'operator_id', 'workflow', 'created_at'], unique=False)
    op.create_index('ix_tasks_operator', 'tasks', ['warehouse_id', 'operator_id', 'state'], unique=False)
    op.create_index('uq_tasks_open_subject', 'tasks', ['warehouse_id', 'workflow', 'subject'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
    op.create_table('zones',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouses.id'], name=op.f('fk_zones_warehouse_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_zones')),
    sa.UniqueConstraint('warehouse_id', 'code', name=op.f('uq_zones_warehouse_id_code'))
    )
    op.create_table('lots',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('sku_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['sku_id'], ['skus.id'], name=op.f('fk_lots_sku_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_lots')),
    sa.UniqueConstraint('warehouse_id', 'sku_id', 'code', name=op.f('uq_lots_warehouse_id_sku_id_code'))
    )
    op.create_table('notice_lines',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('notice_id', sa.Uuid(), nullable=False),
    sa.Column('line_no', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('sku_id', sa.Integer(), nullable=False),
    sa.Column('expected', sa.Integer(), nullable=False),
    sa.Column('received', sa.Integer(), nullable=False),
    sa.CheckConstraint('expected > 0 AND received >= 0', name=op.f('ck_notice_lines_counts')),
    sa.ForeignKeyConstraint(['sku_id'], ['skus.id'], name=op.f('fk_notice_lines_sku_id')),
    sa.ForeignKeyConstraint(['warehouse_id', 'notice_id'], ['advance_notices.warehouse_id', 'advance_notices.id'], name=op.f('fk_notice_lines_warehouse_id_notice_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'notice_id', 'line_no', name=op.f('pk_notice_lines')),
    sa.UniqueConstraint('warehouse_id', 'notice_id', 'sku_id', name=op.f('uq_notice_lines_warehouse_id_notice_id_sku_id'))
    )
    op.create_table('order_lines',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('line_no', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('sku_id', sa.Integer(), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('unit_price_minor', sa.BigInteger(), nullable=False),
    sa.Column('allocated', sa.Integer(), nullable=False),
    sa.Column('picked', sa.Integer(), nullable=False),
    sa.Column('packed', sa.Integer(), nullable=False),
    sa.Column('short', sa.Integer(), nullable=False),
    sa.CheckConstraint('packed >= 0 AND packed <= picked AND picked <= allocated AND short >= 0 AND allocated + short <= quantity', name=op.f('ck_order_lines_progress')),
    sa.CheckConstraint('quantity > 0 AND unit_price_minor >= 0', name=op.f('ck_order_lines_ordered')),
    sa.ForeignKeyConstraint(['sku_id'], ['skus.id'], name=op.f('fk_order_lines_sku_id')),
    sa.ForeignKeyConstraint(['warehouse_id', 'order_id'], ['orders.warehouse_id', 'orders.id'], name=op.f('fk_order_lines_warehouse_id_order_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'order_id', 'line_no', name=op.f('pk_order_lines'))
    )
    op.create_index('ix_order_lines_sku', 'order_lines', ['warehouse_id', 'sku_id'], unique=False)
    op.create_table('places',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('zone_id', sa.Integer(), nullable=True),
    sa.Column('x_mm', sa.Integer(), nullable=False),
    sa.Column('y_mm', sa.Integer(), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('walk_order', sa.Integer(), nullable=False),
    sa.Column('check_digits', sa.String(length=2), nullable=False),
    sa.Column('merchant_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['merchant_id'], ['merchants.id'], name=op.f('fk_places_merchant_id')),
    sa.ForeignKeyConstraint(['warehouse_id', 'zone_id'], ['zones.warehouse_id', 'zones.id'], name=op.f('fk_places_warehouse_id_zone_id')),
    sa.ForeignKeyConstraint(['warehouse_id'], ['warehouses.id'], name=op.f('fk_places_warehouse_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_places')),
    sa.UniqueConstraint('warehouse_id', 'code', name=op.f('uq_places_warehouse_id_code'))
    )
    op.create_index('ix_places_kind', 'places', ['warehouse_id', 'kind', 'walk_order'], unique=False)
    op.create_table('sku_barcodes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=50), nullable=False),
    sa.Column('sku_id', sa.Integer(), nullable=False),
    sa.Column('level', sa.String(length=10), nullable=False),
    sa.Column('pack_quantity', sa.Integer(), nullable=False),
    sa.CheckConstraint('pack_quantity > 0', name=op.f('ck_sku_barcodes_pack_quantity')),
    sa.ForeignKeyConstraint(['sku_id'], ['skus.id'], name=op.f('fk_sku_barcodes_sku_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sku_barcodes')),
    sa.UniqueConstraint('code', 'sku_id', name=op.f('uq_sku_barcodes_code_sku_id'))
    )
    op.create_index('ix_sku_barcodes_sku_id', 'sku_barcodes', ['sku_id'], unique=False)
    op.create_table('loads',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('lane_place_id', sa.Integer(), nullable=False),
    sa.Column('carrier', sa.String(length=30), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('manifest_no', sa.String(length=20), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'open' AND manifest_no IS NULL AND closed_at IS NULL) OR (state = 'closed' AND manifest_no IS NOT NULL AND closed_at IS NOT NULL)", name=op.f('ck_loads_closed_with_manifest')),
    sa.ForeignKeyConstraint(['warehouse_id', 'lane_place_id'], ['places.warehouse_id', 'places.id'], name=op.f('fk_loads_warehouse_id_lane_place_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_loads')),
    sa.UniqueConstraint('warehouse_id', 'code', name=op.f('uq_loads_warehouse_id_code')),
    sa.UniqueConstraint('warehouse_id', 'manifest_no', name=op.f('uq_loads_warehouse_id_manifest_no'))
    )
    op.create_index('ix_loads_open_lane', 'loads', ['warehouse_id', 'lane_place_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
    op.create_table('stock_balances',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('sku_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('place_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=False),
    sa.Column('container_id', sa.Uuid(), nullable=False),
    sa.Column('on_hand', sa.BigInteger(), nullable=False),
    sa.Column('held', sa.BigInteger(), nullable=False),
    sa.Column('is_virtual', sa.Boolean(), nullable=False),
    sa.CheckConstraint('is_virtual OR (on_hand >= held AND held >= 0)', name=op.f('ck_stock_balances_never_negative')),
    sa.ForeignKeyConstraint(['sku_id'], ['skus.id'], name=op.f('fk_stock_balances_sku_id')),
    sa.ForeignKeyConstraint(['warehouse_id', 'place_id'], ['places.warehouse_id', 'places.id'], name=op.f('fk_stock_balances_warehouse_id_place_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'sku_id', 'place_id', 'lot_id', 'container_id', name=op.f('pk_stock_balances'))
    )
    op.create_index('ix_stock_balances_container', 'stock_balances', ['warehouse_id', 'container_id'], unique=False)
    op.create_index('ix_stock_balances_loose', 'stock_balances', ['warehouse_id', 'sku_id', 'container_id'], unique=False)
    op.create_index('ix_stock_balances_place', 'stock_balances', ['warehouse_id', 'place_id'], unique=False)
    op.create_table('stock_journal',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('sku_id', sa.Integer(), nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('from_place_id', sa.Integer(), nullable=False),
    sa.Column('to_place_id', sa.Integer(), nullable=False),
    sa.Column('from_container_id', sa.Uuid(), nullable=False),
    sa.Column('to_container_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.String(length=12), nullable=False),
    sa.Column('document', sa.Uuid(), nullable=True),
    sa.Column('scan_id', sa.Uuid(), nullable=True),
    sa.Column('operator_id', sa.Uuid(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_stock_journal_quantity')),
    sa.ForeignKeyConstraint(['sku_id'], ['skus.id'], name=op.f('fk_stock_journal_sku_id')),
    sa.ForeignKeyConstraint(['warehouse_id', 'from_place_id'], ['places.warehouse_id', 'places.id'], name=op.f('fk_stock_journal_warehouse_id_from_place_id')),
    sa.ForeignKeyConstraint(['warehouse_id', 'to_place_id'], ['places.warehouse_id', 'places.id'], name=op.f('fk_stock_journal_warehouse_id_to_place_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_stock_journal'))
    )
    op.create_index('ix_stock_journal_sku', 'stock_journal', ['warehouse_id', 'sku_id', 'id'], unique=False)
    op.create_index('ix_stock_journal_to_container', 'stock_journal', ['warehouse_id', 'to_container_id', 'id'], unique=False)
    op.create_table('unknown_arrivals',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=200), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('notice_id', sa.Uuid(), nullable=True),
    sa.Column('scan_id', sa.Uuid(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_unknown_arrivals_quantity')),
    sa.ForeignKeyConstraint(['warehouse_id', 'notice_id'], ['advance_notices.warehouse_id', 'advance_notices.id'], name=op.f('fk_unknown_arrivals_warehouse_id_notice_id')),
    sa.ForeignKeyConstraint(['warehouse_id', 'place_id'], ['places.warehouse_id', 'places.id'], name=op.f('fk_unknown_arrivals_warehouse_id_place_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_unknown_arrivals'))
    )
    op.create_index('ix_unknown_arrivals_open', 'unknown_arrivals', ['warehouse_id', 'settled_at'], unique=False)
    op.create_table('parcels',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('box_type', sa.String(length=20), nullable=False),
    sa.Column('weight_grams', sa.Integer(), nullable=False),
    sa.Column('sscc', sa.String(length=18), nullable=False),
    sa.Column('tracking_no', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('load_id', sa.Uuid(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('dispatched_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'dispatched') = (dispatched_at IS NOT NULL)", name=op.f('ck_parcels_dispatched')),
    sa.CheckConstraint("(state IN ('staged', 'dispatched')) = (load_id IS NOT NULL)", name=op.f('ck_parcels_loaded')),
    sa.CheckConstraint('weight_grams > 0', name=op.f('ck_parcels_weight')),
    sa.ForeignKeyConstraint(['warehouse_id', 'box_type'], ['box_types.warehouse_id', 'box_types.code'], name=op.f('fk_parcels_warehouse_id_box_type')),
    sa.ForeignKeyConstraint(['warehouse_id', 'id'], ['containers.warehouse_id', 'containers.id'], name=op.f('fk_parcels_warehouse_id_id')),
    sa.ForeignKeyConstraint(['warehouse_id', 'load_id'], ['loads.warehouse_id', 'loads.id'], name=op.f('fk_parcels_warehouse_id_load_id')),
    sa.ForeignKeyConstraint(['warehouse_id', 'order_id'], ['orders.warehouse_id', 'orders.id'], name=op.f('fk_parcels_warehouse_id_order_id')),
    sa.ForeignKeyConstraint(['warehouse_id', 'place_id'], ['places.warehouse_id', 'places.id'], name=op.f('fk_parcels_warehouse_id_place_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_parcels')),
    sa.UniqueConstraint('warehouse_id', 'sscc', name=op.f('uq_parcels_warehouse_id_sscc')),
    sa.UniqueConstraint('warehouse_id', 'tracking_no', name=op.f('uq_parcels_warehouse_id_tracking_no'))
    )
    op.create_index('ix_parcels_load', 'parcels', ['warehouse_id', 'load_id'], unique=False)
    op.create_index('ix_parcels_order', 'parcels', ['warehouse_id', 'order_id'], unique=True, sqlite_where=sa.text("state <> 'cancelled'"), postgresql_where=sa.text("state <> 'cancelled'"))
    op.create_index('ix_parcels_state', 'parcels', ['warehouse_id', 'state'], unique=False)
    op.create_table('stock_holds',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('sku_id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=False),
    sa.Column('container_id', sa.Uuid(), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('document', sa.Uuid(), nullable=False),
    sa.Column('line_no', sa.Integer(), nullable=False),
    sa.Column('voided', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('quantity >= 0', name=op.f('ck_stock_holds_quantity')),
    sa.ForeignKeyConstraint(['warehouse_id', 'sku_id', 'place_id', 'lot_id', 'container_id'], ['stock_balances.warehouse_id', 'stock_balances.sku_id', 'stock_balances.place_id', 'stock_balances.lot_id', 'stock_balances.container_id'], name=op.f('fk_stock_holds_warehouse_id_sku_id_place_id_lot_id_container_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_stock_holds'))
    )
    op.create_index('ix_stock_holds_document', 'stock_holds', ['warehouse_id', 'document'], unique=False)
    op.create_table('manifest_lines',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('parcel_id', sa.Uuid(), nullable=False),
    sa.Column('load_id', sa.Uuid(), nullable=False),
    sa.Column('line_no', sa.Integer(), nullable=False),
    sa.Column('tracking_no', sa.String(length=40), nullable=False),
    sa.Column('sscc', sa.String(length=18), nullable=False),
    sa.Column('weight_grams', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id', 'load_id'], ['loads.warehouse_id', 'loads.id'], name=op.f('fk_manifest_lines_warehouse_id_load_id')),
    sa.ForeignKeyConstraint(['warehouse_id', 'parcel_id'], ['parcels.warehouse_id', 'parcels.id'], name=op.f('fk_manifest_lines_warehouse_id_parcel_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'parcel_id', name=op.f('pk_manifest_lines')),
    sa.UniqueConstraint('warehouse_id', 'load_id', 'line_no', name=op.f('uq_manifest_lines_warehouse_id_load_id_line_no'))
    )
    op.create_table('print_jobs',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('medium', sa.String(length=10), nullable=False),
    sa.Column('parcel_id', sa.Uuid(), nullable=False),
    sa.Column('copy_no', sa.Integer(), nullable=False),
    sa.Column('media_type', sa.String(length=60), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('printer', sa.String(length=60), nullable=False),
    sa.Column('asked_by', sa.String(length=80), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('printed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'printed') = (printed_at IS NOT NULL)", name=op.f('ck_print_jobs_printed')),
    sa.CheckConstraint('copy_no > 0', name=op.f('ck_print_jobs_copy_no')),
    sa.ForeignKeyConstraint(['warehouse_id', 'parcel_id'], ['parcels.warehouse_id', 'parcels.id'], name=op.f('fk_print_jobs_warehouse_id_parcel_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', 'medium', name=op.f('pk_print_jobs')),
    sa.UniqueConstraint('warehouse_id', 'parcel_id', 'copy_no', 'medium', name=op.f('uq_print_jobs_warehouse_id_parcel_id_copy_no_medium'))
    )
    for table in APPEND_ONLY:
        for statement in append_only_statements(table)[op.get_bind().dialect.name]:
            op.execute(statement)


def downgrade() -> None:
    op.drop_table('print_jobs')
    op.drop_table('manifest_lines')
    op.drop_index('ix_stock_holds_document', table_name='stock_holds')
    op.drop_table('stock_holds')
    op.drop_index('ix_parcels_state', table_name='parcels')
    op.drop_index('ix_parcels_order', table_name='parcels', sqlite_where=sa.text("state <> 'cancelled'"), postgresql_where=sa.text("state <> 'cancelled'"))
    op.drop_index('ix_parcels_load', table_name='parcels')
    op.drop_table('parcels')
    op.drop_index('ix_unknown_arrivals_open', table_name='unknown_arrivals')
    op.drop_table('unknown_arrivals')
    op.drop_index('ix_stock_journal_to_container', table_name='stock_journal')
    op.drop_index('ix_stock_journal_sku', table_name='stock_journal')
    op.drop_table('stock_journal')
    op.drop_index('ix_stock_balances_place', table_name='stock_balances')
    op.drop_index('ix_stock_balances_loose', table_name='stock_balances')
    op.drop_index('ix_stock_balances_container', table_name='stock_balances')
    op.drop_table('stock_balances')
    op.drop_index('ix_loads_open_lane', table_name='loads', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
    op.drop_table('loads')
    op.drop_index('ix_sku_barcodes_sku_id', table_name='sku_barcodes')
    op.drop_table('sku_barcodes')
    op.drop_index('ix_places_kind', table_name='places')
    op.drop_table('places')
    op.drop_index('ix_order_lines_sku', table_name='order_lines')
    op.drop_table('order_lines')
    op.drop_table('notice_lines')
    op.drop_table('lots')
    op.drop_table('zones')
    op.drop_index('uq_tasks_open_subject', table_name='tasks', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
    op.drop_index('ix_tasks_operator', table_name='tasks')
    op.drop_index('ix_tasks_begun', table_name='tasks')
    op.drop_table('tasks')
    op.drop_index('ix_skus_merchant_id', table_name='skus')
    op.drop_table('skus')
    op.drop_index('ix_sign_ins_operator', table_name='sign_ins')
    op.drop_table('sign_ins')
    op.drop_index('ix_orders_state', table_name='orders')
    op.drop_index('ix_orders_number', table_name='orders')
    op.drop_table('orders')
    op.drop_table('number_ranges')
    op.drop_index('ix_customs_receipt_entries_key', table_name='customs_receipt_entries')
    op.drop_table('customs_receipt_entries')
    op.drop_index('ix_customs_quarantine_at', table_name='customs_quarantine')
    op.drop_table('customs_quarantine')
    op.drop_table('customs_incidents')
    op.drop_table('customs_holds')
    op.drop_index('ix_customs_documents_message', table_name='customs_documents')
    op.drop_index('ix_customs_documents_key', table_name='customs_documents')
    op.drop_table('customs_documents')
    op.drop_index('ix_containers_use', table_name='containers')
    op.drop_table('containers')
    op.drop_table('box_types')
    op.drop_index('ix_advance_notices_state', table_name='advance_notices')
    op.drop_table('advance_notices')
    op.drop_table('warehouses')
    op.drop_index('ix_scan_log_task', table_name='scan_log')
    op.drop_index('ix_scan_log_operator', table_name='scan_log')
    op.drop_table('scan_log')
    op.drop_index('ix_outbox_messages_serial', table_name='outbox_messages')
    op.drop_index('ix_outbox_messages_due', table_name='outbox_messages')
    op.drop_table('outbox_messages')
    op.drop_index('ix_operators_badge', table_name='operators')
    op.drop_table('operators')
    op.drop_table('merchants')
    op.drop_table('customs_raw_receipts')
    op.drop_index('ix_customs_declarations_tracking_number', table_name='customs_declarations')
    op.drop_index('ix_customs_declarations_state', table_name='customs_declarations')
    op.drop_index('ix_customs_declarations_order_no', table_name='customs_declarations')
    op.drop_table('customs_declarations')
    op.drop_index('ix_audit_trail_on_what', table_name='audit_trail')
    op.drop_index('ix_audit_trail_happened', table_name='audit_trail')
    op.drop_table('audit_trail')
    op.drop_table('api_tokens')
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"DROP FUNCTION {table}_refuse()")
