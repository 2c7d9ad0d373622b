"""The observable contract of docs/handheld-contract.md, row by row."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from scanner_ui.words import languages
from tests.browser.handheld import Handheld
from tests.browser.practice_server import Practice

pytestmark = pytest.mark.browser

CONTRACT = (Path(__file__).parents[2] / "docs" / "handheld-contract.md").read_text("utf-8")
TONES = {"idle", "go", "look", "stop", "saved"}


def test_the_attributes_of_the_body(handheld: Handheld) -> None:
    body = handheld.page.locator("body")
    handheld.expect_body(net="online")
    names = ("screen", "step", "tone", "net", "waiting", "attention")
    assert {name: body.get_attribute(f"data-{name}") for name in names} == {
        "screen": "picking", "step": "scan_item", "tone": "idle", "net": "online", "waiting": "0", "attention": "0",
    }  # fmt: skip
    expect(handheld.page.locator("html")).to_have_attribute("data-ready", "1")


OUTCOMES = (
    ("SKU-1", "go", "accepted", "", "accepted"),
    ("ALL-1", "go", "completed", "", "line_done"),
    ("ASK-1", "look", "confirm", "confirm_other_place", "look"),
    ("NO-1", "stop", "refused", "wrong_item", "stop"),
    ("WHAT-1", "stop", "unknown", "unknown_code", "unknown"),
    ("GATE-SHUT", "stop", "gate_closed", "customs_inspection", "gate_closed"),
)
MEASURED = "() => performance.getEntriesByName('scan').map(({ detail, duration }) => [detail, duration > 0])"


def test_the_last_outcome(handheld: Handheld, practice: Practice) -> None:
    """`data-code` is empty where the scan counted: whoever watches for refusals watches one attribute."""
    outcome = handheld.page.locator("#outcome")
    assert outcome.get_attribute("role") == "status"
    for number, (code, tone, result, said, sound) in enumerate(OUTCOMES, start=1):
        handheld.scan_and_wait(code)
        handheld.expect_body(tone=tone, outcome=result)
        expect(outcome).to_have_attribute("data-n", str(number))
        expect(outcome).to_have_attribute("data-code", said)
        expect(outcome).to_have_attribute("data-scan-id", practice.booked[-1]["scan_id"])
        expect(outcome).to_contain_text(f"{result} {code}")
        assert handheld.sounds()[number - 1 :] == [sound]
    assert handheld.page.evaluate(MEASURED) == [[scan["scan_id"], True] for scan in practice.booked]


def test_a_task_that_ends_sounds_otherwise_than_a_line(handheld: Handheld, practice: Practice) -> None:
    practice.give(["SKU-0", "SKU-1"])
    handheld.open()
    for code, sound in (("*NEXT*", "accepted"), ("SKU-0", "accepted"), ("SKU-1", "task_done")):
        handheld.scan_and_wait(code)
        assert handheld.sounds()[-1] == sound


def test_what_the_page_itself_refuses_counts_once_and_is_no_scan_before(handheld: Handheld, practice: Practice) -> None:
    outcome = handheld.page.locator("#outcome")
    handheld.scan_and_wait("SKU-1")
    handheld.scan_and_wait("X" * 250)
    handheld.expect_code("code_too_long")
    expect(outcome).to_have_attribute("data-scan-id", "")
    handheld.page.context.set_offline(True)
    handheld.expect_body(net="offline")
    handheld.scan_and_wait("SKU-2")
    handheld.expect_code("needs_connection")
    expect(outcome).to_have_attribute("data-scan-id", "")
    expect(outcome).to_have_attribute("data-n", "3")
    assert [scan_id for scan_id, _ in handheld.page.evaluate(MEASURED)] == [practice.booked[0]["scan_id"], "", ""]


def test_what_is_no_scan_is_not_counted(handheld: Handheld, practice: Practice) -> None:
    """The session is over: the scan waits, and its answer after the sign-in is the first and only one."""
    practice.signed_in = False
    handheld.scan("SKU-1")
    handheld.expect_code("sign_in_again")
    assert handheld.judged() == 0
    expect(handheld.page.locator("#outcome")).to_have_attribute("data-scan-id", "")
    handheld.sign_in()
    handheld.expect_body(waiting="0")
    assert handheld.judged() == 1
    assert practice.codes() == ["SKU-1"]


def test_what_to_scan(handheld: Handheld) -> None:
    strip = handheld.page.locator("#expect")
    assert strip.inner_text() == "ITEM …4567"
    assert strip.get_attribute("data-kinds") == "item"


@pytest.mark.parametrize("language", languages())
def test_every_control_has_an_action_and_a_name(handheld: Handheld, language: str) -> None:
    handheld.open(f"/?language={language}")
    handheld.press("*MENU*")
    for control in handheld.page.locator("button:visible, summary:visible, a:visible").all():
        name = control.get_attribute("data-action") or ""
        assert re.fullmatch(r"\*[A-Z+0-9]+\*|\d", name), control.evaluate("(element) => element.outerHTML")
        assert control.inner_text().strip() or control.get_attribute("aria-label")


def test_without_scripts_the_answer_carries_the_same(browser: Browser, practice: Practice) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(practice.url)
    for code, tone, said in (("NO-7", "stop", "wrong_item"), ("SKU-7", "go", "")):
        page.locator("#raw").fill(code)
        page.locator("#raw").press("Enter")
        expect(page.locator("body")).to_have_attribute("data-tone", tone)
        expect(page.locator("#outcome")).to_have_attribute("data-code", said)
        expect(page.locator("#raw")).to_have_attribute("placeholder", code)
    page.locator("[data-action='*SHORT*']").click()
    expect(page.locator("#outcome")).to_contain_text("accepted *SHORT*")
    context.close()


def test_the_document_names_what_there_is(handheld: Handheld) -> None:
    for name in re.findall(r"`(data-[a-z-]+)`", CONTRACT):
        assert handheld.page.locator(f"[{name}]").count() > 0, name
    assert set(re.findall(r"`(\w+)`", CONTRACT.partition("| tone |")[2].partition("\n")[0])) - {"data"} >= TONES
