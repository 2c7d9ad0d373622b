"""Take the README's pictures from the running service: a handheld amid a pick, the board amid a day.

Called by `make screenshots`. It starts services of its own over the demo warehouse and throws them away; nothing in the
pictures is drawn by hand. Needs Debian's Chromium.
"""

import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.handheld import Handheld
from tests.support.browser import HANDHELD_HEIGHT, HANDHELD_WIDTH, chromium_binary, running_chromium
from wms.access.model import Role
from wms.demo.people import DemoPerson, people_with
from wms.demo.private_service import private_service

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
WORK_SECONDS = 30
"""How long the day has run when the board is taken: orders then stand at every stage."""

ORDERS_OF_THE_DAY = 400


def english_speaker(role: Role) -> DemoPerson:
    """Somebody of that role whose screens are in English."""
    return next(person for person in people_with(role) if person.language == "en")


def take_handheld(browser: Browser) -> None:
    """Sign in, begin to pick, walk to the first place, and show what is to be taken there."""
    with private_service() as service:
        context = browser.new_context(
            viewport={"width": HANDHELD_WIDTH, "height": HANDHELD_HEIGHT}, device_scale_factor=2, has_touch=True
        )
        page = context.new_page()
        handheld = Handheld(page, "http://{}:{}".format(*service.address))
        handheld.open()
        picker = english_speaker(Role.PICKER)
        handheld.sign_in(picker.badge, picker.pin)
        expect(page.locator("body")).to_have_attribute("data-screen", "home")
        page.locator("[data-action='*PICK*']").first.click()
        expect(page.locator("#expect")).to_have_attribute("data-kinds", "container")
        handheld.scan_and_wait("TOT-1")
        expect(page.locator("#expect")).to_have_attribute("data-kinds", "place")
        place = page.locator("#expect").inner_text().split()[-1]
        handheld.scan_and_wait(f"LOC-{place}")
        page.screenshot(path=PICTURES / "handheld.png")
        context.close()


def take_board(browser: Browser) -> None:
    """Let the demo's people work for a while and show the supervisor's board as it then is."""
    with private_service() as service:
        url = "http://{}:{}".format(*service.address)
        day = subprocess.Popen(
            [sys.executable, "-m", "wms.cli", "demo", "shift", "--url", url, "--orders", str(ORDERS_OF_THE_DAY)],
            stdout=subprocess.DEVNULL,
        )
        try:
            time.sleep(WORK_SECONDS)
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            sign_in_to_office(page, url)
            page.screenshot(path=PICTURES / "supervisor.png")
            page.close()
        finally:
            day.terminate()
            day.wait()


def sign_in_to_office(page: Page, url: str) -> None:
    """Sign a supervisor in through the form, as a person does, and wait for the board."""
    supervisor = english_speaker(Role.SUPERVISOR)
    page.goto(f"{url}/office/sign-in")
    page.fill("[name=badge]", supervisor.badge)
    page.fill("[name=pin]", supervisor.pin)
    page.click("button.primary")
    page.wait_for_url(lambda address: "sign-in" not in address)


def main() -> None:
    """Write both pictures."""
    binary = chromium_binary()
    if binary is None:
        sys.exit("There is no chromium on the PATH. On Debian: apt install chromium")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with running_chromium(binary) as browser:
        take_handheld(browser)
        take_board(browser)


if __name__ == "__main__":
    main()
