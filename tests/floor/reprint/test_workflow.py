"""A parcel's label once more with a handheld: parcel, why, printer, the new label; and what keeps one from it."""

from datetime import timedelta

from tests.benches.bench import ZPL, Bench, bytes_of, jobs, on_both, pack, standing
from tests.support.floor import Floor, Handheld
from wms.bench.model import PRINTS_FOR

LABEL = "PRN-BENCH-1-LABEL"


def finished(floor: Floor, bench: Bench, packer: Handheld) -> str:
    """A parcel with its label on; its number."""
    pack(floor, packer)
    bench.prints()
    number = floor.parcel("42").tracking_no
    assert packer.scan(number)["code"] == "label_applied"
    return number


@on_both
def test_parcel_reason_printer_label(floor: Floor, bench: Bench, packer: Handheld) -> None:
    number = finished(floor, bench, packer)
    first = ZPL + str(floor.parcel("42").id).encode()
    hand = floor.handheld("EMP-4", "HH-7")
    assert hand.scan("*REPRINT*")["code"] == "reprint_begun"
    asked = hand.scan(number)
    assert (asked["code"], asked["details"]["n"], asked["details"]["last"]) == ("printed_so_far", 1, "BENCH-1 label")
    assert hand.scan("*LOST*")["code"] == "which_printer"
    bench.tells_devices("paper_out")
    refused = hand.scan(LABEL)
    assert (refused["code"], refused["message"]["title"]) == (
        "printer_in_trouble", "Printer label of BENCH-1: paper is out.",
    )  # fmt: skip
    bench.tells_devices()
    assert hand.scan(LABEL)["code"] == "copy_prints"
    copy = bench.prints()
    assert (copy["copy_number"], bytes_of(copy)) == (2, first)
    assert jobs(floor, floor.parcel("42").id)[1].reason == "lost"
    done = hand.scan(number)
    assert (done["outcome"], done["code"], hand.task) == ("completed", "copy_applied", None)
    # Who wanted the last one is said next time; the button of the screen prints again where it came badly.
    hand.scan("*REPRINT*")
    assert hand.scan(number)["details"] == {"parcel": number, "n": 2, "last": "BENCH-1 label, EMP-4"}
    hand.scans("*TORN*", LABEL)
    assert bench.prints()["copy_number"] == 3
    assert hand.scan("*REPRINT*")["code"] == "which_printer"
    assert hand.scan(LABEL)["code"] == "copy_prints"
    assert bench.prints()["copy_number"] == 4


def test_another_parcels_label_does_not_prove_it(floor: Floor, bench: Bench, packer: Handheld) -> None:
    number = finished(floor, bench, packer)
    pack(floor, packer, "43", "T-2")
    hand = floor.handheld("EMP-1", "HH-7")
    hand.scans("*REPRINT*", number, "*UNREADABLE*", LABEL)
    other = hand.scan(floor.parcel("43").tracking_no)
    assert (other["outcome"], other["code"]) == ("refused", "label_of_another")


def test_what_has_left_needs_a_supervisors_badge(floor: Floor, bench: Bench, packer: Handheld) -> None:
    number = finished(floor, bench, packer)
    loader = floor.handheld("EMP-1")
    loader.scans("LANE-1", number)
    loader.scan("*DONE*")
    assert loader.scan("*DONE*")["code"] == "load_closed"
    hand = floor.handheld("EMP-4", "HH-7")
    hand.scan("*REPRINT*")
    assert hand.scan(number)["code"] == "reprint_needs_supervisor"
    assert hand.scan("EMP-2")["code"] == "supervisor_needed"
    assert hand.scan("EMP-1")["code"] == "printed_so_far"
    hand.scans("*TORN*", LABEL)
    bench.prints()
    assert hand.scan(number)["code"] == "copy_applied"
    # A supervisor needs nobody's badge.
    supervisor = floor.handheld("EMP-1", "HH-8")
    supervisor.scan("*REPRINT*")
    assert supervisor.scan(number)["details"]["last"] == "BENCH-1 label, EMP-4 (EMP-1)"


