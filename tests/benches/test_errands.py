"""At any time, by the bench's own scanner: the last label once more, one that was put aside, and undo at each step."""

from typing import Any

from tests.benches.bench import Bench, here, jobs, on_both, pack
from tests.support.floor import Floor, Handheld
from wms.bench.unproven import unproven_labels
from wms.labels.service import first_copy


def last_said(floor: Floor, packer: Handheld) -> Any:
    """What the bench's page shows of the last scan."""
    return packer.client.get("/api/v1/bench/view", query_string={"bench": "BENCH-1"}).json["heard"]


def others(packer: Handheld) -> list[tuple[str, str]]:
    view = packer.client.get("/api/v1/bench/view", query_string={"bench": "BENCH-1"}).json
    return [(label["parcel"], label["state"]) for label in view["others"]]


def finish(floor: Floor, bench: Bench, packer: Handheld, number: str = "42") -> dict[str, Any]:
    """Pack an order and scan its label; its print job."""
    pack(floor, packer, number)
    job = bench.prints()
    packer.scan(floor.parcel(number).tracking_no)
    return job


@on_both
def test_the_last_label_is_printed_again_at_any_time_once_it_is_clear_which(
    floor: Floor, bench: Bench, packer: Handheld
) -> None:
    assert bench.scans("*REPRINT*")["code"] == "nothing_to_reprint"
    first = finish(floor, bench, packer)
    # At home.
    asked = bench.scans("*REPRINT*")
    assert (asked["outcome"], asked["code"]) == ("confirm", "confirm_reprint")
    tail = floor.parcel("42").tracking_no[-4:]
    assert last_said(floor, packer)["message"]["title"] == f"Print the label …{tail} of 42 once more?"
    assert bench.scans("*REPRINT*")["code"] == "label_ordered"
    again = bench.prints()
    assert (again["copy_number"], again["sha256"], again["content"]) == (2, first["sha256"], first["content"])
    # In the middle of the next order, whose task and undo know nothing of it.
    floor.put_stock("A-02 BLUE 2")
    floor.order("43", BLUE=2)
    floor.handheld("EMP-2").scans("T-2", "A-02", "BLUE", "BLUE")
    bench.scans("T-2")
    bench.scans("BLUE")
    before = here(packer)["task"]
    assert bench.scans("*REPRINT*")["code"] == "confirm_reprint"
    assert bench.scans("*REPRINT*")["code"] == "label_ordered"
    assert here(packer)["task"] == before
    assert bench.prints()["copy_number"] == 3
    assert bench.scans("*UNDO*")["code"] == "undone"
    assert here(packer)["screen"]["counted"] == "0 / 2"
    # A question is answered by the next scan only.
    assert bench.scans("*REPRINT*")["code"] == "confirm_reprint"
    bench.scans("BLUE")
    assert bench.scans("*REPRINT*")["code"] == "confirm_reprint"
    assert {job.copy_number for job in jobs(floor, floor.parcel("42").id)} == {1, 2, 3}


def test_a_label_that_was_put_aside_is_listed_until_it_is_scanned(floor: Floor, bench: Bench, packer: Handheld) -> None:
    pack(floor, packer)
    number = floor.parcel("42").tracking_no
    packer.scan("*SKIP*")
    assert packer.scan("*SKIP*")["code"] == "label_put_off"
    bench.prints()
    floor.put_stock("A-02 BLUE 1")
    floor.order("43", BLUE=1)
    floor.handheld("EMP-2").scans("T-2", "A-02", "BLUE")
    bench.scans("T-2")
    assert others(packer) == [(number, "printed")], "the parcel in front of him is another one by now"
    office = floor.handheld("EMP-1").client.get("/office/parcels/label-unproven").text
    assert number in office
    # Scanned in the middle of the other order, at the page or by the bench.
    assert bench.scans(number)["code"] == "label_applied"
    assert (others(packer), here(packer)["screen"]["step"]) == ([], "scan_item")
    assert number not in floor.handheld("EMP-1").client.get("/office/parcels/label-unproven").text


