"""Pictures of the handheld at work in two languages: goods from the dock to the gate, and what lies beside their way.

Called by `screenshots`. Each language has a running service of its own over the demo warehouse, so that both show the
same orders; everything in the pictures was brought there by scans. What has to happen is waited for, however long it
takes.
"""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser.barcode_video import film
from tests.browser.handheld import GREEN_MS, Handheld
from tests.support.browser import HANDHELD_HEIGHT, HANDHELD_WIDTH, running_chromium
from tools.picture_files import NoPicture, save_screen
from wms.access.model import Role
from wms.demo.goods import BY_CODE
from wms.demo.people import DemoPerson, people_with
from wms.demo.private_service import Service

LANGUAGES = {"en": "en", "zh": "zh-Hans"}
"""As people are asked for theirs, and as the page calls it."""
HANDHELD = (HANDHELD_WIDTH, HANDHELD_HEIGHT)
SMALL, SMALLEST = (320, 480), (240, 320)
PATIENCE_MS = 300_000
"""A state comes late on a machine that has other things to do; nothing here is measured."""

NOTICE, PALLET, LANE, CAGE = "ASN-DEMO-1", "PAL-1", "LOC-LANE-1", "LOC-CAGE-1"
BENCH, BENCH_WITH_PRINTER = "LOC-BENCH-1", "LOC-BENCH-4"
CART_TOTES = ("TOT-21", "TOT-22", "TOT-23")
GIFT_TOTE = CART_TOTES[-1]
"""The urgent orders go onto the cart; the payment of each is wrong, so none of their parcels gets past the gate."""
PICK_TOTE, LATE_TOTE = "TOT-24", "TOT-25"
DELIVERED, OTHER = BY_CODE["BRUSH-S"], BY_CODE["PEN-BLK"]
SUPPLIERS_OWN = "BRUSH/L77/6"
SEVERAL = 2
CUSTOMS_STEP_MS = 8_000
"""Between two decisions of the port: whoever brings a parcel at once stands before a closed gate on any machine."""


def people_speaking(language: str, role: Role) -> list[DemoPerson]:
    """The demo's people of a role whose screens are in that language."""
    return [person for person in people_with(role) if person.language == language]


def address(service: Service) -> str:
    host, port = service.address
    return f"http://{host}:{port}"


@dataclass
class Worker:
    """Somebody with a handheld in a browser."""

    handheld: Handheld
    language: str

    @property
    def page(self) -> Page:
        return self.handheld.page

    def sign_in(self, person: DemoPerson, *, screen: str = "home") -> None:
        """Whoever has work open comes back to it, with any handheld."""
        self.handheld.open()
        self.handheld.sign_in(person.badge, person.pin)
        self.handheld.expect_body(screen=screen)

    def scan(self, code: str, picture: str = "") -> str:
        """Scan, and take a picture of the answer; returns the code of what was said."""
        self.handheld.scan_and_wait(code)
        self.handheld.expect_body(waiting="0")  # what the API says next includes it
        if picture:
            self.take(picture)
        return self.page.locator("#outcome").get_attribute("data-said") or ""

    def take(self, picture: str, *sizes: tuple[int, int]) -> None:
        """A picture of the screen as it stands, and further ones on smaller devices."""
        self._save(picture, HANDHELD)
        for size in sizes:
            self.page.set_viewport_size({"width": size[0], "height": size[1]})
            self._save(picture, size)
        if sizes:
            self.page.set_viewport_size({"width": HANDHELD[0], "height": HANDHELD[1]})

    def _save(self, picture: str, size: tuple[int, int]) -> None:
        self.page.wait_for_function("() => [...document.images].every((picture) => picture.complete)")
        self.handheld.settle()
        if self.page.locator("#gate[data-open='1']").count() == 0:  # green goes by itself as soon as nothing moves
            self.handheld.stand_still()
        save_screen(self._name(picture, size), self.page.screenshot())

    def _name(self, picture: str, size: tuple[int, int]) -> str:
        language = "" if self.language == "en" else f"-{self.language}"
        device = "" if size == HANDHELD else f"-{size[0]}x{size[1]}"
        return f"handheld-{picture}{language}{device}"

    @property
    def screen(self) -> dict[str, Any]:
        """The screen as the API tells it, with the codes it hopes for."""
        here: dict[str, Any] = self.page.request.get(f"{self.handheld.url}/api/v1/screen").json()
        screen: dict[str, Any] = here["screen"]
        return screen

    @property
    def step(self) -> str:
        return str(self.screen["step"])

    def follow(self, *, until: str) -> None:
        """Scan what the screen asks for until it is at the step."""
        while self.step != until:
            self.scan(self.screen["accepts"][0])


@contextlib.contextmanager
def worker(browser: Browser, service: Service, language: str, **how: Any) -> Iterator[Worker]:
    """A handheld whose pictures carry the language."""
    context = browser.new_context(
        viewport={"width": HANDHELD[0], "height": HANDHELD[1]}, has_touch=True, is_mobile=True, **how
    )  # fmt: skip
    context.add_cookies([{"name": "wms_language", "value": LANGUAGES[language], "url": address(service)}])
    yield Worker(Handheld(context.new_page(), address(service), PATIENCE_MS), language)
    context.close()


