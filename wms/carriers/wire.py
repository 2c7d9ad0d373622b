"""HTTP to a carrier, which tells apart what nobody else can tell apart later: not sent at all, and sent without answer.

Called by adapters. It never tries twice and follows no redirect. What goes wrong is a sentence that names the machine
and quotes nothing of what was sent.
"""

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from wms.carriers.port import InDoubt, NotReached

MOST_BYTES = 16 * 1024 * 1024
CONNECT_SECONDS = 5
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back, whatever the carrier thought of it."""

    status: int
    media_type: str
    body: bytes


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def ask(
    url: str,
    *,
    who: str,
    timeout_seconds: float,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    method: str = "",
) -> Answered:
    """By `method`; without one GET, or POST where there is a body.

    Raises NotReached before, InDoubt after the first byte has left.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotReached(f"{url!r} is no address of {who}; correct the account's url")
    connection = _connection(parts.scheme, parts.hostname, parts.port)
    until = time.monotonic() + timeout_seconds
    try:
        try:
            connection.connect()
        except (OSError, HTTPException) as error:
            raise NotReached(f"{who} at {parts.netloc} cannot be reached: {_short(error)}") from None
        if connection.sock is not None:
            connection.sock.settimeout(timeout_seconds)
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        try:
            connection.request(method or ("GET" if body is None else "POST"), target, body, dict(headers or {}))
            answer = connection.getresponse()
            received = bytearray()
            # The library's own limit starts anew with every byte.
            while piece := answer.read1(_PIECE):
                received += piece
                if time.monotonic() > until:
                    raise InDoubt(f"{who} did not finish its answer within {timeout_seconds:g} s")
                if len(received) > MOST_BYTES:
                    raise InDoubt(f"{who} answered more than {MOST_BYTES} bytes")
            if answer.length:
                raise InDoubt(f"{who} broke off in the middle of its answer")
            return Answered(answer.status, answer.headers.get_content_type(), bytes(received))
        except TimeoutError:
            raise InDoubt(f"{who} did not answer within {timeout_seconds:g} s") from None
        except (OSError, HTTPException) as error:
            raise InDoubt(f"the connection to {who} broke: {_short(error)}") from None
    finally:
        connection.close()


def _connection(scheme: str, host: str, port: int | None) -> HTTPConnection:
    if scheme == "https":
        return HTTPSConnection(host, port, timeout=CONNECT_SECONDS, context=_trust())
    return HTTPConnection(host, port, timeout=CONNECT_SECONDS)


def _short(error: Exception) -> str:
    words = getattr(error, "strerror", None) or str(error)
    return f"{type(error).__name__} {words}".strip()
