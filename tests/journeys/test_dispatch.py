"""Dispatch in scans: red and green, withdrawn on the lane, twice, wrong lanes, a load that somebody else closed."""

from sqlalchemy import update

from tests.support.floor import Floor, Handheld
from tests.support.threads import together
from wms.customs.model import DeclarationState
from wms.customs.tables import DeclarationRow
from wms.labels.press import Press


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


def withdraw(floor: Floor, number: str) -> None:
    """Customs takes the release of an order's parcel back."""
    floor.database.in_transaction(
        lambda session: session.execute(
            update(DeclarationRow)
            .where(DeclarationRow.parcel_id == floor.parcel(number).id)
            .values(state=DeclarationState.UNDER_INSPECTION.value)
        )
    )


def close(hand: Handheld) -> str:
    """Ask twice to close the load."""
    assert hand.scan("*DONE*")["code"] == "confirm_close_load"
    return str(hand.scan("*DONE*")["code"])


def test_red_into_the_cage_and_green_when_released(bonded_floor: Floor, press: Press) -> None:
    floor = bonded_floor
    first, second = packed(floor, "41", "42")
    hand = floor.handheld("EMP-4")
    hand.scans("LANE-1")
    red = hand.scan(first)
    assert red["outcome"] == "gate_closed"
    assert (red["screen"]["step"], red["screen"]["gate"]["parcel"]) == ("scan_cage", first)
    assert hand.scan(second)["code"] == "wrong_kind", "nothing else goes on before it is in the cage"
    assert hand.scan("*UNDO*")["code"] == "cannot_undo"
    resumed = floor.handheld("EMP-4", device="spare")
    assert resumed.screen["gate"]["open"] is False, "red stays, on any device"
    hand.scans("CAGE-1")
    floor.stock.is_now(f"BENCH-1/{second} RED 1\nCAGE-1/{first} RED 1")
    assert hand.scan("*DONE*")["code"] == "load_empty"

    floor.work_off_outbox(press)
    hand = floor.handheld("EMP-4")
    green = hand.scan(first)
    assert (green["code"], green["screen"]["gate"]["open"]) == ("parcel_staged", True)
    assert hand.scan(first)["code"] == "already_loaded"
    hand.scans(second)
    assert close(hand) == "load_closed"
    assert floor.stock.world() == ["CUSTOMER RED 2", "SUPPLIER RED -2"]
    hand.scans("LANE-1")
    assert hand.scan(first)["code"] == "parcel_gone"


def test_a_release_withdrawn_on_the_lane_keeps_the_load_in(bonded_floor: Floor, press: Press) -> None:
    floor = bonded_floor
    first, second = packed(floor, "41", "42")
    floor.work_off_outbox(press)
    hand = floor.handheld("EMP-4")
    hand.scans("LANE-1", first, second)
    assert hand.scan("*DONE*")["code"] == "confirm_close_load"
    withdraw(floor, "41")
    shut = hand.scan("*DONE*")
    assert (shut["code"], shut["details"]["parcel"]) == ("load_gate_closed", first)
    floor.stock.is_now(f"LANE-1/{first} RED 1\nLANE-1/{second} RED 1")
    assert hand.scan(first)["outcome"] == "gate_closed"
    hand.scans("CAGE-1")
    floor.stock.is_now(f"CAGE-1/{first} RED 1\nLANE-1/{second} RED 1")
    assert close(hand) == "load_closed"
    assert floor.stock.world() == ["CUSTOMER RED 1", "SUPPLIER RED -2"]


def test_a_withdrawn_parcel_is_red_on_any_lane(bonded_floor: Floor, press: Press) -> None:
    floor = bonded_floor
    (number,) = packed(floor, "41")
    floor.work_off_outbox(press)
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
