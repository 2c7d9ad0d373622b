"""Seven outcomes, told apart by frame, shape, sound and in the hand: each channel alone is enough.

Two outcomes may share a ground (all refusals are red, because red says stop); then their frames differ.
"""

from itertools import combinations
from typing import Any

import pytest

from tests.browser.handheld import Handheld
from tests.browser.practice_server import SCREENS, Practice

pytestmark = pytest.mark.browser

FEEL = """() => {
  window.felt = [];
  Object.defineProperty(Navigator.prototype, "vibrate", { value: (pattern) => window.felt.push(pattern.join("-")) });
}"""
SEEN = """() => {
  const gate = document.querySelector("#gate:not([hidden])");
  const panel = gate || document.querySelector("#outcome");
  const style = getComputedStyle(panel);
  return {
    ground: style.backgroundColor + style.backgroundImage.slice(0, 60),
    frame: [style.borderTopStyle, style.borderTopWidth, style.borderTopColor, style.backgroundImage, !gate].join(),
    glyph: document.querySelector(gate ? "#gate-glyph" : "#outcome-glyph").getAttribute("href"),
  };
}"""

CODES = {
    "accepted": "SKU-1",
    "completed": "ALL-1",
    "confirm": "ASK-1",
    "refused": "NO-1",
    "unknown": "WHAT-1",
    "gate_closed": "GATE-SHUT",
}


def test_seven_outcomes_are_told_apart_in_every_channel(handheld: Handheld, practice: Practice) -> None:
    handheld.page.add_init_script(f"({FEEL})()")
    practice.give(["SKU-0", "SKU-9"])
    handheld.open()
    seen: dict[str, Any] = {}
    handheld.scan_and_wait("*NEXT*")
    handheld.page.context.set_offline(True)
    handheld.expect_body(net="offline")
    handheld.scan_and_wait("SKU-0")
    handheld.expect_body(tone="saved")
    seen["saved"] = perceived(handheld)
    handheld.page.context.set_offline(False)
    handheld.expect_body(net="online", waiting="0")
    practice.floor = None
    practice.screen = SCREENS["pick"]
    for outcome, code in CODES.items():
        handheld.scan_and_wait(code)
        handheld.expect_body(outcome=outcome)
        seen[outcome] = perceived(handheld)
    assert len(seen) == 7
    for channel in ("frame", "glyph", "sound", "vibration"):
        for one, other in combinations(seen, 2):
            assert seen[one][channel] != seen[other][channel], f"{channel} of {one} and {other}"
    reds = {"refused", "unknown", "gate_closed"}
    for one, other in combinations(seen, 2):
        if not {one, other} <= reds:
            assert seen[one]["ground"] != seen[other]["ground"], f"ground of {one} and {other}"


def perceived(handheld: Handheld) -> dict[str, str]:
    """What eyes, ears and hand get of the last outcome."""
    found: dict[str, str] = handheld.page.evaluate(SEEN)
    felt = handheld.page.evaluate("() => window.felt.at(-1)")
    return {**found, "sound": handheld.sounds()[-1], "vibration": felt}


def test_what_is_saved_is_never_shown_as_done(handheld: Handheld, practice: Practice) -> None:
    """A task that ends without network is saved, with the mark of what is saved."""
    practice.give(["SKU-0"])
    handheld.open()
    handheld.scan_and_wait("*NEXT*")
    handheld.page.context.set_offline(True)
    handheld.expect_body(net="offline")
    handheld.scan_and_wait("SKU-0")
    handheld.expect_body(tone="saved")
    assert handheld.page.locator("#outcome-glyph").get_attribute("href") == "#glyph-saved"
    handheld.page.context.set_offline(False)
    handheld.expect_body(waiting="0")
