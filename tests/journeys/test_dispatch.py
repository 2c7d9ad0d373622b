"""Dispatch in scans: red and green, withdrawn on the lane, sealed, with its pass, twice, wrong lanes, two loaders."""

from sqlalchemy import select, update

from tests.support.customs_hand import answer_pass, passes, release, withdraw
from tests.support.floor import Floor, Handheld
from tests.support.threads import together
from wms.customs.passes import AnswerTaken
from wms.customs.tables import DeclarationRow, ExitPassLineRow, GateAnswerRow


def packed(floor: Floor, *numbers: str) -> list[str]:
    """Orders of one RED each, picked and packed; returns their tracking numbers."""
    floor.put_stock(f"A-01 RED {len(numbers)}")
    hand = floor.handheld("EMP-1", device="bench")
    for tote, number in enumerate(numbers, start=1):
        floor.order(number, RED=1)
        hand.scans(f"T-{tote}", "A-01", "RED", f"T-{tote}")
        if hand.screen["step"] == "scan_bench":
            hand.scans("BENCH-1")
        hand.scans("RED", "BOX-S", "150g")
    return [floor.parcel(number).tracking_no for number in numbers]


def close(hand: Handheld) -> str:
    """Ask twice to close the load, or to let it leave."""
    assert hand.scan("*DONE*")["code"] in ("confirm_close_load", "confirm_gate_out")
    return str(hand.scan("*DONE*")["code"])


def seal(hand: Handheld) -> str:
    """Ask twice to seal the load."""
    assert hand.scan("*DONE*")["code"] == "confirm_seal_load"
    return str(hand.scan("*DONE*")["code"])


def answers_kept(floor: Floor, number: str) -> list[tuple[str, bool]]:
    """Where the gate was asked about the parcel of an order, and whether it was open."""
    parcel_id = floor.parcel(number).id
    query = select(GateAnswerRow).where(GateAnswerRow.parcel_id == parcel_id).order_by(GateAnswerRow.id)
    return floor.database.reading(lambda session: [(row.asked_at, row.is_open) for row in session.scalars(query)])


def renumber(floor: Floor, number: str) -> None:
    """Customs knows the parcel of an order by another list from now on."""
    parcel_id = floor.parcel(number).id
    floor.database.in_transaction(
        lambda session: session.execute(
            update(DeclarationRow).where(DeclarationRow.parcel_id == parcel_id).values(invt_no="99992026I000000002")
        )
    )


def test_red_into_the_cage_and_green_when_released(bonded_floor: Floor) -> None:
    floor = bonded_floor
    first, second = packed(floor, "41", "42")
    hand = floor.handheld("EMP-4")
    hand.scans("LANE-1")
    red = hand.scan(first)
    assert red["outcome"] == "gate_closed"
    assert (red["screen"]["step"], red["screen"]["gate"]["parcel"]) == ("scan_cage", first)
    assert hand.scan(second)["code"] == "parcel_held", "nothing else goes on before it is in the cage"
    assert hand.screen["step"] == "scan_cage"
    assert hand.scan("*UNDO*")["code"] == "cannot_undo"
    resumed = floor.handheld("EMP-4", device="spare")
    assert resumed.screen["gate"]["open"] is False, "red stays, on any device"
    hand.scans("CAGE-1")
    floor.stock.is_now(f"BENCH-1/{second} RED 1\nCAGE-1/{first} RED 1")
    assert hand.scan("*DONE*")["code"] == "load_empty"

    release(floor, "41", "42")
    hand = floor.handheld("EMP-4")
    hand.scans(second)
    assert ["Released", "CAGE-1: 1"] in hand.screen["facts"], "somebody should fetch it"
    green = hand.scan(first)
    assert (green["code"], green["screen"]["gate"]["open"]) == ("parcel_staged", True)
    assert hand.scan(first)["code"] == "already_loaded"
    assert seal(hand) == "load_sealed_now"
    assert hand.screen["what"] == "Waiting for the exit pass"
    assert hand.scan("LANE-1")["code"] == "pass_awaited"
    answer_pass(floor)
    assert hand.scan("LANE-1")["code"] == "pass_confirmed"
    assert close(hand) == "load_closed"
    assert floor.stock.world() == ["CUSTOMER RED 2", "SUPPLIER RED -2"]
    assert [state for _, state in passes(floor)] == ["used"]
    hand.scans("LANE-1")
    assert hand.scan(first)["code"] == "parcel_gone"
    asked = answers_kept(floor, "41")
    assert asked[:3] == [("label", False), ("dispatch", False), ("dispatch", True)]
    assert asked[-4:] == [("seal", True), ("seal", True), ("gate_out", True), ("gate_out", True)]


