from datetime import date
from decimal import Decimal

import pytest

from wms.customs.regimes.china.papers import PositiveList, RuleSettings, StatutoryUnits, YearlyBasis
from wms.customs.regimes.china.rule_book import EXAMPLE, RuleBook, rule_book_of
from wms.customs.regimes.china.tax import TaxRounding
from wms.kernel.errors import BadInput

WHOLE = """
[settings]
amount_tolerance = 1
receiver_must_be_buyer = true
tax_rounding = "total"
tax_percent = 100
tax_tolerance = "0.50"
yearly_basis = "amount_paid"
yearly_kilograms = { 1701 = "2.5" }

[[positive_list]]
valid_from = 2022-03-01
valid_until = 2026-12-31
codes = ["19053100", "2106909090"]

[[positive_list]]
valid_from = 2027-01-01
codes = ["19053100"]

[registered_names]
9999960001 = "虚构样例电商平台有限公司"

[statutory_units]
1905310000 = ["035"]
2203000000 = ["095", "035"]
"""


def faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(BadInput) as refused:
        rule_book_of(text)
    return [(fault.where, fault.what) for fault in refused.value.faults]


def test_everything_that_may_be_written() -> None:
    book = rule_book_of(WHOLE)
    assert book.settings == RuleSettings(
        amount_tolerance=Decimal(1),
        receiver_must_be_buyer=True,
        tax_rounding=TaxRounding.TOTAL,
        tax_percent=100,
        tax_tolerance=Decimal("0.50"),
        yearly_basis=YearlyBasis.AMOUNT_PAID,
        yearly_kilograms={"1701": Decimal("2.5")},
    )
    assert book.positive_lists == (
        PositiveList(date(2022, 3, 1), date(2026, 12, 31), frozenset({"19053100", "2106909090"})),
        PositiveList(date(2027, 1, 1), None, frozenset({"19053100"})),
    )
    assert book.registered_names == {"9999960001": "虚构样例电商平台有限公司"}
    assert book.statutory_units == {
        "1905310000": StatutoryUnits("035"),
        "2203000000": StatutoryUnits("095", "035"),
    }


def test_nothing_written_is_what_is_proposed() -> None:
    assert rule_book_of("") == RuleBook()


def test_the_example_is_what_is_proposed() -> None:
    assert rule_book_of(EXAMPLE) == RuleBook()
    spoken = "\n".join(line.removeprefix("# ") for line in EXAMPLE.splitlines() if not line.startswith("# Every"))
    assert len(rule_book_of(spoken).positive_lists) == 1


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("a = ", "file", "no TOML"),
        ("limits = 1", "limits", "is not known"),
        ("settings = 1", "settings", "a table"),
        ("[settings]\nsingle_limits = 1", "settings.single_limits", "is not known"),
        ("[settings]\namount_tolerance = 0.1", "settings.amount_tolerance", "as text"),
        ("[settings]\namount_tolerance = true", "settings.amount_tolerance", "as text"),
        ('[settings]\namount_tolerance = "-1"', "settings.amount_tolerance", "0 or more"),
        ('[settings]\namount_tolerance = "NaN"', "settings.amount_tolerance", "0 or more"),
        ('[settings]\namount_tolerance = "one"', "settings.amount_tolerance", "no amount"),
        ("[settings]\nreceiver_must_be_buyer = 1", "settings.receiver_must_be_buyer", "true or false"),
        ('[settings]\ntax_rounding = "up"', "settings.tax_rounding", "each_tax, each_line, total"),
        ("[settings]\ntax_percent = 101", "settings.tax_percent", "0 to 100"),
        ("[settings]\ntax_percent = true", "settings.tax_percent", "0 to 100"),
        ("[settings]\nyearly_kilograms = 1", "settings.yearly_kilograms", "a table"),
        ('[settings]\nyearly_kilograms = { rice = "1" }', "settings.yearly_kilograms", "a table"),
        ("positive_list = 1", "positive_list", "[[positive_list]]"),
        ("positive_list = [1]", "positive_list[0]", "[[positive_list]]"),
        ('[[positive_list]]\ncodes = ["19053100"]', "positive_list[0].valid_from", "a day"),
        (
            '[[positive_list]]\nvalid_from = 2026-01-02\nvalid_until = 2026-01-01\ncodes = ["19053100"]',
            "positive_list[0].valid_until",
            "from 2026-01-02 on",
        ),
        ("[[positive_list]]\nvalid_from = 2026-01-02\ncodes = []", "positive_list[0].codes", "at least one"),
        (
            '[[positive_list]]\nvalid_from = 2026-01-02\ncodes = ["19053100", "190531", "x"]',
            "positive_list[0].codes",
            "'190531' is no HS code",
        ),
        ("registered_names = 1", "registered_names", "a table"),
        ('[registered_names]\n9999960001 = " "', "registered_names.9999960001", "registered name"),
        ("statutory_units = 1", "statutory_units", "a table"),
        ("[statutory_units]\n1905310000 = []", "statutory_units.1905310000", "one or two units"),
        ('[statutory_units]\n1905310000 = ["35"]', "statutory_units.1905310000", "one or two units"),
        ('[statutory_units]\n190531 = ["035"]', "statutory_units.190531", "one or two units"),
    ],
)
def test_what_is_wrong_is_named(text: str, where: str, what: str) -> None:
    ((found_where, found_what),) = faults(text)
    assert found_where == where
    assert what in found_what


def test_all_faults_are_told_at_once() -> None:
    assert [where for where, _ in faults("a = 1\n[settings]\nb = 1\ntax_percent = -1")] == [
        "a", "settings.b", "settings.tax_percent",
    ]  # fmt: skip
