"""Which carrier takes a parcel: the first rule that fits, the cheapest of those in the same rank. Pure.

Called by `choosing`. Every rule that was looked at leaves a reason, so that the page can say in words why a carrier was
chosen and why the others were not. What stands first is what was looked for: the parcel as the rules saw it.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from wms.carriers.measures import Measures
from wms.carriers.tariff import Priced, Sent, Tariff
from wms.kernel.money import Money


class Reason(StrEnum):
    """What was found out about a rule."""

    WANTED = "wanted"
    """Not about a rule: the parcel as the rules saw it."""
    CHOSEN = "chosen"
    CHEAPEST = "cheapest"
    """Chosen among several of the same rank."""
    DEARER = "dearer"
    NOT_NEEDED = "not_needed"
    """A rule before it fits."""
    OTHER_MERCHANT = "other_merchant"
    OTHER_COUNTRY = "other_country"
    OTHER_DISTRICT = "other_district"
    TOO_LIGHT = "too_light"
    TOO_HEAVY = "too_heavy"
    TOO_LONG = "too_long"
    TOO_WIDE = "too_wide"
    TOO_HIGH = "too_high"
    TOO_LARGE_AROUND = "too_large_around"
    """Length and girth together."""
    NOT_URGENT = "not_urgent"
    AFTER_CUT_OFF = "after_cut_off"
    OTHER_CURRENCY = "other_currency"
    """Fits, and its price cannot be compared."""
    NO_PRICE = "no_price"
    SWITCHED_OFF = "switched_off"
    TRIED = "tried"
    """It said no already, or did not answer; the detail says which."""
    BY_HAND = "by_hand"
    """A person decided, and nobody asked the rules."""
    TAKEN_BACK = "taken_back"
    """A person took the number back; until somebody decides, nobody carries it."""
    AS_BEFORE = "as_before"
    """The parcel before travels with this platform, which gives the numbers of all."""
    FORWARDED = "forwarded"
    """The platform decided and sent the number."""
    NO_RULE = "no_rule"
    """Nothing fits: a person decides."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The parcel to be carried, as far as it is known."""

    merchant: str
    country: str
    district: str
    weight_grams: int
    measures: Measures
    """Of the carton that its products will go into."""
    priority: int
    """1 (first) to 9."""
    local_time: time
    """On the warehouse's wall."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table. Empty texts and None ask for nothing."""

    rank: int
    account: str
    merchant: str = ""
    """Whose contract it is: only parcels of this merchant."""
    countries: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    """Beginnings of district codes: 33 is a province, 3301 a city."""
    from_grams: int | None = None
    to_grams: int | None = None
    longest_mm: int | None = None
    middle_mm: int | None = None
    shortest_mm: int | None = None
    """The sides of a parcel from long to short, however it is turned."""
    girth_mm: int | None = None
    """Length + 2 × (width + height)."""
    priority_to: int | None = None
    """Only for orders as urgent as that."""
    service: str = ""
    """Which of the carrier's products is booked; empty for the account's ordinary one."""
    before: time | None = None
    """The truck's cut-off."""
    patience_seconds: int = 120
    """How long it may stay in doubt before another carrier is tried."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a carrier said when it was asked for its price."""

    price: Money | None
    """None: it named none."""
    said: str = ""


Quotes = Mapping[tuple[str, str], Asked]
"""By account and service."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found out about one rule."""

    account: str
    reason: Reason
    detail: str = ""
    line: int = 0
    """Which line of the table the rule is, from 1; 0 where it is about none."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The account that was chosen, and how."""

    account: str
    """Empty where nothing fits."""
    service: str
    patience_seconds: int
    price: Money | None
    looked_at: tuple[Looked, ...]


def choose(
    wanted: Wanted,
    rules: Sequence[Rule],
    tariff: Tariff,
    *,
    enabled: AbstractSet[str],
    tried: Mapping[str, str] | None = None,
    quotes: Quotes | None = None,
) -> Choice:
    """The carrier for a parcel. Rules of one rank compete by price; without a price there is no competition.

    `tried` says of accounts that were asked already what came of it; `quotes` what carriers said they would take.
    """
    looked: list[Looked] = [Looked("", Reason.WANTED, described(wanted))]
    chosen: tuple[Rule, Money | None] | None = None
    for rank in _ranks(rules):
        if chosen is not None:
            looked += [Looked(rule.account, Reason.NOT_NEEDED, line=line) for line, rule in rank]
            continue
        fitting: list[tuple[int, Rule]] = []
        for line, rule in rank:
            against = _against(line, rule, wanted, enabled, tried or {})
            if against is None:
                fitting.append((line, rule))
            else:
                looked.append(against)
        if fitting:
            chosen, reasons = _cheapest(fitting, wanted, tariff, quotes or {})
            looked += reasons
    if chosen is None:
        return Choice("", "", 0, None, (*looked, Looked("", Reason.NO_RULE)))
    rule, price = chosen
    return Choice(rule.account, rule.service, rule.patience_seconds, price, tuple(looked))


def competing(wanted: Wanted, rules: Sequence[Rule], *, enabled: AbstractSet[str]) -> list[Rule]:
    """The rules whose prices decide, should their rank be reached: where several of a rank fit."""
    found: list[Rule] = []
    for rank in _ranks(rules):
        fitting = [rule for line, rule in rank if _against(line, rule, wanted, enabled, {}) is None]
        if len(fitting) > 1:
            found += fitting
    return found