def test_a_release_withdrawn_on_the_lane_keeps_the_load_in(bonded_floor: Floor) -> None:
    floor = bonded_floor
    first, second = packed(floor, "41", "42")
    release(floor, "41", "42")
    hand = floor.handheld("EMP-4")
    hand.scans("LANE-1", first, second)
    assert hand.scan("*DONE*")["code"] == "confirm_seal_load"
    withdraw(floor, "41")
    shut = hand.scan("*DONE*")
    assert (shut["code"], shut["details"]["parcel"]) == ("load_gate_closed", first)
    floor.stock.is_now(f"LANE-1/{first} RED 1\nLANE-1/{second} RED 1")
    assert hand.scan(first)["outcome"] == "gate_closed"
    hand.scans("CAGE-1")
    floor.stock.is_now(f"CAGE-1/{first} RED 1\nLANE-1/{second} RED 1")
    assert hand.scan("*UNDO*")["outcome"] == "gate_closed", "red does not come back onto the lane, not even by undo"
    floor.stock.is_now(f"CAGE-1/{first} RED 1\nLANE-1/{second} RED 1")
    assert seal(hand) == "load_sealed_now"
    answer_pass(floor)
    assert close(hand) == "load_closed"
    assert floor.stock.world() == ["CUSTOMER RED 1", "SUPPLIER RED -2"]


def test_what_turned_red_on_the_lane_is_shown_at_the_next_scan_of_another_parcel(bonded_floor: Floor) -> None:
    floor = bonded_floor
    first, second = packed(floor, "41", "42")
    release(floor, "41", "42")
    hand = floor.handheld("EMP-4")
    hand.scans("LANE-1", first)
    withdraw(floor, "41")
    shown = hand.scan(second)
    assert (shown["outcome"], shown["code"]) == ("gate_closed", "turned_red")
    gate = shown["screen"]["gate"]
    assert (gate["parcel"], gate["put"]) == (first, "IT IS ON LANE-1: SCAN IT, THEN CAGE-1")
    floor.stock.is_now(f"LANE-1/{first} RED 1\nBENCH-1/{second} RED 1")
    other = floor.handheld("EMP-1")
    assert other.scan("LANE-1")["code"] == "turned_red", "and to whoever comes to the lane"
    assert hand.scan(first)["screen"]["step"] == "scan_cage"
    hand.scans("CAGE-1", second)
    floor.stock.is_now(f"CAGE-1/{first} RED 1\nLANE-1/{second} RED 1")
    assert hand.screen["gate"]["open"] is True


def test_a_refused_pass_and_a_parcel_that_turned_red_open_the_load_again(bonded_floor: Floor) -> None:
    floor = bonded_floor
    first, second = packed(floor, "41", "42")
    release(floor, "41", "42")
    hand = floor.handheld("EMP-4")
    hand.scans("LANE-1", first, second)
    assert seal(hand) == "load_sealed_now"
    assert hand.scan("*DONE*")["code"] == "pass_awaited"
    answer_pass(floor, confirmed=False, said="车辆未备案")
    refused = hand.scan("LANE-1")
    assert (refused["outcome"], refused["code"]) == ("gate_closed", "pass_refused")
    assert "车辆未备案" in refused["message"]["title"]
    assert hand.scan("*DONE*")["code"] == "pass_refused"
    hand.scans("*REOPEN*")
    assert seal(hand) == "load_sealed_now"
    (old, _), (new, _) = passes(floor)
    assert answer_pass(floor, pass_id=old) is AnswerTaken.TOO_LATE
    assert hand.scan("LANE-1")["code"] == "pass_awaited", "the old pass is nobody's any more"
    assert answer_pass(floor, pass_id=new) is AnswerTaken.APPLIED

    withdraw(floor, "41")
    assert hand.scan("*DONE*")["code"] == "sealed_gate_closed"
    assert hand.scan("LANE-1")["code"] == "red_on_sealed_load"
    assert hand.scan(first)["code"] == "red_on_sealed_load"
    hand.scans("*REOPEN*")
    assert hand.screen["gate"]["parcel"] == first
    assert hand.scan(first)["screen"]["step"] == "scan_cage"
    hand.scans("CAGE-1")
    assert seal(hand) == "load_sealed_now"
    answer_pass(floor)
    assert close(hand) == "load_closed"
    assert [state for _, state in passes(floor)] == ["withdrawn", "withdrawn", "used"]
    floor.stock.is_now(f"CAGE-1/{first} RED 1")


