"""A platform's payloads through its own component, over a real WebSocket: one task per job, and never a second one.

Its component answers late, half, in garbage, not at all, and dies at each message: nothing is lost without a word.
"""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

import pytest

from devices.health import Condition, HealthBoard
from devices.journal import Journal
from devices.printers.cainiao import CainiaoPrinter, Component
from devices.printers.cainiao_messages import Stage, heard_in, print_task
from devices.printers.model import Answer, Job, State, Why
from devices.printers.worker import PrinterWorker
from devices.simulation.component import PRINTER, Moment, SimulatedComponent, component_at, seal
from tests.devices.conftest import QUICK, new_job

NUMBER = "LP00112233445566"
HURRIED = replace(QUICK, reply_ms=300, silence_ms=300, print_ms=1500)
"""For a component that says nothing: each silence costs its whole time."""


@dataclass
class Desk:
    component: SimulatedComponent
    journal: Journal
    address: str
    worker: PrinterWorker
    stop: threading.Event

    def order(self, payload: bytes = b"", copy_number: int = 1) -> UUID:
        job = new_job(payload or seal(NUMBER), printer="cainiao", media_type="application/x-cainiao")
        self.journal.take(replace(job, copy_number=copy_number))
        return job.job_id

    def step(self, job_id: UUID) -> Job:
        self.worker.step()
        return self.journal.job(job_id)

    def hurry(self) -> None:
        self.worker = _worker(self.address, self.journal, self.stop, hurried=True)


def _worker(address: str, journal: Journal, stop: threading.Event, *, hurried: bool = False) -> PrinterWorker:
    patience = HURRIED if hurried else QUICK
    printer = CainiaoPrinter(Component(address), journal, lambda *word: None, stop, patience)
    return PrinterWorker("cainiao", printer, journal, HealthBoard(), patience)


@pytest.fixture
def desk(journal: Journal, stop: threading.Event) -> Iterator[Desk]:
    component = SimulatedComponent()
    with component_at(component) as address:
        yield Desk(component, journal, address, _worker(address, journal, stop), stop)
        stop.set()


@pytest.mark.parametrize("says_documents", [False, True])
def test_a_job_is_one_task_under_its_own_name(desk: Desk, says_documents: bool) -> None:
    desk.component.says_documents = says_documents
    job = desk.step(desk.order())
    assert (job.state, job.why, job.attempt) == (State.PRINTED, Why.SPOOLER, 1)
    assert (desk.component.tasks, desk.component.printed) == ({str(job.job_id): "printed"}, [NUMBER])


@pytest.mark.parametrize("says_documents", [False, True])
def test_what_it_took_and_could_not_print_is_asked_about_in_its_words(desk: Desk, says_documents: bool) -> None:
    desk.component.fails, desk.component.says_documents = "模板下载失败", says_documents
    job = desk.step(desk.order())
    assert (job.state, job.why) == (State.DOUBTFUL, Why.COMPONENT_FAILED)
    report = json.loads(desk.journal.reports(9)[-1].body)
    assert report["words"].startswith("its component says: 模板下载失败. Did the label ending in")
    assert desk.step(job.job_id).state is State.DOUBTFUL
    desk.journal.answer(job.job_id, Answer.NOT_PRINTED)
    assert desk.step(job.job_id).state is State.CANCELLED
    assert list(desk.component.tasks) == [str(job.job_id)], "it was handed over once"


def test_what_it_refuses_waits_and_is_the_same_task_later(desk: Desk) -> None:
    desk.component.refuses = "打印机不存在"
    job = desk.step(desk.order())
    assert (job.state, job.why) == (State.BLOCKED, Condition.FAULT)
    desk.component.refuses = ""
    assert desk.step(job.job_id).state is State.PRINTED
    assert desk.component.printed == [NUMBER]


@pytest.mark.parametrize(
    ("moment", "state", "why", "papers"),
    [
        (Moment.LIST, State.BLOCKED, Condition.OFFLINE, 0),
        (Moment.TASK, State.DOUBTFUL, Why.CONNECTION_LOST, 0),
        (Moment.TAKEN, State.DOUBTFUL, Why.CONNECTION_LOST, 0),
        (Moment.PRINTED, State.PRINTED, Why.SPOOLER, 1),
    ],
)
def test_wherever_the_line_is_cut_nothing_is_handed_over_again_unasked(
    desk: Desk, moment: Moment, state: State, why: str, papers: int
) -> None:
    desk.hurry()
    desk.component.cuts_at = {moment}
    job = desk.step(desk.order())
    assert (job.state, job.why, len(desk.component.printed)) == (state, why, papers)
    if state is State.BLOCKED:
        assert desk.step(job.job_id).state is State.PRINTED, "nothing was sent yet"
        return
    before = dict(desk.component.tasks)
    desk.step(job.job_id)
    assert desk.component.tasks == before
    if state is State.DOUBTFUL:
        desk.journal.answer(job.job_id, Answer.CAME_OUT)
        assert desk.step(job.job_id).state is State.PRINTED


