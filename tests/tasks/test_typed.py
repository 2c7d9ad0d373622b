"""Typing as the last resort: two digits from the label of the place, and the log knows that they were typed."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.browser.screens import WORKFLOWS
from tests.support.floor import Floor, Handheld
from wms.barcodes.model import CodeKind
from wms.places.tables import PlaceRow
from wms.tasks.machine import Workflow
from wms.tasks.tables import ScanLogRow


def digits_of(floor: Floor, place: str) -> str:
    query = select(PlaceRow.check_digits).where(PlaceRow.code == place)
    return str(floor.database.reading(lambda session: session.execute(query).scalar_one()))


def at_the_shelf(floor: Floor) -> Handheld:
    """A picker whose next scan is A-01."""
    floor.put_stock("A-01 RED 10\nA-02 BLUE 5")
    floor.order("42", RED=2)
    hand = floor.handheld("EMP-2")
    hand.scans("T-1")
    assert hand.screen["where"] == "A-01"
    return hand


def test_the_two_digits_of_the_place_stand_for_its_label(floor: Floor) -> None:
    hand = at_the_shelf(floor)
    reply = hand.scan(digits_of(floor, "A-01"), source="manual")
    assert (reply["outcome"], reply["task"]["step"]) == ("accepted", "scan_item")
    logged = select(ScanLogRow.raw, ScanLogRow.source).order_by(ScanLogRow.at.desc(), ScanLogRow.scan_id.desc())
    row = floor.database.reading(lambda session: session.execute(logged.limit(1)).one())
    assert tuple(row) == (digits_of(floor, "A-01"), "manual")


def test_other_digits_are_refused_and_nothing_moves(floor: Floor) -> None:
    hand = at_the_shelf(floor)
    wrong = f"{(int(digits_of(floor, 'A-01')) + 1) % 100:02d}"
    reply = hand.scan(wrong, source="manual")
    assert (reply["outcome"], reply["code"]) == ("refused", "bad_check_digits")
    assert reply["details"]["place"] == "A-01"
    assert hand.screen["step"] == "scan_place"


def test_the_whole_code_with_its_digits_may_be_typed_as_well(floor: Floor) -> None:
    hand = at_the_shelf(floor)
    assert hand.scan("A-01", source="manual")["code"] == "check_digits_needed"
    assert hand.scan(f"A-01 {digits_of(floor, 'A-01')}", source="manual")["outcome"] == "accepted"


def test_digits_that_a_scanner_sent_prove_nothing(floor: Floor) -> None:
    hand = at_the_shelf(floor)
    assert hand.scan(digits_of(floor, "A-01"), source="wedge")["outcome"] == "unknown"
    assert hand.scan(digits_of(floor, "A-01"), source="camera")["outcome"] == "unknown"
    assert hand.screen["step"] == "scan_place"


def test_where_units_are_counted_a_number_is_a_quantity(floor: Floor) -> None:
    hand = at_the_shelf(floor)
    hand.scans("A-01", "RED")
    assert hand.scan("01", source="manual")["code"] in ("task_complete", "order_picked")


def test_at_putaway_two_digits_are_the_place_and_never_a_quantity(floor: Floor) -> None:
    """Units can be counted there, too; two digits say where, as anywhere else."""
    floor.notice("4711", RED=60)
    hand = floor.handheld("EMP-1")
    hand.scans("ASN-4711", "P-1", "RED", "*QTY+59*", "*DONE*", "P-1")
    assert (hand.screen["screen"], hand.screen["step"], hand.screen["how_many"]) == ("putaway", "scan_place", "60")
    place, digits = hand.screen["where"], digits_of(floor, hand.screen["where"])
    reply = hand.scan(f"{(int(digits) + 1) % 100:02d}", source="manual")
    assert (reply["outcome"], reply["code"]) == ("refused", "bad_check_digits")
    assert hand.screen["how_many"] == "60", "nothing was counted"
    assert hand.scan(digits, source="manual")["code"] == "putaway_complete"
    floor.stock.is_now(f"{place} RED 60")


def test_at_putaway_other_numbers_are_still_a_quantity(floor: Floor) -> None:
    floor.notice("4711", RED=60)
    hand = floor.handheld("EMP-1")
    hand.scans("ASN-4711", "P-1", "RED", "*QTY+59*", "*DONE*", "P-1")
    before = hand.screen["how_many"]
    assert hand.scan("5", source="manual")["outcome"] == "accepted"
    assert hand.screen["how_many"] != before


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.name)
def test_no_step_takes_two_digits_for_a_place_and_a_weight(workflow: Workflow[Any, Any, Any]) -> None:
    for step in workflow.steps.values():
        assert not {CodeKind.PLACE, CodeKind.WEIGHT} <= set(step.expects), step.name
