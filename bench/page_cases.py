"""What is measured of the page: answers, loading, a burst, and the way back from a time without network.

Called by `bench.handheld`. Everything runs against the real service over SQLite; the work is real orders and parcels.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.cases import REASONS, Work
from bench.hall import ARTICLES, Hall
from bench.page_person import LOOPBACK, Person, Speed
from wms.containers.model import ContainerKind

LINES_PER_ORDER = 24
KEY_GAP_MS = 10
"""Between two characters of a burst."""
SCANS_PER_ORDER = 1 + 2 * LINES_PER_ORDER
FAST_PACE_MS, SLOW_PACE_MS = 120, 450
"""Between two scans; where the network is slow, longer, as the path has to arrive as well."""
ECHO_MS = 500
BEFORE_GOING_DARK = 40
"""Scans of an order until the server has laid the next ones ready."""
BURST = """async ([codes, gap]) => {
  for (const code of codes) for (const key of [...code, "Enter"]) {
    const target = document.activeElement || document.body;
    target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    await new Promise((done) => setTimeout(done, gap));
  }
}"""
WAITING = """() => {
  window.cameBack = 0; window.firstBooked = 0; window.lastBooked = 0;
  addEventListener("online", () => { window.cameBack = performance.now(); }, { once: true });
  let waiting = Number(document.body.dataset.waiting);
  new MutationObserver(() => {
    const now = Number(document.body.dataset.waiting);
    if (window.cameBack && now < waiting) {
      window.firstBooked ||= performance.now();
      if (now === 0) window.lastBooked ||= performance.now();
    }
    waiting = now;
  }).observe(document.body, { attributes: true, attributeFilter: ["data-waiting"] });
}"""


@dataclass(frozen=True, slots=True)
class Answers:
    """Times of scans in one setting, in milliseconds."""

    speed: str
    by: str
    times: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Start:
    """One way of opening the page, several times, in milliseconds."""

    how: str
    times: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dark:
    """One time without network."""

    scans: int
    first_booked_ms: int
    """From the return of the network."""
    drained_ms: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What must be all, and what must be none."""

    scanned: int
    """Without a pause between them."""
    judged: int
    strangers: int
    """Addresses of other hosts that were asked for anything."""
    taps: int


@dataclass
class Floor:
    """The hall and what is picked in it; checks at the end that stock agrees."""

    hall: Hall
    picked: int = 0
    _orders: int = 0
    _before: int = field(init=False)

    def __post_init__(self) -> None:
        self._before = self._moved()

    def give_orders(self, count: int) -> list[str]:
        """Orders of many lines of one unit; returns as many empty totes."""
        some = range(self._orders, self._orders + count)
        self._orders += count
        self.hall.allocated_orders(
            [{(number * LINES_PER_ORDER + line) % ARTICLES: 1 for line in range(LINES_PER_ORDER)} for number in some]
        )
        return self.hall.empty_containers(ContainerKind.TOTE, count)

    def wrong_units(self) -> int:
        """Units the journal has otherwise than the pages took, after every order given was picked to its end."""
        return abs(self._moved() - self._before - self._orders * LINES_PER_ORDER)

    def _moved(self) -> int:
        return self.hall.units_moved(REASONS[Work.PICK])


def answers_from_the_path(floor: Floor, person: Person, speed: Speed, scans: int) -> Answers:
    """Picking along the path: the page answers by itself."""
    orders = -(-scans // (SCANS_PER_ORDER - 1))
    person.totes[:0] = floor.give_orders(orders)
    person.slow_down(speed)
    person.forget_times()
    _pick(person, orders, SLOW_PACE_MS if speed.latency_ms else FAST_PACE_MS)
    found = Answers(speed.name, "page", tuple(person.times(judged_here=True)))
    person.slow_down(LOOPBACK)
    return found


def answers_of_the_server(hall: Hall, person: Person, speed: Speed, scans: int, lane: int) -> Answers:
    """Released parcels onto a lane: every one is for the server alone to let through."""
    parcels = hall.released_parcels([{number % ARTICLES: 1} for number in range(scans)])
    person.scan("*HOME*", pace_ms=FAST_PACE_MS)
    person.scan(f"LOC-LANE-{lane}", pace_ms=FAST_PACE_MS)
    person.slow_down(speed)
    person.forget_times()
    for parcel in parcels:
        person.scan(parcel, pace_ms=FAST_PACE_MS)
    found = Answers(speed.name, "server", tuple(person.times(judged_here=False)))
    person.slow_down(LOOPBACK)
    return found


def counts(person: Person, people: Sequence[Person], scans: int) -> Counts:
    """Of all that these people have done so far; and of codes that nobody knows, scanned without looking up."""
    before = person.hand.judged()
    person.hand.page.evaluate(BURST, [[f"BURST-{number}" for number in range(scans)], KEY_GAP_MS])
    person.until_booked()
    person.hand.settle()
    judged = person.hand.judged() - before
    return Counts(scans, judged, sum(len(one.strangers) for one in people), sum(one.taps() for one in people))


def times_in_the_dark(floor: Floor, person: Person, scans: int) -> list[Dark]:
    """Picks until `scans` were made without network: each time as far as the path and what was laid ready lead."""
    found: list[Dark] = []
    while sum(dark.scans for dark in found) < scans:
        person.totes[:0] = floor.give_orders(3)
        person.follow(BEFORE_GOING_DARK, pace_ms=FAST_PACE_MS)
        person.until_booked()
        found.append(_dark(person))
        _pick_to_the_end(person)
    return found


def _dark(person: Person) -> Dark:
    page = person.hand.page
    page.evaluate(WAITING)
    page.context.set_offline(True)
    made = person.follow(SCANS_PER_ORDER * 4, pace_ms=0)
    page.context.set_offline(False)
    page.wait_for_function("() => window.lastBooked > 0", timeout=60_000)
    came, first, last = page.evaluate("() => [window.cameBack, window.firstBooked, window.lastBooked]")
    return Dark(made, round(first - came), round(last - came))


def _pick(person: Person, orders: int, pace_ms: int) -> None:
    """So many orders from the first to the last scan."""
    for _ in range(orders):
        person.scan("*NEXT*", pace_ms=pace_ms)
        while not person.is_home:
            person.scan(person.asked_for(), pace_ms=pace_ms)


def _pick_to_the_end(person: Person) -> None:
    """Everything that is still to be picked."""
    while person.scan(person.asked_for(), pace_ms=FAST_PACE_MS):
        pass
    person.refused -= 1  # the last one was told that there is no more work
    person.hand.page.wait_for_timeout(ECHO_MS)  # the same card at once would be taken for a bounce, as it should be
