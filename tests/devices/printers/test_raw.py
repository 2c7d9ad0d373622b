"""Nothing is lost, nothing comes out twice unsaid, and whoever cannot know says so: over sockets and pseudo-
terminals.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from devices.health import Condition
from devices.journal import Evidence
from devices.printers.model import Answer, State, Why
from devices.simulation.printer import Fault, Language, Manner
from tests.devices.conftest import HASTY, QUICK, label_of, new_job, tspl_label_of
from tests.devices.printers.bench import Bench, bench

WIRES = ("tcp", "socket", "serial")
LONG_MOTION_MS = 1500
"""Long enough that the paper can run out while a label moves, however late this machine notices that it does."""


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("counter", [True, False])
@pytest.mark.parametrize("language", list(Language))
def test_labels_come_out_once_each_in_order(tmp_path: Path, wire: str, counter: bool, language: Language) -> None:
    # Long enough that a printer of which only "printing" can be seen is seen printing, however busy this machine is.
    motion_ms = 400 if language is Language.TSPL and not counter else 20
    with bench(tmp_path, wire=wire, counter=counter, language=language, motion_ms=motion_ms) as here:
        for _ in range(3):
            job = here.print_one()
            assert (job.state, job.attempt) == (State.PRINTED, 1)
            assert job.why == (Why.COUNTER if counter else Why.STATUS)
        assert [here.copies_of(job) for job in here.jobs] == [1, 1, 1]
        assert len(here.paper) == 3


def check_after_a_cut(here: Bench, *, counter: bool, breaks: bool = True) -> None:
    """One label that something happens to, and one afterwards to which nothing does.

    `breaks`: the wire breaks with the printer. Otherwise a missing answer is all there is to see, and a machine that
    was too busy to hear one in time makes a label doubtful, too.
    """
    job = here.print_one()
    if counter:
        assert job.state is State.PRINTED, job
        assert here.copies_of(job.job_id) == 1
    else:
        assert here.copies_of(job.job_id) <= 1
        if job.state is State.DOUBTFUL:
            over = here.look_and_answer(job)
            assert over.state is (State.PRINTED if here.copies_of(job.job_id) else State.CANCELLED)
        else:
            assert here.copies_of(job.job_id) == 1
    after = here.print_one()
    if not counter and not breaks and after.state is State.DOUBTFUL:
        after = here.look_and_answer(after)
    assert after.state is State.PRINTED
    assert here.copies_of(after.job_id) == 1


@pytest.mark.parametrize("counter", [True, False])
@pytest.mark.parametrize("hangs", [False, True])
def test_power_cut_at_every_byte_of_a_label(tmp_path: Path, counter: bool, hangs: bool) -> None:
    with bench(tmp_path, counter=counter, hangs=hangs, patience=HASTY if hangs else QUICK) as here:
        length = len(label_of(here.order()))
        here.work(here.jobs[0])
        for byte in range(0, length, 23 if hangs else 1):
            here.machine.cut_at_byte = byte
            cuts = here.machine.power_cuts
            check_after_a_cut(here, counter=counter)
            assert here.machine.power_cuts == cuts + 1


def test_power_cut_at_every_byte_of_a_tspl_label(tmp_path: Path) -> None:
    with bench(tmp_path, language=Language.TSPL, motion_ms=5) as here:
        for byte in range(len(tspl_label_of(new_job().job_id))):
            here.machine.cut_at_byte = byte
            check_after_a_cut(here, counter=True)
            assert here.machine.power_cuts == byte + 1


@pytest.mark.parametrize("wire", ["socket", "serial"])
@pytest.mark.parametrize("counter", [True, False])
def test_power_cut_within_a_label_where_the_line_stays_up(tmp_path: Path, wire: str, counter: bool) -> None:
    with bench(tmp_path, wire=wire, counter=counter, patience=HASTY) as here:
        here.machine.boot_ms = 150
        for number, byte in enumerate((0, 1, 40, 70, 80)):
            here.machine.cut_at_byte = byte
            check_after_a_cut(here, counter=counter, breaks=False)
            assert here.machine.power_cuts == number + 1


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("counter", [True, False])
@pytest.mark.parametrize("moment", ["cut_before_motion", "cut_after_motion"])
def test_power_cut_around_the_movement_of_the_paper(tmp_path: Path, wire: str, counter: bool, moment: str) -> None:
    with bench(tmp_path, wire=wire, counter=counter, patience=HASTY) as here:
        # What breaks no connection is seen by the answers that are missing while the printer starts.
        here.machine.boot_ms = 150
        for _ in range(3):
            setattr(here.machine, moment, True)
            check_after_a_cut(here, counter=counter, breaks=wire == "tcp")


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("counter", [True, False])
@pytest.mark.parametrize("manner", [manner for manner in Manner if manner is not Manner.WHOLE])
@pytest.mark.parametrize("questions", [1, 2, 4])
def test_bad_answers_neither_lose_nor_repeat_a_label(
    tmp_path: Path, wire: str, counter: bool, manner: Manner, questions: int
) -> None:
    with bench(tmp_path, wire=wire, counter=counter, motion_ms=5, patience=HASTY) as here:
        here.machine.manner, here.machine.badly_answered = manner, questions
        check_after_a_cut(here, counter=counter, breaks=wire == "tcp")


@pytest.mark.parametrize("manner", [Manner.HALF, Manner.GARBAGE, Manner.NOT_AT_ALL])
def test_a_printer_that_never_answers_well_gets_no_label(tmp_path: Path, manner: Manner) -> None:
    with bench(tmp_path, patience=HASTY) as here:
        here.machine.manner, here.machine.badly_answered = manner, -1
        job = here.order()
        for _ in range(3):
            here.worker.step()
        blocked = here.journal.job(job)
        assert (blocked.state, blocked.attempt) == (State.BLOCKED, 0)
        expected = Condition.SILENT if manner is Manner.NOT_AT_ALL else Condition.UNREADABLE
        assert here.said[-1][0] is expected
        assert not here.paper


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("language", list(Language))
def test_a_fault_blocks_before_sending_and_is_named(tmp_path: Path, fault: Fault, language: Language) -> None:
    with bench(tmp_path, language=language, motion_ms=20) as here:
        here.machine.faults = {fault}
        job = here.order()
        here.worker.step()
        blocked = here.journal.job(job)
        assert (blocked.state, blocked.why) == (State.BLOCKED, fault.value)
        assert blocked.attempt == 0
        here.machine.faults = set()
        assert here.work(job).state is State.PRINTED
        assert here.copies_of(job) == 1


@pytest.mark.parametrize("counter", [True, False])
def test_paper_that_runs_out_during_a_label_is_waited_for(tmp_path: Path, counter: bool) -> None:
    import threading

    with bench(tmp_path, counter=counter, motion_ms=LONG_MOTION_MS) as here:
        job = here.order()
        thread = threading.Thread(target=here.worker.step)
        thread.start()
        _until(lambda: here.journal.job(job).state is State.SENT_UNCONFIRMED)
        here.machine.faults = {Fault.PAPER_OUT}
        _until(lambda: here.journal.job(job).why == Condition.PAPER_OUT)
        assert not here.paper
        here.machine.faults = set()
        thread.join()
        done = here.work(job)
        assert (done.state, done.attempt) == (State.PRINTED, 1)
        assert here.copies_of(job) == 1


def test_the_last_label_of_a_roll_is_printed_although_the_paper_is_out(tmp_path: Path) -> None:
    with bench(tmp_path) as here:
        printed = here.machine.print_label

        def last_of_the_roll(label: bytes) -> None:
            printed(label)
            here.machine.faults = {Fault.PAPER_OUT}

        here.machine.print_label = last_of_the_roll
        job = here.print_one()
        assert (job.state, job.why) == (State.PRINTED, Why.COUNTER)
        waiting = here.order()
        here.worker.step()
        assert here.journal.job(waiting).state is State.BLOCKED


def test_a_label_in_somebodys_hand_is_not_sent_again(tmp_path: Path) -> None:
    with bench(tmp_path) as here:
        job = here.order()
        here.journal.move(job, State.SENDING, Evidence(attempt=1, counter_before=here.machine.counter))
        here.journal.move(job, State.BLOCKED, Evidence(Why.PROVEN_UNPRINTED))
        here.journal.answer(job, Answer.CAME_OUT)
        assert here.work(job).why == Why.PERSON
        assert not here.paper


def test_a_label_that_is_on_the_box_already_is_not_sent_at_all(tmp_path: Path) -> None:
    """Its code was read from another paper while this printer waited for a new roll."""
    with bench(tmp_path) as here:
        here.machine.faults = {Fault.PAPER_OUT}
        job = here.order()
        here.worker.step()
        here.journal.answer(job, Answer.CAME_OUT)
        here.machine.faults = set()
        assert here.work(job).state is State.CANCELLED
        assert not here.paper


def test_half_a_label_on_a_line_that_stays_up_is_given_up_soon(tmp_path: Path) -> None:
    """Bytes that were lost on the way: the printer waits for an end that has passed."""
    with bench(tmp_path, wire="serial", patience=HASTY) as here:
        job = here.order()
        takes, lost = here.machine.answers, []

        def loses_the_end_once(data: bytes) -> bytes:
            if not lost and b"^XZ" in data:
                lost.append(data)
                data = data.replace(b"^XZ", b"")
            return takes(data)

        here.device._device = Line(loses_the_end_once)
        before = time.monotonic()
        assert here.work(job).state is State.PRINTED
        assert here.journal.job(job).attempt == 2
        assert here.copies_of(job) == 1
        assert time.monotonic() - before < HASTY.print_ms / 1000


@pytest.mark.parametrize("wire", ["socket", "serial"])
@pytest.mark.parametrize("kept_back", [1, 2])
def test_an_answer_from_before_the_label_does_not_prove_it(tmp_path: Path, wire: str, kept_back: int) -> None:
    """Where the wire stays up, an answer that was given up may come later than anybody waits, behind the label."""
    patience = replace(QUICK, reply_ms=1000)
    with bench(tmp_path, wire=wire, counter=False, motion_ms=300, patience=patience) as here:
        takes = here.machine.answers
        late: list[bytes] = []
        has_label = False

        def answers_from_before_the_label_come_after_it(data: bytes) -> bytes:
            nonlocal has_label
            answer = takes(data)
            has_label = has_label or b"^XZ" in data
            if has_label and late and answer:
                answer, late[:] = late[0], [*late[1:], answer]
            elif answer and not has_label and len(late) < kept_back:
                late.append(answer)
                answer = b""
            return answer

        here.device._device = Line(answers_from_before_the_label_come_after_it)
        job = here.print_one()
        assert (job.state, job.why, job.attempt) == (State.PRINTED, Why.STATUS, 1)
        assert here.copies_of(job.job_id) == 1


def test_a_printer_that_was_off_for_long_is_seen_printing_its_first_label(tmp_path: Path) -> None:
    """It gave no late answers. As many as it might have given are passed over before the short label is over."""
    patience = replace(QUICK, reply_ms=200, poll_ms=200)
    with bench(
        tmp_path, wire="serial", language=Language.TSPL, counter=False, motion_ms=600, patience=patience
    ) as here:
        here.machine.manner, here.machine.badly_answered = Manner.NOT_AT_ALL, 6
        job = here.print_one()
        assert here.machine.badly_answered == 0
        assert (job.state, job.why) == (State.PRINTED, Why.STATUS)


class Line:
    """What becomes of bytes on their way to a device and back."""

    def __init__(self, answers: Callable[[bytes], bytes]) -> None:
        self.answers = answers


def test_a_doubtful_label_holds_back_the_next_until_a_person_answered(tmp_path: Path) -> None:
    with bench(tmp_path, counter=False) as here:
        here.machine.cut_at_byte = 5
        doubtful = here.print_one()
        assert doubtful.state is State.DOUBTFUL
        waiting = here.order()
        for _ in range(3):
            here.worker.step()
        assert here.journal.job(waiting).state is State.CLAIMED
        assert here.look_and_answer(doubtful).state is State.CANCELLED
        assert here.work(waiting).state is State.PRINTED
        assert here.copies_of(doubtful.job_id) == 0


def test_what_a_printer_still_holds_is_forgotten_before_the_next_label(tmp_path: Path) -> None:
    with bench(tmp_path, counter=False, has_status=False) as here:
        here.machine.faults = {Fault.PAPER_OUT}
        doubtful = here.print_one()
        assert doubtful.state is State.DOUBTFUL, "a printer that says nothing proves nothing"
        assert here.look_and_answer(doubtful).state is State.CANCELLED
        here.machine.faults = set()
        after = here.print_one()
        assert here.copies_of(doubtful.job_id) == 0
        assert here.copies_of(after.job_id) == 1


def test_a_counter_alone_proves_a_label_but_not_that_none_comes(tmp_path: Path) -> None:
    with bench(tmp_path, has_status=False, motion_ms=100, patience=HASTY) as here:
        assert here.print_one().why == Why.COUNTER
        here.machine.faults = {Fault.PAPER_OUT}
        job = here.print_one()
        assert (job.state, job.why, job.attempt) == (State.DOUBTFUL, Why.NOTHING_PRINTED, 1)
        assert here.look_and_answer(job).state is State.CANCELLED
        here.machine.faults = set()
        assert here.print_one().state is State.PRINTED
        assert here.copies_of(job.job_id) == 0


def test_another_program_printing_at_the_same_time_makes_it_doubtful(tmp_path: Path) -> None:
    with bench(tmp_path) as here:
        printed = here.machine.print_label

        def and_another(label: bytes) -> None:
            printed(label)
            here.machine.counter += 1

        here.machine.print_label = and_another
        job = here.print_one()
        assert (job.state, job.why) == (State.DOUBTFUL, Why.COUNTER_JUMPED)


def test_a_label_the_printer_swallows_is_tried_three_times_and_then_doubtful(tmp_path: Path) -> None:
    with bench(tmp_path) as here:
        here.machine.print_label = lambda label: setattr(here.machine, "counter", here.machine.counter - 1)
        job = here.print_one()
        assert (job.state, job.why, job.attempt) == (State.DOUBTFUL, Why.NOTHING_PRINTED, 3)


@pytest.mark.parametrize("counter", [True, False])
def test_a_cancelled_job_that_was_not_sent_is_not_printed(tmp_path: Path, counter: bool) -> None:
    with bench(tmp_path, counter=counter) as here:
        here.machine.faults = {Fault.HEAD_OPEN}
        job = here.order()
        here.worker.step()
        here.journal.answer(job, Answer.CANCEL)
        assert here.work(job).state is State.CANCELLED
        here.machine.faults = set()
        assert here.print_one().state is State.PRINTED
        assert here.copies_of(job) == 0


@pytest.mark.parametrize(
    ("counter", "answer"), [(True, Answer.CANCEL), (True, Answer.NOT_PRINTED), (False, Answer.NOT_PRINTED)]
)
def test_a_job_given_up_while_it_waits_for_paper_in_the_printer_never_comes_out(
    tmp_path: Path, counter: bool, answer: Answer
) -> None:
    import threading

    with bench(tmp_path, motion_ms=LONG_MOTION_MS, counter=counter) as here:
        job = here.order()
        thread = threading.Thread(target=here.worker.step)
        thread.start()
        _until(lambda: here.journal.job(job).state is State.SENT_UNCONFIRMED)
        here.machine.faults = {Fault.PAPER_OUT}
        _until(lambda: here.journal.job(job).why == Condition.PAPER_OUT)
        here.machine._moving_until, here.machine.motion_ms = None, 0
        here.journal.answer(job, answer)
        thread.join()
        _until(lambda: here.worker.step() >= 0 and here.journal.job(job).state is State.CANCELLED)
        here.machine.faults = set()
        assert here.print_one().state is State.PRINTED
        assert here.copies_of(job) == 0


def test_an_agent_that_died_while_sending_finds_out_by_the_counter(tmp_path: Path) -> None:
    with bench(tmp_path) as here:
        before_anything = here.order()
        counter = here.machine.counter
        here.journal.move(before_anything, State.SENDING, Evidence(attempt=1, counter_before=counter))
        job = here.work(before_anything)
        assert (job.state, job.attempt) == (State.PRINTED, 2)
        printed = here.order()
        counter = here.machine.counter
        here.journal.move(printed, State.SENDING, Evidence(attempt=1, counter_before=counter))
        here.machine.answers(label_of(printed))
        job = here.work(printed)
        assert (job.state, job.attempt, job.why) == (State.PRINTED, 1, Why.COUNTER)
        assert [here.copies_of(job) for job in here.jobs] == [1, 1]


def test_an_agent_that_died_while_sending_asks_a_person_without_a_counter(tmp_path: Path) -> None:
    with bench(tmp_path, counter=False) as here:
        job = here.order()
        here.journal.move(job, State.SENDING, Evidence(attempt=1))
        doubtful = here.work(job)
        assert (doubtful.state, doubtful.why) == (State.DOUBTFUL, Why.AGENT_RESTARTED)
        assert here.copies_of(job) == 0


def test_a_printer_that_is_off_blocks_and_says_so(tmp_path: Path) -> None:
    with bench(tmp_path) as here:
        here.worker.printer._reach._open_wire = lambda: (_ for _ in ()).throw(ConnectionRefusedError(111, "refused"))  # type: ignore[attr-defined]
        job = here.order()
        here.worker.step()
        assert here.journal.job(job).why == Condition.OFFLINE
        assert here.said[-1][0] is Condition.OFFLINE


def _until(holds: object) -> None:
    import time

    deadline = time.monotonic() + 10
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.002)
