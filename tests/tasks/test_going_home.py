"""Going home: the button says what comes next, what was begun waits there, and what nobody has touched goes back."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.office.scene import signed_in
from tests.office.test_lists import column, first_column
from tests.support.floor import Floor, Handheld, case_of_red, gtin_of

ORDERS = ("41", "42", "43", "44")


@pytest.fixture
def hand(floor: Floor) -> Handheld:
    """A picker at home, and four orders of which each asks for goods from two places."""
    floor.put_stock("A-01 RED 20\nA-02 BLUE 20")
    for number in ORDERS:
        floor.order(number, RED=2, BLUE=1)
    return floor.handheld("EMP-2")


def job(reply: Mapping[str, Any] | Handheld) -> str:
    """What the first button of the home screen says."""
    said = (reply.screen if isinstance(reply, Handheld) else reply["screen"])["next_job"]
    return f"{said['label']}: {said['what']}"


def counts(reply: Mapping[str, Any]) -> dict[str, int]:
    return {choice["action"]: choice["count"] for choice in reply["screen"]["choices"]}


def ahead(hand: Handheld, text: str, *held: str, **changes: Any) -> Mapping[str, Any]:
    """A scan of a handheld that answers by itself and holds these tasks."""
    return hand.scan(text, ahead=0, next_held=list(held), **changes)


def test_the_button_names_what_the_card_opens(floor: Floor, hand: Handheld) -> None:
    floor.notice("4711", BLUE=1)
    assert job(hand) == "Next job: Pick 41"
    assert hand.scan("*NEXT*")["screen"]["title"] == "Pick 41"


def test_it_names_a_container_before_an_order_as_the_card_does(floor: Floor, hand: Handheld) -> None:
    floor.notice("4711", BLUE=1)
    hand.scans("ASN-4711", "P-1", "BLUE")
    done = hand.scan("*DONE*")
    assert job(done) == "Next job: Put away PAL-1"
    assert hand.scan("*NEXT*")["task"]["workflow"] == "putaway"


def test_it_says_how_much_it_is(hand: Handheld) -> None:
    assert hand.screen["next_job"]["more"] == "lines: 2"


def test_what_only_begins_with_a_paper_is_not_named(floor: Floor) -> None:
    floor.notice("4711", BLUE=1)
    receiver = floor.handheld("EMP-2")
    assert job(receiver) == "Next job: Scan to begin"
    assert receiver.scan("*NEXT*")["code"] == "no_work"
    assert job(floor.handheld("EMP-4")) == "Next job: No work waits"


def test_who_goes_home_from_work_begun_finds_it_on_the_button(hand: Handheld) -> None:
    hand.scans("T-1", "A-01", "RED")
    away = hand.scan("*HOME*")
    assert (away["task"], job(away), away["screen"]["next_job"]["more"]) == (
        None, "Go on: Pick 41 1/2", "TOT-1 · A-01 · Red brush",
    )  # fmt: skip
    for card in ("*NEXT*", "*PICK*", "*NEXT*"):
        assert hand.scan(card)["screen"]["title"] == "Pick 41"
        assert job(hand.scan("*HOME*")) == "Go on: Pick 41 1/2"


def test_the_server_knows_that_he_is_at_home(floor: Floor, hand: Handheld) -> None:
    hand.scans("T-1", "A-01", "RED")
    assert floor.handheld("EMP-2").screen["screen"] == "picking"
    hand.scan("*HOME*")
    again = hand.client.get("/api/v1/screen").json or {}
    assert (again["screen"]["screen"], again["task"]) == ("home", None)
    assert job(again) == "Go on: Pick 41 1/2"
    hand.scan("*PICK*")
    assert (hand.client.get("/api/v1/screen").json or {})["screen"]["counted"] == "1 / 2"


def test_a_scan_in_the_task_brings_him_back_to_it(floor: Floor, hand: Handheld) -> None:
    """Of a second window, say, or of one who scanned on without network."""
    hand.scans("T-1", "A-01", "RED")
    task = dict(hand.task or {})
    hand.scan("*HOME*")
    assert hand.scan("BLUE", task_id=task["id"], task_version=task["version"])["code"] == "wrong_item"
    assert floor.handheld("EMP-2").screen["screen"] == "picking"


def test_what_nobody_has_touched_goes_back(floor: Floor, hand: Handheld) -> None:
    hand.scans("*NEXT*")
    assert job(hand.scan("*HOME*")) == "Next job: Pick 41"
    assert floor.handheld("EMP-3").scan("*PICK*")["screen"]["title"] == "Pick 41"
    hand.scans("T-1")
    assert hand.screen["title"] == "Pick 42"
    hand.scan("*HOME*")
    assert hand.scan("T-1")["screen"]["title"] == "Pick 42", "the tote is free again, too"


@pytest.mark.parametrize(
    ("badge", "begins", "waits"), [("EMP-2", "ASN-4711", "*RECEIVE*"), ("EMP-2", "*CART*", "*CART*")]
)
def test_so_does_other_work(floor: Floor, hand: Handheld, badge: str, begins: str, waits: str) -> None:
    floor.notice("4711", BLUE=1)
    before = counts(hand.scan("*HOME*"))[waits]
    hand.scans(begins)
    home = hand.scan("*HOME*")
    assert (counts(home)[waits], job(home)) == (before, "Next job: Pick 41")


def test_a_container_a_tote_to_pack_and_a_lane_go_back_as_well(floor: Floor) -> None:
    floor.notice("4711", RED=2)
    hand = floor.handheld()
    hand.scans("ASN-4711", "P-1", "RED", "RED", "*DONE*", "P-1")
    assert job(hand.scan("*HOME*")) == "Next job: Put away PAL-1"
    hand.scans("P-1", "LOC-A-01")
    floor.order("50", RED=1)
    hand.scans("T-1", "A-01", "RED", "T-1")
    home = hand.scan("*HOME*")
    assert (counts(home)["*PACK*"], hand.scan("T-1")["screen"]["screen"]) == (1, "packing")
    hand.scan("*HOME*")
    hand.scans("LOC-LANE-1")
    assert job(hand.scan("*HOME*")) == "Next job: Scan to begin"
    hand.scans("LOC-CAGE-1")
    assert job(hand.scan("*HOME*")) == "Next job: Scan to begin"


def test_of_one_kind_of_work_everybody_leaves_one_task_behind(hand: Handheld) -> None:
    hand.scans("T-1", "A-01", "RED")
    hand.scan("*HOME*")
    refused = hand.scan("T-2")
    assert (refused["outcome"], refused["code"]) == ("refused", "finish_first")
    assert refused["message"] == {
        "title": "Pick 41 is still open in your name.",
        "next": "Scan *PICK*: go on with it, or give it back there.",
    }
    assert hand.scan("T-1")["screen"]["title"] == "Pick 41"


def test_what_was_laid_ready_goes_back_when_he_goes_home(floor: Floor, hand: Handheld) -> None:
    ahead(hand, "T-1")
    held = [laid["task"]["id"] for laid in ahead(hand, "A-01")["next"]]
    assert len(held) == 2
    home = ahead(hand, "*HOME*", *held)
    assert (counts(home)["*PICK*"], counts(home)["*CART*"], home["next"]) == (4, 3, []), "his own, and those that wait"
    assert floor.handheld("EMP-3").scan("*PICK*")["screen"]["title"] == "Pick 42"


def test_what_was_laid_ready_goes_onto_his_own_cart(hand: Handheld) -> None:
    ahead(hand, "T-1")
    ahead(hand, "A-01")
    for text in ("RED", "RED", "A-02"):
        ahead(hand, text)
    done = ahead(hand, "BLUE")
    assert (counts(done)["*PICK*"], counts(done)["*CART*"], job(done)) == (3, 3, "Next job: Pick 42")
    cart = ahead(hand, "*CART*")
    assert (cart["screen"]["title"], cart["screen"]["position"]) == ("Cart 42", "1/3")


@pytest.mark.parametrize(("card", "code"), [("*PUTAWAY*", "no_work"), ("*DISPATCH*", "not_your_work")])
def test_a_card_that_begins_nothing_gives_nothing_back(floor: Floor, hand: Handheld, card: str, code: str) -> None:
    ahead(hand, "T-1")
    held = [laid["task"]["id"] for laid in ahead(hand, "A-01")["next"]]
    for text in ("RED", "RED", "A-02", "BLUE"):
        ahead(hand, text, *held)
    assert ahead(hand, card, *held)["code"] == code
    entered = {"outcome": "accepted", "code": "next_task", "step": "scan_tote", "task_id": held[0]}
    assert ahead(hand, "*NEXT*", *held[1:], judged_here=entered)["screen"]["title"] == "Pick 42"


def test_one_that_begins_other_work_does(floor: Floor) -> None:
    floor.notice("4711", BLUE=1)
    hand = floor.handheld()
    hand.scans("ASN-4711", "P-1", "BLUE", "*DONE*")
    floor.put_stock("A-01 RED 20")
    for number in ORDERS:
        floor.order(number, RED=1)
    ahead(hand, "*PICK*")
    ahead(hand, "T-1")
    ahead(hand, "A-01")
    ahead(hand, "RED")
    assert ahead(hand, "*PUTAWAY*")["task"]["workflow"] == "putaway"
    assert floor.handheld("EMP-3").scan("*PICK*")["screen"]["title"] == "Pick 42"


def test_a_handheld_without_network_keeps_what_it_holds(floor: Floor, hand: Handheld) -> None:
    ahead(hand, "T-1")
    held = [laid["task"]["id"] for laid in ahead(hand, "A-01")["next"]]
    shown = {"outcome": "accepted", "code": "at_home", "step": "scan_anything"}
    home = ahead(hand, "*HOME*", *held, judged_here=shown, made_offline=True)
    assert job(home) == "Go on: Pick 41 1/2"
    assert floor.handheld("EMP-3").scan("*PICK*")["screen"]["title"] == "Pick 44", "42 and 43 are still his"
    entered = {"outcome": "accepted", "code": "next_task", "step": "scan_tote", "task_id": held[0]}
    assert ahead(hand, "*NEXT*", judged_here=entered)["screen"]["title"] == "Pick 42"


def test_another_device_keeps_what_it_holds(floor: Floor, hand: Handheld) -> None:
    ahead(hand, "T-1")
    ahead(hand, "A-01")
    spare = floor.handheld("EMP-2", device="spare")
    ahead(spare, "*HOME*")
    assert floor.handheld("EMP-3").scan("*PICK*")["screen"]["title"] == "Pick 44"


def test_a_place_or_a_product_that_begins_nothing_is_looked_up(hand: Handheld) -> None:
    place = hand.scan("LOC-STAGE")
    assert (place["outcome"], place["code"], place["message"]["title"]) == ("accepted", "looked_up", "place STAGE")
    assert place["found"]["facts"]
    item = hand.scan("BLUE")
    assert (item["outcome"], item["found"]["title"]) == ("accepted", "Blue brush")
    assert hand.task is None


def test_the_product_of_the_open_job_goes_on_with_it_and_does_not_count(hand: Handheld) -> None:
    hand.scans("T-1", "A-01", "RED")
    hand.scan("*HOME*")
    assert hand.scan("BLUE")["code"] == "looked_up"
    back = hand.scan("RED")
    assert (back["code"], back["screen"]["title"], back["screen"]["counted"]) == ("back_by_scan", "Pick 41", "1 / 2")
    hand.scans("RED")
    hand.scan("*HOME*")
    assert hand.scan("A-02")["code"] == "back_by_scan", "the place it goes on at as well"
    assert hand.scan("A-02")["code"] == "place_ok"


def test_work_of_others_is_named(floor: Floor, hand: Handheld) -> None:
    refused = hand.scan("LOC-LANE-1")
    assert (refused["outcome"], refused["code"]) == ("refused", "work_of_others")
    assert refused["message"]["title"] == "LOC-LANE-1 begins Dispatch: not your job, or not here."


def test_the_office_tells_what_is_laid_ready_from_what_is_picked(floor: Floor, hand: Handheld) -> None:
    ahead(hand, "T-1")
    ahead(hand, "A-01")
    boss = signed_in(floor)
    picking, ready = (boss.get(f"/office/orders/{name}").text for name in ("picking", "laid-ready"))
    assert (first_column(picking), first_column(ready)) == (["41"], ["42", "43"])
    assert column(ready, "Laid ready for") == ["Chen Yu", "Chen Yu"]


def test_what_lies_in_the_tote_of_an_order_is_not_free(floor: Floor, hand: Handheld) -> None:
    hand.scans("T-1", "A-01", "RED")
    told = [text for _, text in floor.handheld("EMP-3").scan("RED")["found"]["facts"]]
    assert "20 in the building, 7 promised, 12 free" in told
    assert "1 picked or packed for orders" in told
    assert "1 at BUFFER / TOT-1, of an order" in told


def test_a_receiver_reads_the_last_digits_packs_and_what_he_took_back(floor: Floor) -> None:
    floor.notice("4711", RED=30)
    hand = floor.handheld("EMP-2")
    hand.scans("ASN-4711", "P-1")
    case = hand.scans(case_of_red())
    assert "12 at once" in case["message"]["title"]
    screen = case["screen"]
    assert (screen["where"], screen["what_tail"], screen["packs"]) == ("", gtin_of("RED")[-4:], "= 1 × pack of 12 + 6")
    assert hand.scans("*UNDO*")["message"]["title"] == "Taken back: 12 × Red brush."
    hand.scans("RED", "*QTY+10*")
    assert hand.scans("*UNDO*")["message"]["title"] == "Taken back: 10 × Red brush."


def test_a_lot_and_a_date_are_taken_back_by_their_texts(floor: Floor) -> None:
    floor.notice("4711", CREAM=2)
    hand = floor.handheld("EMP-2")
    hand.scans("ASN-4711", "P-1", "CREAM", "L2607", "2027-01-31")
    undone = [hand.scans("*UNDO*")["message"]["title"] for _ in range(3)]
    assert undone == ["Taken back: 2027-01-31.", "Taken back: L2607.", "Taken back: Cream brush."]
