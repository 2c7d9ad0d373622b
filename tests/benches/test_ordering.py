"""Labels at benches: ordered with the closing scan, printed once, doubted aloud, copied by number, applied by scan."""

import threading
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.benches.bench import Bench, bytes_of, here, is_on_paper, jobs, make_label, on_both, pack, standing
from tests.support.floor import Floor, Handheld
from wms.bench.effects import ApplyLabel
from wms.bench.lookup import printer_of
from wms.bench.model import PRINTS_FOR, JobState, Printer, Report
from wms.bench.ordering import apply_label
from wms.bench.reports import take_report
from wms.labels.model import Medium
from wms.outbox.tables import OutboxMessage

WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
"""How many transactions wait for another one."""


def answer(packer: Handheld, job_id: object, said: str) -> tuple[int, str]:
    """Press one of the two buttons; status and code."""
    headers = {"X-CSRF-Token": packer.csrf_token}
    got = packer.client.post(f"/api/v1/bench/questions/{job_id}", json={"answer": said}, headers=headers)
    return got.status_code, (got.json or {}).get("code", "")


@on_both
def test_a_label_is_told_printed_once_and_applied_by_its_scan(floor: Floor, bench: Bench, packer: Handheld) -> None:
    parcel_id = pack(floor, packer)
    (job,) = bench.asks()["jobs"]
    assert (job["copy_number"], job["printer"], job["label_id"]) == (1, "label", str(parcel_id))
    assert job["tail"] == floor.parcel("42").tracking_no[-4:]
    assert bench.asks()["jobs"] == [job], "until its first state was reported, it comes with every answer"
    bench.reports(job["job_id"], "claimed")
    assert bench.asks() == {"jobs": [], "answers": []}
    bench.reports(job["job_id"], "sending", "sent_unconfirmed", "printed", why="counter")
    assert (standing(floor, parcel_id), is_on_paper(floor, parcel_id)) == (["1 printed"], True)
    # A report that comes twice changes nothing, nor does an older one.
    assert bench.post(f"/bench/jobs/{job['job_id']}/state", {"sequence": 2, "state": "doubtful"}).status_code == 200
    assert packer.screen["step"] == "scan_label"
    applied = bench.scans(floor.parcel("42").tracking_no)
    assert (applied["outcome"], applied["code"]) == ("completed", "label_applied")
    assert standing(floor, parcel_id) == ["1 printed applied"]
    assert here(packer)["task"] is None


def test_the_label_of_another_parcel_is_stopped_by_its_name(floor: Floor, bench: Bench, packer: Handheld) -> None:
    pack(floor, packer)
    bench.prints()
    assert packer.scan(floor.parcel("42").tracking_no)["code"] == "label_applied"
    second = pack(floor, packer, "43", "T-2")
    wrong = packer.scan(floor.parcel("42").tracking_no)
    assert (wrong["outcome"], wrong["code"], wrong["details"]["other"]) == ("refused", "wrong_label", "42")
    assert "42" in wrong["message"]["title"]
    assert standing(floor, second) == ["1 queued"]


@on_both
def test_without_a_program_at_the_bench_packing_ends_with_the_weight(floor: Floor, bench: Bench) -> None:
    floor.clock.forward(PRINTS_FOR)
    board = floor.handheld("EMP-1", "office").client.get("/office").text
    assert "<b>1</b> <span>Benches away, labels in doubt</span>" in board
    floor.put_stock("A-01 RED 1")
    floor.order("42", RED=1)
    hand = floor.handheld()
    hand.scans("T-1", "A-01", "RED", "T-1", "BENCH-1", "RED", "BOX-S")
    assert hand.scan("150g")["code"] == "parcel_closed"
    assert jobs(floor, floor.parcel("42").id) == []


