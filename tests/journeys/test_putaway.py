"""Putaway in scans: suggested, elsewhere, partly, mixed, kept for others, missing, not found."""

import pytest
from sqlalchemy import update

from tests.support.floor import Floor, Handheld
from tests.support.threads import together
from wms.catalogue.model import NewMerchant
from wms.catalogue.service import create_merchant
from wms.places.tables import PlaceRow


@pytest.fixture
def hand(floor: Floor) -> Handheld:
    """A picker at home; five RED and two BLUE stand on PAL-1, three RED on PAL-2."""
    floor.notice("4711", RED=20, BLUE=2)
    hand = floor.handheld("EMP-2")
    hand.scans("ASN-4711", "P-1", "RED", "*QTY+4*", "BLUE", "BLUE", "P-2", "RED", "*QTY+2*", "*DONE*")
    return hand


def test_a_mixed_pallet_in_parts_and_to_other_places(floor: Floor, hand: Handheld) -> None:
    hand.scans("P-1", "BLUE", "*QTY+1*", "A-02")
    asked = hand.scan("A-03")
    assert (asked["code"], asked["details"]["got"]) == ("confirm_other_place", "A-03")
    hand.scans("A-03")
    assert hand.scan("LANE-1")["code"] == "place_not_allowed"
    assert hand.scan("A-01")["code"] == "putaway_complete"
    floor.stock.is_now("A-01 RED 5\nA-02 BLUE 1\nA-03 BLUE 1\nSTAGE/PAL-2 RED 3")
    assert hand.scan("P-1")["code"] == "nothing_to_do_here", "it is empty"


def test_a_place_kept_for_another_merchant_is_neither_suggested_nor_taken(floor: Floor, hand: Handheld) -> None:
    def keep(session) -> None:  # type: ignore[no-untyped-def]
        other = create_merchant(session, NewMerchant("BETA", "Beta"))
        session.execute(update(PlaceRow).where(PlaceRow.code == "A-01").values(merchant_id=other))

    floor.database.in_transaction(keep)
    hand.scans("P-2")
    assert hand.screen["where"] == "A-02"
    for _ in range(2):
        assert hand.scan("A-01")["code"] == "place_of_another_merchant"
    hand.scans("A-02")


def test_missing_units_are_written_down(floor: Floor, hand: Handheld) -> None:
    hand.scans("P-2", "*QTY+2*", "A-01")
    assert hand.scan("*SHORT*")["code"] == "confirm_short"
    done = hand.scan("*SHORT*")
    assert (done["code"], done["task"]) == ("shorted", None)
    assert "LOST RED 1" in floor.stock.world()
    hand.scans("*UNDO*")
    assert "LOST RED 1" not in floor.stock.world()


def test_the_card_offers_the_pallet_that_waits_longest(floor: Floor, hand: Handheld) -> None:
    assert hand.scan("*PUTAWAY*")["code"] == "container_opened"
    assert hand.scan("P-2")["code"] == "wrong_container"
    left = hand.scan("*SKIP*")
    assert (left["code"], left["task"]) == ("container_left", None)
    assert hand.scan("P-2")["code"] == "container_taken", "he takes the one he found"
    hand.scans("A-01")
    assert hand.scan("*PUTAWAY*")["code"] == "container_opened", "the other still waits"
    assert hand.scans("P-1")["screen"]["step"] == "scan_item"


def test_two_who_ask_at_once_get_two_pallets(floor: Floor, hand: Handheld) -> None:
    hands = (hand, floor.handheld("EMP-3"))
    answers = together(2, lambda number: hands[number].scan("*PUTAWAY*"))
    assert [answer["code"] for answer in answers] == ["container_opened"] * 2
    assert sorted(answer["screen"]["facts"][0][1] for answer in answers) == ["PAL-1", "PAL-2"]


def test_the_same_pallet_scanned_by_two_at_once_is_one_s(floor: Floor, hand: Handheld) -> None:
    hands = (hand, floor.handheld("EMP-3"))
    answers = together(2, lambda number: hands[number].scan("P-2"))
    assert sorted(answer["code"] for answer in answers) == ["confirm_take_over", "container_taken"]
