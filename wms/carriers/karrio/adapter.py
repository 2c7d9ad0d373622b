"""A carrier behind karrio. Made by `adapters` for one account; the asking is done by a child process.

The library has no key that makes a purchase repeatable, and nothing that looks one up by our reference. So a purchase
without a whole answer leaves here as InDoubt and `capabilities` says that nobody can look: a person does.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wms.carriers.karrio import messages
from wms.carriers.karrio.process import Asker
from wms.carriers.model import (
    Account,
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
from wms.carriers.port import InDoubt, NotGenuine, NotOffered, NotReached

SETTINGS = {
    "carrier": "",
    "service": "",
    "sender_town": "",
    "sender_postal_code": "",
    "sender_phone": "",
    "label_type": "PDF",
    "test_mode": "off",
    "timeout_seconds": "30",
    "rates": "list",
}
"""What an account may set. `carrier` is the connector's name, `service` one of its products; the connection's own
fields (account numbers, passwords) are the account's secret, as a JSON object."""

NEEDED = ("carrier", "service", "sender_town", "sender_postal_code")


@dataclass(frozen=True, slots=True)
class Karrio:
    """One contract with a carrier that karrio speaks to."""

    account: Account
    child: Asker

    def capabilities(self) -> Capabilities:
        rates = RateSource.ASKED if self._settings["rates"] == "ask" else RateSource.LISTED
        return Capabilities(
            LabelKind.WITH_NUMBER, tracks=True, pushes=False, voids=True, manifests=False, rates=rates, looks_up=False
        )

    def allocate(self, draft: ShipmentDraft, key: str) -> Answer:
        payload = messages.shipment_payload(draft, key, self._settings)
        if isinstance(payload, Rejected):
            return payload
        told = self._ask("allocate", payload)
        return told if isinstance(told, Rejected) else messages.allocated_of(_mapping(told))

    def lookup(self, key: str) -> Found:
        raise NotOffered("karrio looks no purchase up: a person looks into the carrier's portal")

    def fetch_label(self, waybill_no: str) -> CarrierLabel:
        raise NotOffered("the label comes together with the number and never again")

    def void(self, waybill_no: str, key: str, reason: str, *, carrier_ref: str = "") -> Voided | TooLate:
        told = self._ask("void", {"shipment_identifier": carrier_ref or waybill_no})
        if isinstance(told, Rejected):
            return TooLate(f"{told.code} {told.said}".strip())
        if _mapping(told).get("success") is not True:
            raise InDoubt("the carrier said neither that it took the number back nor that it did not")
        return Voided()

    def amend(self, draft: ShipmentDraft, waybill_no: str, key: str) -> Amended | Rejected:
        raise NotOffered("the library knows no way to change what was bought")

    def track(self, waybill_nos: Sequence[str]) -> list[TrackingEvent]:
        told = self._ask("track", {"tracking_numbers": list(waybill_nos)})
        if isinstance(told, Rejected):
            # Not known yet, most often.
            return []
        return messages.events_of(_sequence(told), waybill_nos)

    def parse_push(self, headers: Mapping[str, str], body: bytes) -> list[TrackingEvent]:
        raise NotGenuine("nobody pushes anything for this account")

    def close_manifest(self, waybill_nos: Sequence[str], key: str) -> Manifest:
        raise NotOffered("a manifest lost on its way could not be looked up either: the courier gets a pick-up list")

    def rate(self, draft: ShipmentDraft) -> Quote | NotPriced:
        if self._settings["rates"] != "ask":
            raise NotOffered("this carrier is not asked for prices: keep them in the price list, or set rates=ask")
        payload = messages.rate_payload(draft, self._settings)
        told = payload if isinstance(payload, Rejected) else self._ask("rate", payload)
        if isinstance(told, Rejected):
            return NotPriced(f"{told.code} {told.said}".strip())
        return messages.quote_of(_sequence(told), draft.service or self._settings["service"])

    @property
    def _settings(self) -> Mapping[str, str]:
        return {**SETTINGS, **self.account.settings}

    def _ask(self, what: str, payload: Mapping[str, Any]) -> object:
        """The answer, or Rejected. Raises NotReached, InDoubt."""
        settings = self._settings
        connection = {
            **json.loads(self.account.secret),
            "carrier_id": self.account.code.lower(),
            "test_mode": settings["test_mode"] == "on",
        }
        question = {"do": what, "carrier": settings["carrier"], "connection": connection, "payload": payload}
        who = self.account.name
        try:
            told = self.child.ask(question, timeout_seconds=float(settings["timeout_seconds"]))
        except InDoubt as why:
            raise InDoubt(f"{who}: {why}") from None
        except NotReached as why:
            raise NotReached(f"{who} was not reached: {why}") from None
        if told.get("answer"):
            return told["answer"]
        if isinstance(refused := told.get("refused"), dict):
            return Rejected(str(refused.get("code") or "refused"), str(refused.get("said") or "")[:500])
        if "not_sent" in told:
            raise NotReached(f"{who} was not reached: {told['not_sent']}")
        raise InDoubt(f"{who}: {told.get('in_doubt') or 'an answer that says nothing'}")


def _mapping(told: object) -> Mapping[str, Any]:
    if not isinstance(told, dict):
        raise InDoubt("an answer of another shape than its question's")
    return told


def _sequence(told: object) -> Sequence[Mapping[str, Any]]:
    if not (isinstance(told, list) and all(isinstance(each, dict) for each in told)):
        raise InDoubt("an answer of another shape than its question's")
    return told
