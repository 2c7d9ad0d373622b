"""The camera as a scanner, before a real Chromium with a film of a barcode in place of its camera."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect, sync_playwright

from tests.browser.barcode_video import film
from tests.browser.handheld import Handheld
from tests.browser.practice_server import Practice, practice_server
from tests.support.browser import HANDHELD_HEIGHT, HANDHELD_WIDTH

pytestmark = pytest.mark.browser

GS = "\x1d"


@dataclass
class Filmed:
    """A handheld whose camera sees a film, and what it loaded."""

    hand: Handheld
    practice: Practice
    requests: list[str] = field(default_factory=list)

    @property
    def page(self) -> Page:
        return self.hand.page

    def loaded(self, part: str) -> list[str]:
        return [url for url in self.requests if part in url]

    def open_camera(self) -> None:
        self.hand.press("*MENU*")
        self.hand.press("*CAMERA*")


@contextmanager
def filmed(chromium: Path, video: Path | None, **context: Any) -> Iterator[Filmed]:
    arguments = ["--disable-dev-shm-usage", "--no-sandbox", "--use-fake-ui-for-media-stream"]
    if video is not None:
        arguments += ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={video}"]
    with practice_server() as practice, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        page = browser.new_page(
            viewport={"width": HANDHELD_WIDTH, "height": HANDHELD_HEIGHT}, has_touch=True, is_mobile=True, **context
        )
        seen = Filmed(Handheld(page, practice.url), practice)

        def note(request: Request) -> None:
            seen.requests.append(request.url)

        page.on("request", note)
        seen.hand.open()
        yield seen
        browser.close()


@pytest.mark.parametrize(
    ("barcode_format", "printed", "raw"),
    [
        ("Code128", "LOC-A-01-03-2", "]C0LOC-A-01-03-2"),
        ("EAN13", "9520000000004", "]E09520000000004"),
        ("DataMatrix", "(01)09520000000004(10)L77(21)S5", f"]d2010952000000000410L77{GS}21S5"),
        ("QRCode", "TOT-17", "]Q1TOT-17"),
    ],
    ids=["code-128", "ean-13", "gs1-data-matrix", "qr"],
)
def test_a_code_before_the_camera_is_a_scan(
    chromium: Path, tmp_path: Path, barcode_format: str, printed: str, raw: str
) -> None:
    with filmed(chromium, film(tmp_path / "code.y4m", [(barcode_format, printed)])) as seen:
        assert seen.loaded("camera") == seen.loaded("vendor") == []
        seen.open_camera()
        seen.hand.expect_judged(1)
        (scan,) = seen.practice.booked
        assert (scan["raw"], scan["source"], scan["symbology"]) == (raw, "camera", raw[:3])
        expect(seen.page.locator("#camera")).to_have_count(0)
        # What was loaded came from here, and only now.
        assert len(seen.loaded("zxing_reader")) == 1
        assert [url for url in seen.requests if not url.startswith((seen.practice.url, "blob:", "data:"))] == []


def test_one_press_is_one_code_and_the_second_loads_nothing_again(chromium: Path, tmp_path: Path) -> None:
    with filmed(chromium, film(tmp_path / "code.y4m", [("Code128", "LOC-A-01-03-2")])) as seen:
        seen.open_camera()
        seen.hand.expect_judged(1)
        seen.page.wait_for_timeout(1_600)  # longer than the echo window of the practice server
        assert len(seen.practice.booked) == 1
        seen.open_camera()
        seen.hand.expect_judged(2)
        assert [scan["source"] for scan in seen.practice.booked] == ["camera", "camera"]
        assert len(seen.loaded("zxing_reader")) == len(seen.loaded("/reader.")) == 1


def test_the_camera_is_left_by_its_button_and_by_a_scan(chromium: Path, tmp_path: Path) -> None:
    with filmed(chromium, film(tmp_path / "nothing.y4m", [])) as seen:
        camera = seen.page.locator("#camera")
        seen.open_camera()
        expect(camera).to_be_visible()
        assert camera.evaluate("(panel) => panel.getBoundingClientRect().height === innerHeight")
        seen.page.wait_for_function("() => document.querySelector('#camera video').srcObject !== null")
        live = (
            "() => document.querySelector('#camera video').srcObject.getTracks().some((t) => t.readyState === 'live')"
        )
        assert seen.page.evaluate(live)
        camera.locator("button").tap()
        expect(camera).to_have_count(0)
        seen.open_camera()
        expect(camera).to_be_visible()
        seen.hand.scan_and_wait("SKU-1")
        expect(camera).to_have_count(0)
        assert [scan["source"] for scan in seen.practice.booked] == ["wedge"]


def test_without_a_camera_it_says_so(chromium: Path) -> None:
    with filmed(chromium, None) as seen:
        seen.open_camera()
        seen.hand.expect_code("camera_missing")
        expect(seen.page.locator("#camera")).to_have_count(0)
        assert seen.practice.booked == []


def test_a_browser_that_may_not_use_the_camera_says_so(chromium: Path, tmp_path: Path) -> None:
    with filmed(chromium, film(tmp_path / "code.y4m", [("Code128", "X-1")])) as seen:
        denied = "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
        seen.page.evaluate(f"() => {{ {denied}; }}")
        seen.open_camera()
        seen.hand.expect_code("camera_denied")
        assert seen.hand.judged() == 0, "no scan was judged"


def test_the_browsers_own_detector_is_preferred(chromium: Path, tmp_path: Path) -> None:
    with filmed(chromium, film(tmp_path / "code.y4m", [("Code128", "LOC-A-01-03-2")])) as seen:
        seen.page.evaluate(
            """() => { window.BarcodeDetector = class {
              static getSupportedFormats() { return Promise.resolve(["code_128", "unknown"]); }
              detect() { return Promise.resolve([{ rawValue: "TOT-9", format: "code_128" }]); }
            }; }"""
        )
        seen.open_camera()
        seen.hand.expect_judged(1)
        (scan,) = seen.practice.booked
        assert (scan["raw"], scan["source"], scan["symbology"]) == ("TOT-9", "camera", "code_128")
        assert seen.loaded("vendor") == []


def test_without_network_at_its_first_use_it_says_so(chromium: Path, tmp_path: Path) -> None:
    with filmed(chromium, film(tmp_path / "code.y4m", [("Code128", "X-1")])) as seen:
        seen.page.context.set_offline(True)
        seen.open_camera()
        seen.hand.expect_code("not_loaded")
