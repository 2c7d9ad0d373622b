"""The whole bench against a real HTTP server, real sockets and real pseudo-terminals; killed, cut off, and without a
net.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from devices.agent import Agent, WeightSender
from devices.configuration import Configuration
from devices.configuration_file import parse_configuration
from devices.deliveries import Deliveries
from devices.health import HealthBoard
from devices.identity import uuid7
from devices.jobs import JobFetcher
from devices.journal import Journal
from devices.printers.model import State, Why
from devices.scales.watching import Taken
from devices.server import Server, ServerAddress, ServerAway
from devices.simulation.printer import Fault, SimulatedPrinter
from devices.simulation.scale import SimulatedScale
from devices.simulation.wires import PtyDevice, TcpDevice
from tests.devices.bench_server import TOKEN, BenchServer, serving
from tests.devices.conftest import QUICK

ROOT = Path(__file__).parents[2]


def until(holds: Callable[[], object], seconds: int = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.fixture
def warehouse() -> BenchServer:
    return BenchServer()


@pytest.fixture
def url(warehouse: BenchServer) -> Iterator[str]:
    with serving(warehouse) as address:
        yield address


@pytest.fixture
def server(url: str, tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    server = Server(ServerAddress(url, tmp_path / "token"), 5)
    yield server
    server.close()


class Scanner:
    """A scanner on a pseudo-terminal that scans what it is told to."""

    def __init__(self) -> None:
        self.out = b""

    def answers(self, data: bytes) -> bytes:
        out, self.out = self.out, b""
        return out


def configuration(folder: Path, url: str, *, scanner: str = "", scale: str = "", printer: int = 0) -> Configuration:
    (folder / "token").write_text(TOKEN)
    text = f'[bench]\nname = "BENCH-1"\nserver = "{url}"\ntoken_file = "token"\n'
    if scanner:
        text += f'[[scanner]]\nname = "hand"\nport = "{scanner}"\naim = true\n'
    if scale:
        text += f'[[scale]]\nname = "scale"\nport = "{scale}"\nprotocol = "mt-sics"\n'
    if printer:
        text += f'[[printer]]\nname = "label"\nlanguage = "zpl"\naddress = "tcp://127.0.0.1:{printer}"\n'
    (folder / "devices.toml").write_text(text)
    return parse_configuration(text, folder)


@contextmanager
def running(found: Configuration) -> Iterator[Agent]:
    journal = Journal(found.state_folder)
    agent = Agent(found, journal, QUICK, poll_seconds=1)
    agent.start()
    try:
        yield agent
    finally:
        agent.stop()
        until(lambda: not any(thread.is_alive() for thread in agent.threads))
        journal.close()


def test_a_bench_at_work(tmp_path: Path, warehouse: BenchServer, url: str) -> None:
    scanner, grams, paper = Scanner(), [0], list[bytes]()
    scale, machine = SimulatedScale(lambda: grams[0], settling_ms=50), SimulatedPrinter(paper.append)
    with PtyDevice(scanner) as hand, PtyDevice(scale) as scale_port, TcpDevice(machine) as printer:
        found = configuration(tmp_path, url, scanner=hand.path, scale=scale_port.path, printer=printer.port)
        with running(found):
            until(
                lambda: (
                    {device["condition"] for device in warehouse.devices} == {"ready", "empty"}
                    and len(warehouse.devices) == 3
                )
            )
            takes = [(one.get("media_type"), one.get("dpi")) for one in warehouse.devices if one["kind"] == "printer"]
            assert takes == [("application/vnd.zebra-zpl", 203)]
            scanner.out = b"]C0TOT-17\r\n]C110L1\x1d21A\r\n"
            until(lambda: len(warehouse.codes) == 2)
            grams[0] = 1090
            until(lambda: warehouse.weights)
            job = warehouse.order("label", b"^XA^FXone^FS^XZ")
            until(lambda: warehouse.state_of(job) == State.PRINTED)
            machine.faults = {Fault.HEAD_OPEN}
            until(lambda: "head is open" in str(warehouse.devices))
    assert [(code["raw"], code["symbology"], code["device"]) for code in warehouse.codes] == [
        ("TOT-17", "]C0", "hand"),
        ("10L1\x1d21A", "]C1", "hand"),
    ]
    assert all(0 <= code["age_ms"] < 20_000 for code in warehouse.codes)
    assert [(weight["bench"], weight["grams"]) for weight in warehouse.weights] == [("BENCH-1", 1090)]
    assert paper == [b"^XA^FXone^FS^XZ\n"]
    states = warehouse.states[job]
    assert [one["state"] for one in states] == ["claimed", "sending", "sent_unconfirmed", "printed"]
    assert [one["sequence"] for one in states] == [1, 2, 3, 4]
    assert states[-1]["counter_after"] == states[-1]["counter_before"] + 1


def test_a_person_answers_a_doubtful_label_through_the_server(tmp_path: Path, warehouse: BenchServer, url: str) -> None:
    paper: list[bytes] = []
    machine = SimulatedPrinter(paper.append, counts=False)
    with TcpDevice(machine) as printer:
        found = configuration(tmp_path, url, printer=printer.port)
        found = replace(found, printers=(replace(found.printers[0], counter=""),))
        with running(found):
            machine.cut_at_byte = 3
            job = warehouse.order("label", b"^XA^FXone^FS^XZ")
            until(lambda: warehouse.state_of(job) == State.DOUBTFUL)
            next_one = warehouse.order("label", b"^XA^FXtwo^FS^XZ")
            until(lambda: warehouse.state_of(next_one) == State.CLAIMED)
            assert not paper
            warehouse.answer(job, "not_printed")
            until(lambda: warehouse.state_of(next_one) == State.PRINTED)
            assert warehouse.state_of(job) == State.CANCELLED
            again = warehouse.order(
                "label", b"^XA^FXone^FS^XZ", copy_number=2, label_id=warehouse.jobs[job]["label_id"]
            )
            until(lambda: warehouse.state_of(again) == State.PRINTED)
    assert paper == [b"^XA^FXtwo^FS^XZ\n", b"^XA^FXone^FS^XZ\n"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_fails_ends_the_bench_instead_of_half_of_it(tmp_path: Path, url: str) -> None:
    found = configuration(tmp_path, url, printer=9)
    journal = Journal(found.state_folder)
    agent = Agent(found, journal, QUICK, poll_seconds=1)

    agent.workers[0].printer = None  # type: ignore[assignment]
    agent.start()
    until(agent.broken.is_set)
    agent.stop()
    until(lambda: not any(thread.is_alive() for thread in agent.threads))
    journal.close()


def test_codes_and_states_wait_for_a_server_that_is_away(
    tmp_path: Path, warehouse: BenchServer, journal: Journal
) -> None:
    with serving(warehouse) as address:
        port = int(address.rsplit(":", 1)[1])
    (tmp_path / "token").write_text(TOKEN)
    deliveries = deliver(journal, Server(ServerAddress(address, tmp_path / "token"), 2))
    for raw in ("A", "B", "C"):
        journal.keep_code("hand", raw, None)
    with pytest.raises(ServerAway):
        deliveries.deliver()
    assert len(journal.codes(9)) == 3
    with serving(warehouse, port):
        deliveries.deliver()
    deliveries.server.close()
    assert [code["raw"] for code in warehouse.codes] == ["A", "B", "C"]
    assert journal.codes(9) == []


def deliver(journal: Journal, server: Server) -> Deliveries:
    return Deliveries("BENCH-1", journal, server, HealthBoard(), lambda code, reply: None)


def test_an_answer_that_was_lost_means_the_same_once_more(
    journal: Journal, warehouse: BenchServer, server: Server
) -> None:
    warehouse.lost_answers = 3
    deliveries = deliver(journal, server)
    for raw in ("A", "B"):
        journal.keep_code("hand", raw, None)
    for _ in range(3):
        try:
            deliveries.deliver()
        except ServerAway:
            continue
    deliveries.deliver()
    assert [code["raw"] for code in warehouse.codes] == ["A", "B"], "known by their ids, so booked once"
    assert journal.codes(9) == []


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_what_may_be_taken_later_is_kept(status: int, journal: Journal, warehouse: BenchServer, server: Server) -> None:
    warehouse.status = status
    journal.keep_code("hand", "A", None)
    with pytest.raises(ServerAway):
        deliver(journal, server).deliver()
    assert len(journal.codes(9)) == 1


def test_what_will_never_be_taken_does_not_hold_up_the_rest(
    journal: Journal, warehouse: BenchServer, server: Server
) -> None:
    warehouse.status = 400
    journal.keep_code("hand", "A", None)
    deliver(journal, server).deliver()
    assert journal.codes(9) == []


def test_a_code_that_is_never_taken_takes_no_other_with_it(
    journal: Journal, warehouse: BenchServer, server: Server
) -> None:
    warehouse.never_takes = "NOISE"
    for raw in ("A", "NOISE", "B"):
        journal.keep_code("hand", raw, None)
    deliver(journal, server).deliver()
    assert [code["raw"] for code in warehouse.codes] == ["A", "B"]
    assert journal.codes(9) == []


def fetcher(journal: Journal, server: Server) -> JobFetcher:
    return JobFetcher(
        "BENCH-1", journal, server, {"label": frozenset({"application/vnd.zebra-zpl"})}, lambda: None, wait_seconds=0
    )


def test_jobs_that_cannot_be_printed_here_are_refused(journal: Journal, warehouse: BenchServer, server: Server) -> None:
    elsewhere = warehouse.order("attic", b"^XA^XZ")
    document = warehouse.order("label", b"%PDF", "application/pdf")
    damaged = warehouse.order("label", b"^XA^XZ", sha256="0" * 64)
    fetcher(journal, server).fetch()
    deliver(journal, server).deliver()
    assert [warehouse.states[job][-1]["why"] for job in (elsewhere, document, damaged)] == [
        Why.NO_SUCH_PRINTER,
        Why.WRONG_MEDIUM,
        Why.DAMAGED,
    ]
    assert all(warehouse.state_of(job) == State.CANCELLED for job in (elsewhere, document, damaged))


def test_a_job_comes_again_until_its_state_was_told_and_is_taken_once(
    journal: Journal, warehouse: BenchServer, server: Server
) -> None:
    job = warehouse.order("label", b"^XA^XZ")
    fetching = fetcher(journal, server)
    assert [fetching.fetch() for _ in range(3)] == [True, False, False]
    deliver(journal, server).deliver()
    assert [one["sequence"] for one in warehouse.states[job]] == [1]


@pytest.mark.parametrize(
    "wrong", [{"content": "%%%"}, {"copy_number": 0}, {"copy_number": True}, {"job_id": "7"}, {"label_id": ""}]
)
def test_a_job_that_cannot_be_read_is_left_alone(
    wrong: dict[str, object], journal: Journal, warehouse: BenchServer, server: Server
) -> None:
    warehouse.order("label", b"^XA^XZ", **wrong)
    warehouse.answer("no-id", "came_out")
    good = warehouse.order("label", b"^XA^XZ")
    assert fetcher(journal, server).fetch()
    assert [str(report.job_id) for report in journal.reports(9)] == [good]


def test_a_weight_nobody_waits_for_is_offered_again(warehouse: BenchServer, server: Server) -> None:
    sender = WeightSender("BENCH-1", server)
    warehouse.waits_for_weight = False
    assert sender.offer(uuid7(), 500)[0] is Taken.NOBODY_WAITS
    warehouse.waits_for_weight = True
    assert sender.offer(uuid7(), 500)[0] is Taken.JUDGED
    warehouse.status = 503
    assert sender.offer(uuid7(), 500)[0] is Taken.NOT_REACHED
    warehouse.status = 400
    assert sender.offer(uuid7(), 500) == (Taken.JUDGED, "not taken: Not now")


def test_a_weight_is_not_kept_for_a_server_that_is_away(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    sender = WeightSender("BENCH-1", Server(ServerAddress("http://127.0.0.1:1", tmp_path / "token"), 1))
    taken, words = sender.offer(uuid7(), 500)
    assert taken is Taken.NOT_REACHED
    assert "leave the parcel" in words


@pytest.mark.parametrize(("content", "words"), [(None, "cannot be read"), ("", "one token"), ("a b", "one token")])
def test_a_token_that_cannot_be_used_is_named_by_its_file(
    content: str | None, words: str, tmp_path: Path, url: str
) -> None:
    if content is not None:
        (tmp_path / "token").write_text(content)
    with pytest.raises(ServerAway, match=words):
        Server(ServerAddress(url, tmp_path / "token")).get("/")


def test_a_kept_connection_that_was_closed_is_opened_again(warehouse: BenchServer, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    with serving(warehouse) as address:
        port = int(address.rsplit(":", 1)[1])
        server = Server(ServerAddress(address, tmp_path / "token"), 2)
        assert server.get("/api/v1/bench/jobs?wait=0").is_good
        warehouse.lost_answers = 1
        assert server.put("/api/v1/bench/devices", {"devices": []}).is_good
    with serving(warehouse, port):
        assert server.get("/api/v1/bench/jobs?wait=0").is_good
    server.close()


_RUN = """
import sys
from pathlib import Path
from devices.agent import Agent
from devices.configuration_file import read_configuration
from devices.journal import Journal
from tests.devices.conftest import QUICK
import threading
found = read_configuration(Path(sys.argv[1]))
if sys.argv[2] == "no":
    from dataclasses import replace
    found = replace(found, printers=(replace(found.printers[0], counter=""),))
