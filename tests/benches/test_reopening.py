"""A parcel is taken away from the bench while somebody says why it is to be opened: he gets back to its label."""

from tests.benches.bench import Bench, pack
from tests.support.floor import Floor, Handheld


def asked_why(packer: Handheld) -> None:
    packer.scan("*VOID*")
    packer.scans("*VOID*", "*WRONGBOX*")


def dispatched(loader: Handheld) -> None:
    loader.scan("*DONE*")
    assert loader.scan("*DONE*")["code"] == "load_closed"


def test_what_stands_on_a_lane_by_now_is_opened_there(floor: Floor, bench: Bench, packer: Handheld) -> None:
    """The words name two cards, which are taken where they are said."""
    pack(floor, packer)
    asked_why(packer)
    floor.handheld("EMP-1").scans("LANE-1", floor.parcel("42").tracking_no)
    told = packer.scan("T-2")
    assert (told["outcome"], told["code"], told["screen"]["step"]) == ("refused", "open_from_home", "scan_label")
    assert told["message"]["next"] == "Scan SKIP twice, then VOID with a supervisor."
    packer.scan("*SKIP*")
    packer.scans("*SKIP*", "*VOID*")
    packer.scan("42")
    assert packer.scan("42")["code"] == "opening_needs_supervisor"
    assert packer.scans("EMP-1", "*WRONGBOX*", "T-2")["code"] == "parcel_opened_again"


def test_what_has_left_by_now_keeps_nobody_at_its_tote(floor: Floor, bench: Bench, packer: Handheld) -> None:
    pack(floor, packer)
    asked_why(packer)
    loader = floor.handheld("EMP-1")
    loader.scans("LANE-1", floor.parcel("42").tracking_no)
    dispatched(loader)
    told = packer.scan("T-2")
    assert (told["outcome"], told["code"], told["screen"]["step"]) == ("refused", "parcel_gone", "scan_label")
    packer.scan("*SKIP*")
    assert packer.scan("*SKIP*")["code"] == "label_put_off"
    assert packer.task is None


def test_a_tote_that_will_not_do_leaves_him_there(floor: Floor, bench: Bench, packer: Handheld) -> None:
    pack(floor, packer)
    asked_why(packer)
    told = packer.scan("P-1")
    assert (told["code"], told["screen"]["step"]) == ("wrong_container", "scan_tote")
    assert packer.scans("T-2")["code"] == "parcel_opened_again"
