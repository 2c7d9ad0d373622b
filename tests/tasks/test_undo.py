"""Taking back: the exact inverse, one after the other, until a step that cannot be taken back."""

from sqlalchemy import update

from tests.support.floor import Floor, Handheld
from wms.catalogue.tables import SkuBarcode
from wms.orders.lookup import orders_by_number
from wms.orders.service import cancel_order

BEFORE = "A-01 RED 10 held 2\nA-02 BLUE 5 held 1"


def test_a_scan_is_taken_back_and_says_what_it_was(floor: Floor, picker: Handheld) -> None:
    picker.scans("RED")
    reply = picker.scan("*UNDO*")
    assert (reply["outcome"], reply["code"]) == ("accepted", "undone")
    assert reply["message"]["title"] == "Taken back: Red brush."
    assert reply["screen"]["counted"] == "0 / 2"
    floor.stock.is_now(BEFORE)


def test_what_was_scanned_is_taken_back_though_its_codes_are_others_by_now(floor: Floor, picker: Handheld) -> None:
    picker.scans("RED")
    floor.database.in_transaction(
        lambda session: session.execute(update(SkuBarcode).values(code=SkuBarcode.code + "9"))
    )
    assert picker.scan("RED")["code"] == "unknown_code"
    assert picker.scan("*UNDO*")["code"] == "undone"
    floor.stock.is_now(BEFORE)


def test_a_second_undo_takes_back_the_one_before(floor: Floor, picker: Handheld) -> None:
    picker.scans("RED", "RED", "*UNDO*", "*UNDO*")
    floor.stock.is_now(BEFORE)
    assert picker.scans("*UNDO*")["screen"]["step"] == "scan_place"
    nothing = picker.scan("*UNDO*")
    assert (nothing["outcome"], nothing["code"]) == ("refused", "nothing_to_undo")
    picker.scans("A-01", "RED", "RED", "A-02")
    assert picker.scan("BLUE")["code"] == "task_complete"


def test_an_undone_scan_can_be_done_again_and_undone_again(floor: Floor, picker: Handheld) -> None:
    picker.scans("RED", "*UNDO*", "RED", "*UNDO*")
    floor.stock.is_now(BEFORE)


def test_refused_and_asked_scans_are_nothing_to_take_back(floor: Floor, picker: Handheld) -> None:
    picker.scans("RED")
    picker.scan("BLUE")
    picker.scan("*SHORT*")
    # The first one only drops the question that stands on the screen.
    picker.scans("*UNDO*", "*UNDO*")
    floor.stock.is_now(BEFORE)


def test_the_last_scan_of_a_finished_task_is_taken_back_from_home(floor: Floor, picker: Handheld) -> None:
    picker.scans("RED", "RED", "A-02", "BLUE")
    assert picker.task is None
    reply = picker.scan("*UNDO*")
    assert (reply["code"], reply["screen"]["step"]) == ("undone", "scan_item")
    floor.stock.is_now("A-01 RED 8\nA-02 BLUE 5 held 1\nBUFFER/TOT-1 RED 2")
    assert picker.scan("BLUE")["code"] == "task_complete"


def test_a_task_whose_work_is_gone_is_not_opened_again(floor: Floor, picker: Handheld) -> None:
    [order] = floor.database.reading(lambda session: orders_by_number(session, floor.warehouse_id, "42"))
    floor.database.in_transaction(
        lambda session: cancel_order(session, floor.warehouse_id, order.id, now=floor.clock.now())
    )
    assert (picker.scan("RED")["code"], picker.task) == ("order_cancelled", None)
    assert (picker.scan("*UNDO*")["code"], picker.task) == ("cannot_undo", None)
    floor.order("43", RED=1)
    assert picker.scan("T-1")["code"] == "order_opened", "the tote is free for the next order"


def test_it_is_taken_back_from_its_own_last_screen_too(floor: Floor, picker: Handheld) -> None:
    picker.scans("RED", "RED", "A-02")
    screen = dict(picker.task or {})
    picker.scans("BLUE")
    picker.task = screen
    assert picker.scan("*UNDO*")["code"] == "undone"


def test_with_aim_identifiers_switched_on_the_cards_mean_the_same(floor: Floor, picker: Handheld) -> None:
    picker.scans("RED")
    assert picker.scan("]C0*UNDO*")["code"] == "undone"
    assert picker.scan("]C0*HOME*")["code"] == "at_home"


def test_somebody_else_s_scan_is_not_taken_back(floor: Floor, picker: Handheld) -> None:
    picker.scans("RED")
    other = floor.handheld("EMP-3")
    other.scan("T-1")
    other.scan("T-1")
    assert other.scan("*UNDO*")["code"] == "not_your_scan"
    other.scans("RED")
    assert other.scan("*UNDO*")["code"] == "undone"
    assert picker.scan("*UNDO*", task_id=None, task_version=None)["code"] == "task_taken"


