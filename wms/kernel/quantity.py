"""Whole-number quantities in base units.

There is no float anywhere near stock: 0.1 + 0.2.
"""

MAX_QUANTITY = 10_000_000
"""Larger than any real pallet, small enough that a scanned barcode in a quantity field is refused."""


def checked_quantity(value: object) -> int:
    """`value` as a quantity: a whole number from 1 to MAX_QUANTITY. Raises ValueError with a sentence otherwise."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"a quantity is a whole number, not {value!r}")
    if not 1 <= value <= MAX_QUANTITY:
        raise ValueError(f"a quantity is from 1 to {MAX_QUANTITY}, not {value}")
    return value