@on_both
def test_a_doubtful_label_is_a_question_and_no_is_a_new_copy(floor: Floor, bench: Bench, packer: Handheld) -> None:
    parcel_id = pack(floor, packer)
    (job,) = bench.asks()["jobs"]
    bench.reports(job["job_id"], "claimed", "sending", "doubtful", why="connection_lost", words="look at it")
    asked = packer.client.get("/api/v1/bench/questions?bench=BENCH-1").json or {}
    (question,) = asked["questions"]
    assert (question["job_id"], question["tail"], question["why"]) == (job["job_id"], job["tail"], "connection_lost")
    office = floor.handheld("EMP-1", "office").client.get("/office/benches/troubled").text
    assert floor.parcel("42").tracking_no in office
    assert "label in doubt" in office
    assert bench.asks() == {"jobs": [], "answers": []}, "it is never sent again by itself"
    assert packer.scan("*REPRINT*")["code"] == "confirm_not_printed"
    assert answer(packer, job["job_id"], "not_printed") == (200, "")
    assert answer(packer, job["job_id"], "not_printed") == (200, "")
    told = bench.asks()
    assert told["answers"] == [{"job_id": job["job_id"], "answer": "not_printed"}]
    (copy,) = told["jobs"]
    assert (copy["copy_number"], copy["label_id"]) == (2, job["label_id"])
    assert bytes_of(copy) == bytes_of(job)
    bench.reports(job["job_id"], "cancelled", why="person")
    bench.prints()
    assert answer(packer, job["job_id"], "came_out") == (409, "nothing_to_answer")
    assert packer.scan(floor.parcel("42").tracking_no)["code"] == "label_applied"
    assert standing(floor, parcel_id) == ["1 cancelled", "2 printed applied"]


def test_the_scan_of_a_doubtful_label_is_told_to_the_bench(floor: Floor, bench: Bench, packer: Handheld) -> None:
    parcel_id = pack(floor, packer)
    (job,) = bench.asks()["jobs"]
    bench.reports(job["job_id"], "claimed", "sending", "doubtful", why="agent_restarted")
    assert packer.scan(floor.parcel("42").tracking_no)["code"] == "label_applied"
    assert bench.asks()["answers"] == [{"job_id": job["job_id"], "answer": "came_out"}]
    bench.reports(job["job_id"], "printed", why="person")
    assert bench.asks() == {"jobs": [], "answers": []}
    assert standing(floor, parcel_id) == ["1 printed applied"]


def test_a_label_scanned_before_its_bench_said_anything_of_it_is_no_doubt_later(
    floor: Floor, bench: Bench, packer: Handheld
) -> None:
    parcel_id = pack(floor, packer)
    (job,) = bench.asks()["jobs"]
    assert packer.scan(floor.parcel("42").tracking_no)["code"] == "label_applied"
    assert bench.asks()["answers"] == [{"job_id": job["job_id"], "answer": "came_out"}]
    bench.reports(job["job_id"], "claimed", "sending", "doubtful", why="nothing_printed")
    assert bench.asks()["answers"] == [{"job_id": job["job_id"], "answer": "came_out"}], "or the printer stands still"
    bench.reports(job["job_id"], "printed", why="person")
    assert (standing(floor, parcel_id), bench.asks()["answers"]) == (["1 printed applied"], [])


@pytest.mark.parametrize("floor", ["postgresql"], indirect=True)
def test_the_bench_reports_a_label_while_it_is_scanned(floor: Floor, bench: Bench, packer: Handheld) -> None:
    """SQLite has one writer at a time."""
    parcel_id = pack(floor, packer)
    (job,) = bench.asks()["jobs"]
    bench.reports(job["job_id"], "claimed", "sending", "doubtful", why="connection_lost")
    reported, now = threading.Event(), floor.clock.now()

    def report(session: Session) -> None:
        printed = Report(9, JobState.PRINTED, "counter", "", 1, 5)
        refusal = take_report(session, floor.warehouse_id, "BENCH-1", UUID(job["job_id"]), printed, now=now)
        assert refusal is None
        reported.set()
        for _ in range(1000):
            if floor.database.reading(lambda other: other.execute(WAITING).scalar_one()):
                return
            threading.Event().wait(0.01)

    reporting = threading.Thread(target=lambda: floor.database.in_transaction(report))
    reporting.start()
    assert reported.wait(30)
    scanned = ApplyLabel(parcel_id)
    floor.database.in_transaction(lambda session: apply_label(session, floor.warehouse_id, scanned, now=now))
    reporting.join()
    assert (standing(floor, parcel_id), bench.asks()) == (["1 printed applied"], {"jobs": [], "answers": []})


