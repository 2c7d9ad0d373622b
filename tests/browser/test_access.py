"""Axe objects to nothing, on any screen, in any state, in both languages, by day and in the dark."""

import hashlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from scanner_ui.words import languages
from tests.browser.axe import FOLDER, SCRIPT, violations
from tests.browser.handheld import Handheld
from tests.browser.practice_server import FOUND, PARCEL, PICK, SCREENS, Practice
from tests.browser.screens import screens

pytestmark = pytest.mark.browser

THEMES = ("day", "dark")
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
OUTCOMES = ("SKU-1", "ALL-1", "ASK-1", "NO-1", "WHAT-1", "GATE-SHUT", "GATE-OPEN")


def test_axe_is_the_one_its_makers_publish_with_its_licence() -> None:
    assert hashlib.sha256(SCRIPT.read_bytes()).hexdigest() == AXE_SHA256
    assert "Mozilla Public License" in (FOLDER / "LICENSE").read_text("utf-8")


def test_axe_objects_where_there_is_something_to_object_to(handheld: Handheld) -> None:
    handheld.page.evaluate("() => document.querySelector('#facts').style.setProperty('color', '#666')")
    handheld.page.evaluate("() => document.querySelector('#why').before(document.createElement('button'))")
    found = " ".join(violations(handheld.page))
    assert "color-contrast-enhanced" in found
    assert "button-name" in found


@pytest.fixture(params=[(language, theme) for language in languages() for theme in THEMES], ids="-".join)
def worn(request: pytest.FixtureRequest, browser: Browser, practice: Practice) -> Iterator[tuple[Handheld, str]]:
    """A handheld in one language and one theme, and the language."""
    language, theme = request.param
    context = browser.new_context(viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    context.add_cookies([{"name": "wms_theme", "value": theme, "url": practice.url}])
    yield Handheld(context.new_page(), practice.url), language
    context.close()


def test_no_screen_has_a_fault(worn: tuple[Handheld, str], practice: Practice) -> None:
    handheld, language = worn
    faults = {}
    handheld.open(f"/?language={language}")
    for name, screen in screens(language, long=True).items():
        practice.screen = screen
        handheld.scan_and_wait(f"SKU-{name}")
        faults[name] = violations(handheld.page)
    assert not {name: found for name, found in faults.items() if found}


def test_no_answer_and_no_state_has_a_fault(worn: tuple[Handheld, str], practice: Practice) -> None:
    handheld, language = worn
    faults = {}
    practice.screen = PICK
    handheld.open(f"/?language={language}")
    for code in OUTCOMES:
        handheld.scan_and_wait(code)
        faults[code] = violations(handheld.page)
    for name, more in (("parcel", {"parcel": PARCEL}), ("found", {"found": FOUND, "why": "/office/doctor"})):
        practice.more = more
        handheld.scan_and_wait(f"NO-{name}")
        faults[name] = violations(handheld.page)
    practice.more = {}
    handheld.open(f"/?language={language}")
    handheld.press("*MENU*")
    faults["menu"] = violations(handheld.page)
    handheld.open(f"/?language={language}")
    handheld.press("*KEYS*")
    faults["typing"] = violations(handheld.page)
    practice.signed_in = False
    handheld.open(f"/?language={language}")
    faults["badge"] = violations(handheld.page)
    handheld.scan("EMP-1")
    handheld.expect_body(step="pin")
    faults["pin"] = violations(handheld.page)
    assert not {name: found for name, found in faults.items() if found}


def test_nothing_is_at_fault_with_scripts_off(browser: Browser, practice: Practice) -> None:
    """The page by itself; axe needs scripts, so they are switched on only for looking at it."""
    context = browser.new_context(viewport={"width": 360, "height": 640})
    page = context.new_page()
    page.route("**/*.js", lambda route: route.abort())
    practice.screen = SCREENS["pick"]
    page.goto(practice.url)
    assert violations(page) == []
    context.close()
