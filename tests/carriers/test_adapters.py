"""Every adapter does what it says it can, and says so where it cannot."""

from dataclasses import replace

import pytest

from tests.carriers.scene import rest_account, sf_account
from tests.carriers.test_sf import DRAFT
from tests.orders.scene import NOW
from wms.carriers.adapters import adapter_of
from wms.carriers.model import (
    Account,
    Allocated,
    CarrierKind,
    Manifest,
    NotPriced,
    Pending,
    Quote,
    RateSource,
    TooLate,
    Voided,
)
from wms.carriers.port import CarrierPort, NotOffered
from wms.carriers.tariff import Price, Tariff
from wms.kernel.clock import FixedClock
from wms.kernel.money import Money

CLOCK = FixedClock(NOW)


def account(kind: CarrierKind) -> Account:
    if kind is CarrierKind.SF:
        return sf_account("http://127.0.0.1:9")
    if kind is CarrierKind.REST:
        return rest_account("http://127.0.0.1:9", manifests="off", amends="off")
    return Account("X", kind, "X", "X", "", "", True, "K", {}, "secret")


@pytest.fixture(params=list(CarrierKind))
def adapter(request: pytest.FixtureRequest) -> CarrierPort:
    return adapter_of(account(request.param), CLOCK)


def test_what_is_not_offered_is_said(adapter: CarrierPort) -> None:
    can = adapter.capabilities()
    for offered, call in (
        (can.manifests, lambda: adapter.close_manifest(["X"], "K")),
        (can.rates is not RateSource.NONE, lambda: adapter.rate(DRAFT)),
        (can.amends, lambda: adapter.amend(DRAFT, "X", "K")),
    ):
        if not offered:
            with pytest.raises(NotOffered):
                call()


def test_our_own_rate_comes_from_the_price_list_and_our_own_manifest_is_what_was_loaded() -> None:
    list_ = Tariff([Price("X", "CN", 500, Money(800, "CNY"))])
    own = adapter_of(account(CarrierKind.OWN), CLOCK, list_)
    assert own.rate(replace(DRAFT, weight_grams=500)) == Quote(Money(800, "CNY"), "")
    assert isinstance(own.rate(replace(DRAFT, weight_grams=501)), NotPriced)
    assert own.close_manifest(["B", "A"], "MAN-1") == Manifest("MAN-1", ("B", "A"))


@pytest.mark.parametrize("kind", [CarrierKind.OWN, CarrierKind.FORWARDED])
def test_who_is_asked_nothing_tells_nothing(kind: CarrierKind) -> None:
    adapter = adapter_of(account(kind), CLOCK)
    assert not adapter.capabilities().tracks
    with pytest.raises(NotOffered):
        adapter.track(["X"])
    with pytest.raises(NotOffered):
        adapter.fetch_label("X")


def test_our_own_number_is_drawn_at_closing_and_a_forwarded_one_is_waited_for() -> None:
    own, forwarded = adapter_of(account(CarrierKind.OWN), CLOCK), adapter_of(account(CarrierKind.FORWARDED), CLOCK)
    assert own.allocate(DRAFT, "K") == own.lookup("K") == Allocated("")
    assert own.void("X", "K", "") == Voided()
    assert isinstance(forwarded.allocate(DRAFT, "K"), Pending)
    assert isinstance(forwarded.lookup("K"), Pending)
    assert isinstance(forwarded.void("X", "K", ""), TooLate)
