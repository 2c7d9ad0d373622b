"""A carrier behind plain JSON over HTTP. Made by `adapters` for one account.

Booking is a PUT under our key: said twice it is one booking, and it can be read under that key at any time. A time-out
leaves here as InDoubt and is never tried again here. "Not there" counts only where the carrier itself says so: a 404 of
whoever stands in between says nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

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
    NotThere,
    Pending,
    Quote,
    RateSource,
    Rejected,
    ShipmentDraft,
    TooLate,
    TrackingEvent,
    TrackingStatus,
    Voided,
)
from wms.carriers.plain_push import events_in, plain_events
from wms.carriers.port import InDoubt, NotOffered, NotReached
from wms.carriers.rest import messages
from wms.carriers.wire import Answered, ask

SETTINGS = {
    "url": "",
    "auth_header": "Authorization",
    "auth_prefix": "Bearer ",
    "timeout_seconds": "10",
    "label": "carrier",
    "manifests": "on",
    "amends": "on",
    "rates": "list",
    "statuses": "",
    "draw_label_after": "",
}
"""What an account may set, and what holds where it does not. The secret goes into `auth_header` after `auth_prefix`,
and proves what is pushed. `label`: `carrier` fetches the carrier's, `ours` draws our own under its number. `manifests`
and `amends`: whether the carrier has them. `rates`: `ask`, or `list` for the price list. `statuses`: the carrier's
words for ours, such as `POD=delivered HUB=in_transit`. `draw_label_after` as for SF."""

LABEL_TYPES = ("application/pdf", "application/vnd.zebra-zpl", "image/png", "image/gif")
_TURNED_AWAY = frozenset({401, 403, 429})
"""Token, permission, too many requests: nobody worked on it."""
_NO = frozenset({400, 404, 409, 422})


def words_of(statuses: str) -> dict[str, TrackingStatus]:
    """The setting `statuses`. Raises ValueError where it is none."""
    pairs = (pair.rpartition("=") for pair in statuses.split())
    return {word: TrackingStatus(ours) for word, _, ours in pairs}


@dataclass(frozen=True, slots=True)
class RestCarrier:
    """One contract with one carrier."""

    account: Account

    def capabilities(self) -> Capabilities:
        settings = self._settings
        return Capabilities(
            LabelKind.FETCHED if settings["label"] == "carrier" else LabelKind.OURS,
            tracks=True,
            pushes=True,
            voids=True,
            manifests=settings["manifests"] == "on",
            rates=RateSource.ASKED if settings["rates"] == "ask" else RateSource.LISTED,
            amends=settings["amends"] == "on",
        )

    def allocate(self, draft: ShipmentDraft, key: str) -> Answer:
        answer = self._send("PUT", f"/shipments/{_part(key)}", messages.dumped(messages.order_message(draft)))
        if answer.status in _NO:
            trouble = messages.read(answer.body, messages.Trouble)
            if answer.status == 404 or trouble.code == "key_used":
                # Either nobody there knows how to book, or something else is booked: the lookup says what.
                raise InDoubt(f"{self._who} did not take the booking: {trouble.words}")
            return Rejected(trouble.code, trouble.said)
        match messages.found_of(answer.body):
            case Allocated() | Pending() | Rejected() as booked:
                return booked
            case _:
                return Rejected("cancelled", "the carrier knows this key as cancelled")

    def lookup(self, key: str) -> Found:
        answer = self._send("GET", f"/shipments/{_part(key)}")
        if answer.status in _NO:
            trouble = messages.read(answer.body, messages.Trouble)
            if answer.status == 404 and trouble.code == "no_such_shipment":
                return NotThere()
            raise InDoubt(f"{self._who} could not look it up: {trouble.words}")
        return messages.found_of(answer.body)

    def fetch_label(self, waybill_no: str) -> CarrierLabel:
        answer = self._send("GET", f"/labels/{_part(waybill_no)}", wanted=", ".join(LABEL_TYPES))
        if answer.status in _NO:
            raise InDoubt(f"{self._who} gave no label: {messages.read(answer.body, messages.Trouble).words}")
        is_broken = answer.media_type == "application/pdf" and b"%%EOF" not in answer.body[-1024:]
        if answer.media_type not in LABEL_TYPES or not answer.body or is_broken:
            raise InDoubt(f"{self._who} gave no label that can be read, but {answer.media_type}")
        return CarrierLabel(LabelKind.FETCHED, answer.media_type, answer.body)

    def void(self, waybill_no: str, key: str, reason: str, *, carrier_ref: str = "") -> Voided | TooLate:
        body = messages.dumped({"waybill": waybill_no, "reason": reason})
        answer = self._send("POST", f"/shipments/{_part(key)}/void", body)
        if answer.status in _NO:
            return TooLate(messages.read(answer.body, messages.Trouble).words)
        if messages.read(answer.body, messages.Shipment).state != "cancelled":
            raise InDoubt(f"{self._who} took it back and does not call it cancelled")
        return Voided()

    def amend(self, draft: ShipmentDraft, waybill_no: str, key: str) -> Amended | Rejected:
        if not self.capabilities().amends:
            raise NotOffered(f"{self._who} is not told what a parcel weighs in the end")
        answer = self._send("PUT", f"/shipments/{_part(key)}/parcel", messages.dumped(messages.parcel_message(draft)))
        if answer.status in _NO:
            trouble = messages.read(answer.body, messages.Trouble)
            return Rejected(trouble.code, trouble.said)
        messages.read(answer.body, messages.Shipment)
        return Amended()

    def track(self, waybill_nos: Sequence[str]) -> list[TrackingEvent]:
        answer = self._send("GET", f"/tracking?{urlencode(messages.tracking_query(waybill_nos))}")
        if answer.status in _NO:
            raise InDoubt(f"{self._who} tells nothing: {messages.read(answer.body, messages.Trouble).words}")
        try:
            events = events_in(answer.body, words_of(self._settings["statuses"]))
        except ValueError:
            raise InDoubt(f"{self._who} told events that cannot be read") from None
        return [event for event in events if event.waybill_no in waybill_nos]

    def parse_push(self, headers: Mapping[str, str], body: bytes) -> list[TrackingEvent]:
        return plain_events(headers, body, self.account.secret, words_of(self._settings["statuses"]))

    def close_manifest(self, waybill_nos: Sequence[str], key: str) -> Manifest:
        if not self.capabilities().manifests:
            raise NotOffered(f"{self._who} has no manifests")
        body = messages.dumped({"waybills": list(waybill_nos)})
        answer = self._send("PUT", f"/manifests/{_part(key)}", body)
        if answer.status in _NO:
            raise InDoubt(f"{self._who} closed no manifest: {messages.read(answer.body, messages.Trouble).words}")
        return messages.manifest_of(answer.body)

    def rate(self, draft: ShipmentDraft) -> Quote | NotPriced:
        if self.capabilities().rates is not RateSource.ASKED:
            raise NotOffered(f"{self._who} is not asked for prices: keep them in the price list, or set rates=ask")
        answer = self._send("POST", "/rates", messages.dumped(messages.order_message(draft)))
        if answer.status in _NO:
            return NotPriced(messages.read(answer.body, messages.Trouble).words)
        return messages.quote_of(answer.body, draft.service)

    @property
    def _settings(self) -> Mapping[str, str]:
        return {**SETTINGS, **self.account.settings}

    @property
    def _who(self) -> str:
        return self.account.name

    def _send(self, method: str, path: str, body: bytes | None = None, *, wanted: str = "application/json") -> Answered:
        """One request; a yes, or a no in the carrier's own words. Raises NotReached where nothing was done, InDoubt
        where nobody knows.
        """
        settings = self._settings
        headers = {settings["auth_header"]: settings["auth_prefix"] + self.account.secret, "Accept": wanted}
        if body is not None:
            headers["Content-Type"] = "application/json"
        answer = ask(
            settings["url"].rstrip("/") + path,
            method=method,
            who=self._who,
            timeout_seconds=float(settings["timeout_seconds"]),
            headers=headers,
            body=body,
        )
        if answer.status in _TURNED_AWAY:
            raise NotReached(f"{self._who} turned the request away: {answer.status}")
        if answer.status not in {200, 201} | _NO:
            # A gateway in between may have lost only the answer.
            raise InDoubt(f"{self._who} answered {answer.status}")
        return answer


def _part(word: str) -> str:
    return quote(word, safe="")
