"""The choice of a carrier, and the sentences that explain it."""

from dataclasses import replace
from datetime import time

import pytest

from wms.carriers.measures import Measures
from wms.carriers.rules import Asked, Choice, Looked, Reason, Rule, Wanted, choose, competing
from wms.carriers.tariff import Price, Tariff
from wms.carriers.wording import reason_words
from wms.kernel.money import Money

PARCEL = Wanted("ACME", "CN", "330100", 1200, Measures(300, 200, 100), 5, time(15, 0))
ALL = frozenset({"A", "B", "C"})


def reasons(choice: Choice) -> list[str]:
    assert choice.looked_at[0].reason is Reason.WANTED
    return [f"{each.account} {each.reason}".strip() for each in choice.looked_at[1:]]


def chosen(*rules: Rule, wanted: Wanted = PARCEL, prices: tuple[Price, ...] = ()) -> Choice:
    return choose(wanted, rules, Tariff(prices), enabled=ALL)


def test_the_first_rank_that_fits_wins_whatever_the_order_of_the_lines() -> None:
    choice = chosen(Rule(2, "B"), Rule(1, "A"))
    assert choice.account == "A"
    assert reasons(choice) == ["A chosen", "B not_needed"]


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (Rule(1, "A", merchant="OTHER"), Reason.OTHER_MERCHANT),
        (Rule(1, "A", countries=("DE", "FR")), Reason.OTHER_COUNTRY),
        (Rule(1, "A", districts=("31", "44")), Reason.OTHER_DISTRICT),
        (Rule(1, "A", from_grams=1201), Reason.TOO_LIGHT),
        (Rule(1, "A", to_grams=1199), Reason.TOO_HEAVY),
        (Rule(1, "A", longest_mm=299), Reason.TOO_LONG),
        (Rule(1, "A", longest_mm=300, middle_mm=199), Reason.TOO_WIDE),
        (Rule(1, "A", shortest_mm=99), Reason.TOO_HIGH),
        (Rule(1, "A", girth_mm=899), Reason.TOO_LARGE_AROUND),
        (Rule(1, "A", priority_to=4), Reason.NOT_URGENT),
        (Rule(1, "A", before=time(15, 0)), Reason.AFTER_CUT_OFF),
        (Rule(1, "X"), Reason.SWITCHED_OFF),
    ],
)
def test_every_condition_can_say_no_and_says_so_in_words(rule: Rule, reason: Reason) -> None:
    choice = chosen(rule, Rule(2, "B"))
    assert choice.account == "B"
    found = choice.looked_at[1]
    assert (found.reason, found.line) == (reason, 1)
    sentence = reason_words(found, "Aleph")
    assert sentence.startswith("Aleph")
    assert "{" not in sentence


@pytest.mark.parametrize(
    "rule",
    [
        Rule(1, "A", merchant="ACME", countries=("CN",), districts=("33", "31")),
        Rule(1, "A", from_grams=1200, to_grams=1200, longest_mm=300, priority_to=5),
        Rule(1, "A", longest_mm=300, middle_mm=200, shortest_mm=100, girth_mm=900),
        Rule(1, "A", before=time(15, 1)),
    ],
)
def test_bounds_belong_to_a_rule(rule: Rule) -> None:
    assert chosen(rule).account == "A"


def test_rules_of_one_rank_compete_by_price() -> None:
    prices = (
        Price("A", "CN", 5000, Money(1200, "CNY")),
        Price("B", "CN", 1000, Money(100, "CNY")),
        Price("B", "CN", 2000, Money(900, "CNY")),
        Price("B", "DE", 5000, Money(1, "CNY")),
    )
    choice = chosen(Rule(1, "A"), Rule(1, "B"), Rule(1, "C"), prices=prices)
    assert (choice.account, choice.price) == ("B", Money(900, "CNY"))
    assert sorted(reasons(choice)) == ["A dearer", "B cheapest", "C no_price"]
    words = [reason_words(each, each.account) for each in choice.looked_at]
    assert "B takes it: the cheapest of those that fit equally well, price 9.00 CNY (CN up to 2000 g)." in words
    assert "A fits as well and costs more, 12.00 CNY (CN up to 5000 g)." in words


def test_without_prices_the_first_line_of_a_rank_wins() -> None:
    assert chosen(Rule(1, "B"), Rule(1, "A")).account == "B"


def test_the_service_is_the_rules() -> None:
    assert chosen(Rule(1, "A", service="2")).service == "2"


def test_who_was_tried_is_not_tried_again() -> None:
    choice = choose(PARCEL, [Rule(1, "A"), Rule(2, "B")], Tariff(), enabled=ALL, tried={"A": "it said no: 8114"})
    assert reasons(choice) == ["A tried", "B chosen"]
    assert reason_words(choice.looked_at[1], "Aleph") == "Aleph was asked already, it said no: 8114."


def test_nothing_fits() -> None:
    choice = chosen(Rule(1, "A", to_grams=1), wanted=replace(PARCEL, weight_grams=2))
    assert choice.account == ""
    assert reasons(choice) == ["A too_heavy", "no_rule"]


def test_what_a_carrier_says_itself_counts_before_the_price_list() -> None:
    prices = (Price("A", "CN", 5000, Money(1200, "CNY")), Price("B", "CN", 5000, Money(1100, "CNY")))
    quotes = {("A", "2"): Asked(Money(1000, "CNY")), ("B", ""): Asked(None, "did not answer within 2 s")}
    rules = [Rule(1, "A", service="2"), Rule(1, "B"), Rule(1, "C")]
    choice = choose(PARCEL, rules, Tariff(prices), enabled=ALL, quotes=quotes)
    assert (choice.account, choice.price) == ("A", Money(1000, "CNY"))
    words = [reason_words(each, each.account) for each in choice.looked_at]
    assert "A takes it: the cheapest of those that fit equally well, price 10.00 CNY (said by the carrier)." in words
    assert "B fits as well and costs more, 11.00 CNY (CN up to 5000 g)." in words
    choice = choose(PARCEL, rules, Tariff(prices[:1]), enabled=ALL, quotes=quotes)
    assert "B fits as well and has no price for it, did not answer within 2 s." in [
        reason_words(each, each.account) for each in choice.looked_at
    ]


def test_a_price_in_another_currency_is_not_compared() -> None:
    prices = (Price("A", "CN", 5000, Money(1200, "CNY")), Price("B", "CN", 5000, Money(1, "EUR")))
    choice = chosen(Rule(1, "A"), Rule(1, "B"), prices=prices)
    assert reasons(choice) == ["A cheapest", "B other_currency"]


def test_prices_are_asked_for_where_they_decide() -> None:
    rules = [Rule(1, "A", to_grams=1), Rule(1, "B"), Rule(2, "A"), Rule(2, "C"), Rule(2, "X"), Rule(3, "A")]
    assert competing(PARCEL, rules, enabled=ALL) == [rules[2], rules[3]]


def test_the_parcel_is_described_as_the_rules_saw_it() -> None:
    assert reason_words(chosen().looked_at[0], "") == (
        "Looked for: a parcel of ACME to CN 330100, 1200 g by the catalogue, 300 × 200 × 100 mm (length and girth "
        "900 mm), priority 5, asked at 15:00."
    )


def test_every_reason_has_words() -> None:
    for reason in Reason:
        for detail in ("", "9.00 CNY", "{0} {account}"):
            sentence = reason_words(Looked("A", reason, detail), "A")
            assert sentence.endswith(".")
            assert "{" not in sentence or detail in sentence
