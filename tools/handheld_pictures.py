"""Take the pictures of every screen of the handheld, many on one sheet: all steps, all outcomes, all devices.

Called by tools/screenshots.py. The screens are drawn by the real page from what the presenter makes of every step of
every workflow (`tests.browser.screens`), answered by the practice server of the tests; the way of a real parcel is in
the other pictures. Sheets are small on purpose: the repository keeps every version for ever.
"""

import io
import logging
from collections.abc import Iterable

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.handheld import Handheld
from tests.browser.practice_server import ECHO_MS, FOUND, PARCEL, PICK, Practice, practice_server
from tests.browser.screens import screens
from tools.picture_files import in_the_pages_colours, write

MOST_BYTES = 75_000
GAP = 10
HANDHELD = (360, 640)
DEVICES = ((240, 320), (320, 480), (360, 512), (360, 640), (411, 823), (1366, 768))
OUTCOMES = ("SKU-1", "ALL-1", "ASK-1", "NO-1", "WHAT-1", "GATE-SHUT", "GATE-OPEN")
DIFFERENCE = {
    "title": "You are at A-03-13-B. Go to A-03-12-B.",
    "next": "Scan A-03-12-B.",
    "pieces": [
        [["You are at ", ""]], [["A-03-1", ""], ["3", "got"], ["-B", ""]],
        [[". Go to ", ""]], [["A-03-1", ""], ["2", "want"], ["-B", ""]], [[".", ""]],
    ],
}  # fmt: skip


def take_every_screen(browser: Browser) -> None:
    """Write the four sheets."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    with practice_server() as practice:
        for language, theme in (("en", "day"), ("zh-Hans", "dark")):
            _write(f"every-screen-{language}-{theme}", _steps(browser, practice, language, theme), columns=9)
        _write("every-outcome", _outcomes(browser, practice), columns=7)
        _write("every-device", _devices(browser, practice), columns=6)


def _opened(browser: Browser, practice: Practice, size: tuple[int, int], language: str, theme: str) -> Handheld:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, has_touch=True, is_mobile=True)
    context.add_cookies([{"name": "wms_theme", "value": theme, "url": practice.url}])
    handheld = Handheld(context.new_page(), practice.url)
    handheld.open(f"/?language={language}")
    return handheld


def _steps(browser: Browser, practice: Practice, language: str, theme: str) -> list[Image.Image]:
    practice.screen = screens(language)["home"]
    handheld = _opened(browser, practice, HANDHELD, language, theme)
    taken = []
    for name, screen in screens(language).items():
        practice.screen = screen
        practice.more = {"message": {"title": "✓", "next": ""}}
        handheld.scan_and_wait(f"SKU-{name}")
        taken.append(_picture(handheld.page, scale=2))
    practice.more = {}
    handheld.page.context.close()
    return taken


def _outcomes(browser: Browser, practice: Practice) -> list[Image.Image]:
    practice.screen = PICK
    practice.signed_in = False
    handheld = _opened(browser, practice, HANDHELD, "en", "day")
    taken = [_picture(handheld.page, scale=2)]
    handheld.scan("EMP-1")
    handheld.expect_body(step="pin")
    taken.append(_picture(handheld.page, scale=2))
    handheld.page.context.close()
    practice.signed_in = True
    handheld = _opened(browser, practice, HANDHELD, "en", "day")
    for code in OUTCOMES:
        practice.more = {"message": DIFFERENCE} if code == "NO-1" else {}
        handheld.scan_and_wait(code)
        taken.append(_picture(handheld.page, scale=2))
    for more in ({"parcel": PARCEL}, {"found": FOUND}):
        practice.more = more
        handheld.page.wait_for_timeout(ECHO_MS)
        handheld.scan_and_wait("SKU-2")
        taken.append(_picture(handheld.page, scale=2))
    practice.more = {}
    for action in ("*MENU*", "*KEYS*"):
        handheld.press(action)
        taken.append(_picture(handheld.page, scale=2))
        handheld.press("*HOME*" if action == "*MENU*" else "*CANCEL*")
    handheld.page.context.close()
    return taken


def _devices(browser: Browser, practice: Practice) -> list[Image.Image]:
    taken = []
    practice.screen = screens("en", long=True)["picture"]
    for size in DEVICES:
        handheld = _opened(browser, practice, size, "en", "day")
        handheld.scan_and_wait("NO-1")
        taken.append(_picture(handheld.page, scale=2))
        handheld.page.context.close()
    return taken


def _picture(page: Page, *, scale: int) -> Image.Image:
    page.wait_for_timeout(200)
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        return picture.convert("RGB").resize(
            (picture.width // scale, picture.height // scale), Image.Resampling.LANCZOS
        )


def _write(name: str, pictures: Iterable[Image.Image], *, columns: int) -> None:
    """All pictures on one sheet with a small palette."""
    taken = list(pictures)
    rows = [taken[start : start + columns] for start in range(0, len(taken), columns)]
    width = max(sum(each.width + GAP for each in row) for row in rows) + GAP
    height = sum(max(each.height for each in row) + GAP for row in rows) + GAP
    sheet = Image.new("RGB", (width, height), "#8a8a84")
    top = GAP
    for row in rows:
        left = GAP
        for each in row:
            sheet.paste(each, (left, top))
            left += each.width + GAP
        top += max(each.height for each in row) + GAP
    write(name, in_the_pages_colours(sheet), MOST_BYTES)
