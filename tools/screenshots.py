"""Take the pictures of the documentation from the running service: a parcel's way on handhelds, then the office.

Called by `make screenshots`. It starts services of its own over the demo warehouse (`wms run`) and throws them away;
people work in them by scans and nothing in the pictures is drawn by hand. Needs Debian's Chromium.

Every picture is written into docs/pictures with a small palette; one that would be heavier than MOST_BYTES is refused,
because the repository keeps every version for ever.
"""

import contextlib
import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.handheld import Handheld
from tests.support.browser import HANDHELD_HEIGHT, HANDHELD_WIDTH, chromium_binary, running_chromium
from tools.bench_pictures import take_bench
from tools.handheld_pictures import take_every_screen
from wms.access.model import Role
from wms.customs.words.wording import rule_words
from wms.demo.goods import BY_CODE
from wms.demo.people import DemoPerson, people_with
from wms.demo.private_service import Service, private_service

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
MOST_BYTES = 150_000
COLOURS = 256

HANDHELD = (HANDHELD_WIDTH, HANDHELD_HEIGHT)
SMALL_HANDHELD = (320, 480)
DESK = (1366, 768)
ORDER_HEIGHT = 900
"""An order with its papers and findings is longer than a desk's screen."""

NOTICE, PALLET, LANE, CAGE, BENCH = "ASN-DEMO-1", "PAL-1", "LOC-LANE-1", "LOC-CAGE-1", "LOC-BENCH-1"
BENCH_TOTE = "TOT-3"
DELIVERED, OTHER = BY_CODE["BRUSH-S"], BY_CODE["PEN-BLK"]

SEVERAL = 2
ORDERS_OF_THE_DAY = 300
LOADED_BEFORE_THE_BOARD = 10
"""Parcels on a lane when the board is taken: by then orders stand at every stage."""
DAY_SECONDS = 600
"""A busy machine needs that long; others are through in a minute."""


class NoPicture(Exception):
    """Something the pictures need did not happen; the text says what."""


def english_speakers(role: Role) -> list[DemoPerson]:
    """The demo's people of a role whose screens are in English."""
    return [person for person in people_with(role) if person.language == "en"]


def address(service: Service) -> str:
    host, port = service.address
    return f"http://{host}:{port}"


def save(name: str, png: bytes) -> None:
    """Write a picture with a small palette."""
    with Image.open(io.BytesIO(png)) as picture:
        flat = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    flat.save(buffer, "PNG", optimize=True)
    if buffer.tell() > MOST_BYTES:
        raise NoPicture(f"{name}.png would have {buffer.tell()} bytes; show less, or take fewer colours")
    (PICTURES / f"{name}.png").write_bytes(buffer.getvalue())
    print(f"{name}.png  {buffer.tell() // 1000} kB")


# --- on the floor -----------------------------------------------------------------------------------------------------


@dataclass
class Worker:
    """Somebody with a handheld in a browser."""

    handheld: Handheld
    prefix: str

    @property
    def page(self) -> Page:
        return self.handheld.page

    def sign_in(self, person: DemoPerson) -> None:
        self.handheld.open()
        self.handheld.sign_in(person.badge, person.pin)
        self.handheld.expect_body(screen="home")

    def scan(self, code: str, picture: str = "") -> str:
        """Scan, and take a picture of the answer; returns the code of what was said."""
        self.handheld.scan_and_wait(code)
        self.handheld.expect_body(waiting="0")  # what the API says next includes it
        if picture:
            self.take(picture)
        return self.page.locator("#outcome").get_attribute("data-said") or ""

    def take(self, picture: str) -> None:
        """A picture of the screen as it is, once its short animation is over."""
        self.page.wait_for_timeout(200)
        save(f"{self.prefix}-{picture}", self.page.screenshot())

    @property
    def screen(self) -> dict[str, Any]:
        """The screen as the API tells it, with the codes it hopes for."""
        here: dict[str, Any] = self.page.request.get(f"{self.handheld.url}/api/v1/screen").json()
        screen: dict[str, Any] = here["screen"]
        return screen

    def follow(self, *, until: str) -> None:
        """Scan what the screen asks for until it is at the step."""
        while self.screen["step"] != until:
            self.scan(self.screen["accepts"][0])


