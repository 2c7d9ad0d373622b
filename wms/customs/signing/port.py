"""What signing offers to the rest of customs, and what a key must be able to do. Everything here is a promise.

Implemented by `signer` (over a key of `software` or `remote`); made from the settings by `choice.signer_of`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from wms.kernel.errors import WmsError

MOST_AT_ONCE = 100
"""Signatures asked of a remote key in one request."""


class Algorithm(StrEnum):
    """How messages are signed; the value is what `WMS_CUSTOMS_SIGNATURE` says."""

    RSA_SHA1 = "rsa-sha1"
    RSA_SHA256 = "rsa-sha256"
    SM2_SM3 = "sm2-sm3"


class SigningFailed(WmsError):
    """No signature now: a key or certificate that is missing, expired or wrong, or a signing machine that is silent.

    The text is a sentence for whoever runs the installation. Nothing was changed; trying again is harmless.
    """


class Signer(Protocol):
    """Puts a signature into messages."""

    @property
    def name(self) -> str:
        """Kind of key and certificate serial number, at most 100 characters; asks nobody."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The message with a signature as the last child of its root; no other byte changes. Raises SigningFailed."""
        ...

    def sign_many(self, messages: Sequence[bytes]) -> list[bytes]:
        """All of them, in order; the fastest way where the key is on another machine. Raises SigningFailed."""
        ...


@dataclass(frozen=True, slots=True)
class Signatures:
    """What a key answered."""

    certificate: bytes
    """DER."""
    values: tuple[bytes, ...]
    """One per item, in the order asked."""


class SigningKey(Protocol):
    """A key and its certificate, wherever it is."""

    @property
    def name(self) -> str:
        """As Signer.name."""
        ...

    def signatures(self, algorithm: Algorithm, items: Sequence[bytes]) -> Signatures:
        """Sign each item (a canonical SignedInfo) as it is. Raises SigningFailed."""
        ...
