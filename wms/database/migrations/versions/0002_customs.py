"""Customs for real: attempts, messages, payment slips, findings, exit passes, gate evidence, the bonded book.

Revision 0002, after 0001. What names a person becomes text of any length, because it is sealed from now on; rows that
are there already stay readable and are sealed by `wms keys rotate`.
"""

import sqlalchemy as sa
from alembic import op

from wms.database.dialect import append_only_statements

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "customs_book_entries",
    "customs_exit_pass_lines",
    "customs_gate_answers",
    "customs_payment_slips",
    "customs_repeated_entries",
    "customs_rule_books",
    "customs_tax_bills",
)

PERSONAL = {
    "buyer_name": 60,
    "buyer_id_number": 60,
    "buyer_phone": 30,
    "consignee_name": 100,
    "consignee_phone": 50,
    "consignee_address": 200,
}
"""Columns of orders, and how long they were."""

LOAD_CHECK = "(state IN ('open', 'sealed') AND manifest_no IS NULL AND closed_at IS NULL) OR (state = 'closed' AND manifest_no IS NOT NULL AND closed_at IS NOT NULL)"
SEALED_CHECK = "(state <> 'open' OR sealed_at IS NULL) AND (state <> 'sealed' OR sealed_at IS NOT NULL)"
SETTLED_CHECK = '(settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (settle_reason IS NULL)'
OLD_LOAD_CHECK = (
    "(state = 'open' AND manifest_no IS NULL AND closed_at IS NULL) OR "
    "(state = 'closed' AND manifest_no IS NOT NULL AND closed_at IS NOT NULL)"
)


