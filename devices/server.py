"""The one HTTP line to the server: JSON over a kept connection, with the bench's token. See docs/bench-api.md.

Standard library only. Called by `devices.deliveries` and the agent's threads, each with a connection of its own. The
token is read from its file when it is needed and stands in no error and no log.
"""

import http.client
import json
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

MOST_BYTES = 32 * 1024 * 1024
"""The largest answer that is read: a batch of documents, and far from all memory."""


class ServerAway(OSError):
    """No answer from the server, or none that can be read. What was sent may have arrived: send it again, unchanged."""


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where the server is, and what proves who asks."""

    url: str
    token_file: Path
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said. `body` is the JSON object it sent, or empty."""

    status: int
    body: dict[str, object]

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_worth_another_try(self) -> bool:
        """Too early, too many, busy, broken, not yet allowed: the same may be answered well later."""
        return self.status in {401, 403, 408, 425, 429} or self.status >= 500

    @property
    def words(self) -> str:
        """The server's own sentence."""
        message = self.body.get("message")
        if isinstance(message, dict):
            return " ".join(str(message[key]) for key in ("title", "next") if message.get(key))
        return str(self.body.get("detail") or self.body.get("title") or f"HTTP {self.status}")


class Server:
    """A connection. Not for several threads."""

    def __init__(self, address: ServerAddress, timeout_seconds: int = 10) -> None:
        self._address = address
        self._timeout_seconds = timeout_seconds
        self._connection: http.client.HTTPConnection | None = None
        parts = urlsplit(address.url)
        assert parts.hostname is not None
        self._is_tls = parts.scheme == "https"
        self._host = parts.hostname
        self._port = parts.port or (443 if self._is_tls else 80)
        self._base = parts.path.rstrip("/")

    def get(self, path: str) -> Reply:
        return self._ask("GET", path, None)

    def post(self, path: str, body: object) -> Reply:
        return self._ask("POST", path, body)

    def put(self, path: str, body: object) -> Reply:
        return self._ask("PUT", path, body)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, method: str, path: str, body: object) -> Reply:
        was_kept = self._connection is not None
        try:
            return self._once(method, path, body)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            # A kept connection may have been closed by the server in between. Everything sent here may be sent twice.
            if was_kept and not isinstance(error, TimeoutError):
                try:
                    return self._once(method, path, body)
                except (OSError, http.client.HTTPException) as again:
                    self.close()
                    raise ServerAway(0, _words(again)) from again
            raise ServerAway(0, _words(error)) from error

    def _once(self, method: str, path: str, body: object) -> Reply:
        if self._connection is None:
            self._connection = self._connect()
        headers = {"Authorization": f"Bearer {self._token()}", "Accept": "application/json"}
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        self._connection.request(method, self._base + path, data, headers)
        response = self._connection.getresponse()
        content = response.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise ServerAway(0, "its answer is too large")
        if response.will_close:
            self.close()
        try:
            found = json.loads(content) if content.strip() else {}
        except ValueError as error:
            if response.status < 500:
                raise ServerAway(0, "its answer is no JSON: is `server` the address of the warehouse?") from error
            found = {}
        return Reply(response.status, found if isinstance(found, dict) else {})

    def _connect(self) -> http.client.HTTPConnection:
        if not self._is_tls:
            return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout_seconds)
        try:
            context = ssl.create_default_context(cafile=self._address.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise ServerAway(0, f"{self._address.ca_file} holds no certificate: correct `ca_file`") from error
        return http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout_seconds, context=context)

    def _token(self) -> str:
        try:
            token = self._address.token_file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ServerAway(0, f"the token cannot be read from {self._address.token_file}: put it there") from error
        if not token or any(character.isspace() for character in token):
            raise ServerAway(0, f"{self._address.token_file} must hold one token and nothing else")
        return token


def _words(error: Exception) -> str:
    if isinstance(error, ServerAway):
        return str(error.strerror)
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its certificate is not trusted: set `ca_file`, or correct the name in `server`"
    if isinstance(error, ssl.SSLError):
        return "it does not speak TLS here: is it https, is the port right?"
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "it refuses the connection: does it run, is the port right?"
    return str(error) or type(error).__name__
