"""Receiving in scans: two receivers, over and short, lots and dates, unknown goods, somebody else's container."""

from sqlalchemy import select

from tests.support.floor import CASE_OF_RED, Floor, case_of_red, gtin_of
from tests.support.threads import together
from wms.access.model import command_line
from wms.arrivals.tables import NoticeLineRow, UnknownArrivalRow
from wms.kernel.identity import gs1_check_digit
from wms.labels.model import PalletLabel
from wms.office.papers.load import pallet_label

UNKNOWN = "952111111111" + gs1_check_digit("952111111111")
"""A good barcode of goods that nobody has."""


def received(floor: Floor) -> list[int]:
    """What was counted on the only notice, by line."""
    rows = select(NoticeLineRow.received).order_by(NoticeLineRow.line_no)
    return floor.database.reading(lambda session: list(session.scalars(rows)))


def cream(lot: str, expires: str) -> str:
    """A GS1 code of CREAM with lot and date, as a scanner sends it."""
    return f"]C1010{gtin_of('CREAM')}17{expires}10{lot}"


def test_a_pallet_is_taken_and_looked_up_by_the_sscc_of_its_label(floor: Floor) -> None:
    by = command_line(floor.warehouse_id)
    labels = [
        floor.database.in_transaction(lambda session: pallet_label(session, by, "PAL-3", now=floor.clock.now()))
        for _ in range(2)
    ]
    first, second = (label.sscc for label in labels if isinstance(label, PalletLabel))
    floor.notice("4711", RED=2)
    hand = floor.handheld()
    hand.scans("ASN-4711", f"]C100{first}")
    hand.scans("RED")
    floor.stock.is_now("STAGE/PAL-3 RED 1")
    asked = hand.client.post(
        "/api/v1/look-ups", json={"raw": f"(00){second}"}, headers={"X-CSRF-Token": hand.csrf_token}
    )
    assert "PAL-3" in asked.text, "the later paper of the two"


def test_two_receivers_share_one_notice(floor: Floor) -> None:
    floor.notice("4711", RED=30, BLUE=2)
    first, second = floor.handheld("EMP-1"), floor.handheld("EMP-2")
    first.scans("ASN-4711", "P-1")
    second.scans("ASN-4711")
    assert second.scan("P-1")["code"] == "container_in_use"
    second.scans("P-2")
    together(2, lambda number: [(first, second)[number].scans("RED") for _ in range(3)])
    assert received(floor) == [6, 0]
    first.scans(case_of_red(), "BLUE")
    second.scans(case_of_red())
    assert second.scan("BLUE")["screen"]["counted"] == "2 / 2", "he sees what both have counted"
    floor.stock.is_now("STAGE/PAL-1 BLUE 1\nSTAGE/PAL-1 RED 15\nSTAGE/PAL-2 BLUE 1\nSTAGE/PAL-2 RED 15")
    assert CASE_OF_RED == 12

    assert first.scan("*DONE*")["code"] == "notice_closed"
    late = second.scan("RED")
    assert late["outcome"] == "confirm", "one too many is asked for first"
    late = second.scan("RED")
    assert (late["code"], late["task"]) == ("notice_not_open", None), "closed meanwhile: his task ends too"
    assert late["message"]["title"].startswith("4711 is closed already.")
    assert second.scan("P-2")["code"] == "container_taken", "and his pallet waits for putaway"


def test_short_over_and_unknown_goods(floor: Floor) -> None:
    floor.notice("4711", RED=2, BLUE=5)
    hand = floor.handheld()
    hand.scans("ASN-4711", "P-1", "RED", "RED")
    assert hand.scan("GREEN")["code"] == "not_on_notice"
    assert hand.scan("RED")["code"] == "over_notice"
    assert hand.scan("RED")["code"] == "line_done"
    assert hand.scan(UNKNOWN)["code"] == "confirm_unknown_item"
    assert hand.scan(UNKNOWN)["code"] == "unknown_set_aside"
    hand.scans("BLUE")
    assert hand.scan("*DONE*")["code"] == "receiving_paused"
    arrivals = floor.database.reading(lambda session: session.scalars(select(UnknownArrivalRow.code)).all())
    assert arrivals == [f"0{UNKNOWN}"]

    hand.scans("ASN-4711")
    assert hand.scan("*CLOSE*")["code"] == "confirm_close_notice"
    assert hand.scan("*CLOSE*")["code"] == "notice_closed"
    assert received(floor) == [3, 1]
    assert hand.scan("ASN-4711")["code"] == "notice_closed"
    floor.stock.is_now("STAGE/PAL-1 BLUE 1\nSTAGE/PAL-1 RED 3")


def test_unknown_goods_set_aside_by_mistake_are_taken_back(floor: Floor) -> None:
    floor.notice("4711", RED=2)
    hand = floor.handheld()
    hand.scans("ASN-4711", "P-1")
    hand.scan(UNKNOWN)
    hand.scans(UNKNOWN, "*UNDO*")
    settled = floor.database.reading(lambda session: session.scalar(select(UnknownArrivalRow.settled_at)))
    assert settled is not None


def test_lots_and_dates(floor: Floor) -> None:
    floor.notice("4711", CREAM=10)
    hand = floor.handheld()
    hand.scans("ASN-4711", "P-1")
    assert hand.scan("CREAM")["code"] == "lot_needed"
    assert hand.scan("CREAM")["code"] == "wrong_kind", "the next unit is not taken for the lot of the last one"
    assert hand.scan("L1")["code"] == "expiry_needed"
    assert hand.scan("261105")["code"] == "expired"
    assert hand.scans("*SKIP*")["code"] == "item_set_aside"
    hand.scans("CREAM", "L1", "270131", "CREAM", "*QTY+2*")
    assert hand.scan(cream("L1", "270228"))["code"] == "lot_expiry_differs"
    assert hand.scan(cream("L2", "251231"))["code"] == "expired"
    hand.scans(cream("L2", "270228"), "*LOT*", "CREAM", "L1")
    floor.stock.is_now("STAGE/PAL-1 CREAM 1 lot L2\nSTAGE/PAL-1 CREAM 5 lot L1")
    assert received(floor) == [6]


def test_a_full_pallet_gives_way_to_the_next(floor: Floor) -> None:
    floor.notice("4711", RED=5)
    hand = floor.handheld()
    hand.scans("ASN-4711", "P-1", "RED", "P-2", "RED", "*FULL*", "T-3", "RED", "*DONE*")
    floor.stock.is_now("STAGE/PAL-1 RED 1\nSTAGE/PAL-2 RED 1\nSTAGE/TOT-3 RED 1")
    assert [hand.scan(code)["code"] for code in ("P-1", "*HOME*", "P-2", "*HOME*", "T-3")].count("container_taken") == 3


def test_a_pallet_somebody_left_half_full_is_taken_over_by_scanning_it(floor: Floor) -> None:
    floor.notice("4711", RED=5)
    floor.handheld("EMP-1").scans("ASN-4711", "P-1", "RED")
    other = floor.handheld("EMP-2")
    assert other.scan("P-1")["code"] == "confirm_take_over"
    assert other.scan("P-1")["code"] == "task_resumed"
    other.scans("RED", "*DONE*")
    floor.stock.is_now("STAGE/PAL-1 RED 2")
