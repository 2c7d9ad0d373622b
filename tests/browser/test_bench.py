"""The bench page in a browser before the whole service: an order packed by scans alone, codes that came another way."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.benches.bench import Bench, make_label
from tests.browser.axe import violations
from tests.browser.handheld import Handheld
from tests.browser.served import serving
from tests.support.floor import PIN, Floor, code_of, opened_floor
from wms.shipments.photos.service import photos_of

pytestmark = pytest.mark.browser

DESK = {"width": 1366, "height": 768}
AGAIN_MS = 2_000
"""Sooner, the same once more would be the bounce of a key."""
SMALLEST = {"width": 1024, "height": 700}


@pytest.fixture
def floor(sqlite_database_url: str, tmp_path: Path) -> Iterator[Floor]:
    """A warehouse with a tote that waits to be packed: two RED and one BLUE of order 42."""
    with opened_floor(sqlite_database_url, tmp_path, "none") as opened:
        opened.put_stock("A-01 RED 5")
        opened.put_stock("A-02 BLUE 5")
        opened.order("42", RED=2, BLUE=1)
        opened.handheld("EMP-2").scans("T-1", "A-01", "RED", "RED", "A-02", "BLUE")
        yield opened


@pytest.fixture
def bench(browser: Browser, floor: Floor) -> Iterator[Handheld]:
    """The page of a bench nobody has told yet which it is."""
    with opened_page(browser, floor) as opened:
        yield opened


@contextmanager
def opened_page(browser: Browser, floor: Floor) -> Iterator[Handheld]:
    with serving(floor) as url:
        context = browser.new_context(viewport=DESK, service_workers="block")
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        opened = Handheld(page, url)
        opened.open("/bench")
        yield opened
        context.close()
        assert not errors, f"uncaught errors in the page's scripts: {errors}"


def sign_in(bench: Handheld) -> None:
    bench.expect_body(step="bench")
    bench.scan("LOC-BENCH-1")
    bench.expect_body(step="badge", bench="BENCH-1")
    bench.scan("EMP-4")
    bench.expect_body(step="pin")
    bench.scan(PIN)
    bench.expect_body(screen="home")


def fits(bench: Handheld) -> bool:
    """Whether nothing of the page has to be scrolled for."""
    root = bench.page.locator("html")
    fitting: bool = root.evaluate("(root) => root.scrollHeight <= innerHeight && root.scrollWidth <= innerWidth")
    return fitting


def test_an_order_is_packed_by_scans_alone(bench: Handheld, floor: Floor) -> None:
    page, lines = bench.page, bench.page.locator("#bench-lines li")
    sign_in(bench)
    bench.scan_and_wait("TOT-1")
    expect(lines).to_have_count(2)
    bench.scan_and_wait(code_of("RED"))
    expect(lines.first.locator(".line-counted")).to_have_text("1 / 2")

    bench.scan_and_wait(code_of("GREEN"))  # not in this order: the handheld's STOP
    bench.expect_body(tone="stop", outcome="refused")
    bench.expect_code("wrong_item")
    assert bench.sounds()[-1] == "stop"
    expect(lines.first.locator(".line-counted")).to_have_text("1 / 2")

    before = bench.judged()
    page.keyboard.press("F2")  # takes back the first RED
    bench.expect_judged(before + 1)
    expect(lines.first.locator(".line-counted")).to_have_text("0 / 2")
    page.keyboard.press("F8")
    expect(page.locator("#bench-problem button").first).to_be_focused()
    assert not violations(page)
    page.keyboard.press("Escape")
    for text in ("RED", "RED", "BLUE"):
        bench.scan_and_wait(code_of(text))
    expect(lines.locator('xpath=self::*[@data-state="done"]')).to_have_count(2)
    page.set_viewport_size(SMALLEST)
    assert fits(bench)
    page.set_viewport_size(DESK)
    bench.scan_and_wait("BOX-S")
    expect(page.locator("#bench-weight")).to_contain_text("0.300 kg – 0.400 kg")
    bench.scan_and_wait("350g")
    bench.expect_code("parcel_closed")
    expect(page.locator("#bench-parcel")).to_contain_text(floor.parcel("42").tracking_no)
    assert page.locator("#bench-camera").is_hidden()  # there is no webcam
    assert not violations(page)


def test_a_code_of_the_bench_is_told_like_one_of_the_page(bench: Handheld, floor: Floor) -> None:
    """The bench's program posts what its scanners send; the page finds it in what it asks for again and again."""
    sign_in(bench)
    program = floor.handheld("EMP-4", "BENCH-1")
    program.scans("T-1")
    bench.expect_body(screen="packing", step="scan_item", tone="go")
    reply = program.scan("GREEN")
    bench.expect_body(tone="stop")
    expect(bench.page.locator("#outcome")).to_have_attribute("data-scan-id", reply["scan_id"])
    expect(bench.page.locator("#outcome")).to_contain_text(reply["message"]["title"])
    assert bench.sounds()[-1] == "stop"

    program.scans("RED")
    bench.expect_body(tone="go")
    bench.scan_and_wait(code_of("RED"))  # the page goes on from where the program left the task
    bench.expect_code("line_done")