def take_walk(browser: Browser, service: Service, language: str) -> None:
    """Everything that a handheld shows, in one language."""
    pickers, packers = people_speaking(language, Role.PICKER), people_speaking(language, Role.PACKER)
    with worker(browser, service, language) as supervisor:
        supervisor.sign_in(people_speaking(language, Role.SUPERVISOR)[0])
        supervisor.take("home-of-all", SMALL, SMALLEST)
    with worker(browser, service, language) as picker:
        take_signing_in(picker, pickers[0])
        take_goods_in(picker)
        take_cart(picker)
        take_pick(picker)
        with worker(browser, service, language) as twin:
            take_too_late(picker, twin, pickers[0])
    with worker(browser, service, language) as packer, worker(browser, service, language) as loader:
        packer.sign_in(packers[0])
        loader.sign_in(packers[1])
        parcels = take_stop(packer, loader)
        take_scanner_pages(packer)
        with worker(browser, service, language) as wrapper:
            wrapper.sign_in(packers[2])
            take_packing(wrapper)
        take_go(loader, parcels)


def take_signing_in(picker: Worker, person: DemoPerson) -> None:
    picker.handheld.open()
    picker.take("sign-in")
    picker.handheld.scan(person.badge)
    picker.handheld.expect_body(step="pin")
    picker.take("pin")
    for digit in person.pin:
        picker.handheld.press(digit)
    picker.handheld.press("*OK*")
    picker.handheld.expect_body(screen="home")
    picker.take("home")
    picker.handheld.press("*MENU*")
    picker.take("menu")
    picker.handheld.press("*MENU*")


def take_goods_in(picker: Worker) -> None:
    picker.scan(NOTICE)
    picker.scan(PALLET)
    picker.scan(DELIVERED.gtin)
    picker.scan(DELIVERED.case_gtin, "receive")
    picker.scan("*DONE*")
    picker.scan(PALLET)
    if picker.step == "scan_item":
        picker.scan(DELIVERED.gtin)
    picker.take("putaway")
    picker.follow(until="scan_anything")


def take_cart(picker: Worker) -> None:
    """Several orders on one walk; one of them is a gift."""
    picker.scan("*CART*")
    for tote in CART_TOTES[:-1]:
        picker.scan(tote)
    picker.take("cart-tote")
    picker.scan(CART_TOTES[-1])
    picker.scan("*DONE*")
    picker.follow(until="scan_item")
    picker.take("cart-item")
    picker.follow(until="scan_into")
    picker.take("cart-into", SMALL, SMALLEST)
    picker.follow(until="scan_anything")


def take_pick(picker: Worker) -> None:
    """One order: the way to a place, its goods, a wrong one, a code that nobody knows, and no network."""
    picker.scan(PICK_TOTE)
    go_to_line_of_several(picker)
    picker.take("pick-place", SMALL, SMALLEST)
    picker.scan(picker.screen["accepts"][0])
    wanted = picker.screen["accepts"][0]
    picker.scan(wanted, "pick-item")
    picker.scan(OTHER.gtin)
    picker.take("wrong-item", SMALL, SMALLEST)
    picker.scan(SUPPLIERS_OWN)
    picker.handheld.press("*WHY*")
    picker.handheld.expect_body(found="1")
    picker.take("why")
    picker.handheld.scan("*WHAT*")
    picker.handheld.expect_code("ask_next")
    picker.handheld.scan(DELIVERED.gtin)
    picker.handheld.expect_code("looked_up")
    picker.take("look-up")
    picker.page.locator("#found-life").scroll_into_view_if_needed()
    picker.take("look-up-life")
    picker.handheld.press("*KEYS*")
    picker.take("typing")
    picker.handheld.press("*CANCEL*")
    picker.page.context.set_offline(True)
    picker.handheld.expect_body(net="offline")
    picker.handheld.scan_and_wait(wanted)
    picker.handheld.expect_body(tone="saved")
    picker.take("saved", SMALL, SMALLEST)
    picker.page.context.set_offline(False)
    picker.handheld.expect_body(net="online", waiting="0")
    picker.follow(until="scan_anything")


def go_to_line_of_several(picker: Worker) -> None:
    """Put lines of one unit off until one asks for more, where the order has one: a quantity of one shows little."""
    _, _, lines = picker.screen["position"].partition("/")
    for _ in range(int(lines or 0)):
        if int(picker.screen["how_many"] or 0) >= SEVERAL or picker.scan("*SKIP*") != "skipped":
            return


