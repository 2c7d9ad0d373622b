"""Time comes from a Clock that is handed in, so that a test can hold it still.

All times inside the product are aware and in UTC; `wms.database.base.UtcDateTime` keeps them so.
"""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the present moment, aware, in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock for tests and simulations: stands still until moved forward."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock starts at an aware time")
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def forward(self, step: timedelta) -> None:
        """Move ahead; going back would break the order of everything already written."""
        if step < timedelta(0):
            raise ValueError("time does not go back")
        self._now += step
