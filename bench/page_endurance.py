"""Long runs of the page against the real service: a thousand scans without network, thousands through failures.

Called by `bench.handheld`. Real orders are picked from the first to the last line. Between page and service stands a
relay that can be told to fail; the service itself is ended as a fault would end it. What the scan log has booked is
compared with what was scanned: each once, and in that order.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from math import ceil
from random import Random

from bench.databases import Measured, fresh_database
from bench.hall import ARTICLES, PIN, Hall, badge_of, code_of, gtin_of
from bench.page_cases import REASONS, Work
from bench.web import migrate, running_web, settings_of
from tests.browser.device import Device
from tests.browser.endurance import Difference, Picker, difference
from tests.browser.handheld import Handheld
from tests.browser.long_shift import Line, Service, wait_until_stocked, work_of_orders
from tests.browser.relay import Relay
from wms.app import create_app, house_of
from wms.containers.model import ContainerKind
from wms.places.lookup import places_by_id

LINES_PER_ORDER = 25
"""The articles can be divided by it, so that every order lies in walking order."""

SCANS_PER_ORDER = 2 + 2 * LINES_PER_ORDER
LONGEST_WAIT_MS = 600_000
BURSTS_IN_PEACE = 8
"""Between two failures: some fifty scans, a few minutes of a picker's work."""

COOKIE_ON_DISK_MS = 35_000
"""Chromium writes its cookies down every thirty seconds: a battery taken out before takes the session with it."""

JUDGED = "(count) => Number(document.querySelector('#outcome').dataset.n || 0) >= count"
BOOKED = "() => document.body.dataset.waiting === '0'"
SIGNED_OUT = "() => document.body.dataset.screen === 'sign_in'"
PERSON = 0


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one run."""

    what: str
    booked: int
    requests: int
    seconds: float
    """Of a stretch without network: from its return until all was booked. Otherwise of the whole run."""
    difference: Difference
    refused: int
    """Right refusals: behind a scan that the page itself did not take, he scans on without looking."""
    wrong_units: int
    audit_differences: int

    @property
    def is_wrong(self) -> bool:
        faults = self.wrong_units + self.audit_differences
        return self.difference != Difference(0, 0, 0) or faults > 0


class Installation:
    """A warehouse with the real service over SQLite, behind a relay."""

    def __init__(self, database: Measured, stack: ExitStack) -> None:
        migrate(database)
        self._database = database
        self._web = stack.enter_context(ExitStack())
        self._processes: tuple[int, ...] = ()
        self.hall = Hall(house_of(create_app(settings_of(database))))
        stack.callback(self.hall.house.database.engine.dispose)
        self.hall.build()
        self.relay = Relay(self._revive())
        self.relay.start()
        stack.callback(self.relay.stop)
        self.before = self.hall.units_moved(REASONS[Work.PICK])

    def service(self) -> Service:
        """What the long run is told of it."""
        names = {gtin_of(article): f"Article {code_of(article)}" for article in range(ARTICLES)}
        database = self.hall.house.database
        return Service(self.relay, database, badge_of(PERSON), names, self._kill, self._revive)

    def work(self, orders: int) -> list[str]:
        """Orders of one unit each of many articles, ready to be picked; everything there is to scan."""
        hall = self.hall
        hall.allocated_orders([dict.fromkeys(_articles(number), 1) for number in range(orders)])
        places = hall.house.database.reading(lambda session: places_by_id(session, hall.warehouse_id, hall.place_ids))
        codes = [places[place_id].code for place_id in hall.place_ids]
        lines = [[Line(codes[article], gtin_of(article)) for article in _articles(number)] for number in range(orders)]
        return work_of_orders(lines, hall.empty_containers(ContainerKind.TOTE, orders))

    def result(self, what: str, service: Service, scanned: list[str], seconds: float, units: int) -> Run:
        """Compare everything with everything."""
        booked = service.booked()
        wrong = abs(self.hall.units_moved(REASONS[Work.PICK]) - self.before - units)
        found, audit = difference(scanned, booked), self.hall.audit_differences()
        return Run(what, len(booked), self.relay.batches, seconds, found, len(service.refused), wrong, audit)

    def _kill(self) -> None:
        for process in self._processes:
            os.kill(process, signal.SIGKILL)
        self._web.close()

    def _revive(self) -> int:
        web = self._web.enter_context(running_web(self._database))
        self._processes = web.processes
        return web.port


@contextmanager
def installation() -> Iterator[Installation]:
    """Everything, gone at the end."""
    with ExitStack() as stack:
        yield Installation(stack.enter_context(fresh_database("sqlite")), stack)


def one_stretch(new_device: Callable[[str], Device], scans: int) -> Run:
    """So many scans without network, the page opened again in the middle; then the network is back."""
    with installation() as place:
        # Of what waits, one handheld alone is given half.
        work = place.work(2 * (ceil(scans / SCANS_PER_ORDER) + 2))
        service, device = place.service(), new_device(place.relay.url)
        hand = _signed_in(device)
        for code in work[:2]:
            hand.scan_and_wait(code)
        hand.expect_body(screen="picking", waiting="0")
        wait_until_stocked(hand.page, scans)
        hand.page.context.set_offline(True)
        dark = work[2 : 2 + scans]
        for half in (dark[: scans // 2], dark[scans // 2 :]):
            before = hand.judged()
            for code in half:
                hand.scan(code)
            hand.page.wait_for_function(JUDGED, arg=before + len(half), timeout=LONGEST_WAIT_MS)
            hand.open()
        hand.expect_body(waiting=str(scans))
        place.relay.batches = 0
        began = time.monotonic()
        hand.page.context.set_offline(False)
        hand.page.wait_for_function(BOOKED, timeout=LONGEST_WAIT_MS)
        took = time.monotonic() - began
        scanned = work[: 2 + scans]
        return place.result("one stretch without network", service, scanned, took, _units(scanned))


def through_failures(
    new_device: Callable[[str], Device], scans: int, seed: int, told: Callable[[int], None]
) -> tuple[Run, dict[str, int]]:
    """So many scans while network, service, answers, page and battery fail; and how often each did."""
    with installation() as place:
        work = place.work(ceil(scans / SCANS_PER_ORDER))
        service, device = place.service(), new_device(place.relay.url)
        hand = _signed_in(device)
        hand.page.wait_for_timeout(COOKIE_ON_DISK_MS)
        picker = Picker(device, hand, service, Random(seed), work, BURSTS_IN_PEACE)

        def sign_in_again() -> None:
            if picker.hand.page.evaluate(SIGNED_OUT):
                picker.hand.sign_in(badge_of(PERSON), PIN)

        service.sign_in = sign_in_again
        began = time.monotonic()
        picker.scan_all(told)
        run = place.result("through failures", service, work, time.monotonic() - began, _units(work))
        return run, dict(sorted(picker.happened.items()))


def _signed_in(device: Device) -> Handheld:
    hand = device.switch_on()
    hand.open()
    hand.sign_in(badge_of(PERSON), PIN)
    hand.expect_body(screen="home")
    hand.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    return hand


def _articles(order: int) -> range:
    first = order * LINES_PER_ORDER % ARTICLES
    return range(first, first + LINES_PER_ORDER)


def _units(scanned: list[str]) -> int:
    """Of these scans, those of an article."""
    return sum(code.isdigit() for code in scanned)
