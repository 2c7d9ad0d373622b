"""Every screen on every device: nothing outside, nothing small, nothing pale, nothing that moves under a thumb."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from scanner_ui.words import languages
from tests.browser.handheld import GREEN_MS, Handheld
from tests.browser.practice_server import ECHO_MS, FOUND, PARCEL, PICK, SCREENS, Practice
from tests.browser.screens import WORK, screens

pytestmark = pytest.mark.browser

DEVICES = [(320, 480), (240, 320), (360, 512), (360, 640), (411, 823), (1366, 768)]
THEMES = ("day", "dark")
SMALLEST_TARGET, GAP = 56, 8
ARM_S_LENGTH = 40
GATE_WORD = 120
CONTRAST = 7.0
WORDS = {"GATE-SHUT": "禁止出库", "GATE-OPEN": "放行"}
"""On the gate whatever language is spoken."""


def opened(
    browser: Browser, practice: Practice, size: tuple[int, int], *, theme: str = "day", hand: str = "right"
) -> Page:
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=True, is_mobile=width < 1000)
    for name, value in (("wms_theme", theme), ("wms_hand", hand)):
        context.add_cookies([{"name": name, "value": value, "url": practice.url}])
    return context.new_page()


def every_screen(language: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Ordinary and long, each under its own name."""
    for name, screen in screens(language).items():
        yield name, screen
    for name, screen in screens(language, long=True).items():
        yield f"long {name}", screen


class Faults(dict[str, list[str]]):
    """What is wrong, by screen; empty where nothing is."""

    def note(self, name: str, found: list[str]) -> None:
        if found:
            self[name] = found


@pytest.fixture(params=languages())
def spoken(request: pytest.FixtureRequest, browser: Browser, practice: Practice) -> Iterator[tuple[Handheld, str]]:
    """A handheld in one language, and the language."""
    language = request.param
    handheld = Handheld(opened(browser, practice, (360, 640)), practice.url)
    practice.screen = screens(language)["home"]
    handheld.open(f"/?language={language}")
    yield handheld, language
    handheld.page.context.close()


def show(handheld: Handheld, practice: Practice, screen: dict[str, Any]) -> None:
    """Bring a screen by a scan, as it comes on the floor."""
    practice.screen = screen
    handheld.scan_and_wait(f"SKU-{handheld.judged()}")


def test_every_screen_fits_every_device(spoken: tuple[Handheld, str], practice: Practice) -> None:
    handheld, language = spoken
    faults = Faults()
    for name, screen in every_screen(language):
        show(handheld, practice, screen)
        for size in DEVICES:
            handheld.page.set_viewport_size({"width": size[0], "height": size[1]})
            # An old device with keys shows more than three kinds of work by scrolling; its next job is always there.
            scrolls = size == (240, 320) and len(screen["choices"]) > 3
            found = handheld.page.evaluate(OUTSIDE, scrolls)
            found += handheld.page.evaluate(SMALL_TARGETS, [SMALLEST_TARGET, GAP])
            faults.note(f"{name} at {size[0]} × {size[1]}", found)
    assert not faults


def test_a_long_refusal_stays_on_the_screen(spoken: tuple[Handheld, str], practice: Practice) -> None:
    handheld, language = spoken
    practice.screen = screens(language, long=True)["picking.scan_item"]
    practice.more = {"message": LONG_MESSAGES[language], "why": "/office/doctor"}
    handheld.scan_and_wait("NO-1")
    faults = Faults()
    for size in DEVICES:
        handheld.page.set_viewport_size({"width": size[0], "height": size[1]})
        outcome = handheld.page.locator("#outcome").bounding_box()
        assert outcome is not None
        assert outcome["y"] + outcome["height"] <= size[1]
        faults.note(str(size), handheld.page.evaluate(CUT_OFF, "#outcome"))
    assert not faults


def test_every_key_of_the_pad_can_be_tapped_after_a_wrong_pin(browser: Browser, practice: Practice) -> None:
    practice.signed_in = False
    handheld = Handheld(opened(browser, practice, (240, 320)), practice.url)
    handheld.open()
    handheld.scan("EMP-1")
    handheld.expect_body(step="pin")
    for key in ("9", "9", "9", "9", "*OK*"):
        handheld.press(key)
    handheld.expect_code("bad_pin")
    for size in DEVICES[:4]:
        handheld.page.set_viewport_size({"width": size[0], "height": size[1]})
        covered = handheld.page.evaluate(COVERED, "#pad button")
        assert not covered, size
    handheld.page.context.close()


