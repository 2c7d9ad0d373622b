"""What is known about one parcel, as values. Nothing here reads or computes.

Filled by `gathering`, told by `files` (JSON and bytes) and `paper` (a PDF). What may name a person in full are the raw
bytes, the bodies of documents and the payment slips; everything else is masked.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from wms.customs.facts import PaymentSlip
from wms.customs.sheets.sheet import DeclarationSheet, Words


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that does not fit what was stored about it: the evidence is not what it was."""

    what: str
    """Name of the file in the bundle, or what else it is about."""
    says: Words


@dataclass(frozen=True, slots=True)
class Subject:
    """The parcel and everything it belongs to."""

    warehouse: str
    customs_office: str
    declaring_company: str
    account_book: str
    merchant: str
    platform_code: str
    order_no: str
    ordered_at: datetime
    taken_at: datetime
    buyer: str
    """Masked."""
    consignee: str
    tracking_number: str
    sscc: str
    weight_grams: int
    parcel_state: str
    packed_at: datetime
    load: str
    manifest_no: str
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class DocumentCopy:
    """One document: of an attempt, or an application."""

    kind: str
    attempt: int
    guid: str
    company: str
    number: str
    outgoing: str
    """How far it got; `not_ours` where another party sends it."""
    state: str
    since: datetime | None
    said: str
    made_at: datetime
    asked_by: str
    reason: str
    message_id: str | None
    body: str = field(repr=False)
    """The XML node as it was sent; empty where it was not made here."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a check of a message's signature found."""

    fits: bool | None
    """None where it could not be checked here."""
    says: Words
    algorithm: str = ""
    certificate_number: str = ""
    certificate_subject: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class MessageCopy:
    """One message to the electronic port, with a document of the parcel in it."""

    message_id: str
    message_type: str
    sender: str
    documents: int
    state: str
    sha256: str
    signed_by: str
    made_at: datetime
    signed_at: datetime | None
    sent_at: datetime | None
    sent_to: str
    attempts: tuple[int, ...]
    """Attempts of this parcel whose documents travelled in it."""
    signature: Signature | None
    raw: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class NodeCopy:
    """One return node of a receipt that speaks of this parcel."""

    position: int
    message_type: str
    status: str
    time: str
    """17 digits, China time, as it was written."""
    said: str
    meaning: Words
    part: str
    """`counts`, or why it does not; `duplicate` where an earlier delivery brought it already."""
    fingerprint: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """Something of a receipt that was not believed."""

    position: int
    reason: str
    what: str
    at: datetime
    settled_at: datetime | None
    settled_by: str | None
    settle_reason: str | None


@dataclass(frozen=True, slots=True)
class ReceiptCopy:
    """One delivery, exactly as it arrived."""

    receipt_id: UUID
    sha256: str
    source: str
    received_at: datetime
    what: str
    """`receipt`, `payment slip` or `tax bill`."""
    nodes: tuple[NodeCopy, ...]
    set_aside: tuple[SetAside, ...]
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SlipCopy:
    """A payment slip as it was taken in."""

    slip_id: UUID
    counts: bool
    source: str
    receipt_id: UUID | None
    taken_at: datetime
    slip: PaymentSlip = field(repr=False)


@dataclass(frozen=True, slots=True)
class Standing:
    """A state of the fold."""

    state: str
    status: str
    released: str
    holds: tuple[str, ...]
    pre_no: str | None
    invt_no: str | None


@dataclass(frozen=True, slots=True)
class StepCopy:
    """One step of the fold: what came, what it did and why, and the state before and after."""

    number: int
    effect: str
    why: Words
    message_type: str
    status: str
    time: str
    said: str
    meaning: Words | None
    receipt_id: UUID | None
    position: int | None
    holds_set: tuple[str, ...]
    before: Standing
    after: Standing


@dataclass(frozen=True, slots=True)
class AttemptFold:
    """The fold of one attempt."""

    attempt: int
    app_time: str
    is_present: bool
    steps: tuple[StepCopy, ...]
    kept_state: str
    """What the database says; for the present attempt it must be what the last step says."""


@dataclass(frozen=True, slots=True)
class GateLine:
    """One answer of the gate on the floor."""

    asked_at: str
    point: Words
    at: datetime
    who: str
    device: str
    is_open: bool
    code: str
    words: Words
    state: str
    status: str
    said: str
    holds: str


@dataclass(frozen=True, slots=True)
class ScanLine:
    """One scan that had to do with the parcel, and what was answered."""

    scan_id: UUID
    at: datetime
    scanned_at: datetime | None
    who: str
    device: str
    workflow: str
    step: str
    scanned: str
    source: str
    outcome: str
    code: str
    answer: str
    """What the screen said."""
    moved: tuple[str, ...]
    """From where to where the goods moved with it."""
    undone_by: UUID | None
    gate: tuple[GateLine, ...]


@dataclass(frozen=True, slots=True)
class MovementLine:
    """One movement of the parcel's goods."""

    movement_id: UUID
    at: datetime
    reason: str
    sku: str
    lot: str
    quantity: int
    origin: str
    destination: str
    who: str
    scan_id: UUID | None


@dataclass(frozen=True, slots=True)
class PassCopy:
    """An exit pass that lists the parcel."""

    pass_id: UUID
    load: str
    pass_no: str
    state: str
    words: Words
    said: str
    parcels: int
    listed_invt_no: str
    requested_at: datetime
    requested_by: str
    sent_at: datetime | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class BookLine:
    """One entry of the account book that the parcel's goods made."""

    record_no: str
    kind: str
    quantity: int
    booked_at: datetime
    document_no: str
    note: str
    who: str


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Somebody did something about the order or the parcel."""

    at: datetime
    who: str
    device: str
    what: str
    on_what: str
    details: str
    """JSON."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of it."""

    subject: Subject
    sheet: DeclarationSheet
    documents: tuple[DocumentCopy, ...]
    messages: tuple[MessageCopy, ...]
    receipts: tuple[ReceiptCopy, ...]
    slips: tuple[SlipCopy, ...]
    folds: tuple[AttemptFold, ...]
    gate: tuple[GateLine, ...]
    scans: tuple[ScanLine, ...]
    movements: tuple[MovementLine, ...]
    passes: tuple[PassCopy, ...]
    book: tuple[BookLine, ...]
    audit: tuple[AuditLine, ...]
    troubles: tuple[Trouble, ...] = ()
