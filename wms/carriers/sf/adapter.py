"""SF Express as a carrier. Made by `adapters` for one account.

Booking is repeatable by our key, which SF calls orderId: a repeated one returns the first order, or an error that it is
there already; then it is looked up. A time-out leaves here as InDoubt and is never tried again here.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

from wms.carriers.model import (
    Account,
    Allocated,
    Amended,
    Answer,
    Cancelled,
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
    Voided,
)
from wms.carriers.port import InDoubt, NotGenuine, NotOffered, NotReached
from wms.carriers.sf import codes, messages
from wms.carriers.sf.signing import URLENCODED, digest, is_genuine
from wms.carriers.wire import ask
from wms.kernel.clock import Clock

SETTINGS = {
    "url": "",
    "partner_id": "",
    "monthly_card": "",
    "express_type": "1",
    "pay_method": "1",
    "template": "fm_150_standard",
    "signing": URLENCODED,
    "timeout_seconds": "10",
    "rates": "list",
    "currency": "CNY",
    "draw_label_after": "",
}
"""What an account may set, and what holds where it does not. Clients of the platform disagree on what express types
mean: the contract says it. `rates`: `ask` asks SF for its price before a carrier is chosen, `list` takes the price
list; the platform's answer names no currency. `draw_label_after`: where SF has given no label after so many seconds, we
draw it ourselves under its number; empty: never."""

NEEDED = ("url", "partner_id")


@dataclass(frozen=True, slots=True)
class SfExpress:
    """One contract with SF."""

    account: Account
    clock: Clock

    def capabilities(self) -> Capabilities:
        rates = RateSource.ASKED if self._settings["rates"] == "ask" else RateSource.LISTED
        return Capabilities(
            LabelKind.FETCHED, tracks=True, pushes=True, voids=True, manifests=False, rates=rates, amends=True
        )

    def allocate(self, draft: ShipmentDraft, key: str) -> Answer:
        inner = self._work("EXP_RECE_CREATE_ORDER", messages.order_message(draft, key, self._settings))
        if inner.code == codes.DUPLICATE:
            return self._known_already(key)
        return messages.answer_of(inner)

    def lookup(self, key: str) -> Found:
        question = {"searchType": "1", "orderId": key, "language": "zh-CN"}
        return messages.found_of(self._work("EXP_RECE_SEARCH_ORDER_RESP", question))

    def fetch_label(self, waybill_no: str) -> CarrierLabel:
        order = {
            "templateCode": self._settings["template"],
            "version": "2.0",
            "fileType": "pdf",
            "sync": True,
            "documents": [{"masterWaybillNo": waybill_no}],
        }
        url, token = messages.label_address(self._work("COM_RECE_CLOUD_PRINT_WAYBILLS", order))
        # The link soon ends: fetched at once, and kept by whoever asked.
        answer = ask(url, who="SF", timeout_seconds=self._timeout, headers={"X-Auth-token": token})
        if answer.status != 200 or not answer.body.startswith(b"%PDF"):
            raise InDoubt(f"SF's label server answered {answer.status} and no PDF")
        return CarrierLabel(LabelKind.FETCHED, "application/pdf", answer.body)

    def void(self, waybill_no: str, key: str, reason: str, *, carrier_ref: str = "") -> Voided | TooLate:
        order = {"orderId": key, "dealType": 2, "language": "zh-CN", "waybillNoInfoList": [
            {"waybillType": 1, "waybillNo": waybill_no}]}  # fmt: skip
        inner = self._work("EXP_RECE_UPDATE_ORDER", order)
        if inner.success or inner.code == codes.CANCELLED:
            return Voided()
        return TooLate(f"{inner.code} {inner.said}".strip())

    def amend(self, draft: ShipmentDraft, waybill_no: str, key: str) -> Amended | Rejected:
        """Of what is in the parcel, SF takes the weight."""
        inner = self._work("EXP_RECE_UPDATE_ORDER", messages.weight_message(draft, waybill_no, key))
        return messages.amended_of(inner)

    def track(self, waybill_nos: Sequence[str]) -> list[TrackingEvent]:
        question = {"language": "zh-CN", "trackingType": "1", "trackingNumber": list(waybill_nos), "methodType": "1"}
        return messages.events_of_routes(self._work("EXP_RECE_SEARCH_ROUTES", question), waybill_nos)

    def parse_push(self, headers: Mapping[str, str], body: bytes) -> list[TrackingEvent]:
        try:
            form = parse_qs(body.decode("utf-8"), strict_parsing=True)
            message, timestamp, given = (form[name][0] for name in ("msgData", "timestamp", "msgDigest"))
        except (ValueError, KeyError):
            raise NotGenuine("a message of SF carries msgData, timestamp and msgDigest") from None
        if not is_genuine(message, timestamp, given, self.account.secret, self._settings["signing"]):
            raise NotGenuine("the msgDigest is not that of this message")
        said = json.loads(message)
        if not isinstance(said, dict):
            raise ValueError("msgData is no object")
        return messages.events_of_push(said)

    def close_manifest(self, waybill_nos: Sequence[str], key: str) -> Manifest:
        raise NotOffered("SF has no manifests: its courier scans what he takes")

    def rate(self, draft: ShipmentDraft) -> Quote | NotPriced:
        if self._settings["rates"] != "ask":
            raise NotOffered("SF is not asked for prices: keep them in the price list, or set rates=ask")
        inner = self._work("EXP_RECE_QUERY_DELIVERTM", messages.price_question(draft, self._settings))
        return messages.quote_of(inner, draft.service or self._settings["express_type"], self._settings["currency"])

    @property
    def _settings(self) -> Mapping[str, str]:
        return {**SETTINGS, **self.account.settings}

    @property
    def _timeout(self) -> float:
        return float(self._settings["timeout_seconds"])

    def _known_already(self, key: str) -> Answer:
        found = self.lookup(key)
        match found:
            case Allocated() | Pending() | Rejected():
                return found
            case Cancelled():
                return Rejected(codes.CANCELLED, "SF knows this order as cancelled")
            case NotThere():
                raise InDoubt("SF says of one order that it is there and that it is not")

    def _work(self, service: str, message: Mapping[str, Any]) -> messages.Inner:
        """One request. Raises NotReached where nothing was done, InDoubt where nobody knows."""
        text = messages.dumped(message)
        timestamp = str(int(self.clock.now().timestamp() * 1000))
        form = {
            "partnerID": self._settings["partner_id"],
            "requestID": str(uuid.uuid4()),
            "serviceCode": service,
            "timestamp": timestamp,
            "msgDigest": digest(text, timestamp, self.account.secret, self._settings["signing"]),
            "msgData": text,
        }
        answer = ask(
            self._settings["url"],
            who="SF",
            timeout_seconds=self._timeout,
            headers={"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"},
            body=urlencode(form).encode(),
        )
        if answer.status != 200:
            # A gateway in between may have lost only the answer.
            raise InDoubt(f"SF answered {answer.status}")
        try:
            return messages.inner_of(answer.body)
        except messages.TurnedAway as away:
            if away.code in codes.NOT_DONE:
                raise NotReached(f"SF turned the request away: {away.code} {away.said}".strip()) from None
            raise InDoubt(f"SF's gateway answered {away.code} {away.said}".strip()) from None