def test_a_pass_lists_exactly_the_parcels_of_its_load(bonded_floor: Floor) -> None:
    floor = bonded_floor
    first, second = packed(floor, "41", "42")
    release(floor, "41", "42")
    hand = floor.handheld("EMP-4")
    hand.scans("LANE-1", first, second)
    seal(hand)
    query = select(ExitPassLineRow.tracking_number)
    assert sorted(floor.database.reading(lambda session: session.scalars(query).all())) == sorted([first, second])
    answer_pass(floor)
    renumber(floor, "41")
    assert hand.scan("*DONE*")["code"] == "pass_differs", "it was declared anew: the pass is about another list"
    assert hand.scan("*REOPEN*")["code"] == "confirm_reopen"
    hand.scans("*REOPEN*")
    seal(hand)
    answer_pass(floor)
    assert close(hand) == "load_closed"


def test_a_sealed_load_takes_nothing_and_its_lane_begins_the_next_one(bonded_floor: Floor) -> None:
    floor = bonded_floor
    first, second, third = packed(floor, "41", "42", "43")
    release(floor, "41", "42", "43")
    one, two = floor.handheld("EMP-1"), floor.handheld("EMP-4")
    one.scans("LANE-1", first)
    two.scans("LANE-1")
    seal(one)
    late = two.scan(second)
    assert (late["code"], late["task"]) == ("load_sealed", None)
    assert two.scan("LANE-1")["code"] == "pass_awaited"
    assert two.scan(second)["code"] == "not_on_this_load"
    two.scans("*LOAD*", "LANE-1")
    assert two.scan(second)["code"] == "parcel_staged"
    assert one.scan("*REOPEN*")["code"] == "confirm_reopen"
    assert one.scan("*REOPEN*")["code"] == "lane_has_open_load"
    answer_pass(floor)
    assert close(one) == "load_closed"
    assert two.scan(third)["code"] == "parcel_staged"
    assert seal(two) == "load_sealed_now"
    two.scans("*LOAD*")
    again = floor.handheld("EMP-1")
    assert again.scan("LOD-2")["code"] == "pass_awaited"
    again.scan("*REOPEN*")
    again.scans("*REOPEN*")
    assert floor.parcel("43").load_id == floor.parcel("42").load_id, "the empty next one was dropped"


def test_two_loaders_seal_and_leave_at_once(bonded_floor: Floor) -> None:
    floor = bonded_floor
    (number,) = packed(floor, "41")
    release(floor, "41")
    hands = (floor.handheld("EMP-1"), floor.handheld("EMP-4"))
    hands[0].scans("LANE-1", number)
    hands[1].scans("LANE-1")
    for hand in hands:
        assert hand.scan("*DONE*")["code"] == "confirm_seal_load"
    codes = sorted(answer["code"] for answer in together(2, lambda index: hands[index].scan("*DONE*")))
    assert codes[0] == "load_sealed_now" or codes[1] == "load_sealed_now"
    assert len(passes(floor)) == 1
    answer_pass(floor)
    for hand in hands:
        if hand.task is None:
            hand.scan("LANE-1")
        assert hand.scan("*DONE*")["code"] == "confirm_gate_out"
    left = sorted(answer["code"] for answer in together(2, lambda index: hands[index].scan("*DONE*")))
    assert left == ["load_closed", "load_not_open"]
    assert floor.stock.world() == ["CUSTOMER RED 1", "SUPPLIER RED -1"]


