"""The carrier we are ourselves: numbers of our own, UPU S10 or SSCC, both with check digits. Made by `adapters`.

It is asked nothing over any wire. The number is drawn when the parcel is closed, in that transaction: a number that was
drawn is then always on a parcel, and picking never waits for the counter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wms.carriers.model import (
    Account,
    Allocated,
    Answer,
    Capabilities,
    CarrierLabel,
    Found,
    LabelKind,
    Manifest,
    Quote,
    ShipmentDraft,
    TooLate,
    TrackingEvent,
    Voided,
)
from wms.carriers.plain_push import plain_events
from wms.carriers.port import NotOffered

SETTINGS = {"numbers": "s10"}
"""`s10`, or `sscc`: then the parcel travels under its SSCC alone."""

DRAWN_AT_CLOSING = Allocated("")


@dataclass(frozen=True, slots=True)
class OwnNumbers:
    """Ourselves."""

    account: Account

    def capabilities(self) -> Capabilities:
        return Capabilities(LabelKind.OURS, tracks=False, pushes=True, voids=True, manifests=False, rates=False)

    def allocate(self, draft: ShipmentDraft, key: str) -> Answer:
        return DRAWN_AT_CLOSING

    def lookup(self, key: str) -> Found:
        return DRAWN_AT_CLOSING

    def fetch_label(self, waybill_no: str) -> CarrierLabel:
        raise NotOffered("our own label is drawn by the label press")

    def void(self, waybill_no: str, key: str, reason: str) -> Voided | TooLate:
        return Voided()

    def track(self, waybill_nos: Sequence[str]) -> list[TrackingEvent]:
        raise NotOffered("our own drivers tell where parcels are; nobody is asked")

    def parse_push(self, headers: Mapping[str, str], body: bytes) -> list[TrackingEvent]:
        return plain_events(headers, body, self.account.secret)

    def close_manifest(self, waybill_nos: Sequence[str], key: str) -> Manifest:
        raise NotOffered("the load's own manifest is ours")

    def rate(self, draft: ShipmentDraft) -> Quote:
        raise NotOffered("our own prices are those of the price list")
