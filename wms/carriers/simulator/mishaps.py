"""What happens to a request at a simulated carrier's door, whatever is spoken there: it waits, is lost before or after
the work, or its answer is. Called by `platform` and `rest`.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from wms.carriers.simulator.faults import Faults
from wms.carriers.simulator.registry import Registry

MOST_BYTES = 1024 * 1024
_HTML = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"

Start = Callable[..., Any]


class Lost(Exception):
    """The answer never comes."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back."""

    status: str
    body: bytes
    media_type: str = "application/json"

    def sent(self, start: Start) -> Iterable[bytes]:
        """Through WSGI."""
        start(self.status, [("Content-Type", self.media_type), ("Content-Length", str(len(self.body)))])
        return [self.body]


class Door:
    """What every simulated carrier has, and what goes wrong with it."""

    registry: Registry
    faults: Faults
    address: str
    """Where it is reached; set once it listens."""
    stopping: threading.Event

    def __call__(self, environ: Mapping[str, Any], start: Start) -> Iterable[bytes]:
        """One request."""
        raise NotImplementedError

    def suffered(
        self, what: str, about: str, refused: Callable[[int], Reply | None], work: Callable[[], Reply]
    ) -> Reply:
        """The answer to one request, if it comes. `refused` is what is said before anybody works on it."""
        self.registry.count(what)
        count = self.registry.times(f"{what} {about}")
        self._wait(self.faults.wait_ms(about, count) / 1000)
        try:
            reply = refused(count) or self._worked(about, count, work)
        except Lost:
            # Silent for longer than any client waits; then the connection ends without an answer.
            self._wait(self.faults.silence_seconds)
            return Reply("504 Gateway Timeout", b"", "text/plain")
        happens = self.faults.happens
        if happens("502", about, count, self.faults.bad_gateway):
            return Reply("502 Bad Gateway", _HTML, "text/html")
        if happens("garbage", about, count, self.faults.garbage):
            return Reply("200 OK", "服务器开小差了".encode("gb18030"), "text/plain")
        if happens("truncated", about, count, self.faults.truncated):
            return Reply(reply.status, reply.body[: len(reply.body) // 2], reply.media_type)
        return reply

    def _worked(self, about: str, count: int, work: Callable[[], Reply]) -> Reply:
        happens = self.faults.happens
        if happens("before", about, count, self.faults.timeout_before):
            raise Lost
        if happens("502", about, count, self.faults.bad_gateway) and happens("half", about, count, 500):
            return Reply("200 OK", b"")
        reply = work()
        if happens("after", about, count, self.faults.timeout_after):
            raise Lost
        return reply

    def filtered(self, order_id: str) -> str:
        """How the carrier looks at an address: 1 by hand, 2 served, 3 not served."""
        if self.faults.happens("served", order_id, 0, self.faults.not_served):
            return "3"
        return "1" if self.faults.happens("by hand", order_id, 0, self.faults.by_hand) else "2"

    def taken(self, order_id: str, pieces: int) -> int:
        """How many of a shipment's pieces it books: perhaps only the first half, and says so only by their numbers."""
        is_halved = self.faults.happens("pieces", order_id, 0, self.faults.half_booked)
        return (pieces + 1) // 2 if is_halved else pieces

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not self.stopping.wait(min(left, 0.2)):
            pass
