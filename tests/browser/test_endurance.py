"""Hundreds of scans while network, server, answers, page and battery come and go: none lost, doubled, out of order.

Ten thousand of them: `python -m bench.handheld --endurance 10000`.
"""

from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.device import Device
from tests.browser.endurance import NEXT, Difference, difference, practised, work_of
from tests.browser.practice_server import Practice

pytestmark = pytest.mark.browser

SEED = 4
SCANS = 246


def test_what_is_booked_is_what_was_scanned_whatever_happens(
    chromium: Path, tmp_path: Path, practice: Practice
) -> None:
    with sync_playwright() as playwright:
        device = Device(playwright, chromium, tmp_path / "profile", practice.url)
        picker = practised(device, practice, Random(SEED), work_of(SCANS))
        try:
            assert picker.scan_all() == Difference(lost=0, doubled=0, out_of_order=0)
        finally:
            device.close()
    assert len(practice.requests) > len(practice.booked) > SCANS - 50, "nothing had to be sent again"
    assert len(picker.happened) >= 5, "too little happened"
    assert practice.floor is not None
    assert practice.floor.cases == {}


def test_the_comparison_sees_what_is_lost_doubled_and_swapped() -> None:
    scanned = [NEXT, "SKU-1", "SKU-2", NEXT, "SKU-3"]
    assert difference(scanned, [NEXT, "SKU-1", NEXT, "SKU-3"]) == Difference(lost=1, doubled=0, out_of_order=0)
    assert difference(scanned, [*scanned, "SKU-3"]) == Difference(lost=0, doubled=1, out_of_order=0)
    swapped = [NEXT, "SKU-2", "SKU-1", NEXT, "SKU-3"]
    assert difference(scanned, swapped) == Difference(lost=0, doubled=0, out_of_order=2)