@on_both
def test_of_a_label_that_is_on_its_box_no_other_copy_is_printed(floor: Floor, bench: Bench, packer: Handheld) -> None:
    parcel_id = pack(floor, packer)
    (job,) = bench.asks()["jobs"]
    bench.reports(job["job_id"], "claimed", "sending", "doubtful", why="connection_lost")
    assert answer(packer, job["job_id"], "not_printed") == (200, "")
    assert packer.scan(floor.parcel("42").tracking_no)["code"] == "label_applied", "it was found after all"
    assert bench.asks() == {"jobs": [], "answers": [{"job_id": job["job_id"], "answer": "came_out"}]}
    assert standing(floor, parcel_id) == ["1 doubtful applied", "2 cancelled"]


def test_a_copy_the_bench_was_told_of_is_called_off_and_turns_doubtful_all_the_same(
    floor: Floor, bench: Bench, packer: Handheld
) -> None:
    parcel_id = pack(floor, packer)
    (job,) = bench.asks()["jobs"]
    bench.reports(job["job_id"], "claimed", "sending", "doubtful", why="connection_lost")
    answer(packer, job["job_id"], "not_printed")
    (copy,) = bench.asks()["jobs"]
    packer.scan(floor.parcel("42").tracking_no)
    assert {"job_id": copy["job_id"], "answer": "cancel"} in bench.asks()["answers"]
    bench.reports(copy["job_id"], "claimed", "sending", "doubtful", why="connection_lost")
    assert answer(packer, copy["job_id"], "not_printed") == (200, "")
    assert standing(floor, parcel_id) == ["1 doubtful applied", "2 doubtful"], "and no third one is ordered"


def test_a_label_that_waits_in_the_printer_is_not_ordered_again(floor: Floor, bench: Bench, packer: Handheld) -> None:
    parcel_id = pack(floor, packer)
    (job,) = bench.asks()["jobs"]
    bench.reports(job["job_id"], "claimed", "sending", "sent_unconfirmed", why="paper_out")
    assert packer.scan("*REPRINT*")["code"] == "label_underway"
    bench.reports(job["job_id"], "printed", why="counter")
    assert packer.scan("*REPRINT*")["code"] == "label_ordered"
    second = bench.prints()
    assert (second["copy_number"], second["sha256"]) == (2, job["sha256"])
    assert standing(floor, parcel_id) == ["1 printed", "2 printed"]


def test_a_copy_that_is_asked_for_later_comes_out_at_the_bench_that_printed(
    floor: Floor, bench: Bench, packer: Handheld
) -> None:
    parcel_id, number = pack(floor, packer), floor.parcel("42").tracking_no
    (job,) = bench.asks()["jobs"]

    def ask(copy_no: int) -> tuple[int, str]:
        path, headers = f"/api/v1/labels/{number}/copies", {"X-CSRF-Token": packer.csrf_token}
        got = packer.client.post(path, json={"copy_no": copy_no}, headers=headers)
        return got.status_code, (got.json or {}).get("code", "")

    assert ask(2) == (409, "label_underway")
    bench.reports(job["job_id"], "claimed", "sending", "printed", why="counter")
    packer.scan(number)
    assert ask(2) == (202, "")
    assert ask(2) == (200, ""), "asked for before"
    assert bench.prints()["copy_number"] == 2
    assert standing(floor, parcel_id) == ["1 printed applied", "2 printed"]


def test_a_parcel_put_aside_is_labelled_when_its_label_is_scanned(floor: Floor, bench: Bench, packer: Handheld) -> None:
    parcel_id = pack(floor, packer)
    (job,) = bench.asks()["jobs"]
    bench.reports(job["job_id"], "claimed", "blocked", why="paper_out", attempt=0)
    assert packer.scan("*SKIP*")["code"] == "confirm_put_off"
    assert packer.scan("*SKIP*")["code"] == "label_put_off"
    bench.reports(job["job_id"], "sending", "printed", why="counter")
    bench.scans(floor.parcel("42").tracking_no)
    assert standing(floor, parcel_id) == ["1 printed applied"]


