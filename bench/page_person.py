"""A person with the page in a real browser, who does what the screen asks for. Called by `bench.page_cases`.

The characters of a code come as key events within one task of the browser, as from a scanner; the suffix is a real key
through the browser's own input. What the page took from there to the painted answer is its own measure of each scan;
whether it answered by itself is read from what it sent. Between two scans the person waits, so that nothing else of the
browser's runs into the time that is measured.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import CDPSession, Request

from bench.hall import PIN, gtin_of
from tests.browser.device import Device
from tests.browser.handheld import Handheld

LONGEST_WAIT_MS = 60_000
TIMES = "() => performance.getEntriesByName('scan').map((entry) => [entry.detail, entry.duration])"
KEYS = """(code) => {
  for (const key of code) {
    const target = document.activeElement || document.body;
    target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  }
}"""
LOOK = """async ({ count, pace }) => {
  const end = performance.now() + 60000;
  do await new Promise((done) => setTimeout(done, pace));
  while (performance.getEntriesByName("scan").length < count && performance.now() < end);
  const text = (selector) => document.querySelector(selector).textContent.trim();
  const { screen, tone } = document.body.dataset;
  const [kind] = document.querySelector("#expect").dataset.kinds.split(" ");
  return { screen, tone, kind, where: text("#where"), what: text("[data-slot=what]"), online: navigator.onLine };
}"""
"""Waits first and looks then, in one request to the browser: while it is measured it has nothing else to do."""
PREPARED = """new MutationObserver(() => {
  const { dataset } = document.documentElement || { dataset: {} };
  if (dataset.silenceMs === "100") dataset.silenceMs = "700";
  if (dataset.ready) window.readyAt ||= performance.now();
}).observe(document, { attributes: true, childList: true, subtree: true });
window.taps = 0;
addEventListener("pointerdown", () => { window.taps += 1; }, true);"""
"""Notes when the page is ready, counts taps, lets the suffix be held up: the driver that presses it is no scanner."""


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast network and processor are; nought kbit/s is as fast as it goes."""

    name: str
    latency_ms: int = 0
    kbit_per_second: int = 0
    cpu_divisor: int = 1


LOOPBACK = Speed("loopback")
SLOW_CPU = Speed("loopback, 4× CPU", cpu_divisor=4)
WIFI = Speed("Wi-Fi 40 ms", latency_ms=40)
SLOW_3G = Speed("slow 3G, 4× CPU", latency_ms=400, kbit_per_second=400, cpu_divisor=4)


@dataclass
class Person:
    """Signed in or about to; `totes` are empty ones to pick into."""

    device: Device
    badge: str
    totes: list[str] = field(default_factory=list)
    refused: int = 0
    """Scans that were right and yet refused."""
    strangers: set[str] = field(default_factory=set)
    """Addresses outside the service that the page asked for anything."""

    def __post_init__(self) -> None:
        self.hand: Handheld = self.device.switch_on()
        self._browser: CDPSession = self.hand.page.context.new_cdp_session(self.hand.page)
        self._judged_here: set[str] = set()
        self._shown: dict[str, Any] = {}
        self._made = 0
        self.hand.page.on("request", self._note)
        self.hand.page.add_init_script(PREPARED)

    def slow_down(self, speed: Speed) -> None:
        """From now on network and processor are so slow."""
        bytes_per_second = speed.kbit_per_second * 1000 // 8 or -1
        self._browser.send("Network.enable")
        self._browser.send("Network.emulateNetworkConditions", {
            "offline": False, "latency": speed.latency_ms,
            "downloadThroughput": bytes_per_second, "uploadThroughput": bytes_per_second,
        })  # fmt: skip
        self._browser.send("Emulation.setCPUThrottlingRate", {"rate": speed.cpu_divisor})

    def sign_in(self) -> None:
        self.hand.open()
        self.hand.sign_in(self.badge, PIN)
        self.hand.expect_body(screen="home")
        self.hand.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        self.hand.page.evaluate("() => { window.taps = 0; }")
        self.forget_times()
        self._look(0)

    def taps(self) -> int:
        """Since signing in, or since the page was opened."""
        return int(self.hand.page.evaluate("() => window.taps"))

    def loads(self) -> int:
        """Load the page; milliseconds from the beginning of that until it takes scans."""
        self.hand.page.goto(self.hand.url)
        self.hand.page.wait_for_function("() => Boolean(window.readyAt)", timeout=LONGEST_WAIT_MS)
        return int(self.hand.page.evaluate("() => Math.round(window.readyAt)"))

    # -- scanning ------------------------------------------------------------------------------------------------------

    def follow(self, scans: int, *, pace_ms: int) -> int:
        """Do what the screen asks for, so many scans long or until one is not taken; how many were."""
        for number in range(scans):
            if not self.scan(self.asked_for(), pace_ms=pace_ms):
                return number
        return scans

    def scan(self, code: str, *, pace_ms: int) -> bool:
        """Scan, wait, look; False where it was refused or could not be judged here."""
        self._made += 1
        self.hand.page.evaluate(KEYS, code)
        self.hand.page.keyboard.press("Enter")
        shown = self._look(pace_ms)
        if shown["tone"] == "stop" and shown["online"]:
            self.refused += 1
        return bool(shown["tone"] != "stop")

    @property
    def is_home(self) -> bool:
        """Whether the screen offers a choice of work."""
        return bool(self._shown["screen"] == "home")

    def asked_for(self) -> str:
        """What a person would scan at the present screen."""
        shown = self._shown
        if shown["screen"] == "home":
            return "*NEXT*"
        if shown["kind"] == "place":
            return f"LOC-{shown['where']}"
        if shown["kind"] == "container":
            return self.totes.pop()
        return gtin_of(int(shown["what"].rpartition("-")[2]))

    def _look(self, pace_ms: int) -> dict[str, Any]:
        self._shown = self.hand.page.evaluate(LOOK, {"count": self._made, "pace": pace_ms})
        return self._shown

    def until_booked(self) -> None:
        self.hand.page.wait_for_function("() => document.body.dataset.waiting === '0'", timeout=LONGEST_WAIT_MS)

    # -- what it took --------------------------------------------------------------------------------------------------

    def forget_times(self) -> None:
        self.hand.page.evaluate("() => performance.clearMeasures('scan')")
        self._made = 0

    def times(self, *, judged_here: bool) -> list[float]:
        """Milliseconds from the last key to the painted answer, of the page's own answers or of the server's."""
        self.until_booked()
        entries: list[tuple[str, float]] = self.hand.page.evaluate(TIMES)
        return [took for scan_id, took in entries if scan_id and (scan_id in self._judged_here) is judged_here]

    def _note(self, request: Request) -> None:
        if not request.url.startswith((self.hand.url, "data:", "blob:")):
            self.strangers.add(request.url)
        if not request.url.endswith("/api/v1/scans"):
            return
        body: dict[str, Any] = json.loads(request.post_data or "{}")
        for scan in body.get("scans", [body]):
            if scan.get("judged_here"):
                self._judged_here.add(scan["scan_id"])
