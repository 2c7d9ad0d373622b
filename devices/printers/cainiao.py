"""Handing labels on to Cainiao's own print component, which runs on the same computer and alone can read them.

One label is one task with one document, and all its names (request, task, document) are our job's id: the same job is
never a second task. The component's word is that of a spooler: where the connection was cut after a task was handed
over, it is asked once how the task stands; where it does not say "printed", the job is doubtful and a person looks. Its
own words are kept. What is said and heard is in `cainiao_messages`. Called by `devices.printers.worker`, one thread per
printer.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from devices.health import Condition
from devices.journal import Evidence, Journal
from devices.printers.cainiao_messages import (
    Heard,
    NotForCainiao,
    Stage,
    ask_printers,
    ask_task,
    heard_in,
    print_task,
    printer_in,
    read_message,
)
from devices.printers.model import USUAL_PATIENCE, Answer, Job, Patience, State, Why
from devices.printers.reach import Finding, NotNow
from devices.wire import WireLost, words_for

CAINIAO_MEDIA_TYPES = frozenset({"application/x-cainiao"})

_MOST_BYTES = 4 * 1024 * 1024
_CLOSE_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Component:
    """Where the component listens, and which of its printers is meant; empty: the one it calls its default."""

    address: str
    printer: str = ""
    version: str = "1.0"


class CainiaoPrinter:
    """One printer of the component. `say` tells the board how it stands; `stop` ends every wait."""

    def __init__(
        self,
        component: Component,
        journal: Journal,
        say: Callable[[Condition, str], None],
        stop: threading.Event,
        patience: Patience = USUAL_PATIENCE,
    ) -> None:
        self._component = component
        self._journal = journal
        self._say = say
        self._stop = stop
        self._patience = patience

    # --- what the worker calls -----------------------------------------------------------------------------------

    def look(self) -> Finding:
        try:
            with _talking(self._component, self._patience) as talk:
                return Finding(Condition.READY, f"ready: {self._readiness(talk)} of the component")
        except NotNow as no:
            return Finding(no.condition, no.words)
        except OSError as error:
            return Finding(Condition.OFFLINE, _away(error))

    def begin(self, job: Job) -> None:
        if job.answer is Answer.CAME_OUT and job.attempt:
            self._journal.move(job.job_id, State.PRINTED, Evidence(Why.PERSON))
            return
        if job.answer in {Answer.CANCEL, Answer.NOT_PRINTED, Answer.CAME_OUT}:
            # Also where its code was read from another paper before this one was sent: one is on the box.
            self._journal.move(job.job_id, State.CANCELLED, Evidence(Why.CANCELLED))
            return
        try:
            with _talking(self._component, self._patience) as talk:
                self._hand_over(job, talk, self._readiness(talk))
        except NotForCainiao as error:
            self._journal.move(job.job_id, State.CANCELLED, Evidence(Why.DAMAGED, str(error)))
        except NotNow as no:
            self._block(job, no.condition, no.words)
        except OSError as error:
            if self._journal.job(job.job_id).state in {State.SENDING, State.SENT_UNCONFIRMED}:
                self.settle(self._journal.job(job.job_id), Why.CONNECTION_LOST)
            else:
                self._block(job, Condition.OFFLINE, _away(error))

    def settle(self, job: Job, why: Why) -> None:
        """Find out about a task that was or may have been handed over before the thread that led to it was cut."""
        if job.answer is Answer.CAME_OUT:
            self._journal.move(job.job_id, State.PRINTED, Evidence(Why.PERSON))
            return
        try:
            with _talking(self._component, self._patience) as talk:
                heard = self._asked(job, talk)
        except (OSError, NotNow):
            heard = None
        if self._stop.is_set():
            return
        if heard is not None and heard.stage is Stage.PRINTED:
            self._journal.move(job.job_id, State.PRINTED, Evidence(Why.SPOOLER, heard.words))
        elif heard is not None and heard.stage is Stage.FAILED:
            self._doubt(job, Why.COMPONENT_FAILED, heard.words)
        else:
            self._doubt(job, why)

    def conclude(self, job: Job) -> bool:
        """Carry out a person's word. The component knows no way to forget a task; a copy is a task of its own."""
        if job.answer is Answer.CAME_OUT:
            self._journal.move(job.job_id, State.PRINTED, Evidence(Why.PERSON))
            return True
        if job.answer is Answer.NOT_PRINTED:
            self._journal.move(job.job_id, State.CANCELLED, Evidence(Why.PERSON))
            return True
        return False

    # --- handing over --------------------------------------------------------------------------------------------

    def _hand_over(self, job: Job, talk: "_Talk", printer: str) -> None:
        task = print_task(str(job.job_id), printer, job.content, self._component.version)
        self._say(Condition.READY, "prints")
        self._journal.move(job.job_id, State.SENDING, Evidence(attempt=job.attempt + 1))
        talk.send(task)
        self._journal.move(job.job_id, State.SENT_UNCONFIRMED)
        heard = self._last_word(job, talk)
        now = self._journal.job(job.job_id)
        if heard is None:
            if not self._stop.is_set():
                self.settle(now, Why.COMPONENT_SILENT)
        elif heard.stage is Stage.PRINTED:
            self._journal.move(job.job_id, State.PRINTED, Evidence(Why.SPOOLER, heard.words))
        elif heard.stage is Stage.REFUSED:
            # It says that it made no task of it, so nothing can come out.
            self._block(now, Condition.FAULT, f"the component refuses it: {heard.words}")
        else:
            self._doubt(now, Why.COMPONENT_FAILED, heard.words)

    def _asked(self, job: Job, talk: "_Talk") -> Heard | None:
        """How the task stands, asked again for as long as it may still print soon. Raises OSError."""
        deadline = time.monotonic() + self._patience.silence_ms / 1000
        while True:
            talk.send(ask_task(str(job.job_id), self._component.version))
            heard = talk.next_about(str(job.job_id), self._patience.reply_ms)
            is_underway = heard is not None and heard.stage is Stage.UNDERWAY
            if not is_underway or time.monotonic() > deadline or self._stop.wait(self._patience.poll_ms / 1000):
                return heard

    def _last_word(self, job: Job, talk: "_Talk") -> Heard | None:
        """What the component says in the end; None where it says nothing for too long, or somebody knows better.
        Raises OSError where the connection breaks.
        """
        deadline = time.monotonic() + self._patience.print_ms / 1000
        while time.monotonic() < deadline and not self._stop.is_set():
            answer = self._journal.job(job.job_id).answer
            if answer is not None and answer is not Answer.CANCEL:
                return None
            heard = talk.next_about(str(job.job_id), self._patience.poll_ms)
            if heard is not None and heard.stage is not Stage.UNDERWAY:
                return heard
        return None

    def _readiness(self, talk: "_Talk") -> str:
        """The name of the printer meant. Raises NotNow unless the component says that it can print."""
        talk.send(ask_printers(talk.request_id, self._component.version))
        deadline = time.monotonic() + self._patience.reply_ms / 1000
        while (left := deadline - time.monotonic()) > 0:
            found = printer_in(talk.next_message(left), self._component.printer)
            if isinstance(found, str):
                return found
            if found is not None:
                raise found
        silence = Condition.UNREADABLE if talk.heard_garbage else Condition.SILENT
        words = "its component answers unreadably: is the address right?"
        raise NotNow(silence, words if talk.heard_garbage else "its component does not answer: start it again")

    # --- saying --------------------------------------------------------------------------------------------------

    def _block(self, job: Job, condition: Condition, words: str) -> None:
        self._say(condition, words)
        self._journal.move(job.job_id, State.BLOCKED, Evidence(condition, words))

    def _doubt(self, job: Job, why: Why, said: str = "") -> None:
        question = f"did the label ending in {job.tail} come out? Look, and answer at the bench"
        words = f"its component says: {said}. {question[0].upper()}{question[1:]}" if said else question
        self._say(Condition.DOUBTFUL, words)
        self._journal.move(job.job_id, State.DOUBTFUL, Evidence(why, words))