def test_short_ends_the_chain(floor: Floor, picker: Handheld) -> None:
    picker.scans("RED")
    picker.scan("*SHORT*")
    assert picker.scan("*SHORT*")["code"] == "shorted"
    assert picker.scan("*UNDO*")["code"] == "cannot_undo"


def test_a_closed_parcel_stays_closed(floor: Floor) -> None:
    floor.put_stock("A-01 RED 5")
    floor.order("42", RED=1)
    hand = floor.handheld()
    hand.scans("T-1", "A-01", "RED", "T-1", "BENCH-1", "RED", "BOX-S", "150g")
    assert hand.scan("*UNDO*")["code"] == "cannot_undo"


def test_a_pick_cannot_be_taken_back_once_its_tote_is_being_packed(floor: Floor, picker: Handheld) -> None:
    picker.scans("RED", "RED", "A-02", "BLUE")
    floor.handheld("EMP-1").scans("T-1")
    refused = picker.scan("*UNDO*")
    assert (refused["code"], refused["message"]["title"]) == ("order_moved_on", "42 has moved on.")


def test_a_task_begun_anew_since_is_not_opened_a_second_time(floor: Floor) -> None:
    floor.notice("4711", RED=5)
    hand = floor.handheld()
    hand.scans("ASN-4711", "P-1", "RED")
    first = dict(hand.task or {})
    hand.scans("*DONE*", "ASN-4711")
    assert hand.scan("*UNDO*", task_id=first["id"], task_version=None)["code"] == "cannot_undo"


def test_a_hand_over_is_taken_back_until_putaway_begins(floor: Floor) -> None:
    floor.notice("4711", RED=5)
    hand = floor.handheld()
    hand.scans("ASN-4711", "P-1", "RED", "*DONE*")
    assert hand.scans("*UNDO*")["screen"]["step"] == "scan_item"
    hand.scans("RED", "*DONE*")
    floor.handheld("EMP-2").scans("P-1")
    refused = hand.scan("*UNDO*")
    assert (refused["code"], refused["message"]["title"]) == ("container_in_use", "PAL-1 is in use.")
    floor.stock.is_now("STAGE/PAL-1 RED 2")


def test_putaway_is_taken_back_unit_by_unit_of_what_was_scanned(floor: Floor) -> None:
    floor.notice("4711", RED=5)
    hand = floor.handheld()
    hand.scans("ASN-4711", "P-1", "RED", "*QTY+4*", "*DONE*", "P-1", "*QTY+2*", "A-01", "A-01")
    floor.stock.is_now("A-01 RED 5")
    hand.scans("*UNDO*", "*UNDO*")
    floor.stock.is_now("STAGE/PAL-1 RED 5")
    assert hand.scans("A-01")["code"] == "put_away"


def test_units_promised_since_are_not_taken_back_from_the_shelf(floor: Floor) -> None:
    floor.notice("4711", RED=5)
    hand = floor.handheld()
    hand.scans("ASN-4711", "P-1", "RED", "*QTY+4*", "*DONE*", "P-1", "A-01")
    floor.order("42", RED=1)
    refused = hand.scan("*UNDO*")
    assert refused["code"] == "not_enough_stock"
    assert refused["message"]["title"] == "A-01 has 4 free, 5 wanted."
    floor.stock.is_now("A-01 RED 5 held 1")


def test_a_received_unit_lot_and_all_is_taken_back(floor: Floor) -> None:
    floor.notice("4711", CREAM=2)
    hand = floor.handheld()
    hand.scans("ASN-4711", "P-1", "CREAM", "L1", "270131")
    floor.stock.is_now("STAGE/PAL-1 CREAM 1 lot L1")
    hand.scans("*UNDO*")
    floor.stock.is_now("")
    assert hand.screen["step"] == "scan_expiry"
    hand.scans("270131")
    floor.stock.is_now("STAGE/PAL-1 CREAM 1 lot L1")


def test_packing_and_staging_are_taken_back(floor: Floor) -> None:
    floor.put_stock("A-01 RED 5")
    floor.order("42", RED=1)
    hand = floor.handheld()
    hand.scans("T-1", "A-01", "RED", "T-1", "BENCH-1", "RED", "*UNDO*")
    floor.stock.is_now("A-01 RED 4\nBUFFER/TOT-1 RED 1")
    hand.scans("RED", "BOX-S", "150g")
    number = floor.parcel("42").tracking_no
    hand.scans("LANE-1", number)
    floor.stock.is_now(f"A-01 RED 4\nLANE-1/{number} RED 1")
    hand.scans("*UNDO*")
    floor.stock.is_now(f"A-01 RED 4\nBENCH-1/{number} RED 1")
    assert floor.parcel("42").load_id is None
