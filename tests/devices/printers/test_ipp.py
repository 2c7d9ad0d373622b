"""Documents through a spooler: by name, never twice, and doubtful where the spooler cannot say."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest

from devices.health import Condition, HealthBoard
from devices.journal import Journal
from devices.printers.ipp import IppPrinter
from devices.printers.ipp_message import NotIpp, read_answer
from devices.printers.model import Answer, Job, State, Why
from devices.printers.worker import PrinterWorker
from devices.simulation.spooler import ABORTED, COMPLETED, Spooler, message, spooling
from tests.devices.conftest import QUICK, new_job

DOCUMENT = b"%PDF-1.7 one page"


@dataclass
class Office:
    spooler: Spooler
    journal: Journal
    worker: PrinterWorker
    said: list[tuple[Condition, str]]

    def order(self) -> UUID:
        job = new_job(DOCUMENT, printer="office", media_type="application/pdf")
        self.journal.take(job)
        return job.job_id

    def step(self, job_id: UUID) -> Job:
        self.worker.step()
        return self.journal.job(job_id)


@pytest.fixture
def office(journal: Journal, stop: threading.Event) -> Iterator[Office]:
    spooler, said = Spooler(), list[tuple[Condition, str]]()
    with spooling(spooler) as uri:
        printer = IppPrinter(uri, journal, lambda *word: said.append(word), stop, QUICK)
        yield Office(spooler, journal, PrinterWorker("office", printer, journal, HealthBoard(), QUICK), said)
        stop.set()


def test_a_document_is_handed_over_under_the_name_of_its_job(office: Office) -> None:
    job = office.step(office.order())
    assert (job.state, job.why, job.attempt) == (State.PRINTED, Why.SPOOLER, 1)
    assert office.spooler.jobs == {1: (str(job.job_id), DOCUMENT, COMPLETED)}


def test_an_answer_that_was_lost_is_looked_up_by_name(office: Office) -> None:
    office.spooler.cut_after = True
    job = office.step(office.order())
    assert job.state is State.PRINTED
    assert len(office.spooler.jobs) == 1


def test_a_document_that_never_arrived_is_doubtful_and_not_sent_again(office: Office) -> None:
    office.spooler.cut_before = True
    job = office.step(office.order())
    assert (job.state, job.why) == (State.DOUBTFUL, Why.SPOOLER_FORGOT)
    assert office.step(job.job_id).state is State.DOUBTFUL
    assert office.spooler.jobs == {}
    office.journal.answer(job.job_id, Answer.NOT_PRINTED)
    assert office.step(job.job_id).state is State.CANCELLED


def test_a_job_that_the_spooler_gave_up_is_doubtful(office: Office) -> None:
    office.spooler.finishes = False
    job_id = office.order()
    thread = threading.Thread(target=office.worker.step)
    thread.start()
    _until(lambda: bool(office.spooler.jobs))
    name, document, _ = office.spooler.jobs[1]
    office.spooler.jobs[1] = (name, document, ABORTED)
    thread.join()
    job = office.journal.job(job_id)
    assert (job.state, job.why) == (State.DOUBTFUL, Why.SPOOLER_GAVE_UP)
    office.journal.answer(job_id, Answer.CAME_OUT)
    assert office.step(job_id).state is State.PRINTED


def test_a_fault_while_it_waits_is_told_and_waited_for(office: Office) -> None:
    office.spooler.finishes = False
    job_id = office.order()
    thread = threading.Thread(target=office.worker.step)
    thread.start()
    _until(lambda: bool(office.spooler.jobs))
    office.spooler.reasons = ["media-empty-error"]
    _until(lambda: office.journal.job(job_id).why == Condition.PAPER_OUT)
    assert office.journal.job(job_id).state is State.SENT_UNCONFIRMED
    name, document, _ = office.spooler.jobs[1]
    office.spooler.jobs[1] = (name, document, COMPLETED)
    thread.join()
    assert office.journal.job(job_id).state is State.PRINTED


def test_a_job_the_spooler_forgot_is_doubtful(office: Office) -> None:
    office.spooler.finishes = False
    job_id = office.order()
    thread = threading.Thread(target=office.worker.step)
    thread.start()
    _until(lambda: bool(office.spooler.jobs))
    office.spooler.jobs.clear()
    thread.join()
    assert office.journal.job(job_id).why == Why.SPOOLER_FORGOT


@pytest.mark.parametrize(
    ("reasons", "state", "accepts", "condition"),
    [
        (["media-empty-error"], 5, True, Condition.PAPER_OUT),
        (["cover-open"], 3, True, Condition.HEAD_OPEN),
        (["paused"], 5, True, Condition.PAUSED),
        (["offline-report", "toner-empty"], 3, True, Condition.RIBBON_OUT),
        (["other"], 5, True, Condition.FAULT),
        (["none"], 3, False, Condition.PAUSED),
    ],
)
def test_a_printer_that_cannot_print_gets_nothing(
    office: Office, reasons: list[str], state: int, accepts: bool, condition: Condition
) -> None:
    office.spooler.reasons, office.spooler.printer_state, office.spooler.accepts = reasons, state, accepts
    job = office.step(office.order())
    assert (job.state, job.why, job.attempt) == (State.BLOCKED, condition, 0)
    assert office.spooler.jobs == {}


def test_warnings_do_not_stop_it(office: Office) -> None:
    office.spooler.reasons = ["toner-low-warning", "media-low-report"]
    assert office.step(office.order()).state is State.PRINTED


def test_a_refused_document_is_named_and_was_not_printed(office: Office) -> None:
    office.spooler.refuses_with = 0x040A
    job = office.step(office.order())
    assert job.state is State.BLOCKED
    assert "refuses this document" in office.said[-1][1]
    office.journal.answer(job.job_id, Answer.CANCEL)
    assert office.step(job.job_id).state is State.CANCELLED


def test_an_address_that_is_no_printer_is_named(office: Office) -> None:
    office.spooler.garbage = True
    job = office.step(office.order())
    assert (job.state, job.why) == (State.BLOCKED, Condition.OFFLINE)


def test_an_agent_that_died_while_sending_asks_the_spooler(office: Office) -> None:
    from devices.journal import Evidence

    job_id = office.order()
    office.journal.move(job_id, State.SENDING, Evidence(attempt=1))
    office.spooler.jobs[1] = (str(job_id), DOCUMENT, COMPLETED)
    assert office.step(job_id).state is State.PRINTED
    assert len(office.spooler.jobs) == 1


@pytest.mark.parametrize("length", range(0, 70, 3))
def test_a_cut_answer_is_no_answer(length: int) -> None:
    whole = message(0, 7, [(0x02, [(0x21, "job-id", b"\0\0\0\7")])])
    with pytest.raises(NotIpp):
        read_answer(whole[: min(length, len(whole) - 1)])
    assert read_answer(whole).objects == ({"job-id": (7,)},)


def _until(holds: object) -> None:
    deadline = time.monotonic() + 10
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.002)
