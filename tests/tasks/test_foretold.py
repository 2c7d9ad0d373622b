"""What the handheld was told beforehand is what the server then answers."""

from collections.abc import Mapping
from typing import Any

from tests.support.floor import Floor, Handheld


def walk(hand: Handheld, reply: Mapping[str, Any]) -> int:
    """Scan what is expected until the path ends; compare each answer with what was foretold. Returns the scans."""
    scans = 0
    while reply["lookahead"]:
        foretold = reply["lookahead"][0]
        assert foretold["accepts"] == reply["screen"]["accepts"]
        reply = hand.scans(foretold["accepts"][-1])
        # What waits at home is counted when he is there.
        screen = {**reply["screen"], **({} if reply["task"] else {"choices": [], "next_job": None})}
        assert screen == foretold["screen"]
        for part in ("outcome", "code", "message", "task"):
            assert reply[part] == foretold[part], part
        scans += 1
    return scans


def test_a_pick_goes_as_foretold_to_its_last_scan(floor: Floor) -> None:
    floor.put_stock("A-01 RED 5\nA-01 BLUE 5\nA-03 GREEN 5")
    floor.order("42", RED=2, BLUE=1, GREEN=2)
    hand = floor.handheld("EMP-2")
    assert walk(hand, hand.scans("T-1")) == 7
    assert hand.task is None, "to the scan that ends the task"


def test_putaway_and_packing_go_as_foretold(floor: Floor) -> None:
    floor.notice("4711", RED=2, BLUE=1)
    hand = floor.handheld()
    reply = hand.scans("ASN-4711", "P-1", "RED", "RED", "BLUE", "*DONE*", "P-1")
    assert walk(hand, reply) == 3
    floor.order("42", RED=2, BLUE=1)
    walk(hand, hand.scans("T-1"))
    hand.scans("T-1")
    walk(hand, hand.scans("BENCH-1"))
    assert hand.screen["step"] == "weigh"
