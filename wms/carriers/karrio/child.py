"""The program of the child process: asks carriers through karrio, one line of JSON in, one line out.

Started by `process` as a script, by whichever interpreter has karrio; it imports nothing of ours. It tells four things
apart, because its caller can look nothing up later: done, refused by the carrier, nothing was sent, and nobody knows.
"""

import json
import os
import sys
from http.client import HTTPResponse
from importlib.metadata import version
from typing import Any

_LONGEST_WORDS = 500

_STEPS = {
    "allocate": ("ShipmentRequest", "create_shipment_request", "create_shipment", "parse_shipment_response"),
    "void": (
        "ShipmentCancelRequest", "create_cancel_shipment_request", "cancel_shipment", "parse_cancel_shipment_response",
    ),
    "rate": ("RateRequest", "create_rate_request", "get_rates", "parse_rate_response"),
    "track": ("TrackingRequest", "create_tracking_request", "get_tracking", "parse_tracking_response"),
}  # fmt: skip
"""Per task: the library's request, who makes it, who sends it, who reads the answer."""


class Watch:
    """Whether anything left this process, and what came back: the library itself does not say."""

    def __init__(self) -> None:
        self.sent = 0
        self.statuses: list[int] = []
        sys.addaudithook(self._hear)
        begin = HTTPResponse.begin

        def noted(response: HTTPResponse) -> None:
            begin(response)
            self.statuses.append(response.status)

        HTTPResponse.begin = noted  # type: ignore[method-assign,assignment]

    def clear(self) -> None:
        self.sent = 0
        self.statuses.clear()

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        # Opening the way through a proxy tells the carrier nothing yet.
        if event == "http.client.send" and not (
            isinstance(arguments[1], bytes) and arguments[1].startswith(b"CONNECT ")
        ):
            self.sent += 1

    @property
    def heard_only_no(self) -> bool:
        """Every answer was a refusal of the request itself; nobody worked on it."""
        return bool(self.statuses) and all(400 <= status < 500 for status in self.statuses)

    @property
    def heard_failure(self) -> bool:
        return any(status >= 500 for status in self.statuses)


def main() -> int:
    """Serve until the caller goes away."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # What the library prints must not get between the answers.
    os.dup2(2, 1)

    def say(what: dict[str, Any]) -> None:
        answers.write(json.dumps(what, ensure_ascii=False, default=str) + "\n")
        answers.flush()

    watch = Watch()
    try:
        sdk = Library()
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises while it is loaded, the caller is told of it
        say({"ready": False, "said": f"karrio cannot be loaded: {_words(error)}"})
        return 1
    say({"ready": True, "version": version("karrio")})
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        watch.clear()
        say({"id": asked["id"], **sdk.answer(asked, watch)})
    return 0


class Library:
    """karrio, loaded. Only a few of its names are used."""

    def __init__(self) -> None:
        from karrio import lib, sdk  # noqa: PLC0415 - it prints while it is loaded, and may be missing
        from karrio.core import models  # noqa: PLC0415

        self._gateways, self._lib, self._models = sdk.gateway, lib, models

    def answer(self, asked: dict[str, Any], watch: Watch) -> dict[str, Any]:
        """Do one task and say which of the four came of it."""
        model, make, send, read = _STEPS[asked["do"]]
        try:
            gateway = self._gateways[asked["carrier"]].create(asked["connection"])
            hindered = gateway.check(send)
            if hindered:
                return _refused(hindered)
            payload = self._lib.to_object(getattr(self._models, model), asked["payload"])
            request = getattr(gateway.mapper, make)(payload)
            response = getattr(gateway.proxy, send)(request)
            found, messages = getattr(gateway.mapper, read)(response)
        except Exception as error:  # noqa: BLE001 - connectors raise anything; what matters is what had been sent
            return _failed(error, watch)
        if found:
            return {"answer": self._lib.to_dict(found)}
        if watch.heard_only_no and not messages:
            return {"refused": {"code": f"http_{watch.statuses[0]}", "said": "the carrier turned the request away"}}
        if watch.heard_failure or not messages:
            return {"in_doubt": f"neither yes nor no came back {_said(messages)}".strip()}
        return _refused(messages)


def _failed(error: Exception, watch: Watch) -> dict[str, Any]:
    words = _words(error)
    if watch.sent and not watch.heard_only_no:
        return {"in_doubt": words}
    if not watch.sent and isinstance(error, OSError):
        return {"not_sent": words}
    # The request could not even be made from what was given, or every answer was a no.
    return {"refused": {"code": str(getattr(error, "code", "") or type(error).__name__), "said": words}}


def _refused(messages: list[Any]) -> dict[str, Any]:
    codes = [str(message.code) for message in messages if message.code]
    return {"refused": {"code": codes[0] if codes else "refused", "said": _said(messages)}}


def _said(messages: list[Any] | None) -> str:
    return "; ".join(f"{message.message}" for message in messages or [])[:_LONGEST_WORDS]


def _words(error: Exception) -> str:
    details = getattr(error, "details", None)
    return f"{type(error).__name__}: {error}{f' {details}' if details else ''}"[:_LONGEST_WORDS]


if __name__ == "__main__":
    sys.exit(main())
