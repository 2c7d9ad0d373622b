"""Long runs of the page: a thousand scans at one stretch without network, thousands through failures.

Called by `bench.handheld`. The server is the strict little one of the tests: it can be told to fail, it takes nothing
out of order, and it keeps every scan it was sent, so that what was scanned can be compared with what it has.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from bench.page_person import KEYS
from tests.browser.device import Device
from tests.browser.endurance import NEXT, Difference, Picker, difference, work_of
from tests.browser.practice_server import Practice

LONGEST_WAIT_MS = 300_000
JUDGED = "(count) => Number(document.querySelector('#outcome').dataset.n || 0) >= count"
BOOKED = "() => document.body.dataset.waiting === '0'"


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one run."""

    what: str
    booked: int
    requests: int
    seconds: float
    """Of a stretch without network: from its return until all was booked. Otherwise of the whole run."""
    difference: Difference


def one_stretch(device: Device, practice: Practice, scans: int) -> Run:
    """So many scans without network, the page opened again in the middle; then the network is back."""
    codes = [f"SKU-{number:06d}" for number in range(scans)]
    practice.give(codes, most_ahead=scans)
    hand = device.switch_on()
    hand.open()
    hand.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    hand.scan_and_wait(NEXT)
    hand.expect_body(screen="picking", waiting="0")
    hand.page.context.set_offline(True)
    for half in (codes[: scans // 2], codes[scans // 2 :]):
        before = hand.judged()
        for code in half:
            hand.page.evaluate(KEYS, code)
            hand.page.keyboard.press("Enter")
        hand.page.wait_for_function(JUDGED, arg=before + len(half), timeout=LONGEST_WAIT_MS)
        hand.open()
    hand.expect_body(waiting=str(scans))
    before_sending = len(practice.batches)
    began = time.monotonic()
    hand.page.context.set_offline(False)
    hand.page.wait_for_function(BOOKED, timeout=LONGEST_WAIT_MS)
    took = time.monotonic() - began
    requests = len(practice.batches) - before_sending
    return Run("one stretch without network", scans, requests, took, difference([NEXT, *codes], practice.codes()))


def through_failures(
    device: Device, practice: Practice, scans: int, seed: int, told: Callable[[int], None]
) -> tuple[Run, dict[str, int]]:
    """So many scans while network, server, answers, page and battery fail; and how often each did."""
    began = time.monotonic()
    picker = Picker(device, practice, Random(seed), work_of(scans))
    found = picker.scan_all(told)
    run = Run("through failures", len(practice.booked), len(practice.batches), time.monotonic() - began, found)
    return run, dict(sorted(picker.happened.items()))
