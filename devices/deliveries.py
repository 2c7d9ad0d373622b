"""Carries to the server what the journal keeps for it: codes in the order they were scanned, and what became of jobs.

One thread, called by `devices.agent`. Nothing leaves the journal before the server has answered for it, so an answer
that was lost means the same again under the same identity; the server recognises it. Also tells how the devices
stand.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from devices.health import HealthBoard
from devices.journal import Journal, KeptCode
from devices.server import Reply, Server, ServerAway

CODES = "/api/v1/bench/codes"
DEVICES = "/api/v1/bench/devices"
_MOST_CODES = 50
_MOST_REPORTS = 50
_FIRST_WAIT_MS, _LAST_WAIT_MS = 250, 5000
_TELL_AGAIN_SECONDS = 30
"""How often the devices are told of although nothing changed: the server sees that the bench lives."""
_KEEP_CONTENTS_MS = 30 * 24 * 3600 * 1000

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Deliveries:
    """The thread. Set `wake` when there is something new."""

    bench: str
    journal: Journal
    server: Server
    board: HealthBoard
    said_of_code: Callable[[KeptCode, dict[str, object]], None]
    takes: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Of each printer, what labels must be made as: told along with how it stands."""
    wake: threading.Event = field(default_factory=threading.Event)
    _told_at: float = 0.0
    _told: object = None

    def run(self, stop: threading.Event) -> None:
        wait_ms = _FIRST_WAIT_MS
        while not stop.is_set():
            self.wake.clear()
            try:
                self.deliver()
            except ServerAway as away:
                _log.warning("the server is away (%s); nothing is lost, trying again", away.strerror)
                stop.wait(wait_ms / 1000)
                wait_ms = min(2 * wait_ms, _LAST_WAIT_MS)
            else:
                wait_ms = _FIRST_WAIT_MS
                self.wake.wait(1)
        self.server.close()

    def deliver(self) -> None:
        """Send all there is. Raises ServerAway; what was answered until then is done."""
        # What became of a label goes first: the scan that proves it may stand behind it in the same minute.
        while reports := self.journal.reports(_MOST_REPORTS):
            for report in reports:
                body = json.loads(report.body)
                body["age_ms"] = max(0, _now_ms() - body.pop("at_ms"))
                _settled(self.server.post(f"/api/v1/bench/jobs/{report.job_id}/state", body), f"job {report.job_id}")
                self.journal.forget_report(report.number)
        while codes := self.journal.codes(_MOST_CODES):
            self._send_codes(codes)
        self._tell_devices()
        self.journal.forget_contents(_now_ms() - _KEEP_CONTENTS_MS)

    def _send_codes(self, codes: list[KeptCode]) -> None:
        now_ms = _now_ms()
        sent = [
            {
                "code_id": str(code.code_id),
                "device": code.device,
                "raw": code.raw,
                "symbology": code.symbology,
                "at": datetime.fromtimestamp(code.scanned_ms / 1000, UTC).isoformat(),
                "age_ms": max(0, now_ms - code.scanned_ms),
            }
            for code in codes
        ]
        reply = self.server.post(CODES, {"bench": self.bench, "codes": sent})
        if len(codes) > 1 and not reply.is_good and not reply.is_worth_another_try:
            # One of them it will never take: the others must not be lost with it.
            for code in codes:
                self._send_codes([code])
            return
        _settled(reply, "a code" if len(codes) == 1 else f"{len(codes)} codes")
        replies = reply.body.get("replies")
        for code, said in zip(codes, replies if isinstance(replies, list) else [], strict=False):
            if isinstance(said, dict):
                self.said_of_code(code, said)
        self.journal.forget_codes(codes[-1].number)

    def _tell_devices(self) -> None:
        devices = [
            {
                "name": health.name,
                "kind": health.kind,
                "condition": health.condition,
                "words": health.words,
                **self.takes.get(health.name, {}),
            }
            for health in self.board.all()
        ]
        if devices == self._told and time.monotonic() - self._told_at < _TELL_AGAIN_SECONDS:
            return
        _settled(self.server.put(DEVICES, {"bench": self.bench, "devices": devices}), "devices")
        self._told, self._told_at = devices, time.monotonic()


def _settled(reply: Reply, what: str) -> None:
    """Raises ServerAway where the same should be sent again. What the server will never take is logged and dropped."""
    if reply.is_good:
        return
    if reply.is_worth_another_try:
        if reply.status in {401, 403}:
            raise ServerAway(0, f"it does not accept the token: {reply.words}")
        raise ServerAway(0, reply.words)
    _log.error("the server does not take %s: %s", what, reply.words)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
