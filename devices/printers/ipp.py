"""Printing documents through CUPS or a printer that speaks IPP. PDF and whatever else the printer takes.

The spooler keeps jobs under a name, and the name is our job's id: after a break it is asked whether it has that job.
Where it has not, nobody can tell "never arrived" from "printed and forgotten", so the job is doubtful. "Completed" is
the spooler's word, not the paper's. Called by `devices.printers.worker`, one thread per printer.
"""

import http.client
import itertools
import ssl
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

from devices.health import Condition
from devices.journal import Evidence, Journal
from devices.printers.ipp_message import Attributes, IppAnswer, NotIpp, Operation, Tag, Value, read_answer, request
from devices.printers.model import CONDITION_WORDS, USUAL_PATIENCE, Answer, Job, Patience, State, Why
from devices.printers.reach import Finding, NotNow
from devices.wire import WireLost, words_for

IPP_MEDIA_TYPES = frozenset({"application/pdf"})

_COMPLETED, _CANCELLED, _ABORTED = 9, 7, 8
_STOPPED = 5
_NOT_FOUND = 0x0406
_TIMEOUT_SECONDS = 15
_REASONS = (
    ("media-empty", Condition.PAPER_OUT),
    ("media-needed", Condition.PAPER_OUT),
    ("door-open", Condition.HEAD_OPEN),
    ("cover-open", Condition.HEAD_OPEN),
    ("marker-supply-empty", Condition.RIBBON_OUT),
    ("toner-empty", Condition.RIBBON_OUT),
    ("offline", Condition.OFFLINE),
    ("paused", Condition.PAUSED),
)

Wanted = list[tuple[Tag, str, tuple[Value, ...]]]