def test_one_that_forgot_the_task_proves_nothing(desk: Desk) -> None:
    desk.component.cuts_at, desk.component.forgets = {Moment.PRINTED}, True
    job = desk.step(desk.order())
    assert (job.state, job.why, desk.component.printed) == (State.DOUBTFUL, Why.CONNECTION_LOST, [NUMBER])


def test_half_answers_are_none(desk: Desk) -> None:
    desk.hurry()
    desk.component.garbles = True
    job = desk.step(desk.order())
    assert (job.state, job.why, desk.component.tasks) == (State.BLOCKED, Condition.UNREADABLE, {})
    desk.component.garbles, desk.component.cuts_at = False, set()
    assert desk.step(job.job_id).state is State.PRINTED


def test_silence_after_the_task_is_a_doubt_and_a_late_word_is_none(desk: Desk) -> None:
    desk.hurry()
    desk.component.is_mute = False
    desk.component.late_seconds = 0.2
    assert desk.step(desk.order()).state is State.PRINTED
    desk.component.late_seconds, desk.component.forgets = 0, True
    job_id = desk.order()
    desk.component.print_waybill = lambda number: setattr(desk.component, "is_mute", True)
    job = desk.step(job_id)
    assert (job.state, job.why) == (State.DOUBTFUL, Why.COMPONENT_SILENT)
    assert len(desk.component.tasks) == 2


def test_the_program_that_died_asks_and_hands_nothing_over_again(desk: Desk) -> None:
    job = desk.step(desk.order())
    other = desk.order()
    desk.component.tasks[str(other)] = "printed"
    desk.journal.move(other, State.SENDING)
    assert desk.step(other).state is State.PRINTED
    lost = desk.order()
    desk.journal.move(lost, State.SENDING)
    found = desk.step(lost)
    assert (found.state, found.why) == (State.DOUBTFUL, Why.AGENT_RESTARTED)
    assert list(desk.component.tasks) == [str(job.job_id), str(other)]


def test_how_it_stands_is_said_in_words(desk: Desk, journal: Journal, stop: threading.Event) -> None:
    def looks(component: Component) -> tuple[Condition, str]:
        found = CainiaoPrinter(component, journal, lambda *word: None, stop, HURRIED).look()
        return found.condition, found.words

    assert looks(Component(desk.address)) == (Condition.READY, f"ready: {PRINTER} of the component")
    condition, words = looks(Component(desk.address, "Zebra"))
    assert (condition, words) == (Condition.FAULT, f"its component has no printer 'Zebra', but: {PRINTER}")
    desk.component.printers[PRINTER] = "disable"
    assert looks(Component(desk.address))[0] is Condition.OFFLINE
    desk.component.is_mute = True
    assert looks(Component(desk.address))[0] is Condition.SILENT
    assert looks(Component("ws://127.0.0.1:9"))[1] == "its component is not running on this computer: start it"


def test_a_payload_that_no_component_could_read_is_not_handed_over(desk: Desk) -> None:
    job = desk.step(desk.order(b"\x00sealed"))
    assert (job.state, job.why, desk.component.tasks) == (State.CANCELLED, Why.DAMAGED, {})


def test_a_word_about_another_task_is_none_about_ours() -> None:
    assert heard_in('{"cmd": "notifyPrintResult", "taskID": "b", "taskStatus": "printed"}', "a") is None
    assert heard_in('{"cmd": "notifyPrintResult", "taskID": "a", "taskStatus": "?"}', "a") is None
    assert heard_in('{"cmd": "print", "requestID": "b", "status": "failed"}', "a") is None
    assert heard_in('["print"]', "a") is None
    said = heard_in('{"cmd": "notifyTaskResult", "taskId": "a", "status": "failed", "code": 7, "detail": "d"}', "a")
    assert said is not None
    assert (said.stage, said.words) == (Stage.FAILED, "d")


def test_what_the_platform_adds_below_the_waybill_goes_along() -> None:
    task = json.loads(print_task("a", "P", b'[{"encryptedData": "x"}, {"templateURL": "y"}]', "1.0"))["task"]
    assert task["documents"] == [{"documentID": "a", "contents": [{"encryptedData": "x"}, {"templateURL": "y"}]}]