@on_both
def test_a_label_moves_only_where_its_printer_cannot_hold_it(floor: Floor, bench: Bench, packer: Handheld) -> None:
    parcel_id = pack(floor, packer)
    supervisor = floor.handheld("EMP-1")
    (job,) = bench.asks()["jobs"]

    def move(printer: str = "label") -> str:
        got = supervisor.client.post(
            f"/api/v1/bench/jobs/{job['job_id']}/move",
            json={"bench": "BENCH-1", "printer": printer},
            headers={"X-CSRF-Token": supervisor.csrf_token},
        )
        assert got.status_code in (202, 409), got.text
        return str((got.json or {}).get("code", ""))

    assert move("nothing") == "no_such_printer"
    assert move() == "label_may_come_out", "it was told of: perhaps it is being sent just now"
    bench.reports(job["job_id"], "claimed", "sending", "blocked", why="proven_unprinted")
    assert move() == "label_may_come_out"
    bench.reports(job["job_id"], "blocked", why="paper_out", attempt=0)
    assert move() == ""
    assert bench.asks() == {"jobs": [], "answers": [{"job_id": job["job_id"], "answer": "cancel"}]}
    assert standing(floor, parcel_id) == ["1 blocked"], "only the bench's word sets it free"
    bench.reports(job["job_id"], "cancelled", why="cancelled")
    assert standing(floor, parcel_id) == ["1 cancelled", "2 queued"]


def test_a_moved_label_that_began_to_print_meanwhile_is_a_question(
    floor: Floor, bench: Bench, packer: Handheld
) -> None:
    parcel_id = pack(floor, packer)
    supervisor = floor.handheld("EMP-1", "office")
    (job,) = bench.asks()["jobs"]
    bench.reports(job["job_id"], "claimed", "blocked", why="paper_out", attempt=0)
    moved = supervisor.client.post(
        f"/api/v1/bench/jobs/{job['job_id']}/move",
        json={"bench": "BENCH-1", "printer": "label"},
        headers={"X-CSRF-Token": supervisor.csrf_token},
    )
    assert moved.status_code == 202
    bench.reports(job["job_id"], "sending", "doubtful", why="connection_lost")
    view = packer.client.get("/api/v1/bench/view?bench=BENCH-1").json or {}
    assert (view["parcel"]["label"]["state"], view["parcel"]["label"]["job"]) == ("doubtful", job["job_id"])
    assert "somebody at the bench has to look" in supervisor.client.get("/office/bench-labels").text
    assert answer(packer, job["job_id"], "not_printed") == (200, "")
    assert bench.asks() == {"jobs": [], "answers": [{"job_id": job["job_id"], "answer": "not_printed"}]}
    bench.reports(job["job_id"], "cancelled", why="person")
    assert standing(floor, parcel_id) == ["1 cancelled", "2 queued"]


@on_both
def test_a_copy_is_not_moved_once_another_one_is_on_the_box(floor: Floor, bench: Bench, packer: Handheld) -> None:
    parcel_id, supervisor = pack(floor, packer), floor.handheld("EMP-1", "office")
    bench.prints()
    assert packer.scan("*REPRINT*")["code"] == "label_ordered"
    (copy,) = bench.asks()["jobs"]
    bench.reports(copy["job_id"], "claimed", "blocked", why="paper_out", attempt=0)
    supervisor.client.post(
        f"/api/v1/bench/jobs/{copy['job_id']}/move",
        json={"bench": "BENCH-1", "printer": "label"},
        headers={"X-CSRF-Token": supervisor.csrf_token},
    )
    packer.scan(floor.parcel("42").tracking_no)
    bench.reports(copy["job_id"], "cancelled", why="cancelled")
    assert standing(floor, parcel_id) == ["1 printed applied", "2 cancelled"]


