"""The keyboard wedge: every scan counts once, in order, whatever has the focus."""

import pytest
from playwright.sync_api import expect

from tests.browser.handheld import Handheld
from tests.browser.practice_server import ECHO_MS, Practice

pytestmark = pytest.mark.browser

GS = "\x1d"
INTO_THE_FIELD = """(code) => {
  for (const key of code) {
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    document.execCommand("insertText", false, key);
  }
}"""
"""What a scanner does to an ordinary field: keys at its pace, and their letters."""


def test_real_keys_with_a_suffix_are_one_code(handheld: Handheld, practice: Practice) -> None:
    for number, (code, suffix) in enumerate((("LOC-A-03-12-B", "Enter"), ("6901234567892", "Tab")), start=1):
        handheld.press_keys(code, suffix=suffix)
        handheld.expect_judged(number)
    assert practice.codes() == ["LOC-A-03-12-B", "6901234567892"]


@pytest.mark.parametrize("gap_ms", [5, 40])
@pytest.mark.parametrize("suffix", ["Enter", "Tab", ""])
def test_a_scan_counts_at_any_speed_with_and_without_suffix(
    handheld: Handheld, practice: Practice, gap_ms: float, suffix: str
) -> None:
    practice.silence_ms = 100
    handheld.open()
    handheld.scan_and_wait("LOC-A-03-12-B", gap_ms=gap_ms, suffix=suffix)
    handheld.scan_and_wait("6901234567892", gap_ms=gap_ms, suffix=suffix)
    assert practice.codes() == ["LOC-A-03-12-B", "6901234567892"]
    assert {scan["source"] for scan in practice.booked} == {"wedge"}


def test_a_silence_longer_than_usual_can_be_set(handheld: Handheld, practice: Practice) -> None:
    """A device that catches its breath within a code: what the site has set holds once a suffix is known, too."""
    handheld.scan_and_wait("LOC-A-01")
    handheld.scan("LOC-A-", suffix="")
    handheld.page.wait_for_timeout(700)
    handheld.scan("02", suffix="")
    handheld.page.keyboard.press("Enter")
    handheld.expect_judged(2)
    assert practice.codes() == ["LOC-A-01", "LOC-A-02"]


def test_two_hundred_scans_without_pause_all_count_in_order(handheld: Handheld, practice: Practice) -> None:
    codes = [f"SKU-{number:05d}" for number in range(200)]
    for code in codes:
        handheld.scan(code)
    handheld.expect_judged(200, timeout_ms=60_000)
    assert practice.codes() == codes
    assert len({scan["scan_id"] for scan in practice.booked}) == 200
    assert sorted(scan["scan_id"] for scan in practice.booked) == [scan["scan_id"] for scan in practice.booked]


def test_ten_scans_at_once_queue_behind_a_slow_answer_and_none_is_dropped(
    handheld: Handheld, practice: Practice
) -> None:
    practice.delay_seconds = 0.1
    codes = [f"690123456{number:04d}" for number in range(10)]
    for code in codes:
        handheld.scan(code)
    handheld.expect_judged(10)
    assert practice.codes() == codes
    handheld.expect_body(waiting="0")


def test_the_same_item_counts_again_once_its_answer_was_shown(handheld: Handheld, practice: Practice) -> None:
    for _ in range(3):
        handheld.scan_and_wait("6901234567892")
    assert practice.codes() == ["6901234567892"] * 3


@pytest.mark.parametrize("after_ms", [5, 100])
def test_a_doubled_delivery_counts_once_and_says_so(handheld: Handheld, practice: Practice, after_ms: float) -> None:
    practice.hold()  # the bounce comes before anybody could have seen an answer
    handheld.scan("6901234567892")
    handheld.scan("6901234567892", after_ms=after_ms)
    expect(handheld.page.locator("#outcome")).to_have_attribute("data-echoes", "1")
    handheld.expect_body(waiting="1")
    expect(handheld.page.locator("#outcome")).to_contain_text("Asking")
    said = handheld.page.get_by_text("Same scan twice, counted once.")
    expect(said).to_be_visible()
    practice.let_go()
    handheld.expect_judged(1)
    expect(said).to_be_visible()  # the answer is about the same scan
    assert practice.codes() == ["6901234567892"]
    assert "echo" in handheld.sounds()
    handheld.scan_and_wait("6901234567908")
    expect(said).to_be_hidden()


def test_a_bounce_does_not_confirm_a_question(handheld: Handheld, practice: Practice) -> None:
    handheld.scan_and_wait("ASK-B-01")
    handheld.scan("ASK-B-01", after_ms=ECHO_MS - 100)
    expect(handheld.page.locator("#outcome")).to_have_attribute("data-echoes", "1")
    handheld.page.wait_for_timeout(2 * ECHO_MS)  # the bounce may have been told to have come later than it did
    handheld.scan_and_wait("ASK-B-01")
    assert practice.codes() == ["ASK-B-01", "ASK-B-01"]


def test_after_a_tap_on_the_blank_screen(handheld: Handheld, practice: Practice) -> None:
    handheld.page.locator("#where").tap()
    handheld.scan_and_wait("LOC-A-01")
    assert practice.codes() == ["LOC-A-01"]