def test_every_text_stands_out_seven_to_one(spoken: tuple[Handheld, str], practice: Practice) -> None:
    handheld, language = spoken
    faults = Faults()

    def look(name: str) -> None:
        for theme in THEMES:
            handheld.page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
            faults.note(f"{name} {theme}", handheld.page.evaluate(PALE, CONTRAST))

    for name, screen in screens(language, long=True).items():
        show(handheld, practice, screen)
        look(name)
    handheld.hold_timers(GREEN_MS)
    practice.screen = PICK
    for code in ("SKU-1", "ALL-1", "ASK-1", "NO-1", "WHAT-1", "GATE-SHUT", "GATE-OPEN"):
        handheld.scan_and_wait(code)
        look(code)
    for more in ({"parcel": PARCEL}, {"found": FOUND, "why": "/office/doctor"}):
        practice.more = more
        handheld.scan_and_wait(f"NO-{list(more)}")
        look(str(list(more)))
    assert not faults


def test_pale_text_would_be_noticed(handheld: Handheld) -> None:
    handheld.page.evaluate("() => document.querySelector('#facts').style.setProperty('color', '#666')")
    assert handheld.page.evaluate(PALE, CONTRAST) == ["L2607", "2028-01-31"]


def test_place_and_quantity_are_read_at_arm_s_length(handheld: Handheld) -> None:
    for size in DEVICES:
        handheld.page.set_viewport_size({"width": size[0], "height": size[1]})
        for part in ("#where", "[data-slot='how_many']"):
            assert font_size(handheld.page, part) >= ARM_S_LENGTH, f"{part} at {size}"
        for part in ("[data-slot='what']", "[data-slot='what_tail']", "#expect"):
            assert handheld.page.locator(part).is_visible()
    tail = handheld.page.locator("[data-slot='where_tail']")
    assert tail.inner_text() == "B"
    ground = "(element) => getComputedStyle(element).backgroundColor"
    assert tail.evaluate(ground) != handheld.page.locator("#where").evaluate(ground), "the last part stands out"


def font_size(page: Page, part: str) -> float:
    return float(page.locator(part).first.evaluate("(element) => parseFloat(getComputedStyle(element).fontSize)"))


@pytest.mark.parametrize("code", ["GATE-SHUT", "GATE-OPEN"])
def test_the_gate_is_read_from_three_metres(spoken: tuple[Handheld, str], practice: Practice, code: str) -> None:
    handheld, language = spoken
    handheld.hold_timers(GREEN_MS)
    practice.screen = SCREENS["dispatch"]
    for size in DEVICES:
        handheld.page.set_viewport_size({"width": size[0], "height": size[1]})
        # Another parcel each time: the same code again at once would be a bounce.
        handheld.scan_and_wait(f"{code}-{size[0]}x{size[1]}")
        gate = handheld.page.locator("#gate").bounding_box()
        assert gate == {"x": 0, "y": 0, "width": size[0], "height": size[1]}, "it covers the screen"
        assert font_size(handheld.page, ".gate-word") >= GATE_WORD
        assert handheld.page.evaluate(LETTERS_OUTSIDE, ".gate-word") is False, size
        assert handheld.page.evaluate(LETTERS_COVERED, [".gate-word", "#gate .keys"]) is False, size
        both = handheld.page.locator(".gate-both:visible").inner_text().split()
        assert both == {"en": [], "zh-Hans": ["STOP" if code == "GATE-SHUT" else "GO"]}[language] + [WORDS[code]]
        put = handheld.page.locator(".gate-put").bounding_box()
        if code == "GATE-SHUT":
            assert put is not None
            assert put["y"] + put["height"] <= size[1]


# --- nothing moves, and every scan shows ------------------------------------------------------------------------------


def test_buttons_of_home_do_not_move_when_counts_change(handheld: Handheld, practice: Practice) -> None:
    """The thumb that pressed Pick yesterday presses Pick today."""
    places = []
    for name in ("home", "home-empty"):
        show(handheld, practice, screens("en")[name])
        boxes = handheld.page.locator("#home button")
        places.append(
            {boxes.nth(n).get_attribute("data-action"): boxes.nth(n).bounding_box() for n in range(boxes.count())}
        )
    assert len(places[0]) == len(WORK) + 1
    assert places[0] == places[1]


