"""A relay between a handheld and the real service, which can be told to fail as networks and proxies do.

Called by the long runs. It passes every request on as it is; the service behind it may come back at another port.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from tests.browser.served import LOOK_SECONDS

HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade"})
LONGEST_ANSWER_SECONDS = 60
SCANS = "/api/v1/scans"

StartResponse = Callable[[str, list[tuple[str, str]]], object]


@dataclass
class Relay:
    """Listens as long as it is started. `target` is the service's port."""

    target: int
    port: int = 0
    lost: int = 0
    """How many of the next batches are booked without their answer arriving."""
    busy: int = 0
    """How many of the next batches are answered 503 and not passed on."""
    delay_seconds: float = 0.0
    batches: int = 0
    """How many requests with scans came."""
    _server: BaseWSGIServer | None = None
    _counting: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._server = make_server("127.0.0.1", self.port, self._pass_on, threaded=True, request_handler=_Silent)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(LOOK_SECONDS,), daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def _pass_on(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        takes_scans = environ["PATH_INFO"] == SCANS
        is_busy, is_lost = self._troubles() if takes_scans else (False, False)
        if is_busy:
            start_response("503 Service Unavailable", [("Retry-After", "0"), ("Content-Length", "0")])
            return []
        time.sleep(self.delay_seconds if takes_scans else 0)
        try:
            status, headers, body = self._asked(environ)
        except (OSError, HTTPException):
            start_response("502 Bad Gateway", [("Content-Length", "0")])
            return []
        if is_lost:
            start_response("504 Gateway Timeout", [("Content-Type", "text/html"), ("Content-Length", "0")])
            return []
        start_response(status, headers)
        return [body]

    def _troubles(self) -> tuple[bool, bool]:
        with self._counting:
            self.batches += 1
            if self.busy > 0:
                self.busy -= 1
                return True, False
            if self.lost > 0:
                self.lost -= 1
                return False, True
            return False, False

    def _asked(self, environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        sent = environ["wsgi.input"].read(length) if length else None
        headers = {
            name[5:].replace("_", "-").title(): value for name, value in environ.items() if name.startswith("HTTP_")
        }
        headers = {name: value for name, value in headers.items() if name.lower() not in HOP_BY_HOP}
        if environ.get("CONTENT_TYPE"):
            headers["Content-Type"] = environ["CONTENT_TYPE"]
        path = environ["PATH_INFO"] + (f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else "")
        connection = HTTPConnection("127.0.0.1", self.target, timeout=LONGEST_ANSWER_SECONDS)
        try:
            connection.request(environ["REQUEST_METHOD"], path, body=sent, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
            kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP]
            return f"{answer.status} {answer.reason}", kept, body
        finally:
            connection.close()


class _Silent(WSGIRequestHandler):
    """Writes no line for every request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return
