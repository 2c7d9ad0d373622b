"""The whole chain in a real browser, on the real application: from the dock to the truck with nothing but scans.

The application is served over a real socket; customs, the outbox and the label press are the real ones. Only the clock
is the test's: customs take their time exactly when the test lets the worker run.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from sqlalchemy import select

from tests.browser.handheld import GREEN_MS, Handheld
from tests.browser.served import Served, serving
from tests.support.floor import CASE_OF_RED, PIN, Floor, case_of_red, code_of, opened_floor
from wms.labels.press import Press
from wms.labels.tables import PrintJobRow

pytestmark = pytest.mark.browser

REPEAT_AFTER_MS = 500
"""Longer than the window in which the same code again is an echo of the scanner and not a second scan."""

_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_SOUNDS = {"go": "accepted", "look": "look", "stop": "stop"}


@pytest.fixture
def bonded(sqlite_database_url: str, tmp_path: Path) -> Iterator[Served]:
    """A bonded warehouse behind a real socket."""
    with opened_floor(sqlite_database_url, tmp_path, "china") as floor, serving(floor) as url:
        yield Served(floor, url)


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    """The label press."""
    with Press() as running:
        yield running


@dataclass
class Scanner:
    """A person with a wedge scanner who looks at the page after each scan."""

    handheld: Handheld
    complaints: list[str] = field(default_factory=list)

    @property
    def page(self) -> Page:
        return self.handheld.page

    def begin(self) -> None:
        """Open the page and sign in: badge by wedge, PIN on the pad; from then on every tap counts."""
        self.page.on("console", self._note)
        self.page.on("requestfailed", lambda request: self.complaints.append(f"{request.url} failed"))
        self.handheld.open()
        self.handheld.expect_body(screen="sign_in", step="badge", net="online")
        self.handheld.scan("EMP-1")
        self.handheld.expect_body(screen="sign_in", step="pin")
        for digit in PIN:
            self.handheld.press(digit)
        self.handheld.press("*OK*")
        self.handheld.expect_body(screen="home", step="scan_anything", tone="go")
        self.page.evaluate("""() => {
            window.taps = 0;
            for (const kind of ["click", "pointerdown"]) {
                addEventListener(kind, () => { window.taps += 1; }, { capture: true });
            }
        }""")

    def _note(self, message: ConsoleMessage) -> None:
        # Playwright says itself that it keeps the device's shell out of these tests.
        if message.type in ("error", "warning") and "blocked by Playwright" not in message.text:
            self.complaints.append(f"{message.type}: {message.text}")

    def scan(self, text: str, code: str, tone: str = "go", *, at: str, sound: str = "") -> None:
        """Scan; `code` is what the answer must say, `at` the step that follows."""
        heard = len(self.handheld.sounds())
        self.handheld.scan_and_wait(code_of(text))
        self.handheld.expect_code(code)
        screen, _, step = at.partition(".")
        self.handheld.expect_body(tone=tone, screen=screen, step=step, waiting="0", attention="0", net="online")
        expect(self.page.locator("#outcome")).to_have_attribute("data-scan-id", _UUID7)
        assert self.handheld.sounds()[heard:] == [sound or _SOUNDS[tone]], text
        assert self.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), f"{text}: too wide"

    def scan_again(self, text: str, code: str, tone: str = "go", *, at: str, sound: str = "") -> None:
        """The same code once more, later than an echo of it would come."""
        self.page.wait_for_timeout(REPEAT_AFTER_MS)
        self.scan(text, code, tone, at=at, sound=sound)

    def reads(self, *texts: str) -> None:
        """These words are on the screen."""
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text)

    def end(self) -> None:
        """Nobody has touched the screen, and nothing went wrong behind it."""
        assert self.page.evaluate("() => window.taps") == 0
        assert self.complaints == []


def test_from_the_dock_to_the_truck_by_scans_alone(
    browser: Browser, handheld_page: Page, bonded: Served, press: Press
) -> None:
    floor = bonded.floor
    floor.notice("4711", RED=15, BLUE=1)
    board = _board(browser, bonded.url)
    hand = Scanner(Handheld(handheld_page, bonded.url))
    hand.begin()

    hand.scan("ASN-4711", "notice_opened", at="receiving.scan_container")
    hand.scan("P-1", "container_taken", at="receiving.scan_item")
    hand.scan("RED", "counted", at="receiving.scan_item")
    hand.scan("*UNDO*", "undone", at="receiving.scan_item")
    floor.stock.is_now("")
    hand.scan("RED", "counted", at="receiving.scan_item")
    hand.scan(case_of_red(), "counted", at="receiving.scan_item")
    hand.reads(f"{CASE_OF_RED + 1} of 15")
    hand.scan("*QTY+2*", "line_done", at="receiving.scan_item", sound="line_done")
    hand.scan("BLUE", "line_done", at="receiving.scan_item", sound="line_done")
    hand.scan("*DONE*", "notice_closed", at="home.scan_anything", sound="task_done")
    floor.stock.is_now("STAGE/PAL-1 RED 15\nSTAGE/PAL-1 BLUE 1")

    hand.scan("P-1", "container_taken", at="putaway.scan_item")
    hand.scan("RED", "item_in_hand", at="putaway.scan_place")
    hand.scan("A-01", "put_away", at="putaway.scan_place", sound="line_done")
    hand.scan("A-02", "putaway_complete", at="home.scan_anything", sound="task_done")
    floor.stock.is_now("A-01 RED 15\nA-02 BLUE 1")

    floor.order("42", RED=2, BLUE=1)
    hand.scan("T-1", "order_opened", at="picking.scan_place")
    hand.scan("A-01", "place_ok", at="picking.scan_item")
    hand.scan("BLUE", "wrong_item", "stop", at="picking.scan_item")
    hand.reads("This is Blue brush. You need Red brush.", "Put it back")
    hand.scan("RED", "counted", at="picking.scan_item")
    hand.scan("RED", "line_done", at="picking.scan_place", sound="line_done")
    hand.scan("A-02", "place_ok", at="picking.scan_item")
    hand.scan("BLUE", "task_complete", at="home.scan_anything", sound="task_done")
    floor.stock.is_now("A-01 RED 13\nBUFFER/TOT-1 BLUE 1\nBUFFER/TOT-1 RED 2")

    hand.scan("T-1", "order_opened", at="packing.scan_bench")
    hand.scan("BENCH-1", "bench_taken", at="packing.scan_item")
    hand.scan("RED", "counted", at="packing.scan_item")
    hand.scan("BLUE", "line_done", at="packing.scan_item", sound="line_done")
    hand.scan("RED", "line_done", at="packing.scan_box", sound="line_done")
    hand.scan("BOX-S", "box_taken", at="packing.weigh")
    hand.scan("350g", "parcel_closed_held", at="home.scan_anything", sound="task_done")
    hand.reads("put it in CAGE-1", "not yet sent to customs")
    tracking = floor.parcel("42").tracking_no

    hand.scan(tracking, "parcel_held", "stop", at="home.scan_anything", sound="gate_closed")
    expect(hand.page.locator("#parcel")).to_be_visible()
    hand.reads("payment slip", "waybill", "inventory list", "Put it in CAGE-1")

    hand.scan("LANE-1", "lane_taken", at="dispatch.scan_parcel")
    expect(hand.page.locator("#parcel")).to_be_hidden()
    hand.scan(tracking, "customs_not_submitted", "stop", at="dispatch.scan_cage", sound="gate_closed")
    gate = hand.page.locator("#gate")
    expect(gate).to_be_visible()
    hand.reads("STOP", tracking, "PUT IN CAGE-1, SCAN CAGE-1")
    hand.scan("LANE-1", "cage_needed", "stop", at="dispatch.scan_cage")
    expect(gate).to_be_visible()
    hand.scan("CAGE-1", "parcel_caged", at="dispatch.scan_parcel")
    expect(gate).to_be_hidden()

    assert _labels_printed(floor) == []
    floor.work_off_outbox(press)
    assert _labels_printed(floor) == [(1, "pdf"), (1, "zpl_203")]
    assert (floor.settings.label_dir / f"{tracking}.pdf").read_bytes().startswith(b"%PDF")

    hand.handheld.hold_timers(GREEN_MS)
    hand.scan(tracking, "parcel_staged", at="dispatch.scan_parcel", sound="gate_open")
    expect(gate).to_have_attribute("data-open", "1")
    hand.reads("GO")
    hand.handheld.release_timers()
    expect(gate).to_be_hidden()
    hand.scan("*DONE*", "confirm_seal_load", "look", at="dispatch.scan_parcel")
    hand.scan_again("*DONE*", "load_sealed_now", at="dispatch.await_pass", sound="line_done")
    hand.reads("Waiting for the exit pass", "LOD-1")
    hand.scan("LANE-1", "pass_awaited", "stop", at="dispatch.await_pass")
    floor.work_off_outbox(press)
    hand.scan_again("LANE-1", "pass_confirmed", at="dispatch.await_pass")
    hand.reads("Exit pass confirmed")
    hand.scan("*DONE*", "confirm_gate_out", "look", at="dispatch.await_pass")
    hand.scan_again("*DONE*", "load_closed", at="home.scan_anything", sound="task_done")
    hand.end()

    floor.stock.is_now("A-01 RED 13")
    assert floor.stock.world() == ["CUSTOMER BLUE 1", "CUSTOMER RED 2", "SUPPLIER BLUE -1", "SUPPLIER RED -15"]
    _board_shows_it_without_loading(board)


def _labels_printed(floor: Floor) -> list[tuple[int, str]]:
    """Copies and media of which the books say that they are on paper."""
    done = select(PrintJobRow.copy_no, PrintJobRow.medium).where(PrintJobRow.state == "printed")
    return floor.database.reading(lambda session: sorted((row.copy_no, row.medium) for row in session.execute(done)))


def _board(browser: Browser, url: str) -> Page:
    """A supervisor's board on a screen of its own, opened before anything happens."""
    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.goto(f"{url}/office")
    page.get_by_label("Badge").fill("EMP-1")
    page.get_by_label("PIN").fill(PIN)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("[data-part='orders']")).to_be_visible()
    assert _figure(page, "orders", "Left today") == "0"
    page.evaluate("() => { window.sameDocument = true; }")
    return page


