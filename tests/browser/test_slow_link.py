"""Slow 3G and a processor four times slower: the page opens, answers by itself, and sends everything later, in order.

States only: how long it takes is measured by `bench.handheld`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Response, expect, sync_playwright

from tests.browser.device import Device
from tests.browser.handheld import Handheld
from tests.browser.practice_server import Practice

pytestmark = pytest.mark.browser

NEXT = "*NEXT*"
CODES = [f"SKU-{number}" for number in range(8)]
LATENCY_MS, BYTES_PER_SECOND, CPU_DIVISOR = 400, 400_000 / 8, 4
PATIENCE_MS = 60_000


@pytest.fixture
def device(chromium: Path, tmp_path: Path, practice: Practice) -> Iterator[Device]:
    with sync_playwright() as playwright:
        device = Device(playwright, chromium, tmp_path / "profile", practice.url)
        yield device
        device.close()


def slowed_down(handheld: Handheld) -> Handheld:
    session = handheld.page.context.new_cdp_session(handheld.page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False, "latency": LATENCY_MS,
            "downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND,
        },
    )  # fmt: skip
    session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_DIVISOR})
    handheld.page.set_default_timeout(PATIENCE_MS)
    return handheld


def test_a_pick_over_a_slow_link(device: Device, practice: Practice) -> None:
    practice.give(CODES)
    handheld = slowed_down(device.switch_on())
    arrived: list[Response] = []

    def note(answer: Response) -> None:
        arrived.append(answer)

    handheld.page.on("response", note)
    load(handheld)
    assert len([answer for answer in arrived if answer.request.resource_type == "script"]) == 1, "cold: one script"

    made = [NEXT, *CODES[:4]]
    for number, code in enumerate(made, start=1):
        handheld.scan(code)
        handheld.expect_judged(number, timeout_ms=PATIENCE_MS)
    expect(handheld.page.locator("body")).to_have_attribute("data-waiting", "0", timeout=PATIENCE_MS)
    handheld.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")

    arrived.clear()
    load(handheld)  # warm: nothing crosses the link before the page is there
    expect(handheld.page.locator("#expect")).to_have_text(CODES[4], timeout=PATIENCE_MS)
    of_the_page = [answer for answer in arrived if answer.request.resource_type in ("document", "script", "stylesheet")]
    assert of_the_page
    assert all(answer.from_service_worker for answer in of_the_page)

    for number, code in enumerate(CODES[4:], start=1):
        handheld.scan(code)
        handheld.expect_judged(number, timeout_ms=PATIENCE_MS)
    expect(handheld.page.locator("body")).to_have_attribute("data-waiting", "0", timeout=PATIENCE_MS)
    expect(handheld.page.locator("body")).to_have_attribute("data-screen", "home")
    assert practice.codes() == [NEXT, *CODES], "each once, in order"
    assert all(scan.get("judged_here") for scan in practice.booked[1:]), "the page had answered before it sent"


def load(handheld: Handheld) -> None:
    handheld.page.goto(handheld.url)
    expect(handheld.page.locator("html[data-ready='1']")).to_be_attached(timeout=PATIENCE_MS)
