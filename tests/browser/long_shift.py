"""Picking real orders for a whole shift: what there is to scan, what the page asks for, what the service has booked.

Called by `test_long_shift` on a small floor and by `bench.page_endurance` in a large hall. The work is known beforehand
(the most urgent order first, its lines in walking order), so that nobody has to look at the page between two scans.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Page
from sqlalchemy import select

from tests.browser.endurance import NEXT
from tests.browser.relay import Relay
from wms.access.tables import OperatorRow
from wms.database.transaction import Database
from wms.tasks.at_home import SAYS_WHAT_IT_IS
from wms.tasks.tables import ScanLogRow

LOOK = """() => {
  const text = (selector) => document.querySelector(selector).textContent.trim();
  const [kind] = document.querySelector("#expect").dataset.kinds.split(" ");
  return { screen: document.body.dataset.screen, kind, where: text("#where"), what: text("[data-slot=what]") };
}"""
LONGEST_FILL_MS = 600_000
COUNTED = ("accepted", "completed")
AHEAD = "(scans) => Number(document.body.dataset.ahead || 0) >= scans"


@dataclass(frozen=True, slots=True)
class Line:
    """So many units of one article from one place."""

    place: str
    barcode: str
    units: int = 1


def work_of_orders(orders: Sequence[Sequence[Line]], totes: Sequence[str]) -> list[str]:
    """Everything to scan, from the card that begins the first order to the last unit of the last one."""
    work: list[str] = []
    for lines, tote in zip(orders, totes, strict=True):
        work += [NEXT, tote]
        for line in lines:
            work += [f"LOC-{line.place}", *[line.barcode] * line.units]
    return work


def wait_until_stocked(page: Page, scans: int) -> None:
    """Until the page has been handed out enough to go on for so many scans."""
    page.wait_for_function(AHEAD, arg=scans, timeout=LONGEST_FILL_MS)


@dataclass
class Service:
    """The real service behind a relay, as somebody sees it who makes it fail."""

    relay: Relay
    database: Database
    badge: str
    """Of the person whose scans are looked at."""
    names: Mapping[str, str]
    """What the page calls the article with a barcode."""
    kill: Callable[[], None]
    revive: Callable[[], int]
    """Ends the service as a fault does; begins it anew and gives its port."""
    sign_in: Callable[[], None] = lambda: None
    refused: list[str] = field(default_factory=list)
    """Codes that did not count: refused, or only told what they are."""

    def stop(self) -> None:
        self.relay.stop()
        self.kill()

    def start(self) -> None:
        self.relay.target = self.revive()
        self.relay.start()

    def lose_answers(self, count: int) -> None:
        self.relay.lost = count

    def be_busy(self, count: int) -> None:
        self.relay.busy = count

    def be_slow(self, seconds: float) -> None:
        self.relay.delay_seconds = seconds

    def booked(self) -> list[str]:
        rows = self.database.reading(
            lambda session: session.execute(
                select(ScanLogRow.raw, ScanLogRow.outcome.in_(COUNTED) & (ScanLogRow.code != SAYS_WHAT_IT_IS))
                .join(OperatorRow, OperatorRow.id == ScanLogRow.operator_id)
                .where(OperatorRow.badge == self.badge)
                .order_by(ScanLogRow.at, ScanLogRow.scan_id)
            ).all()
        )
        self.refused = [raw for raw, counts in rows if not counts]
        return [raw for raw, counts in rows if counts]

    def asks_for(self, page: Page, codes: Sequence[str]) -> int | None:
        shown: dict[str, str] = page.evaluate(LOOK)
        return next((place for place, code in enumerate(codes) if self._is_asked(code, shown)), None)

    def come_back(self) -> None:
        self.sign_in()

    def _is_asked(self, code: str, shown: Mapping[str, str]) -> bool:
        if shown["screen"] == "home" or code == NEXT:
            return shown["screen"] == "home" and code == NEXT
        if code.startswith("TOT-"):
            return shown["kind"] == "container"
        if code.startswith("LOC-"):
            return shown["kind"] == "place" and f"LOC-{shown['where']}" == code
        return shown["kind"] == "item" and self.names.get(code) == shown["what"]