def _board_shows_it_without_loading(page: Page) -> None:
    for part in ("orders", "parcels"):
        expect(page.locator(f"[data-part='{part}'] .figure", has_text="Left today").locator("b")).to_have_text(
            "1", timeout=30_000
        )
    assert _figure(page, "orders", "New") == "0"
    assert page.evaluate("() => window.sameDocument") is True


def _figure(page: Page, part: str, words: str) -> str:
    return page.locator(f"[data-part='{part}'] .figure", has_text=words).locator("b").inner_text()


# --- scripts off ------------------------------------------------------------------------------------------------------


def test_with_scripts_off_goods_are_received_and_put_away_by_plain_forms(browser: Browser, bonded: Served) -> None:
    bonded.floor.notice("4711", RED=2)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 640})
    page = context.new_page()
    page.goto(bonded.url)
    page.get_by_label("Badge").fill("EMP-1")
    page.get_by_role("textbox", name="PIN").fill(PIN)
    page.get_by_role("textbox", name="PIN").press("Enter")
    expect(page.locator("body")).to_have_attribute("data-screen", "home")

    _post(page, "ASN-4711", "go", "notice_opened")
    _post(page, "P-1", "go", "container_taken")
    _post(page, "BLUE", "stop", "not_on_notice")
    _post(page, "RED", "go", "counted")
    _post(page, "*UNDO*", "go", "undone")
    _post(page, "RED", "go", "counted")
    _post(page, "RED", "go", "line_done")
    page.get_by_role("button", name="Done").click()
    expect(page.locator("#outcome")).to_have_attribute("data-said", "notice_closed")
    _post(page, "P-1", "go", "container_taken")
    _post(page, "A-01", "go", "putaway_complete")
    bonded.floor.stock.is_now("A-01 RED 2")
    # Loading the answer again sends its form again; the scan keeps its id, so nothing happens twice.
    page.reload()
    expect(page.locator("#outcome")).to_have_attribute("data-said", "putaway_complete")
    bonded.floor.stock.is_now("A-01 RED 2")
    context.close()


def _post(page: Page, text: str, tone: str, code: str) -> None:
    page.locator("#raw").fill(code_of(text))
    page.locator("#raw").press("Enter")
    expect(page.locator("#outcome")).to_have_attribute("data-said", code)
    expect(page.locator("body")).to_have_attribute("data-tone", tone)