def test_the_label_is_proven_from_the_pages_own_scanner_too(floor: Floor, bench: Bench, packer: Handheld) -> None:
    pack(floor, packer)
    packer.scan("*SKIP*")
    packer.scan("*SKIP*")
    assert packer.scan(floor.parcel("42").tracking_no)["code"] == "label_applied"
    assert jobs(floor, floor.parcel("42").id)[0].is_applied


@on_both
def test_a_lane_proves_the_label_it_reads(floor: Floor, bench: Bench, packer: Handheld) -> None:
    """Whoever stages a parcel has read the label on its box; taking the parcel off again changes nothing of that."""
    pack(floor, packer)
    packer.scan("*SKIP*")
    packer.scan("*SKIP*")
    bench.prints()
    parcel = floor.parcel("42")
    loader = floor.handheld("EMP-1")
    loader.scans("LANE-1", parcel.tracking_no)
    assert jobs(floor, parcel.id)[0].is_applied
    assert loader.scan("*UNDO*")["code"] == "undone"
    left = floor.database.reading(lambda session: unproven_labels(session, floor.warehouse_id, "BENCH-1", but=None))
    assert left == []


def test_undo_from_the_benchs_scanner_at_every_step(floor: Floor, bench: Bench, packer: Handheld) -> None:
    floor.put_stock("A-01 RED 2")
    floor.order("42", RED=2)
    floor.handheld("EMP-2").scans("T-1", "A-01", "RED", "RED")
    bench.scans("T-1")

    def undoes(text: str, then: str) -> None:
        """Scan, take it back, and scan it again: the task is where it was, and goes on."""
        before = here(packer)["screen"]
        bench.scans(text)
        assert bench.scans("*UNDO*")["code"] == "undone", text
        assert here(packer)["screen"] == before, text
        bench.scans(text)
        assert here(packer)["screen"]["step"] == then, text

    undoes("RED", "scan_item")
    undoes("RED", "scan_box")
    undoes("BOX-S", "weigh")
    # A weight that stopped the parcel counted for nothing: what is taken back is the box, and it is open again.
    assert bench.scans("900g")["code"] == "odd_weight"
    assert bench.scans("*UNDO*")["code"] == "undone"
    assert here(packer)["screen"]["step"] == "scan_box"
    bench.scans("BOX-S")
    # Closed: the label is bought, and nothing of it is taken back by a scan. What can be done about it is said.
    bench.scans("250g")
    assert here(packer)["screen"]["step"] == "scan_label"
    assert bench.scans("*UNDO*")["code"] == "cannot_undo"
    label = floor.database.reading(lambda session: first_copy(session, floor.warehouse_id, floor.parcel("42").id))
    assert label == {}, "which nobody has made yet"
    assert bench.scans(floor.parcel("42").tracking_no)["code"] == "label_applied"
    assert bench.scans("*UNDO*")["code"] == "cannot_undo", "it was seen"


def test_a_label_put_aside_is_asked_about_while_another_box_is_open(
    floor: Floor, bench: Bench, packer: Handheld
) -> None:
    pack(floor, packer)
    packer.scan("*SKIP*")
    packer.scan("*SKIP*")
    first = floor.parcel("42")
    floor.put_stock("A-02 BLUE 2")
    floor.order("43", BLUE=2)
    floor.handheld("EMP-2").scans("T-2", "A-02", "BLUE", "BLUE")
    bench.scans("T-2")
    bench.scans("BLUE")
    asked = bench.scans(first.tracking_no)
    assert (asked["outcome"], asked["code"]) == ("confirm", "confirm_other_label")
    assert not jobs(floor, first.id)[0].is_applied
    assert bench.scans(first.tracking_no)["code"] == "label_applied"
    assert jobs(floor, first.id)[0].is_applied
