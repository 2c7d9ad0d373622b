"""Tracking numbers inside what carriers print: some symbols hold the bare number, others hold more. Pure.

Called by `barcode`, to find the parcel of a scanned label, and by whoever checks a carrier's label before it is
printed: what was let through there can be scanned back here.
"""

import re

MOST_WORDS = 40
"""Of a symbol are looked at: a code with more is no carrier's label."""
_ENDS = range(22, 11, -1)
"""Long numbers of digits begin with routing and end with the parcel's own number of so many digits."""

# As long as tracking numbers are.
_WORD = re.compile(r"(?<![A-Z0-9])[A-Z0-9]{8,40}(?![A-Z0-9])", re.ASCII)


def numbers_in(text: str) -> tuple[str, ...]:
    """Everything in `text` that may be a tracking number, the likeliest first: all of it, its words, their ends."""
    plain = text.upper()
    bare = plain.replace(" ", "")
    words = [bare] if _WORD.fullmatch(bare) else []
    words += _WORD.findall(plain)[:MOST_WORDS]
    ends = [word[-length:] for word in words if word.isdigit() for length in _ENDS if length < len(word)]
    return tuple(dict.fromkeys([*words, *ends]))


def bears(text: str, number: str) -> bool:
    """Whether a symbol with this text says that the parcel has this number."""
    return number.upper() in numbers_in(text)
