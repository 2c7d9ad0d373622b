"""A handheld in a test: it scans as a keyboard wedge does and reads the page's observable contract, nothing else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, Route, expect

GREEN_MS = 1500
"""How long the gate stays open: docs/handheld-contract.md."""

GIVES_UP_MS = 8000
"""How long the page waits for an answer: http.js."""

KEYS = """([code, suffix, gap, after]) => {
  const keys = [...code, ...suffix.split("+").filter(Boolean)];
  const end = after === null ? performance.now() : window.lastKeyAt + after + gap * keys.length;
  keys.forEach((key, index) => {
    const control = key === "\\x1d";
    const how = { key: control ? "]" : key, ctrlKey: control, bubbles: true, cancelable: true };
    const event = new KeyboardEvent("keydown", how);
    const at = end - gap * (keys.length - 1 - index);
    if (gap || after !== null) Object.defineProperty(event, "timeStamp", { value: at });
    (document.activeElement || document.body).dispatchEvent(event);
    window.lastKeyAt = event.timeStamp;
  });
}"""
HOLD = """(ms) => {
  const set = window.setTimeout;
  window.heldTimers = [];
  window.setTimeout = (work, after, ...rest) => after === ms ? window.heldTimers.push(work) : set(work, after, ...rest);
  window.releaseTimers = () => { window.setTimeout = set; window.heldTimers.forEach((work) => work()); };
}"""


@dataclass
class Handheld:
    """The page of one handheld."""

    page: Page
    url: str
    patience_ms: float = 10_000
    """How long a state may take to come."""

    def open(self, path: str = "/") -> None:
        """Load the page and wait until it takes scans. Sounds are kept for `sounds`."""
        self.page.add_init_script(
            "window.heard = []; document.addEventListener('wms:sound', (event) => window.heard.push(event.detail));"
        )
        self.page.goto(self.url + path)
        expect(self.page.locator("html[data-ready='1']")).to_be_attached(timeout=self.patience_ms)

    def scan(self, code: str, *, suffix: str = "Enter", gap_ms: float = 0, after_ms: float | None = None) -> None:
        """All keys of a code within one task of the browser, so that a busy machine cannot pull them apart.

        `suffix` may be empty, or "Enter+Tab". With `gap_ms` the keys say that they came so far apart,
        with `after_ms` that they came so long after the last key of the scan before: pace is told, never waited for.
        """
        self.page.evaluate(KEYS, [code, suffix, gap_ms, after_ms])

    def press_keys(self, code: str, *, suffix: str = "Enter", delay_ms: float = 0) -> None:
        """Real keys through the browser's own input, one by one and as slowly as the machine is."""
        self.page.keyboard.type(code, delay=delay_ms)
        if suffix:
            self.page.keyboard.press(suffix)

    def scan_at_once(self, *codes: str) -> None:
        """Several codes within one task of the browser: nothing is done between them."""
        self.page.evaluate(f"(scans) => scans.forEach(({KEYS}))", [[code, "Enter", 0, None] for code in codes])

    def scan_and_wait(self, code: str, **how: Any) -> None:
        """Scan, and wait until the answer is shown."""
        before = self.judged()
        self.scan(code, **how)
        self.expect_judged(before + 1)
        self.settle()

    def settle(self) -> None:
        """Wait until what is in the document has been painted, and longer than the blink of a double delivery."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 40)))")

    def hold_timers(self, milliseconds: int) -> None:
        """What the page does after exactly so long waits for `release_timers`: a slow test sees it all the same."""
        self.page.evaluate(HOLD, milliseconds)

    def release_timers(self) -> None:
        self.page.evaluate("() => window.releaseTimers()")

    def hold_requests(self, address: str) -> Callable[[], None]:
        """Requests to an address wait until what this gives is called; then they and all later ones go on.

        The page never gives up on an answer meanwhile, however slow the test is.
        """
        held: list[Route] = []
        is_free = False

        def come(route: Route) -> None:
            if is_free:
                route.continue_()
            else:
                held.append(route)

        def let_go() -> None:
            nonlocal is_free
            is_free = True
            for route in held:
                route.continue_()

        patient = f"({HOLD})({GIVES_UP_MS})"
        self.page.add_init_script(patient)
        self.page.evaluate(patient)
        self.page.route(address, come)
        return let_go

    def stand_still(self) -> None:
        """Wait until nothing moves any more."""
        self.page.evaluate("() => Promise.all(document.getAnimations().map((one) => one.finished)).then(() => true)")

    def judged(self) -> int:
        return int(self.page.locator("#outcome").get_attribute("data-n") or 0)

    def expect_judged(self, count: int, *, timeout_ms: float = 0) -> None:
        patience = timeout_ms or self.patience_ms
        expect(self.page.locator("#outcome")).to_have_attribute("data-n", str(count), timeout=patience)

    def expect_body(self, **attributes: str) -> None:
        """Wait until the attributes of <body> are these: `expect_body(tone="go", waiting="0")`."""
        for name, value in attributes.items():
            expect(self.page.locator("body")).to_have_attribute(f"data-{name}", value, timeout=self.patience_ms)

    def expect_code(self, code: str) -> None:
        expect(self.page.locator("#outcome")).to_have_attribute("data-said", code, timeout=self.patience_ms)

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
