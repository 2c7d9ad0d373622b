"""The sheet of one declaration: the gate's answer and everything that explains it. Values only, pure.

Made by `sheet_reading`, told by `views` (JSON) and `commands` (text). Nothing in it names a person in full.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Words:
    """The same sentence in both languages."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class HoldView:
    """A hold, lifted or not."""

    kind: str
    words: Words
    since: datetime
    said: str
    set_at: datetime
    lifted_at: datetime | None
    lifted_by: str | None
    lift_reason: str | None


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One document of an attempt, or an application."""

    kind: str
    attempt: int
    state: str
    since: datetime | None
    said: str
    outgoing: str
    """How far it is on its way: `not_ours`, `not_yet`, `waiting`, `in_message`, `sent`, `unfit`."""
    company: str
    number: str
    """With the company the business key its receipts carry."""
    guid: str
    message_id: str | None
    asked_by: str
    reason: str
    """Of an application: who made it, and why."""


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One submission. The last one is what counts; the others are history."""

    attempt: int
    app_time: str
    begun_at: datetime
    begun_by: str
    reason: str
    sent_at: datetime | None
    pre_no: str | None
    invt_no: str | None
    state: str
    status: str
    said: str
    since: datetime
    documents: tuple[DocumentView, ...]


@dataclass(frozen=True, slots=True)
class IncidentView:
    """What customs said after the parcel had left."""

    outcome: str
    since: datetime
    said: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """A rule the documents break. Values that name a person are masked."""

    rule: str
    words: Words
    cause: str
    """Who has to mend it."""
    field: str
    value: str
    other_field: str
    other_value: str
    line_no: int
    stops: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """One return node, the delivery that brought it first, and the part it plays."""

    message_type: str
    status: str
    time: str
    """17 digits, China time, as customs or the port wrote it."""
    said: str
    part: str
    """`counts`, or why it does not: see `wms.customs.receipts.part.Part`."""
    words: Words
    receipt_id: UUID
    position: int
    sha256: str
    source: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class TaxBillView:
    """A bill as its latest message left it. Amounts are exact decimal text in yuan."""

    invt_no: str
    tax_no: str
    status: str
    """`1` made, `2` collected into a payment book, `3` void."""
    return_time: str
    customs_tax: str
    value_added_tax: str
    consumption_tax: str
    payment_book_no: str
    assure_code: str
    note: str


@dataclass(frozen=True, slots=True)
class DeclarationSheet:
    """One declaration, all of it."""

    declaration_id: UUID
    parcel_id: UUID
    order_id: UUID
    order_no: str
    tracking_number: str
    cop_no: str
    pre_no: str | None
    invt_no: str | None
    attempt: int
    state: str
    status: str
    since: datetime
    said: str
    gate_open: bool
    gate_code: str
    """Empty where open."""
    gate_words: Words
    gate_document: str | None
    """The document to look at first."""
    holds: tuple[HoldView, ...]
    documents: tuple[DocumentView, ...]
    """Of the present attempt."""
    applications: tuple[DocumentView, ...]
    attempts: tuple[AttemptView, ...]
    findings: tuple[FindingView, ...]
    anomalies: tuple[str, ...]
    incidents: tuple[IncidentView, ...]
    receipts: tuple[ReceiptView, ...]
    tax_bills: tuple[TaxBillView, ...]
    created_at: datetime
    sent_at: datetime | None
    released_at: datetime | None
    left_at: datetime | None
