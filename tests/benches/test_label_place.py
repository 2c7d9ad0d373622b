"""Where a rule gives the label a place, its scan asks about it, wherever that is: no way leads past the question."""

import pytest

from tests.benches.bench import Bench, jobs, pack, standing
from tests.support.floor import Floor, Handheld
from wms.packaging.importing import import_rules

RULES = (b"rule,label_position,label_check\n", b"On top,the largest side,required\n")


def test_a_label_is_on_its_box_when_it_was_scanned_where_it_belongs(
    floor: Floor, bench: Bench, packer: Handheld
) -> None:
    assert not import_rules(floor.database, floor.warehouse_id, RULES).faults
    pack(floor, packer)
    bench.prints()
    number = floor.parcel("42").tracking_no
    asked = packer.scan(number)
    assert (asked["outcome"], asked["message"]["title"]) == ("confirm", "Is the label here: the largest side?")
    assert packer.client.get("/api/v1/bench/view?bench=BENCH-1").json["parcel"]["label"]["state"] == "printed"
    assert packer.scan(floor.parcel("42").sscc)["code"] == "label_applied", "another code on the same label"


def test_of_a_label_put_aside_it_is_asked_as_well(floor: Floor, bench: Bench, packer: Handheld) -> None:
    assert not import_rules(floor.database, floor.warehouse_id, RULES).faults
    pack(floor, packer)
    packer.scan("*SKIP*")
    packer.scans("*SKIP*")
    bench.prints()
    number = floor.parcel("42").tracking_no
    assert packer.scan(number)["code"] == "confirm_label_position"
    assert packer.scan(number)["code"] == "label_applied"


def test_a_handheld_without_a_printer_is_asked_for_the_label_too(floor: Floor) -> None:
    assert not import_rules(floor.database, floor.warehouse_id, RULES).faults
    hand = floor.handheld("EMP-4")
    floor.put_stock("A-01 RED 1")
    floor.order("42", RED=1)
    floor.handheld("EMP-2").scans("T-1", "A-01", "RED")
    hand.scans("T-1", "BENCH-1", "RED", "BOX-S", "150g")
    number = floor.parcel("42").tracking_no
    assert hand.scan(number)["code"] == "confirm_label_position"
    assert hand.scan(number)["code"] == "label_applied"
    assert hand.task is None


def test_a_label_put_aside_is_asked_about_in_one_with_the_open_box(
    floor: Floor, bench: Bench, packer: Handheld
) -> None:
    assert not import_rules(floor.database, floor.warehouse_id, RULES).faults
    parcel_id = pack(floor, packer)
    packer.scan("*SKIP*")
    packer.scans("*SKIP*")
    floor.put_stock("A-02 BLUE 2")
    floor.order("43", BLUE=2)
    floor.handheld("EMP-2").scans("T-2", "A-02", "BLUE", "BLUE")
    packer.scans("T-2", "BLUE")
    asked = packer.scan(floor.parcel("42").tracking_no)
    assert (asked["outcome"], asked["code"]) == ("confirm", "confirm_other_label_position")
    assert "here: the largest side?" in asked["message"]["title"]
    assert not jobs(floor, parcel_id)[0].is_applied
    assert packer.scan(floor.parcel("42").tracking_no)["code"] == "label_applied"


def test_with_a_picture_alone_the_open_box_is_asked_about_too(floor: Floor, bench: Bench, packer: Handheld) -> None:
    pictured = (b"rule,label_picture,label_check\n", b"On top,top.png,required\n")
    assert not import_rules(floor.database, floor.warehouse_id, pictured).faults
    pack(floor, packer)
    packer.scan("*SKIP*")
    packer.scans("*SKIP*")
    floor.put_stock("A-02 BLUE 2")
    floor.order("43", BLUE=2)
    floor.handheld("EMP-2").scans("T-2", "A-02", "BLUE", "BLUE")
    packer.scans("T-2", "BLUE")
    assert packer.scan(floor.parcel("42").tracking_no)["code"] == "confirm_other_label_picture"