def test_the_buttons_of_a_home_that_was_foreseen_stay_too(handheld: Handheld, practice: Practice) -> None:
    show(handheld, practice, screens("en")["home"])
    before = handheld.page.locator("#home button[data-action='*PICK*']").bounding_box()
    practice.screen = {**screens("en")["home"], "choices": [], "next_job": None}
    handheld.scan_and_wait("*HOME*")
    assert handheld.page.locator("#home button[data-action='*PICK*']").bounding_box() == before


def test_a_further_scan_on_a_red_gate_shows(handheld: Handheld, practice: Practice) -> None:
    practice.screen = SCREENS["dispatch"]
    handheld.scan_and_wait("GATE-SHUT")
    practice.screen = SCREENS["gate_shut"]
    looks = [handheld.page.screenshot()]
    for code in ("NO-1", "NO-1", "SKU-2"):
        handheld.page.wait_for_timeout(ECHO_MS + 100)
        handheld.scan_and_wait(code)
        handheld.stand_still()
        looks.append(handheld.page.screenshot())
    assert len(set(looks)) == len(looks), "every scan changes what is to be seen"
    assert handheld.page.locator(".gate-further").inner_text() == "×4 accepted SKU-2"


def test_a_further_refusal_with_the_same_words_shows(handheld: Handheld, practice: Practice) -> None:
    practice.more = {"message": {"title": "Put it back.", "next": ""}}
    looks = []
    for _ in range(3):
        handheld.scan_and_wait("NO-1")
        handheld.page.wait_for_timeout(ECHO_MS + 100)
        looks.append(handheld.page.screenshot())
    assert len(set(looks)) == 3
    assert handheld.page.locator("[data-slot='again']").inner_text() == "×3"
    practice.more = {}
    handheld.scan_and_wait("SKU-1")
    assert handheld.page.locator("[data-slot='again']").is_hidden()


def test_a_code_on_the_gate_stays_in_one_line(handheld: Handheld, practice: Practice) -> None:
    show(handheld, practice, screens("en")["gate-shut"])
    codes = handheld.page.locator(".gate-put .whole")
    assert [code.inner_text() for code in codes.all()] == ["CAGE-Q1", "CAGE-Q1"]


def test_a_refusal_marks_what_is_different(handheld: Handheld, practice: Practice) -> None:
    pieces = [
        [["You are at ", ""]], [["A-03-1", ""], ["3", "got"], ["-B", ""]],
        [[". Go to ", ""]], [["A-03-1", ""], ["2", "want"], ["-B", ""]], [[".", ""]],
    ]  # fmt: skip
    practice.more = {"message": {"title": "You are at A-03-13-B. Go to A-03-12-B.", "next": "", "pieces": pieces}}
    handheld.scan_and_wait("NO-1")
    marks = handheld.page.locator("#outcome mark")
    assert [(mark.get_attribute("class"), mark.inner_text()) for mark in marks.all()] == [("got", "3"), ("want", "2")]
    assert handheld.page.locator(".outcome-title").inner_text() == "You are at A-03-13-B. Go to A-03-12-B."


def test_the_left_hand_has_the_keys_on_the_left(browser: Browser, practice: Practice) -> None:
    sides = {}
    for hand in ("right", "left"):
        handheld = Handheld(opened(browser, practice, (360, 640), hand=hand), practice.url)
        handheld.open()
        keys = handheld.page.locator(".actions .keys").bounding_box()
        undo = handheld.page.locator("[data-action='*UNDO*']").bounding_box()
        assert keys is not None
        assert undo is not None
        sides[hand] = (keys["x"] < 180, undo["x"] < 180)
        handheld.page.context.close()
    assert sides == {"right": (False, True), "left": (True, False)}


