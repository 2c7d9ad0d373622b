"""The hall of a shift: the things that people hand to one another outside the computer. Shared by all its threads.

Empty totes and pallets, full totes on their way to a bench, parcels on their way to a lane, deliveries at the dock.
What the service knows is never read from here, and nothing here is told to the service except by scans.
"""

import queue
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from wms.demo.tally import Tally


@dataclass(frozen=True, slots=True)
class Delivered:
    """Units of a product in a delivery that stands at the dock: what is really there, whatever the notice says."""

    code: str
    units: int
    lot: str
    expires_on: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A lorry's load with its paper."""

    notice: str
    goods: tuple[Delivered, ...]
    is_short: bool
    """Less came than the notice says, and nothing more will."""


@dataclass
class Hall:
    """What stands where between two pairs of hands."""

    tally: Tally
    deliveries: "queue.SimpleQueue[Delivery]" = field(default_factory=queue.SimpleQueue)
    empty_totes: "queue.SimpleQueue[str]" = field(default_factory=queue.SimpleQueue)
    empty_pallets: "queue.SimpleQueue[str]" = field(default_factory=queue.SimpleQueue)
    full_totes: "queue.SimpleQueue[str]" = field(default_factory=queue.SimpleQueue)
    closed_parcels: "queue.SimpleQueue[str]" = field(default_factory=queue.SimpleQueue)
    """Numbers of the orders whose parcels stand at the end of the benches."""
    troubles: list[str] = field(default_factory=list)
    orders: set[str] = field(default_factory=set)
    """Orders that came in today or that somebody worked on."""
    tracking_numbers: set[str] = field(default_factory=set)
    """Read from parcel labels."""
    stop: threading.Event = field(default_factory=threading.Event)
    _working: Counter[str] = field(default_factory=Counter)
    _last_news: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def clock_in(self, trade: str) -> None:
        """Somebody begins to work; before the shift starts, so that nobody thinks the others are done already."""
        with self._lock:
            self._working[trade] += 1

    def clock_out(self, trade: str) -> None:
        with self._lock:
            self._working[trade] -= 1

    def all_gone(self, *trades: str) -> bool:
        """Whether nobody of these trades works any more."""
        with self._lock:
            return not any(self._working[trade] for trade in trades)

    def note_news(self) -> None:
        """New stock or a new order: in a moment the service may have more to pick."""
        with self._lock:
            self._last_news = time.monotonic()

    def seconds_since_news(self) -> float:
        with self._lock:
            return time.monotonic() - self._last_news

    def note_order(self, number: str) -> None:
        with self._lock:
            self.orders.add(number)

    def note_tracking_number(self, number: str) -> None:
        with self._lock:
            self.tracking_numbers.add(number)

    def trouble(self, what: str) -> None:
        """Something that must not happen; the shift ends."""
        with self._lock:
            self.troubles.append(what)
        self.stop.set()


def take(things: "queue.SimpleQueue[str]", seconds: float = 0.1) -> str | None:
    """The next thing, None where none comes in time."""
    try:
        return things.get(timeout=seconds)
    except queue.Empty:
        return None
