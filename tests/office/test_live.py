"""The page in a real browser: it renews itself, says when it is stale, and needs no script."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.served import serving
from tests.support.customs_hand import decide
from tests.support.floor import PIN, Floor
from wms.customs.model import DeclarationState

pytestmark = pytest.mark.browser


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """What these tests look at is drawn the same from either database."""
    return sqlite_database_url


@pytest.fixture
def url(busy: Floor) -> Iterator[str]:
    """The busy warehouse, served."""
    with serving(busy) as address:
        yield address


@contextmanager
def signed_in(
    browser: Browser, url: str, *, width: int = 1366, height: int = 768, scripts: bool = True
) -> Iterator[Page]:
    """A browser window on the board. An uncaught error or a breach of the content security policy fails the test."""
    context = browser.new_context(viewport={"width": width, "height": height}, java_script_enabled=scripts)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto(f"{url}/office")
    page.get_by_label("Badge").fill("EMP-1")
    page.get_by_label("PIN").fill(PIN)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{url}/office")
    yield page
    context.close()
    assert not wrong


def test_the_board_renews_itself_and_keeps_the_focus(browser: Browser, url: str, busy: Floor) -> None:
    with signed_in(browser, url) as page:
        expect(page.locator(".as-of")).to_have_attribute("data-state", "live")
        to_pick = page.locator('a[href="/office/orders/allocated"] b')
        expect(to_pick).to_have_text("2")
        page.locator('a[href="/office/orders/allocated"]').focus()
        page.evaluate("window.sameDocument = true")
        busy.order("99", RED=1)
        expect(to_pick).to_have_text("3", timeout=15_000)
        assert page.evaluate("window.sameDocument"), "the page was loaded again"
        assert page.evaluate("document.activeElement.getAttribute('href')") == "/office/orders/allocated"


def test_a_half_typed_search_is_left_alone(browser: Browser, url: str, busy: Floor) -> None:
    with signed_in(browser, url) as page:
        page.get_by_label("Search stock").type("RE")
        busy.put_stock("A-04 GREEN 7")
        busy.order("98", RED=1)
        expect(page.locator('a[href="/office/orders/allocated"] b')).to_have_text("3", timeout=15_000)
        expect(page.get_by_label("Search stock")).to_have_value("RE")
        page.keyboard.type("D")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Stock")).to_be_visible()
        expect(page.locator("tbody tr")).to_have_count(6)


def test_a_reason_that_is_half_written_stays_when_the_page_renews_itself(
    browser: Browser, url: str, busy: Floor
) -> None:
    with signed_in(browser, url) as page:
        page.goto(f"{url}/office/order/42")
        page.get_by_text("Apply to cancel the list").click()
        page.get_by_label("Reason").fill("buyer gave up")
        page.get_by_role("heading", name="What you can do").click()
        page.evaluate("window.sameDocument = true")
        decide(busy, "42", DeclarationState.UNDER_INSPECTION, "布控查验")
        expect(page.get_by_text("Customs ordered an inspection")).to_be_visible(timeout=15_000)
        assert page.evaluate("window.sameDocument"), "the page was loaded again"
        expect(page.get_by_label("Reason")).to_have_value("buyer gave up")
        expect(page.get_by_role("button", name="Apply to cancel")).to_be_visible()


def test_a_page_without_answers_says_so(browser: Browser, url: str) -> None:
    with signed_in(browser, url) as page:
        expect(page.locator(".as-of")).to_have_attribute("data-state", "live")
        page.clock.install()
        page.goto(f"{url}/office/stock")
        expect(page.locator(".as-of")).to_have_attribute("data-state", "live")
        page.route("**/office/stock", lambda route: route.fulfill(status=503, body="busy"))
        page.clock.run_for(45_000)
        expect(page.locator(".as-of")).to_have_attribute("data-state", "stale")
        expect(page.get_by_role("status")).to_contain_text("stale")
        page.unroute("**/office/stock")
        page.clock.run_for(6_000)
        expect(page.locator(".as-of")).to_have_attribute("data-state", "live")


def test_a_session_that_has_ended_is_said(browser: Browser, url: str) -> None:
    with signed_in(browser, url) as page:
        expect(page.locator(".as-of")).to_have_attribute("data-state", "live")
        page.context.clear_cookies()
        expect(page.locator(".as-of")).to_have_attribute("data-state", "signed-out", timeout=15_000)


def test_everything_works_without_scripts(browser: Browser, url: str) -> None:
    with signed_in(browser, url, scripts=False) as page:
        page.get_by_role("link", name="Parked messages").click()
        page.get_by_role("button", name="Retry").click()
        expect(page.get_by_text("Sent back to work")).to_be_visible()
        page.get_by_role("link", name="Refresh").click()
        page.get_by_role("link", name="Stock", exact=True).click()
        page.get_by_role("searchbox").fill("CREAM")
        page.get_by_role("button", name="Search").click()
        expect(page.locator("tbody tr")).to_have_count(1)
        page.get_by_role("button", name="Dark").click()
        assert page.locator("html").get_attribute("data-theme") == "dark"
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_label("PIN")).to_be_visible()


def test_nothing_hangs_over_the_edge(browser: Browser, url: str) -> None:
    with signed_in(browser, url) as page:
        for width, height in ((1366, 768), (768, 1024), (360, 740)):
            page.set_viewport_size({"width": width, "height": height})
            for path in ("", "/orders/all", "/stock", "/messages/parked", "/order/42", "/barcodes", "/people/locked"):
                page.goto(f"{url}/office{path}")
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)


def test_the_sheet_is_shown_in_its_frame(browser: Browser, url: str) -> None:
    with signed_in(browser, url) as page:
        page.goto(f"{url}/office/barcodes?kind=badges")
        frame = page.frame_locator("iframe")
        expect(frame.get_by_text("Li Wei")).to_be_visible()
        expect(frame.locator("img.symbol")).to_have_count(4)


def test_on_a_phone_the_way_to_where_one_is_is_in_sight(browser: Browser, url: str) -> None:
    with signed_in(browser, url, width=390, height=844) as page:
        for path, words in (("/office/customs/book", "Book"), ("/office/incidents/recent", "Incidents")):
            page.goto(url + path)
            rooms = page.get_by_role("navigation", name="Customs")
            expect(rooms.locator("[aria-current]")).to_contain_text(words)
            expect(rooms.locator("[aria-current]")).to_be_in_viewport(ratio=1)
        page.goto(f"{url}/office/barcodes")
        expect(page.locator(".top nav [aria-current]")).to_be_in_viewport(ratio=1)