def test_what_waits_or_is_in_doubt_elsewhere_is_no_second_label(floor: Floor, bench: Bench, packer: Handheld) -> None:
    spare = {"name": "spare"}
    bench.tells_devices(others=(spare,))
    parcel_id = pack(floor, packer)
    number = floor.parcel("42").tracking_no
    hand = floor.handheld("EMP-1", "HH-7")
    hand.scans("*REPRINT*", number, "*LOST*")
    (job,) = bench.asks()["jobs"]
    assert hand.scan("PRN-BENCH-1-SPARE")["code"] == "label_underway"
    bench.reports(job["job_id"], "claimed", "sending", "doubtful", why="connection_lost")
    assert hand.scan("PRN-BENCH-1-SPARE")["code"] == "confirm_moved_not_printed"
    assert hand.scan("PRN-BENCH-1-SPARE")["code"] == "copy_prints"
    assert standing(floor, parcel_id) == ["1 doubtful", "2 queued"]
    assert bench.asks()["answers"] == [{"job_id": job["job_id"], "answer": "not_printed"}]


def test_where_no_program_is_at_work_nothing_prints(floor: Floor, bench: Bench, packer: Handheld) -> None:
    number = finished(floor, bench, packer)
    hand = floor.handheld("EMP-4", "HH-7")
    hand.scans("*REPRINT*", number, "*LOST*")
    floor.clock.forward(timedelta(minutes=2))
    assert hand.scan(LABEL)["details"]["why"] == "cond_offline"


def test_a_label_that_is_not_made_yet_is_not_printed_again(floor: Floor, bench: Bench) -> None:
    floor.clock.forward(PRINTS_FOR)
    floor.put_stock("A-01 RED 1")
    floor.order("42", RED=1)
    hand = floor.handheld("EMP-1", "HH-7")
    hand.scans("T-1", "A-01", "RED", "T-1", "BENCH-1", "RED", "BOX-S", "150g")
    other = floor.handheld("EMP-1", "HH-8")
    other.scan("*REPRINT*")
    assert other.scan(floor.parcel("42").tracking_no)["code"] == "label_not_ready"


def opens_again(floor: Floor, number: str) -> None:
    """A supervisor opens the parcel meanwhile."""
    supervisor = floor.handheld("EMP-1", "HH-9")
    supervisor.scans("*VOID*")
    supervisor.scan(number)
    assert supervisor.scans(number, "*WRONGITEM*", "T-2")["code"] == "parcel_opened_again"


def test_a_void_label_is_not_printed_and_the_next_one_may_be(floor: Floor, bench: Bench, packer: Handheld) -> None:
    number = finished(floor, bench, packer)
    opens_again(floor, number)
    hand = floor.handheld("EMP-4", "HH-7")
    hand.scan("*REPRINT*")
    refused = hand.scan(number)
    assert (refused["outcome"], refused["code"], hand.screen["step"]) == ("refused", "parcel_cancelled", "scan_parcel")


@on_both
def test_no_copy_is_printed_of_a_parcel_that_was_opened_meanwhile(floor: Floor, bench: Bench, packer: Handheld) -> None:
    number = finished(floor, bench, packer)
    parcel_id = floor.parcel("42").id
    hand = floor.handheld("EMP-4", "HH-7")
    hand.scans("*REPRINT*", number, "*TORN*")
    opens_again(floor, number)
    refused = hand.scan(LABEL)
    assert (refused["outcome"], refused["code"], hand.task) == ("refused", "parcel_cancelled", None)
    assert standing(floor, parcel_id) == ["1 printed applied"]


def test_a_copy_of_a_parcel_that_was_opened_meanwhile_is_not_good(floor: Floor, bench: Bench, packer: Handheld) -> None:
    number = finished(floor, bench, packer)
    hand = floor.handheld("EMP-4", "HH-7")
    hand.scans("*REPRINT*", number, "*TORN*", LABEL)
    opens_again(floor, number)
    refused = hand.scan(number)
    assert (refused["outcome"], refused["code"], hand.task) == ("refused", "parcel_cancelled", None)
