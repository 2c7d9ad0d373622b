"""The code on a packing list: it follows from the parcel and what is in it, so a list of other contents has another.

Pure. Called by packing, which compares it with what is scanned, and by whoever keeps or prints a list.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from wms.shipments.model import PackedUnits

LIST_PREFIX = "LST-"
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 12
"""Sixty bits: two lists of a warehouse never get the same by chance."""


@dataclass(frozen=True, slots=True)
class ScannedList:
    """A packing list as a scan gives it."""

    code: str
    order_id: UUID
    order_number: str
    parcel_id: UUID
    parcel_number: int


def list_code(parcel_id: UUID, contents: Sequence[PackedUnits]) -> str:
    """LST- and twelve characters that nobody takes for one another."""
    drawn = hashlib.sha256(parcel_id.bytes + in_words(contents).encode()).digest()
    number = int.from_bytes(drawn[:8], "big")
    digits = (_DIGITS[number >> 5 * place & 31] for place in range(_LENGTH))
    return LIST_PREFIX + "".join(digits)


def in_words(contents: Sequence[PackedUnits]) -> str:
    """Contents as they are kept: `1x2 3x1` is two units of line 1 and one of line 3."""
    return " ".join(f"{units.line_no}x{units.quantity}" for units in contents)


def from_words(text: str) -> tuple[PackedUnits, ...]:
    """The other way round."""
    pairs = (each.split("x") for each in text.split())
    return tuple(PackedUnits(int(line_no), int(quantity)) for line_no, quantity in pairs)
