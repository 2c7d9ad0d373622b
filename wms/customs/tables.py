"""Tables of customs. SQLAlchemy and nothing else.

What came from outside (raw receipts, their entries, what was set aside) is never changed; states and holds are computed
from it and kept beside it. Parcels and orders are named by UUID without a foreign key: their slices know nothing of
customs, and a declaration outlives them. What names a person is sealed (`wms.database.sealed`).
"""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from wms.database.base import Model, OfWarehouse, UtcDateTime
from wms.database.dialect import append_only
from wms.database.sealed import ScrubbedText, SealedBytes, SealedText


class DeclarationRow(OfWarehouse, Model):
    """One declaration per parcel. `state` is what the fold of all receipts said last."""

    __tablename__ = "customs_declarations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    parcel_id: Mapped[UUID]
    order_id: Mapped[UUID]
    merchant_id: Mapped[int]
    order_no: Mapped[str] = mapped_column(String(60))
    tracking_number: Mapped[str] = mapped_column(String(60))
    buyer_digest: Mapped[str] = mapped_column(String(64))
    """Digest of the buyer's identity number, for his yearly sum; empty while nothing was checked."""
    dutiable_minor: Mapped[int] = mapped_column(BigInteger)
    """Goods, freight and insurance in fen: what counts towards the buyer's yearly limit."""
    cop_no: Mapped[str] = mapped_column(String(20))
    agent_code: Mapped[str] = mapped_column(String(18))
    ebp_code: Mapped[str] = mapped_column(String(18))
    ebc_code: Mapped[str] = mapped_column(String(18))
    customs_code: Mapped[str] = mapped_column(String(4))
    pre_no: Mapped[str | None] = mapped_column(String(18))
    invt_no: Mapped[str | None] = mapped_column(String(18))
    state: Mapped[str] = mapped_column(String(20))
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(10))
    """The exact code behind the state, empty before the first answer."""
    said: Mapped[str] = mapped_column(ScrubbedText)
    anomalies: Mapped[str] = mapped_column(String(100))
    open_holds: Mapped[int]
    """Holds nobody has lifted, counted under this row's lock: the gate then needs to read this one row."""
    stopped_by: Mapped[int]
    """Findings that must be mended before anything (more) is sent."""
    attempt: Mapped[int]
    app_time: Mapped[str] = mapped_column(String(17))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the parcel left the building. Nothing customs says later rewrites that; it raises an incident."""

    __table_args__ = (
        UniqueConstraint("warehouse_id", "parcel_id"),
        # Stronger than the protocol asks (unique per agent_code): the number alone then names one declaration, also in
        # receipts that leave the company out.
        UniqueConstraint("warehouse_id", "cop_no"),
        CheckConstraint("attempt > 0 AND open_holds >= 0", name="counts"),
        Index("ix_customs_declarations_order_no", "warehouse_id", "order_no"),
        Index("ix_customs_declarations_tracking_number", "warehouse_id", "tracking_number"),
        Index("ix_customs_declarations_state", "warehouse_id", "state", "state_since"),
        Index("ix_customs_declarations_state_id", "warehouse_id", "state", "id"),
        Index("ix_customs_declarations_buyer", "warehouse_id", "buyer_digest"),
    )


class AttemptRow(OfWarehouse, Model):
    """One submission of a declaration, and how it ended once a later one took its place. History: never deleted."""

    __tablename__ = "customs_attempts"

    declaration_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    app_time: Mapped[str] = mapped_column(String(17))
    """17 digits; of every attempt strictly later than of the one before."""
    app_type: Mapped[str] = mapped_column(String(1))
    """appType of the list: `1` new, `2` change. A changed list keeps its preNo, so that says nothing then."""
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    begun_by: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(Text)
    """Why it was submitted again; empty for the first."""
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pre_no: Mapped[str | None] = mapped_column(String(18))
    invt_no: Mapped[str | None] = mapped_column(String(18))
    state: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(10))
    said: Mapped[str] = mapped_column(ScrubbedText)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        ForeignKeyConstraint(
            ["warehouse_id", "declaration_id"], ["customs_declarations.warehouse_id", "customs_declarations.id"]
        ),
    )


class DocumentRow(OfWarehouse, Model):
    """One document about a parcel.

    The three orders and the list belong to an attempt. Of applications (cancel, return) and of the signed-for message
    there may be several: `attempt` then simply counts them.
    """

    __tablename__ = "customs_documents"

    declaration_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    guid: Mapped[str] = mapped_column(String(36))
    company_key: Mapped[str] = mapped_column(String(18))
    number_key: Mapped[str] = mapped_column(String(60))
    """With `company_key` the business key the document's receipts carry."""
    is_known: Mapped[bool]
    """Whether we know what stands in it, whoever sends it."""
    body: Mapped[str] = mapped_column(SealedText)
    """The document's XML node as it is sent; empty while it cannot be made, and where another party sends it."""
    outgoing: Mapped[str] = mapped_column(String(10))
    """`not_ours`, `not_yet`, `waiting` (for a message), `in_message`, `sent`, `unfit` (a person must mend it)."""
    message_id: Mapped[str | None] = mapped_column(String(255))
    """CopMsgId of the message it was sent in: all that a format failure refers to."""
    asked_by: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(Text)
    """Of an application: who made it, and why."""
    details: Mapped[str] = mapped_column(Text)
    """Of an application for return: JSON, quantity by line number."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    said: Mapped[str] = mapped_column(ScrubbedText)

    __table_args__ = (
        ForeignKeyConstraint(
            ["warehouse_id", "declaration_id"], ["customs_declarations.warehouse_id", "customs_declarations.id"]
        ),
        Index("ix_customs_documents_key", "warehouse_id", "number_key", "kind"),
        Index("ix_customs_documents_message", "warehouse_id", "message_id"),
        Index(
            "ix_customs_documents_waiting",
            "warehouse_id",
            "kind",
            "made_at",
            sqlite_where=text("outgoing = 'waiting'"),
            postgresql_where=text("outgoing = 'waiting'"),
        ),
    )


class MessageRow(OfWarehouse, Model):
    """A message to the electronic port: up to 100 documents of one kind, signed once. Its id outlives every restart."""

    __tablename__ = "customs_messages"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    """CopMsgId."""
    message_type: Mapped[str] = mapped_column(String(6))
    sender: Mapped[str] = mapped_column(String(18))
    """copCode of BaseTransfer."""
    documents: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    """`building`, `signed`, `sent`, `failed`."""
    raw: Mapped[bytes | None] = mapped_column(SealedBytes)
    """The bytes that go out, written once with the signature in them."""
    sha256: Mapped[str] = mapped_column(String(64))
    signed_by: Mapped[str] = mapped_column(String(100))
    """Name and certificate serial number of the signer; never a key."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_to: Mapped[str] = mapped_column(String(200))
    """File name or address."""

    __table_args__ = (
        Index("ix_customs_messages_made", "warehouse_id", "made_at"),
        Index(
            "ix_customs_messages_building",
            "warehouse_id",
            "message_type",
            "sender",
            sqlite_where=text("state = 'building'"),
            postgresql_where=text("state = 'building'"),
        ),
    )