def test_a_suffix_never_presses_a_button(handheld: Handheld, practice: Practice) -> None:
    handheld.press("*UNDO*")
    handheld.expect_judged(1)
    handheld.settle()
    handheld.press_keys("LOC A 01")
    handheld.expect_judged(2)
    handheld.page.keyboard.press("Enter")
    handheld.page.wait_for_timeout(100)
    assert practice.codes() == ["*UNDO*", "LOC A 01"]


def test_a_button_can_be_pressed_by_keyboard_alone(handheld: Handheld, practice: Practice) -> None:
    handheld.page.locator("[data-action='*SHORT*']").focus()
    handheld.page.keyboard.press("Enter")
    handheld.expect_judged(1)
    assert practice.codes() == ["*SHORT*"]


def test_text_committed_by_an_input_method(handheld: Handheld, practice: Practice) -> None:
    practice.silence_ms = 100
    handheld.open()
    handheld.page.keyboard.insert_text("6901234567892")
    handheld.page.keyboard.press("Enter")
    handheld.expect_judged(1)
    handheld.page.locator("#where").tap()
    handheld.page.wait_for_timeout(50)
    handheld.page.keyboard.insert_text("6901234567908")
    handheld.expect_judged(2)
    assert practice.codes() == ["6901234567892", "6901234567908"]
    assert {scan["source"] for scan in practice.booked} == {"wedge"}


def test_group_separators_and_the_symbology_prefix_arrive(handheld: Handheld, practice: Practice) -> None:
    code = f"]C1010690123456789210L2607{GS}17280131"
    handheld.scan_and_wait(code)
    head, _, tail = code.partition(GS)
    handheld.page.keyboard.type(head)
    handheld.page.keyboard.press("Control+]")
    handheld.press_keys(tail)
    handheld.expect_judged(2)
    assert practice.codes() == [code, code]
    assert practice.booked[0]["symbology"] == "]C1"


def test_wide_characters_are_made_plain(handheld: Handheld, practice: Practice) -> None:
    handheld.page.keyboard.insert_text("LOC-A-01")
    handheld.page.keyboard.press("Enter")
    handheld.expect_judged(1)
    assert practice.codes() == ["LOC-A-01"]


def test_a_key_leaned_on_before_the_scan_is_not_part_of_it(handheld: Handheld, practice: Practice) -> None:
    handheld.page.keyboard.press("5")
    handheld.page.wait_for_timeout(1_100)
    handheld.scan_and_wait("LOC-A-01")
    assert practice.codes() == ["LOC-A-01"]


def test_slow_keys_are_typing(handheld: Handheld, practice: Practice) -> None:
    handheld.scan_and_wait("A0123", gap_ms=150)
    assert practice.booked[0]["source"] == "manual"


def test_typing_mode_opens_the_soft_keyboard_for_one_entry(handheld: Handheld, practice: Practice) -> None:
    field = handheld.page.locator("#raw")
    expect(field).to_have_attribute("inputmode", "none")
    handheld.press("*KEYS*")
    expect(field).to_have_attribute("inputmode", "text")
    handheld.page.keyboard.type("LOC-A-01", delay=130)
    handheld.press("*ENTER*")
    handheld.expect_judged(1)
    expect(field).to_have_attribute("inputmode", "none")
    assert practice.codes() == ["LOC-A-01"]
    assert practice.booked[0]["source"] == "manual"


def test_typing_can_be_given_up(handheld: Handheld, practice: Practice) -> None:
    handheld.press("*KEYS*")
    handheld.page.keyboard.type("LOC", delay=130)
    handheld.press("*CANCEL*")
    handheld.scan_and_wait("LOC-A-02")
    assert practice.codes() == ["LOC-A-02"]


def test_a_scan_while_typing_is_known_by_its_speed(handheld: Handheld, practice: Practice) -> None:
    handheld.press("*KEYS*")
    handheld.page.evaluate(INTO_THE_FIELD, "LOC-A-03-12-B")
    handheld.page.keyboard.press("Enter")
    handheld.expect_judged(1)
    assert practice.codes() == ["LOC-A-03-12-B"]
    assert practice.booked[0]["source"] == "wedge"


def test_a_scan_into_half_typed_text_is_asked_for_again(handheld: Handheld, practice: Practice) -> None:
    handheld.press("*KEYS*")
    handheld.page.keyboard.type("69", delay=150)
    handheld.page.wait_for_timeout(200)
    handheld.page.evaluate(INTO_THE_FIELD, "LOC-A-03-12-B")
    handheld.page.keyboard.press("Enter")
    handheld.expect_code("typed_and_scanned")
    handheld.expect_judged(1)
    handheld.settle()
    assert handheld.page.evaluate("() => performance.getEntriesByName('scan').length") == 1
    assert practice.codes() == []
    handheld.scan_and_wait("LOC-A-03-12-B")
    assert practice.codes() == ["LOC-A-03-12-B"]


def test_an_endless_code_is_refused_here(handheld: Handheld, practice: Practice) -> None:
    handheld.scan("X" * 250)
    handheld.expect_code("code_too_long")
    handheld.expect_body(tone="stop")
    assert practice.codes() == []
