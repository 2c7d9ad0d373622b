"""The same carrier behind plain JSON over HTTP, as docs/carriers-rest.md describes it: one resource for each thing, our
key in the address. Called by `serving`, `commands` and tests.

Judges the token first, then does the work, then perhaps loses the answer. The same shipment twice is one shipment.
"""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

from wms.carriers.simulator.faults import Faults
from wms.carriers.simulator.label import label_pdf
from wms.carriers.simulator.mishaps import MOST_BYTES, Door, Reply, Start
from wms.carriers.simulator.registry import KnownOrder, Registry, Route
from wms.kernel.clock import Clock

PREFIX = "RC"
"""Begins its numbers."""
ROOT = "/v1"
FREIGHT_GRAMS = 30_000
JOURNEY = (
    ("collected", "Hangzhou", "Collected from the sender"),
    ("in_transit", "Hangzhou", "Left the depot"),
    ("customs_seen", "Shanghai", "Looked at by the authorities"),
    ("in_transit", "Shanghai", "Arrived at the depot"),
    ("out_for_delivery", "Shanghai", "With Sample Driver, telephone 10000000009"),
    ("delivered", "Shanghai", "Signed for by Sample Recipient"),
)
"""What happens to a parcel that nothing happens to, in words that only this carrier knows among others."""
_CHINA = timezone(timedelta(hours=8))


class _No(Exception):
    """The answer is no."""

    def __init__(self, status: str, code: str, said: str) -> None:
        self.reply = _json({"code": code, "said": said}, status)
        super().__init__(code)