class PaymentSlipRow(OfWarehouse, Model):
    """What a payment company said about one payment, each time it said it. Never changed: a correction is a new one."""

    __tablename__ = "customs_payment_slips"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    """SHA-256 of all fields: the same slip told twice is one slip."""
    pay_code: Mapped[str] = mapped_column(String(18))
    pay_name: Mapped[str] = mapped_column(String(100))
    transaction_id: Mapped[str] = mapped_column(String(60))
    order_no: Mapped[str] = mapped_column(String(60))
    ebp_code: Mapped[str] = mapped_column(String(18))
    ebp_name: Mapped[str] = mapped_column(String(100))
    app_type: Mapped[str] = mapped_column(String(1))
    """`1` new, `2` change, `3` delete: the payment company takes it back."""
    app_time: Mapped[str] = mapped_column(String(14))
    """Of two slips of one payment the later one counts."""
    payer_name: Mapped[str] = mapped_column(SealedText)
    payer_id_type: Mapped[str] = mapped_column(String(1))
    payer_id_number: Mapped[str] = mapped_column(SealedText)
    payer_phone: Mapped[str] = mapped_column(SealedText)
    amount: Mapped[str] = mapped_column(String(25))
    """Exact decimal text in `currency`."""
    currency: Mapped[str] = mapped_column(String(3))
    """Three-digit customs code; 142 is the yuan."""
    paid_at: Mapped[str] = mapped_column(String(14))
    payee_name: Mapped[str] = mapped_column(String(100))
    payee_account: Mapped[str] = mapped_column(SealedText)
    """Who got the money; empty where the payment company's message has no room for it (CEB411)."""
    collected_for: Mapped[str] = mapped_column(String(100))
    """Who collected the money in between, where the payment company says that somebody did."""
    receipt_id: Mapped[UUID | None]
    """The raw message it was read from; None where it came through the API as fields."""
    source: Mapped[str] = mapped_column(String(60))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("warehouse_id", "fingerprint"),
        Index("ix_customs_payment_slips_order", "warehouse_id", "order_no", "ebp_code"),
        Index("ix_customs_payment_slips_transaction", "warehouse_id", "pay_code", "transaction_id"),
    )