Agent(found, Journal(found.state_folder), QUICK, 1).start()
threading.Event().wait()
"""


@pytest.mark.parametrize("counter", ["yes", "no"])
def test_an_agent_killed_again_and_again_prints_nothing_twice_unsaid(
    counter: str, tmp_path: Path, warehouse: BenchServer, url: str
) -> None:
    """Killed at once and at odd moments, while labels move; whoever cannot know must ask."""
    paper: list[bytes] = []
    machine = SimulatedPrinter(paper.append, motion_ms=15, counts=counter == "yes")
    with TcpDevice(machine) as printer:
        configuration(tmp_path, url, printer=printer.port)
        jobs = [warehouse.order("label", b"^XA^FXjob%03d^FS^XZ" % number) for number in range(24)]

        def start() -> subprocess.Popen[bytes]:
            return subprocess.Popen(
                [sys.executable, "-c", _RUN, str(tmp_path / "devices.toml"), counter], cwd=ROOT,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
            )  # fmt: skip

        def copies(number: int) -> int:
            return sum(b"job%03d^" % number in label for label in paper)

        asked = set()

        def answer_what_is_doubtful() -> None:
            """What a packer does: look at the paper."""
            for number, job in enumerate(jobs):
                if warehouse.state_of(job) == State.DOUBTFUL and job not in asked:
                    asked.add(job)
                    warehouse.answer(job, "came_out" if copies(number) else "not_printed")

        for round_number in range(5):
            process = start()
            done = sum(warehouse.state_of(job) == State.PRINTED for job in jobs)
            deadline = time.monotonic() + 3
            while time.monotonic() < deadline:
                answer_what_is_doubtful()
                if sum(warehouse.state_of(job) == State.PRINTED for job in jobs) > done + 2:
                    break
                time.sleep(0.003)
            time.sleep(0.004 * round_number)
            process.send_signal(signal.SIGKILL)
            process.wait()
        process = start()
        over = {State.PRINTED, State.CANCELLED}

        def all_over() -> bool:
            answer_what_is_doubtful()
            return all(warehouse.state_of(job) in over for job in jobs)

        until(all_over, 40)
        process.send_signal(signal.SIGKILL)
        process.wait()
    for number, job in enumerate(jobs):
        assert copies(number) == (1 if warehouse.state_of(job) == State.PRINTED else 0), warehouse.states[job]
    if counter == "yes":
        assert all(warehouse.state_of(job) == State.PRINTED for job in jobs)
