"""The same port behind an HTTP gateway, as some local ports offer it, for any number of clients. Called by `commands`.

`POST /messages` takes one message in a JSON head and answers `OK` once it is kept; `GET /receipts` hands out what is
there for one client behind a cursor. A client that asks again gets the same again.
"""

import base64
import binascii
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from wms.customs.simulator import mailbox
from wms.customs.simulator.port import Port
from wms.web.listening import open_door

MOST_BYTES = 32 * 1024 * 1024
MOST_RECEIPTS = 100
THREADS = 4

_TEXT, _JSON = "text/plain; charset=utf-8", "application/json"

Answer = tuple[HTTPStatus, str, bytes]


class Gateway:
    """A WSGI application around a port. Its state is in the folder of the port, like that of any other."""

    def __init__(self, port: Port) -> None:
        self._port = port

    def __call__(self, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        status, kind, body = self._answer(environ)
        headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        start_response(f"{status.value} {status.phrase}", headers)
        return [body]

    def _answer(self, environ: Mapping[str, Any]) -> Answer:
        match environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""):
            case "POST", "/messages":
                return self._take(environ)
            case "GET", "/receipts":
                return self._hand_out(parse_qs(environ.get("QUERY_STRING", "")))
            case _, "/messages" | "/receipts":
                return _refused(HTTPStatus.METHOD_NOT_ALLOWED, "POST /messages, GET /receipts")
        return _refused(HTTPStatus.NOT_FOUND, "POST /messages, GET /receipts")

    def _take(self, environ: Mapping[str, Any]) -> Answer:
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isascii() or not length.isdigit() or int(length) > MOST_BYTES:
            return _refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a message has at most {MOST_BYTES} bytes")
        try:
            head = json.loads(environ["wsgi.input"].read(int(length)))
            message_id, sender = head["MessageId"], head["SenderID"]
            raw = base64.b64decode(head["Body"], validate=True)
        except (ValueError, KeyError, TypeError, binascii.Error) as error:
            return _refused(HTTPStatus.BAD_REQUEST, f"JSON with MessageId, SenderID and Body (base64): {error}")
        if not (isinstance(message_id, str) and isinstance(sender, str) and message_id and sender):
            return _refused(HTTPStatus.BAD_REQUEST, "MessageId and SenderID are texts and not empty")
        with self._port.registry() as registry:
            self._port.receive(registry, message_id, raw, message_id=message_id, sender=sender)
        return HTTPStatus.OK, _TEXT, b"OK"

    def _hand_out(self, query: Mapping[str, list[str]]) -> Answer:
        receiver = query.get("receiver", [""])[0]
        after, most = query.get("after", ["0"])[0] or "0", query.get("limit", [str(MOST_RECEIPTS)])[0]
        if not receiver or not all(_is_count(text) for text in (after, most)):
            return _refused(HTTPStatus.BAD_REQUEST, "receiver, and after and limit as whole numbers")
        with self._port.registry() as registry:
            self._port.work(registry)
            ready = mailbox.since(registry, receiver, int(after), min(int(most), MOST_RECEIPTS))
        receipts = [
            {"cursor": str(message.id), "name": message.name, "body": base64.b64encode(message.body).decode("ascii")}
            for message in ready
        ]
        return HTTPStatus.OK, _JSON, json.dumps({"receipts": receipts}).encode()


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 15


def _refused(status: HTTPStatus, wanted: str) -> Answer:
    return status, _TEXT, f"Not understood; wanted: {wanted}\n".encode()


def serve_gateway(port: Port, host: str, number: int, stop: threading.Event, *, ready: Callable[[int], None]) -> None:
    """Serve until `stop` is set; `ready` is told the port number (of 0: the free one that was found)."""
    port.folder.mkdir(parents=True, exist_ok=True)
    with open_door(Gateway(port), host, number, threads=THREADS, max_request_body_size=MOST_BYTES) as opened:
        ready(opened.port)
        while opened.is_open() and not stop.wait(0.2):
            pass
    port.close()


def sender_folder(root: Path) -> Path:
    """Where the port behind the gateway keeps its things: beside those of the warehouses, not among them."""
    return root / "gateway"
