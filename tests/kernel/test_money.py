"""Money is whole minor units of one currency; text goes in and out without silent rounding."""

import operator
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.kernel.money import Money, money_from_text

minors = st.integers(-(10**14), 10**14)
currencies = st.sampled_from(["CNY", "EUR", "JPY"])


@given(minors, currencies)
def test_text_comes_back_as_it_went(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert money_from_text(str(money.as_decimal()), currency) == money


@given(minors, minors, st.integers(-1000, 1000))
def test_arithmetic_is_that_of_whole_numbers(first: int, second: int, factor: int) -> None:
    one, other = Money(first, "CNY"), Money(second, "CNY")
    assert one + other == Money(first + second, "CNY")
    assert one - other == Money(first - second, "CNY")
    assert one * factor == Money(first * factor, "CNY")
    assert (one < other, one <= other, one > other, one >= other) == (
        first < second, first <= second, first > second, first >= second,
    )  # fmt: skip


@pytest.mark.parametrize("operation", [operator.add, operator.sub, operator.lt, operator.le, operator.gt, operator.ge])
def test_currencies_do_not_mix(operation: Callable[[Money, Money], object]) -> None:
    with pytest.raises(ValueError, match="different currencies"):
        operation(Money(1, "CNY"), Money(1, "EUR"))


def test_equal_amounts_of_different_currencies_are_not_equal() -> None:
    assert Money(1, "CNY") != Money(1, "EUR")


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.34", "CNY", 1234),
        (" 12.3 ", "CNY", 1230),
        ("12", "CNY", 1200),
        ("12.3400", "CNY", 1234),
        ("0.00", "EUR", 0),
        ("-1.50", "GBP", -150),
        ("+1.50", "GBP", 150),
        ("500", "JPY", 500),
        ("500.00", "JPY", 500),
        ("999999999999999.99", "CNY", 99999999999999999),
    ],
)
def test_amounts_as_text(text: str, currency: str, minor: int) -> None:
    assert money_from_text(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "text",
    ["", " ", "12,34", "1.234,00", "twelve", "NaN", "Infinity", "1e5", "1e999999999", "1_000", "١٢", "12.", ".5", "--1",
     "9" * 16, "1." + "0" * 13],
)  # fmt: skip
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        money_from_text(text, "CNY")


@pytest.mark.parametrize(
    ("text", "currency"), [("12.345", "CNY"), ("1.5", "JPY"), ("123456789012345.000000000001", "CNY")]
)
def test_more_decimals_than_the_currency_has_are_not_rounded_away(text: str, currency: str) -> None:
    with pytest.raises(ValueError, match="decimals"):
        money_from_text(text, currency)


def test_an_unknown_currency_is_named() -> None:
    with pytest.raises(ValueError, match="'XYZ' is not known"):
        Money(1, "XYZ")
    with pytest.raises(ValueError, match="'XYZ' is not known"):
        money_from_text("1", "XYZ")


def test_money_reads_like_money() -> None:
    assert str(Money(1234, "CNY")) == "12.34 CNY"
    assert str(Money(-5, "EUR")) == "-0.05 EUR"
    assert str(Money(500, "JPY")) == "500 JPY"
    assert Money(0, "EUR").as_decimal() == Decimal("0.00")
