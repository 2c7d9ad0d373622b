"""The benchmark of printing through power cuts: `python -m bench.printing` (goal G10).

The bench program's own printing code, with its journal on the disk, prints label after label on a simulated printer
over a real socket. Every tenth label the printer loses its power: at any byte, before the paper moves, or after it; and
now and then the program itself is killed in the middle of anything and started again. A person answers what is asked.
Counted is what lies on the paper in the end. The exit status is 1 where a label was lost, or came out twice unsaid, or
was sent again unsaid.
"""

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

from rich.console import Console
from rich.table import Table

from bench.label_times import quantile
from bench.processes import CORES, load_average
from devices.health import HealthBoard
from devices.journal import Journal
from devices.printers.model import Answer, Job, NewJob, State
from devices.printers.raw import RawPrinter
from devices.printers.worker import PrinterWorker
from devices.printers.zpl import Zpl
from devices.simulation.printer import SimulatedPrinter
from devices.simulation.wires import TcpDevice
from devices.wire import SerialSettings, Wire, open_wire
from tests.devices.conftest import HASTY, QUICK, label_of, new_job

JOBS, FEW_JOBS = 10_000, 2_000
HANGING, FEW_HANGING = 1_000, 100
"""A printer that hangs costs a second of waiting each time."""
CUT_PER_CENT, KILLED_PER_CENT = 10, 2
MOTION_MS = 2
PATIENCE_SECONDS = 60
TABLE_WIDTH = 140