def upgrade() -> None:
    op.create_table('customs_book_entries',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('record_no', sa.String(length=30), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('booked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('document_no', sa.String(length=60), nullable=False),
    sa.Column('source', sa.String(length=80), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('who', sa.String(length=60), nullable=False),
    sa.CheckConstraint('quantity <> 0', name=op.f('ck_customs_book_entries_quantity')),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_customs_book_entries')),
    sa.UniqueConstraint('warehouse_id', 'source', 'record_no', 'kind', name=op.f('uq_customs_book_entries_warehouse_id_source_record_no_kind'))
    )
    op.create_index('ix_customs_book_entries_record', 'customs_book_entries', ['warehouse_id', 'record_no', 'booked_at'], unique=False)

    op.create_table('customs_exit_passes',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('load_id', sa.Uuid(), nullable=False),
    sa.Column('load_code', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('pass_no', sa.String(length=40), nullable=False),
    sa.Column('said', sa.Text(), nullable=False),
    sa.Column('parcels', sa.Integer(), nullable=False),
    sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('requested_by', sa.String(length=60), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_customs_exit_passes'))
    )
    op.create_index('ix_customs_exit_passes_load', 'customs_exit_passes', ['warehouse_id', 'load_id'], unique=False)
    op.create_index('ix_customs_exit_passes_state', 'customs_exit_passes', ['warehouse_id', 'state', 'id'], unique=False)

    op.create_table('customs_findings',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('rule', sa.String(length=30), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('order_no', sa.String(length=60), nullable=False),
    sa.Column('cause', sa.String(length=20), nullable=False),
    sa.Column('stops', sa.Boolean(), nullable=False),
    sa.Column('line_no', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(length=60), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('other_field', sa.String(length=60), nullable=False),
    sa.Column('other_value', sa.Text(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('warehouse_id', 'order_id', 'rule', 'position', name=op.f('pk_customs_findings'))
    )
    op.create_index('ix_customs_findings_cause', 'customs_findings', ['warehouse_id', 'cause', 'rule'], unique=False)

    op.create_table('customs_gate_answers',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('parcel_id', sa.Uuid(), nullable=False),
    sa.Column('asked_at', sa.String(length=12), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('operator_id', sa.Uuid(), nullable=True),
    sa.Column('device', sa.String(length=60), nullable=False),
    sa.Column('is_open', sa.Boolean(), nullable=False),
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('said', sa.Text(), nullable=False),
    sa.Column('holds', sa.String(length=100), nullable=False),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_customs_gate_answers'))
    )
    op.create_index('ix_customs_gate_answers_parcel', 'customs_gate_answers', ['warehouse_id', 'parcel_id', 'at'], unique=False)

    op.create_table('customs_messages',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('message_type', sa.String(length=6), nullable=False),
    sa.Column('sender', sa.String(length=18), nullable=False),
    sa.Column('documents', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('raw', sa.LargeBinary(), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('signed_by', sa.String(length=100), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_to', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_customs_messages'))
    )
    op.create_index('ix_customs_messages_building', 'customs_messages', ['warehouse_id', 'message_type', 'sender'], unique=False, sqlite_where=sa.text("state = 'building'"), postgresql_where=sa.text("state = 'building'"))
    op.create_index('ix_customs_messages_made', 'customs_messages', ['warehouse_id', 'made_at'], unique=False)

    op.create_table('customs_partners',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('who', sa.String(length=80), nullable=False),
    sa.Column('company_code', sa.String(length=18), nullable=False),
    sa.PrimaryKeyConstraint('warehouse_id', 'who', 'company_code', name=op.f('pk_customs_partners'))
    )
    op.create_table('customs_payment_slips',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('pay_code', sa.String(length=18), nullable=False),
    sa.Column('pay_name', sa.String(length=100), nullable=False),
    sa.Column('transaction_id', sa.String(length=60), nullable=False),
    sa.Column('order_no', sa.String(length=60), nullable=False),
    sa.Column('ebp_code', sa.String(length=18), nullable=False),
    sa.Column('ebp_name', sa.String(length=100), nullable=False),
    sa.Column('app_type', sa.String(length=1), nullable=False),
    sa.Column('app_time', sa.String(length=14), nullable=False),
    sa.Column('payer_name', sa.Text(), nullable=False),
    sa.Column('payer_id_type', sa.String(length=1), nullable=False),
    sa.Column('payer_id_number', sa.Text(), nullable=False),
    sa.Column('payer_phone', sa.Text(), nullable=False),
    sa.Column('amount', sa.String(length=25), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('paid_at', sa.String(length=14), nullable=False),
    sa.Column('payee_name', sa.String(length=100), nullable=False),
    sa.Column('payee_account', sa.Text(), nullable=False),
    sa.Column('collected_for', sa.String(length=100), nullable=False),
    sa.Column('receipt_id', sa.Uuid(), nullable=True),
    sa.Column('source', sa.String(length=60), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_customs_payment_slips')),
    sa.UniqueConstraint('warehouse_id', 'fingerprint', name=op.f('uq_customs_payment_slips_warehouse_id_fingerprint'))
    )
    op.create_index('ix_customs_payment_slips_order', 'customs_payment_slips', ['warehouse_id', 'order_no', 'ebp_code'], unique=False)
    op.create_index('ix_customs_payment_slips_transaction', 'customs_payment_slips', ['warehouse_id', 'pay_code', 'transaction_id'], unique=False)

    op.create_table('customs_rule_books',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('loaded_by', sa.String(length=60), nullable=False),
    sa.Column('loaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('warehouse_id', 'id', name=op.f('pk_customs_rule_books'))
    )
    op.create_table('customs_attempts',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('declaration_id', sa.Uuid(), nullable=False),
    sa.Column('attempt', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('app_time', sa.String(length=17), nullable=False),
    sa.Column('app_type', sa.String(length=1), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('begun_by', sa.String(length=60), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('pre_no', sa.String(length=18), nullable=True),
    sa.Column('invt_no', sa.String(length=18), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('said', sa.Text(), nullable=False),
    sa.Column('state_since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id', 'declaration_id'], ['customs_declarations.warehouse_id', 'customs_declarations.id'], name=op.f('fk_customs_attempts_warehouse_id_declaration_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'declaration_id', 'attempt', name=op.f('pk_customs_attempts'))
    )
    op.create_table('customs_exit_pass_lines',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('pass_id', sa.Uuid(), nullable=False),
    sa.Column('parcel_id', sa.Uuid(), nullable=False),
    sa.Column('tracking_number', sa.String(length=60), nullable=False),
    sa.Column('invt_no', sa.String(length=18), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id', 'pass_id'], ['customs_exit_passes.warehouse_id', 'customs_exit_passes.id'], name=op.f('fk_customs_exit_pass_lines_warehouse_id_pass_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'pass_id', 'parcel_id', name=op.f('pk_customs_exit_pass_lines'))
    )
    op.create_table('customs_merchants',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('merchant_id', sa.Integer(), nullable=False),
    sa.Column('sends_order', sa.Boolean(), nullable=False),
    sa.Column('sends_payment', sa.Boolean(), nullable=False),
    sa.Column('sends_waybill', sa.Boolean(), nullable=False),
    sa.Column('payee_name', sa.String(length=100), nullable=False),
    sa.Column('payee_account', sa.Text(), nullable=False),
    sa.Column('assure_code', sa.String(length=30), nullable=False),
    sa.Column('list_waits_for', sa.String(length=10), nullable=False),
    sa.Column('resubmits_as', sa.String(length=1), nullable=False),
    sa.ForeignKeyConstraint(['merchant_id'], ['merchants.id'], name=op.f('fk_customs_merchants_merchant_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'merchant_id', name=op.f('pk_customs_merchants'))
    )
    op.create_table('customs_repeated_entries',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('receipt_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id', 'fingerprint'], ['customs_receipt_entries.warehouse_id', 'customs_receipt_entries.fingerprint'], name=op.f('fk_customs_repeated_entries_warehouse_id_fingerprint')),
    sa.ForeignKeyConstraint(['warehouse_id', 'receipt_id'], ['customs_raw_receipts.warehouse_id', 'customs_raw_receipts.id'], name=op.f('fk_customs_repeated_entries_warehouse_id_receipt_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'fingerprint', 'receipt_id', 'position', name=op.f('pk_customs_repeated_entries'))
    )
    op.create_table('customs_tax_bills',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('receipt_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('message_type', sa.String(length=6), nullable=False),
    sa.Column('invt_no', sa.String(length=18), nullable=False),
    sa.Column('tax_no', sa.String(length=50), nullable=False),
    sa.Column('status', sa.String(length=1), nullable=False),
    sa.Column('return_time', sa.String(length=17), nullable=False),
    sa.Column('customs_tax', sa.String(length=25), nullable=False),
    sa.Column('value_added_tax', sa.String(length=25), nullable=False),
    sa.Column('consumption_tax', sa.String(length=25), nullable=False),
    sa.Column('payment_book_no', sa.String(length=50), nullable=False),
    sa.Column('assure_code', sa.String(length=64), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('lines', sa.Text(), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id', 'receipt_id'], ['customs_raw_receipts.warehouse_id', 'customs_raw_receipts.id'], name=op.f('fk_customs_tax_bills_warehouse_id_receipt_id')),
    sa.PrimaryKeyConstraint('warehouse_id', 'fingerprint', name=op.f('pk_customs_tax_bills'))
    )
    op.create_index('ix_customs_tax_bills_invt_no', 'customs_tax_bills', ['warehouse_id', 'invt_no'], unique=False)

    op.create_table('customs_waiting_receipts',
    sa.Column('warehouse_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('message_type', sa.String(length=6), nullable=False),
    sa.Column('company_key', sa.String(length=18), nullable=False),
    sa.Column('number_key', sa.String(length=255), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['warehouse_id', 'fingerprint'], ['customs_receipt_entries.warehouse_id', 'customs_receipt_entries.fingerprint'], name=op.f('fk_customs_waiting_receipts_warehouse_id_fingerprint')),
    sa.PrimaryKeyConstraint('warehouse_id', 'fingerprint', name=op.f('pk_customs_waiting_receipts'))
    )
    op.create_index('ix_customs_waiting_receipts_key', 'customs_waiting_receipts', ['warehouse_id', 'number_key', 'message_type'], unique=False)
    for table in APPEND_ONLY:
        for statement in append_only_statements(table)[op.get_bind().dialect.name]:
            op.execute(statement)

    op.add_column('customs_declarations', sa.Column('merchant_id', sa.Integer(), nullable=False, server_default="0"))
    op.add_column('customs_declarations', sa.Column('buyer_digest', sa.String(length=64), nullable=False, server_default=""))
    op.add_column('customs_declarations', sa.Column('dutiable_minor', sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column('customs_declarations', sa.Column('stopped_by', sa.Integer(), nullable=False, server_default="0"))
    op.add_column('customs_documents', sa.Column('guid', sa.String(length=36), nullable=False, server_default=""))
    op.add_column('customs_documents', sa.Column('is_known', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column('customs_documents', sa.Column('outgoing', sa.String(length=10), nullable=False, server_default=""))
    op.add_column('customs_documents', sa.Column('asked_by', sa.String(length=60), nullable=False, server_default=""))
    op.add_column('customs_documents', sa.Column('reason', sa.Text(), nullable=False, server_default=""))
    op.add_column('customs_documents', sa.Column('details', sa.Text(), nullable=False, server_default=""))
    op.add_column('customs_documents', sa.Column('made_at', sa.DateTime(timezone=True), nullable=False, server_default="1970-01-01 00:00:00+00:00"))
    op.add_column('customs_quarantine', sa.Column('readable_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('customs_quarantine', sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('customs_quarantine', sa.Column('settled_by', sa.String(length=60), nullable=True))
    op.add_column('customs_quarantine', sa.Column('settle_reason', sa.Text(), nullable=True))
    op.add_column('loads', sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=True))
    _take_over()
    _on_sqlite_by_copy()

    op.create_index('ix_customs_declarations_buyer', 'customs_declarations', ['warehouse_id', 'buyer_digest'], unique=False)
    op.create_index('ix_customs_documents_waiting', 'customs_documents', ['warehouse_id', 'kind', 'made_at'], unique=False, sqlite_where=sa.text("outgoing = 'waiting'"), postgresql_where=sa.text("outgoing = 'waiting'"))
    op.create_index('ix_customs_declarations_state_id', 'customs_declarations', ['warehouse_id', 'state', 'id'], unique=False)
    op.create_index('ix_customs_holds_open', 'customs_holds', ['warehouse_id', 'declaration_id'], unique=False, sqlite_where=sa.text("lifted_at IS NULL"), postgresql_where=sa.text("lifted_at IS NULL"))
    op.create_index('ix_customs_quarantine_open', 'customs_quarantine', ['warehouse_id', 'settled_at', 'readable_at', 'at'], unique=False)
    op.create_index('ix_customs_incidents_raised', 'customs_incidents', ['warehouse_id', 'raised_at'], unique=False)
    op.create_index('ix_loads_sealed_lane', 'loads', ['warehouse_id', 'lane_place_id'], unique=False, sqlite_where=sa.text("state = 'sealed'"), postgresql_where=sa.text("state = 'sealed'"))


def _take_over() -> None:
    """Give rows of the first version what the second one expects of them."""
    op.execute(
        "UPDATE customs_declarations SET merchant_id = COALESCE((SELECT orders.merchant_id FROM orders "
        "WHERE orders.warehouse_id = customs_declarations.warehouse_id AND orders.id = customs_declarations.order_id), 0)"
    )
    op.execute(
        "UPDATE customs_documents SET made_at = (SELECT customs_declarations.created_at FROM customs_declarations "
        "WHERE customs_declarations.warehouse_id = customs_documents.warehouse_id "
        "AND customs_declarations.id = customs_documents.declaration_id), "
        "is_known = (body <> ''), outgoing = CASE WHEN message_id IS NULL THEN 'not_yet' ELSE 'sent' END"
    )
    # What was never sent is made anew, in the protocol's own form; what was sent is history.
    op.execute("UPDATE customs_documents SET body = '' WHERE outgoing = 'not_yet'")
    op.execute(
        "INSERT INTO customs_attempts (warehouse_id, declaration_id, attempt, app_time, app_type, begun_at, begun_by, reason, sent_at, pre_no, invt_no, state, status, said, state_since) "
        "SELECT warehouse_id, id, attempt, app_time, '1', created_at, 'service', '', sent_at, pre_no, invt_no, state, status, said, state_since FROM customs_declarations"
    )
    # The first version's own simulated port is gone; nobody does its messages any more.
    op.execute(
        "UPDATE outbox_messages SET state = 'done', settled_at = CURRENT_TIMESTAMP "
        "WHERE state <> 'done' AND topic IN ('customs.send', 'customs.deliver')"
    )


def _on_sqlite_by_copy() -> None:
    """What SQLite can do only by copying the table: drop defaults, change types and checks. Elsewhere plain changes."""
    with op.batch_alter_table("customs_declarations") as batch:
        batch.alter_column('merchant_id', existing_type=sa.Integer(), existing_nullable=False, server_default=None)
        batch.alter_column('buyer_digest', existing_type=sa.String(length=64), existing_nullable=False, server_default=None)
        batch.alter_column('dutiable_minor', existing_type=sa.BigInteger(), existing_nullable=False, server_default=None)
        batch.alter_column('stopped_by', existing_type=sa.Integer(), existing_nullable=False, server_default=None)
    with op.batch_alter_table("customs_documents") as batch:
        batch.alter_column('guid', existing_type=sa.String(length=36), existing_nullable=False, server_default=None)
        batch.alter_column('is_known', existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
        batch.alter_column('outgoing', existing_type=sa.String(length=10), existing_nullable=False, server_default=None)
        batch.alter_column('asked_by', existing_type=sa.String(length=60), existing_nullable=False, server_default=None)
        batch.alter_column('reason', existing_type=sa.Text(), existing_nullable=False, server_default=None)
        batch.alter_column('details', existing_type=sa.Text(), existing_nullable=False, server_default=None)
        batch.alter_column('made_at', existing_type=sa.DateTime(timezone=True), existing_nullable=False, server_default=None)
    with op.batch_alter_table("customs_quarantine") as batch:
        batch.create_check_constraint("settled", SETTLED_CHECK)
    with op.batch_alter_table("loads") as batch:
        batch.drop_constraint(op.f("ck_loads_closed_with_manifest"), type_="check")
        batch.create_check_constraint("closed_with_manifest", LOAD_CHECK)
        batch.create_check_constraint("sealed", SEALED_CHECK)
    with op.batch_alter_table("orders") as batch:
        for name, length in PERSONAL.items():
            batch.alter_column(name, existing_type=sa.String(length), type_=sa.Text(), existing_nullable=False)


def downgrade() -> None:
    for index, table in (
        ("ix_customs_declarations_buyer", "customs_declarations"),
        ("ix_customs_documents_waiting", "customs_documents"),
        ("ix_customs_declarations_state_id", "customs_declarations"),
        ("ix_customs_holds_open", "customs_holds"),
        ("ix_customs_quarantine_open", "customs_quarantine"),
        ("ix_customs_incidents_raised", "customs_incidents"),
        ("ix_loads_sealed_lane", "loads"),
    ):
        op.drop_index(index, table_name=table)
    # A load that was sealed has not left: it is open again.
    op.execute("UPDATE loads SET state = 'open', sealed_at = NULL WHERE state = 'sealed'")
    with op.batch_alter_table("loads") as batch:
        batch.drop_constraint(op.f("ck_loads_closed_with_manifest"), type_="check")
        batch.drop_constraint(op.f("ck_loads_sealed"), type_="check")
        batch.create_check_constraint("closed_with_manifest", OLD_LOAD_CHECK)
        batch.drop_column('sealed_at')
    with op.batch_alter_table("customs_declarations") as batch:
        batch.drop_column('merchant_id')
        batch.drop_column('buyer_digest')
        batch.drop_column('dutiable_minor')
        batch.drop_column('stopped_by')
    with op.batch_alter_table("customs_documents") as batch:
        batch.drop_column('guid')
        batch.drop_column('is_known')
        batch.drop_column('outgoing')
        batch.drop_column('asked_by')
        batch.drop_column('reason')
        batch.drop_column('details')
        batch.drop_column('made_at')
    with op.batch_alter_table("customs_quarantine") as batch:
        batch.drop_constraint(op.f("ck_customs_quarantine_settled"), type_="check")
        batch.drop_column('readable_at')
        batch.drop_column('settled_at')
        batch.drop_column('settled_by')
        batch.drop_column('settle_reason')
    with op.batch_alter_table("orders") as batch:
        for name, length in PERSONAL.items():
            # Sealed values are longer: with orders that were taken in since, the way back ends here, and says so.
            batch.alter_column(name, existing_type=sa.Text(), type_=sa.String(length), existing_nullable=False)
    op.drop_table('customs_waiting_receipts')
    op.drop_table('customs_tax_bills')
    op.drop_table('customs_repeated_entries')
    op.drop_table('customs_merchants')
    op.drop_table('customs_exit_pass_lines')
    op.drop_table('customs_attempts')
    op.drop_table('customs_rule_books')
    op.drop_table('customs_payment_slips')
    op.drop_table('customs_partners')
    op.drop_table('customs_messages')
    op.drop_table('customs_gate_answers')
    op.drop_table('customs_findings')
    op.drop_table('customs_exit_passes')
    op.drop_table('customs_book_entries')
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"DROP FUNCTION {table}_refuse()")
