"""A printer of a bench with its journal, over a real socket or a real pseudo-terminal, driven step by step."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from devices.health import Condition, HealthBoard
from devices.journal import Journal
from devices.printers.model import Answer, Job, Patience, State
from devices.printers.raw import RawPrinter
from devices.printers.talk import LabelLanguage
from devices.printers.tspl import Tspl
from devices.printers.worker import PrinterWorker
from devices.printers.zpl import Zpl
from devices.simulation.printer import Language, SimulatedPrinter
from devices.simulation.wires import PtyDevice, TcpDevice
from devices.wire import OpenWire, SerialSettings, open_wire
from tests.devices.conftest import QUICK, label_of, new_job, tspl_label_of


@dataclass
class Bench:
    """One simulated printer, the paper that came out of it, and the worker that prints on it."""

    machine: SimulatedPrinter
    device: TcpDevice | PtyDevice
    paper: list[bytes]
    journal: Journal
    worker: PrinterWorker
    said: list[tuple[Condition, str]]
    stop: threading.Event
    jobs: list[UUID] = field(default_factory=list)

    def order(self) -> UUID:
        """A new label that the server wants printed."""
        job = new_job()
        if self.machine.language is Language.TSPL:
            content = tspl_label_of(job.job_id)
            job = new_job(content, job_id=job.job_id, media_type="application/vnd.tspl")
        self.journal.take(job)
        self.jobs.append(job.job_id)
        return job.job_id

    def work(self, job_id: UUID, *, seconds: int = 20) -> Job:
        """Step until the job is settled or waits for a person."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            wait_ms = self.worker.step()
            job = self.journal.job(job_id)
            if job.state in {State.PRINTED, State.CANCELLED, State.DOUBTFUL}:
                return job
            time.sleep(wait_ms / 1000)
        raise AssertionError(f"still {self.journal.job(job_id)}")

    def print_one(self) -> Job:
        return self.work(self.order())

    def copies_of(self, job_id: UUID) -> int:
        return sum(str(job_id).encode() in label for label in self.paper)

    def look_and_answer(self, job: Job) -> Job:
        """What a person does with a doubtful label: look at the paper and say what is there."""
        assert job.state is State.DOUBTFUL
        self.journal.answer(job.job_id, Answer.CAME_OUT if self.copies_of(job.job_id) else Answer.NOT_PRINTED)
        for _ in range(200):
            self.worker.step()
            job = self.journal.job(job.job_id)
            if job.state is not State.DOUBTFUL:
                return job
            time.sleep(0.005)
        raise AssertionError(f"still {job}")


@contextmanager
def bench(
    folder: Path,
    *,
    wire: str = "tcp",
    language: Language = Language.ZPL,
    counter: bool = True,
    hangs: bool = False,
    patience: Patience = QUICK,
    has_status: bool = True,
    motion_ms: int = 0,
) -> Iterator[Bench]:
    paper: list[bytes] = []
    machine = SimulatedPrinter(paper.append, language, motion_ms=motion_ms, counts=counter)
    talks: LabelLanguage
    if language is Language.ZPL:
        talks = Zpl() if counter else Zpl(counter="")
    else:
        import re

        talks = Tspl(b"OUT @LABEL\r\n", re.compile(rb"(\d+)\r\n")) if counter else Tspl()
    device: TcpDevice | PtyDevice = PtyDevice(machine) if wire == "serial" else TcpDevice(machine, hangs=hangs)
    with device:
        address = device.path if isinstance(device, PtyDevice) else f"{wire}://127.0.0.1:{device.port}"
        journal, stop, said = Journal(folder / "journal"), threading.Event(), []  # type: ignore[var-annotated]
        printer = RawPrinter(
            opener(address), talks, journal, lambda *word: said.append(word), stop, patience, has_status=has_status
        )
        worker = PrinterWorker("label", printer, journal, HealthBoard(), patience)
        try:
            yield Bench(machine, device, paper, journal, worker, said, stop)
        finally:
            stop.set()
            journal.close()


def opener(address: str) -> OpenWire:
    return lambda: open_wire(address, SerialSettings())


__all__ = ["Bench", "bench", "label_of", "opener"]
