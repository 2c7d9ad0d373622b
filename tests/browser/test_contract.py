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


@pytest.mark.parametrize(
    ("code", "tone", "said"),
    [
        ("SKU-1", "go", ""),
        ("ALL-1", "go", ""),
        ("ASK-1", "look", "confirm_other_place"),
        ("NO-1", "stop", "wrong_item"),
        ("WHAT-1", "stop", "unknown_code"),
        ("GATE-SHUT", "stop", "customs_inspection"),
    ],
)
def test_the_last_outcome(handheld: Handheld, practice: Practice, code: str, tone: str, said: str) -> None:
    """`data-code` is empty where the scan counted: whoever watches for refusals watches one attribute."""
    outcome = handheld.page.locator("#outcome")
    assert outcome.get_attribute("role") == "status"
    handheld.scan_and_wait(code)
    handheld.expect_body(tone=tone)
    expect(outcome).to_have_attribute("data-n", "1")
    expect(outcome).to_have_attribute("data-code", said)
    expect(outcome).to_have_attribute("data-scan-id", practice.booked[-1]["scan_id"])
    assert len(handheld.page.evaluate("() => performance.getEntriesByName('scan')")) == 1
    assert len(handheld.sounds()) == 1


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
    context.close()


def test_the_document_names_what_there_is(handheld: Handheld) -> None:
    for name in re.findall(r"`(data-[a-z-]+)`", CONTRACT):
        assert handheld.page.locator(f"[{name}]").count() > 0, name
    assert set(re.findall(r"`(\w+)`", CONTRACT.partition("| tone |")[2].partition("\n")[0])) - {"data"} >= TONES
