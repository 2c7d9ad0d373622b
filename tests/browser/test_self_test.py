"""The self-test tells what is wrong with a scanner, and the set-up sheet carries codes that really scan."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from scanner_ui.self_test import codes_to_scan
from scanner_ui.words import languages, words
from tests.browser.axe import violations
from tests.browser.handheld import Handheld
from tests.browser.served import serving
from tests.browser.test_screens import PALE, SMALL_TARGETS
from tests.support.floor import opened_floor

pytestmark = pytest.mark.browser

CODES = {code.name: code.content for code in codes_to_scan()}
AIMS = {code.name: code.aims[0] for code in codes_to_scan()}
DIGITS = CODES["digits"]


@pytest.fixture(scope="module")
def url(_pristine_sqlite: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("self-test")
    database_url: str = _pristine_sqlite.copy_to(folder)  # type: ignore[attr-defined]
    with opened_floor(database_url, folder, "none") as floor, serving(floor) as address:
        yield address


@pytest.fixture
def page(handheld_page: Page, url: str) -> Page:
    handheld_page.goto(f"{url}/handheld/self-test")
    expect(handheld_page.locator("html[data-ready='1']")).to_be_attached()
    return handheld_page


def scan(page: Page, text: str, *, suffix: str = "Enter", gap_ms: float = 8) -> None:
    """A delivery whose keys say that they came so far apart."""
    Handheld(page, "").scan(text, suffix=suffix, gap_ms=gap_ms)


def findings(page: Page, name: str) -> dict[str, str]:
    """What is said of one code: names of findings with their tones."""
    lines = page.locator(f"#test-{name} li")
    expect(lines.first).to_be_visible(timeout=5_000)
    return {line.get_attribute("data-finding") or "": line.get_attribute("data-tone") or "" for line in lines.all()}


def test_a_scanner_that_is_set_up_right_passes(page: Page) -> None:
    for name, content in CODES.items():
        scan(page, AIMS[name] + content)
        right = {"suffix", "aim", "complete", "pace", *(["separator"] if name == "separator" else [])}
        assert findings(page, name) == dict.fromkeys(right, "go")
    expect(page.locator("#sum")).not_to_contain_text("left")
    expect(page.locator("body")).to_have_attribute("data-tone", "go")


def test_real_keys_are_heard_however_slow_they_come(page: Page) -> None:
    """A busy device hands the keys of one code over in pieces; the suffix tells where it ends."""
    page.keyboard.type(AIMS["once"] + CODES["once"][:4])
    page.wait_for_timeout(800)
    page.keyboard.type(CODES["once"][4:])
    page.keyboard.press("Enter")
    found = findings(page, "once")
    assert {name: found.get(name) for name in ("suffix", "aim", "complete")} == dict.fromkeys(
        ("suffix", "aim", "complete"), "go"
    )
    page.keyboard.type(AIMS["separator"] + CODES["separator"].partition("\x1d")[0])
    page.keyboard.press("Control+]")
    page.keyboard.type(CODES["separator"].partition("\x1d")[2])
    page.keyboard.press("Enter")
    assert findings(page, "separator")["separator"] == "go"


@pytest.mark.parametrize(
    ("text", "suffix", "name", "expected"),
    [
        (DIGITS, "Enter", "digits", ("no_aim", "look")),
        ("]E0" + DIGITS, "", "digits", ("no_suffix", "look")),
        ("]E0" + DIGITS, "Tab", "digits", ("suffix", "go")),
        ("]C0" + DIGITS, "Enter", "digits", ("other_aim", "stop")),
        ("XY" + DIGITS, "Enter", "digits", ("prefix", "stop")),
        (DIGITS + "#", "Enter", "digits", ("appended", "stop")),
        (DIGITS[:5] + DIGITS[7:], "Enter", "digits", ("letters_lost", "stop")),
        (CODES["separator"].replace("\x1d", ""), "Enter", "separator", ("separator_lost", "stop")),
        (CODES["separator"].replace("\x1d", "|"), "Enter", "separator", ("stand_in", "go")),
        (CODES["separator"].replace("\x1d", "~"), "Enter", "separator", ("stand_in", "stop")),
        (CODES["letters"].swapcase(), "Enter", "letters", ("caps_lock", "stop")),
        (CODES["letters"].translate(str.maketrans("yzYZ-/", "zyZY_-")), "Enter", "letters", ("layout", "stop")),
        (CODES["letters"].translate(str.maketrans("aqAQ", "qaQA")), "Enter", "letters", ("layout", "stop")),
        (CODES["letters"].replace("/", "#"), "Enter", "letters", ("other_letters", "stop")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(page: Page, text: str, suffix: str, name: str, expected: tuple[str, str]) -> None:
    scan(page, text, suffix=suffix)
    finding, tone = expected
    assert findings(page, name).get(finding) == tone


def test_a_suffix_that_comes_twice(page: Page) -> None:
    scan(page, DIGITS, suffix="Enter+Tab")
    assert findings(page, "digits")["suffix_twice"] == "look"


def test_another_key_in_the_profile(page: Page) -> None:
    page.keyboard.press("F8")
    scan(page, DIGITS)
    assert findings(page, "digits")["other_keys"] == "stop"


def test_text_that_comes_as_a_whole(page: Page) -> None:
    page.keyboard.insert_text(DIGITS)
    page.keyboard.press("Enter")
    assert findings(page, "digits")["committed"] == "stop"


def test_a_code_that_comes_twice(page: Page) -> None:
    scan(page, CODES["once"])
    Handheld(page, "").scan(CODES["once"], after_ms=200)
    expect(page.locator("#test-once [data-finding='doubled']")).to_have_attribute("data-tone", "stop")


def test_slow_keys(page: Page) -> None:
    scan(page, CODES["once"], gap_ms=90)
    assert findings(page, "once")["slow"] == "stop"


def test_another_code_is_named_and_counts_for_nothing(page: Page) -> None:
    scan(page, "LOC-A-01")
    expect(page.locator("#other")).to_contain_text("LOC-A-01", timeout=5_000)
    assert page.locator(".tests li[data-finding]").count() == 0


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("path", ["/handheld/self-test", "/handheld/set-up"])
@pytest.mark.parametrize("width", [240, 320, 360, 1366])
def test_both_pages_fit_and_axe_has_no_objection(
    browser: Browser, url: str, path: str, width: int, language: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 640})
    context.add_cookies([{"name": "wms_language", "value": language, "url": url}])
    page = context.new_page()
    page.goto(url + path)
    assert page.locator("h1").inner_text() == words(language).text(path.rpartition("/")[2].replace("-", "_"), "title")
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    assert violations(page) == []
    assert page.evaluate(PALE, 7) == []
    if "self-test" in path:
        assert page.evaluate(SMALL_TARGETS, [56, 8]) == []
    context.close()


def test_the_sheet_fits_one_page_and_its_codes_scan(browser: Browser, url: str, tmp_path: Path) -> None:
    page = browser.new_page(viewport={"width": 794, "height": 1123})
    page.goto(f"{url}/handheld/set-up")
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") <= 1 or b"/Count 1" in pdf
    with Image.open(io.BytesIO(page.screenshot(full_page=True))) as picture:
        found = zxingcpp.read_barcodes(picture.convert("L"), text_mode=zxingcpp.TextMode.Plain)
    assert {(code.symbology_identifier, code.text) for code in found} == {
        (code.aims[-1], code.content) for code in codes_to_scan()
    }
    page.close()
