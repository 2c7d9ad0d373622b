"""JSON over HTTP to one machine: the gateway of the electronic port, or the one with the signing key.

Called by `signing.remote` and `transport.gateway`. It never tries twice (that is the outbox's), follows no redirect,
and checks certificates against those of the system (`SSL_CERT_FILE` names others). What goes wrong is a sentence that
names the machine, and quotes neither what was sent nor the token.
"""

import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from functools import cache
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import IO
from urllib.parse import urlencode

from wms.kernel.errors import WmsError

MOST_BYTES = 64 * 1024 * 1024
_PIECE = 256 * 1024
_WORDS = 200


class AnswerTooLong(Exception):
    """More than MOST_BYTES; whoever asked may ask for less."""


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected POST would arrive empty, and the token would go to a machine nobody named."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Wire:
    """The way to one machine."""

    url: str
    who: str
    """How the machine is called in a sentence."""
    token_file: Path | None
    failure: type[WmsError]
    """What is raised."""

    def get(self, path: str, query: Mapping[str, str], *, timeout_seconds: int) -> bytes:
        """The body of the answer. Raises `failure`, AnswerTooLong."""
        question = f"?{urlencode(query)}" if query else ""
        return self._ask(urllib.request.Request(f"{self._base}{path}{question}"), timeout_seconds)  # noqa: S310

    def post(self, path: str, payload: object, *, timeout_seconds: int) -> bytes:
        """The body of the answer. Raises `failure`, AnswerTooLong."""
        request = urllib.request.Request(  # noqa: S310  (the settings take http and https only)
            f"{self._base}{path}", json.dumps(payload).encode(), {"Content-Type": "application/json"}, method="POST"
        )
        return self._ask(request, timeout_seconds)

    def _secure(self) -> tuple[urllib.request.BaseHandler, ...]:
        # Reading the system's certificates takes longer than a signature.
        return (urllib.request.HTTPSHandler(context=_trust()),) if self.url.startswith("https:") else ()

    @property
    def _base(self) -> str:
        return self.url.rstrip("/")

    def _ask(self, request: urllib.request.Request, timeout_seconds: int) -> bytes:
        if token := self._token():
            request.add_header("Authorization", f"Bearer {token}")
        opener = urllib.request.build_opener(_NoRedirect, *self._secure())
        try:
            with opener.open(request, timeout=timeout_seconds) as answer:
                return self._body(answer, time.monotonic() + timeout_seconds)
        except urllib.error.HTTPError as error:
            with error:
                raise self.failure(f"{self._name} answered {_status(error.code)}{_reason(error)}") from None
        except urllib.error.URLError as error:
            raise self.failure(f"{self._name} cannot be reached: {error.reason}") from None
        except TimeoutError:
            raise self.failure(f"{self._name} did not answer within {timeout_seconds} s") from None
        except (OSError, HTTPException) as error:
            raise self.failure(f"the connection to {self._name} broke: {type(error).__name__} {error}") from None

    def _body(self, answer: HTTPResponse, until: float) -> bytes:
        body = bytearray()
        while piece := answer.read1(_PIECE):
            body += piece
            if len(body) > MOST_BYTES:
                raise AnswerTooLong(f"{self._name} answered more than {MOST_BYTES} bytes")
            if time.monotonic() > until:
                # The library's own limit starts anew with every byte.
                raise TimeoutError
        if answer.length:
            raise self.failure(f"{self._name} broke off in the middle of its answer")
        return bytes(body)

    def _token(self) -> str:
        if self.token_file is None:
            return ""
        try:
            token = self.token_file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no plain text"
            raise self.failure(f"the token for {self.who} in {self.token_file} cannot be read: {why}") from None
        if not token or not token.isprintable():
            raise self.failure(f"{self.token_file} must hold the token for {self.who} on one line")
        return token

    @property
    def _name(self) -> str:
        return f"{self.who} {self.url}"


def _status(code: int) -> str:
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)


def _reason(error: urllib.error.HTTPError) -> str:
    """What a problem document says; anything else might quote the message, which names people."""
    try:
        said = json.loads(error.read(16 * 1024))
    except (OSError, ValueError, HTTPException):
        return ""
    if not isinstance(said, dict):
        return ""
    words = next((said[key] for key in ("detail", "title") if isinstance(said.get(key), str)), "")
    return f": {words[:_WORDS]}" if words else ""
