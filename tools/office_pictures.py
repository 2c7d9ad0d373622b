"""Pictures of the supervisors' pages after the demo's people have worked for a while. Called by `screenshots`."""

import os
import subprocess
import sys
import time

from playwright.sync_api import Browser, Page, expect

from tools.picture_files import NoPicture, save
from tools.walk_pictures import address, people_speaking
from wms.access.model import Role
from wms.customs.words.wording import rule_words
from wms.demo.private_service import Service

DESK = {"width": 1366, "height": 768}
ORDER_HEIGHT = 900
"""An order with its papers and findings is longer than a desk's screen."""
ORDERS_OF_THE_DAY = 300
LOADED_BEFORE_THE_BOARD = 10
"""Parcels on a lane when the board is taken: by then orders stand at every stage."""
DAY_SECONDS = 1_800
"""A busy machine needs minutes; a day that has come to a stop should end all the same."""


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
        page = browser.new_page(viewport=DESK)
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
    page.close()


def take_customs(page: Page, url: str) -> None:
    """What waits for whom, and an order whose payment slip names somebody else: both sides of it, masked."""
    page.goto(f"{url}/office/customs")
    save("customs-board", page.screenshot())
    page.get_by_role("link", name=rule_words("C8", "en")).first.click()
    page.locator("[data-part='findings'] td a.code").first.click()
    page.set_viewport_size({**DESK, "height": ORDER_HEIGHT})
    expect(page.get_by_role("heading", name="To mend")).to_be_visible()
    save("customs-order", page.screenshot())
    page.set_viewport_size(DESK)


def sign_in_to_office(page: Page, url: str) -> None:
    """Sign a supervisor in through the form, as a person does, and wait for the board."""
    supervisor = people_speaking("en", Role.SUPERVISOR)[0]
    page.goto(f"{url}/office")
    page.get_by_label("Badge").fill(supervisor.badge)
    page.get_by_label("PIN").fill(supervisor.pin)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("[data-part='orders']")).to_be_visible()


def figure(page: Page, part: str, words: str) -> int:
    """A number of the board; it follows the work without being loaded again."""
    return int(page.locator(f"[data-part='{part}'] .figure", has_text=words).locator("b").inner_text().replace(",", ""))
