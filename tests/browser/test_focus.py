"""The situations in which a scan could be lost to whatever has the focus."""

import pytest
from playwright.sync_api import expect

from tests.browser.handheld import Handheld
from tests.browser.practice_server import Practice

pytestmark = pytest.mark.browser


def test_nothing_has_the_focus(handheld: Handheld, practice: Practice) -> None:
    handheld.page.evaluate("() => document.activeElement.blur()")
    handheld.scan_and_wait("LOC-A-01")
    assert practice.codes() == ["LOC-A-01"]


def test_a_suffix_does_not_press_a_button_somebody_walked_to(handheld: Handheld, practice: Practice) -> None:
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
