"""The choice of a carrier, and the sentences that explain it."""

from dataclasses import replace
from datetime import time

import pytest

from wms.carriers.rules import Choice, Price, Reason, Rule, Wanted, choose
from wms.carriers.wording import reason_words
from wms.kernel.money import Money

PARCEL = Wanted("ACME", "CN", "330100", 1200, 300, 5, time(15, 0))
ALL = frozenset({"A", "B", "C"})


def reasons(choice: Choice) -> list[str]:
    return [f"{each.account} {each.reason}".strip() for each in choice.looked_at]


def chosen(*rules: Rule, wanted: Wanted = PARCEL, prices: tuple[Price, ...] = ()) -> Choice:
    return choose(wanted, rules, prices, enabled=ALL)


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
        (Rule(1, "A", priority_to=4), Reason.NOT_URGENT),
        (Rule(1, "A", before=time(15, 0)), Reason.AFTER_CUT_OFF),
        (Rule(1, "X"), Reason.SWITCHED_OFF),
    ],
)
def test_every_condition_can_say_no_and_says_so_in_words(rule: Rule, reason: Reason) -> None:
    choice = chosen(rule, Rule(2, "B"))
    assert choice.account == "B"
    assert choice.looked_at[0].reason is reason
    sentence = reason_words(choice.looked_at[0], "Aleph")
    assert sentence.startswith("Aleph")
    assert "{" not in sentence


@pytest.mark.parametrize(
    "rule",
    [
        Rule(1, "A", merchant="ACME", countries=("CN",), districts=("33", "31")),
        Rule(1, "A", from_grams=1200, to_grams=1200, longest_mm=300, priority_to=5),
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
    assert "B takes it: the cheapest of those that fit equally well, price 9.00 CNY." in words
    assert "A fits as well and costs more, 12.00 CNY." in words


def test_without_prices_the_first_line_of_a_rank_wins() -> None:
    assert chosen(Rule(1, "B"), Rule(1, "A")).account == "B"


def test_the_service_is_the_rules() -> None:
    assert chosen(Rule(1, "A", service="2")).service == "2"


def test_who_was_tried_is_not_tried_again() -> None:
    choice = choose(PARCEL, [Rule(1, "A"), Rule(2, "B")], (), enabled=ALL, tried=frozenset({"A"}))
    assert reasons(choice) == ["A tried", "B chosen"]


def test_nothing_fits() -> None:
    choice = chosen(Rule(1, "A", to_grams=1), wanted=replace(PARCEL, weight_grams=2))
    assert choice.account == ""
    assert reasons(choice) == ["A too_heavy", "no_rule"]


def test_every_reason_has_words() -> None:
    from wms.carriers.rules import Looked

    for reason in Reason:
        for detail in ("", "9.00 CNY"):
            sentence = reason_words(Looked("A", reason, detail), "A")
            assert sentence.endswith(".")
            assert "{" not in sentence
