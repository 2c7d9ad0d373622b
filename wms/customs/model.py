"""Values of customs: states, kinds, one receipt as read, the gate's answer.

Called by every room of the slice and by the workflows that show a gate answer. Pure. A `return_status` is always the
exact text customs wrote and is never turned into a number: Python would take "８００" or "8_00" for 800.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

from wms.kernel.refusal import Refusal

CHINA_TIME = timezone(timedelta(hours=8), "UTC+8")
"""Customs times carry no zone; they are China time, which has had no summer time since 1991."""


class DeclarationState(StrEnum):
    """Where the inventory list, and with it the parcel, stands with customs."""

    PENDING = "pending"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    UNDER_INSPECTION = "under_inspection"
    DETAINED = "detained"
    RELEASED = "released"
    CLOSED = "closed"
    REJECTED = "rejected"
    RETURNED = "returned"
    CANCELLED = "cancelled"


OPENING_STATES = frozenset({DeclarationState.RELEASED, DeclarationState.CLOSED})
"""The only states in which goods may leave."""

ADVERSE_STATES = frozenset(
    {
        DeclarationState.UNDER_INSPECTION,
        DeclarationState.DETAINED,
        DeclarationState.REJECTED,
        DeclarationState.RETURNED,
        DeclarationState.CANCELLED,
    }
)
"""States that raise an incident where the parcel has already left."""


class DocumentKind(StrEnum):
    """Documents about one parcel: the three orders, the list, and what may follow."""

    ORDER = "order"
    PAYMENT = "payment"
    LOGISTICS = "logistics"
    INVENTORY = "inventory"
    SIGNED_FOR = "signed_for"
    CANCEL = "cancel"
    RETURN = "return"


THREE_ORDERS = (DocumentKind.ORDER, DocumentKind.PAYMENT, DocumentKind.LOGISTICS)
DECLARED = (*THREE_ORDERS, DocumentKind.INVENTORY)
"""What one attempt consists of; the list goes last."""


class DocumentState(StrEnum):
    """Where one document stands. Informs people; it never opens the gate."""

    MISSING = "missing"
    """We do not have it."""
    WAITING = "waiting"
    """Not sent, or sent and not answered."""
    TAKEN = "taken"
    """The electronic port has it, customs has not spoken."""
    ACCEPTED = "accepted"
    APPROVED = "approved"
    """Of an application alone: what was applied for is granted."""
    REFUSED = "refused"


class Outgoing(StrEnum):
    """How far a document of ours is on its way to the electronic port."""

    NOT_OURS = "not_ours"
    """Another party sends it; we take in its receipts."""
    NOT_YET = "not_yet"
    WAITING = "waiting"
    """For a message to travel in."""
    IN_MESSAGE = "in_message"
    """In a message that is being signed and sent: from here on it never changes."""
    SENT = "sent"
    UNFIT = "unfit"
    """It breaks the published schema; a person must mend what it was made from."""


UNSENT = frozenset({Outgoing.NOT_YET, Outgoing.WAITING, Outgoing.UNFIT})
"""No byte of such a document has left: it may be made anew."""


class MessageState(StrEnum):
    """How far a message to the electronic port is."""

    BUILDING = "building"
    SIGNED = "signed"
    SENT = "sent"
    FAILED = "failed"
    """No document of it was fit to be sent."""


APPLICATIONS = (DocumentKind.SIGNED_FOR, DocumentKind.CANCEL, DocumentKind.RETURN)
"""What may follow a declaration. Several of one kind are told apart by `attempt`, which counts them."""


class HoldKind(StrEnum):
    """Why the gate stays closed whatever the state."""

    UNKNOWN_STATUS = "unknown_status"
    """Customs sent a code nobody has told us the meaning of."""
    CONFLICT = "conflict"
    """Two decisions that cannot both stand, such as a refusal after a release."""
    CANCEL_PENDING = "cancel_pending"
    """A cancellation was applied for and customs has not answered."""
    IDENTITY_MISMATCH = "identity_mismatch"
    """A receipt with our document number names other companies or another customs office."""
    PARCEL_VOID = "parcel_void"
    """The parcel was opened again: nothing leaves under this declaration, and nobody lifts that."""


class MessageType(StrEnum):
    """Receipts that are read."""

    ORDER_RECEIPT = "CEB312"
    PAYMENT_RECEIPT = "CEB412"
    LOGISTICS_RECEIPT = "CEB512"
    SIGNED_FOR_RECEIPT = "CEB514"
    LIST_RECEIPT = "CEB622"
    CANCEL_RECEIPT = "CEB624"
    RETURN_RECEIPT = "CEB626"
    FORMAT_FAILURE = "CEB900"
    """The electronic port could not read one of our messages."""
    EXCHANGE_FAILURE = "DxpRep"
    """The exchange layer did not pass one of our messages on."""


WHOLE_MESSAGE_FAILURES = frozenset({MessageType.FORMAT_FAILURE, MessageType.EXCHANGE_FAILURE})
"""Receipts that name no document but one of our messages (CopMsgId), and mean all documents in it."""


RECEIPT_OF_DOCUMENT: Mapping[DocumentKind, MessageType] = {
    DocumentKind.ORDER: MessageType.ORDER_RECEIPT,
    DocumentKind.PAYMENT: MessageType.PAYMENT_RECEIPT,
    DocumentKind.LOGISTICS: MessageType.LOGISTICS_RECEIPT,
    DocumentKind.INVENTORY: MessageType.LIST_RECEIPT,
    DocumentKind.SIGNED_FOR: MessageType.SIGNED_FOR_RECEIPT,
    DocumentKind.CANCEL: MessageType.CANCEL_RECEIPT,
    DocumentKind.RETURN: MessageType.RETURN_RECEIPT,
}


class Cause(StrEnum):
    """Who has to mend a finding."""

    PLATFORM = "platform"
    PAYMENT_COMPANY = "payment_company"
    LOGISTICS_COMPANY = "logistics_company"
    WAREHOUSE = "warehouse"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that an order's documents break. Words for it: `wms.customs.words.wording.rule_words`."""

    rule: str
    """The specification's name (`C8`, `F2`, `W1` …) or a word of ours (`payee`, `transaction_used`, `schema`)."""
    cause: Cause
    field: str
    """Part of a document and element, such as `PaymentHead.payerName`."""
    value: str
    other_field: str = ""
    other_value: str = ""
    """What it should have agreed with; empty where the rule is about one field alone."""
    line_no: int = 0
    """gnum; 0 for the document as a whole."""
    stops: bool = True
    """False: a person should know, nothing waits for it."""


