"""The price list: zones, contracts, services and steps; the most specific line that knows the weight counts."""

import pytest

from wms.carriers.tariff import Price, Sent, Tariff, Zone
from wms.kernel.money import Money

ZONES = (Zone("OWN", "NEAR", "CN", ("33", "31")), Zone("OWN", "CITY", "CN", ("3301",)), Zone("OWN", "REST", "CN", ()))


def yuan(amount: int) -> Money:
    return Money(amount * 100, "CNY")


PRICES = (
    Price("OWN", "NEAR", 1000, yuan(8)),
    Price("OWN", "NEAR", 5000, yuan(8), step_grams=1000, step_price=yuan(2)),
    Price("OWN", "CITY", 1000, yuan(6)),
    Price("OWN", "CN", 30_000, yuan(20)),
    Price("OWN", "CN", 30_000, yuan(15), merchant="ACME"),
    Price("OWN", "CN", 30_000, yuan(40), service="AIR"),
    Price("SF", "CN", 30_000, yuan(1)),
)


@pytest.mark.parametrize(
    ("sent", "service", "amount"),
    [
        (Sent("BETA", "CN", "330200", 1000), "", 8),
        (Sent("BETA", "CN", "330200", 1001), "", 10),
        (Sent("BETA", "CN", "330200", 2000), "", 10),
        (Sent("BETA", "CN", "330200", 2001), "", 12),
        (Sent("BETA", "CN", "330106", 900), "", 6),
        (Sent("BETA", "CN", "330106", 1001), "", 20),
        (Sent("BETA", "CN", "440100", 900), "", 20),
        (Sent("ACME", "CN", "330200", 900), "", 15),
        (Sent("BETA", "CN", "330200", 900), "AIR", 40),
        (Sent("ACME", "CN", "330200", 900), "AIR", 15),
        (Sent("BETA", "CN", "330200", 30_001), "", None),
        (Sent("BETA", "DE", "", 1), "", None),
    ],
)
def test_the_most_specific_line_that_knows_the_weight_counts(sent: Sent, service: str, amount: int | None) -> None:
    found = Tariff(PRICES, ZONES).price_of("OWN", service, sent)
    assert (found.price if found else None) == (None if amount is None else yuan(amount))


def test_a_price_says_which_line_it_came_from() -> None:
    found = Tariff(PRICES, ZONES).price_of("OWN", "", Sent("ACME", "CN", "330100", 1))
    assert found is not None
    assert found.how == "contract of ACME, CN up to 30000 g"


def test_the_zone_that_names_the_district_most_exactly() -> None:
    tariff = Tariff((), ZONES)
    zones = [
        tariff.zone_of("OWN", Sent("", "CN", district, 1)) for district in ("330100", "330200", "310000", "440000")
    ]
    assert zones == ["CITY", "NEAR", "NEAR", "REST"]
    assert tariff.zone_of("SF", Sent("", "CN", "330100", 1)) == "CN"
