"""Packing in scans: wrong, over, short, odd weights, boxes, benches, two packers, given back."""

import pytest

from tests.support.floor import Floor, Handheld
from tests.support.threads import together
from wms.orders.lookup import orders_by_number
from wms.orders.model import OrderState


@pytest.fixture
def packer(floor: Floor) -> Handheld:
    """A packer at home; two RED and one BLUE of order 42 wait for him in TOT-1."""
    floor.put_stock("A-01 RED 5\nA-02 BLUE 5")
    floor.order("42", RED=2, BLUE=1)
    floor.handheld("EMP-2").scans("T-1", "A-01", "RED", "RED", "A-02", "BLUE")
    return floor.handheld("EMP-4")


def test_every_item_is_checked_against_its_order(floor: Floor, packer: Handheld) -> None:
    packer.scans("T-1")
    assert packer.scan("A-01")["code"] == "place_not_allowed"
    packer.scans("BENCH-1")
    wrong = packer.scan("GREEN")
    assert wrong["message"]["title"] == "This is Green brush. You need 42."
    packer.scans("RED", "*QTY+1*")
    assert packer.scan("RED")["code"] == "over_quantity"
    assert packer.scan("BOX-S")["code"] == "wrong_kind", "not before everything is in it"
    packer.scans("BLUE")
    assert packer.scan("BOX-XXL")["outcome"] == "unknown"
    packer.scans("BOX-S")
    assert packer.scan("heavy")["code"] == "bad_weight"
    assert packer.scan("40g")["outcome"] == "refused"
    assert packer.scan("EMP-1")["code"] == "weight_out_of_range", "less than the box alone"
    assert packer.scan("1.2kg")["code"] == "odd_weight"
    assert packer.scan("352g")["code"] == "parcel_closed"
    number = floor.parcel("42").tracking_no
    floor.stock.is_now(f"A-01 RED 3\nA-02 BLUE 4\nBENCH-1/{number} BLUE 1\nBENCH-1/{number} RED 2")


def test_an_item_of_another_tote_names_the_order_it_belongs_to(floor: Floor, packer: Handheld) -> None:
    floor.put_stock("A-03 GREEN 2")
    for number, tote in (("43", "T-2"), ("44", "T-3")):
        floor.order(number, GREEN=1)
        floor.handheld("EMP-2").scans(tote, "A-03", "GREEN")
    packer.scans("T-1", "BENCH-1")
    refused = packer.scan("GREEN")
    assert (refused["code"], refused["message"]["title"]) == ("item_of_other_order", "Green brush belongs to 43.")
    assert refused["message"]["next"] == "Put it into TOT-2, go on with 42."
    floor.handheld("EMP-1").scans("T-3", "BENCH-1")
    assert packer.scan("GREEN")["details"]["other"] == "44", "which lies open at a bench"


def test_a_scale_reading_that_stays_odd_is_passed_by_a_supervisor(floor: Floor, packer: Handheld) -> None:
    packer.scans("T-1", "BENCH-1", "RED", "RED", "BLUE", "BOX-S")
    assert packer.scan("*WEIGHT=900*", source="api")["code"] == "odd_weight"
    assert packer.scan("*WEIGHT=902*", source="api")["code"] == "odd_weight"
    assert packer.scan("EMP-4")["code"] == "supervisor_needed"
    assert packer.scan("EMP-1")["code"] == "parcel_closed"
    assert floor.parcel("42").weight_grams == 902


def test_the_bench_is_remembered_and_another_one_scanned_when_needed(floor: Floor, packer: Handheld) -> None:
    packer.scans("T-1", "BENCH-1", "RED", "RED", "BLUE", "BOX-S", "352g")
    floor.order("43", RED=1)
    floor.handheld("EMP-2").scans("T-2", "A-01", "RED")
    packer.scans("T-2")
    assert packer.screen["step"] == "scan_item"
    assert packer.scan("BENCH-1")["code"] == "bench_taken"
    packer.scans("RED", "*UNDO*", "*UNDO*")


def test_what_is_not_in_the_tote_is_short(floor: Floor, packer: Handheld) -> None:
    packer.scans("T-1", "BENCH-1", "RED", "BLUE")
    packer.scan("*SHORT*")
    packer.scans("*SHORT*", "BOX-S", "250g")
    order = floor.database.reading(lambda session: orders_by_number(session, floor.warehouse_id, "42")[0])
    assert [(line.packed, line.picked, line.short) for line in order.lines] == [(1, 1, 1), (1, 1, 0)]
    assert "LOST RED 1" in floor.stock.world()


def test_an_empty_tote_ends_its_order_short(floor: Floor, packer: Handheld) -> None:
    packer.scans("T-1", "BENCH-1")
    for _ in range(4):
        packer.scan("*SHORT*")
    assert packer.task is None
    order = floor.database.reading(lambda session: orders_by_number(session, floor.warehouse_id, "42")[0])
    assert order.state is OrderState.SHORT
    assert packer.scan("T-1")["code"] == "work_of_others", "an empty tote is for whoever picks"


def test_a_tote_scanned_by_two_packers_at_once_is_one_s(floor: Floor, packer: Handheld) -> None:
    hands = (packer, floor.handheld("EMP-1"))
    answers = together(2, lambda number: hands[number].scan("T-1"))
    assert sum(answer["task"] is not None for answer in answers) == 1
    assert "confirm_take_over" in {answer["code"] for answer in answers}


def test_a_half_packed_parcel_is_gone_on_with_by_somebody_else(floor: Floor, packer: Handheld) -> None:
    packer.scans("T-1", "BENCH-1", "RED")
    other = floor.handheld("EMP-1")
    other.scan("T-1")
    other.scans("T-1", "RED", "BLUE", "BOX-S")
    assert other.scan("350g")["code"] == "parcel_closed"
    assert packer.scan("RED")["code"] == "task_done"


def test_an_order_is_given_back_from_the_bench(floor: Floor, packer: Handheld) -> None:
    packer.scans("T-1", "BENCH-1", "RED", "RED")
    assert packer.scan("*RETURN*")["code"] == "confirm_return"
    assert packer.scan("*RETURN*")["code"] == "goods_given_back"
    floor.stock.is_now("A-01 RED 3\nA-02 BLUE 4\nBUFFER/TOT-1 BLUE 1\nBUFFER/TOT-1 RED 2")
    order = floor.database.reading(lambda session: orders_by_number(session, floor.warehouse_id, "42")[0])
    assert order.state is OrderState.SHORT
    assert [(line.allocated, line.picked, line.packed, line.short) for line in order.lines] == [
        (0, 0, 0, 2),
        (0, 0, 0, 1),
    ]
    hand = floor.handheld("EMP-2")
    hand.scans("T-1", "RED", "A-01", "A-02")
    floor.stock.is_now("A-01 RED 5\nA-02 BLUE 5")


def test_which_tote_is_known_by_scanning_it(floor: Floor, packer: Handheld) -> None:
    assert packer.scan("*PACK*")["code"] == "scan_tote_to_pack"
    packer.scans("T-1", "BENCH-1", "*HOME*")
    assert packer.scan("*PACK*")["code"] == "task_resumed"