class GatePoint(StrEnum):
    """Where on the floor the gate was asked."""

    LABEL = "label"
    CAGE = "cage"
    DISPATCH = "dispatch"
    SEAL = "seal"
    GATE_OUT = "gate_out"


class PassState(StrEnum):
    """Where the exit pass (核放单) of a load stands."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """Given back by us: the load was opened again."""
    USED = "used"


class BookKind(StrEnum):
    """Why the stock of the bonded account book changed."""

    OPENING = "opening"
    INWARD = "inward"
    OUTWARD = "outward"
    RETURN = "return"
    LOSS = "loss"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class ReceiptEntry:
    """One return node of a receipt, as customs or the electronic port wrote it.

    Names of keys follow the protocol (copNo → `cop_no`), so that staff find them again in the raw message. The guid is
    not kept: it is remade on every delivery and identifies nothing.
    """

    message_type: MessageType
    return_status: str
    return_time: str
    """17 digits YYYYMMDDhhmmssSSS, China time. Compared as text."""
    return_info: str
    """What was said. Shown to people; never decides anything."""
    customs_code: str | None = None
    ebp_code: str | None = None
    ebc_code: str | None = None
    agent_code: str | None = None
    cop_no: str | None = None
    pre_no: str | None = None
    invt_no: str | None = None
    order_no: str | None = None
    pay_code: str | None = None
    pay_transaction_id: str | None = None
    logistics_code: str | None = None
    logistics_no: str | None = None
    original_message_id: str | None = None
    original_message_type: str | None = None

    @property
    def business_key(self) -> tuple[str, str]:
        """What names the document: company and its number. The company is empty where the receipt leaves it out."""
        match self.message_type:
            case MessageType.ORDER_RECEIPT:
                return (self.ebp_code or "", self.order_no or "")
            case MessageType.PAYMENT_RECEIPT:
                return (self.pay_code or "", self.pay_transaction_id or "")
            case MessageType.LOGISTICS_RECEIPT | MessageType.SIGNED_FOR_RECEIPT:
                return (self.logistics_code or "", self.logistics_no or "")
            case MessageType.LIST_RECEIPT | MessageType.CANCEL_RECEIPT | MessageType.RETURN_RECEIPT:
                return (self.agent_code or "", self.cop_no or "")
            case MessageType.FORMAT_FAILURE | MessageType.EXCHANGE_FAILURE:
                return ("", self.original_message_id or "")

    @property
    def statement(self) -> tuple[str, ...]:
        """Equal for deliveries of the same decision: the duplicates rule of the fold."""
        return (self.message_type, *self.business_key, self.return_status, self.return_time, self.return_info)

    @property
    def fingerprint(self) -> str:
        """Names this entry in the database, with every field in it.

        Finer than `statement` on purpose: a receipt with a foreign company code must not pass for a duplicate of the
        genuine one and keep it out.
        """
        fields = (
            *self.statement, self.customs_code, self.ebp_code, self.ebc_code, self.agent_code, self.cop_no, self.pre_no,
            self.invt_no, self.order_no, self.pay_code, self.pay_transaction_id, self.logistics_code, self.logistics_no,
            self.original_message_id, self.original_message_type,
        )  # fmt: skip
        # Lengths make the joined text unambiguous; "-" is what an absent field looks like.
        text = "".join("-;" if field is None else f"{len(field)}:{field};" for field in fields)
        return hashlib.sha256(text.encode()).hexdigest()


class QuarantineReason(StrEnum):
    """Why a receipt, or one node of it, was set aside for a person. Nothing else of the message suffers."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    ENCODING_NOT_SUPPORTED = "encoding_not_supported"
    UNDECODABLE = "undecodable"
    NUL_CHARACTER = "nul_character"
    DOCTYPE = "doctype"
    NOT_WELL_FORMED = "not_well_formed"
    TOO_DEEP = "too_deep"
    TOO_MANY_NODES = "too_many_nodes"
    NOT_CEB = "not_ceb"
    MESSAGE_NOT_HANDLED = "message_not_handled"
    ENVELOPE = "envelope"
    NO_RETURN_NODE = "no_return_node"
    UNEXPECTED_NODE = "unexpected_node"
    MISSING_FIELD = "missing_field"
    REPEATED_FIELD = "repeated_field"
    FIELD_NOT_TEXT = "field_not_text"
    FIELD_TOO_LONG = "field_too_long"
    FIELD_LENGTH = "field_length"
    """Shorter or longer than the one length it must have."""
    BAD_STATUS = "bad_status"
    BAD_TIME = "bad_time"
    BAD_AMOUNT = "bad_amount"
    IDENTITY_MISMATCH = "identity_mismatch"
    SLIP_REFUSED = "slip_refused"
    PASS_UNKNOWN = "pass_unknown"  # noqa: S105  (a word for a pass, no password)
    CANNOT_APPLY = "cannot_apply"


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One line of a tax bill. Amounts are exact decimal text in yuan, as customs wrote them."""

    gnum: int
    hs_code: str
    tax_price: str
    customs_tax: str
    value_added_tax: str
    consumption_tax: str


@dataclass(frozen=True, slots=True)
class TaxBill:
    """An electronic tax bill of a released list (CEB816), or a later word on its status (CEB818)."""

    message_type: str
    invt_no: str
    tax_no: str
    status: str
    """`1` made, `2` collected into a payment book, `3` void."""
    return_time: str
    """17 digits."""
    customs_tax: str = ""
    value_added_tax: str = ""
    consumption_tax: str = ""
    """Exact decimal text in yuan; empty in a status message, which carries no amounts."""
    payment_book_no: str = ""
    """entDutyNo."""
    assure_code: str = ""
    note: str = ""
    lines: tuple[TaxLine, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Equal for deliveries of the same bill; every field counts."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One thing set aside. `position` counts return nodes from 1; 0 is the message as a whole."""

    reason: QuarantineReason
    what: str
    position: int = 0