@contextlib.contextmanager
def worker(browser: Browser, service: Service, size: tuple[int, int], prefix: str) -> Iterator[Worker]:
    """A handheld of that size; its pictures begin with `prefix`."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, device_scale_factor=2, has_touch=True, is_mobile=True
    )
    yield Worker(Handheld(context.new_page(), address(service)), prefix)
    context.close()


def take_way_of_a_parcel(browser: Browser, service: Service) -> None:
    """From the delivery to the lane, on the usual screen."""
    with worker(browser, service, HANDHELD, "handheld") as picker:
        picker.sign_in(english_speakers(Role.PICKER)[0])
        picker.take("home")
        receive_and_put_away(picker)
        pick(picker, "TOT-1", with_pictures=True)
    with (
        worker(browser, service, HANDHELD, "handheld") as packer,
        worker(browser, service, HANDHELD, "handheld") as loader,
    ):
        packer.sign_in(english_speakers(Role.PACKER)[0])
        loader.sign_in(english_speakers(Role.PACKER)[1])
        loader.scan(LANE)
        tracking_number = pack(packer, "TOT-1", with_pictures=True)
        if loader.scan(tracking_number) == "parcel_staged":
            raise NoPicture("customs released the parcel before it was at the gate; try again")
        loader.take("gate-stop")
        packer.take("packed")
        loader.scan(CAGE)
        wait_for_release(loader, tracking_number)


def receive_and_put_away(picker: Worker) -> None:
    picker.scan(NOTICE)
    picker.scan(PALLET)
    picker.scan(DELIVERED.gtin)
    picker.scan(DELIVERED.case_gtin, "receive")
    picker.scan("*DONE*")
    picker.scan(PALLET)
    if picker.screen["step"] == "scan_item":
        picker.scan(DELIVERED.gtin)
    picker.take("putaway")
    picker.follow(until="scan_anything")


def pick(picker: Worker, tote: str, *, with_pictures: bool = False) -> None:
    picker.scan(tote)
    if with_pictures:
        go_to_line_of_several(picker)
        picker.take("pick-place")
    picker.scan(picker.screen["accepts"][0])
    if with_pictures:
        picker.scan(picker.screen["accepts"][0], "pick-item")
        picker.scan(OTHER.gtin, "wrong-item")
    picker.follow(until="scan_anything")


def go_to_line_of_several(picker: Worker) -> None:
    """Put lines of one unit off until one asks for more, where the order has one: a quantity of one shows little."""
    _, _, lines = picker.screen["position"].partition("/")
    for _ in range(int(lines or 0)):
        if int(picker.screen["how_many"] or 0) >= SEVERAL or picker.scan("*SKIP*") != "skipped":
            return


def pack(packer: Worker, tote: str, *, with_pictures: bool = False) -> str:
    """Pack what is in the tote; returns the parcel's tracking number."""
    packer.scan(tote)
    order_number = packer.screen["title"].split()[-1]
    if packer.screen["step"] == "scan_bench":
        packer.scan(BENCH)
    packer.follow(until="weigh")
    if with_pictures:
        packer.take("pack-weight")
    packer.scan(expected_weight(packer.screen))
    found = packer.page.request.get(f"{packer.handheld.url}/api/v1/customs/declarations?order={order_number}").json()
    return str(found["declarations"][0]["tracking_number"])


def expected_weight(screen: dict[str, Any]) -> str:
    facts: list[tuple[str, str]] = screen["facts"]
    return next(value for _, value in facts if value.endswith(" g"))


def wait_for_release(loader: Worker, tracking_number: str) -> None:
    """Bring the parcel out of its cage until the gate is green."""
    for _ in range(40):
        loader.page.wait_for_timeout(500)
        if loader.scan(tracking_number) == "parcel_staged":
            save("handheld-gate-go", loader.page.screenshot())
            return
        loader.scan(CAGE)
    raise NoPicture(f"customs did not release {tracking_number} in time")


def take_packing_bench(browser: Browser, service: Service) -> None:
    """The page of the bench whose devices are simulated."""
    with worker(browser, service, HANDHELD, "handheld") as picker:
        picker.sign_in(english_speakers(Role.PICKER)[0])
        pick(picker, BENCH_TOTE)
    take_bench(browser, service, english_speakers(Role.PACKER)[0], BENCH_TOTE, OTHER.gtin, save)