# --- eyes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("eyes", ["none", "protanopia", "deuteranopia", "tritanopia", "achromatopsia"])
def test_go_and_stop_differ_in_lightness_for_every_eye(handheld: Handheld, practice: Practice, eyes: str) -> None:
    session = handheld.page.context.new_cdp_session(handheld.page)
    session.send("Emulation.setEmulatedVisionDeficiency", {"type": eyes})
    handheld.hold_timers(GREEN_MS)
    seen = {}
    for code in ("SKU-1", "ALL-1", "NO-1", "WHAT-1"):
        handheld.scan_and_wait(code)
        handheld.stand_still()
        seen[code] = luminance_of_panel(handheld.page)
    practice.screen = SCREENS["dispatch"]
    for code in ("GATE-OPEN", "GATE-SHUT"):
        handheld.scan_and_wait(code)
        handheld.stand_still()
        seen[code] = luminance_at(handheld.page, 30, 320)
    for go in ("SKU-1", "ALL-1", "GATE-OPEN"):
        for stop in ("NO-1", "WHAT-1", "GATE-SHUT"):
            assert (seen[go] + 0.05) / (seen[stop] + 0.05) >= 4.5, f"{go} against {stop}"


def luminance_of_panel(page: Page) -> float:
    box = page.locator("#outcome").bounding_box()
    assert box is not None
    return luminance_at(page, box["x"] + box["width"] - 24, box["y"] + box["height"] - 24)


