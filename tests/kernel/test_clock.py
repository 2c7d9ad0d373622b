"""Clocks tell aware times in UTC; the one for tests moves forward only."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from wms.kernel.clock import FixedClock, SystemClock


def test_the_machines_clock_is_in_utc() -> None:
    first, second = SystemClock().now(), SystemClock().now()
    assert first.tzinfo is UTC
    assert abs(second - first) < timedelta(hours=1)


def test_a_fixed_clock_stands_still_until_moved() -> None:
    shanghai = timezone(timedelta(hours=8))
    clock = FixedClock(datetime(2026, 3, 2, 17, 0, tzinfo=shanghai))
    assert clock.now() == clock.now() == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    clock.forward(timedelta(minutes=5))
    assert clock.now() == datetime(2026, 3, 2, 9, 5, tzinfo=UTC)


def test_a_fixed_clock_does_not_go_back() -> None:
    clock = FixedClock(datetime(2026, 3, 2, tzinfo=UTC))
    with pytest.raises(ValueError, match="back"):
        clock.forward(timedelta(seconds=-1))


def test_a_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        FixedClock(datetime(2026, 3, 2))  # noqa: DTZ001  (that is the point)
