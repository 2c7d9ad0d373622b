"""Look-up and "why?" on the handheld: any code is asked about on any screen, and the work under way stays as it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.handheld import Handheld
from tests.browser.served import Served, serving
from tests.support.floor import PIN, Floor, code_of, opened_floor

pytestmark = pytest.mark.browser


@pytest.fixture
def served(sqlite_database_url: str, tmp_path: Path) -> Iterator[Served]:
    with opened_floor(sqlite_database_url, tmp_path, "none") as floor, serving(floor) as url:
        floor.put_stock("A-01 RED 10\nA-02 BLUE 5")
        floor.order("42", RED=2)
        yield Served(floor, url)


@pytest.fixture
def hand(handheld_page: Page, served: Served) -> Handheld:
    """A picker in the middle of a pick: the next scan is RED at A-01."""
    hand = Handheld(handheld_page, served.url)
    hand.open()
    hand.scan("EMP-2")
    for digit in PIN:
        hand.press(digit)
    hand.press("*OK*")
    hand.expect_body(screen="home")
    hand.scan_and_wait(code_of("T-1"))
    hand.scan_and_wait(code_of("A-01"))
    hand.expect_body(screen="picking", step="scan_item", waiting="0")
    return hand


def ask(hand: Handheld, code: str) -> None:
    hand.scan("*WHAT*")
    hand.expect_code("ask_next")
    hand.scan(code)


def scans_logged(floor: Floor) -> int:
    with floor.database.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM scan_log").scalar_one())


def test_asking_shows_what_it_is_and_leaves_the_pick_alone(hand: Handheld, served: Served) -> None:
    before = scans_logged(served.floor)
    # Blue would be refused here and red would be counted: neither happens.
    for text, name in (("BLUE", "Blue brush"), ("RED", "Red brush")):
        ask(hand, code_of(text))
        hand.expect_code("looked_up")
        expect(hand.page.locator("#found h2")).to_have_text(name)
        hand.expect_body(screen="picking", step="scan_item", found="1")
    expect(hand.page.locator("#found-facts")).to_contain_text("10 at A-01, 8 free")
    expect(hand.page.locator("#found-life li").first).to_contain_text("Received: 10 × RED")
    assert hand.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert violations(hand.page) == []
    assert scans_logged(served.floor) == before
    # Only one code is asked about: the next one counts, on the step where the pick was left.
    hand.scan_and_wait(code_of("RED"))
    hand.expect_body(found="0", tone="go")
    expect(hand.page.locator("[data-slot='counted']")).to_have_text("1 / 2")


def test_asking_by_the_menu_and_again_from_the_answer(hand: Handheld) -> None:
    hand.press("*MENU*")
    hand.press("*WHAT*")
    hand.scan("LOC-A-02")
    expect(hand.page.locator("#found h2")).to_have_text("A-02")
    hand.page.locator("#found-can [data-action='*WHAT*']").tap()
    hand.expect_code("ask_next")
    hand.scan("NOBODY-9")
    hand.expect_code("unknown_code")
    hand.expect_body(found="0", tone="stop", step="scan_item")


def test_a_command_card_is_carried_out_even_then(hand: Handheld) -> None:
    hand.scan("*WHAT*")
    hand.scan_and_wait("*HOME*")
    hand.expect_body(screen="home")


def test_why_opens_the_doctor_in_place_of_the_task(hand: Handheld) -> None:
    hand.scan_and_wait("WHATEVER-9")
    hand.expect_body(tone="stop", outcome="unknown")
    hand.press("*WHY*")
    expect(hand.page.locator("#found-facts")).to_contain_text("begins with none of LOC-")
    expect(hand.page.locator("#found-facts")).to_contain_text("item (asked for here)")
    hand.expect_body(screen="picking", step="scan_item", found="1")
    assert violations(hand.page) == []
    hand.scan_and_wait(code_of("RED"))
    hand.expect_body(found="0", tone="go")
    expect(hand.page.locator("#why")).to_be_hidden()


def test_without_network_it_says_so(hand: Handheld) -> None:
    ask(hand, code_of("BLUE"))  # what asks has been loaded once
    hand.expect_code("looked_up")
    hand.page.context.set_offline(True)
    ask(hand, code_of("RED"))
    hand.expect_code("look_up_needs_connection")
    hand.expect_body(screen="picking", step="scan_item")
    hand.page.context.set_offline(False)


def test_without_scripts_the_card_leads_to_a_page(browser: Browser, served: Served) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 240, "height": 320})
    page = context.new_page()
    page.goto(served.url)
    page.fill("[name=badge]", "EMP-2")
    page.fill("form.unscripted [name=pin]", PIN)
    page.press("form.unscripted [name=pin]", "Enter")
    page.fill("#raw", "*WHAT*")
    page.press("#raw", "Enter")
    page.wait_for_url("**/look-up")
    page.fill("[name=code]", code_of("RED"))
    page.press("[name=code]", "Enter")
    expect(page.locator("#found h2")).to_have_text("Red brush")
    page.get_by_role("link", name="Back to work").click()
    page.wait_for_url(f"{served.url}/")
    context.close()


def test_the_page_without_scripts_is_for_everybody(hand: Handheld, served: Served) -> None:
    for path in ("/look-up", "/look-up?code=LOC-A-01", "/look-up?code=NOBODY"):
        hand.page.goto(served.url + path)
        assert violations(hand.page) == [], path
        assert hand.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), path
