"""What is written down stays, is refused where it must be, and belongs to one program at a time."""

import json
from pathlib import Path
from uuid import uuid4

import pytest

from devices.journal import Evidence, Journal, JournalHeld
from devices.printers.model import Answer, State, Why
from tests.devices.conftest import new_job


def said(journal: Journal) -> list[tuple[str, str, int]]:
    bodies = [json.loads(report.body) for report in journal.reports(100)]
    return [(body["state"], body["why"], body["sequence"]) for body in bodies]


def test_codes_stay_in_order_until_they_are_answered(journal: Journal) -> None:
    ids = [journal.keep_code("hand", raw, None) for raw in ("A", "B", "C")]
    assert [code.raw for code in journal.codes(2)] == ["A", "B"]
    journal.forget_codes(journal.codes(2)[-1].number)
    assert [(code.code_id, code.raw) for code in journal.codes(9)] == [(ids[2], "C")]


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.keep_code("hand", "10L1\x1d21", "]C1")
    job = new_job()
    journal.take(job)
    journal.move(job.job_id, State.SENDING, Evidence(attempt=1, counter_before=7))
    journal.close()
    again = Journal(tmp_path)
    assert again.codes(1)[0].raw == "10L1\x1d21"
    found = again.oldest_open("label")
    assert found is not None
    assert (found.state, found.counter_before, found.content) == (State.SENDING, 7, job.content)
    assert said(again) == [("claimed", "", 1), ("sending", "", 2)]
    again.close()


def test_two_programs_do_not_share_a_journal(tmp_path: Path, journal: Journal) -> None:
    with pytest.raises(JournalHeld, match="stop it first"):
        Journal(tmp_path / "state")


def test_a_known_job_is_not_printed_again_but_told_again(journal: Journal) -> None:
    job = new_job()
    assert journal.take(job)
    assert not journal.take(job)
    assert said(journal) == [("claimed", "", 1)], "its report is still waiting"
    journal.forget_report(journal.reports(1)[0].number)
    assert not journal.take(job)
    assert said(journal) == [("claimed", "", 1)]


def test_damaged_bytes_are_refused(journal: Journal) -> None:
    job = new_job()
    damaged = new_job(job.content + b"x", job_id=job.job_id)
    journal.take(
        type(job)(*(damaged.job_id, damaged.label_id, 1, "label", job.media_type, "4567", job.sha256, damaged.content))
    )
    assert said(journal) == [("cancelled", Why.DAMAGED, 1)]
    assert journal.oldest_open("label") is None


def test_a_reprint_has_the_same_bytes_and_its_own_number(journal: Journal) -> None:
    first = new_job(b"^XA^XZ")
    journal.take(first)
    for copy_number, content, why in (
        (1, b"^XA^XZ", Why.COPY_EXISTS),
        (2, b"^XAother^XZ", Why.BYTES_DIFFER),
        (2, b"^XA^XZ", ""),
    ):
        journal.take(new_job(content, label_id=first.label_id, copy_number=copy_number))
        assert said(journal)[-1][1] == why


def test_what_may_be_half_printed_comes_before_what_is_new(journal: Journal) -> None:
    first, second = new_job(), new_job()
    journal.take(first)
    journal.take(second)
    journal.move(second.job_id, State.SENDING, Evidence(attempt=1))
    found = journal.oldest_open("label")
    assert found is not None
    assert found.job_id == second.job_id


def test_the_same_state_again_is_not_said_again(journal: Journal) -> None:
    job = new_job()
    journal.take(job)
    for _ in range(3):
        journal.move(job.job_id, State.BLOCKED, Evidence("paper_out", "paper is out"))
    assert [state for state, _, _ in said(journal)] == ["claimed", "blocked"]


def test_a_job_that_is_over_does_not_change(journal: Journal) -> None:
    job = new_job()
    journal.take(job)
    journal.move(job.job_id, State.PRINTED, Evidence(Why.COUNTER))
    assert not journal.answer(job.job_id, Answer.NOT_PRINTED)
    assert not journal.answer(uuid4(), Answer.CAME_OUT)
    with pytest.raises(AssertionError):
        journal.move(job.job_id, State.CLAIMED)


def test_a_write_that_fails_leaves_nothing_half_done(journal: Journal) -> None:
    with pytest.raises(TypeError):
        journal.move(uuid4(), State.SENDING)
    assert journal.keep_code("hand", "A", None)
    assert said(journal) == []


def test_bytes_of_old_jobs_are_forgotten_but_not_that_they_were_printed(journal: Journal) -> None:
    job, waiting = new_job(), new_job()
    journal.take(job)
    journal.take(waiting)
    journal.move(job.job_id, State.PRINTED, Evidence(Why.COUNTER))
    assert journal.forget_contents(before_ms=2**62) == 1
    assert journal.job(job.job_id).content == b""
    assert journal.job(waiting.job_id).content
    assert not journal.take(job)
