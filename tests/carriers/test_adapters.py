"""Every adapter does what it says it can, and says so where it cannot."""

import pytest

from tests.carriers.scene import sf_account
from tests.carriers.test_sf import DRAFT
from tests.orders.scene import NOW
from wms.carriers.adapters import adapter_of
from wms.carriers.model import Account, Allocated, CarrierKind, Pending, TooLate, Voided
from wms.carriers.port import CarrierPort, NotOffered
from wms.kernel.clock import FixedClock

CLOCK = FixedClock(NOW)


def account(kind: CarrierKind) -> Account:
    if kind is CarrierKind.SF:
        return sf_account("http://127.0.0.1:9")
    return Account("X", kind, "X", "X", "", "", True, "K", {}, "secret")


@pytest.fixture(params=list(CarrierKind))
def adapter(request: pytest.FixtureRequest) -> CarrierPort:
    return adapter_of(account(request.param), CLOCK)


def test_what_is_not_offered_is_said(adapter: CarrierPort) -> None:
    can = adapter.capabilities()
    assert can.pushes
    for offered, call in (
        (can.manifests, lambda: adapter.close_manifest(["X"], "K")),
        (can.rates, lambda: adapter.rate(DRAFT)),
    ):
        assert not offered
        with pytest.raises(NotOffered):
            call()


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