def test_a_bench_that_somebody_else_has_is_taken_over_by_saying_so_twice(bench: Handheld, floor: Floor) -> None:
    first = floor.handheld("EMP-1", "BENCH-1")
    first.scans("T-1", "RED")
    bench.scan("LOC-BENCH-1")
    bench.expect_body(step="badge")
    bench.scan("EMP-4")
    bench.expect_body(step="pin")
    bench.scan(PIN)
    bench.expect_code("bench_held")
    expect(bench.page.locator("#outcome")).to_contain_text("Li Wei works at BENCH-1.")
    bench.expect_body(screen="sign_in", tone="stop")
    assert first.client.get("/api/v1/me").status_code == 200  # nothing has happened to him yet
    bench.scan(PIN, after_ms=AGAIN_MS)
    bench.expect_body(screen="home")
    assert first.client.get("/api/v1/me").status_code == 401
    bench.scan_and_wait("TOT-1")  # the work of the other one is asked about before it goes on
    bench.expect_body(tone="look", outcome="confirm")
    bench.scan_and_wait("TOT-1", after_ms=AGAIN_MS)
    bench.expect_body(screen="packing", step="scan_item")
    expect(bench.page.locator("#bench-lines li").first.locator(".line-counted")).to_have_text("1 / 2")

    before = bench.judged()
    bench.page.keyboard.press("F4")  # the box is full
    bench.expect_judged(before + 1)
    bench.expect_body(step="scan_box")
    for language in ("zh-Hans", "en"):
        bench.scan("*LANG*", after_ms=AGAIN_MS)
        expect(bench.page.locator("html")).to_have_attribute("lang", language)
        assert not violations(bench.page)

    floor.handheld("EMP-1", "BENCH-1", take_over=True)
    bench.expect_body(screen="sign_in", step="badge")
    bench.expect_code("sign_in_again")
    expect(bench.page.locator("#bench-order")).to_be_hidden()  # nothing of it stays for the next one


def test_a_closed_parcel_is_green_only_when_its_label_has_printed(bench: Handheld, floor: Floor) -> None:
    page, program = bench.page, Bench(floor)
    program.tells_devices("paper_out")
    sign_in(bench)
    for text in ("TOT-1", code_of("RED"), code_of("RED"), code_of("BLUE"), "BOX-S", "350g"):
        bench.scan_and_wait(text)
    bench.expect_body(step="scan_label", tone="look")
    expect(page.locator("#outcome")).to_contain_text("The label waits for its printer: paper is out.")
    assert bench.sounds()[-1] == "look"
    expect(page.locator("#bench-devices li[data-tone='stop']")).to_be_in_viewport()
    expect(page.locator(".actions [data-action='*UNDO*']")).to_have_count(0)
    page.keyboard.press("F8")
    expect(page.locator("#bench-problem button")).to_contain_text(
        ["The label does not come", "The label is torn", "close this list"]
    )
    page.keyboard.press("Escape")

    program.tells_devices()
    make_label(floor, floor.parcel("42").id)
    (job,) = program.asks()["jobs"]
    program.reports(job["job_id"], "claimed", "sending", "sent_unconfirmed", "printed")
    bench.expect_body(tone="go")
    expect(page.locator("#outcome")).to_contain_text("is printed")
    page.keyboard.press("F9")  # torn: once more
    expect(page.locator("#bench-parcel .label-copy")).to_have_text("copy 2")
    make_label(floor, floor.parcel("42").id)
    program.prints()
    expect(page.locator("#bench-parcel")).to_have_attribute("data-state", "printed")
    bench.scan_and_wait(floor.parcel("42").tracking_no)
    bench.expect_body(screen="home", tone="go")
    expect(page.locator(".actions [data-action='*UNDO*']")).to_have_count(0)
    page.keyboard.press("F9")  # outside its task, and with the label on its box
    expect(page.locator("#bench-parcel .label-copy")).to_have_text("copy 3")


def test_a_webcam_takes_the_open_box_when_the_last_item_is_in(browser: Browser, chromium: Path, floor: Floor) -> None:
    camera = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    usual = ["--disable-dev-shm-usage", "--no-sandbox"]
    with (
        browser.browser_type.launch(executable_path=chromium, args=[*usual, *camera]) as with_webcam,
        opened_page(with_webcam, floor) as bench,
    ):
        sign_in(bench)
        expect(bench.page.locator("#bench-camera")).to_be_visible()
        for text in ("TOT-1", code_of("RED"), code_of("RED"), code_of("BLUE")):
            bench.scan_and_wait(text)
        expect(bench.page.locator("#bench-camera")).to_contain_text("Photo kept", timeout=20_000)
        for text in ("BOX-S", "350g"):
            bench.scan_and_wait(text)
    parcel = floor.parcel("42")
    (photo,) = floor.database.reading(lambda session: photos_of(session, floor.warehouse_id, parcel.id))
    assert (photo.taken_by, photo.width > 100) == ("EMP-4", True)
