"""What the handheld was told beforehand is what the server then answers."""

from collections.abc import Mapping
from typing import Any

from tests.support.floor import Floor, Handheld, case_of_red, gtin_of


def walk(hand: Handheld, reply: Mapping[str, Any]) -> int:
    """Scan what is expected until the path ends; compare each answer with what was foretold. Returns the scans."""
    scans = 0
    while reply["lookahead"]:
        foretold = reply["lookahead"][0]
        assert foretold["accepts"] == reply["screen"]["accepts"]
        reply = hand.scan(foretold["accepts"][-1], ahead=0)
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


def test_a_cart_goes_as_foretold_from_its_last_tote_to_the_last_put(floor: Floor) -> None:
    floor.put_stock("A-01 RED 5\nA-02 BLUE 5")
    floor.order("41", RED=2)
    floor.order("42", RED=1, BLUE=1)
    hand = floor.handheld("EMP-2")
    hand.scans("*CART*", "T-1")
    assert walk(hand, hand.scan("T-2", ahead=0)) == 9
    assert hand.task is None
    floor.stock.is_now("A-01 RED 2\nA-02 BLUE 4\nBUFFER/TOT-1 RED 2\nBUFFER/TOT-2 RED 1\nBUFFER/TOT-2 BLUE 1")


def test_receiving_goes_as_foretold_item_after_item(floor: Floor) -> None:
    floor.notice("4711", RED=3, BLUE=2, GREEN=1)
    hand = floor.handheld()
    hand.scans("ASN-4711", "P-1", "BLUE")
    reply = hand.scan("RED", ahead=0)
    assert len(reply["lookahead"]) == 4, "two more RED, the other BLUE, the GREEN"
    assert walk(hand, reply) == 4
    assert hand.screen["accepts"] == []
    assert hand.scan("*DONE*")["code"] == "notice_closed"


def test_a_lot_that_is_known_goes_on_and_a_new_one_is_asked_for(floor: Floor) -> None:
    floor.notice("4711", CREAM=3)
    hand = floor.handheld()
    hand.scans("ASN-4711", "P-1")
    assert hand.scan("CREAM", ahead=0)["lookahead"] == [], "which lot it is, is on the carton only"
    hand.scans("L1")
    reply = hand.scan("270131", ahead=0)
    assert walk(hand, reply) == 2
    floor.stock.is_now("STAGE/PAL-1 CREAM 3 lot L1")


def test_packs_go_on_as_packs(floor: Floor) -> None:
    floor.notice("4711", RED=30)
    hand = floor.handheld()
    hand.scans("ASN-4711", "P-1")
    reply = hand.scan(case_of_red(), ahead=0)
    codes = [step["accepts"][0] for step in reply["lookahead"]]
    assert codes == [case_of_red(), *[gtin_of("RED")] * 6]
    walk(hand, reply)
    floor.stock.is_now("STAGE/PAL-1 RED 30")


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
