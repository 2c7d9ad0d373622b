"""The real service hands out work for hours; without network the page goes through it, and all of it is booked once.

The hours are the service's clock, moved forward while the scans wait; the browser's own runs on.

A thousand scans in a large hall, and ten thousand through failures: `python -m bench.handheld --endurance 10000`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.device import Device
from tests.browser.endurance import Difference, difference
from tests.browser.long_shift import Line, Service, wait_until_stocked, work_of_orders
from tests.browser.relay import Relay
from tests.browser.served import serving
from tests.support.floor import PIN, Floor, gtin_of
from wms.containers.model import ContainerKind
from wms.containers.service import create_container

pytestmark = pytest.mark.browser

BADGE = "EMP-2"
UNITS = 30
ORDERS = 12
DARK = 300
ALMOST_FOUR_HOURS = timedelta(hours=3, minutes=55)
APART_MS = 60
"""The same code again at once would be a scanner that stutters."""
JUDGED = "(count) => Number(document.querySelector('#outcome').dataset.n || 0) >= count"
LONGEST_WAIT_MS = 120_000


@pytest.fixture
def floor(sqlite_database_url: str, tmp_path: Path) -> Iterator[Floor]:
    # The browser has a clock of its own: for a floor of another day, the shift would be over.
    opened = Floor(sqlite_database_url, tmp_path, start=datetime.now(UTC))
    yield opened
    opened.close()


def work_on(floor: Floor) -> list[str]:
    """Orders to be picked, and everything there is to scan."""
    floor.put_stock(f"A-01 RED {ORDERS * UNITS}\nA-02 BLUE {ORDERS * UNITS}")
    for number in range(ORDERS):
        floor.order(f"{100 + number}", RED=UNITS, BLUE=UNITS)
    totes = [f"TOT-{900 + number}" for number in range(ORDERS)]
    for tote in totes:
        floor.database.in_transaction(
            lambda session, tote=tote: create_container(session, floor.warehouse_id, tote, ContainerKind.TOTE)
        )
    lines = [Line("A-01", gtin_of("RED"), UNITS), Line("A-02", gtin_of("BLUE"), UNITS)]
    return work_of_orders([lines] * ORDERS, totes)


def test_hundreds_of_scans_without_network_are_booked_once_and_in_order(
    chromium: Path, tmp_path: Path, floor: Floor
) -> None:
    work = work_on(floor)
    dark = work[2 : 2 + DARK]
    with serving(floor) as url, sync_playwright() as playwright:
        device = Device(playwright, chromium, tmp_path / "profile", url)
        try:
            hand = device.switch_on()
            hand.open()
            hand.sign_in(BADGE, PIN)
            hand.expect_body(screen="home")
            hand.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
            for code in work[:2]:
                hand.scan_and_wait(code)
            wait_until_stocked(hand.page, DARK)
            hand.page.context.set_offline(True)
            for half in (dark[: DARK // 2], dark[DARK // 2 :]):
                before = hand.judged()
                hand.scan(half[0])
                for code in half[1:]:
                    hand.scan(code, after_ms=APART_MS)
                hand.page.wait_for_function(JUDGED, arg=before + len(half), timeout=LONGEST_WAIT_MS)
                hand.open()  # the second half is scanned on a page that knows only what is on the disk
            hand.expect_body(waiting=str(DARK), attention="0")
            floor.clock.forward(ALMOST_FOUR_HOURS)  # of the service: leases and the signing-in have gone on
            hand.page.context.set_offline(False)
            hand.page.wait_for_function("() => document.body.dataset.waiting === '0'", timeout=LONGEST_WAIT_MS)
            hand.expect_body(attention="0")
        finally:
            device.close()
    service = Service(Relay(0), floor.database, BADGE, {}, lambda: None, lambda: 0)
    assert difference(work[: 2 + DARK], service.booked()) == Difference(lost=0, doubled=0, out_of_order=0)
    assert service.refused == []