class Killed(BaseException):
    """The program is killed: nothing of it runs any further."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of many labels."""

    how: str
    labels: int
    cuts: int
    kills: int
    lost: int
    twice_unsaid: int
    twice: int
    sent_again_unsaid: int
    doubtful: int
    doubtful_and_out: int
    p50_ms: float
    p99_ms: float

    @property
    def is_wrong(self) -> bool:
        return bool(self.lost or self.twice_unsaid or self.sent_again_unsaid)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print through all four kinds of printers; 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m bench.printing", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{FEW_JOBS:,} labels instead of {JOBS:,}")
    parser.add_argument("--jobs", type=int, help="so many labels per printer; a tenth of it where it hangs")
    parser.add_argument("--seed", type=int, default=1, help="another one cuts elsewhere")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to FILE")
    wanted = parser.parse_args(arguments)
    jobs, hanging = (FEW_JOBS, FEW_HANGING) if wanted.quick else (JOBS, HANGING)
    if wanted.jobs:
        jobs, hanging = wanted.jobs, max(1, wanted.jobs // 10)
    table = Table(title=f"Labels printed through power cuts; {CORES} cores, load {load_average():.1f}")
    for heading in (
        "",
        "labels",
        "cuts",
        "kills",
        "lost",
        "twice",
        "sent again unsaid",
        "doubtful (out)",
        "p50 / p99 ms",
    ):
        table.add_column(heading)
    outcomes = []
    for counter in (True, False):
        for hangs in (False, True):
            found = print_through(hanging if hangs else jobs, counter=counter, hangs=hangs, seed=wanted.seed)
            outcomes.append(found)
            table.add_row(
                found.how, *(str(number) for number in (found.labels, found.cuts, found.kills, found.lost)),
                f"{found.twice}, {found.twice_unsaid} unsaid", str(found.sent_again_unsaid),
                f"{found.doubtful} ({found.doubtful_and_out})", f"{found.p50_ms:.0f} / {found.p99_ms:.0f}",
            )  # fmt: skip
    console = Console()
    console.width = max(console.width, TABLE_WIDTH)
    console.print(table)
    if wanted.json:
        wanted.json.write_text(json.dumps([asdict(each) for each in outcomes], indent=2) + "\n")
    return 1 if any(each.is_wrong for each in outcomes) else 0


def print_through(labels: int, *, counter: bool, hangs: bool, seed: int) -> Outcome:
    """Print so many labels on one kind of printer."""
    how = f"{'counter' if counter else 'no counter'}, {'hangs' if hangs else 'broken'}"
    paper: list[bytes] = []
    machine = SimulatedPrinter(paper.append, motion_ms=MOTION_MS, counts=counter)
    with tempfile.TemporaryDirectory() as folder, TcpDevice(machine, hangs=hangs) as device:
        run = _Run(machine, device.port, Path(folder), counter, hangs, random.Random(seed), paper)
        run.start()
        try:
            times = [run.one_label() for _ in range(labels)]
        finally:
            run.end()
        return run.outcome(how, [seconds for seconds in times if seconds])


@dataclass
class _Run:
    machine: SimulatedPrinter
    port: int
    folder: Path
    counter: bool
    hangs: bool
    chance: random.Random
    paper: list[bytes]
    kills: int = 0
    kill_in: int = -1
    """Calls of the wire until the program is killed; -1: it is not."""
    sends: Counter[UUID] = field(default_factory=Counter)
    attempts: Counter[UUID] = field(default_factory=Counter)
    labels: list[UUID] = field(default_factory=list)
    doubted: dict[UUID, bool] = field(default_factory=dict)
    """By label, whether it had come out."""

    def start(self) -> None:
        patience = HASTY if self.hangs else QUICK
        self.journal, self.stop = Journal(self.folder), threading.Event()
        language = Zpl() if self.counter else Zpl(counter="")
        printer = RawPrinter(self.open, language, self.journal, lambda *_: None, self.stop, patience)
        self.worker = PrinterWorker("label", printer, self.journal, HealthBoard(), patience)

    def end(self) -> None:
        self.stop.set()
        self.journal.close()

    def open(self) -> Wire:
        return _Watched(open_wire(f"tcp://127.0.0.1:{self.port}", SerialSettings()), self)

    def called(self) -> None:
        """Something is done with the wire; perhaps the last thing."""
        if self.kill_in > 0:
            self.kill_in -= 1
        elif self.kill_in == 0:
            self.kill_in = -1
            raise Killed

    def one_label(self) -> float:
        """One label until it is out for certain. Its time where nothing happened to it, else 0."""
        label_id = uuid4()
        self.labels.append(label_id)
        is_cut = self.chance.randrange(100) < CUT_PER_CENT
        if is_cut:
            self.cut_somewhere(len(label_of(label_id)))
        is_killed = self.chance.randrange(100) < KILLED_PER_CENT
        self.kill_in = self.chance.randrange(12) if is_killed else -1
        began, copy = time.monotonic(), 1
        while not self.is_out(self.order(label_id, copy)):
            copy += 1
        self.machine.cut_at_byte, self.machine.cut_before_motion, self.machine.cut_after_motion = None, False, False
        return 0.0 if is_cut or is_killed else time.monotonic() - began

    def cut_somewhere(self, length: int) -> None:
        where = self.chance.randrange(length + length // 2)
        if where < length:
            self.machine.cut_at_byte = where
        elif where % 2:
            self.machine.cut_before_motion = True
        else:
            self.machine.cut_after_motion = True

    def order(self, label_id: UUID, copy: int) -> NewJob:
        job = new_job(label_of(label_id), label_id=label_id, copy_number=copy)
        self.journal.take(job)
        return job

    def is_out(self, new: NewJob) -> bool:
        """Work until the job is over, like the program and, where it is asked, a person."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                wait_ms = self.worker.step()
            except Killed:
                self.kills += 1
                self.end()
                self.start()
                continue
            job = self.journal.job(new.job_id)
            self.attempts[new.label_id] = max(self.attempts[new.label_id], job.attempt)
            if job.state in (State.PRINTED, State.CANCELLED):
                return job.state is State.PRINTED
            if job.state is State.DOUBTFUL and job.answer is None:
                self.look(new, job)
            else:
                time.sleep(min(wait_ms, 20) / 1000)
        raise AssertionError(f"after {PATIENCE_SECONDS} s still {self.journal.job(new.job_id)}")

    def look(self, new: NewJob, job: Job) -> None:
        """A person goes to the printer, looks, and says what is there."""
        is_there = self.copies_of(new.label_id) > 0
        self.doubted[new.label_id] = is_there
        self.journal.answer(job.job_id, Answer.CAME_OUT if is_there else Answer.NOT_PRINTED)

    def copies_of(self, label_id: UUID) -> int:
        return sum(str(label_id).encode() in label for label in self.paper[-20:])

    def outcome(self, how: str, times: list[float]) -> Outcome:
        printed = Counter(UUID(label.partition(b"job ")[2][:36].decode()) for label in self.paper)
        twice = [label for label in self.labels if printed[label] > 1]
        return Outcome(
            how=how,
            labels=len(self.labels),
            cuts=self.machine.power_cuts,
            kills=self.kills,
            lost=sum(not printed[label] for label in self.labels),
            twice_unsaid=sum(label not in self.doubted for label in twice),
            twice=len(twice),
            sent_again_unsaid=sum(
                self.sends[label] > self.attempts[label] and label not in self.doubted for label in self.labels
            ),
            doubtful=len(self.doubted),
            doubtful_and_out=sum(self.doubted.values()),
            p50_ms=quantile(times, 0.5) * 1000,
            p99_ms=quantile(times, 0.99) * 1000,
        )


@dataclass
class _Watched:
    """A wire that counts labels and may be the place where the program dies."""

    wire: Wire
    run: _Run

    @property
    def tells_restart(self) -> bool:
        return self.wire.tells_restart

    def send(self, data: bytes) -> None:
        self.run.called()
        if data.startswith(b"^XA"):
            self.run.sends[UUID(data.partition(b"job ")[2][:36].decode())] += 1
        self.wire.send(data)

    def receive(self, seconds: float) -> bytes:
        self.run.called()
        return self.wire.receive(seconds)

    def close(self) -> None:
        self.wire.close()


if __name__ == "__main__":
    sys.exit(main())
