"""The code of another printer, scanned: what waits in front of one in trouble comes out there, and nothing twice."""

from typing import Any

from tests.benches.bench import Bench, here, jobs, on_both, pack, standing
from tests.support.floor import Floor, Handheld
from wms.bench.model import Printer
from wms.labels.model import CodeLabel, Medium
from wms.office.sheets import Wanted, sheet_of

LABEL, SPARE = Printer("BENCH-1", "label", Medium.ZPL_203), Printer("BENCH-1", "spare", Medium.TSPL_300)


def tells(bench: Bench, label: str = "ready", spare: str = "ready") -> None:
    """How the bench's two printers stand; they take labels of different kinds."""
    other = {"name": "spare", "condition": spare, "media_type": "application/vnd.tspl", "dpi": 300}
    bench.tells_devices(label, others=(other,))


def said(packer: Handheld, code: str) -> tuple[str, str, Any]:
    reply = packer.scan(code)
    return reply["outcome"], reply["code"], reply["message"]


@on_both
def test_what_waits_in_front_of_a_printer_moves_once_that_has_given_it_back(
    floor: Floor, bench: Bench, packer: Handheld
) -> None:
    tells(bench)
    parcel_id = pack(floor, packer)
    (job,) = bench.asks()["jobs"]
    bench.reports(job["job_id"], "claimed", "blocked", why="paper_out", attempt=0)
    tells(bench, "paper_out")
    moved = packer.scan(SPARE.code)
    assert (moved["outcome"], moved["code"], moved["details"]["n"]) == ("completed", "label_moves", 1)
    assert (SPARE.code, packer.screen["step"]) == ("PRN-BENCH-1-SPARE", "scan_label")
    assert standing(floor, parcel_id) == ["1 blocked"], "its own program may have begun to print it meanwhile"
    assert packer.scan(SPARE.code)["code"] == "label_moves"
    assert bench.asks()["answers"] == [{"job_id": job["job_id"], "answer": "cancel"}]
    bench.reports(job["job_id"], "cancelled", why="cancelled")
    assert standing(floor, parcel_id) == ["1 cancelled", "2 queued"]
    assert jobs(floor, parcel_id)[1].at == SPARE, "as what that printer takes"
    assert packer.scan(floor.parcel("42").tracking_no)["code"] == "label_applied"


def test_one_that_prints_after_all_is_not_printed_again(floor: Floor, bench: Bench, packer: Handheld) -> None:
    tells(bench)
    parcel_id = pack(floor, packer)
    (job,) = bench.asks()["jobs"]
    bench.reports(job["job_id"], "claimed", "blocked", why="head_open", attempt=0)
    assert packer.scan(SPARE.code)["code"] == "label_moves"
    bench.reports(job["job_id"], "sending", "printed", why="counter")
    assert standing(floor, parcel_id) == ["1 printed"]


def test_a_label_that_no_program_has_heard_of_moves_at_once(floor: Floor, bench: Bench, packer: Handheld) -> None:
    tells(bench)
    parcel_id = pack(floor, packer)
    tells(bench, "offline")
    assert packer.scan(SPARE.code)["code"] == "label_moves"
    assert [(job.copy_number, job.state, job.at) for job in jobs(floor, parcel_id)] == [
        (1, "cancelled", LABEL),
        (2, "queued", SPARE),
    ]
    assert bench.asks()["jobs"] == [], "until it is made for that printer"


def test_a_doubtful_label_moves_only_when_somebody_has_looked(floor: Floor, bench: Bench, packer: Handheld) -> None:
    tells(bench)
    parcel_id = pack(floor, packer)
    (job,) = bench.asks()["jobs"]
    bench.reports(job["job_id"], "claimed", "sending", "doubtful", why="connection_lost")
    assert said(packer, SPARE.code)[:2] == ("confirm", "confirm_moved_not_printed")
    assert packer.scan("*SHORT*")["outcome"] == "refused"
    assert said(packer, SPARE.code)[:2] == ("confirm", "confirm_moved_not_printed"), "asked anew"
    assert standing(floor, parcel_id) == ["1 doubtful"]
    assert said(packer, SPARE.code)[:2] == ("completed", "label_moves")
    assert bench.asks()["answers"] == [{"job_id": job["job_id"], "answer": "not_printed"}]
    assert standing(floor, parcel_id) == ["1 doubtful", "2 queued"]
    assert said(packer, SPARE.code)[:2] == ("completed", "printer_is_well"), "it moves once"


@on_both
def test_a_label_in_the_printer_moves_only_when_somebody_has_looked(
    floor: Floor, bench: Bench, packer: Handheld
) -> None:
    tells(bench)
    parcel_id = pack(floor, packer)
    (job,) = bench.asks()["jobs"]
    tells(bench, "paper_out")
    assert packer.scan(SPARE.code)["code"] == "label_in_printer", "its program was told and has not said anything yet"
    bench.reports(job["job_id"], "claimed", "sending", "sent_unconfirmed", why="paper_out")
    assert said(packer, SPARE.code)[:2] == ("confirm", "confirm_moved_not_printed")
    assert standing(floor, parcel_id) == ["1 sent_unconfirmed"]
    assert said(packer, SPARE.code)[:2] == ("completed", "label_moves")
    assert bench.asks()["answers"] == [{"job_id": job["job_id"], "answer": "not_printed"}], "and to forget it"
    assert standing(floor, parcel_id) == ["1 sent_unconfirmed", "2 queued"]
    bench.reports(job["job_id"], "cancelled", why="person")
    assert packer.scan(floor.parcel("42").tracking_no)["code"] == "label_applied"
    assert standing(floor, parcel_id) == ["1 cancelled", "2 queued applied"]


def test_the_code_of_a_printer_says_how_it_is_where_no_label_waits(
    floor: Floor, bench: Bench, packer: Handheld
) -> None:
    tells(bench, spare="head_open")
    sheet = floor.database.reading(lambda session: sheet_of(session, floor.warehouse_id, Wanted("printers")))
    assert [label.command for label in sheet.labels if isinstance(label, CodeLabel)] == [LABEL.code, SPARE.code]
    assert said(packer, LABEL.code)[:2] == ("completed", "printer_is_well")
    outcome, code, message = said(packer, SPARE.code)
    assert (outcome, code, message["title"]) == (
        "refused", "printer_in_trouble", "Printer spare of BENCH-1: printer is open.",
    )  # fmt: skip
    # In the middle of an order, which stays as it is.
    parcel_id = pack(floor, packer)
    tells(bench, "paper_out", "head_open")
    devices = packer.client.get("/api/v1/bench/view?bench=BENCH-1").json["program"]["devices"]
    assert [device["kind"] for device in devices] == ["Scanner", "Printer label", "Printer spare"]
    before = here(packer)["task"]
    assert packer.scan(SPARE.code)["code"] == "printer_in_trouble", "no label moves from one trouble into another"
    assert (here(packer)["task"], standing(floor, parcel_id)) == (before, ["1 queued"])
    assert packer.scan("PRN-BENCH-9-LABEL")["code"] == "unknown_code"
    assert floor.handheld("EMP-2").scan(LABEL.code)["code"] == "wrong_kind", "whose work it is not"
