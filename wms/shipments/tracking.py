"""Tracking numbers of the own carrier: UPU S10, thirteen characters such as RB123456785CN. Pure.

Called by `numbers` (to make them) and `barcode` (to see a misread one).
"""

import re

_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_SHAPE = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}", re.ASCII)


def s10_check_digit(serial: str) -> str:
    """The check digit of an eight-digit serial: 11 minus the weighted sum modulo 11; 10 is written 0, 11 is 5."""
    if len(serial) != 8 or not (serial.isascii() and serial.isdigit()):
        raise ValueError(f"an S10 serial has eight digits, not {serial!r}")
    rest = 11 - sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, serial, strict=True)) % 11
    return {10: "0", 11: "5"}.get(rest, str(rest))


def s10(service: str, serial: int, country: str) -> str:
    """The tracking number of `serial` for a two-letter service indicator and an ISO country code."""
    if not 0 <= serial < 10**8:
        raise ValueError(f"serial {serial} does not fit into eight digits")
    digits = f"{serial:08d}"
    number = f"{service}{digits}{s10_check_digit(digits)}{country}"
    if not looks_like_s10(number):
        raise ValueError(f"no S10 number from service {service!r} and country {country!r}")
    return number


def looks_like_s10(text: str) -> bool:
    """Whether the shape is right, whatever the check digit says."""
    return _SHAPE.fullmatch(text) is not None


def is_s10(text: str) -> bool:
    """Whether shape and check digit are right."""
    return looks_like_s10(text) and s10_check_digit(text[2:10]) == text[10]
