"""Money: whole minor units with a currency. Arithmetic and comparison between currencies are refused.

Decimal text ("12.34") enters and leaves here and nowhere else; rounding is never silent.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

_MINOR_DIGITS = {"CNY": 2, "EUR": 2, "GBP": 2, "USD": 2, "HKD": 2, "AUD": 2, "NZD": 2, "SGD": 2, "CAD": 2, "CHF": 2,
                 "JPY": 0, "KRW": 0}  # fmt: skip

CURRENCIES = tuple(_MINOR_DIGITS)
"""All that amounts may be in."""

_AMOUNT = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,12})?")
"""Plain digits only: no exponent, no other script's digits, nothing that arithmetic would have to round."""


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` units of `currency` (ISO 4217), e.g. Money(1234, "CNY") for 12.34 yuan."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in _MINOR_DIGITS:
            raise ValueError(f"currency {self.currency!r} is not known; known: {', '.join(sorted(_MINOR_DIGITS))}")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other).minor, self.currency)

    def __mul__(self, factor: int) -> "Money":
        return Money(self.minor * factor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other).minor

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other).minor

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other).minor

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other).minor

    def __str__(self) -> str:
        return f"{self.as_decimal()} {self.currency}"

    def as_decimal(self) -> Decimal:
        """The amount in major units, with the currency's number of decimals."""
        return Decimal(self.minor).scaleb(-_MINOR_DIGITS[self.currency])

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"{self} and {other} are in different currencies")
        return other


def money_from_text(text: str, currency: str) -> Money:
    """`text` such as "12.34" in `currency`. Raises ValueError where it is no amount or has too many decimals."""
    if currency not in _MINOR_DIGITS:
        raise ValueError(f"currency {currency!r} is not known; known: {', '.join(sorted(_MINOR_DIGITS))}")
    digits = _MINOR_DIGITS[currency]
    stripped = text.strip()
    if _AMOUNT.fullmatch(stripped) is None:
        raise ValueError(f"{text!r} is not an amount such as 12.34")
    minor = Decimal(stripped).scaleb(digits)
    if minor != minor.to_integral_value():
        raise ValueError(f"{text!r} has more than {digits} decimals, {currency} has {digits}")
    return Money(int(minor), currency)
