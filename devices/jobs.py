"""Fetches print jobs and people's answers from the server, for as long as the program runs. Called by `devices.agent`.

Long polling: the server keeps the question open until there is something. A job comes again until its state was
reported, and is known by its identity; what cannot be printed here is refused in the journal, never silently dropped.
"""

import base64
import binascii
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from devices.journal import Journal
from devices.printers.model import Answer, NewJob, Why
from devices.server import Server, ServerAway

WAIT_SECONDS = 25
_FIRST_WAIT_MS, _LAST_WAIT_MS = 250, 5000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JobFetcher:
    """The thread. `media_types` says what each printer of this bench takes; `arrived` is called after something new."""

    bench: str
    journal: Journal
    server: Server
    media_types: Mapping[str, frozenset[str]]
    arrived: Callable[[], None]
    wait_seconds: int = WAIT_SECONDS

    def run(self, stop: threading.Event) -> None:
        wait_ms = _FIRST_WAIT_MS
        while not stop.is_set():
            try:
                # What is already known comes again until its report has arrived: no reason to ask without a pause.
                if not self.fetch():
                    stop.wait(_FIRST_WAIT_MS / 1000)
                wait_ms = _FIRST_WAIT_MS
            except ServerAway as away:
                _log.warning("no print jobs from the server (%s); trying again", away.strerror)
                stop.wait(wait_ms / 1000)
                wait_ms = min(2 * wait_ms, _LAST_WAIT_MS)
        self.server.close()

    def fetch(self) -> bool:
        """Ask once; whether something new came. Raises ServerAway where there is no answer that can be used."""
        reply = self.server.get(f"/api/v1/bench/jobs?bench={self.bench}&wait={self.wait_seconds}")
        if not reply.is_good:
            raise ServerAway(0, reply.words)
        jobs, answers = reply.body.get("jobs", []), reply.body.get("answers", [])
        if not isinstance(jobs, list) or not isinstance(answers, list):
            raise ServerAway(0, "its answer is not what docs/bench-api.md says")
        news = [self._take(job) for job in jobs] + [self._answer(answer) for answer in answers]
        if any(news):
            self.arrived()
        return any(news)

    def _take(self, found: object) -> bool:
        try:
            new = read_job(found)
        except (KeyError, TypeError, ValueError) as error:
            _log.error("a print job that cannot be read was left alone: %s", error)
            return False
        if new.printer not in self.media_types:
            known = ", ".join(sorted(self.media_types)) or "none"
            return self.journal.refuse(
                new, Why.NO_SUCH_PRINTER, f"this bench has no printer {new.printer!r}, but: {known}"
            )
        if new.media_type not in self.media_types[new.printer]:
            takes = ", ".join(sorted(self.media_types[new.printer]))
            return self.journal.refuse(new, Why.WRONG_MEDIUM, f"{new.printer} takes {takes}, not {new.media_type}")
        return self.journal.take(new)

    def _answer(self, found: object) -> bool:
        try:
            assert isinstance(found, dict)
            job_id, answer = UUID(str(found["job_id"])), Answer(str(found["answer"]))
        except (AssertionError, KeyError, ValueError) as error:
            _log.error("an answer that cannot be read was left alone: %s", error)
            return False
        return self.journal.answer(job_id, answer)


def read_job(found: object) -> NewJob:
    """A job as the server sends it. Raises KeyError, TypeError or ValueError for anything else."""
    if not isinstance(found, dict):
        raise TypeError("a job must be an object")
    try:
        content = base64.b64decode(str(found["content"]), validate=True)
    except binascii.Error as error:
        raise ValueError("content is no base64") from error
    copy_number = found["copy_number"]
    if not isinstance(copy_number, int) or isinstance(copy_number, bool) or copy_number < 1:
        raise ValueError(f"copy_number is {copy_number!r}, not 1 or more")
    return NewJob(
        job_id=UUID(str(found["job_id"])),
        label_id=UUID(str(found["label_id"])),
        copy_number=copy_number,
        printer=str(found["printer"]),
        media_type=str(found["media_type"]),
        tail=str(found["tail"]),
        sha256=str(found["sha256"]),
        content=content,
    )
