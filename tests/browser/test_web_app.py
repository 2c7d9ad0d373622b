"""The page as an installed app: its shell is on the device, the API is never kept, an update waits for empty hands."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.device import Device
from tests.browser.handheld import Handheld
from tests.browser.practice_server import Practice

pytestmark = pytest.mark.browser

NEXT = "*NEXT*"
MARK = "() => { window.loadedOnce = true; }"


@pytest.fixture
def device(chromium: Path, tmp_path: Path, practice: Practice) -> Iterator[Device]:
    with sync_playwright() as playwright:
        device = Device(playwright, chromium, tmp_path / "profile", practice.url)
        yield device
        device.close()


def opened(device: Device) -> Handheld:
    handheld = device.switch_on()
    handheld.open()
    handheld.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    return handheld


def test_the_page_can_be_installed(device: Device, practice: Practice) -> None:
    handheld = opened(device)
    browser = handheld.page.context.new_cdp_session(handheld.page)
    assert browser.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    manifest = browser.send("Page.getAppManifest")
    assert manifest["errors"] == []


def test_the_shell_opens_without_any_request_and_shows_what_was_kept(device: Device, practice: Practice) -> None:
    practice.give(["A-1", "A-2"])
    handheld = opened(device)
    handheld.scan_and_wait(NEXT)
    handheld.expect_body(waiting="0")
    practice.stop()
    handheld.open()
    handheld.expect_body(screen="picking", net="down")
    expect(handheld.page.locator("#expect")).to_have_text("A-1")
    expect(handheld.page.locator("[data-slot=operator]")).to_have_text("LW")


def test_only_the_shell_and_its_files_are_kept(device: Device, practice: Practice) -> None:
    practice.give(["A-1", "A-2"])
    handheld = opened(device)
    handheld.scan_and_wait(NEXT)
    kept = handheld.page.evaluate("""async () => {
      const names = await caches.keys();
      const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return [names.length, requests.flat().map((request) => new URL(request.url).pathname)];
    }""")
    assert kept[0] == 1
    assert "/shell" in kept[1]
    assert [path for path in kept[1] if path != "/shell" and not path.startswith("/static/")] == []


def test_a_new_version_waits_for_empty_hands(device: Device, practice: Practice) -> None:
    practice.give(["A-1", "A-2"])
    handheld = opened(device)
    handheld.scan_and_wait(NEXT)
    handheld.page.evaluate(MARK)
    practice.version = "2"
    handheld.page.evaluate("() => navigator.serviceWorker.getRegistration().then((found) => found.update())")
    waiting = "() => navigator.serviceWorker.getRegistration().then((found) => Boolean(found.waiting))"
    handheld.page.wait_for_function(waiting)
    handheld.scan_and_wait("A-1")
    assert handheld.page.evaluate("() => window.loadedOnce") is True
    assert handheld.page.evaluate(waiting) is True
    with handheld.page.expect_navigation():
        handheld.scan("A-2")
    expect(handheld.page.locator("html[data-ready='1']")).to_be_attached()
    handheld.expect_body(screen="home", waiting="0")
    assert handheld.page.evaluate("() => window.loadedOnce") is None
    assert handheld.page.evaluate(waiting) is False
    assert practice.codes() == [NEXT, "A-1", "A-2"]


def test_the_screen_stays_on_while_a_task_is_open(device: Device, practice: Practice) -> None:
    practice.give(["A-1"])
    handheld = device.switch_on()
    handheld.page.add_init_script(
        """() => {
      window.locks = [];
      const ask = navigator.wakeLock.request.bind(navigator.wakeLock);
      navigator.wakeLock.request = async (kind) => {
        const lock = await ask(kind);
        window.locks.push(lock);
        return lock;
      };
    }""".strip()
        .removeprefix("() => {")
        .removesuffix("}")
    )
    handheld.open()
    handheld.scan_and_wait(NEXT)
    handheld.page.wait_for_function("() => window.locks.length === 1 && !window.locks[0].released")
    handheld.scan_and_wait("A-1")
    handheld.page.wait_for_function("() => window.locks[0].released")
