"""Numbers we give to documents and messages ourselves. Called by whoever makes them."""

import secrets
from uuid import uuid4

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without I, L, O and U, which people misread."""


def new_cop_no() -> str:
    """A document number nobody has used: 20 letters and digits, the longest customs takes, all of them random."""
    return "".join(secrets.choice(_LETTERS) for _ in range(20))


def new_guid() -> str:
    """An id for a document or a message, as the protocol wants it: 36 characters in capitals."""
    return str(uuid4()).upper()
