"""Between the page and the server: each scan is booked once, in order, whatever happens on the way."""

import pytest
from playwright.sync_api import expect

from tests.browser.handheld import Handheld
from tests.browser.practice_server import Practice

pytestmark = pytest.mark.browser


def test_a_lost_answer_is_asked_for_again_under_the_same_id(handheld: Handheld, practice: Practice) -> None:
    practice.lost = 1
    handheld.scan("SKU-1")
    handheld.expect_judged(1)
    assert practice.codes() == ["SKU-1"]
    assert len(practice.requests) == 2
    assert practice.requests[0] == practice.requests[1]


def test_a_busy_server_keeps_the_scan_waiting(handheld: Handheld, practice: Practice) -> None:
    practice.busy = 2
    handheld.scan("SKU-1")
    handheld.expect_code("busy_try_again")
    handheld.expect_judged(1)
    assert practice.codes() == ["SKU-1"]
    assert len({scan["scan_id"] for scan in practice.requests}) == 1


def test_faults_of_the_server_are_counted_apart_from_its_silence(handheld: Handheld, practice: Practice) -> None:
    practice.busy, practice.faults = 2, 1
    handheld.scan("SKU-1")
    handheld.expect_judged(1)
    assert practice.codes() == ["SKU-1"]
    handheld.expect_body(waiting="0", attention="0")


def test_what_the_server_fails_at_three_times_is_set_aside(handheld: Handheld, practice: Practice) -> None:
    practice.faults = 3
    handheld.scan("SKU-1")
    handheld.expect_body(attention="1", waiting="0")
    assert practice.codes() == []
    handheld.scan_and_wait("SKU-2")
    assert practice.codes() == ["SKU-2"]


def test_the_task_is_sent_as_the_screen_showed_it(handheld: Handheld, practice: Practice) -> None:
    handheld.scan("SKU-1")
    handheld.scan("SKU-2")
    handheld.expect_judged(2)
    assert [scan["task_version"] for scan in practice.booked] == [0, 1]
    assert {scan["task_id"] for scan in practice.booked} == {"a-task"}


def test_an_ended_session_asks_for_the_badge_and_keeps_the_scan(handheld: Handheld, practice: Practice) -> None:
    practice.signed_in = False
    handheld.scan("SKU-1")
    handheld.expect_body(screen="sign_in", step="badge", waiting="1")
    handheld.expect_code("sign_in_again")
    handheld.sign_in()
    handheld.expect_body(waiting="0")
    assert practice.codes() == ["SKU-1"]


def test_another_person_does_not_send_my_scans(handheld: Handheld, practice: Practice) -> None:
    practice.signed_in = False
    handheld.scan("SKU-1")
    handheld.expect_body(screen="sign_in")
    handheld.sign_in("EMP-3")
    handheld.expect_code("others_waiting")
    expect(handheld.page.get_by_text("Li Wei has 1 scans waiting here.")).to_be_visible()
    assert practice.codes() == []
    handheld.sign_in("EMP-1")
    handheld.expect_body(waiting="0")
    assert practice.codes() == ["SKU-1"]


def test_nor_does_another_person_try_again_what_was_set_aside(handheld: Handheld, practice: Practice) -> None:
    practice.broken.add("ODD")
    handheld.scan("ODD")
    handheld.expect_body(attention="1", waiting="0")
    handheld.scan("*SIGNOUT*")
    handheld.sign_in("EMP-3")
    handheld.expect_body(screen="home")
    practice.broken.clear()
    handheld.scan("*RETRY*")
    handheld.scan_and_wait("SKU-1")
    handheld.expect_body(attention="1", waiting="0")
    assert practice.codes() == ["SKU-1"]
    handheld.scan("*SIGNOUT*")
    handheld.sign_in("EMP-1")
    handheld.expect_body(screen="home")
    handheld.scan("*RETRY*")
    handheld.expect_body(attention="0", waiting="0")
    assert practice.codes() == ["SKU-1", "ODD"]


def test_a_badge_scanned_at_once_after_the_sign_out_is_a_badge(handheld: Handheld, practice: Practice) -> None:
    """It is nobody's scan, and nobody is signed in before the earlier person is out."""
    entering: list[str] = []
    let_go = handheld.hold_requests("**/api/v1/sign-out")
    handheld.page.on("request", lambda request: entering.append(request.url) if "sign-in" in request.url else None)
    with handheld.page.expect_request("**/api/v1/sign-out"):
        handheld.scan_at_once("*SIGNOUT*", "EMP-3")
    handheld.expect_body(screen="sign_in", step="pin", waiting="0")
    expect(handheld.page.locator("[data-slot=badge]")).to_have_text("EMP-3")
    for digit in "1234":
        handheld.press(digit)
    handheld.press("*OK*")
    handheld.settle()
    assert entering == []
    with handheld.page.expect_request("**/api/v1/sign-in"):
        let_go()
    handheld.expect_body(screen="home")
    handheld.scan_and_wait("SKU-1")
    assert practice.operator == "Ana Ruiz"
    assert practice.signed_in
    assert practice.codes() == ["SKU-1"]
    assert [scan["raw"] for scan in practice.requests] == ["SKU-1"]


def test_what_was_scanned_before_the_sign_out_is_sent_before_it(handheld: Handheld, practice: Practice) -> None:
    handheld.hold_timers(3000)  # as long as the page would wait for the answer
    practice.hold()
    with handheld.page.expect_request("**/api/v1/scans"):
        handheld.scan_at_once("SKU-1", "*SIGNOUT*", "EMP-3")
    with handheld.page.expect_request("**/api/v1/sign-out"):
        practice.let_go()
    handheld.expect_body(screen="sign_in", step="pin", waiting="0")
    expect(handheld.page.locator("[data-slot=badge]")).to_have_text("EMP-3")
    assert practice.codes() == ["SKU-1"]