def described(wanted: Wanted) -> str:
    """The parcel as the rules saw it, in words."""
    to = f"{wanted.country} {wanted.district}".strip()
    return (
        f"a parcel of {wanted.merchant} to {to}, {wanted.weight_grams} g by the catalogue, {wanted.measures} (length "
        f"and girth {wanted.measures.girth_mm} mm), priority {wanted.priority}, asked at "
        f"{wanted.local_time.strftime('%H:%M')}"
    )


def sent_by(wanted: Wanted) -> Sent:
    """What of the parcel its price depends on."""
    return Sent(wanted.merchant, wanted.country, wanted.district, wanted.weight_grams)


def _ranks(rules: Sequence[Rule]) -> Iterator[list[tuple[int, Rule]]]:
    """The rules with their lines, rank by rank."""
    for rank in sorted({rule.rank for rule in rules}):
        yield [(line, rule) for line, rule in enumerate(rules, start=1) if rule.rank == rank]


def _price(rule: Rule, wanted: Wanted, tariff: Tariff, quotes: Quotes) -> Priced | None:
    """What the carrier said itself, and else what the price list says."""
    asked = quotes.get((rule.account, rule.service))
    if asked is not None and asked.price is not None:
        return Priced(asked.price, "said by the carrier")
    return tariff.price_of(rule.account, rule.service, sent_by(wanted))


def _cheapest(
    fitting: Sequence[tuple[int, Rule]], wanted: Wanted, tariff: Tariff, quotes: Quotes
) -> tuple[tuple[Rule, Money | None], list[Looked]]:
    found = [(line, rule, _price(rule, wanted, tariff, quotes)) for line, rule in fitting]
    priced = [(line, rule, price) for line, rule, price in found if price is not None]
    if len(found) == 1 or not priced:
        # Nothing to compare: the first line of the rank, and of the others the page says that there was no price.
        line, rule, price = found[0]
        others = [_no_price(line, rule, quotes) for line, rule, _ in found[1:]]
        return (rule, None if price is None else price.price), [
            Looked(rule.account, Reason.CHOSEN, _words(price), line),
            *others,
        ]
    currency = priced[0][2].price.currency
    best = min((each for each in priced if each[2].price.currency == currency), key=lambda each: each[2].price.minor)
    reasons = [_no_price(line, rule, quotes) for line, rule, price in found if price is None]
    for line, rule, price in priced:
        reason = Reason.CHEAPEST if rule is best[1] else Reason.DEARER
        if price.price.currency != currency:
            reason = Reason.OTHER_CURRENCY
        reasons.append(Looked(rule.account, reason, _words(price), line))
    return (best[1], best[2].price), reasons


def _no_price(line: int, rule: Rule, quotes: Quotes) -> Looked:
    asked = quotes.get((rule.account, rule.service))
    return Looked(rule.account, Reason.NO_PRICE, asked.said if asked else "", line)


def _words(price: Priced | None) -> str:
    return "" if price is None else f"{price.price} ({price.how})"


def _against(
    line: int, rule: Rule, wanted: Wanted, enabled: AbstractSet[str], tried: Mapping[str, str]
) -> Looked | None:
    """Why the rule does not fit; None where it does."""
    checks = (
        (rule.account not in enabled, Reason.SWITCHED_OFF, ""),
        (rule.account in tried, Reason.TRIED, tried.get(rule.account, "")),
        (bool(rule.merchant) and rule.merchant != wanted.merchant, Reason.OTHER_MERCHANT, rule.merchant),
        (
            bool(rule.countries) and wanted.country not in rule.countries,
            Reason.OTHER_COUNTRY,
            ", ".join(rule.countries),
        ),
        (
            bool(rule.districts) and not wanted.district.startswith(rule.districts),
            Reason.OTHER_DISTRICT,
            ", ".join(rule.districts),
        ),
        (
            rule.priority_to is not None and wanted.priority > rule.priority_to,
            Reason.NOT_URGENT,
            str(rule.priority_to),
        ),
        (
            rule.from_grams is not None and wanted.weight_grams < rule.from_grams,
            Reason.TOO_LIGHT,
            f"{rule.from_grams} g",
        ),
        (rule.to_grams is not None and wanted.weight_grams > rule.to_grams, Reason.TOO_HEAVY, f"{rule.to_grams} g"),
        *(
            (most is not None and measure > most, reason, f"{most} mm")
            for most, measure, reason in (
                (rule.longest_mm, wanted.measures.longest_mm, Reason.TOO_LONG),
                (rule.middle_mm, wanted.measures.middle_mm, Reason.TOO_WIDE),
                (rule.shortest_mm, wanted.measures.shortest_mm, Reason.TOO_HIGH),
                (rule.girth_mm, wanted.measures.girth_mm, Reason.TOO_LARGE_AROUND),
            )
        ),
        (
            rule.before is not None and wanted.local_time >= rule.before,
            Reason.AFTER_CUT_OFF,
            "" if rule.before is None else rule.before.strftime("%H:%M"),
        ),
    )
    return next((Looked(rule.account, reason, detail, line) for applies, reason, detail in checks if applies), None)
