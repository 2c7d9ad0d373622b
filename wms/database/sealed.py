"""Columns whose contents are personal data: encrypted in the database, plain in the program.

A `Vault` belongs to an engine (`give_vault`); `wms.app` makes it from the settings. Rows written before encryption came
are read as they are and sealed by `wms keys rotate`. Each value is a Fernet token (AES-128-CBC with HMAC-SHA256) behind
the mark `s1:`; the first key seals, every key opens.
"""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Dialect, Engine, LargeBinary, Text, TypeDecorator

MARK = "s1:"
_BYTE_MARK = MARK.encode()
_VAULT = "wms_vault"


class NoKeyOpensThis(Exception):
    """A sealed value was made with a key that is not in the key file any more."""


class Vault:
    """Seals with the first of `keys` and opens with any. Keys are Fernet keys: 32 bytes in URL-safe base64."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("a vault needs at least one key")
        self._fernets = [Fernet(key) for key in keys]
        self._all = MultiFernet(self._fernets)
        # Digests must stay comparable when keys rotate, so they hang on the oldest key, which is the last.
        self._pepper = hashlib.sha256(b"wms digest " + keys[-1].encode()).digest()

    def seal(self, plain: bytes) -> bytes:
        """`plain` as a marked token of the first key. Sealing twice gives two different tokens."""
        return _BYTE_MARK + self._all.encrypt(plain)

    def open(self, sealed: bytes) -> bytes:
        """What was sealed; bytes without the mark come back as they are. Raises NoKeyOpensThis."""
        if not sealed.startswith(_BYTE_MARK):
            return sealed
        try:
            return self._all.decrypt(sealed[len(_BYTE_MARK) :])
        except InvalidToken:
            raise NoKeyOpensThis("sealed with a key that is not among the keys of this installation") from None

    def is_current(self, sealed: bytes) -> bool:
        """Whether the first key opens it, so that rotation has nothing to do."""
        if not sealed.startswith(_BYTE_MARK):
            return False
        try:
            self._fernets[0].decrypt(sealed[len(_BYTE_MARK) :])
        except InvalidToken:
            return False
        return True

    def digest(self, plain: str) -> str:
        """The same text gives the same 64 hexadecimal digits: equality can be asked without opening anything."""
        return hmac.new(self._pepper, plain.encode(), hashlib.sha256).hexdigest()


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


class SealedBytes(TypeDecorator[bytes]):
    """Bytes that are sealed on their way into the database."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else vault_of(dialect).seal(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else vault_of(dialect).open(bytes(value))