@contextmanager
def _talking(component: Component, patience: Patience) -> Iterator["_Talk"]:
    """A connection of its own. Raises OSError where there is none, NotNow where it is none of a component."""
    with ExitStack() as open_ones:
        try:
            # Without compression and pings: the other side is a small program on this computer.
            opening = connect(
                component.address,
                compression=None,
                proxy=None,
                open_timeout=patience.reply_ms / 1000,
                ping_interval=None,
                close_timeout=_CLOSE_SECONDS,
                max_size=_MOST_BYTES,
            )
            socket = open_ones.enter_context(opening)
        except WebSocketException as error:
            raise NotNow(Condition.UNREADABLE, "what listens there is not Cainiao's component") from error
        yield _Talk(socket)


class _Talk:
    """One open connection. Every loss is an OSError, whatever the library calls it."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.request_id = f"look-{time.monotonic_ns()}"
        self.heard_garbage = False

    def send(self, message: str) -> None:
        try:
            self._socket.send(message)
        except WebSocketException as error:
            raise WireLost(0, "the component closed the connection") from error

    def next_message(self, seconds: float) -> str:
        """What it says next; empty where it says nothing in that time."""
        try:
            message = self._socket.recv(max(seconds, 0.001))
        except TimeoutError:
            return ""
        except WebSocketException as error:
            raise WireLost(0, "the component closed the connection") from error
        text = message if isinstance(message, str) else message.decode("utf-8", "replace")
        self.heard_garbage = self.heard_garbage or read_message(text) is None
        return text

    def next_about(self, job_id: str, milliseconds: int) -> Heard | None:
        """What it says next of our task; None where it says nothing of it in that time."""
        deadline = time.monotonic() + milliseconds / 1000
        while (left := deadline - time.monotonic()) > 0:
            heard = heard_in(self.next_message(left), job_id)
            if heard is not None:
                return heard
        return None


def _away(error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "its component is not running on this computer: start it"
    return words_for(error)
