"""The page and the real scan door together: picking without network, undo, the next task, and what comes too late."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.browser.handheld import Handheld
from tests.browser.served import Served, serving
from tests.support.floor import PIN, Floor, code_of, opened_floor
from wms.tasks.tables import ExceptionCaseRow, TaskRow
from wms.tasks.task import NOBODY

pytestmark = pytest.mark.browser

SCANS = "**/api/v1/scans"
AHEAD = "**/api/v1/next-tasks"
LATER = (SCANS, "**/health/live", AHEAD, "**/api/v1/screen")


@pytest.fixture
def served(sqlite_database_url: str, tmp_path: Path) -> Iterator[Served]:
    """A warehouse behind a real socket."""
    with opened_floor(sqlite_database_url, tmp_path, "none") as floor, serving(floor) as url:
        yield Served(floor, url)


def signed_in(page: Page, url: str, badge: str) -> Handheld:
    hand = Handheld(page, url)
    hand.open()
    hand.scan(badge)
    hand.expect_body(screen="sign_in", step="pin")
    for digit in PIN:
        hand.press(digit)
    hand.press("*OK*")
    hand.expect_body(screen="home", step="scan_anything")
    return hand


def scan(hand: Handheld, *texts: str, tone: str) -> None:
    """Scan things by their short names; each must be answered in this tone."""
    for text in texts:
        hand.scan_and_wait(code_of(text))
        hand.expect_body(tone=tone)


def go_offline(hand: Handheld) -> None:
    hand.expect_body(waiting="0")
    hand.page.context.set_offline(True)
    hand.expect_body(net="offline")


def come_back(hand: Handheld) -> None:
    hand.page.context.set_offline(False)
    hand.expect_body(net="online", waiting="0")


def cases(floor: Floor) -> int:
    return (
        floor.database.reading(lambda session: session.scalar(select(func.count()).select_from(ExceptionCaseRow))) or 0
    )


def test_a_whole_order_is_picked_without_network(handheld_page: Page, served: Served) -> None:
    floor = served.floor
    floor.put_stock("A-01 RED 10\nA-02 BLUE 5")
    floor.order("42", RED=3, BLUE=1)
    hand = signed_in(handheld_page, served.url, "EMP-2")
    scan(hand, "T-1", tone="go")
    go_offline(hand)
    scan(hand, "A-01", "RED", "RED", "*UNDO*", "RED", "RED", "A-02", tone="saved")
    floor.stock.is_now("A-01 RED 10 held 3\nA-02 BLUE 5 held 1")
    scan(hand, "GREEN", tone="stop")
    hand.expect_code("needs_connection")
    scan(hand, "BLUE", tone="saved")
    hand.expect_body(screen="home", waiting="8")
    come_back(hand)
    hand.expect_body(screen="home", tone="go", attention="0")
    floor.stock.is_now("A-01 RED 7\nA-02 BLUE 4\nBUFFER/T-1 RED 3\nBUFFER/T-1 BLUE 1".replace("T-1", "TOT-1"))
    assert cases(floor) == 0


def test_online_the_path_answers_before_the_server_and_agrees(handheld_page: Page, served: Served) -> None:
    floor = served.floor
    floor.put_stock("A-01 RED 10\nA-02 BLUE 5")
    floor.order("42", RED=2, BLUE=1)
    hand = signed_in(handheld_page, served.url, "EMP-2")
    sent: list[str] = []
    handheld_page.on(
        "request", lambda request: sent.append(request.post_data or "") if "scans" in request.url else None
    )
    scan(hand, "T-1", "A-01", "RED", "RED", "A-02", "BLUE", tone="go")
    hand.expect_body(screen="home", waiting="0")
    judged_here = ["judged_here" in scan for body in sent for scan in json.loads(body).get("scans", [])]
    assert judged_here == [False, True, True, True, True, True]
    expect(handheld_page.locator("#outcome")).not_to_have_attribute("data-corrections", "1")
    floor.stock.is_now("A-01 RED 8\nA-02 BLUE 4\nBUFFER/TOT-1 RED 2\nBUFFER/TOT-1 BLUE 1")


def test_the_next_order_goes_on_without_network(handheld_page: Page, served: Served) -> None:
    floor = served.floor
    floor.put_stock("A-01 RED 10\nA-02 BLUE 5")
    floor.order("42", RED=1)
    floor.order("43", BLUE=1)
    hand = signed_in(handheld_page, served.url, "EMP-2")
    scan(hand, "T-1", tone="go")
    go_offline(hand)
    scan(hand, "A-01", "RED", tone="saved")
    hand.expect_body(screen="home")
    scan(hand, "*NEXT*", "T-2", "A-02", "BLUE", tone="saved")
    come_back(hand)
    hand.expect_body(screen="home", tone="go", attention="0")
    floor.stock.is_now("A-01 RED 9\nA-02 BLUE 4\nBUFFER/TOT-1 RED 1\nBUFFER/TOT-2 BLUE 1")


def test_what_comes_too_late_is_shown_and_becomes_a_case(handheld_page: Page, served: Served) -> None:
    floor = served.floor
    floor.put_stock("A-01 RED 10")
    floor.order("42", RED=2)
    hand = signed_in(handheld_page, served.url, "EMP-2")
    scan(hand, "T-1", tone="go")
    go_offline(hand)
    scan(hand, "A-01", "RED", "RED", tone="saved")
    taken = update(TaskRow).values(operator_id=NOBODY, leased_until=floor.clock.now(), version=TaskRow.version + 1)

    def take_away(session: Session) -> None:
        session.execute(taken)

    floor.database.in_transaction(take_away)
    come_back(hand)
    hand.expect_body(screen="home", tone="stop", attention="1")
    expect(handheld_page.locator("#outcome")).to_contain_text("Case 1 is with your supervisor.")
    floor.stock.is_now("A-01 RED 10 held 2")
    assert cases(floor) == 1


def test_two_handhelds_at_the_same_shelf_without_network(browser: Browser, served: Served) -> None:
    """Each has its own order of the last goods there; both are booked, once, and nothing goes below nought."""
    floor = served.floor
    floor.put_stock("A-01 RED 5")
    hands = []
    for badge, tote, order, red in (("EMP-2", "T-1", "42", 2), ("EMP-3", "T-2", "43", 3)):
        floor.order(order, RED=red)  # only now: whoever is at work is given the next orders as well
        context = browser.new_context(has_touch=True, service_workers="block")
        hands.append(signed_in(context.new_page(), served.url, badge))
        scan(hands[-1], tote, tone="go")
        go_offline(hands[-1])
    for hand in hands:
        scan(hand, "A-01", "RED", "RED", tone="saved")
    expect(hands[0].page.locator("body")).to_have_attribute("data-screen", "home")
    scan(hands[1], "RED", tone="saved")
    for hand in reversed(hands):
        come_back(hand)
        hand.expect_body(screen="home", tone="go", attention="0")
    floor.stock.is_now("BUFFER/TOT-1 RED 2\nBUFFER/TOT-2 RED 3")
    assert cases(floor) == 0
    for hand in hands:
        hand.page.context.close()


def test_an_empty_shelf_without_network_is_left_and_the_rest_is_picked(handheld_page: Page, served: Served) -> None:
    """One line for later, one short, one by number, and the next task in between."""
    floor = served.floor
    floor.put_stock("A-01 RED 5\nA-02 BLUE 4\nA-03 GREEN 2")
    floor.order("42", RED=3, BLUE=4, GREEN=2)
    floor.order("43", RED=2)
    hand = signed_in(handheld_page, served.url, "EMP-2")
    scan(hand, "T-1", tone="go")
    expect(hand.page.locator("body")).not_to_have_attribute("data-ahead", "0", timeout=hand.patience_ms)
    go_offline(hand)
    scan(hand, "A-01", "*SKIP*", "A-02", "BLUE", tone="saved")
    scan(hand, "*SHORT*", tone="look")
    expect(hand.page.locator("#outcome")).to_contain_text("again")
    scan(hand, "*UNDO*", tone="saved")
    hand.press("*SHORT*")
    hand.expect_body(tone="look")
    scan(hand, "]C0*SHORT*", tone="saved")  # the card of what the button asked
    hand.expect_body(screen="picking", step="scan_place")
    expect(hand.page.locator("#expect")).to_contain_text("A-03")
    scan(hand, "*HOME*", "*NEXT*", "T-2", "A-01", "RED", "*QTY+1*", tone="saved")
    hand.expect_body(screen="home")
    scan(hand, "*NEXT*", "A-03", "GREEN", "*QTY+1*", tone="saved")
    expect(hand.page.locator("#expect")).to_contain_text("A-01")
    scan(hand, "A-01", "RED", "*QTY+2*", tone="saved")
    hand.expect_body(screen="home")
    come_back(hand)
    hand.expect_body(screen="home", tone="go", attention="0")
    floor.stock.is_now("BUFFER/TOT-1 BLUE 1\nBUFFER/TOT-1 GREEN 2\nBUFFER/TOT-1 RED 3\nBUFFER/TOT-2 RED 2")
    assert cases(floor) == 0


def test_questions_and_cards_of_the_server_hold_when_the_network_goes(handheld_page: Page, served: Served) -> None:
    floor = served.floor
    floor.put_stock("A-01 RED 3\nA-02 BLUE 1\nA-03 GREEN 3")
    floor.order("42", RED=3, BLUE=1)
    floor.order("43", GREEN=2)
    floor.order("44", GREEN=1)
    hand = signed_in(handheld_page, served.url, "EMP-2")
    scan(hand, "T-1", "A-01", tone="go")
    hand.expect_body(waiting="0")
    scan(hand, "*SHORT*", tone="look")
    go_offline(hand)
    scan(hand, "]C0*short*", "A-02", "BLUE", tone="saved")  # the same card, as another scanner sends it
    hand.expect_body(screen="home")
    scan(hand, "*NEXT*", "T-2", "A-03", tone="saved")
    scan(hand, "*SHORT*", tone="look")
    scan(hand, "GREEN", "*UNDO*", tone="saved")
    hand.press("*UNDO*")
    expect(hand.page.locator("#expect")).to_contain_text("A-03")
    scan(hand, "A-03", "GREEN", "*QTY+1*", tone="saved")
    come_back(hand)
    hand.expect_body(screen="home", tone="go", attention="0")
    expect(handheld_page.locator("#outcome")).not_to_have_attribute("data-corrections", "1")
    floor.stock.is_now("A-03 GREEN 1 held 1\nBUFFER/TOT-1 BLUE 1\nBUFFER/TOT-2 GREEN 2")
    assert cases(floor) == 0
    handheld_page.route("**/api/v1/next-tasks", lambda route: route.fulfill(status=503))
    scan(hand, "*PUTAWAY*", tone="stop")  # what was laid ready has gone back, though nothing has begun
    go_offline(hand)
    scan(hand, "*NEXT*", tone="stop")
    hand.expect_code("cannot_check")


def test_what_the_page_judged_beside_the_server_is_as_in_the_books(handheld_page: Page, served: Served) -> None:
    """A question left for something wrong, help and going home whose answers were lost: no case, and no correction."""
    floor = served.floor
    floor.put_stock("A-01 RED 10\nA-02 BLUE 5")
    floor.order("42", RED=4, BLUE=1)
    floor.order("43", BLUE=1)
    hand = signed_in(handheld_page, served.url, "EMP-2")
    scan(hand, "T-1", "A-01", tone="go")
    go_offline(hand)
    scan(hand, "RED", "RED", tone="saved")
    scan(hand, "*SHORT*", tone="look")
    come_back(hand)
    scan(hand, "GREEN", tone="stop")
    go_offline(hand)
    scan(hand, "*UNDO*", tone="saved")
    expect(hand.page.locator("[data-slot=counted]")).to_have_text("1 / 4")
    come_back(hand)

    loses_the_answer(hand, "*HELP*", tone="look")
    scan(hand, "RED", "RED", "RED", "A-02", "BLUE", tone="saved")
    hand.expect_body(screen="home")
    finds_the_network(hand)
    assert cases(floor) == 0
    expect(hand.page.locator("#outcome")).not_to_have_attribute("data-corrections", "1")
    floor.stock.is_now("A-01 RED 6\nA-02 BLUE 4 held 1\nBUFFER/TOT-1 BLUE 1\nBUFFER/TOT-1 RED 4")

    floor.order("44", BLUE=1)
    scan(hand, "*NEXT*", tone="go")
    hand.expect_body(ahead="7")  # of both orders
    loses_the_answer(hand, "*HOME*", tone="saved")
    finds_the_network(hand)
    scan(hand, "*NEXT*", "T-2", "A-02", "BLUE", tone="go")  # all had gone back; it is asked for anew
    hand.expect_body(screen="home", waiting="0", attention="0")
    assert cases(floor) == 0


def test_what_was_asked_at_home_is_asked_anew_once_a_task_is_entered(handheld_page: Page, served: Served) -> None:
    """The order that came since is handed out; the answer of before knew of none."""
    floor = served.floor
    floor.put_stock("A-01 RED 10\nA-02 BLUE 5")
    floor.order("42", RED=1)
    floor.order("43", BLUE=1)
    hand = signed_in(handheld_page, served.url, "EMP-2")
    scan(hand, "T-1", "A-01", "RED", tone="go")
    hand.expect_body(screen="home", waiting="0")
    handheld_page.goto("about:blank")
    let_go = hand.hold_requests(AHEAD)
    with handheld_page.expect_request(AHEAD), handheld_page.expect_response("**/api/v1/screen"):
        hand.open()
    scan(hand, "*NEXT*", tone="go")
    hand.expect_body(screen="picking", waiting="0")
    floor.order("44", BLUE=1)
    let_go()
    hand.expect_body(ahead="7")  # of both orders


def test_what_an_answer_has_overtaken_is_asked_anew_at_once(handheld_page: Page, served: Served) -> None:
    floor = served.floor
    floor.put_stock("A-01 RED 10\nA-02 BLUE 5")
    floor.order("42", RED=2)
    floor.order("43", BLUE=1)
    let_go = Handheld(handheld_page, served.url).hold_requests(AHEAD)
    with handheld_page.expect_request(AHEAD):
        hand = signed_in(handheld_page, served.url, "EMP-2")
    scan(hand, "T-1", tone="go")
    hand.expect_body(waiting="0", ahead="0")
    let_go()
    hand.expect_body(ahead="7")


def test_what_was_asked_when_the_network_went_is_asked_anew_when_it_is_back(
    handheld_page: Page, served: Served
) -> None:
    floor = served.floor
    floor.put_stock("A-01 RED 10\nA-02 BLUE 5")
    floor.order("42", RED=2)
    floor.order("43", BLUE=1)
    hand = signed_in(handheld_page, served.url, "EMP-2")
    with handheld_page.expect_event("requestfailed", lambda request: request.url.endswith("/next-tasks")):
        handheld_page.route(AHEAD, lambda route: route.abort())
        scan(hand, "T-1", tone="go")
    go_offline(hand)
    handheld_page.unroute(AHEAD)
    come_back(hand)
    hand.expect_body(ahead="7")


def loses_the_answer(hand: Handheld, card: str, *, tone: str) -> None:
    """The card comes to the server; nothing comes back, and nothing goes through from then on."""

    def goes_and_is_lost(route: Route) -> None:
        route.fetch()
        route.abort()

    hand.expect_body(waiting="0")
    for path in LATER:
        hand.page.route(path, lambda route: route.abort())
    hand.page.route(SCANS, goes_and_is_lost, times=1)  # of two, the later counts
    hand.scan(card)
    hand.expect_body(net="down", tone=tone)


def finds_the_network(hand: Handheld) -> None:
    for path in LATER:
        hand.page.unroute(path)
    hand.expect_body(net="online", waiting="0")
