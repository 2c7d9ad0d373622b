import pytest

from wms.customs.regimes.china.codes import (
    COUNTRIES,
    CURRENCIES,
    UNITS,
    country_code,
    currency_code,
)


@pytest.mark.parametrize("table", [CURRENCIES, COUNTRIES, UNITS])
def test_every_code_has_three_digits_and_two_names(table: dict[str, object]) -> None:
    assert table
    for code, name in table.items():
        assert len(code) == 3
        assert code.isascii()
        assert code.isdigit()
        assert name.en  # type: ignore[attr-defined]
        assert name.zh  # type: ignore[attr-defined]
    assert len({name.zh for name in table.values()}) == len(table)  # type: ignore[attr-defined]
    assert len({name.en for name in table.values()}) == len(table)  # type: ignore[attr-defined]


def test_the_yuan_and_china_share_a_number() -> None:
    assert currency_code("CNY") == country_code("CN") == "142"


def test_every_iso_code_leads_to_the_code_of_customs() -> None:
    assert all(currency_code(name.iso) == code for code, name in CURRENCIES.items())
    assert all(country_code(name.iso) == code for code, name in COUNTRIES.items() if name.iso)


def test_what_is_not_known_has_no_code() -> None:
    assert (currency_code("CHF"), country_code("AQ"), country_code("")) == (None,) * 3
