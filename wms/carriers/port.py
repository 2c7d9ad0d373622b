"""What the warehouse wants of a carrier. Adapters implement it; nothing else of a carrier is known to the rest.

Called by `jobs` and by the doors of pushed messages, never inside a transaction. Allocating a number and fetching its
label are two steps: the number is declared to customs before the label is printed.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from wms.carriers.model import (
    Amended,
    Answer,
    Capabilities,
    CarrierLabel,
    Found,
    Manifest,
    NotPriced,
    Quote,
    Rejected,
    ShipmentDraft,
    TooLate,
    TrackingEvent,
    Voided,
)
from wms.kernel.errors import Untried, WmsError


class NotReached(WmsError):
    """Nothing was sent: the carrier cannot have done anything. May be asked again."""


class LeftAlone(NotReached, Untried):
    """Nobody was even asked: the carrier gave no answer for some time, and is asked again `until` then by one."""


class InDoubt(WmsError):
    """Something was sent and no usable answer came: the carrier may have done it. Must be looked up."""


class NotOffered(WmsError):
    """This carrier has no such thing; `capabilities` says so beforehand."""


class NotGenuine(WmsError):
    """A pushed message without the proof that the carrier sent it. Nothing of it was read."""


class ManifestDiffers(WmsError):
    """The carrier's manifest has other parcels than those that left. A person has to ask the carrier."""


class CarrierPort(Protocol):
    """One account of one carrier. Methods raise NotReached or InDoubt."""

    def capabilities(self) -> Capabilities: ...

    def allocate(self, draft: ShipmentDraft, key: str) -> Answer:
        """Book under our key; the same key never books twice, however often it is sent."""
        ...

    def lookup(self, key: str) -> Found:
        """What the carrier knows under our key. Changes nothing. Raises NotOffered where `capabilities` says so."""
        ...

    def fetch_label(self, waybill_no: str) -> CarrierLabel: ...

    def void(self, waybill_no: str, key: str, reason: str, *, carrier_ref: str = "") -> Voided | TooLate:
        """Take a number back. Asked again until there is an answer: taking back twice is taking back once."""
        ...

    def amend(self, draft: ShipmentDraft, waybill_no: str, key: str) -> Amended | Rejected:
        """Tell what the closed parcel weighs and holds, under the number it has. Telling it twice is telling it once.

        Raises NotOffered where `capabilities` says so.
        """
        ...

    def track(self, waybill_nos: Sequence[str]) -> list[TrackingEvent]: ...

    def parse_push(self, headers: Mapping[str, str], body: bytes) -> list[TrackingEvent]:
        """Events of a pushed message. Raises NotGenuine before anything is read, ValueError where it is garbage."""
        ...

    def close_manifest(self, waybill_nos: Sequence[str], key: str) -> Manifest:
        """Close what is handed over together; under the same key it is the same manifest, however often it is asked.

        Raises NotOffered where the carrier knows no such thing.
        """
        ...

    def rate(self, draft: ShipmentDraft) -> Quote | NotPriced:
        """What the parcel would cost. Changes nothing. Raises NotOffered where `capabilities` says so."""
        ...
