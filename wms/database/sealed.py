"""Columns whose contents are personal data: encrypted in the database, plain in the program.

A `Vault` belongs to an engine (`give_vault`); `wms.app` makes it from the settings. Rows written before encryption came
are read as they are and sealed by `wms keys rotate`. Each value is a Fernet token (AES-128-CBC with HMAC-SHA256) behind
the mark `s1:`; the first key seals, every key opens.
"""

import hashlib
import hmac
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Dialect, Engine, LargeBinary, Text, TypeDecorator

from wms.kernel.masking import scrub

log = logging.getLogger(__name__)

MARK = "s1:"
_BYTE_MARK = MARK.encode()
_VAULT = "wms_vault"


class NoKeyOpensThis(Exception):
    """A sealed value was made with a key that is not in the key file any more."""


LOOK_AGAIN_SECONDS = 20.0
"""How long a running process may go on sealing with a key that is not the first one any more."""


class Vault:
    """Seals with the first of `keys` and opens with any. Keys are Fernet keys: 32 bytes in URL-safe base64.

    `newer` reads the keys again. It is asked now and then, and at once when a value was sealed with a key nobody here
    knows: keys rotate while the service runs.
    """

    def __init__(self, keys: Sequence[str], newer: Callable[[], Sequence[str]] | None = None) -> None:
        if not keys:
            raise ValueError("a vault needs at least one key")
        self._newer = newer
        self._looked_at = time.monotonic()
        self._use(keys)
        # Digests must stay comparable when keys rotate, so they hang on the oldest key, which is the last.
        self._pepper = hashlib.sha256(b"wms digest " + keys[-1].encode()).digest()

    def seal(self, plain: bytes) -> bytes:
        """`plain` as a marked token of the first key. Sealing twice gives two different tokens."""
        if time.monotonic() - self._looked_at >= LOOK_AGAIN_SECONDS:
            self._look_for_newer()
        return _BYTE_MARK + self._all.encrypt(plain)

    def open(self, sealed: bytes) -> bytes:
        """What was sealed; bytes without the mark come back as they are. Raises NoKeyOpensThis."""
        if not is_sealed(sealed):
            return sealed
        known = self._all
        try:
            return known.decrypt(sealed[len(_BYTE_MARK) :])
        except InvalidToken:
            self._look_for_newer()
            # Another thread may have found them a moment ago.
            if self._all is not known:
                return self.open(sealed)
            raise NoKeyOpensThis("sealed with a key that is not among the keys of this installation") from None

    def age_of_key(self, sealed: bytes) -> int | None:
        """Which key a sealed value was made with: 0 the first, 1 the one before … None: none of them opens it."""
        token = sealed[len(_BYTE_MARK) :]
        for age, fernet in enumerate(self._fernets):
            try:
                fernet.decrypt(token)
            except InvalidToken:
                continue
            return age
        return None

    def _use(self, keys: Sequence[str]) -> None:
        self._keys = tuple(keys)
        self._fernets = [Fernet(key) for key in keys]
        self._all = MultiFernet(self._fernets)

    def _look_for_newer(self) -> None:
        """Read the keys again and use them where they have changed."""
        if self._newer is None:
            return
        self._looked_at = time.monotonic()
        try:
            keys = tuple(self._newer())
            if keys != self._keys:
                self._use(keys)
        except (OSError, ValueError) as error:
            # What is open now stays open; the log must not name a key.
            log.warning("the keys of personal data could not be read again: %s", type(error).__name__)

    def digest(self, plain: str) -> str:
        """The same text gives the same 64 hexadecimal digits: equality can be asked without opening anything."""
        return hmac.new(self._pepper, plain.encode(), hashlib.sha256).hexdigest()


def is_sealed(value: bytes) -> bool:
    """Whether it carries the mark of a sealed value; what does not was written before encryption came."""
    return value.startswith(_BYTE_MARK)


def give_vault(engine: Engine, vault: Vault) -> None:
    """Let all sealed columns of `engine` use `vault`. Once, before the first statement."""
    setattr(engine.dialect, _VAULT, vault)


def vault_of(dialect: Dialect) -> Vault:
    """The vault of an engine's dialect (`session.get_bind().dialect`)."""
    vault = getattr(dialect, _VAULT, None)
    if not isinstance(vault, Vault):
        raise AssertionError("this engine was given no vault: personal data cannot be read or written")
    return vault


class SealedText(TypeDecorator[str]):
    """Text that is sealed on its way into the database. Cannot be searched or sorted by: keep a digest beside it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        # An empty text betrays nothing, and "nothing known" stays visible to statements.
        if not value:
            return value
        return vault_of(dialect).seal(value.encode()).decode("ascii")

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        if not value or not value.startswith(MARK):
            text: str | None = value
            return text
        return vault_of(dialect).open(value.encode("ascii")).decode()


class ScrubbedText(SealedText):
    """Words of others that may name a person: identity numbers and phones are masked before they are kept, and what is
    left is sealed. For what is shown; evidence stands unscrubbed in the raw bytes it was read from.
    """

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return super().process_bind_param(value and scrub(value), dialect)


class SealedBytes(TypeDecorator[bytes]):
    """Bytes that are sealed on their way into the database."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else vault_of(dialect).seal(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else vault_of(dialect).open(bytes(value))