@dataclass(frozen=True, slots=True)
class ReceiptReading:
    """All that one raw receipt says. Reading the same bytes again gives the same value."""

    message_type: str
    """`CEB622` and so on; empty where not even that could be read."""
    entries: tuple[ReceiptEntry, ...] = ()
    positions: tuple[int, ...] = ()
    """Of each entry (or tax bill), which return node it was, from 1."""
    tax_bills: tuple[TaxBill, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentStanding:
    """What one document's receipts say, for the eyes of people."""

    kind: DocumentKind
    state: DocumentState
    since: datetime | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class StandingHold:
    """A hold nobody has lifted."""

    kind: HoldKind
    since: datetime
    said: str = ""


@dataclass(frozen=True, slots=True)
class StandingFinding:
    """A finding and since when it stands."""

    finding: Finding
    since: datetime


@dataclass(frozen=True, slots=True)
class DeclarationStanding:
    """What the gate needs to know of one declaration."""

    state: DeclarationState
    since: datetime
    said: str = ""
    holds: tuple[StandingHold, ...] = ()
    documents: tuple[DocumentStanding, ...] = ()
    finding: StandingFinding | None = None
    """The first of the rules that stop it from being sent; None where nothing does."""
    status: str = ""
    """The exact code behind the state."""


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """May this parcel leave? If not: which reason, since when, what customs said, which document is at fault."""

    open: bool
    code: str = ""
    """Empty where open, else a stable word such as `customs_inspection`."""
    state: DeclarationState | None = None
    since: datetime | None = None
    said: str = ""
    document: DocumentKind | None = None
    """The document to look at first: refused, missing or unanswered."""
    holds: tuple[HoldKind, ...] = ()
    documents: tuple[DocumentStanding, ...] = ()
    finding: Finding | None = None
    """What must be mended before anything is sent. Its values may name persons: screens of the floor show rule, field
    and cause only."""
    status: str = ""
    """The exact code behind the state, empty before the first answer of customs."""

    def refusal(self, parcel: str) -> Refusal:
        """The refusal the floor answers with while the gate is closed. `parcel` is what is printed on the parcel."""
        if self.open:
            raise ValueError("an open gate is no refusal")
        return Refusal(
            self.code,
            {
                "parcel": parcel,
                "state": self.state.value if self.state else None,
                "since": self.since.isoformat() if self.since else None,
                "document": self.document.value if self.document else None,
                "said": self.said or None,
                "hold": self.holds[0].value if self.holds else None,
                "rule": self.finding.rule if self.finding else None,
                "field": self.finding.field if self.finding else None,
                "cause": self.finding.cause.value if self.finding else None,
            },
        )


def normalised_return_time(text: str) -> str | None:
    """`text` (14 or 17 ASCII digits, a real moment) as 17 digits; None where it is none.

    Padded rather than cut: comparing a 14-digit with a 17-digit time as numbers would make the short one older, always.
    """
    if len(text) not in (14, 17) or not (text.isascii() and text.isdigit()):
        return None
    padded = text.ljust(17, "0")
    try:
        return_time_as_utc(padded)
    except (ValueError, OverflowError):
        return None
    return padded


def return_time_as_utc(return_time: str) -> datetime:
    """A normalised return time as an aware moment in UTC."""
    return _as_datetime(return_time).astimezone(UTC)


def as_return_time(moment: datetime) -> str:
    """An aware moment as 17 digits of China time."""
    local = moment.astimezone(CHINA_TIME)
    return f"{local:%Y%m%d%H%M%S}{local.microsecond // 1000:03d}"


def _as_datetime(digits: str) -> datetime:
    year, month, day = int(digits[0:4]), int(digits[4:6]), int(digits[6:8])
    hour, minute, second = int(digits[8:10]), int(digits[10:12]), int(digits[12:14])
    return datetime(year, month, day, hour, minute, second, int(digits[14:17]) * 1000, tzinfo=CHINA_TIME)