def take_too_late(picker: Worker, twin: Worker, person: DemoPerson) -> None:
    """What was scanned without network, while the same person went on with another handheld."""
    picker.scan(LATE_TOTE)
    picker.page.context.set_offline(True)
    picker.handheld.expect_body(net="offline")
    place = picker.page.locator("#where").inner_text()
    picker.handheld.scan_and_wait(f"LOC-{place}")
    picker.handheld.expect_body(tone="saved")
    twin.sign_in(person, screen="picking")
    twin.follow(until="scan_anything")
    picker.page.context.set_offline(False)
    picker.handheld.expect_body(net="online", waiting="0", attention="1")
    picker.handheld.press("*LIST*")
    picker.handheld.expect_body(found="1")
    picker.take("list")


def take_stop(packer: Worker, loader: Worker) -> list[str]:
    """Two parcels; the first is brought to the gate before customs has answered, and goes into the cage."""
    parcels = [pack(packer, tote) for tote in (PICK_TOTE, LATE_TOTE)]
    packer.take("packed")
    loader.scan(LANE)
    if loader.scan(parcels[0]) == "parcel_staged":
        raise NoPicture("customs released the parcel before it was at the gate; try again")
    loader.take("gate-stop", SMALL, SMALLEST)
    loader.scan(CAGE)
    return parcels


def take_go(loader: Worker, parcels: list[str]) -> None:
    """The first of them that customs releases, at the open gate."""
    released = wait_for_release(loader, parcels)
    loader.handheld.open()
    loader.scan(LANE)
    loader.handheld.hold_timers(GREEN_MS)
    loader.handheld.scan_and_wait(released)
    loader.take("gate-go")


def wait_for_release(loader: Worker, parcels: list[str]) -> str:
    """Ask customs until one is released, however long that takes; some are inspected or refused here as at any port."""
    while True:
        states = [state_of(loader, parcel) for parcel in parcels]
        for parcel, state in zip(parcels, states, strict=True):
            if state in ("released", "closed"):
                return parcel
        if all(state == "rejected" for state in states):
            raise NoPicture("customs refused every parcel that was packed for the picture; try again")
        loader.page.wait_for_timeout(1_000)


def state_of(loader: Worker, parcel: str) -> str:
    query = f"/api/v1/customs/declarations?parcel={parcel}"
    return str(loader.page.request.get(loader.handheld.url + query).json()["declarations"][0]["state"])


def pack(packer: Worker, tote: str) -> str:
    """Pack what is in the tote; returns the parcel's tracking number."""
    packer.scan(tote)
    order_number = packer.screen["title"].split()[-1]
    if packer.step == "scan_bench":
        packer.scan(BENCH)
    packer.follow(until="weigh")
    packer.scan(expected_weight(packer.screen))
    found = packer.page.request.get(f"{packer.handheld.url}/api/v1/customs/declarations?order={order_number}").json()
    return str(found["declarations"][0]["tracking_number"])


def take_packing(packer: Worker) -> None:
    """The gift of the cart, at the bench whose program has a printer: its label has to be scanned."""
    packer.scan(GIFT_TOTE)
    packer.scan(BENCH_WITH_PRINTER)
    packer.take("pack-item")
    packer.follow(until="scan_box")
    packer.take("pack-box")
    packer.follow(until="scan_material")
    packer.take("pack-material", SMALL)
    packer.follow(until="weigh")
    packer.take("pack-weight")
    packer.scan(expected_weight(packer.screen))
    packer.handheld.expect_body(step="scan_label")
    packer.take("pack-label", SMALL)


def expected_weight(screen: dict[str, Any]) -> str:
    facts: list[tuple[str, str]] = screen["facts"]
    return next(value for _, value in facts if value.endswith(" g"))


def take_scanner_pages(anyone: Worker) -> None:
    """How to set a scanner up, and whether it is."""
    anyone.page.goto(f"{anyone.handheld.url}/handheld/self-test")
    expect(anyone.page.locator("html[data-ready='1']")).to_be_attached(timeout=PATIENCE_MS)
    anyone.handheld.scan("]E09529990000018", gap_ms=8)
    expect(anyone.page.locator("li[data-finding]").first).to_be_visible(timeout=PATIENCE_MS)
    anyone.take("self-test")
    anyone.page.goto(f"{anyone.handheld.url}/handheld/set-up")
    anyone.take("set-up")


def take_camera(binary: Path, service: Service) -> None:
    """The camera before a label; what reads it is held back, as the picture is gone when it has."""
    with tempfile.TemporaryDirectory(prefix="wms-film-") as folder:
        label = film(Path(folder) / "label.y4m", [("Code128", "LOC-A-01-03-A")])
        camera = (
            "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={label}",
        )  # fmt: skip
        with (
            running_chromium(binary, camera) as browser,
            worker(browser, service, "en", service_workers="block") as picker,
        ):
            picker.sign_in(people_speaking("en", Role.PICKER)[1])
            picker.page.route("**/zxing-wasm/**", lambda route: None)
            picker.handheld.press("*MENU*")
            picker.handheld.press("*CAMERA*")
            playing = "() => document.querySelector('video')?.readyState > 2"
            picker.page.wait_for_function(playing, timeout=PATIENCE_MS)
            picker.take("camera")
