"""From the dock to the truck, in scans."""

from tests.support.floor import CASE_OF_RED, Floor, case_of_red
from wms.labels.press import Press
from wms.stock.audit import audit


def test_from_the_dock_to_the_truck_without_customs(floor: Floor) -> None:
    floor.notice("4711", RED=15, BLUE=1)
    hand = floor.handheld()

    hand.scans("ASN-4711", "P-1", "RED", case_of_red(), "*QTY+2*", "BLUE")
    floor.stock.is_now("STAGE/PAL-1 RED 15\nSTAGE/PAL-1 BLUE 1")
    assert hand.scan("*DONE*")["code"] == "notice_closed"

    hand.scans("P-1", "RED", "A-01", "A-02")
    floor.stock.is_now("A-01 RED 15\nA-02 BLUE 1")

    floor.order("42", RED=2, BLUE=1)
    hand.scans("T-1", "A-01", "RED", "RED", "A-02")
    assert hand.scan("BLUE")["code"] == "task_complete"
    floor.stock.is_now("A-01 RED 13\nBUFFER/TOT-1 BLUE 1\nBUFFER/TOT-1 RED 2")

    hand.scans("T-1", "BENCH-1", "RED", "BLUE", "RED", "BOX-S")
    assert hand.scan("350g")["code"] == "parcel_closed"
    tracking = floor.parcel("42").tracking_no

    hand.scans("LANE-1")
    assert hand.scan(tracking)["code"] == "parcel_staged"
    assert hand.screen["gate"]["open"] is True
    assert hand.scan("*DONE*")["outcome"] == "confirm"
    assert hand.scan("*DONE*")["code"] == "load_closed"
    floor.stock.is_now("A-01 RED 13")
    assert floor.stock.world() == ["CUSTOMER BLUE 1", "CUSTOMER RED 2", "SUPPLIER BLUE -1", "SUPPLIER RED -15"]
    assert CASE_OF_RED == 12


def test_a_parcel_leaves_only_when_customs_has_released_it(bonded_floor: Floor, press: Press) -> None:
    floor = bonded_floor
    floor.put_stock("A-01 RED 5")
    floor.order("42", RED=1)
    hand = floor.handheld()
    hand.scans("T-1", "A-01", "RED", "T-1", "BENCH-1", "RED", "BOX-S", "150g")
    tracking = floor.parcel("42").tracking_no

    hand.scans("LANE-1")
    reply = hand.scan(tracking)
    assert reply["outcome"] == "gate_closed"
    assert reply["screen"]["gate"]["open"] is False
    assert hand.scan("LANE-1")["code"] == "cage_needed"
    assert hand.scan("CAGE-1")["code"] == "parcel_caged"

    floor.work_off_outbox(press)
    assert hand.scan(tracking)["code"] == "parcel_staged"
    hand.scan("*DONE*")
    assert hand.scan("*DONE*")["code"] == "load_sealed_now"
    assert hand.scan("*DONE*")["code"] == "pass_awaited"

    floor.work_off_outbox(press)
    hand.scan("*DONE*")
    assert hand.scan("*DONE*")["code"] == "load_closed"
    assert floor.stock.world() == ["CUSTOMER RED 1", "SUPPLIER RED -5"]


def test_a_typed_number_counts_so_many_more(floor: Floor) -> None:
    floor.put_stock("A-01 RED 10")
    floor.order("42", RED=6)
    hand = floor.handheld()
    hand.scans("T-1", "A-01", "RED")
    assert hand.screen["how_many"] == "5"

    reply = hand.scan("9", source="manual")
    assert (reply["code"], reply["details"]["units"]) == ("over_quantity", 9)
    # From a scanner the same digits are a code that nobody knows, never a quantity.
    assert hand.scan("5", source="wedge")["outcome"] == "unknown"

    assert hand.scan("5", source="manual")["code"] == "task_complete"
    floor.stock.is_now("A-01 RED 4\nBUFFER/TOT-1 RED 6")


def test_the_books_are_clean_while_a_parcel_is_being_packed(floor: Floor) -> None:
    floor.put_stock("A-01 RED 5")
    floor.order("42", RED=2)
    hand = floor.handheld()
    hand.scans("T-1", "A-01", "RED", "RED", "T-1", "BENCH-1", "RED")
    report = floor.database.reading(lambda session: audit(session, floor.warehouse_id))
    assert report.is_clean, report.differences


def test_undo_on_a_question_only_drops_the_question(floor: Floor) -> None:
    floor.put_stock("A-01 RED 10")
    floor.order("42", RED=3)
    hand = floor.handheld()
    hand.scans("T-1", "A-01", "RED")
    assert hand.scan("*SHORT*")["outcome"] == "confirm"
    assert hand.scan("*UNDO*")["code"] == "question_dropped"
    floor.stock.is_now("A-01 RED 9 held 2\nBUFFER/TOT-1 RED 1")
    # The question has to be asked again, and the next undo takes the last booking back as ever.
    assert hand.scan("*SHORT*")["outcome"] == "confirm"
    hand.scan("*UNDO*")
    assert hand.scan("*UNDO*")["code"] == "undone"
    floor.stock.is_now("A-01 RED 10 held 3")


def test_a_typed_number_is_grams_where_a_weight_is_due(floor: Floor) -> None:
    floor.put_stock("A-01 RED 10")
    floor.order("42", RED=2)
    hand = floor.handheld()
    hand.scans("T-1", "A-01", "RED", "RED", "T-1", "BENCH-1", "RED", "RED", "BOX-S")
    assert hand.scan("250", source="manual")["code"] == "parcel_closed"
    assert floor.parcel("42").weight_grams == 250
