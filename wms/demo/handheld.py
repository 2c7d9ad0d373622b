"""One handheld of the shift: signs a person in and sends scans over HTTP, as the page does, in bad radio coverage too.

It knows the public contract of the API and nothing else. A scan that was not answered, or was answered "busy", is sent
again with the same id until it is; some are doubled or lose their answer on purpose. Called by `trades`.
"""

import contextlib
import http.client
import json
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from wms.demo.people import DemoPerson
from wms.demo.tally import Tally
from wms.kernel.identity import uuid7

MOST_TRIES = 40
TIMEOUT_SECONDS = 30
DOUBLED_PER_MILLE = 15
LOST_PER_MILLE = 15
COUNTED = ("accepted", "completed")

Json = Mapping[str, Any]


class ShiftTrouble(Exception):
    """The service did what no handheld can go on after; the text says what."""


@dataclass
class Handheld:
    """A signed-in device. `screen` and `task` are what the last answer said."""

    address: tuple[str, int]
    person: DemoPerson
    tally: Tally
    random: Random
    device: str = ""
    screen: Json = field(default_factory=dict)
    task: Json | None = None
    _connection: http.client.HTTPConnection | None = None
    _headers: dict[str, str] = field(default_factory=dict)

    def carry(self, token: str) -> None:
        """Be a program instead of a person: show a token, and never sign in."""
        self._headers["Authorization"] = f"Bearer {token}"

    def sign_in(self) -> None:
        """Badge and PIN. Goes home from whatever task was left open."""
        self.device = self.device or f"demo-{self.person.badge}"
        body = {"badge": self.person.badge, "pin": self.person.pin, "device": self.device}
        status, answer = self.request("POST", "/api/v1/sign-in", body)
        if status != 200:
            said = answer.get("detail", answer)
            raise ShiftTrouble(f"{self.person.badge} cannot sign in: {said} (is the demo loaded there?)")
        self._headers["X-CSRF-Token"] = answer["csrf_token"]
        self.screen, self.task = answer["screen"], answer["task"]
        if self.task is not None:
            self.scan("*HOME*")

    @property
    def step(self) -> str:
        return str(self.screen["step"])

    def is_home(self) -> bool:
        """Asked anew after every scan, which is why it is no attribute."""
        return self.task is None

    def scan(self, raw: str, source: str = "wedge") -> Json:
        """Scan one code at the present screen; the answer, which sets `screen` and `task`."""
        body = {
            "scan_id": str(uuid7()),
            "device": self.device,
            "raw": raw,
            "source": source,
            "task_id": self.task["id"] if self.task else None,
            "task_version": self.task["version"] if self.task else None,
        }
        if self.random.randrange(1000) < LOST_PER_MILLE:
            self._send_and_hang_up(body)
            self.tally.count_lost()
        reply = self._answer_to(body)
        if self.random.randrange(1000) < DOUBLED_PER_MILLE:
            self._double(body, reply)
        self.screen, self.task = reply["screen"], reply["task"]
        return reply

    def _answer_to(self, body: Json) -> Json:
        for _ in range(MOST_TRIES):
            started = time.perf_counter()
            status, answer = self.request("POST", "/api/v1/scans", body)
            if status == 503:
                self.tally.count_busy()
                time.sleep(0.2)
                continue
            if status != 200:
                raise ShiftTrouble(f"scan {body['raw']!r} was answered {status}: {answer}")
            self.tally.count_scan(answer["outcome"], answer["code"], time.perf_counter() - started)
            return answer
        raise ShiftTrouble(f"scan {body['raw']!r} was answered busy {MOST_TRIES} times")

    def _double(self, body: Json, first: Json) -> None:
        """The same request arrives twice: the second answer must be the first one's."""
        status, second = self.request("POST", "/api/v1/scans", body)
        same = status == 200 and all(second[name] == first[name] for name in ("outcome", "code", "details"))
        if status == 503:
            return
        if not same or not second["replayed"]:
            raise ShiftTrouble(f"scan {body['raw']!r} sent twice got two answers: {first} and {second}")
        self.tally.count_doubled()

    def _send_and_hang_up(self, body: Json) -> None:
        """The request gets through, its answer does not."""
        lost = http.client.HTTPConnection(*self.address, timeout=TIMEOUT_SECONDS)
        with contextlib.closing(lost), contextlib.suppress(OSError):
            lost.request("POST", "/api/v1/scans", json.dumps(body), self._all_headers())

    def get(self, path: str) -> Json | None:
        """A JSON document of the API, None where there is none (yet)."""
        status, answer = self.request("GET", path)
        if status == 404:
            return None
        if status != 200:
            raise ShiftTrouble(f"GET {path} was answered {status}: {answer}")
        return answer

    def push(self, path: str, document: Json) -> Json:
        """Send a document that must be taken."""
        status, answer = self.request("POST", path, document)
        if status not in (200, 201):
            raise ShiftTrouble(f"POST {path} was answered {status}: {answer}")
        return answer

    def request(self, method: str, path: str, body: Json | None = None) -> tuple[int, Json]:
        """Send a request, again where the line broke; every one of ours may be repeated."""
        payload = None if body is None else json.dumps(body)
        for attempt in range(MOST_TRIES):
            connection = self._connection or http.client.HTTPConnection(*self.address, timeout=TIMEOUT_SECONDS)
            self._connection = connection
            try:
                connection.request(method, path, payload, self._all_headers())
                _without_delay(connection)
                response = connection.getresponse()
                content = response.read()
            except (OSError, http.client.HTTPException):
                connection.close()
                self._connection = None
                time.sleep(min(0.05 * 2**attempt, 1))
                continue
            cookie = response.getheader("Set-Cookie", "").partition(";")[0]
            if cookie:
                self._headers["Cookie"] = cookie
            if "json" in (response.getheader("Content-Type") or ""):
                return response.status, json.loads(content)
            return response.status, {}
        raise ShiftTrouble(f"{method} {path}: nobody answers at {self.address[0]}:{self.address[1]}")

    def close(self) -> None:
        """Put the handheld away."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _all_headers(self) -> dict[str, str]:
        return {"Content-Type": "application/json", **self._headers}


def _without_delay(connection: http.client.HTTPConnection) -> None:
    if connection.sock is not None:
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