def luminance_at(page: Page, x: float, y: float) -> float:
    """Relative luminance of the painted pixel, as the emulated eye gets it."""
    png = page.screenshot(clip={"x": x, "y": y, "width": 2, "height": 2})
    with Image.open(io.BytesIO(png)) as picture:
        red, green, blue = picture.convert("RGB").getpixel((0, 0))  # type: ignore[misc]
    linear = [
        (v / 255) / 12.92 if v / 255 <= 0.04045 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in (red, green, blue)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_letters_twice_as_large_are_all_there(spoken: tuple[Handheld, str], practice: Practice) -> None:
    """The browser's own letters at 200 %: the page may scroll down, but loses nothing and never goes sideways."""
    handheld, language = spoken
    session = handheld.page.context.new_cdp_session(handheld.page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    faults = Faults()
    for name in ("home", "picking.scan_place", "picking.scan_item", "packing.weigh", "gate-shut"):
        show(handheld, practice, screens(language, long=True)[name])
        for size in ((360, 640), (411, 823), (1366, 768)):
            handheld.page.set_viewport_size({"width": size[0], "height": size[1]})
            assert font_size(handheld.page, "#expect") >= 36
            found = handheld.page.evaluate(CUT_OFF, "body") + handheld.page.evaluate(SIDEWAYS)
            faults.note(f"{name} at {size}", found)
    assert not faults


LONG_MESSAGES = {
    "en": {
        "title": "This is Bamboo brush, soft, family pack of two. You need Bamboo brush, soft, family pack of four.",
        "next": "Put it back, scan the right one.",
        "pieces": [
            [["This is ", ""]], [["Bamboo brush, soft, family pack of ", ""], ["two", "got"]],
            [[". You need ", ""]], [["Bamboo brush, soft, family pack of ", ""], ["four", "want"]], [[".", ""]],
        ],
    },
    "zh-Hans": {
        "title": "这是竹制牙刷 成人软毛 两支家庭装,需要竹制牙刷 成人软毛 四支家庭装。",
        "next": "放回原处,扫描正确的商品。",
        "pieces": [
            [["这是", ""]], [["竹制牙刷 成人软毛 ", ""], ["两支家庭装", "got"]],
            [[",需要", ""]], [["竹制牙刷 成人软毛 ", ""], ["四支家庭装", "want"]], [["。", ""]],
        ],
    },
}  # fmt: skip

# Elements that reach out of the window, or out of a part that cuts them off. What may scroll is left out.
OUTSIDE = """(homeScrolls) => {
  const faults = [];
  const main = document.querySelector("main");
  if (document.documentElement.scrollWidth > innerWidth) faults.push("page goes sideways");
  if (document.documentElement.scrollHeight > innerHeight) faults.push("page scrolls");
  if (!homeScrolls && main.scrollHeight > main.clientHeight + 1) {
    faults.push(`main: ${main.scrollHeight} in ${main.clientHeight}`);
  }
  for (const tote of document.querySelectorAll("#slots div")) {
    if (tote.scrollWidth > tote.clientWidth + 1) faults.push(`tote: ${tote.textContent}`);
  }
  for (const element of document.querySelectorAll("body *")) {
    if (!element.checkVisibility() || element.closest("svg, .sheet")) continue;
    if (homeScrolls && element.closest("#home")) continue;
    const box = element.getBoundingClientRect();
    if (box.width > 0 && (box.right > innerWidth + 1 || box.left < -1 || box.bottom > innerHeight + 1)) {
      if (element.closest(".gate-word") || element.closest(".net")) continue;
      faults.push(element.id || element.className || element.tagName);
    }
  }
  return faults;
}"""

CUT_OFF = """(part) => [...document.querySelectorAll(`${part} *`)].filter((element) => {
  if (!element.checkVisibility() || element.closest("svg, .net")) return false;
  if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) return false;
  if (element.closest(".bar h1") || element.id === "raw") return false;
  return element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX === "hidden"
      || element.scrollHeight > element.clientHeight + 2 && getComputedStyle(element).overflowY === "hidden";
}).map((element) => `cut: ${element.id || element.className} ${element.textContent.slice(0, 30)}`)"""

SIDEWAYS = """() => [...document.querySelectorAll("body *")].filter((element) => {
  if (!element.checkVisibility() || element.closest("svg, .gate-word, .net")) return false;
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.right > innerWidth + 1;
}).map((element) => `sideways: ${element.id || element.className || element.tagName}`)"""

# Targets that are too small, or closer together than a glove can tell apart.
SMALL_TARGETS = """([smallest, gap]) => {
  const covered = document.querySelector("#gate:not([hidden])");
  const targets = [...document.querySelectorAll("button, summary, a")]
    .filter((element) => element.checkVisibility() && (!covered || element.closest("#gate")));
  const boxes = targets.map((element) => ({ name: element.dataset.action, box: element.getBoundingClientRect() }));
  const faults = boxes.filter(({ box }) => box.height < smallest - 0.5 || box.width < 48 - 0.5)
    .map(({ name, box }) => `${name} ${box.width}×${box.height}`);
  boxes.forEach(({ name, box }, index) => {
    for (const other of boxes.slice(index + 1)) {
      const across = Math.max(other.box.left - box.right, box.left - other.box.right);
      const down = Math.max(other.box.top - box.bottom, box.top - other.box.bottom);
      const apart = Math.max(across, down);
      if (apart < gap - 0.5) faults.push(`${name} and ${other.name} are ${apart} apart`);
    }
  });
  return faults;
}"""

# Texts whose contrast with what is painted behind them is below the limit, by computed style.
PALE = """(limit) => {
  const parse = (text) => (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const channel = (value) => value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  const light = ([red, green, blue]) => 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const style = getComputedStyle(each);
      const colour = parse(style.backgroundColor);
      const drawn = style.backgroundImage;
      if (drawn.includes("gradient")) return parse(drawn.slice(drawn.indexOf("rgb")).split(")")[0]);
      if (colour.length < 4 || colour[3] === 1) return colour;
      if (colour[3] > 0) throw new Error("half transparent ground");
    }
    return [255, 255, 255];
  };
  const faults = [];
  for (const element of document.querySelectorAll("body *")) {
    const texts = [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
    const covered = document.querySelector("#gate:not([hidden])");
    if (texts.length === 0 || !element.checkVisibility({ visibilityProperty: true })) continue;
    if (covered && !element.closest("#gate")) continue;
    if (element.getBoundingClientRect().width <= 1) continue;
    const [one, other] = [light(parse(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => b - a);
    if ((one + 0.05) / (other + 0.05) < limit) faults.push(texts[0].data.trim());
  }
  return faults;
}"""

COVERED = """(parts) => [...document.querySelectorAll(parts)].filter((part) => {
  const { left, right, top, bottom } = part.getBoundingClientRect();
  const corners = [[left + 9, top + 9], [right - 9, bottom - 9]];
  return corners.some(([x, y]) => document.elementFromPoint(x, y)?.closest(parts) !== part);
}).map((part) => part.textContent)"""
LETTERS_OUTSIDE = """(part) => {
  const range = document.createRange();
  range.selectNodeContents(document.querySelector(part));
  const box = range.getBoundingClientRect();
  return box.left < 0 || box.right > innerWidth;
}"""

LETTERS_COVERED = """([part, other]) => {
  const range = document.createRange();
  range.selectNodeContents(document.querySelector(part));
  const [letters, box] = [range.getBoundingClientRect(), document.querySelector(other).getBoundingClientRect()];
  if (box.width === 0) return false;
  const across = letters.left < box.right && letters.right > box.left;
  return across && letters.top < box.bottom && letters.bottom > box.top;
}"""
