import pytest

from wms.customs.regimes.china.codes import (
    COUNTRIES,
    CURRENCIES,
    UNITS,
    country_code,
    currency_code,
    iso_country,
    iso_currency,
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
    assert (iso_currency("142"), iso_country("142")) == ("CNY", "CN")


def test_codes_go_to_iso_and_back() -> None:
    assert all(currency_code(iso_currency(code) or "") == code for code in CURRENCIES)
    assert all(country_code(iso_country(code) or "") == code for code in COUNTRIES if code != "701")


def test_what_is_not_known_has_no_code() -> None:
    assert (currency_code("CHF"), country_code("AQ"), iso_currency("999"), iso_country("999")) == (None,) * 4
    assert (iso_country("701"), country_code("")) == (None, None)
