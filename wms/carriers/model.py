"""Carriers, waybills and tracking as values, in warehouse words. Pure.

Called by every room of the slice. An answer of a carrier is one of the values below; a carrier that did not answer is
an exception of `port`, because nobody knows then what it did.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from wms.kernel.money import Money

OWN_ACCOUNT = "OWN"
"""The account of parcels we carry ourselves, under our own numbers; all of them, where there are no rules."""


class CarrierKind(StrEnum):
    """Which adapter speaks for an account."""

    OWN = "own"
    SF = "sf"
    REST = "rest"
    """A carrier, or a middleware before one, that speaks the plain JSON we describe."""
    KARRIO = "karrio"
    """A carrier of the rest of the world, through the library karrio in a process of its own."""
    FORWARDED = "forwarded"
    """The platform gets number and label from its carrier and hands both to us; we ask nobody (Cainiao)."""


class BookingState(StrEnum):
    """How far the waybill of an order is. Written before and after each call, never in between."""

    ASKED = "asked"
    """Decided and written down; the carrier knows nothing."""
    CALLING = "calling"
    """A call is on its way, or its caller died: then the carrier is asked what it knows."""
    UNKNOWN = "unknown"
    """The carrier was asked and gave no usable answer: it may have booked. It is looked up, never asked blindly."""
    UNSETTLED = "unsettled"
    """As unknown, with a carrier that can be asked nothing: a person looks into its portal and answers."""
    PENDING = "pending"
    """The carrier has the order and decides later."""
    ALLOCATED = "allocated"
    """The number is ours. The own carrier's number is drawn when the parcel is closed."""
    REJECTED = "rejected"
    """The carrier said no, and another carrier was found by rule."""
    FAILED = "failed"
    """The carrier said no and no rule knows another one: a person decides. Keeps the carrier's own words."""
    ABANDONED = "abandoned"
    """Given up for another carrier while it was in doubt; should it turn up after all, it is voided."""
    VOIDING = "voiding"
    VOIDED = "voided"
    VOID_REFUSED = "void_refused"
    """The carrier would not take it back: too late. Goes to the claims."""


LIVE_STATES = frozenset(
    {
        BookingState.ASKED,
        BookingState.CALLING,
        BookingState.UNKNOWN,
        BookingState.UNSETTLED,
        BookingState.PENDING,
        BookingState.ALLOCATED,
        BookingState.FAILED,
    }
)
"""States of the one booking that stands for an order."""


class TrackingStatus(StrEnum):
    """Where a parcel is, the same words for every carrier, in the order in which a parcel goes through them."""

    ANNOUNCED = "announced"
    """The carrier knows of it; nobody has it yet."""
    COLLECTED = "collected"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    NOT_DELIVERED = "not_delivered"
    """An attempt that failed; another one follows."""
    READY_FOR_PICKUP = "ready_for_pickup"
    EXCEPTION = "exception"
    """Held up, damaged, lost: somebody has to look."""
    DELIVERED = "delivered"
    RETURNING = "returning"
    RETURNED = "returned"
    OTHER = "other"
    """A code nobody has translated. Kept and reported; it moves nothing."""


class LabelKind(StrEnum):
    """What a carrier gives for the label."""

    OURS = "ours"
    """We draw it from number and routing code."""
    FETCHED = "pdf"
    """Fetched in a step of its own once the parcel is closed; mostly a PDF."""
    WITH_NUMBER = "with_number"
    """Comes in the same answer as the number, in whatever form the carrier makes it, and never again."""
    VENDOR_PAYLOAD = "vendor_payload"
    """Encrypted; only the platform's own print component can read it. We hand it on, byte for byte."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A sender or recipient."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    address: str = field(repr=False)
    district: str
    """Six-digit administrative division, empty outside China."""
    country: str
    """ISO 3166 alpha-2."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is in the parcel, one line per product."""

    name: str
    quantity: int
    unit_price_minor: int


@dataclass(frozen=True, slots=True)
class ShipmentDraft:
    """All that a carrier is told when it is asked for a number. Kept as it was sent: a repeated call says the same."""

    order_number: str
    sender: Contact
    recipient: Contact
    contents: tuple[Content, ...]
    weight_grams: int
    currency: str
    service: str = ""
    """Which of the carrier's products; empty for the account's ordinary one."""
    merchant: str = ""
    """Whose parcel it is: prices may be those of his contract."""


