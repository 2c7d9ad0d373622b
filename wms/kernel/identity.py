"""Identities and check digits: UUIDv7, GTIN, SSCC.

UUIDs follow RFC 9562 section 5.7: 48 bits of Unix milliseconds, then random bits, so that they sort by time and need
no database round trip. GTIN and SSCC check digits follow the GS1 General Specifications, section 7.9.
"""

import os
import threading
import time
from uuid import UUID

NIL = UUID(int=0)
"""Stands for "none" where a key column cannot be null (no lot, loose stock)."""

_lock = threading.Lock()
_last_ms = 0
_counter = 0


def uuid7(now_ms: int | None = None) -> UUID:
    """A time-ordered identity, strictly increasing within one process when `now_ms` is left out.

    The 12 bits after the version are a counter within the millisecond (RFC 9562 section 6.2, method 1): two journal
    rows of one scan must sort in the order they were made.
    """
    global _last_ms, _counter
    if now_ms is not None:
        counter = int.from_bytes(os.urandom(2), "big") & 0xFFF
        milliseconds = now_ms
    else:
        with _lock:
            milliseconds = max(time.time_ns() // 1_000_000, _last_ms)
            if milliseconds == _last_ms:
                _counter += 1
                if _counter > 0xFFF:
                    milliseconds += 1
                    _counter = 0
            else:
                _counter = 0
            _last_ms = milliseconds
            counter = _counter
    random_bits = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (counter << 64) | (0b10 << 62) | random_bits)


def gs1_check_digit(body: str) -> str:
    """The check digit that completes `body` (digits without it): modulo 10, weights 3 and 1 from the right."""
    if not (body.isascii() and body.isdigit()):
        raise ValueError(f"only digits have a check digit, not {body!r}")
    total = sum(int(digit) * (3 if position % 2 == 0 else 1) for position, digit in enumerate(reversed(body)))
    return str(-total % 10)


def has_valid_gs1_check_digit(digits: str) -> bool:
    """Whether the last digit of a GTIN-8/12/13/14 or SSCC-18 is right."""
    return digits.isascii() and digits.isdigit() and len(digits) > 1 and gs1_check_digit(digits[:-1]) == digits[-1]


def normalise_gtin(digits: str) -> str | None:
    """A GTIN-8/12/13/14 as 14 digits, or None where length or check digit say it is none."""
    if len(digits) not in (8, 12, 13, 14) or not has_valid_gs1_check_digit(digits):
        return None
    return digits.rjust(14, "0")


def sscc(extension_digit: int, company_prefix: str, serial: int) -> str:
    """An SSCC-18: extension digit, GS1 company prefix, serial filled to 17 digits, check digit.

    Raises ValueError where the parts do not fit. The serial comes from a counter that is never reused
    (GS1 General Specifications 2.2.1); drawing it is `wms.shipments`' duty.
    """
    room = 16 - len(company_prefix)
    if not (0 <= extension_digit <= 9) or not (company_prefix.isascii() and company_prefix.isdigit()) or room < 1:
        raise ValueError(f"no SSCC from extension digit {extension_digit} and company prefix {company_prefix!r}")
    if not 0 <= serial < 10**room:
        raise ValueError(f"serial {serial} does not fit into {room} digits behind {company_prefix}")
    body = f"{extension_digit}{company_prefix}{serial:0{room}d}"
    return body + gs1_check_digit(body)
