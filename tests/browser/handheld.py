"""A handheld in a test: it scans as a keyboard wedge does and reads the page's observable contract, nothing else."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect


@dataclass
class Handheld:
    """The page of one handheld."""

    page: Page
    url: str

    def open(self, path: str = "/") -> None:
        """Load the page and wait until it takes scans. Sounds are kept for `sounds`."""
        self.page.add_init_script(
            "window.heard = []; document.addEventListener('wms:sound', (event) => window.heard.push(event.detail));"
        )
        self.page.goto(self.url + path)
        expect(self.page.locator("html[data-ready='1']")).to_be_attached()

    def scan(self, code: str, *, delay_ms: float = 0, suffix: str = "Enter") -> None:
        """Press the keys of a code as fast as a wedge does; `suffix` may be empty."""
        self.page.keyboard.type(code, delay=delay_ms)
        if suffix:
            self.page.keyboard.press(suffix)

    def scan_and_wait(self, code: str, **how: Any) -> None:
        """Scan, and wait until the answer is shown."""
        before = self.judged()
        self.scan(code, **how)
        self.expect_judged(before + 1)
        self.settle()

    def settle(self) -> None:
        """Wait until what is in the document has been painted."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)))")

    def judged(self) -> int:
        return int(self.page.locator("#outcome").get_attribute("data-n") or 0)

    def expect_judged(self, count: int, *, timeout_ms: float = 10_000) -> None:
        expect(self.page.locator("#outcome")).to_have_attribute("data-n", str(count), timeout=timeout_ms)

    def expect_body(self, **attributes: str) -> None:
        """Wait until the attributes of <body> are these: `expect_body(tone="go", waiting="0")`."""
        for name, value in attributes.items():
            expect(self.page.locator("body")).to_have_attribute(f"data-{name}", value, timeout=10_000)

    def expect_code(self, code: str) -> None:
        expect(self.page.locator("#outcome")).to_have_attribute("data-said", code, timeout=10_000)

    def press(self, action: str) -> None:
        """Tap a control by its contract name."""
        self.page.locator(f"[data-action='{action}']:visible").first.tap()

    def sounds(self) -> list[str]:
        heard: list[str] = self.page.evaluate("() => window.heard")
        return heard

    def sign_in(self, badge: str = "EMP-1", pin: str = "1234") -> None:
        self.scan(badge)
        self.expect_body(step="pin")
        for digit in pin:
            self.press(digit)
        self.press("*OK*")