append_only(cast(Table, PaymentSlipRow.__table__))


class FindingRow(OfWarehouse, Model):
    """A rule that the documents of an order break now. Written anew with every check; `since` survives."""

    __tablename__ = "customs_findings"

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(30), primary_key=True)
    """`C8`, `F2`, `payer_is_buyer` …: the specification's rule, or a word of ours."""
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Which of several findings of this rule, from 0."""
    order_no: Mapped[str] = mapped_column(String(60))
    cause: Mapped[str] = mapped_column(String(20))
    """Who has to mend it: `platform`, `payment_company`, `logistics_company`, `warehouse`."""
    stops: Mapped[bool]
    """False: a person should know, nothing waits for it."""
    line_no: Mapped[int]
    """gnum of the line; 0 for the document as a whole."""
    field: Mapped[str] = mapped_column(String(60))
    """Such as `PaymentHead.payerName`."""
    value: Mapped[str] = mapped_column(SealedText)
    other_field: Mapped[str] = mapped_column(String(60))
    other_value: Mapped[str] = mapped_column(SealedText)
    since: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_customs_findings_cause", "warehouse_id", "cause", "rule"),)


class RuleBookRow(OfWarehouse, Model):
    """What orders are checked by, as a person wrote it. The latest one holds; none is ever changed."""

    __tablename__ = "customs_rule_books"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    """Sorts by time."""
    sha256: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    """TOML."""
    loaded_by: Mapped[str] = mapped_column(String(60))
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)


append_only(cast(Table, RuleBookRow.__table__))


class MerchantCustomsRow(OfWarehouse, Model):
    """How the documents of one merchant's orders are handled here. Without a row: we send all four."""

    __tablename__ = "customs_merchants"

    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchants.id"), primary_key=True)
    sends_order: Mapped[bool]
    sends_payment: Mapped[bool]
    sends_waybill: Mapped[bool]
    """Whether we push that document. Where not, its party does, and we take in its receipts."""
    payee_name: Mapped[str] = mapped_column(String(100))
    payee_account: Mapped[str] = mapped_column(SealedText)
    """Whose account the buyer's money must reach; empty: not checked."""
    assure_code: Mapped[str] = mapped_column(String(30))
    """Whose guarantee covers the tax; empty: the merchant's own."""
    list_waits_for: Mapped[str] = mapped_column(String(10))
    """What the three orders must show before the list goes: `nothing`, `taken` (2) or `accepted` (120)."""
    resubmits_as: Mapped[str] = mapped_column(String(1))
    """appType after a refusal: `1` new or `2` change. Customs offices differ."""


