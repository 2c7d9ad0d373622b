"""The hold cage in scans: from the bench into it, asked about again, fetched when released."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from tests.journeys.test_dispatch import answers_kept, packed
from tests.support.customs_hand import release, withdraw
from tests.support.floor import Floor
from wms.customs.tables import GateAnswerRow
from wms.labels.press import Press


def test_from_the_bench_into_the_cage_and_out_to_the_lane(bonded_floor: Floor) -> None:
    floor = bonded_floor
    first, second = packed(floor, "41", "42")
    hand = floor.handheld("EMP-4")
    assert hand.scan("CAGE-1")["message"]["title"] == "CAGE-1: 0 held, 0 released."
    assert hand.scans(first)["code"] == "parcel_caged"
    hand.scans(second)
    floor.stock.is_now(f"CAGE-1/{first} RED 1\nCAGE-1/{second} RED 1")
    stays = hand.scan(first)
    assert (stays["outcome"], stays["message"]["title"]) == (
        "refused",
        f"{first} stays in CAGE-1: not yet sent to customs.",
    )
    release(floor, "41")
    told = hand.scan(first)
    assert (told["outcome"], told["code"], told["message"]["next"]) == (
        "accepted",
        "parcel_released",
        "Bring it to the lane.",
    )
    assert hand.screen["facts"] == [["Held", "1"], ["Released", "1"]]
    hand.scans("*DONE*")
    home = {choice["action"]: choice["count"] for choice in hand.screen["choices"]}
    assert home["*CAGE*"] == 1, "one waits to be fetched"
    assert hand.scan("*CAGE*")["code"] == "scan_cage_first"
    hand.scans("LANE-1", first)
    assert answers_kept(floor, "41") == [
        ("label", False), ("cage", False), ("cage", False), ("cage", True), ("dispatch", True),
    ]  # fmt: skip


def test_putting_in_can_be_taken_back(bonded_floor: Floor) -> None:
    floor = bonded_floor
    (number,) = packed(floor, "41")
    hand = floor.handheld("EMP-4")
    hand.scans("CAGE-1", number, "*UNDO*")
    floor.stock.is_now(f"BENCH-1/{number} RED 1")


def test_withdrawn_on_the_lane_it_is_carried_straight_into_the_cage(bonded_floor: Floor) -> None:
    floor = bonded_floor
    (number,) = packed(floor, "41")
    release(floor, "41")
    hand = floor.handheld("EMP-4")
    hand.scans("LANE-1", number)
    assert floor.handheld("EMP-1").scan("CAGE-1")["code"] == "cage_taken"
    withdraw(floor, "41")
    keeper = floor.handheld("EMP-1")
    keeper.scans(number)
    floor.stock.is_now(f"CAGE-1/{number} RED 1")
    assert keeper.scan("*UNDO*")["outcome"] == "gate_closed", "red does not come back onto a lane"
    assert floor.parcel("41").load_id is None


def test_the_packer_reads_where_the_parcel_goes_and_why(bonded_floor: Floor) -> None:
    floor = bonded_floor
    floor.put_stock("A-01 RED 1")
    floor.order("41", RED=1)
    hand = floor.handheld("EMP-1")
    hand.scans("T-1", "A-01", "RED", "T-1", "BENCH-1", "RED", "BOX-S")
    closed = hand.scan("150g")
    assert (closed["outcome"], closed["code"]) == ("completed", "parcel_closed_held")
    assert closed["message"]["next"] == "Label it, put it in CAGE-1: not yet sent to customs."
    row = floor.database.reading(lambda session: session.scalars(select(GateAnswerRow)).one())
    assert (row.asked_at, row.device, row.is_open, row.code) == (
        "label", "device-EMP-1", False, "customs_not_submitted",
    )  # fmt: skip
    assert row.operator_id is not None


def test_a_further_copy_of_the_label_asks_again_and_says_where_to(bonded_floor: Floor, press: Press) -> None:
    floor = bonded_floor
    (number,) = packed(floor, "41")
    floor.work_off_outbox(press, hours=0)
    hand = floor.handheld("EMP-4")

    def copy(copy_no: int) -> Mapping[str, Any]:
        answer = hand.client.post(
            f"/api/v1/labels/{number}/copies", json={"copy_no": copy_no}, headers={"X-CSRF-Token": hand.csrf_token}
        )
        assert answer.status_code == 202, answer.text
        return answer.json or {}

    withdraw(floor, "41")
    assert (copy(2)["put"], copy(3)["reason"]) == ("cage", "customs_inspection")
    release(floor, "41")
    assert copy(4)["put"] == "lane"
    assert answers_kept(floor, "41") == [("label", False), ("label", False), ("label", False), ("label", True)]
