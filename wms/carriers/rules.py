"""Which carrier takes a parcel: the first rule that fits, the cheapest of those in the same rank. Pure.

Called by `choosing`. Every rule that was looked at leaves a reason, so that the page can say in words why a carrier was
chosen and why the others were not.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from wms.kernel.money import Money


class Reason(StrEnum):
    """What was found out about a rule."""

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
    NOT_URGENT = "not_urgent"
    AFTER_CUT_OFF = "after_cut_off"
    NO_PRICE = "no_price"
    SWITCHED_OFF = "switched_off"
    TRIED = "tried"
    """It said no already, or did not answer."""
    BY_HAND = "by_hand"
    """A person decided, and nobody asked the rules."""
    TAKEN_BACK = "taken_back"
    """A person took the number back; until somebody decides, nobody carries it."""
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
    longest_mm: int
    """The longest side of the longest product in it."""
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
    priority_to: int | None = None
    """Only for orders as urgent as that."""
    service: str = ""
    """Which of the carrier's products is booked; empty for the account's ordinary one."""
    before: time | None = None
    """The truck's cut-off."""
    patience_seconds: int = 120
    """How long it may stay in doubt before another carrier is tried."""


@dataclass(frozen=True, slots=True)
class Price:
    """What an account takes for parcels up to a weight to a country."""

    account: str
    country: str
    up_to_grams: int
    price: Money


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found out about one rule."""

    account: str
    reason: Reason
    detail: str = ""


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
    prices: Sequence[Price],
    *,
    enabled: AbstractSet[str],
    tried: AbstractSet[str] = frozenset(),
) -> Choice:
    """The carrier for a parcel. Rules of one rank compete by price; without a price list there is no competition."""
    looked: list[Looked] = []
    ranks: dict[int, list[Rule]] = {}
    for rule in rules:
        ranks.setdefault(rule.rank, []).append(rule)
    chosen: tuple[Rule, Money | None] | None = None
    for rank in sorted(ranks):
        if chosen is not None:
            looked += [Looked(rule.account, Reason.NOT_NEEDED) for rule in ranks[rank]]
            continue
        fitting: list[Rule] = []
        for rule in ranks[rank]:
            against = _against(rule, wanted, enabled, tried)
            if against is None:
                fitting.append(rule)
            else:
                looked.append(against)
        if fitting:
            chosen, reasons = _cheapest(fitting, wanted, prices)
            looked += reasons
    if chosen is None:
        return Choice("", "", 0, None, (*looked, Looked("", Reason.NO_RULE)))
    rule, price = chosen
    return Choice(rule.account, rule.service, rule.patience_seconds, price, tuple(looked))


def price_of(account: str, wanted: Wanted, prices: Sequence[Price]) -> Money | None:
    """What the account takes for this parcel; None where its list does not say."""
    steps = [
        each
        for each in prices
        if (each.account, each.country) == (account, wanted.country) and wanted.weight_grams <= each.up_to_grams
    ]
    return min(steps, key=lambda each: each.up_to_grams).price if steps else None


def _cheapest(
    fitting: Sequence[Rule], wanted: Wanted, prices: Sequence[Price]
) -> tuple[tuple[Rule, Money | None] | None, list[Looked]]:
    if len(fitting) == 1:
        rule = fitting[0]
        price = price_of(rule.account, wanted, prices)
        return (rule, price), [Looked(rule.account, Reason.CHOSEN, "" if price is None else str(price))]
    priced: list[tuple[Rule, Money]] = []
    reasons: list[Looked] = []
    for rule in fitting:
        price = price_of(rule.account, wanted, prices)
        if price is None:
            reasons.append(Looked(rule.account, Reason.NO_PRICE))
        else:
            priced.append((rule, price))
    if not priced:
        # Nobody has a price: the first line of the rank, and the page says that there was none.
        return (fitting[0], None), [Looked(fitting[0].account, Reason.CHOSEN), *reasons[1:]]
    currencies: Mapping[str, None] = dict.fromkeys(price.currency for _, price in priced)
    comparable = [each for each in priced if each[1].currency == next(iter(currencies))]
    best = min(comparable, key=lambda each: each[1].minor)
    for rule, price in priced:
        reasons.append(Looked(rule.account, Reason.CHEAPEST if rule is best[0] else Reason.DEARER, str(price)))
    return best, reasons


def _against(rule: Rule, wanted: Wanted, enabled: AbstractSet[str], tried: AbstractSet[str]) -> Looked | None:
    """Why the rule does not fit; None where it does."""
    checks = (
        (rule.account not in enabled, Reason.SWITCHED_OFF, ""),
        (rule.account in tried, Reason.TRIED, ""),
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
        (
            rule.longest_mm is not None and wanted.longest_mm > rule.longest_mm,
            Reason.TOO_LONG,
            f"{rule.longest_mm} mm",
        ),
        (
            rule.before is not None and wanted.local_time >= rule.before,
            Reason.AFTER_CUT_OFF,
            "" if rule.before is None else rule.before.strftime("%H:%M"),
        ),
    )
    return next((Looked(rule.account, reason, detail) for applies, reason, detail in checks if applies), None)