class PartnerRow(OfWarehouse, Model):
    """For which company a program speaks: only the payment company's own token brings its slips."""

    __tablename__ = "customs_partners"

    who: Mapped[str] = mapped_column(String(80), primary_key=True)
    """As in the audit trail: `api:<token name>`."""
    company_code: Mapped[str] = mapped_column(String(18), primary_key=True)


class ExitPassRow(OfWarehouse, Model):
    """The pass (核放单) with which one load may leave the zone; it lists exactly the parcels of the load."""

    __tablename__ = "customs_exit_passes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    load_id: Mapped[UUID]
    load_code: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10))
    """`requested`, `confirmed`, `refused`, `withdrawn`, `used`."""
    pass_no: Mapped[str] = mapped_column(String(40))
    said: Mapped[str] = mapped_column(ScrubbedText)
    parcels: Mapped[int]
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    requested_by: Mapped[str] = mapped_column(String(60))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_customs_exit_passes_load", "warehouse_id", "load_id"),
        Index("ix_customs_exit_passes_state", "warehouse_id", "state", "id"),
    )


class ExitPassLineRow(OfWarehouse, Model):
    """One parcel on a pass."""

    __tablename__ = "customs_exit_pass_lines"

    pass_id: Mapped[UUID] = mapped_column(primary_key=True)
    parcel_id: Mapped[UUID] = mapped_column(primary_key=True)
    tracking_number: Mapped[str] = mapped_column(String(60))
    invt_no: Mapped[str] = mapped_column(String(18))

    __table_args__ = (
        ForeignKeyConstraint(
            ["warehouse_id", "pass_id"], ["customs_exit_passes.warehouse_id", "customs_exit_passes.id"]
        ),
    )


append_only(cast(Table, ExitPassLineRow.__table__))


