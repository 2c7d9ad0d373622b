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
KEPT_PICTURES = """async (many) => {
  const cache = await caches.open("/pictures/small/");
  for (let tries = 0; tries < 200 && (await cache.keys()).length < many; tries += 1) {
    await new Promise((done) => setTimeout(done, 50));
  }
  return (await cache.keys()).length;
}"""
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


def test_pictures_of_the_work_ahead_are_fetched_once_and_kept(device: Device, practice: Practice) -> None:
    practice.give(["A-1", "A-2", "A-3"], has_pictures=True)
    handheld = opened(device)
    handheld.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    handheld.scan_and_wait(NEXT)
    assert handheld.page.evaluate(KEPT_PICTURES, 3) == 3
    practice.stop()
    for scan, shown in (("A-1", "A-2"), ("A-2", "A-3")):
        handheld.scan_and_wait(scan)
        picture = handheld.page.locator("#picture img")
        expect(picture).to_have_attribute("src", f"/pictures/small/{shown}.png?1")
        handheld.page.wait_for_function("() => document.querySelector('#picture img').naturalWidth === 192")
    assert [name for name in practice.pictures if name != "A-1.png"] == ["A-2.png", "A-3.png"], "each once, one by one"


def test_a_picture_that_cannot_be_kept_is_shown(device: Device, practice: Practice) -> None:
    """A full disk costs what is kept, not what the network has brought."""
    practice.give(["A-1"], has_pictures=True)
    handheld = opened(device)
    handheld.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    browser = handheld.page.context.new_cdp_session(handheld.page)
    browser.send("Storage.overrideQuotaForOrigin", {"origin": practice.url, "quotaSize": 1})
    handheld.scan_and_wait(NEXT)
    handheld.page.wait_for_function("() => document.querySelector('#picture img')?.naturalWidth === 192")
    assert handheld.page.evaluate("() => caches.open('/pictures/small/').then((cache) => cache.keys())") == []


def test_a_picture_behind_an_ended_session_is_fetched_after_the_next(device: Device, practice: Practice) -> None:
    practice.give(["A-1", "A-2"], has_pictures=True)
    practice.shows_pictures = False
    handheld = opened(device)
    handheld.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    with handheld.page.expect_response("**/A-2.png?1") as refused:
        handheld.scan_and_wait(NEXT)
    assert refused.value.status == 401
    practice.signed_in = False
    handheld.scan("NO-1")
    handheld.expect_code("sign_in_again")
    practice.shows_pictures = True
    with handheld.page.expect_response("**/A-2.png?1") as fetched:
        handheld.sign_in()
    assert fetched.value.ok
    assert practice.pictures.count("A-2.png") == 2, "asked for once in either session"


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
