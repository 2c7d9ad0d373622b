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
    hand.scan("]C0*WHAT*")
    hand.expect_code("ask_next")
    hand.scan_and_wait("]C0*HOME*")
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


def test_escape_and_any_card_take_the_question_back(hand: Handheld) -> None:
    # With the name of the symbology in front, and typed by hand. (The same card twice in a blink would be a bounce.)
    for other in ("*THEME*", "]C0*theme*", "Escape"):
        hand.scan("*WHAT*")
        hand.expect_code("ask_next")
        if other == "Escape":
            hand.page.keyboard.press(other)
        else:
            hand.scan(other)
        hand.expect_code("")
    hand.scan_and_wait(code_of("RED"))
    hand.expect_body(found="0", tone="go")
    expect(hand.page.locator("[data-slot=counted]")).to_contain_text("1")


def test_the_last_code_is_the_one_that_was_asked_about(hand: Handheld) -> None:
    ask(hand, code_of("BLUE"))
    hand.expect_code("looked_up")
    expect(hand.page.locator("#raw")).to_have_attribute("placeholder", code_of("BLUE"))


def test_without_network_nothing_can_be_asked_and_the_language_stays(hand: Handheld) -> None:
    hand.page.context.set_offline(True)
    hand.expect_body(net="offline")
    for card, code in (("*WHAT*", "look_up_needs_connection"), ("*LANG*", "language_needs_connection")):
        hand.scan(card)
        hand.expect_code(code)
    hand.expect_body(screen="picking", step="scan_item")
    hand.page.context.set_offline(False)


def test_the_language_is_that_of_the_person_and_of_all_words_even_while_a_scan_waits(
    hand: Handheld, served: Served
) -> None:
    hand.page.route("**/api/v1/scans", lambda route: route.abort())
    hand.scan_and_wait(code_of("RED"))
    hand.scan("*LANG*")
    expect(hand.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(hand.page.locator("html")).to_have_attribute("data-ready", "1")
    hand.expect_body(screen="picking", step="scan_item", waiting="1")
    with hand.page.expect_response("**/api/v1/screen"):
        hand.page.unroute("**/api/v1/scans")
    hand.expect_body(waiting="0")
    expect(hand.page.locator("#expect")).to_contain_text("商品")
    hand.settle()
    hand.page.context.set_offline(True)
    hand.expect_body(net="offline")
    hand.scan_and_wait(code_of("RED"))
    hand.expect_body(screen="home", tone="saved")
    hand.page.context.set_offline(False)
    hand.expect_body(waiting="0")


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
