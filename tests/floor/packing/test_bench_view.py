"""What the bench page is shown beside its screen, and when it is told that nothing is new; on both databases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.benches.bench import Bench, pack
from tests.support.floor import Floor, Handheld, opened_floor

VIEW = "/api/v1/bench/view"


@pytest.fixture
def floor(database_url: str, tmp_path: Path) -> Iterator[Floor]:
    with opened_floor(database_url, tmp_path, "none") as opened:
        yield opened


@pytest.fixture
def packer(floor: Floor) -> Handheld:
    """A packer who signed in at the bench; the tote with two RED and one BLUE of order 42 waits."""
    floor.put_stock("A-01 RED 5")
    floor.put_stock("A-02 BLUE 5")
    floor.order("42", RED=2, BLUE=1)
    floor.handheld("EMP-2").scans("T-1", "A-01", "RED", "RED", "A-02", "BLUE")
    return floor.handheld("EMP-4", "BENCH-1")


def begin(packer: Handheld) -> None:
    """Scan the tote, and the bench where the page's own was not taken."""
    packer.scans("T-1")
    if packer.screen["step"] == "scan_bench":
        packer.scans("BENCH-1")


def view(packer: Handheld, bench: str = "BENCH-1", etag: str = "") -> Any:
    return packer.client.get(VIEW, query_string={"bench": bench}, headers={"If-None-Match": etag} if etag else {})


def seen(packer: Handheld) -> Any:
    answer = view(packer)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_from_tote_to_lane(floor: Floor, packer: Handheld) -> None:
    assert seen(packer)["order"] is None
    begin(packer)
    packer.scans("RED")
    order = seen(packer)["order"]
    assert ["Order", "42"] in order["facts"]
    assert ["Tote", "TOT-1"] in order["facts"]
    assert [(line["what"], line["counted"], line["state"]) for line in order["lines"]] == [
        ("Red brush", "1 / 2", "next"),
        ("Blue brush", "0 / 1", "open"),
    ]
    packer.scans("RED")
    assert [line["state"] for line in seen(packer)["order"]["lines"]] == ["done", "next"]
    packer.scans("BLUE")
    assert seen(packer)["box"]["code"] == "S"
    packer.scans("BOX-L")
    shown = seen(packer)
    assert shown["box"]["code"] == "L"
    assert "0.635 kg – 0.765 kg" in shown["weight"]["expected"]
    packer.scans("700g")
    parcel = seen(packer)["parcel"]
    assert (parcel["order"], parcel["label"]["state"]) == ("42", "waiting")
    assert parcel["packing_list"] == f"/office/parcels/{parcel['parcel']}/packing-list.pdf"
    # A packer may have it made; whoever may not is not told whether there is such a parcel.
    assert packer.client.get("/office/parcels/NONE/packing-list.pdf").status_code == 404
    assert floor.handheld("EMP-2").client.get("/office/parcels/NONE/packing-list.pdf").status_code == 403
    packer.scans("LANE-1", floor.parcel("42").tracking_no)
    assert seen(packer)["parcel"] is None


def test_a_line_that_is_short_says_how_many_are_missing(packer: Handheld) -> None:
    begin(packer)
    assert packer.scan("*SHORT*")["outcome"] == "confirm"
    packer.scans("*SHORT*")
    line = seen(packer)["order"]["lines"][0]
    assert (line["state"], line["missing"]) == ("short", "2 missing")


