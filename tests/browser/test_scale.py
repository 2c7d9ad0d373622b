"""The page notices that a scale has answered for the packer, without a scan and without loading anew."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.handheld import Handheld
from tests.browser.served import Served, serving
from tests.journeys.test_scale import Scale
from tests.support.floor import PIN, code_of, opened_floor

pytestmark = pytest.mark.browser


@pytest.fixture
def served(sqlite_database_url: str, tmp_path: Path) -> Iterator[Served]:
    """A warehouse behind a real socket."""
    with opened_floor(sqlite_database_url, tmp_path, "none") as floor, serving(floor) as url:
        yield Served(floor, url)


def test_the_page_goes_on_when_the_scale_has_answered(handheld_page: Page, served: Served) -> None:
    floor = served.floor
    floor.put_stock("A-01 RED 5")
    floor.order("42", RED=1)
    hand = Handheld(handheld_page, served.url)
    hand.open()
    hand.scan("EMP-1")
    hand.expect_body(screen="sign_in", step="pin")
    for digit in PIN:
        hand.press(digit)
    hand.press("*OK*")
    hand.expect_body(screen="home", step="scan_anything")
    for text in ("T-1", "A-01", "RED", "T-1", "BENCH-1", "RED", "BOX-S"):
        hand.scan_and_wait(code_of(text))
    hand.expect_body(screen="packing", step="weigh", waiting="0")
    scale = Scale(floor)
    scans = hand.judged()

    assert scale.weighs(900)["outcome"] == "refused"
    hand.expect_body(screen="packing", step="weigh", tone="look")
    expect(handheld_page.get_by_text("The scale has sent the weight.")).to_be_visible()

    assert scale.weighs(150)["code"] == "parcel_closed"
    hand.expect_body(screen="home", step="scan_anything", tone="go")
    assert hand.sounds()[-2:] == ["look", "task_done"]
    assert hand.judged() == scans
