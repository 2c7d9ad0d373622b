"""The parcel whose label is awaited is opened again: its labels are called off, and it is packed anew at once."""

import pytest

from tests.benches.bench import Bench, here, jobs, make_label, on_both, pack, standing
from tests.benches.test_other_printer import SPARE, tells
from tests.support.floor import Floor, Handheld


@on_both
def test_its_packer_opens_it_at_the_label(floor: Floor, bench: Bench, packer: Handheld) -> None:
    packer.scans("*HOME*")
    parcel_id = pack(floor, packer)
    old = floor.parcel("42").tracking_no
    assert [action["action"] for action in packer.screen["actions"]] == ["*UNDO*", "*SKIP*", "*REPRINT*", "*VOID*"]
    assert packer.scan("*VOID*")["code"] == "confirm_open_again"
    packer.scans("*VOID*")
    assert {"*WRONGITEM*", "*WRONGBOX*", "*DAMAGED*", "*NOTWANTED*"} < {
        action["action"] for action in packer.screen["actions"]
    }
    assert packer.scan("RED")["outcome"] == "refused", "first the reason"
    packer.scans("*UNDO*")
    assert packer.screen["step"] == "scan_label", "until the last scan nothing has happened"
    packer.scan("*VOID*")
    packer.scans("*VOID*", "*DAMAGED*")
    assert packer.scan("T-1")["code"] == "parcel_opened_again"
    assert standing(floor, parcel_id) == ["1 cancelled"]
    assert bench.asks() == {"jobs": [], "answers": []}
    assert here(packer)["task"] is None
    view = packer.client.get("/api/v1/bench/view?bench=BENCH-1").json
    assert (view["parcel"], view["others"]) == (None, [])

    packer.scans("T-1", "RED", "BOX-S")
    assert packer.scan("150g")["code"] == "parcel_closed_label"
    assert packer.scan(old)["code"] == "parcel_cancelled", "the old label on the new box"
    assert packer.scan(floor.parcel("42").tracking_no)["code"] == "label_applied"


def test_what_is_on_a_lane_is_not_opened_at_the_label(floor: Floor, bench: Bench, packer: Handheld) -> None:
    pack(floor, packer)
    floor.handheld("EMP-1").scans("LANE-1", floor.parcel("42").tracking_no)
    assert packer.scan("*VOID*")["code"] == "open_from_home"
    packer.scan("*SKIP*")
    packer.scans("*SKIP*", "*VOID*")
    packer.scan("42")
    assert packer.scan("42")["code"] == "opening_needs_supervisor"


@pytest.mark.parametrize(
    ("states", "told"),
    [(("claimed", "blocked"), "cancel"), (("claimed", "sending", "doubtful"), "came_out")],
)
def test_what_its_printer_may_hold_is_settled_by_the_bench(
    floor: Floor, bench: Bench, packer: Handheld, states: tuple[str, ...], told: str
) -> None:
    pack(floor, packer)
    (job,) = bench.asks()["jobs"]
    bench.reports(job["job_id"], *states, attempt=0 if "blocked" in states else 1)
    packer.scan("*VOID*")
    packer.scans("*VOID*", "*WRONGBOX*", "T-2")
    assert bench.asks()["answers"] == [{"job_id": job["job_id"], "answer": told}]
    view = packer.client.get("/api/v1/bench/view?bench=BENCH-1").json
    assert view["stopped"] is None


def test_once_its_label_is_proven_it_needs_a_supervisor(floor: Floor, bench: Bench, packer: Handheld) -> None:
    pack(floor, packer)
    bench.prints()
    number = floor.parcel("42").tracking_no
    packer.scans(number, "*VOID*")
    packer.scan(number)
    assert packer.scan(number)["code"] == "opening_needs_supervisor"
    packer.scans("EMP-1", "*WRONGITEM*", "T-1")
    copy = packer.client.post(
        "/api/v1/bench/copies", json={"parcel": number, "copy_number": 2}, headers={"X-CSRF-Token": packer.csrf_token}
    )
    assert (copy.status_code, copy.json["code"]) == (409, "parcel_cancelled")


def opens_again(packer: Handheld) -> None:
    packer.scan("*VOID*")
    assert packer.scans("*VOID*", "*WRONGBOX*", "T-2")["code"] == "parcel_opened_again"


@pytest.mark.parametrize("spare", ["application/vnd.tspl", "application/vnd.zebra-zpl"])
def test_another_printer_gets_no_label_of_a_parcel_that_was_opened_again(
    floor: Floor, bench: Bench, packer: Handheld, spare: str
) -> None:
    other = {"name": "spare", "media_type": spare, "dpi": 300 if "tspl" in spare else 203}
    bench.tells_devices(others=(other,))
    parcel_id = pack(floor, packer)
    (job,) = bench.asks()["jobs"]
    bench.reports(job["job_id"], "claimed", "blocked", why="paper_out", attempt=0)
    bench.tells_devices("paper_out", others=(other,))
    opens_again(packer)
    assert packer.scan(SPARE.code)["code"] == "printer_is_well"
    supervisor = floor.handheld("EMP-1", "HH-9")
    moved = supervisor.client.post(
        f"/api/v1/bench/jobs/{job['job_id']}/move",
        json={"bench": "BENCH-1", "printer": "spare"},
        headers={"X-CSRF-Token": supervisor.csrf_token},
    )
    assert (moved.status_code, moved.json["code"]) == (409, "parcel_cancelled")
    bench.reports(job["job_id"], "cancelled", why="cancelled")
    assert standing(floor, parcel_id) == ["1 cancelled"]
    assert bench.asks()["jobs"] == []


@on_both
def test_a_doubt_about_a_void_label_is_settled_and_the_wanted_one_moves(
    floor: Floor, bench: Bench, packer: Handheld
) -> None:
    tells(bench)
    void_id = pack(floor, packer)
    (job,) = bench.asks()["jobs"]
    opens_again(packer)
    assert bench.asks()["answers"] == [{"job_id": job["job_id"], "answer": "cancel"}]
    bench.reports(job["job_id"], "claimed", "sending", "doubtful", why="connection_lost")
    assert bench.asks()["answers"] == [{"job_id": job["job_id"], "answer": "came_out"}], "its printer is free again"
    packer.scans("T-2", "RED", "BOX-S")
    assert packer.scan("150g")["code"] == "parcel_closed_label"
    wanted_id = floor.parcel("42").id
    make_label(floor, wanted_id)
    tells(bench, "paper_out")
    assert packer.scan(SPARE.code)["code"] == "label_moves"
    assert standing(floor, void_id) == ["1 doubtful"]
    assert [(job.copy_number, str(job.state), job.printer) for job in jobs(floor, wanted_id)] == [
        (1, "cancelled", "label"),
        (2, "queued", "spare"),
    ]
