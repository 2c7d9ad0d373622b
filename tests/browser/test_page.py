"""The page: its observable contract, the tones, the gate, signing in, and that it fits every screen."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.handheld import GREEN_MS, Handheld
from tests.browser.practice_server import DISPATCH, LONG, PICK, PICK_CHINESE, SCREENS, Practice

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("code", "tone", "outcome", "sound"),
    [
        ("SKU-1", "go", "accepted", "accepted"),
        ("NO-1", "stop", "refused", "stop"),
        ("ASK-1", "look", "confirm", "look"),
        ("WHAT-1", "stop", "unknown", "unknown"),
        ("GATE-SHUT", "stop", "gate_closed", "gate_closed"),
    ],
)
def test_each_outcome_has_its_tone_and_sound(
    handheld: Handheld, practice: Practice, code: str, tone: str, outcome: str, sound: str
) -> None:
    handheld.scan_and_wait(code)
    handheld.expect_body(tone=tone, outcome=outcome)
    panel = handheld.page.locator("#outcome")
    expect(panel).to_have_attribute("data-scan-id", practice.booked[0]["scan_id"])
    expect(panel).to_contain_text(f"{outcome} {code}")
    assert handheld.sounds()[-1] == sound


def test_the_latency_is_measured_from_the_suffix_to_the_paint(handheld: Handheld) -> None:
    handheld.scan_and_wait("SKU-1")
    handheld.scan_and_wait("SKU-2")
    durations = handheld.page.evaluate("() => performance.getEntriesByName('scan').map((entry) => entry.duration)")
    assert len(durations) == 2
    assert all(duration > 0 for duration in durations)


def test_every_control_has_an_action(handheld: Handheld) -> None:
    controls = handheld.page.locator("button, summary, a")
    assert controls.count() > 10
    for index in range(controls.count()):
        control = controls.nth(index)
        inside_plain_form = control.evaluate("(element) => Boolean(element.closest('.unscripted'))")
        assert inside_plain_form or control.get_attribute("data-action"), control.evaluate("(e) => e.outerHTML")


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


# --- without scripts, and on every screen -----------------------------------------------------------------------------


def test_with_scripts_off_one_scan_is_one_form_post(browser: Browser, practice: Practice) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 640})
    page = context.new_page()
    page.goto(practice.url)
    page.locator("#raw").fill("NO-7")
    page.locator("#raw").press("Enter")
    expect(page.locator("body")).to_have_attribute("data-tone", "stop")
    expect(page.locator("#outcome")).to_contain_text("refused NO-7")
    page.locator("[data-action='*SHORT*']").click()
    expect(page.locator("#outcome")).to_contain_text("accepted *SHORT*")
    context.close()


@pytest.mark.parametrize(("width", "height"), [(360, 640), (360, 512), (320, 480), (240, 320)])
def test_every_screen_fits(browser: Browser, practice: Practice, width: int, height: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=True, is_mobile=True)
    handheld = Handheld(context.new_page(), practice.url)
    for language, screens in (("en", (PICK, LONG, SCREENS["home"], DISPATCH)), ("zh-Hans", (PICK_CHINESE,))):
        for screen in screens:
            practice.screen = screen
            handheld.open(f"/?language={language}")
            assert handheld.page.evaluate(OUTSIDE) == [], f"{screen['title']} at {width} × {height}"
            assert handheld.page.evaluate(SMALL_TARGETS) == []
    context.close()


OUTSIDE = """() => [...document.querySelectorAll("body *")].filter((element) => {
  if (!element.checkVisibility() || element.closest("svg, #home, .sheet")) return false;
  const box = element.getBoundingClientRect();
  return box.width > 0 && (box.right > innerWidth + 1 || box.bottom > innerHeight + 1);
}).map((element) => element.id || element.className || element.tagName)"""

SMALL_TARGETS = """() => [...document.querySelectorAll("button, summary")].filter((element) => {
  const box = element.getBoundingClientRect();
  return element.checkVisibility() && box.height > 0 && (box.height < 47.5 || box.width < 47.5);
}).map((element) => element.dataset.action)"""