def take_small_screens(browser: Browser, service: Service) -> None:
    """The same page on an old device with keys."""
    with worker(browser, service, SMALL_HANDHELD, "small") as picker:
        picker.sign_in(english_speakers(Role.PICKER)[1])
        picker.take("home")
        picker.scan("TOT-2", "pick-place")
        picker.scan(picker.screen["accepts"][0])
        picker.scan(OTHER.gtin, "wrong-item")


# --- in the office ----------------------------------------------------------------------------------------------------


def take_office(browser: Browser, service: Service) -> None:
    """Let the demo's people work until parcels have left, then look at the pages of a supervisor."""
    shift = [sys.executable, "-m", "wms.cli", "demo", "shift"]
    day = subprocess.Popen(
        [*shift, "--url", address(service), "--orders", str(ORDERS_OF_THE_DAY)],
        # The payment company's program gets its token in the database of that service.
        env={name: value for name, value in os.environ.items() if not name.startswith("WMS_")}
        | {"WMS_DATA_DIR": str(service.settings.data_dir)},
        stdout=subprocess.DEVNULL,
    )
    try:
        page = browser.new_page(viewport={"width": DESK[0], "height": DESK[1]})
        sign_in_to_office(page, address(service))
        deadline = time.monotonic() + DAY_SECONDS
        while figure(page, "parcels", "On a lane") < LOADED_BEFORE_THE_BOARD:
            if day.poll() is not None:
                raise NoPicture(f"the day ended with status {day.returncode} before enough was loaded")
            if time.monotonic() > deadline:
                raise NoPicture(f"fewer than {LOADED_BEFORE_THE_BOARD} parcels were loaded within {DAY_SECONDS} s")
            page.wait_for_timeout(1_000)
        save("supervisor-board", page.screenshot())
        take_customs(page, address(service))
    finally:
        day.terminate()
        day.wait()
    page.goto(f"{address(service)}/office/stock?q=milk")
    save("supervisor-stock", page.screenshot())
    page.goto(f"{address(service)}/office/barcodes/sheet?kind=sku")
    save("barcode-sheet", page.screenshot())
    page.close()


def take_customs(page: Page, url: str) -> None:
    """What waits for whom, and an order whose payment slip names somebody else: both sides of it, masked."""
    page.goto(f"{url}/office/customs")
    save("customs-board", page.screenshot())
    page.get_by_role("link", name=rule_words("C8", "en")).first.click()
    page.locator("[data-part='findings'] td a.code").first.click()
    page.set_viewport_size({"width": DESK[0], "height": ORDER_HEIGHT})
    expect(page.get_by_role("heading", name="To mend")).to_be_visible()
    save("customs-order", page.screenshot())
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})


def sign_in_to_office(page: Page, url: str) -> None:
    """Sign a supervisor in through the form, as a person does, and wait for the board."""
    supervisor = english_speakers(Role.SUPERVISOR)[0]
    page.goto(f"{url}/office")
    page.get_by_label("Badge").fill(supervisor.badge)
    page.get_by_label("PIN").fill(supervisor.pin)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("[data-part='orders']")).to_be_visible()


def figure(page: Page, part: str, words: str) -> int:
    """A number of the board; it follows the work without being loaded again."""
    return int(page.locator(f"[data-part='{part}'] .figure", has_text=words).locator("b").inner_text().replace(",", ""))


def take_label(service: Service) -> None:
    """The label that the simulated printer made for a parcel, as its dots are."""
    labels = sorted(service.settings.label_dir.glob("*.png"))
    if not labels:
        raise NoPicture(f"nothing was printed into {service.settings.label_dir}")
    save("parcel-label", labels[0].read_bytes())


def main() -> None:
    """Write all pictures."""
    binary = chromium_binary()
    if binary is None:
        sys.exit("There is no chromium on the PATH. On Debian: apt install chromium")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with running_chromium(binary) as browser:
        with private_service() as service:
            take_way_of_a_parcel(browser, service)
            take_small_screens(browser, service)
            take_packing_bench(browser, service)
            take_label(service)
        with private_service() as service:
            take_office(browser, service)
        take_every_screen(browser, PICTURES)


if __name__ == "__main__":
    main()