def test_nothing_new_is_an_empty_answer(packer: Handheld) -> None:
    first = view(packer)
    again = view(packer, etag=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    begin(packer)
    after = view(packer, etag=first.headers["ETag"])
    assert after.status_code == 200
    assert after.headers["ETag"] != first.headers["ETag"]


def test_a_refused_scan_is_news_too(floor: Floor, packer: Handheld) -> None:
    begin(packer)
    first = view(packer)
    reply = packer.scan("GREEN")
    after = view(packer, etag=first.headers["ETag"])
    heard = after.json["heard"]
    assert (heard["scan_id"], heard["code"], heard["raw"]) == (reply["scan_id"], "wrong_item", "9520000000028")
    assert heard["message"] == reply["message"]
    floor.handheld("EMP-4", "web-1").scan("*HOME*")  # on another device: not heard here
    assert seen(packer)["heard"] is None


def test_who_may_look_and_where(floor: Floor, packer: Handheld) -> None:
    for code in ("A-01", "BENCH-9"):
        answer = view(packer, code)
        assert (answer.status_code, answer.json["code"]) == (409, "bench_not_known")
    assert view(packer, "").status_code == 400

    picker = floor.handheld("EMP-2", "web-2")
    assert view(picker).status_code == 403
    assert floor.app.test_client().get(VIEW, query_string={"bench": "BENCH-1"}).status_code == 401

    here = packer.client.get("/bench?bench=LOC-BENCH-1").text
    assert 'data-screen="home"' in here
    assert 'data-bench="BENCH-1"' in here
    elsewhere = floor.handheld("EMP-4", "web-1").client.get("/bench?bench=BENCH-1").text
    assert 'data-screen="sign_in"' in elsewhere


def label(packer: Handheld) -> Any:
    return seen(packer)["parcel"]["label"]


def test_a_label_through_all_its_states_and_the_devices_of_the_bench(floor: Floor) -> None:
    bench, packer = Bench(floor), floor.handheld("EMP-4", "BENCH-1")
    bench.tells_devices("head_open", "head is open: close it")
    scanner, printer = seen(packer)["program"]["devices"]
    assert (scanner["kind"], scanner["tone"], scanner["said"], scanner["words"]) == ("Scanner", "go", "", "")
    assert (printer["kind"], printer["tone"], printer["said"]) == ("Printer", "stop", "printer is open")
    # What is to be done is said by the page, in the packer's language; the program's own English is for a technician.
    assert (printer["words"], printer["detail"]) == ("Close it.", "head is open: close it")
    pack(floor, packer)
    # Known before the job is even given to the bench: the page does not say in green that it prints.
    assert (label(packer)["state"], label(packer)["said"]) == ("blocked", "Label cannot print: printer is open")
    assert seen(packer)["stopped"] == {
        "title": "Closed. The label waits for its printer: printer is open.",
        "next": "Close it. The label then prints by itself. Or scan another printer.",
    }
    (job,) = bench.asks()["jobs"]
    bench.reports(job["job_id"], "claimed", "blocked", why="head_open", words="head is open: close it", attempt=0)
    assert (label(packer)["tone"], label(packer)["said"]) == ("stop", "Label cannot print: printer is open")
    assert label(packer)["words"] == "Close it."
    bench.tells_devices()
    bench.reports(job["job_id"], "sending")
    assert label(packer)["state"] == "printing"
    bench.tells_devices("paper_out")  # while it prints
    assert (label(packer)["state"], label(packer)["words"]) == ("blocked", "Put in a new roll.")
    bench.tells_devices()
    assert (label(packer)["state"], seen(packer)["stopped"]) == ("printing", None)
    before = view(packer).headers["ETag"]
    bench.reports(job["job_id"], "doubtful", why="connection_lost", words="look")
    assert view(packer, etag=before).status_code == 200
    asked = label(packer)
    assert (asked["state"], asked["tone"], asked["job"]) == ("doubtful", "look", job["job_id"])
    headers = {"X-CSRF-Token": packer.csrf_token}
    packer.client.post(f"/api/v1/bench/questions/{job['job_id']}", json={"answer": "came_out"}, headers=headers)
    assert (label(packer)["state"], label(packer)["job"]) == ("printed", None)
    bench.reports(job["job_id"], "printed", why="person")

    wanted = {"parcel": label(packer)["parcel"], "copy_number": 2}
    for _ in range(2):  # pressed twice: one copy
        answer = packer.client.post("/api/v1/bench/copies", json=wanted, headers=headers)
        assert answer.status_code == 202, answer.text
    assert (label(packer)["state"], label(packer)["copy_number"]) == ("waiting", 2)

    bench.scans(label(packer)["parcel"])
    shown = seen(packer)["parcel"]
    assert (shown["label"]["state"], shown["label"]["tone"], shown["goes"]) == (
        "applied",
        "go",
        "Bring it to the lane.",
    )
    bench.scans("T-2", age_ms=90_000)
    assert (seen(packer)["unheard"]["code"], seen(packer)["unheard"]["outcome"]) == ("code_too_old", "refused")
