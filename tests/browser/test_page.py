"""The page: what script and server draw, the gate, signing in."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.handheld import GREEN_MS, Handheld
from tests.browser.practice_server import DISPATCH, SCREENS, Practice

pytestmark = pytest.mark.browser

LATER = """() => {
  const now = performance.now.bind(performance);
  window.late = 0;
  performance.now = () => now() + window.late;
}"""


@pytest.mark.parametrize("name", ["pick", "home", "long", "pick_chinese", "gate_shut"])
def test_script_and_server_draw_the_same_screen(handheld: Handheld, practice: Practice, name: str) -> None:
    """Drawn by the server at load, or filled by the script after a scan: the same picture."""
    practice.screen = SCREENS["dispatch"]
    handheld.open()
    practice.screen = SCREENS[name]
    handheld.scan_and_wait("SKU-1")
    filled = drawing(handheld)
    handheld.open()
    assert filled == drawing(handheld)


def drawing(handheld: Handheld) -> Any:
    return handheld.page.evaluate("""() => {
      const parts = ["main", ".strip", "#actions-direct", "#actions-more", "#gate", ".bar h1"];
      const shown = (element) => element.checkVisibility();
      return parts.map((part) => [...document.querySelectorAll(`${part}, ${part} *`)].filter(shown).map((element) => {
        const texts = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim());
        return [element.tagName, element.id, element.dataset.action || "", element.dataset.length || "",
                element.dataset.kinds || "", texts.join("")];
      }));
    }""")


def test_the_first_scan_opens_the_loudspeaker(handheld: Handheld) -> None:
    assert handheld.sounds() == []
    handheld.press_keys("SKU-1")
    handheld.expect_judged(1)
    assert handheld.sounds() == ["accepted"]
    expect(handheld.page.locator("#sound-off")).to_be_hidden()


# --- the gate ---------------------------------------------------------------------------------------------------------


def test_green_goes_by_itself(handheld: Handheld) -> None:
    handheld.hold_timers(GREEN_MS)
    handheld.scan_and_wait("GATE-OPEN")
    gate = handheld.page.locator("#gate")
    expect(gate).to_be_visible()
    expect(gate).to_contain_text("GO")
    handheld.release_timers()
    expect(gate).to_be_hidden()
    assert handheld.sounds()[-1] == "gate_open"


def test_red_stays_until_the_next_answer_takes_it_away(handheld: Handheld, practice: Practice) -> None:
    handheld.scan_and_wait("GATE-SHUT")
    gate = handheld.page.locator("#gate")
    expect(gate).to_contain_text("STOP")
    expect(gate).to_contain_text("PUT IN CAGE Q1")
    handheld.page.wait_for_timeout(1800)
    expect(gate).to_be_visible()
    handheld.scan_and_wait("CAGE-Q1")
    expect(gate).to_be_hidden()


def test_green_is_never_shown_from_a_loaded_page(handheld: Handheld, practice: Practice) -> None:
    practice.screen = SCREENS["gate_open"]
    handheld.open()
    expect(handheld.page.locator("#gate")).to_be_hidden()


def test_an_answer_older_than_five_seconds_is_not_green(handheld: Handheld, practice: Practice) -> None:
    """The page's own clock is put on while the answer is on its way: nobody has to wait for it."""
    handheld.page.evaluate(LATER)
    for late_ms, tone, sound in ((0, "go", "gate_open"), (5_000, "look", "look")):
        practice.hold()
        handheld.scan(f"GATE-OPEN-{late_ms}")
        handheld.expect_body(waiting="1")
        handheld.page.evaluate("(late) => { window.late = late; }", late_ms)
        practice.let_go()
        handheld.expect_body(waiting="0", tone=tone)
        assert handheld.sounds()[-1] == sound
    handheld.expect_code("gate_answer_late")
    expect(handheld.page.locator("#gate")).to_be_hidden()


