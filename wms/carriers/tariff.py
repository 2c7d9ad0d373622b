"""What a carrier takes for a parcel by the price list: zones, weight steps, contracts of single merchants. Pure.

Called by `rules` (to compare carriers), by the own carrier (its rate) and by the price list's reader. The most specific
list that knows the parcel's weight counts: the merchant's contract before everybody's, the service before any, the zone
before the country.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wms.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of a country that one account has prices of its own for."""

    account: str
    name: str
    country: str
    districts: tuple[str, ...]
    """Beginnings of district codes: 33 is a province, 3301 a city."""


@dataclass(frozen=True, slots=True)
class Price:
    """One weight step: what an account takes for parcels up to a weight to a zone or country."""

    account: str
    zone: str
    """The name of a zone, or a country in two capitals."""
    up_to_grams: int
    price: Money
    merchant: str = ""
    """Whose contract it is; empty: everybody's."""
    service: str = ""
    """Which of the carrier's products it is for; empty: any."""
    step_grams: int = 0
    """Above the step before, each begun piece of that weight costs `step_price` more. 0: nothing more."""
    step_price: Money | None = None

    @property
    def is_of_country(self) -> bool:
        return is_country(self.zone)


@dataclass(frozen=True, slots=True)
class Sent:
    """What of a parcel its price depends on."""

    merchant: str
    country: str
    district: str
    weight_grams: int


@dataclass(frozen=True, slots=True)
class Priced:
    """A price and which line it came from, in words."""

    price: Money
    how: str


@dataclass(frozen=True, slots=True)
class Tariff:
    """The whole price list of a warehouse."""

    prices: Sequence[Price] = ()
    zones: Sequence[Zone] = ()

    def price_of(self, account: str, service: str, sent: Sent) -> Priced | None:
        """What the account takes; None where its list does not say."""
        mine = [each for each in self.prices if each.account == account]
        places = list(dict.fromkeys((self.zone_of(account, sent), sent.country)))
        for merchant, product, place in _lists(sent.merchant, service, places):
            steps = sorted(
                (each for each in mine if (each.merchant, each.service, each.zone) == (merchant, product, place)),
                key=lambda each: each.up_to_grams,
            )
            for position, step in enumerate(steps):
                if sent.weight_grams <= step.up_to_grams:
                    before = steps[position - 1].up_to_grams if position else 0
                    return Priced(_amount(step, sent.weight_grams - before), _how(step))
        return None

    def zone_of(self, account: str, sent: Sent) -> str:
        """The account's zone the parcel goes to: the one that names its district most exactly; else the country."""
        found = [
            (len(start), zone.name)
            for zone in self.zones
            if (zone.account, zone.country) == (account, sent.country)
            for start in zone.districts or ("",)
            if sent.district.startswith(start)
        ]
        return max(found)[1] if found else sent.country


def is_country(name: str) -> bool:
    """Whether a list is that of a whole country: two capitals. No zone is called like that."""
    return len(name) == len("CN") and name.isascii() and name.isalpha() and name.isupper()


NO_PRICES = Tariff()


def _lists(merchant: str, service: str, places: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """The lists that may hold, the most specific one first."""
    for contract in dict.fromkeys((merchant, "")):
        for product in dict.fromkeys((service, "")):
            for place in places:
                yield contract, product, place


def _amount(step: Price, above_grams: int) -> Money:
    if not step.step_grams or step.step_price is None:
        return step.price
    pieces = -(-above_grams // step.step_grams)
    return step.price + step.step_price * pieces


def _how(step: Price) -> str:
    contract = f"contract of {step.merchant}, " if step.merchant else ""
    product = f"service {step.service}, " if step.service else ""
    return f"{contract}{product}{step.zone} up to {step.up_to_grams} g"
