"""A parcel that explains itself, a red one on the lane, the wait for a pass: on the smallest handheld in use."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.handheld import Handheld
from tests.browser.served import Served, serving
from tests.journeys.test_dispatch import packed
from tests.journeys.test_explaining import say
from tests.support.customs_hand import answer_pass, decide, release, withdraw
from tests.support.floor import PIN, Floor, code_of, opened_floor
from wms.customs.model import DeclarationState, DocumentKind, DocumentState

pytestmark = pytest.mark.browser

REFUSED = "[Code:1313;Desc:订购人身份信息与支付人身份信息不一致，请核对后重新申报]"


@pytest.fixture
def bonded(sqlite_database_url: str, tmp_path: Path) -> Iterator[Served]:
    with opened_floor(sqlite_database_url, tmp_path, "china") as floor, serving(floor) as url:
        yield Served(floor, url)


@pytest.fixture
def hand(handheld_page: Page, bonded: Served) -> Handheld:
    """A supervisor at home, who may do everything."""
    handheld_page.set_viewport_size({"width": 360, "height": 640})
    hand = Handheld(handheld_page, bonded.url)
    hand.open()
    hand.scan("EMP-1")
    for digit in PIN:
        hand.press(digit)
    hand.press("*OK*")
    hand.expect_body(screen="home")
    return hand


def scan(hand: Handheld, text: str, code: str) -> None:
    hand.scan_and_wait(code_of(text))
    hand.expect_code(code)
    message = hand.page.locator("#outcome .message")
    assert message.evaluate("(text) => text.scrollHeight <= text.clientHeight"), f"{code} is cut off"


def fits(page: Page) -> None:
    """Nothing is cut off: no wider than the screen, and all of it above the message at the bottom."""
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    panel, message = page.locator("#parcel").bounding_box(), page.locator("#outcome").bounding_box()
    assert panel is not None
    assert message is not None
    assert panel["y"] + panel["height"] <= message["y"]
    assert page.locator("#parcel").evaluate("(panel) => panel.scrollHeight <= panel.clientHeight"), (
        "it has to be scrolled"
    )


def refused(floor: Floor) -> str:
    """A parcel of which much is wrong."""
    (number,) = packed(floor, "41")
    say(floor, "41", DocumentKind.ORDER, DocumentState.ACCEPTED, "")
    say(floor, "41", DocumentKind.PAYMENT, DocumentState.REFUSED, REFUSED)
    say(floor, "41", DocumentKind.LOGISTICS, DocumentState.MISSING, "")
    decide(floor, "41", DeclarationState.UNDER_INSPECTION, "布控查验，请等待海关通知")
    return number


def test_a_parcel_is_readable_at_a_glance_and_the_next_scan_takes_it_away(hand: Handheld, bonded: Served) -> None:
    number = refused(bonded.floor)
    scan(hand, number, "parcel_held")
    panel = hand.page.locator("#parcel")
    for text in (number, "payment slip", "refused", REFUSED, "waybill", "missing", "布控查验", "inspection ordered"):
        expect(panel).to_contain_text(text)
    fits(hand.page)
    assert hand.page.locator("#papers li[data-tone=stop]").count() == 3
    scan(hand, "LANE-1", "lane_taken")
    expect(panel).to_be_hidden()
    expect(hand.page.locator("#where")).to_be_visible()


def test_in_a_task_it_covers_the_task_and_leaves_it(hand: Handheld, bonded: Served) -> None:
    number = refused(bonded.floor)
    bonded.floor.notice("4711", RED=2)
    scan(hand, "ASN-4711", "notice_opened")
    scan(hand, number, "parcel_held")
    expect(hand.page.locator("#parcel")).to_be_visible()
    fits(hand.page)
    hand.expect_body(screen="receiving", step="scan_container", tone="stop")
    scan(hand, "P-1", "container_taken")
    expect(hand.page.locator("#parcel")).to_be_hidden()


def test_red_on_the_lane_is_red_on_the_screen(hand: Handheld, bonded: Served) -> None:
    floor = bonded.floor
    first, second = packed(floor, "41", "42")
    release(floor, "41", "42")
    scan(hand, "LANE-1", "lane_taken")
    scan(hand, first, "parcel_staged")
    withdraw(floor, "41")
    scan(hand, second, "turned_red")
    gate = hand.page.locator("#gate")
    for text in ("STOP", first, "Customs ordered an inspection", "IT IS ON LANE-1: SCAN IT, THEN CAGE-1"):
        expect(gate).to_contain_text(text)
    assert gate.evaluate("(panel) => panel.scrollHeight <= panel.clientHeight")
    scan(hand, first, "customs_inspection")
    scan(hand, "CAGE-1", "parcel_caged")
    expect(gate).to_be_hidden()
    scan(hand, second, "parcel_staged")


def test_the_wait_for_the_pass_and_its_end(hand: Handheld, bonded: Served) -> None:
    floor = bonded.floor
    (number,) = packed(floor, "41")
    release(floor, "41")
    scan(hand, "LANE-1", "lane_taken")
    scan(hand, number, "parcel_staged")
    scan(hand, "*DONE*", "confirm_seal_load")
    hand.page.wait_for_timeout(500)
    scan(hand, "*DONE*", "load_sealed_now")
    expect(hand.page.locator("#task")).to_contain_text("Waiting for the exit pass")
    for card in ("*DONE*", "*REOPEN*", "*LOAD*"):
        expect(hand.page.locator(f"[data-action='{card}']").first).to_be_attached()
    answer_pass(floor, confirmed=False, said="车辆未备案")
    scan(hand, "LANE-1", "pass_refused")
    expect(hand.page.locator("#task")).to_contain_text("REOPEN")
    expect(hand.page.locator("#outcome")).to_contain_text("车辆未备案")
    assert hand.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
