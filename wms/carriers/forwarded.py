"""A carrier whose numbers and labels the platform gets for us and forwards, such as Cainiao. Made by `adapters`.

The label is a payload only the platform's own print component can read; it is handed on byte for byte. We ask nobody:
until the platform has forwarded the number (`views`), the order waits for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wms.carriers.model import (
    Account,
    Amended,
    Answer,
    Capabilities,
    CarrierLabel,
    Found,
    LabelKind,
    Manifest,
    Pending,
    Quote,
    RateSource,
    Rejected,
    ShipmentDraft,
    TooLate,
    TrackingEvent,
    Voided,
)
from wms.carriers.plain_push import plain_events
from wms.carriers.port import NotOffered

_WAITING = Pending("the platform has not forwarded the waybill yet")


@dataclass(frozen=True, slots=True)
class Forwarded:
    """One platform's account."""

    account: Account

    def capabilities(self) -> Capabilities:
        return Capabilities(
            LabelKind.VENDOR_PAYLOAD, tracks=False, pushes=True, voids=False, manifests=False, rates=RateSource.NONE
        )

    def allocate(self, draft: ShipmentDraft, key: str) -> Answer:
        return _WAITING

    def lookup(self, key: str) -> Found:
        return _WAITING

    def fetch_label(self, waybill_no: str) -> CarrierLabel:
        raise NotOffered("the platform forwards the label together with its number")

    def void(self, waybill_no: str, key: str, reason: str, *, carrier_ref: str = "") -> Voided | TooLate:
        return TooLate("the platform gave this number, and only the platform takes it back")

    def amend(self, draft: ShipmentDraft, waybill_no: str, key: str) -> Amended | Rejected:
        raise NotOffered("the platform booked it, and tells its carrier itself")

    def track(self, waybill_nos: Sequence[str]) -> list[TrackingEvent]:
        raise NotOffered("the platform forwards where parcels are; nobody is asked")

    def parse_push(self, headers: Mapping[str, str], body: bytes) -> list[TrackingEvent]:
        return plain_events(headers, body, self.account.secret)

    def close_manifest(self, waybill_nos: Sequence[str], key: str) -> Manifest:
        raise NotOffered("the platform closes its own manifests")

    def rate(self, draft: ShipmentDraft) -> Quote:
        raise NotOffered("prices are between merchant and platform")
