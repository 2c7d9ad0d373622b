"""A carrier that does not answer is left alone, tried by one, and asked by all again once it answers."""

from datetime import timedelta

import pytest

from tests.orders.scene import NOW
from wms.carriers.breaker import REST, VAIN_CALLS, Breaker
from wms.carriers.port import InDoubt, LeftAlone, NotOffered, NotReached
from wms.kernel.clock import FixedClock


class Carrier:
    """Counts who comes through."""

    def __init__(self) -> None:
        self.clock = FixedClock(NOW)
        self.breaker = Breaker(self.clock)
        self.asked = 0
        self.fails: Exception | None = InDoubt("silence")

    def ask(self) -> str:
        def answer() -> str:
            self.asked += 1
            if self.fails is not None:
                raise self.fails
            return "well"

        return self.breaker.call("SF Express", answer)

    def vain(self, times: int) -> None:
        for _ in range(times):
            with pytest.raises((InDoubt, NotReached)):
                self.ask()


def test_after_some_vain_calls_nobody_waits_for_it_any_more() -> None:
    carrier = Carrier()
    carrier.vain(VAIN_CALLS)
    with pytest.raises(LeftAlone, match="SF Express gave no answer 5 times in a row; it is asked again in 30 s") as no:
        carrier.ask()
    assert no.value.until == NOW + REST
    assert carrier.asked == VAIN_CALLS


def test_then_one_tries_and_the_others_go_on_waiting_for_him() -> None:
    carrier = Carrier()
    carrier.vain(VAIN_CALLS)
    carrier.clock.forward(REST)
    carrier.vain(2)
    assert carrier.asked == VAIN_CALLS + 1
    carrier.clock.forward(REST)
    carrier.fails = None
    assert [carrier.ask(), carrier.ask()] == ["well", "well"]


def test_only_silence_in_a_row_counts() -> None:
    carrier = Carrier()
    carrier.vain(VAIN_CALLS - 1)
    carrier.fails = None
    carrier.ask()
    carrier.fails = NotReached("busy")
    carrier.vain(VAIN_CALLS - 1)
    carrier.fails = NotOffered("no such thing")
    with pytest.raises(NotOffered):
        carrier.ask()
    carrier.fails = None
    carrier.clock.forward(timedelta(seconds=1))
    assert carrier.ask() == "well"