class IppPrinter:
    """One printer under its `ipp://` or `ipps://` address."""

    def __init__(
        self,
        uri: str,
        journal: Journal,
        say: Callable[[Condition, str], None],
        stop: threading.Event,
        patience: Patience = USUAL_PATIENCE,
    ) -> None:
        self._uri = uri
        self._journal = journal
        self._say = say
        self._stop = stop
        self._patience = patience
        self._numbers = itertools.count(1)

    # --- what the worker calls -----------------------------------------------------------------------------------

    def look(self) -> Finding:
        try:
            self._readiness()
        except NotNow as no:
            return Finding(no.condition, no.words)
        return Finding(Condition.READY, "ready")

    def begin(self, job: Job) -> None:
        if job.answer is Answer.CAME_OUT and job.attempt:
            self._journal.move(job.job_id, State.PRINTED, Evidence(Why.PERSON))
            return
        if job.answer in {Answer.CANCEL, Answer.NOT_PRINTED, Answer.CAME_OUT}:
            # Also where its code was read from another paper before this one was sent: one is on the box.
            self._journal.move(job.job_id, State.CANCELLED, Evidence(Why.CANCELLED))
            return
        try:
            self._readiness()
        except NotNow as no:
            self._block(job, no.condition, no.words)
            return
        self._say(Condition.READY, "prints")
        self._journal.move(job.job_id, State.SENDING, Evidence(attempt=job.attempt + 1))
        try:
            answer = self._ask(
                Operation.PRINT_JOB,
                [(Tag.NAME, "job-name", (str(job.job_id),)), (Tag.MEDIA_TYPE, "document-format", (job.media_type,))],
                job.content,
            )
        except OSError:
            self.settle(self._journal.job(job.job_id), Why.CONNECTION_LOST)
            return
        if not answer.is_success:
            # It says that it made no job of it, so nothing can come out.
            self._block(job, Condition.FAULT, f"the printer refuses this document (IPP status {answer.status:#06x})")
            return
        self._journal.move(job.job_id, State.SENT_UNCONFIRMED, Evidence(remote_id=_number(answer, "job-id")))
        self._follow(job)

    def settle(self, job: Job, why: Why) -> None:
        if job.answer is Answer.CAME_OUT:
            self._journal.move(job.job_id, State.PRINTED, Evidence(Why.PERSON))
            return
        try:
            remote_id = job.remote_id if job.remote_id is not None else self._find(job)
        except OSError as error:
            self._waits(job, Condition.OFFLINE, words_for(error))
            return
        if remote_id is None:
            self._doubt(job, Why.SPOOLER_FORGOT)
            return
        self._journal.move(job.job_id, State.SENT_UNCONFIRMED, Evidence(why, remote_id=remote_id))
        self._follow(job)

    def conclude(self, job: Job) -> bool:
        if job.answer is Answer.CAME_OUT:
            self._journal.move(job.job_id, State.PRINTED, Evidence(Why.PERSON))
            return True
        if job.answer is not Answer.NOT_PRINTED:
            return False
        if job.remote_id is not None:
            try:
                self._ask(Operation.CANCEL_JOB, [(Tag.INTEGER, "job-id", (job.remote_id,))])
            except OSError as error:
                self._say(Condition.OFFLINE, words_for(error))
                return False
        self._journal.move(job.job_id, State.CANCELLED, Evidence(Why.PERSON))
        return True

    # --- following -----------------------------------------------------------------------------------------------

    def _follow(self, job: Job) -> None:
        while not self._stop.is_set():
            job = self._journal.job(job.job_id)
            assert job.remote_id is not None
            try:
                answer = self._ask(Operation.GET_JOB_ATTRIBUTES, [(Tag.INTEGER, "job-id", (job.remote_id,))])
            except OSError as error:
                self._waits(job, Condition.OFFLINE, words_for(error))
                return
            if answer.status == _NOT_FOUND:
                self._doubt(job, Why.SPOOLER_FORGOT)
                return
            state = _number(answer, "job-state")
            if state == _COMPLETED:
                self._journal.move(job.job_id, State.PRINTED, Evidence(Why.SPOOLER))
                return
            if state in {_CANCELLED, _ABORTED}:
                self._doubt(job, Why.SPOOLER_GAVE_UP)
                return
            if job.answer is not None and job.answer is not Answer.CANCEL:
                self._doubt(job, Why.CONNECTION_LOST)
                return
            self._tell_fault(job)
            self._stop.wait(self._patience.poll_ms / 1000)

    def _tell_fault(self, job: Job) -> None:
        try:
            self._readiness()
        except NotNow as no:
            self._waits(job, no.condition, no.words)

    def _find(self, job: Job) -> int | None:
        """The spooler's number for our job, or None where it has no job of this name."""
        for which in ("not-completed", "completed"):
            wanted: Wanted = [
                (Tag.KEYWORD, "which-jobs", (which,)),
                (Tag.KEYWORD, "requested-attributes", ("job-id", "job-name")),
            ]
            for found in self._ask(Operation.GET_JOBS, wanted).objects:
                if found.get("job-name") == (str(job.job_id),):
                    number = found["job-id"][0]
                    assert isinstance(number, int)
                    return number
        return None

    def _readiness(self) -> None:
        """Raises NotNow unless the printer says that it can print."""
        wanted: Wanted = [
            (
                Tag.KEYWORD,
                "requested-attributes",
                ("printer-state", "printer-state-reasons", "printer-is-accepting-jobs"),
            )
        ]
        try:
            answer = self._ask(Operation.GET_PRINTER_ATTRIBUTES, wanted)
        except OSError as error:
            raise NotNow(Condition.OFFLINE, words_for(error)) from error
        if not answer.is_success:
            raise NotNow(Condition.FAULT, f"there is no such printer at this address (IPP status {answer.status:#06x})")
        found: Attributes = answer.objects[0] if answer.objects else {}
        reasons = [str(reason) for reason in found.get("printer-state-reasons", ())]
        serious = [reason for reason in reasons if reason != "none" and not reason.endswith(("-report", "-warning"))]
        for name, condition in _REASONS:
            if any(reason.startswith(name) for reason in serious):
                raise NotNow(condition, CONDITION_WORDS.get(condition, "is off: switch it on"))
        if found.get("printer-state") == (_STOPPED,):
            raise NotNow(Condition.FAULT, f"stopped ({', '.join(reasons) or 'no reason given'}): see its display")
        if found.get("printer-is-accepting-jobs") == (False,):
            raise NotNow(Condition.PAUSED, "takes no jobs: let it accept jobs again (cupsaccept)")
        if "printer-state" not in found:
            raise NotNow(Condition.UNREADABLE, "does not say how it stands: is the address that of a printer?")

    def _ask(self, operation: Operation, wanted: Wanted, document: bytes = b"") -> IppAnswer:
        """Raises OSError where there is no answer, or none that is IPP."""
        parts = urlsplit(self._uri)
        assert parts.hostname is not None
        port = parts.port or 631
        connection = (
            http.client.HTTPSConnection(
                parts.hostname, port, timeout=_TIMEOUT_SECONDS, context=ssl.create_default_context()
            )
            if parts.scheme == "ipps"
            else http.client.HTTPConnection(parts.hostname, port, timeout=_TIMEOUT_SECONDS)
        )
        body = request(operation, self._uri, next(self._numbers), wanted) + document
        try:
            connection.request("POST", parts.path or "/", body, {"Content-Type": "application/ipp"})
            response = connection.getresponse()
            data = response.read()
            if response.status != http.client.OK:
                raise WireLost(0, f"it answers HTTP {response.status}")
            return read_answer(data)
        except (http.client.HTTPException, NotIpp) as error:
            raise WireLost(0, f"it does not speak IPP: {error}") from error
        finally:
            connection.close()

    # --- saying --------------------------------------------------------------------------------------------------

    def _block(self, job: Job, condition: Condition, words: str) -> None:
        self._say(condition, words)
        self._journal.move(job.job_id, State.BLOCKED, Evidence(condition, words))

    def _waits(self, job: Job, condition: Condition, words: str) -> None:
        self._say(condition, words)
        self._journal.move(job.job_id, job.state, Evidence(condition, words))

    def _doubt(self, job: Job, why: Why) -> None:
        words = f"did the page ending in {job.tail} come out? Look, and answer at the bench"
        self._say(Condition.DOUBTFUL, words)
        self._journal.move(job.job_id, State.DOUBTFUL, Evidence(why, words))


def _number(answer: IppAnswer, name: str) -> int | None:
    for found in answer.objects:
        value = found.get(name, (None,))[0]
        if isinstance(value, int):
            return value
    return None
