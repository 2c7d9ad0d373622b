"""The six situations in which a scan could be lost to whatever has the focus; and codes at a scanner's own pace.

Where the pace matters the keys come from the page itself, one timer after the other: the driver's own would be slowed
down by a busy machine.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.handheld import Handheld
from tests.browser.practice_server import Practice

pytestmark = pytest.mark.browser

PRESS = """async ([code, gap, suffix]) => {
  let due = performance.now();
  for (const key of [...code, ...(suffix ? [suffix] : [])]) {
    const target = document.activeElement || document.body;
    target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    due += gap;
    await new Promise((done) => setTimeout(done, Math.max(0, due - performance.now())));
  }
}"""


@pytest.mark.parametrize("suffix", ["Enter", "Tab", ""])
@pytest.mark.parametrize("gap_ms", [5, 40])
def test_every_pace_counts_with_and_without_suffix(
    handheld: Handheld, practice: Practice, gap_ms: int, suffix: str
) -> None:
    for number, code in enumerate(("LOC-A-03-12-B", "6901234567892"), start=1):
        handheld.page.evaluate(PRESS, [code, gap_ms, suffix])
        handheld.expect_judged(number)
        handheld.settle()
    assert practice.codes() == ["LOC-A-03-12-B", "6901234567892"]
    assert {scan["source"] for scan in practice.booked} == {"wedge"}


def test_nothing_has_the_focus(handheld: Handheld, practice: Practice) -> None:
    handheld.page.evaluate("() => document.activeElement.blur()")
    handheld.scan_and_wait("LOC-A-01")
    assert practice.codes() == ["LOC-A-01"]


def test_a_button_has_the_focus(handheld: Handheld, practice: Practice) -> None:
    handheld.page.evaluate("() => { window.presses = 0; addEventListener('click', () => { window.presses += 1; }); }")
    handheld.page.locator("[data-action='*UNDO*']").focus()
    handheld.scan_and_wait("LOC A 01")
    assert practice.codes() == ["LOC A 01"]
    assert handheld.page.evaluate("() => window.presses") == 0


def test_two_scans_without_a_gap(handheld: Handheld, practice: Practice) -> None:
    handheld.page.evaluate("""() => {
      for (const key of [..."LOC-A-02", "Enter", ..."6901234567908", "Enter"]) {
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      }
    }""")
    handheld.expect_judged(2)
    assert practice.codes() == ["LOC-A-02", "6901234567908"]


def test_text_is_committed_while_nothing_has_the_focus(handheld: Handheld, practice: Practice) -> None:
    handheld.page.evaluate("() => document.activeElement.blur()")
    handheld.page.wait_for_timeout(50)  # the field takes the focus back within that
    handheld.page.keyboard.insert_text("6901234567892")
    handheld.expect_judged(1)
    assert practice.codes() == ["6901234567892"]


def test_the_screen_was_off_or_another_app_in_front(handheld: Handheld, practice: Practice) -> None:
    other = handheld.page.context.new_page()
    other.goto("about:blank")
    other.bring_to_front()
    handheld.page.evaluate("() => document.activeElement.blur()")
    handheld.page.bring_to_front()
    handheld.page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(handheld.page.locator("#raw")).to_be_focused()
    handheld.scan_and_wait("LOC-A-01")
    assert practice.codes() == ["LOC-A-01"]


def test_ten_scans_in_one_second_all_count_in_order(handheld: Handheld, practice: Practice) -> None:
    codes = [f"SKU-{number:02d}" for number in range(10)]
    practice.delay_seconds = 0.5
    for code in codes:
        handheld.page.evaluate(PRESS, [code, 5, "Enter"])
        handheld.page.wait_for_timeout(60)
    handheld.expect_judged(10, timeout_ms=20_000)
    assert practice.codes() == codes
