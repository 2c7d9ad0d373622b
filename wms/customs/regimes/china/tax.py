"""Cross-border composite tax, per line, computed exactly and rounded in one place.

Called by `money_rules`, to compare with what was collected. Pure. Per line: dutiable value D = line value + its
share of freight and insurance; consumption tax CT = D x c/(1-c); value-added tax VAT = (D + CT) x v; of both the share
named by `percent` is collected. Nothing is rounded before that, so fractions carry the whole way. The binding sum is
the tax bill of customs, never this one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

FEN = Decimal("0.01")
WHOLE = 10_000
"""Basis points."""


class TaxRounding(StrEnum):
    """Where sums are rounded to the fen, half up. The published texts do not say."""

    EACH_TAX = "each_tax"
    """Each tax of each line."""
    EACH_LINE = "each_line"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class TaxRates:
    """Rates of one line in basis points: 1300 is 13 %. The duty matters only above the single limit."""

    vat_bp: int
    consumption_bp: int = 0
    duty_bp: int | None = None
    """None where nobody told us."""

    def __post_init__(self) -> None:
        if self.vat_bp < 0 or not 0 <= self.consumption_bp < WHOLE or (self.duty_bp or 0) < 0:
            raise ValueError(f"{self} are no rates: none is negative, and a consumption tax stays below 100 %")


@dataclass(frozen=True, slots=True)
class TaxableLine:
    """One line with its value in yuan."""

    gnum: int
    value: Decimal
    rates: TaxRates


@dataclass(frozen=True, slots=True)
class LineTax:
    """What one line owes. With `TaxRounding.TOTAL` the parts shown are rounded each for itself, the total is not."""

    gnum: int
    dutiable_value: Decimal
    duty: Decimal
    consumption_tax: Decimal
    value_added_tax: Decimal

    @property
    def tax(self) -> Decimal:
        return self.duty + self.consumption_tax + self.value_added_tax


@dataclass(frozen=True, slots=True)
class TaxSum:
    """The tax of an order."""

    lines: tuple[LineTax, ...]
    total: Decimal


def apportioned(amount: Decimal, values: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """`amount` in shares by value, in whole fen (or finer where `amount` is), that sum to it exactly.

    The units left after cutting go to the largest remainders, of equal ones to the first. Where all values are 0 (an
    order of gifts) the lines share alike.
    """
    if amount < 0 or any(value < 0 for value in values):
        raise ValueError("only amounts of 0 or more are apportioned")
    if not values:
        if amount:
            raise ValueError(f"there is no line to bear {amount}")
        return ()
    exponent = amount.as_tuple().exponent
    assert isinstance(exponent, int), "an amount is a number"
    unit = min(FEN, Decimal(1).scaleb(exponent))
    weights = [Fraction(value) for value in values]
    if not any(weights):
        weights = [Fraction(1)] * len(values)
    units = int(amount / unit)
    exact = [units * weight / sum(weights) for weight in weights]
    shares = [int(share) for share in exact]
    by_remainder = sorted(range(len(values)), key=lambda place: (shares[place] - exact[place], place))
    for place in by_remainder[: units - sum(shares)]:
        shares[place] += 1
    return tuple(share * unit for share in shares)


def tax_of(
    lines: Sequence[TaxableLine], fees: Decimal, *, percent: int = 70, rounding: TaxRounding = TaxRounding.EACH_TAX
) -> TaxSum:
    """Tax of an order inside the limits: no duty, `percent` of the other two. `fees` are freight and insurance."""
    return _tax(lines, fees, Fraction(percent, 100), with_duty=False, rounding=rounding)


def full_tax_of(
    lines: Sequence[TaxableLine], fees: Decimal, *, rounding: TaxRounding = TaxRounding.EACH_TAX
) -> TaxSum | None:
    """Tax of the one indivisible item above the single limit: everything in full. None where a duty is not known."""
    if any(line.rates.duty_bp is None for line in lines):
        return None
    return _tax(lines, fees, Fraction(1), with_duty=True, rounding=rounding)


def _tax(
    lines: Sequence[TaxableLine], fees: Decimal, share: Fraction, *, with_duty: bool, rounding: TaxRounding
) -> TaxSum:
    shares = apportioned(fees, [line.value for line in lines])
    line_taxes = []
    exact_total = Fraction(0)
    for line, fee in zip(lines, shares, strict=True):
        value = line.value + fee
        duty = Fraction(value) * _rate(line.rates.duty_bp or 0) if with_duty else Fraction(0)
        consumption_rate = _rate(line.rates.consumption_bp)
        consumption = (Fraction(value) + duty) * consumption_rate / (1 - consumption_rate)
        vat = (Fraction(value) + duty + consumption) * _rate(line.rates.vat_bp)
        parts = _parts([duty, share * consumption, share * vat], rounding)
        exact_total += duty + share * (consumption + vat)
        line_taxes.append(LineTax(line.gnum, value, *parts))
    if rounding is TaxRounding.TOTAL:
        return TaxSum(tuple(line_taxes), _to_fen(exact_total))
    return TaxSum(tuple(line_taxes), sum((line.tax for line in line_taxes), Decimal("0.00")))


def _parts(parts: list[Fraction], rounding: TaxRounding) -> list[Decimal]:
    """The taxes of one line in fen. Rounding the line as a whole, its largest tax takes up the difference."""
    rounded = [_to_fen(part) for part in parts]
    if rounding is TaxRounding.EACH_LINE:
        rounded[parts.index(max(parts))] += _to_fen(sum(parts, Fraction(0))) - sum(rounded)
    return rounded


def _rate(basis_points: int) -> Fraction:
    return Fraction(basis_points, WHOLE)


def _to_fen(amount: Fraction) -> Decimal:
    """The one place where tax is rounded: half up to the fen. Tax is never negative."""
    return Decimal(int(amount * 100 + Fraction(1, 2))).scaleb(-2)
