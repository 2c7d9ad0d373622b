"""Chinese identity numbers (GB 11643): 18 characters with birth date and check digit.

Called by `person_rules`. Pure. A number that passes here may still belong to nobody: only the police register knows.
"""

from datetime import date
from enum import StrEnum

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_EARLIEST_BIRTH = date(1900, 1, 1)


class IdFault(StrEnum):
    """What is wrong with a number, the first thing that is."""

    LENGTH = "length"
    CHARACTERS = "characters"
    """Not 17 digits and a digit or X."""
    SMALL_X = "small_x"
    """Right but for an `x` that must be upper case: customs compares it as text."""
    BIRTH_DATE = "birth_date"
    CHECK_DIGIT = "check_digit"


def check_digit(body: str) -> str:
    """The character that completes the first 17 digits."""
    if len(body) != 17 or not (body.isascii() and body.isdigit()):
        raise ValueError("the check digit is made of 17 digits")
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return _CHECK_DIGITS[total % 11]


def fault_of(number: str, *, on: date) -> IdFault | None:
    """None where `number` can be an identity number on day `on`."""
    if len(number) != 18:
        return IdFault.LENGTH
    body, last = number[:17], number[17]
    if not (body.isascii() and body.isdigit()) or last not in "0123456789Xx":
        return IdFault.CHARACTERS
    if not _is_birth_date(body[6:14], on):
        return IdFault.BIRTH_DATE
    if check_digit(body) != last.upper():
        return IdFault.CHECK_DIGIT
    return IdFault.SMALL_X if last == "x" else None


def _is_birth_date(digits: str, on: date) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return _EARLIEST_BIRTH <= born <= on
