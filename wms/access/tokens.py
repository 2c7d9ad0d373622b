"""Random tokens that prove who calls: made once, shown once, kept only as a hash.

A token names its warehouse, so that looking it up uses the key of its table. SHA-256 without salt is right here and
would be wrong for PINs: 256 random bits cannot be guessed, so a fast hash gives nothing away.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum


class TokenKind(StrEnum):
    """What a token is for; one kind is never taken for the other."""

    SESSION = "session"
    API = "api"


@dataclass(frozen=True, slots=True)
class TokenKey:
    """Where a token is kept."""

    kind: TokenKind
    warehouse_id: int
    token_hash: str


_FORM = re.compile(r"(session|api)-([0-9]{1,9})-[A-Za-z0-9_-]{43}")


def new_token(kind: TokenKind, warehouse_id: int) -> str:
    """A token nobody can guess."""
    return f"{kind}-{warehouse_id}-{secrets.token_urlsafe(32)}"


def key_of(token: str, kind: TokenKind) -> TokenKey | None:
    """Where to look a token up; None for what cannot be one of this kind, which needs no look-up at all."""
    form = _FORM.fullmatch(token)
    if form is None or form[1] != kind:
        return None
    return TokenKey(kind, int(form[2]), hashlib.sha256(token.encode()).hexdigest())
