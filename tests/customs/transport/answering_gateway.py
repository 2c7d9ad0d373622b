"""The gateway of an electronic port as a real server, for tests: takes messages, lists answers, fails when told to."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class AnsweringGateway:
    """What it was sent, what it has to deliver, and how it behaves."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.receipts: list[tuple[str, str]] = []
        """Name and body in base64."""
        self.asked: list[dict[str, str]] = []
        self.tokens: list[str | None] = []
        self.status = 200
        self.answer: bytes | None = None
        self.url = ""

    def deliver(self, name: str, raw: bytes) -> None:
        self.receipts.append((name, base64.b64encode(raw).decode()))

    def page(self, question: dict[str, str]) -> bytes:
        first = int(question["after"] or 0)
        listed = self.receipts[first : first + int(question["limit"])]
        return json.dumps(
            {
                "receipts": [
                    {"cursor": str(number), "name": name, "body": body}
                    for number, (name, body) in enumerate(listed, start=first + 1)
                ]
            }
        ).encode()


@contextmanager
def answering_gateway() -> Iterator[AnsweringGateway]:
    gateway = AnsweringGateway()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            question = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query, True).items()}
            gateway.asked.append(question)
            self._say(gateway.page(question) if gateway.answer is None else gateway.answer)

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            gateway.messages.append(json.loads(raw))
            self._say(b"OK" if gateway.answer is None else gateway.answer)

        def _say(self, body: bytes) -> None:
            gateway.tokens.append(self.headers["Authorization"])
            self.send_response(gateway.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        gateway.url = f"http://127.0.0.1:{server.server_port}/port"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield gateway
        finally:
            server.shutdown()
            thread.join()
