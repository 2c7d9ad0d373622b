"""One handheld of the load: scans as fast as it is answered, over one kept-alive connection.

Started by `bench.load`, one process per handheld, so that the load is no part of what is measured; it therefore uses
the standard library alone and a plain socket. It behaves like the page: it makes scan ids, sends the task and version
it was told and how much of the path it still holds, repeats a scan that was answered 503 with the same id, and compares
every answer with what the path had promised.

Reads one JSON line of orders from standard input, signs in, says `ready`, waits for a line, works, and prints one
JSON line.
"""

import json
import os
import socket
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

Post = Callable[[str, dict[str, Any]], tuple[int, dict[str, Any]]]

MOVED = frozenset({"counted", "line_done", "task_complete", "put_away", "putaway_complete", "parcel_staged"})
"""Codes of answers that say: stock has moved."""

GOOD = frozenset({"accepted", "completed"})
TRIES_WHEN_BUSY = 20
PAUSE_SECONDS = 0.05


class Connection:
    """HTTP/1.1 over one socket: just enough of it to send JSON and to read an answer with a length."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = bytearray()
        self._headers = f"Host: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        self.cookie = ""

    def allow(self, csrf_token: str) -> None:
        """Send the session's cookie and page token from now on."""
        self._headers += f"Cookie: {self.cookie}\r\nX-CSRF-Token: {csrf_token}\r\n"

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and decoded body of the answer."""
        payload = json.dumps(body).encode()
        head = f"POST {path} HTTP/1.1\r\n{self._headers}Content-Length: {len(payload)}\r\n\r\n"
        self._socket.sendall(head.encode() + payload)
        return self._read()

    def _read(self) -> tuple[int, dict[str, Any]]:
        end = -1
        while end < 0:
            self._fill()
            end = self._buffer.find(b"\r\n\r\n")
        lines = bytes(self._buffer[:end]).decode("latin-1").split("\r\n")
        del self._buffer[: end + 4]
        length = 0
        for line in lines[1:]:
            name, _, value = line.partition(":")
            if name.lower() == "content-length":
                length = int(value)
            elif name.lower() == "set-cookie":
                self.cookie = value.strip().partition(";")[0]
        while len(self._buffer) < length:
            self._fill()
        body = bytes(self._buffer[:length])
        del self._buffer[:length]
        return int(lines[0].split(" ")[1]), json.loads(body) if body else {}

    def _fill(self) -> None:
        received = self._socket.recv(65536)
        if not received:
            raise ConnectionError("the server closed the connection")
        self._buffer += received


class Handheld:
    """Scans along jobs and keeps what it saw."""

    def __init__(self, post: Post, device: str) -> None:
        self._post = post
        self._device = device
        self._task: dict[str, Any] | None = None
        self._screen: dict[str, Any] = {}
        self._ahead: list[dict[str, Any]] = []
        self.scans: list[tuple[str, int, bool]] = []
        """Step at which it was scanned, microseconds until the answer, and whether stock moved."""
        self.moves = 0
        self.troubles: Counter[str] = Counter()

    def work(self, job: dict[str, Any]) -> None:
        """Open the job's task by its first codes, scan its codes, and where it says so follow the screen to the end."""
        for code in job["codes"]:
            self.scan(code)
        if not job["follow"]:
            return
        while self._task is not None and self.scan(self._asked_for()):
            pass

    def leave(self) -> None:
        """Back to the home screen: the next scan begins a task."""
        self._task, self._ahead = None, []

    def scan(self, raw: str) -> bool:
        """Scan one code; True when it counted."""
        step = f"{self._task['workflow']}.{self._task['step']}" if self._task else "home"
        body = {
            "scan_id": str(uuid7()),
            "device": self._device,
            "raw": raw,
            "task_id": self._task["id"] if self._task else None,
            "task_version": self._task["version"] if self._task else None,
            "ahead": len(self._ahead) - 1 if self._is_next(raw) else 0,
        }
        status, reply, took_us = self._answered(body)
        if status != 200:
            self.troubles[f"HTTP {status} {reply.get('code', '')}"] += 1
            return False
        moved = reply["code"] in MOVED
        self.moves += moved
        self.scans.append((step, took_us, moved))
        counted = reply["outcome"] in GOOD
        if not counted:
            self.troubles[f"{reply['outcome']} {reply['code']} at {step}"] += 1
        elif self._is_next(raw) and not _as_promised(self._ahead[0], reply):
            self.troubles[f"lookahead was wrong at {step}"] += 1
        held = self._ahead[1:] if reply["lookahead_holds"] else []
        self._task, self._screen, self._ahead = reply["task"], reply["screen"], held + reply["lookahead"]
        return counted

    def _is_next(self, raw: str) -> bool:
        """Whether the code is what the path asks for now."""
        return bool(self._ahead) and raw in self._ahead[0]["accepts"]

    def _answered(self, body: dict[str, Any]) -> tuple[int, dict[str, Any], int]:
        """Status, answer and microseconds; a busy server is asked again with the same scan id."""
        for tries_left in reversed(range(TRIES_WHEN_BUSY)):
            started = time.perf_counter_ns()
            status, reply = self._post("/api/v1/scans", body)
            took_us = (time.perf_counter_ns() - started) // 1000
            if status != 503 or not tries_left:
                return status, reply, took_us
            self.troubles["busy (503)"] += 1
            time.sleep(PAUSE_SECONDS)
        raise AssertionError("unreachable")

    def _asked_for(self) -> str:
        """What a person would scan at the present screen."""
        screen = self._screen
        if screen["screen"] == "putaway" and screen["step"] == "scan_place" and screen["how_many"] != "1":
            return "*QTY+1*"
        if self._ahead:
            code: str = self._ahead[0]["accepts"][0]
            return code
        if "place" in screen["kinds"]:
            return f"LOC-{screen['where']}"
        return f"SKU-{screen['what'].rpartition(' ')[2]}"


def _as_promised(ahead: dict[str, Any], reply: dict[str, Any]) -> bool:
    shown, promised = reply["screen"], ahead["screen"]
    return all(shown[name] == promised[name] for name in ("step", "where", "what", "how_many", "counted"))


def uuid7() -> uuid.UUID:
    """A time-ordered id, as a handheld makes it."""
    random_bits = int.from_bytes(os.urandom(10), "big")
    value = (time.time_ns() // 1_000_000 << 80) | random_bits
    value = value & ~(0xF << 76) | 0x7 << 76
    return uuid.UUID(int=value & ~(0b11 << 62) | 0b10 << 62)


def main() -> None:
    """Take orders, sign in, wait for the start, work, report."""
    orders = json.loads(sys.stdin.readline())
    connection = Connection(orders["port"])
    credentials = {"badge": orders["badge"], "pin": orders["pin"], "device": orders["device"]}
    status, answer = connection.post("/api/v1/sign-in", credentials)
    if status != 200:
        raise SystemExit(f"sign-in was answered {status}: {answer}")
    connection.allow(answer["csrf_token"])
    handheld = Handheld(connection.post, orders["device"])
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.monotonic_ns()
    for job in orders["jobs"]:
        handheld.leave()
        handheld.work(job)
    ended = time.monotonic_ns()
    report = {
        "began": began,
        "ended": ended,
        "scans": handheld.scans,
        "moves": handheld.moves,
        "troubles": handheld.troubles,
        "cpu_seconds": time.process_time(),
    }
    print(json.dumps(report), flush=True)


if __name__ == "__main__":
    main()