@pytest.mark.parametrize("way", ["*SKIP*", "*HOME*"])
def test_a_lane_asks_where_no_scan_has_proven_the_label(floor: Floor, bench: Bench, packer: Handheld, way: str) -> None:
    assert not import_rules(floor.database, floor.warehouse_id, RULES).faults
    parcel_id = pack(floor, packer)
    packer.scan(way)
    packer.scan(way)
    bench.prints()
    number = floor.parcel("42").tracking_no
    loader = floor.handheld("EMP-1")
    loader.scans("LANE-1")
    assert loader.scan(number)["code"] == "confirm_label_position"
    assert standing(floor, parcel_id) == ["1 printed"]
    assert loader.scan(number)["code"] == "parcel_staged"
    assert standing(floor, parcel_id) == ["1 printed applied"]


def test_a_lane_asks_nothing_of_a_label_that_was_proven(floor: Floor, bench: Bench, packer: Handheld) -> None:
    assert not import_rules(floor.database, floor.warehouse_id, RULES).faults
    pack(floor, packer)
    bench.prints()
    number = floor.parcel("42").tracking_no
    packer.scan(number)
    assert packer.scan(number)["code"] == "label_applied"
    assert floor.handheld("EMP-1").scans("LANE-1", number)["code"] == "parcel_staged"


@pytest.mark.parametrize("is_out", [True, False], ids=["out", "on its way"])
def test_a_lane_asks_about_a_copy_that_was_ordered_since(
    floor: Floor, bench: Bench, packer: Handheld, is_out: bool
) -> None:
    assert not import_rules(floor.database, floor.warehouse_id, RULES).faults
    parcel_id = pack(floor, packer)
    bench.prints()
    number = floor.parcel("42").tracking_no
    packer.scan(number)
    assert packer.scan(number)["code"] == "label_applied"
    packer.scan("*REPRINT*")
    assert packer.scan("*REPRINT*")["code"] == "label_ordered"
    if is_out:
        bench.prints()
    assert standing(floor, parcel_id)[0] == "1 printed applied"
    loader = floor.handheld("EMP-1")
    loader.scans("LANE-1")
    assert loader.scan(number)["code"] == "confirm_label_position"
    assert loader.scan(number)["code"] == "parcel_staged"


def test_a_label_printed_once_more_is_asked_about_anew(floor: Floor, bench: Bench, packer: Handheld) -> None:
    assert not import_rules(floor.database, floor.warehouse_id, RULES).faults
    parcel_id = pack(floor, packer)
    packer.scan("*SKIP*")
    packer.scans("*SKIP*")
    bench.prints()
    number = floor.parcel("42").tracking_no
    hand = floor.handheld("EMP-4", "HH-7")
    hand.scans("*REPRINT*", number, "*TORN*", "PRN-BENCH-1-LABEL")
    assert hand.scan(number)["code"] == "confirm_label_position"
    assert standing(floor, parcel_id) == ["1 printed", "2 queued"]
    assert hand.scan(number)["code"] == "copy_applied"


def test_where_no_bench_prints_the_lane_asks(floor: Floor) -> None:
    assert not import_rules(floor.database, floor.warehouse_id, RULES).faults
    hand = floor.handheld("EMP-4")
    floor.put_stock("A-01 RED 1")
    floor.order("42", RED=1)
    floor.handheld("EMP-2").scans("T-1", "A-01", "RED")
    hand.scans("T-1", "BENCH-1", "RED", "BOX-S", "150g")
    hand.scan("*SKIP*")
    assert hand.scan("*SKIP*")["code"] == "label_put_off"
    loader = floor.handheld("EMP-1")
    loader.scans("LANE-1")
    assert loader.scan(floor.parcel("42").tracking_no)["code"] == "confirm_label_position"
    assert loader.scan(floor.parcel("42").tracking_no)["code"] == "parcel_staged"