def test_whoever_comes_back_to_his_lane_sees_what_became_of_the_load(bonded_floor: Floor) -> None:
    floor = bonded_floor
    (number,) = packed(floor, "41")
    release(floor, "41")
    one, two = floor.handheld("EMP-1"), floor.handheld("EMP-4")
    one.scans("LANE-1", number, "*HOME*")
    two.scans("LANE-1")
    seal(two)
    back = one.scan("LANE-1")
    assert (back["code"], back["task"]["step"]) == ("pass_awaited", "await_pass")
    answer_pass(floor)
    assert close(two) == "load_closed"
    one.scans("*HOME*")
    gone = one.scan("*DISPATCH*")
    assert (gone["code"], gone["task"]) == ("load_not_open", None)


def test_a_withdrawn_parcel_is_red_on_any_lane(bonded_floor: Floor) -> None:
    floor = bonded_floor
    (number,) = packed(floor, "41")
    release(floor, "41")
    floor.handheld("EMP-4").scans("LANE-1", number)
    other = floor.handheld("EMP-1")
    other.scans("LANE-2")
    assert other.scan(number)["code"] == "wrong_lane"
    withdraw(floor, "41")
    assert other.scan(number)["outcome"] == "gate_closed"
    other.scans("CAGE-1")
    floor.stock.is_now(f"CAGE-1/{number} RED 1")
    assert floor.parcel("41").load_id is None


def test_two_loaders_at_one_truck_and_one_closes_it(floor: Floor) -> None:
    first, second, third = packed(floor, "41", "42", "43")
    one, two = floor.handheld("EMP-1"), floor.handheld("EMP-4")
    answers = together(2, lambda number: (one, two)[number].scan("LANE-1"))
    assert [answer["code"] for answer in answers] == ["lane_taken"] * 2
    together(2, lambda number: (one, two)[number].scans((first, second)[number]))
    assert floor.parcel("41").load_id == floor.parcel("42").load_id
    assert close(one) == "load_closed"

    late = two.scan(third)
    assert (late["outcome"], late["code"], late["task"]) == ("refused", "load_not_open", None)
    assert late["message"]["next"] == "Scan the lane for the next load."
    two.scans("LANE-1")
    assert two.scan(third)["code"] == "parcel_staged"


def test_closing_a_load_that_is_closed_says_so_and_ends(floor: Floor) -> None:
    (number,) = packed(floor, "41")
    one, two = floor.handheld("EMP-1"), floor.handheld("EMP-4")
    one.scans("LANE-1", number)
    two.scans("LANE-1")
    assert close(one) == "load_closed"
    late = two.scan("*DONE*")
    assert (late["code"], late["task"]) == ("load_not_open", None)


def test_both_close_at_once_and_one_load_leaves_once(floor: Floor) -> None:
    (number,) = packed(floor, "41")
    hands = (floor.handheld("EMP-1"), floor.handheld("EMP-4"))
    hands[0].scans("LANE-1", number)
    hands[1].scans("LANE-1")
    for hand in hands:
        assert hand.scan("*DONE*")["code"] == "confirm_close_load"
    codes = sorted(answer["code"] for answer in together(2, lambda index: hands[index].scan("*DONE*")))
    assert codes == ["load_closed", "load_not_open"]
    assert floor.stock.world() == ["CUSTOMER RED 1", "SUPPLIER RED -1"]


def test_a_loader_leaves_a_lane_and_the_load_stays(floor: Floor) -> None:
    (number,) = packed(floor, "41")
    hand = floor.handheld("EMP-4")
    assert hand.scan("*DISPATCH*")["code"] == "scan_lane"
    assert hand.scan(number)["code"] == "scan_lane_first"
    hand.scans("LANE-1", number)
    assert hand.scan("*LEAVE*")["code"] == "lane_left"
    assert hand.scan("*NEXT*")["code"] == "no_work"
    hand.scans("LANE-1")
    assert hand.screen["facts"] == [["Loaded", "1"]]
    assert close(hand) == "load_closed"


def test_a_stored_green_is_not_shown_green_again(floor: Floor) -> None:
    (number,) = packed(floor, "41")
    hand = floor.handheld("EMP-4")
    hand.scans("LANE-1")
    assert hand.task is not None
    sent = {
        "scan_id": "01930000-0000-7000-8000-000000000001",
        "device": hand.device,
        "raw": number,
        "source": "wedge",
        "task_id": hand.task["id"],
        "task_version": hand.task["version"],
    }
    assert hand.send(sent)["screen"]["gate"]["open"] is True
    assert hand.send(sent)["screen"]["gate"] is None
