"""Pictures of the packing bench's page, with the running service's simulated bench at work. Called by `screenshots`.

A picker fills a tote, a packer packs it: codes come from the bench's scanner and from a keyboard wedge, the weight from
its scale, the label from its printer, which is out of order for a moment. The devices are worked as docs/bench.md says.
"""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.handheld import Handheld
from tools.picture_files import save
from tools.walk_pictures import PATIENCE_MS, address, people_speaking, worker
from wms.access.model import Role
from wms.demo.people import DemoPerson
from wms.demo.private_service import Service

BENCH = "BENCH-4"
DESK = {"width": 1366, "height": 768}
TOTE = "TOT-3"
SETTLED_MS = 400


def take_bench(browser: Browser, service: Service, language: str) -> None:
    """Fill a tote and pack it, in that language."""
    with worker(browser, service, language) as picker:
        picker.sign_in(people_speaking(language, Role.PICKER)[0])
        picker.scan(TOTE)
        picker.follow(until="scan_anything")
    pack(browser, service, people_speaking(language, Role.PACKER)[0])


def pack(browser: Browser, service: Service, packer: DemoPerson) -> None:
    """Pack what is in the tote."""
    suffix = "" if packer.language == "en" else f"-{packer.language}"
    levers = service.settings.bench_folder
    context = browser.new_context(viewport=DESK)
    bench = Handheld(context.new_page(), address(service), PATIENCE_MS)
    page = bench.page

    def take(name: str) -> None:
        page.wait_for_timeout(SETTLED_MS)
        save(f"bench-{name}{suffix}", page.screenshot())

    bench.open(f"/bench?bench={BENCH}")
    bench.scan(packer.badge)
    bench.expect_body(step="pin")
    bench.scan(packer.pin)
    bench.expect_body(screen="home")
    expect(page.locator("#bench-devices li[data-tone='go']")).not_to_have_count(0, timeout=PATIENCE_MS)
    expect(page.locator("#bench-devices li[data-tone='stop']")).to_have_count(0, timeout=PATIENCE_MS)
    add_line(levers / "scanner.txt", TOTE)
    bench.expect_body(screen="packing", step="scan_item")
    bench.scan_and_wait(accepted(bench))
    take("item")
    while page.locator("body").get_attribute("data-step") != "weigh":
        bench.scan_and_wait(accepted(bench))
    (levers / "printer.txt").write_text("head open\n")
    grams = weight_of(page)
    put_on_scale(levers, grams * 2)
    bench.expect_body(tone="stop")
    take("weight")
    put_on_scale(levers, grams)
    bench.expect_body(step="scan_label")
    expect(page.locator("#bench-parcel")).to_have_attribute("data-state", "blocked", timeout=PATIENCE_MS)
    take("blocked")
    (levers / "printer.txt").write_text("ready\n")
    expect(page.locator("#bench-parcel")).to_have_attribute("data-state", "printed", timeout=PATIENCE_MS)
    take("printed")
    add_line(levers / "scanner.txt", page.locator("#bench-parcel .label-parcel").inner_text())
    bench.expect_body(screen="home")
    expect(page.locator("#bench-parcel")).to_have_attribute("data-state", "applied")
    take("applied")
    context.close()


def accepted(bench: Handheld) -> str:
    """What the screen hopes for."""
    here = bench.page.request.get(f"{bench.url}/api/v1/screen").json()
    return str(here["screen"]["accepts"][0])


def weight_of(page: Page) -> int:
    """What the parcel should weigh in grams: the middle of what is allowed."""
    allowed = page.locator("[data-slot='weight_expected']")
    expect(allowed).to_contain_text("kg")
    low, high = (int(kilograms.replace(".", "")) for kilograms in re.findall(r"\d+\.\d{3}", allowed.inner_text()))
    return (low + high) // 2


def put_on_scale(levers: Path, grams: int) -> None:
    """Lift what stands there, and put the next thing on it."""
    (levers / "scale.txt").write_text("0 g\n")
    (levers / "scale.txt").write_text(f"{grams} g\n")


def add_line(file: Path, line: str) -> None:
    with file.open("a", encoding="utf-8") as open_file:
        open_file.write(f"{line}\n")
