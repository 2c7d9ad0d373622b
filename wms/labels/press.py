"""The press: HTML to PDF in a process of its own, kept warm, watched, and replaced when it fails.

WeasyPrint stands on C libraries that may hang, crash or leak, and importing it costs half a second. So it lives in a
child that is started by name (never forked: a fork after the import would copy locks that nobody releases) and that
holds none of our secrets. A hung or dead child costs one label an error and the next one a second.

Called by `render`. Safe in threads: one label at a time, the others wait in one of two bounded queues, and the
urgent one goes first. One Press belongs to one process; make it after forking.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from wms.kernel.errors import WmsError
from wms.labels.frames import DONE, READY, receive_frame, send_frame
from wms.labels.turns import Turns

TEMPLATES = Path(__file__).parents[2] / "label_templates"

_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "XDG_CACHE_HOME")
"""The child sees no other variable: it needs no database URL and no key."""

_GOODBYE_SECONDS = 2


class PressTrouble(StrEnum):
    """Why there is no PDF."""

    BUSY = "busy"
    TOO_SLOW = "too_slow"
    DIED = "died"
    NOT_STARTED = "not_started"
    BAD_LABEL = "bad_label"
    CLOSED = "closed"


class PressError(WmsError):
    """The press gave no PDF. Everything but BAD_LABEL and CLOSED may work when tried again."""

    def __init__(self, trouble: PressTrouble, what: str) -> None:
        self.trouble = trouble
        super().__init__(what)

    @property
    def may_retry(self) -> bool:
        return self.trouble not in (PressTrouble.BAD_LABEL, PressTrouble.CLOSED)


class Press:
    """Makes PDFs, one at a time. Use it as a context manager or call `close`."""

    def __init__(
        self,
        *,
        templates: Path = TEMPLATES,
        label_seconds: int = 20,
        start_seconds: int = 60,
        queue_limit: int = 32,
        labels_per_child: int = 2_000,
    ) -> None:
        self._templates = templates
        self._label_seconds = label_seconds
        self._start_seconds = start_seconds
        self._labels_per_child = labels_per_child
        self._places = threading.BoundedSemaphore(queue_limit)
        self._urgent_places = threading.BoundedSemaphore(queue_limit)
        self._turns = Turns()
        self._owner = os.getpid()
        self._child: _Child | None = None
        self._closed = False

    def start(self) -> None:
        """Start the child and wait until it is warm, so that the first label is as fast as the others."""
        with self._turns.taken(urgent=True):
            self._ready_child()

    def print_pdf(self, html: str, stylesheets: tuple[str, ...], *, urgent: bool = False) -> bytes:
        """`html` as PDF with the named style sheets of the template folder. Raises PressError."""
        assert os.getpid() == self._owner, "a Press belongs to the process that made it"
        places = self._urgent_places if urgent else self._places
        if not places.acquire(blocking=False):
            raise PressError(PressTrouble.BUSY, "the press has too many labels waiting; try again shortly")
        try:
            with self._turns.taken(urgent=urgent):
                return self._print(html, stylesheets)
        finally:
            places.release()

    @property
    def child_pid(self) -> int | None:
        """The child's process id, for health pages and tests."""
        child = self._child
        return child.pid if child else None

    def close(self) -> None:
        """Stop the child and wait for it. A label under way is finished first."""
        with self._turns.taken(urgent=True):
            self._closed = True
            if self._child:
                self._child.stop()
                self._child = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _print(self, html: str, stylesheets: tuple[str, ...]) -> bytes:
        child = self._ready_child()
        job = json.dumps({"html": html, "stylesheets": list(stylesheets)}).encode()
        try:
            reply = child.ask(job, self._label_seconds)
        except TimeoutError:
            self._replace()
            raise PressError(
                PressTrouble.TOO_SLOW, f"the label was not ready after {self._label_seconds} s; the press was restarted"
            ) from None
        except (EOFError, OSError, ValueError):
            self._replace()
            raise PressError(PressTrouble.DIED, "the press died over this label and was restarted") from None
        if child.labels >= self._labels_per_child:
            self._replace()
        kind, body = reply[:1], reply[1:]
        if kind != DONE:
            raise PressError(PressTrouble.BAD_LABEL, f"the label could not be set: {body.decode('utf-8', 'replace')}")
        return body

    def _ready_child(self) -> "_Child":
        if self._closed:
            raise PressError(PressTrouble.CLOSED, "the press is closed")
        if self._child is None:
            self._child = _Child(self._templates, self._label_seconds)
        child = self._child
        try:
            child.wait_until_ready(self._start_seconds)
        except (TimeoutError, EOFError, OSError, ValueError) as error:
            child.kill()
            self._child = None
            raise PressError(
                PressTrouble.NOT_STARTED,
                f"the press did not start ({error}); check that Pango and the label fonts are installed",
            ) from None
        return child

    def _replace(self) -> None:
        """End this child and start the next; it warms up while the caller deals with the outcome."""
        if self._child:
            self._child.kill()
        self._child = _Child(self._templates, self._label_seconds)


class _Child:
    """One child process and our end of its socket."""

    def __init__(self, templates: Path, label_seconds: int) -> None:
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        environment["FONTCONFIG_FILE"] = str(templates / "fonts.conf")
        environment["PYTHONPATH"] = str(Path(__file__).parents[2])
        self._socket, theirs = socket.socketpair()
        with theirs:
            number = theirs.fileno()
            command = [sys.executable, "-m", "wms.labels.press_child", str(number), str(templates), str(label_seconds)]
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own words, no shell
                command, pass_fds=(number,), env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
            )
        self._ready = False
        self.labels = 0

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_until_ready(self, seconds: int) -> None:
        if self._ready:
            return
        reply = receive_frame(self._socket, time.monotonic() + seconds)
        if reply != READY:
            raise ValueError(reply[1:].decode("utf-8", "replace"))
        self._ready = True

    def ask(self, job: bytes, seconds: int) -> bytes:
        self.labels += 1
        deadline = time.monotonic() + seconds
        send_frame(self._socket, job, deadline)
        return receive_frame(self._socket, deadline)

    def stop(self) -> None:
        """Hang up, give the child a moment, then end it. It is waited for: no zombie stays behind."""
        self._socket.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_GOODBYE_SECONDS)
        self.kill()

    def kill(self) -> None:
        self._socket.close()
        self._process.kill()
        self._process.wait()
