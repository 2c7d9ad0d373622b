from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.customs.regimes.china.tax import (
    TaxableLine,
    TaxRates,
    TaxRounding,
    apportioned,
    full_tax_of,
    tax_of,
)

VAT_13 = TaxRates(1300)
COSMETICS = TaxRates(1300, 1500)
amounts = st.decimals(0, 100_000, places=2)
rates = st.builds(TaxRates, st.integers(0, 2000), st.integers(0, 9000), st.integers(0, 5000))


def lines(*values: str, rates: TaxRates = VAT_13) -> list[TaxableLine]:
    return [TaxableLine(number, Decimal(value), rates) for number, value in enumerate(values, start=1)]


def test_the_sample_order() -> None:
    computed = tax_of(lines("200.00", "100.00"), Decimal("30.00"))
    assert [(line.dutiable_value, line.value_added_tax, line.tax) for line in computed.lines] == [
        (Decimal("220.00"), Decimal("20.02"), Decimal("20.02")),
        (Decimal("110.00"), Decimal("10.01"), Decimal("10.01")),
    ]
    assert computed.total == Decimal("30.03")


def composite_rate(rates: TaxRates) -> Fraction:
    """The one rate inside the limits, as the texts on the tax give it: 13 % value-added tax alone makes 9.1 %."""
    vat, consumption = Fraction(rates.vat_bp, 10_000), Fraction(rates.consumption_bp, 10_000)
    return Fraction(70, 100) * (consumption + vat) / (1 - consumption)


def test_the_composite_rates_of_the_texts() -> None:
    assert composite_rate(VAT_13) == Fraction(91, 1000)
    assert round(composite_rate(COSMETICS) * 100, 2) == Fraction("23.06")


def test_consumption_tax_is_part_of_its_own_base() -> None:
    (line,) = tax_of(lines("850.00", rates=COSMETICS), Decimal(0)).lines
    # 850 / 0.85 = 1000: 150 consumption tax, 130 value-added tax, 70 % of each
    assert (line.consumption_tax, line.value_added_tax, line.duty) == (Decimal("105.00"), Decimal("91.00"), 0)


def test_full_rates_begin_with_the_duty() -> None:
    rates = TaxRates(1300, 1500, duty_bp=1000)
    computed = full_tax_of(lines("8500.00", rates=rates), Decimal(0))
    assert computed is not None
    (line,) = computed.lines
    # 850 duty; 9350 / 0.85 = 11000
    assert (line.duty, line.consumption_tax, line.value_added_tax) == (
        Decimal("850.00"), Decimal("1650.00"), Decimal("1430.00"),
    )  # fmt: skip


def test_full_rates_without_a_known_duty_are_not_guessed() -> None:
    assert full_tax_of(lines("8500.00"), Decimal(0)) is None


@pytest.mark.parametrize(
    ("rounding", "total"),
    # Each line: 10.01 x 13 % x 70 % = 0.91091; with consumption tax 15 %: CT 1.236529..., VAT 1.071658...
    [(TaxRounding.EACH_TAX, "6.93"), (TaxRounding.EACH_LINE, "6.93"), (TaxRounding.TOTAL, "6.92")],
)
def test_where_it_is_rounded_is_a_setting(rounding: TaxRounding, total: str) -> None:
    computed = tax_of(lines("10.01", "10.01", "10.01", rates=COSMETICS), Decimal(0), rounding=rounding)
    assert computed.total == Decimal(total)


def test_half_a_fen_is_rounded_up() -> None:
    # 0.50 x 10 % x 70 % = 0.035
    assert tax_of(lines("0.50", rates=TaxRates(1000)), Decimal(0)).total == Decimal("0.04")


def test_fees_are_shared_by_value_and_the_last_fen_goes_to_the_largest_remainder() -> None:
    assert apportioned(Decimal("10.00"), [Decimal(1), Decimal(1), Decimal(1)]) == (
        Decimal("3.34"), Decimal("3.33"), Decimal("3.33"),
    )  # fmt: skip
    assert apportioned(Decimal("0.05"), [Decimal(1), Decimal(2)]) == (Decimal("0.02"), Decimal("0.03"))
    assert apportioned(Decimal("0.00005"), [Decimal(1), Decimal(1)]) == (Decimal("0.00003"), Decimal("0.00002"))


def test_an_order_of_gifts_shares_alike() -> None:
    assert apportioned(Decimal("9.00"), [Decimal(0), Decimal(0)]) == (Decimal("4.50"), Decimal("4.50"))


def test_fees_without_a_line_to_bear_them() -> None:
    assert apportioned(Decimal(0), []) == ()
    with pytest.raises(ValueError, match="no line to bear"):
        apportioned(Decimal(1), [])


@pytest.mark.parametrize(("amount", "value"), [(-1, 1), (1, -1)])
def test_negative_amounts_are_not_apportioned(amount: int, value: int) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        apportioned(Decimal(amount), [Decimal(value)])


@pytest.mark.parametrize("wrong", [(-1, 0), (0, -1), (0, 10_000), (0, 0, -1)])
def test_rates_that_cannot_be(wrong: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="no rates"):
        TaxRates(*wrong)


@given(amount=st.decimals(0, 1_000_000, places=5) | amounts, values=st.lists(amounts, min_size=1, max_size=99))
def test_the_shares_sum_to_the_amount_and_none_is_off_by_a_unit(amount: Decimal, values: list[Decimal]) -> None:
    shares = apportioned(amount, values)
    assert sum(shares) == amount
    total = Fraction(sum(values))
    for share, value in zip(shares, values, strict=True):
        exact = Fraction(amount) * Fraction(value) / total if total else Fraction(amount) / len(values)
        assert abs(Fraction(share) - exact) < Fraction(1, 100)
        assert share >= 0


@given(
    values=st.lists(st.tuples(amounts, rates), min_size=1, max_size=30),
    fees=amounts,
    rounding=st.sampled_from(TaxRounding),
)
def test_no_rounding_moves_the_tax_by_more_than_half_a_fen_for_each_tax(
    values: list[tuple[Decimal, TaxRates]], fees: Decimal, rounding: TaxRounding
) -> None:
    taxable = [TaxableLine(number, value, rate) for number, (value, rate) in enumerate(values, start=1)]
    computed = tax_of(taxable, fees, rounding=rounding)
    exact = sum(
        Fraction(line.dutiable_value) * composite_rate(rate)
        for line, (_, rate) in zip(computed.lines, values, strict=True)
    )
    allowed = {TaxRounding.EACH_TAX: 2 * len(values), TaxRounding.EACH_LINE: len(values), TaxRounding.TOTAL: 1}
    assert abs(Fraction(computed.total) - exact) <= allowed[rounding] * Fraction(1, 200)
    assert computed.total == computed.total.quantize(Decimal("0.01"))
    if rounding is not TaxRounding.TOTAL:
        assert computed.total == sum(line.tax for line in computed.lines)
    assert sum(line.dutiable_value for line in computed.lines) == sum(value for value, _ in values) + fees
