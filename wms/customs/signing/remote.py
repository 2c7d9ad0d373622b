"""A key on another machine, such as a USB key: asked over HTTP. Called by `choice`; the other side is `remote_service`.

    POST {url}/signatures   Authorization: Bearer <token>
        {"algorithm": "rsa-sha1" | "rsa-sha256" | "sm2-sm3", "items": [base64, at most 100]}
    200 {"certificate": base64 of the DER, "signatures": [base64, one per item, in order]}
    anything else: a problem document {"title", "detail"}; nothing was signed

An item is a canonical SignedInfo, a thousand bytes, and is signed as it is (SM2: SignatureValue as the exchange wants
it). The message itself, and with it everybody's names and numbers, stays here. Asking again is harmless. A USB key does
about four signatures a second, and the time allowed grows with the number of items.
"""

import base64
import binascii
import threading
from collections.abc import Sequence
from pathlib import Path

import msgspec
from cryptography import x509

from wms.customs.signing.port import Algorithm, Signatures, SigningFailed
from wms.customs.signing.xml_signature import serial_of
from wms.customs.wire import AnswerTooLong, Wire

PATIENCE_SECONDS = 15
ITEMS_PER_SECOND = 2
"""The slowest key that is waited for."""


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Body of the question."""

    algorithm: Algorithm
    items: list[str]


class Answered(msgspec.Struct, frozen=True):
    """Body of the answer."""

    certificate: str
    signatures: list[str]


class RemoteKey:
    """The key behind one address. One request at a time: the key cannot do two."""

    def __init__(self, url: str, token_file: Path | None) -> None:
        self._wire = Wire(url, "the signing machine", token_file, SigningFailed)
        self._one_at_a_time = threading.Lock()
        self._serial = ""

    def __repr__(self) -> str:
        return f"RemoteKey({self._wire.url!r})"

    @property
    def name(self) -> str:
        return f"remote {self._serial}".strip()

    def signatures(self, algorithm: Algorithm, items: Sequence[bytes]) -> Signatures:
        asked = {"algorithm": algorithm.value, "items": [base64.b64encode(item).decode() for item in items]}
        patience = PATIENCE_SECONDS + len(items) // ITEMS_PER_SECOND
        try:
            with self._one_at_a_time:
                body = self._wire.post("/signatures", asked, timeout_seconds=patience)
            answer = msgspec.json.decode(body, type=Answered)
            certificate = base64.b64decode(answer.certificate, validate=True)
            values = tuple(base64.b64decode(value, validate=True) for value in answer.signatures)
            self._serial = serial_of(x509.load_der_x509_certificate(certificate))
        except (msgspec.MsgspecError, UnicodeDecodeError, binascii.Error, ValueError, AnswerTooLong):
            raise SigningFailed(
                f"the signing machine {self._wire.url} answered something else than signatures"
            ) from None
        return Signatures(certificate, values)
