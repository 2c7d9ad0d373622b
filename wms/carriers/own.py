"""The carrier we are ourselves: numbers of our own, UPU S10 or SSCC, both with check digits. Made by `adapters`.

It is asked nothing over any wire. The number is drawn when the parcel is closed, in that transaction: a number that was
drawn is then always on a parcel, and picking never waits for the counter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wms.carriers.model import (
    Account,
    Allocated,
    Amended,
    Answer,
    Capabilities,
    CarrierLabel,
    Found,
    LabelKind,
    Manifest,
    NotPriced,
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
from wms.carriers.tariff import NO_PRICES, Sent, Tariff

SETTINGS = {"numbers": "s10"}
"""`s10`, or `sscc`: then the parcel travels under its SSCC alone."""

DRAWN_AT_CLOSING = Allocated("")


@dataclass(frozen=True, slots=True)
class OwnNumbers:
    """Ourselves."""

    account: Account
    tariff: Tariff = NO_PRICES

    def capabilities(self) -> Capabilities:
        return Capabilities(
            LabelKind.OURS, tracks=False, pushes=True, voids=True, manifests=True, rates=RateSource.LISTED
        )

    def allocate(self, draft: ShipmentDraft, key: str) -> Answer:
        return DRAWN_AT_CLOSING

    def lookup(self, key: str) -> Found:
        return DRAWN_AT_CLOSING

    def fetch_label(self, waybill_no: str) -> CarrierLabel:
        raise NotOffered("our own label is drawn by the label press")

    def void(self, waybill_no: str, key: str, reason: str, *, carrier_ref: str = "") -> Voided | TooLate:
        return Voided()

    def amend(self, draft: ShipmentDraft, waybill_no: str, key: str) -> Amended | Rejected:
        raise NotOffered("our own number is drawn when the parcel is closed: there is nothing to mend")

    def track(self, waybill_nos: Sequence[str]) -> list[TrackingEvent]:
        raise NotOffered("our own drivers tell where parcels are; nobody is asked")

    def parse_push(self, headers: Mapping[str, str], body: bytes) -> list[TrackingEvent]:
        return plain_events(headers, body, self.account.secret)

    def close_manifest(self, waybill_nos: Sequence[str], key: str) -> Manifest:
        # Nobody else keeps it: what was loaded, in the order in which it was loaded, under the load's own number.
        return Manifest(key, tuple(waybill_nos))

    def rate(self, draft: ShipmentDraft) -> Quote | NotPriced:
        there = draft.recipient
        sent = Sent(draft.merchant, there.country, there.district, draft.weight_grams)
        found = self.tariff.price_of(self.account.code, draft.service, sent)
        return NotPriced("the price list does not say") if found is None else Quote(found.price, draft.service)
