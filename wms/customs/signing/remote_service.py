"""The other side of `remote`: a small HTTP server around a software key. Run by `wms customs signer`, and by tests.

For development, for a signing machine of one's own, and as the reference for whoever writes the side with the USB key.
It signs canonical SignedInfo elements and nothing else: whoever steals the token cannot have other things signed.
"""

import base64
import binascii
import hmac
import json
import logging
import socket
import ssl
import threading
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import ClassVar

import msgspec

from wms.customs.signing.certificates import days_left
from wms.customs.signing.port import MOST_AT_ONCE, SigningFailed
from wms.customs.signing.remote import Asked
from wms.customs.signing.software import SoftwareKey
from wms.customs.signing.xml_signature import DS, serial_of
from wms.kernel.clock import Clock

log = logging.getLogger(__name__)

MOST_BYTES = 1024 * 1024
SHORTEST_TOKEN = 20
LOOK_SECONDS = 0.1
"""How soon the service notices that it is to end."""
_APEX = b"<ds:SignedInfo "


class SigningService:
    """Serves while the `with` block runs. Port 0 takes a free one; `tls_file` (PEM, key and certificate) encrypts.

    Raises SigningFailed at once where the key cannot be used, ValueError for a token that could be guessed, OSError for
    an address that is taken.
    """

    def __init__(
        self, key: SoftwareKey, *, host: str, port: int, token: str, clock: Clock, tls_file: Path | None = None
    ) -> None:
        if len(token) < SHORTEST_TOKEN:
            raise ValueError(f"the token needs at least {SHORTEST_TOKEN} characters")
        certificate = key.certificate()
        self.serial = serial_of(certificate)
        self.days_left = days_left(certificate, clock.now())
        """Until the certificate expires."""
        handler = type("Handler", (_Handler,), {"key": key, "token": token})
        self._server = ThreadingHTTPServer((host, port), handler)
        if tls_file:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls_file)
            # The handshake is left to the connection's own thread: here a silent caller would hold up all others.
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.address = f"http{'s' if tls_file else ''}://{host}:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(LOOK_SECONDS,), name="signing service", daemon=True
        )

    def __enter__(self) -> "SigningService":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Refused(Exception):
    def __init__(self, status: HTTPStatus, detail: str) -> None:
        self.status, self.detail = status, detail
        super().__init__(detail)


class _Handler(BaseHTTPRequestHandler):
    key: ClassVar[SoftwareKey]
    token: ClassVar[str]
    # A connection that stops half-way gives its thread back after so many seconds.
    timeout = 10
    protocol_version = "HTTP/1.1"
    server_version = "wms-signer"
    sys_version = ""

    def setup(self) -> None:
        super().setup()
        # Head and body of an answer are two small writes: held back, the second would wait for the other side.
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def do_POST(self) -> None:
        try:
            body = self._body()
            self._require_token()
            if self.path != "/signatures":
                raise _Refused(HTTPStatus.NOT_FOUND, "POST /signatures is all there is")
            self._answer(HTTPStatus.OK, self._signatures(body))
        except _Refused as refused:
            self._answer(refused.status, {"title": refused.status.phrase, "detail": refused.detail})
        except SigningFailed as error:
            status = HTTPStatus.SERVICE_UNAVAILABLE
            self._answer(status, {"title": status.phrase, "detail": str(error)})

    def _signatures(self, body: bytes) -> Mapping[str, object]:
        try:
            asked = msgspec.json.decode(body, type=Asked)
            items = [base64.b64decode(item, validate=True) for item in asked.items]
        except (msgspec.MsgspecError, UnicodeDecodeError, binascii.Error) as error:
            raise _Refused(HTTPStatus.BAD_REQUEST, f"the question cannot be read: {error}") from None
        if not 1 <= len(items) <= MOST_AT_ONCE:
            raise _Refused(HTTPStatus.BAD_REQUEST, f"1 to {MOST_AT_ONCE} items, not {len(items)}")
        for number, item in enumerate(items, start=1):
            if not item.startswith(_APEX) or f'"{DS}"'.encode() not in item or not item.endswith(b"</ds:SignedInfo>"):
                raise _Refused(HTTPStatus.BAD_REQUEST, f"item {number} is no canonical ds:SignedInfo")
        signatures = self.key.signatures(asked.algorithm, items)
        return {
            "certificate": base64.b64encode(signatures.certificate).decode(),
            "signatures": [base64.b64encode(value).decode() for value in signatures.values],
        }

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or int(length) > MOST_BYTES:
            self.close_connection = True
            raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"Content-Length must say at most {MOST_BYTES} bytes")
        return self.rfile.read(int(length))

    def _require_token(self) -> None:
        said = self.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(said, f"Bearer {self.token}".encode()):
            raise _Refused(HTTPStatus.UNAUTHORIZED, "the token is missing or wrong")

    def _answer(self, status: HTTPStatus, payload: Mapping[str, object]) -> None:
        body = json.dumps(payload).encode()
        self.send_response(status)
        kind = "application/json" if status is HTTPStatus.OK else "application/problem+json"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        log.info("%s %s", self.client_address[0], format % args)
