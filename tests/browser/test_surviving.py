"""What waits on the device survives: a reload, a kill, a restarted server, a second window, lost answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.device import Device
from tests.browser.handheld import Handheld
from tests.browser.practice_server import Practice

pytestmark = pytest.mark.browser

NEXT = "*NEXT*"
CODES = [f"SKU-{number}" for number in range(20)]


@pytest.fixture
def device(chromium: Path, tmp_path: Path, practice: Practice) -> Iterator[Device]:
    with sync_playwright() as playwright:
        device = Device(playwright, chromium, tmp_path / "profile", practice.url)
        yield device
        device.close()


def begun(device: Device, practice: Practice) -> Handheld:
    """A handheld in its first task, with the shell on its disk."""
    handheld = device.switch_on()
    handheld.open()
    handheld.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    handheld.scan_and_wait(NEXT)
    handheld.expect_body(screen="picking", waiting="0")
    return handheld


def offline(handheld: Handheld) -> None:
    handheld.page.context.set_offline(True)
    handheld.expect_body(net="offline")


def test_a_reload_without_network_opens_on_the_line_that_was_left(device: Device, practice: Practice) -> None:
    practice.give(CODES)
    handheld = begun(device, practice)
    offline(handheld)
    for code in CODES[:4]:
        handheld.scan_and_wait(code)
    handheld.open()
    handheld.expect_body(screen="picking", waiting="4", net="offline")
    expect(handheld.page.locator("#expect")).to_have_text("SKU-4")
    handheld.scan_and_wait("SKU-4")
    handheld.expect_body(tone="saved", waiting="5")
    handheld.page.context.set_offline(False)
    handheld.expect_body(net="online", waiting="0")
    assert practice.codes() == [NEXT, *CODES[:5]]


def test_scans_survive_a_kill_and_are_sent_once(device: Device, practice: Practice) -> None:
    practice.give(CODES)
    handheld = begun(device, practice)
    offline(handheld)
    for code in CODES[:6]:
        handheld.scan(code)
    handheld.expect_judged(7)
    device.kill()
    practice.stop()
    handheld = device.switch_on()
    handheld.open()
    handheld.expect_body(screen="picking", waiting="6", net="down")
    expect(handheld.page.locator("#expect")).to_have_text("SKU-6")
    handheld.scan_and_wait("SKU-6")
    practice.start()
    handheld.expect_body(net="online", waiting="0")
    assert practice.codes() == [NEXT, *CODES[:7]]
    assert len({scan["scan_id"] for scan in practice.booked}) == 8


def test_scans_whose_answers_the_network_took_away_are_judged_here(device: Device, practice: Practice) -> None:
    practice.give(CODES)
    handheld = begun(device, practice)
    practice.hold()
    handheld.scan("SKU-9")
    handheld.scan("SKU-0")  # behind the first, while the page still believes in the network
    handheld.expect_body(waiting="2")
    device.kill()
    practice.let_go()
    practice.stop()
    handheld = device.switch_on()
    handheld.open()
    handheld.expect_judged(2)
    handheld.expect_body(screen="picking", waiting="2", net="down", tone="saved")
    assert "stop" in handheld.sounds(), "the first does not count, and says so"
    handheld.open()
    expect(handheld.page.locator("#expect")).to_have_text("SKU-1")
    handheld.scan_and_wait("SKU-1")
    practice.start()
    handheld.expect_body(net="online", waiting="0")
    assert [code for code in practice.codes() if code != "SKU-9"] == [NEXT, "SKU-0", "SKU-1"]
    expect(handheld.page.locator("#outcome")).not_to_have_attribute("data-corrections", "1")
    assert practice.floor is not None
    assert practice.floor.cases == {}


def test_a_kill_while_scans_are_being_sent_loses_and_doubles_none(device: Device, practice: Practice) -> None:
    practice.give(CODES)
    handheld = begun(device, practice)
    practice.hold()
    for code in CODES[:3]:
        handheld.scan(code)
    handheld.expect_judged(4)
    device.kill()  # the server takes what is under way, and nobody is there for its answer
    practice.let_go()
    handheld = device.switch_on()
    handheld.open()
    handheld.expect_body(screen="picking", waiting="0")
    expect(handheld.page.locator("#expect")).to_have_text("SKU-3")
    for code in CODES[3:]:
        handheld.scan_and_wait(code)
    handheld.expect_body(screen="home", waiting="0")
    assert practice.codes() == [NEXT, *CODES]


def test_a_restarted_server_gets_what_it_missed(device: Device, practice: Practice) -> None:
    practice.give(CODES)
    handheld = begun(device, practice)
    practice.stop()
    for code in CODES[:5]:
        handheld.scan_and_wait(code)
    handheld.expect_body(net="down", waiting="5", tone="saved")
    practice.start()
    handheld.expect_body(net="online", waiting="0", tone="go")
    assert practice.codes() == [NEXT, *CODES[:5]]


def test_lost_answers_are_asked_for_again_and_booked_once(device: Device, practice: Practice) -> None:
    practice.give(CODES)
    handheld = begun(device, practice)
    for number, code in enumerate(CODES):
        practice.lost = 1 if number % 5 == 0 else 0
        handheld.scan_and_wait(code)
    handheld.expect_body(screen="home", waiting="0")
    assert practice.codes() == [NEXT, *CODES]
    assert len(practice.requests) > len(practice.booked)


def test_two_windows_on_one_device_send_each_scan_once(device: Device, practice: Practice) -> None:
    practice.give(CODES)
    first = begun(device, practice)
    practice.stop()
    for code in CODES[:5]:
        first.scan_and_wait(code)
    second = device.another_window()
    second.open()
    second.expect_body(screen="picking", waiting="5")
    for code in CODES[5:9]:
        second.scan_and_wait(code)
    first.page.bring_to_front()
    expect(first.page.locator("#outcome")).to_contain_text("This goes on in another window.")
    first.scan_and_wait(CODES[9])  # and takes the device back
    first.expect_body(waiting="10")
    practice.start()
    first.expect_body(net="online", waiting="0")
    assert practice.codes() == [NEXT, *CODES[:10]]
    second.page.bring_to_front()
    second.scan_and_wait(CODES[10])
    second.expect_body(waiting="0")
    assert practice.codes() == [NEXT, *CODES[:11]]


def test_a_scan_that_cannot_be_written_is_not_taken(device: Device, practice: Practice) -> None:
    practice.give(CODES)
    handheld = begun(device, practice)
    handheld.page.evaluate("""() => {
      IDBObjectStore.prototype.add = function () { throw new DOMException("full", "QuotaExceededError"); };
    }""")
    handheld.scan_and_wait("SKU-0")
    handheld.expect_code("not_saved")
    handheld.expect_body(tone="stop", waiting="0")
    expect(handheld.page.locator("#expect")).to_have_text("SKU-0")
    assert practice.codes() == [NEXT]


def test_one_scan_the_server_never_takes_does_not_hold_up_the_others(device: Device, practice: Practice) -> None:
    practice.give(["A-1", "A-2", "A-3"], ["B-1", "B-2"])
    handheld = begun(device, practice)
    practice.broken = {"A-2"}
    offline(handheld)
    for code in ("A-1", "A-2", "A-3", NEXT, "B-1"):
        handheld.scan_and_wait(code)
    handheld.page.context.set_offline(False)
    handheld.expect_body(net="online", waiting="0", attention="2")
    # What came behind it in its task counted on it: the server has refused it, and a supervisor settles it.
    assert practice.codes() == [NEXT, "A-1", "A-3", NEXT, "B-1"]
    assert handheld.judged() == 6, "each was counted when it was made, and not again when it was not booked"
    assert practice.floor is not None
    assert practice.floor.cases == {"task-0": 1}
    handheld.open()
    handheld.expect_body(attention="2")
    # In words: which scans, what came of each, and what to do; the task stays as it is.
    step = handheld.page.locator("body").get_attribute("data-step")
    handheld.press("*LIST*")
    rows = handheld.page.locator("#found-life li")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("A-2: NOT booked.")
    expect(rows.nth(1)).to_contain_text("A-3: refused A-3")
    expect(rows.nth(1)).to_contain_text("Case 1 is with your supervisor.")
    expect(handheld.page.locator("#outcome")).to_contain_text("Show this to your supervisor.")
    handheld.expect_body(step=str(step), tone="look")
    handheld.press("*SEEN*")
    handheld.expect_body(attention="1", found="0")
    practice.broken = set()
    handheld.scan("*LIST*")
    handheld.press("*RETRY*")
    handheld.expect_body(attention="0", waiting="0", found="0")
    handheld.scan("*LIST*")
    expect(handheld.page.locator("#outcome")).to_contain_text("to settle: 0")
    assert practice.codes()[-1] == "A-2"


def test_many_scans_in_the_dark_are_drained_in_batches_and_in_order(device: Device, practice: Practice) -> None:
    codes = [f"SKU-{number:04d}" for number in range(150)]
    practice.give(codes)
    handheld = begun(device, practice)
    offline(handheld)
    for code in codes[:-1]:
        handheld.scan(code)
    handheld.expect_judged(150, timeout_ms=60_000)
    handheld.expect_body(waiting="149")
    handheld.page.context.set_offline(False)
    handheld.expect_body(net="online", waiting="0")
    assert practice.codes() == [NEXT, *codes[:-1]]
    assert max(practice.batches) == 50