@dataclass(slots=True)
class RestPlatform(Door):
    """A WSGI application around a registry."""

    registry: Registry
    clock: Clock
    token: str
    faults: Faults = field(default_factory=Faults)
    address: str = ""
    """Where it is reached; set once it listens."""
    stopping: threading.Event = field(default_factory=threading.Event)

    def __call__(self, environ: Mapping[str, Any], start: Start) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > MOST_BYTES:
            return _json({"code": "too_large", "said": ""}, "413 Content Too Large").sent(start)
        body = environ["wsgi.input"].read(int(length))
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        words = path.removeprefix(ROOT).strip("/").split("/")
        about = f"{words[1] if len(words) > 1 else ''} {environ.get('QUERY_STRING', '')}".strip()
        # By what it is and not by what it is about: `PUT shipments`, `POST shipments void`.
        what = " ".join([method, words[0], *words[2:]])

        def refused(count: int) -> Reply | None:
            if environ.get("HTTP_AUTHORIZATION") != f"Bearer {self.token}":
                return _json({"code": "unauthorized", "said": "the token is not known here"}, "401 Unauthorized")
            if self.faults.happens("busy", about, count, self.faults.busy):
                return _json({"code": "too_many_requests", "said": "later, please"}, "429 Too Many Requests")
            return None

        query = parse_qs(environ.get("QUERY_STRING", ""))
        return self.suffered(what, about, refused, lambda: self._worked_on(what, words, query, body)).sent(start)

    def _worked_on(self, what: str, words: Sequence[str], query: Mapping[str, list[str]], body: bytes) -> Reply:
        try:
            key, said = words[1] if len(words) > 1 else "", json.loads(body) if body else {}
            match what:
                case "PUT shipments" if key:
                    return self._book(key, said)
                case "GET shipments" if key:
                    return _json(self._told(self._known(key)))
                case "POST shipments void":
                    return self._void(self._known(key))
                case "PUT shipments parcel":
                    return self._amend(self._known(key), said)
                case "GET labels" if key:
                    return self._label(key)
                case "GET tracking":
                    return self._tracking(query["waybill"])
                case "POST rates":
                    return _price(said)
                case "PUT manifests" if key:
                    return self._close(key, said["waybills"])
        except _No as no:
            return no.reply
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return _json({"code": "unreadable", "said": type(error).__name__}, "400 Bad Request")
        return _json({"code": "no_such_address", "said": what}, "404 Not Found")

    def _book(self, key: str, said: Mapping[str, Any]) -> Reply:
        if not (said["recipient"]["address"] and said["sender"]["address"] and said["contents"]):
            raise _No("422 Unprocessable Content", "incomplete", "sender, recipient or contents are missing")
        if not said["recipient"]["phone"]:
            raise _No("422 Unprocessable Content", "recipient_phone", "the recipient has no telephone")
        known = self.registry.order(key)
        if known is not None and known.state == "cancelled":
            raise _No("409 Conflict", "cancelled", "this key was cancelled and cannot be used again")
        further = self.taken(key, int(said.get("pieces", 1))) - 1
        made_ms = int(self.clock.now().timestamp() * 1000)
        message = json.dumps(said, ensure_ascii=False)
        known, is_new = self.registry.book(key, message, self.filtered(key), made_ms, further=further)
        if {name: known.told[name] for name in known.told if name != "parcel"} != said:
            raise _No("409 Conflict", "key_used", "another shipment has this key")
        return _json(self._told(known), "201 Created" if is_new else "200 OK")

    def _void(self, known: KnownOrder) -> Reply:
        if known.state != "cancelled":
            if self.registry.routes(known.waybill) or self.registry.is_on_manifest(known.waybill):
                raise _No("409 Conflict", "too_late", "it was handed over already")
            self.registry.set_state(known.order_id, "cancelled")
        return _json({"state": "cancelled"})

    def _amend(self, known: KnownOrder, said: Mapping[str, Any]) -> Reply:
        if known.state == "cancelled" or self.registry.routes(known.waybill):
            raise _No("409 Conflict", "too_late", "it is on its way already, or cancelled")
        # Beside what was said when it was booked: the booking said once more is still the same.
        parcel = {"weight_grams": int(said["weight_grams"]), "contents": said["contents"]}
        self.registry.tell(known.order_id, {"parcel": parcel})
        return _json(self._told(known))

    def _label(self, waybill: str) -> Reply:
        known = self.registry.order_of(waybill)
        if known is None or known.state == "cancelled":
            raise _No("404 Not Found", "no_such_waybill", "no parcel travels under this number")
        return Reply("200 OK", label_pdf(waybill, "RC-SHA-03"), "application/pdf")

    def _tracking(self, waybills: Sequence[str]) -> Reply:
        return _json({"events": [_event(route) for number in waybills for route in self.registry.routes(number)]})

    def _close(self, key: str, waybills: Sequence[str]) -> Reply:
        for number in waybills:
            known = self.registry.order_of(number)
            if known is None or known.state == "cancelled":
                raise _No("422 Unprocessable Content", "no_such_waybill", f"no parcel travels under {number}")
        number, listed = self.registry.close_manifest(key, waybills)
        return _json({"number": number, "waybills": listed})

    def _known(self, key: str) -> KnownOrder:
        known = self.registry.order(key)
        if known is None:
            raise _No("404 Not Found", "no_such_shipment", "nothing was booked under this key")
        return known

    def _told(self, known: KnownOrder) -> dict[str, Any]:
        told: dict[str, Any] = {"key": known.order_id}
        if known.state == "cancelled":
            return {**told, "state": "cancelled"}
        if known.filter == "3":
            return {**told, "state": "refused", "code": "not_served", "said": "the address is not served"}
        if known.filter == "1":
            return {**told, "state": "pending", "said": "somebody looks at the address"}
        waybills = [known.waybill, *self.registry.further_pieces(known.order_id)]
        return {
            **told, "state": "booked", "waybills": waybills, "routing_code": "RC-SHA-03",
            "routing_data": f"RC|{known.waybill}|SHA",
        }  # fmt: skip


def pushed(routes: Sequence[Route], secret: str, clock: Clock) -> tuple[bytes, dict[str, str]]:
    """One signed message of what happened, and its headers."""
    body = json.dumps({"events": [_event(route) for route in routes]}).encode()
    proof = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return body, {"Content-Type": "application/json", "X-Signature": proof}


def _event(route: Route) -> dict[str, str]:
    at = datetime.strptime(route.at, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_CHINA)
    return {
        "waybill": route.waybill, "status": route.op_code, "at": at.isoformat(), "place": route.place,
        "said": route.remark,
    }  # fmt: skip


def _price(said: Mapping[str, Any]) -> Reply:
    """9.90 for the first kilogram, 4.20 for each begun one more."""
    grams = int(said["weight_grams"])
    if grams > FREIGHT_GRAMS:
        raise _No("422 Unprocessable Content", "too_heavy", "nothing above 30 kg")
    pieces = max(0, -(-grams // 1000) - 1)
    return _json({"price": str(Decimal("9.90") + Decimal("4.20") * pieces), "currency": said["currency"]})


def _json(said: Mapping[str, Any], status: str = "200 OK") -> Reply:
    return Reply(status, json.dumps(said, ensure_ascii=False).encode())