def test_a_repeated_answer_is_not_green(handheld: Handheld, practice: Practice) -> None:
    practice.lost = 1
    handheld.scan("GATE-OPEN")
    handheld.expect_code("gate_answer_late")
    handheld.expect_body(tone="look")
    expect(handheld.page.locator("#gate")).to_be_hidden()


def test_the_answer_for_the_parcel_before_is_not_green(handheld: Handheld, practice: Practice) -> None:
    practice.hold()
    handheld.scan("GATE-OPEN")
    handheld.scan("NO-2")
    handheld.expect_body(waiting="2")
    practice.let_go()
    handheld.expect_judged(2)
    expect(handheld.page.locator("#gate")).to_be_hidden()
    handheld.expect_body(tone="stop")
    assert handheld.sounds() == ["look", "stop"], "the late answer is no GO"


def test_a_step_that_needs_the_server_is_not_queued_without_it(handheld: Handheld, practice: Practice) -> None:
    practice.screen = {**DISPATCH, "needs_server": True}
    handheld.open()
    handheld.page.context.set_offline(True)
    handheld.expect_body(net="offline")
    handheld.scan("SF1234567890")
    handheld.expect_code("cannot_check")
    handheld.expect_body(tone="stop", waiting="0")
    handheld.page.context.set_offline(False)
    handheld.expect_body(net="online")
    assert practice.codes() == []
    handheld.settle()
    handheld.scan_and_wait("SF1234567890")
    assert practice.codes() == ["SF1234567890"]


# --- signing in -------------------------------------------------------------------------------------------------------


def test_badge_and_pin_without_soft_keyboard(handheld: Handheld, practice: Practice) -> None:
    practice.signed_in = False
    handheld.open()
    handheld.expect_body(screen="sign_in", step="badge")
    handheld.sign_in()
    handheld.expect_body(screen="home", tone="go")
    expect(handheld.page.locator("#raw")).to_have_attribute("inputmode", "none")
    handheld.press("*PICK*")
    handheld.expect_judged(1)
    assert practice.codes() == ["*PICK*"]
    assert practice.booked[0]["source"] == "button"


def test_a_pin_typed_on_the_device_s_own_keys(handheld: Handheld, practice: Practice) -> None:
    practice.signed_in = False
    handheld.open()
    handheld.scan("EMP-1")
    handheld.expect_body(step="pin")
    handheld.press_keys("1234", delay_ms=200)
    handheld.expect_body(screen="home")


def test_a_wrong_pin_says_how_many_tries_are_left(handheld: Handheld, practice: Practice) -> None:
    practice.signed_in = False
    handheld.open()
    handheld.sign_in(pin="9999")
    handheld.expect_code("bad_pin")
    assert handheld.judged() == 0, "no scan was judged"
    expect(handheld.page.locator("#outcome")).to_contain_text("PIN not right. 3 tries left.")
    for digit in "1234":
        handheld.press(digit)
    handheld.press("*OK*")
    handheld.expect_body(screen="home")


def test_another_badge_changes_the_person_before_the_pin(handheld: Handheld, practice: Practice) -> None:
    practice.signed_in = False
    handheld.open()
    handheld.scan("EMP-1")
    handheld.expect_body(step="pin")
    handheld.settle()
    handheld.sign_in("EMP-2")
    handheld.expect_body(screen="home")
    expect(handheld.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(handheld.page.locator(".strip")).to_contain_text("请扫描")


def test_signing_out(handheld: Handheld, practice: Practice) -> None:
    handheld.press("*MENU*")
    handheld.press("*SIGNOUT*")
    handheld.expect_body(screen="sign_in", step="badge")
    assert practice.signed_in is False


def test_the_theme_and_the_hand_stay_after_a_reload(handheld: Handheld) -> None:
    handheld.scan("*THEME*")
    handheld.scan("*HAND*")
    root = handheld.page.locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    expect(root).to_have_attribute("data-hand", "left")
    handheld.open()
    expect(root).to_have_attribute("data-theme", "dark")
    expect(root).to_have_attribute("data-hand", "left")