class GateAnswerRow(OfWarehouse, Model):
    """The gate's answer each time it was asked about a parcel on the floor. Evidence."""

    __tablename__ = "customs_gate_answers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    parcel_id: Mapped[UUID]
    asked_at: Mapped[str] = mapped_column(String(12))
    """`label`, `cage`, `dispatch`, `seal` (load closing), `gate_out`."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    operator_id: Mapped[UUID | None]
    device: Mapped[str] = mapped_column(String(60))
    is_open: Mapped[bool]
    code: Mapped[str] = mapped_column(String(30))
    state: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(10))
    said: Mapped[str] = mapped_column(ScrubbedText)
    holds: Mapped[str] = mapped_column(String(100))

    __table_args__ = (Index("ix_customs_gate_answers_parcel", "warehouse_id", "parcel_id", "at"),)


append_only(cast(Table, GateAnswerRow.__table__))


class BookEntryRow(OfWarehouse, Model):
    """One line of the bonded account book (账册): so many units of an article record came or went."""

    __tablename__ = "customs_book_entries"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    record_no: Mapped[str] = mapped_column(String(30))
    kind: Mapped[str] = mapped_column(String(10))
    """`opening`, `inward`, `outward`, `return`, `loss`, `correction`."""
    quantity: Mapped[int]
    """Units; negative where the stock of the book falls."""
    booked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    document_no: Mapped[str] = mapped_column(String(60))
    """invtNo of the list, number of the notice, of the loss report …"""
    source: Mapped[str] = mapped_column(String(80))
    """What it was booked for (`parcel:<id>`, `notice:<id>:<line>`, `import:<sha>:<line>`): booked once only."""
    note: Mapped[str] = mapped_column(Text)
    who: Mapped[str] = mapped_column(String(60))

    __table_args__ = (
        UniqueConstraint("warehouse_id", "source", "record_no", "kind"),
        CheckConstraint("quantity <> 0", name="quantity"),
        Index("ix_customs_book_entries_record", "warehouse_id", "record_no", "booked_at"),
    )


append_only(cast(Table, BookEntryRow.__table__))


class RawReceiptRow(OfWarehouse, Model):
    """Bytes exactly as they arrived, every time they arrived. Evidence; read again after a mend of the reader."""

    __tablename__ = "customs_raw_receipts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    raw: Mapped[bytes] = mapped_column(SealedBytes)
    sha256: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(60))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


append_only(cast(Table, RawReceiptRow.__table__))


class ReceiptEntryRow(OfWarehouse, Model):
    """One return node, once, whichever deliveries carried it. It waits here when its declaration is not there yet."""

    __tablename__ = "customs_receipt_entries"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    receipt_id: Mapped[UUID]
    position: Mapped[int]
    message_type: Mapped[str] = mapped_column(String(6))
    company_key: Mapped[str] = mapped_column(String(18))
    number_key: Mapped[str] = mapped_column(String(255))
    return_status: Mapped[str] = mapped_column(String(10))
    return_time: Mapped[str] = mapped_column(String(17))
    return_info: Mapped[str] = mapped_column(SealedText)
    customs_code: Mapped[str | None] = mapped_column(String(4))
    ebp_code: Mapped[str | None] = mapped_column(String(18))
    ebc_code: Mapped[str | None] = mapped_column(String(18))
    agent_code: Mapped[str | None] = mapped_column(String(18))
    cop_no: Mapped[str | None] = mapped_column(String(20))
    pre_no: Mapped[str | None] = mapped_column(String(18))
    invt_no: Mapped[str | None] = mapped_column(String(18))
    order_no: Mapped[str | None] = mapped_column(String(60))
    pay_code: Mapped[str | None] = mapped_column(String(18))
    pay_transaction_id: Mapped[str | None] = mapped_column(String(60))
    logistics_code: Mapped[str | None] = mapped_column(String(18))
    logistics_no: Mapped[str | None] = mapped_column(String(60))
    original_message_id: Mapped[str | None] = mapped_column(String(255))
    original_message_type: Mapped[str | None] = mapped_column(String(15))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        ForeignKeyConstraint(
            ["warehouse_id", "receipt_id"], ["customs_raw_receipts.warehouse_id", "customs_raw_receipts.id"]
        ),
        Index("ix_customs_receipt_entries_key", "warehouse_id", "number_key", "message_type"),
    )


append_only(cast(Table, ReceiptEntryRow.__table__))


class RepeatedEntryRow(OfWarehouse, Model):
    """A later delivery of an entry that was known. It changed nothing; evidence shows that it came."""

    __tablename__ = "customs_repeated_entries"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    receipt_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)

    __table_args__ = (
        ForeignKeyConstraint(
            ["warehouse_id", "fingerprint"],
            ["customs_receipt_entries.warehouse_id", "customs_receipt_entries.fingerprint"],
        ),
        ForeignKeyConstraint(
            ["warehouse_id", "receipt_id"], ["customs_raw_receipts.warehouse_id", "customs_raw_receipts.id"]
        ),
    )


append_only(cast(Table, RepeatedEntryRow.__table__))


class WaitingReceiptRow(OfWarehouse, Model):
    """An entry whose document was not here when it came. Forgotten once a document announces that number."""

    __tablename__ = "customs_waiting_receipts"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    message_type: Mapped[str] = mapped_column(String(6))
    company_key: Mapped[str] = mapped_column(String(18))
    number_key: Mapped[str] = mapped_column(String(255))
    since: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        ForeignKeyConstraint(
            ["warehouse_id", "fingerprint"],
            ["customs_receipt_entries.warehouse_id", "customs_receipt_entries.fingerprint"],
        ),
        Index("ix_customs_waiting_receipts_key", "warehouse_id", "number_key", "message_type"),
    )


class TaxBillRow(OfWarehouse, Model):
    """What customs said a released list costs in tax (CEB816), and what became of the bill (CEB818)."""

    __tablename__ = "customs_tax_bills"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    receipt_id: Mapped[UUID]
    position: Mapped[int]
    message_type: Mapped[str] = mapped_column(String(6))
    invt_no: Mapped[str] = mapped_column(String(18))
    tax_no: Mapped[str] = mapped_column(String(50))
    status: Mapped[str] = mapped_column(String(1))
    """`1` made, `2` collected into a payment book, `3` void."""
    return_time: Mapped[str] = mapped_column(String(17))
    customs_tax: Mapped[str] = mapped_column(String(25))
    value_added_tax: Mapped[str] = mapped_column(String(25))
    consumption_tax: Mapped[str] = mapped_column(String(25))
    """Exact decimal text in yuan; empty in a status message."""
    payment_book_no: Mapped[str] = mapped_column(String(50))
    assure_code: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text)
    lines: Mapped[str] = mapped_column(Text)
    """JSON, one object per line of the bill."""
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        ForeignKeyConstraint(
            ["warehouse_id", "receipt_id"], ["customs_raw_receipts.warehouse_id", "customs_raw_receipts.id"]
        ),
        Index("ix_customs_tax_bills_invt_no", "warehouse_id", "invt_no"),
    )


append_only(cast(Table, TaxBillRow.__table__))


class HoldRow(OfWarehouse, Model):
    """Keeps the gate closed until a person lifts it. One per cause: the same receipt cannot set it twice."""

    __tablename__ = "customs_holds"

    declaration_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    cause: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    said: Mapped[str] = mapped_column(ScrubbedText)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lifted_by: Mapped[str | None] = mapped_column(String(60))
    lift_reason: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL) = (lift_reason IS NULL)", name="lifted"
        ),
        ForeignKeyConstraint(
            ["warehouse_id", "declaration_id"], ["customs_declarations.warehouse_id", "customs_declarations.id"]
        ),
        Index(
            "ix_customs_holds_open",
            "warehouse_id",
            "declaration_id",
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )


class QuarantineRow(OfWarehouse, Model):
    """Something in a receipt that was not believed, and why. The bytes are in the raw receipt."""

    __tablename__ = "customs_quarantine"

    receipt_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(String(30), primary_key=True)
    what: Mapped[str] = mapped_column(ScrubbedText)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    readable_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a mended reader took it after all."""
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by: Mapped[str | None] = mapped_column(String(60))
    settle_reason: Mapped[str | None] = mapped_column(Text)
    """A person looked at it and said why nothing more is to be done."""

    __table_args__ = (
        CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (settle_reason IS NULL)",
            name="settled",
        ),
        ForeignKeyConstraint(
            ["warehouse_id", "receipt_id"], ["customs_raw_receipts.warehouse_id", "customs_raw_receipts.id"]
        ),
        Index("ix_customs_quarantine_at", "warehouse_id", "at"),
        Index("ix_customs_quarantine_open", "warehouse_id", "settled_at", "readable_at", "at"),
    )


class IncidentRow(OfWarehouse, Model):
    """Customs turned against a parcel that had already left. Somebody must act; once per cause."""

    __tablename__ = "customs_incidents"

    declaration_id: Mapped[UUID] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(String(20), primary_key=True)
    """The state the declaration fell into, or the kind of hold."""
    since: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    parcel_id: Mapped[UUID]
    said: Mapped[str] = mapped_column(ScrubbedText)
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        ForeignKeyConstraint(
            ["warehouse_id", "declaration_id"], ["customs_declarations.warehouse_id", "customs_declarations.id"]
        ),
        Index("ix_customs_incidents_raised", "warehouse_id", "raised_at"),
    )
