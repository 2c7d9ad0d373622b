"""Keeps a few processes running together: starts them, starts a fallen one again, stops them all. Called by `wms.cli`.

Nobody is left behind: each child leads a process group of its own, which is swept when the child is gone, and hangs on
a lifeline for the case that this process is killed itself.
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from wms.serving.lifeline import GRACE_SECONDS, Lifeline

LOOK_EVERY_SECONDS = 0.1
QUICK_SECONDS = 20
"""A child that falls sooner after its start is broken, not unlucky."""
MOST_QUICK_FALLS = 3

Say = Callable[[str], None]


class Broken(Exception):
    """A child does not stay up; everything was stopped. The text is a sentence for whoever started the tree."""


@dataclass(frozen=True, slots=True)
class Part:
    """One process of the tree."""

    name: str
    command: Sequence[str]
    shares: tuple[int, ...] = ()
    """File descriptors it inherits, such as the listening socket."""
    log: Path | None = None
    """Where its words go; None: to the terminal."""
    is_needed: bool = True
    """Whether the service is broken without it; else it is given up where it does not stay up."""


@dataclass(slots=True)
class _Running:
    part: Part
    process: "subprocess.Popen[bytes]"
    started: float
    quick_falls: int = 0


@dataclass(slots=True)
class Tree:
    """The processes of one `wms run`."""

    parts: Sequence[Part]
    say: Say
    folder: Path | None = None
    """Where the children run; here where left out."""
    _lifeline: Lifeline = field(default_factory=Lifeline)
    _running: list[_Running] = field(default_factory=list)

    def start(self) -> None:
        """Start every part."""
        self._running = [_Running(part, self._begin(part), time.monotonic()) for part in self.parts]

    def add(self, parts: Sequence[Part]) -> None:
        """Start more parts beside those that run."""
        self._running += [_Running(part, self._begin(part), time.monotonic()) for part in parts]

    def keep(self, stop: threading.Event) -> None:
        """Start again whatever falls, until `stop` is set. Raises Broken where that does not help."""
        while not stop.wait(LOOK_EVERY_SECONDS):
            self.look()

    def look(self) -> None:
        """See to every part once. Raises Broken."""
        for running in tuple(self._running):
            status = running.process.poll()
            if status is None:
                continue
            _sweep(running.process)
            quick = time.monotonic() - running.started < QUICK_SECONDS
            running.quick_falls = running.quick_falls + 1 if quick else 0
            what = f"the {running.part.name} ended {_how(status)}"
            if running.quick_falls >= MOST_QUICK_FALLS and not running.part.is_needed:
                self._running.remove(running)
                self.say(f"{what}, again and again; going on without it, see {running.part.log}")
                continue
            if running.quick_falls >= MOST_QUICK_FALLS:
                raise Broken(f"{what}, for the {running.quick_falls}rd time right after its start; see its words above")
            self.say(f"{what}; starting it again")
            running.process, running.started = self._begin(running.part), time.monotonic()

    def stop(self) -> None:
        """End all parts: gently, and after a while by force. Returns when no process of the tree is left."""
        for running in self._running:
            with contextlib.suppress(ProcessLookupError):
                running.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for running in self._running:
            try:
                running.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.say(f"the {running.part.name} did not end within {GRACE_SECONDS} s and was killed")
            _sweep(running.process)
        self._running = []
        self._lifeline.cut()

    def _begin(self, part: Part) -> "subprocess.Popen[bytes]":
        with contextlib.ExitStack() as ours:
            log = None if part.log is None else ours.enter_context(part.log.open("ab"))
            # A session of its own: Ctrl-C at the terminal reaches us only, and we stop our children in order.
            return subprocess.Popen(  # noqa: S603  (our own interpreter and our own words, no shell)
                part.command,
                cwd=self.folder,
                pass_fds=part.shares,
                stdin=self._lifeline.reading_end,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def _sweep(process: "subprocess.Popen[bytes]") -> None:
    """Kill what is left of a child and of its children."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _how(status: int) -> str:
    if status < 0:
        return f"by signal {signal.Signals(-status).name}"
    return f"with status {status}"
