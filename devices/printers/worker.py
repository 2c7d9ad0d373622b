"""One thread per printer: deals with its jobs one by one and looks after it in between. Called by `devices.agent`.

The order is the journal's: whatever may be half printed comes first, and while it is not settled nothing else is sent.
"""

import threading
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from devices.health import Condition, Health, HealthBoard, Kind
from devices.journal import Journal
from devices.printers.model import UNSENT, Job, Patience, State, Why
from devices.printers.reach import Finding


class Printer(Protocol):
    """What the worker needs of a printer, whatever its language."""

    def look(self) -> Finding: ...

    def begin(self, job: Job) -> None: ...

    def settle(self, job: Job, why: Why) -> None: ...

    def conclude(self, job: Job) -> bool: ...


@dataclass(slots=True)
class PrinterWorker:
    """The thread of the printer called `name` in devices.toml. Set `wake` after a new job or a person's answer."""

    name: str
    printer: Printer
    journal: Journal
    board: HealthBoard
    patience: Patience
    wake: threading.Event = field(default_factory=threading.Event)
    _begun: set[UUID] = field(default_factory=set)

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            self.wake.clear()
            wait_ms = self.step()
            if wait_ms and not stop.is_set():
                self.wake.wait(wait_ms / 1000)

    def step(self) -> int:
        """Deal with the next job as far as it goes now. Returns how long to wait before the next step."""
        job = self.journal.oldest_open(self.name)
        if job is None:
            found = self.printer.look()
            self.board.say(Health(self.name, Kind.PRINTER, found.condition, found.words))
            return self.patience.watch_ms
        if job.state in UNSENT:
            self._begun.add(job.job_id)
            self.printer.begin(job)
        elif job.state is State.DOUBTFUL:
            if not self.printer.conclude(job):
                if job.answer is None:
                    words = f"did the label ending in {job.tail} come out? Look, and answer at the bench"
                    self.board.say(Health(self.name, Kind.PRINTER, Condition.DOUBTFUL, words))
                return self.patience.retry_ms
        else:
            self.printer.settle(job, Why.CONNECTION_LOST if job.job_id in self._begun else Why.AGENT_RESTARTED)
        after = self.journal.job(job.job_id)
        self._begun.discard(job.job_id) if after.state in {State.PRINTED, State.CANCELLED} else None
        is_to_repeat = after.why == Why.PROVEN_UNPRINTED
        return self.patience.retry_ms if after.state in {State.BLOCKED, job.state} and not is_to_repeat else 0
