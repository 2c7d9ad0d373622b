"""Questions to a label printer and their answers, over one open wire. Called by `devices.printers.raw` and
`devices.checking`.
"""

import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from devices.health import Condition
from devices.printers.model import Patience, PrinterStatus
from devices.wire import Wire

_MOST_BYTES = 8192
_T = TypeVar("_T")


class LabelLanguage(Protocol):
    """A printer language: what to ask and how to read the answers."""

    @property
    def ask_status(self) -> bytes: ...

    @property
    def ask_errors(self) -> bytes: ...

    @property
    def ask_counter(self) -> bytes: ...

    @property
    def cancel_all(self) -> bytes:
        """Makes the printer forget every label it holds."""
        ...

    @property
    def sees_start(self) -> bool:
        """Whether "idle" right after sending already means that the label was printed."""
        ...

    def read_status(self, reply: bytes) -> PrinterStatus | None: ...

    def read_errors(self, reply: bytes) -> tuple[Condition, ...] | None: ...

    def read_counter(self, reply: bytes) -> int | None: ...


class PrinterTalk:
    """One conversation. After a counter question without an answer the wire must be closed: see `counter`."""

    def __init__(self, wire: Wire, language: LabelLanguage, patience: Patience) -> None:
        self._wire = wire
        self._language = language
        self._patience = patience
        self.heard_garbage = False
        """Whether something came that was no answer. Separates "unreadable" from "silent"."""

    @property
    def tells_restart(self) -> bool:
        return self._wire.tells_restart

    def send(self, data: bytes) -> None:
        self._wire.send(data)

    def close(self) -> None:
        self._wire.close()

    def forget_late_answers(self) -> None:
        """On a wire that outlives its opening, an answer to somebody's earlier question may still be under way."""
        if not self._wire.tells_restart:
            deadline = time.monotonic() + self._patience.late_ms / 1000
            while (left := deadline - time.monotonic()) > 0:
                self._wire.receive(left)

    def status(self) -> PrinterStatus | None:
        """How the printer stands now; None without a whole answer. Late answers to an earlier `status` do no harm: they
        were given after whatever was sent before that question.
        """
        return self._ask(self._language.ask_status, self._language.read_status)

    def errors(self) -> tuple[Condition, ...] | None:
        """What the printer complains about in detail; empty where its language has no such question."""
        if not self._language.ask_errors:
            return ()
        return self._ask(self._language.ask_errors, self._language.read_errors)

    def counter(self) -> int | None:
        """The label counter; None without a whole answer. That might still come and be taken for a later one, which
        would prove the wrong thing: close the wire.
        """
        return self._ask(self._language.ask_counter, self._language.read_counter)

    def _ask(self, question: bytes, read: Callable[[bytes], _T | None]) -> _T | None:
        while self._wire.receive(0):
            pass
        self._wire.send(question)
        deadline = time.monotonic() + self._patience.reply_ms / 1000
        reply = b""
        while (left := deadline - time.monotonic()) > 0:
            data = self._wire.receive(left)
            reply = (reply + data)[-_MOST_BYTES:]
            answer = read(reply) if data else None
            if answer is not None:
                return answer
        self.heard_garbage = self.heard_garbage or bool(reply)
        return None