def short_reference(order_number: str, key: str) -> str:
    """What a carrier shows of a purchase where it knows no keys: the order, and six letters that tell one try from
    the next. Carriers cut references off; the shortest known limit is 35.
    """
    return f"{order_number[:24]}-{hashlib.sha256(key.encode()).hexdigest()[:6].upper()}"


@dataclass(frozen=True, slots=True)
class CarrierLabel:
    """A label as the carrier makes it; the bytes are kept, because a reprint must send the same ones."""

    kind: LabelKind
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Allocated:
    """The carrier has booked: the number, and what its sorting wants to see on the label."""

    waybill_no: str
    routing_code: str = ""
    routing_data: str = field(default="", repr=False)
    """What stands in the carrier's own two-dimensional code on the label."""
    label: CarrierLabel | None = None
    """Where it came with the number."""
    carrier_ref: str = ""
    """What the carrier calls the booking, where that is not the number: it is taken back by it."""


@dataclass(frozen=True, slots=True)
class Pending:
    """The carrier keeps the order and decides later."""

    said: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The carrier will not; in its own code and words."""

    code: str
    said: str


@dataclass(frozen=True, slots=True)
class NotThere:
    """The carrier knows nothing under that key."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The carrier knows the key as cancelled; it can never be used again."""


Answer = Allocated | Pending | Rejected
"""To the question for a number."""
Found = Allocated | Pending | Rejected | NotThere | Cancelled
"""To the question what the carrier knows."""


@dataclass(frozen=True, slots=True)
class Voided:
    """Taken back."""


@dataclass(frozen=True, slots=True)
class Amended:
    """The carrier knows what is really in the parcel."""


@dataclass(frozen=True, slots=True)
class TooLate:
    """Not taken back, and why, in the carrier's words."""

    said: str


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    """One thing that happened to a parcel, as its carrier tells it."""

    waybill_no: str
    code: str
    """The carrier's own."""
    status: TrackingStatus
    at: datetime
    place: str = ""
    said: str = field(default="", repr=False)
    """The carrier's sentence. May name people, therefore kept sealed and never shown to the public."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a carrier was handed over together. Asking once more under the same key gives the same."""

    number: str
    waybills: tuple[str, ...]


class ManifestKind(StrEnum):
    """What the list of a load's parcels is to their carrier."""

    MANIFEST = "manifest"
    """Closed with the carrier."""
    PICKUP_LIST = "pickup_list"
    """The carrier knows no manifests: its courier takes this list and scans what he takes."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What a parcel would cost."""

    price: Money
    service: str


@dataclass(frozen=True, slots=True)
class NotPriced:
    """No price for this parcel, and why."""

    said: str


class RateSource(StrEnum):
    """Where a carrier's price for a parcel comes from."""

    NONE = "none"
    """Nowhere: it is a matter between others."""
    LISTED = "listed"
    """The price list of the contract, which we keep."""
    ASKED = "asked"
    """The carrier itself, over the wire, before it is chosen."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an adapter can do; the pages offer nothing else."""

    label: LabelKind
    tracks: bool
    """Whether it can be asked where parcels are."""
    pushes: bool
    """Whether it tells us by itself."""
    voids: bool
    manifests: bool
    """Whether a load is closed with it; where not, its courier gets a pick-up list."""
    rates: RateSource
    looks_up: bool = True
    """Whether it can be asked what became of a call without an answer. Where it cannot, a person has to look."""
    amends: bool = False
    """Whether it can be told, under the number it gave, what the closed parcel weighs and holds. No carrier's number is
    taken back and asked for anew because of that: it stands on the parcel by then."""


@dataclass(frozen=True, slots=True)
class Account:
    """One carrier as one contract knows it."""

    code: str
    kind: CarrierKind
    name: str
    name_zh: str
    company_code: str
    """The carrier's registration with customs; the waybill is declared under it. Empty: the warehouse's own."""
    company_name: str
    is_enabled: bool
    key_prefix: str
    """Begins every key we book under, so that no other customer of the carrier uses the same."""
    settings: Mapping[str, str]
    secret: str = field(repr=False)
    """Signs requests, and proves what the carrier pushes."""