def test_a_bench_reports_its_own_jobs_and_only_what_can_be(floor: Floor, bench: Bench, packer: Handheld) -> None:
    pack(floor, packer)
    (job,) = bench.asks()["jobs"]
    bench.reports(job["job_id"], "claimed", "sending", "printed")
    impossible = bench.reports(job["job_id"], "doubtful")
    assert (impossible.status_code, impossible.json["code"]) == (409, "state_not_possible")
    assert bench.post("/bench/jobs/00000000-0000-7000-8000-000000000000/state",
                      {"sequence": 1, "state": "claimed"}).status_code == 404  # fmt: skip
    assert bench.reports(job["job_id"], "queued").status_code == 400


def test_a_label_is_made_for_the_printer_of_its_bench(floor: Floor, bench: Bench, packer: Handheld) -> None:
    paper = {"name": "a4", "kind": "printer", "condition": "ready", "words": "", "media_type": "application/pdf"}
    tspl = {**paper, "name": "b", "media_type": "application/vnd.tspl"}
    unheard_of = {**paper, "name": "b", "media_type": "application/vnd.tspl", "dpi": 600}
    fine = {**paper, "name": "fine", "media_type": "application/vnd.zebra-zpl", "dpi": 300}

    def has(*devices: object) -> Printer | None:
        body = {"bench": "BENCH-1", "devices": devices}
        assert bench.client.put("/api/v1/bench/devices", json=body, headers=bench.headers).status_code == 200
        now = floor.clock.now()
        return floor.database.reading(lambda session: printer_of(session, floor.warehouse_id, "BENCH-1", now))

    assert has(unheard_of) is None, "we make no labels of this kind: as if there were no printer"
    assert has(paper, unheard_of) == Printer("BENCH-1", "a4", Medium.PDF)
    assert has(paper, tspl) == Printer("BENCH-1", "b", Medium.TSPL_203)
    assert has(paper, unheard_of, fine) == Printer("BENCH-1", "fine", Medium.ZPL_300)
    parcel_id = pack(floor, packer)
    (job,) = bench.asks()["jobs"]
    assert (job["printer"], job["media_type"]) == ("fine", "application/vnd.zebra-zpl")
    assert job["label_id"] != str(parcel_id), "its bytes are others than those of the usual label"
    (asked,) = floor.database.reading(lambda session: session.execute(select(OutboxMessage.payload)).scalars().all())
    assert '"medium": "zpl_300"' in asked


def test_a_label_that_is_not_made_yet_is_neither_told_nor_copied(floor: Floor, bench: Bench, packer: Handheld) -> None:
    floor.put_stock("A-01 RED 1")
    floor.order("42", RED=1)
    floor.handheld("EMP-2").scans("T-1", "A-01", "RED")
    packer.scans("T-1", "RED", "BOX-S", "150g")
    assert bench.asks() == {"jobs": [], "answers": []}
    assert packer.scan("*REPRINT*")["code"] == "label_underway"
    parcel_id, supervisor = floor.parcel("42").id, floor.handheld("EMP-1")
    (job,) = jobs(floor, parcel_id)
    moved = supervisor.client.post(
        f"/api/v1/bench/jobs/{job.id}/move",
        json={"bench": "BENCH-1", "printer": "label"},
        headers={"X-CSRF-Token": supervisor.csrf_token},
    )
    assert (moved.status_code, (moved.json or {})["code"]) == (409, "label_not_ready")
    make_label(floor, parcel_id)
    assert len(bench.asks()["jobs"]) == 1


def test_labels_that_their_carrier_does_not_give_hold_back_no_other(
    floor: Floor, bench: Bench, packer: Handheld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wms.bench.jobs.MOST_AT_ONCE", 1)
    floor.put_stock("A-01 RED 1")
    floor.order("42", RED=1)
    floor.handheld("EMP-2").scans("T-1", "A-01", "RED")
    packer.scans("T-1", "RED", "BOX-S", "150g")
    packer.scan("*SKIP*")
    packer.scan("*SKIP*")
    first, second = floor.parcel("42").id, pack(floor, packer, "43", "T-2")
    assert [job["label_id"] for job in bench.asks()["jobs"]] == [str(second)]
    make_label(floor, first)
    assert [job["label_id"] for job in bench.asks()["jobs"]] == [str(first)], "one at once, in their order"
