"""The child processes that ask carriers: started when one is needed, kept warm, killed when they are late or odd.

Called by `adapter`. A child that was asked and gave no whole answer leaves a question nobody can answer here, so the
two ways of having nothing are told apart: before the question was written whole, nothing was sent; after it, nobody
knows.
"""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import msgspec

from wms.carriers.port import InDoubt, NotReached

PROGRAM = Path(__file__).parent / "child.py"
START_SECONDS = 25
"""Loading the library takes seconds. With an answer's 30 it is less than the lease of a booking."""
LONGEST_ANSWER_SECONDS = 30
MOST_BYTES = 16 * 1024 * 1024
_PIECE = 64 * 1024
# Weights and amounts are JSON numbers there and never floats here.
_ENCODER = msgspec.json.Encoder(decimal_format="number")
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "SSL_CERT_FILE", "HTTPS_PROXY", "NO_PROXY")
"""The child sees no other variable: it needs no database URL and no key."""


class Asker(Protocol):
    """What the adapter needs of a child."""

    def ask(self, question: Mapping[str, Any], *, timeout_seconds: float) -> dict[str, Any]: ...


def karrio_command(python: Path | None) -> tuple[str, ...]:
    """How the child is started: by the interpreter that has karrio, by default our own, and isolated from our code."""
    return (str(python or sys.executable), "-I", str(PROGRAM))


class NoChild:
    """Where nobody may ask carriers: outside the worker."""

    def ask(self, question: Mapping[str, Any], *, timeout_seconds: float) -> dict[str, Any]:
        raise NotReached("only the worker asks carriers")


NO_CHILD = NoChild()


class Children:
    """Asks children; a tidy one is used again. Safe in threads: each asker has a child for itself."""

    def __init__(self, command: Sequence[str], *, start_seconds: float = START_SECONDS) -> None:
        self._command, self._start_seconds = tuple(command), start_seconds
        self._idle: list[_Child] = []
        self._mutex = threading.Lock()
        self._ids = count(1)

    def ask(self, question: Mapping[str, Any], *, timeout_seconds: float) -> dict[str, Any]:
        """The child's answer. Raises NotReached where nothing was sent, InDoubt where nobody knows."""
        child = self._take()
        try:
            answer = child.ask({**question, "id": next(self._ids)}, timeout_seconds)
        except BaseException:
            child.kill()
            raise
        with self._mutex:
            self._idle.append(child)
        return answer

    def close(self) -> None:
        """End the idle children."""
        with self._mutex:
            idle, self._idle = self._idle, []
        for child in idle:
            child.kill()

    def _take(self) -> "_Child":
        while True:
            with self._mutex:
                child = self._idle.pop() if self._idle else None
            if child is None:
                return _Child(self._command, self._start_seconds)
            if child.is_tidy:
                return child
            child.kill()


class _Child:
    """One process."""

    def __init__(self, command: Sequence[str], start_seconds: float) -> None:
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        self._received = bytearray()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own program, by the interpreter the settings name
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                # Its log may quote what it was told: credentials and addresses.
                stderr=subprocess.DEVNULL, env=environment, start_new_session=True, bufsize=0,
            )  # fmt: skip
        except OSError as error:
            raise NotReached(f"{command[0]} cannot be started: {error.strerror}") from None
        try:
            hello = _object(self._line(start_seconds))
        except (InDoubt, ValueError) as why:
            self.kill()
            raise NotReached(f"the process for karrio did not get ready: {why}") from None
        if hello.get("ready") is not True:
            self.kill()
            raise NotReached(str(hello.get("said") or "the process for karrio said that it is not ready")[:500])

    @property
    def is_tidy(self) -> bool:
        """Whether it lives and has said nothing nobody asked for."""
        return self._process.poll() is None and not self._received and not select.select([self._out], [], [], 0)[0]

    @property
    def _out(self) -> int:
        assert self._process.stdout is not None
        return self._process.stdout.fileno()

    def ask(self, question: Mapping[str, Any], timeout_seconds: float) -> dict[str, Any]:
        line = _ENCODER.encode(question) + b"\n"
        assert self._process.stdin is not None
        written = 0
        try:
            while written < len(line):
                written += self._process.stdin.write(line[written:]) or 0
        except OSError as error:
            # Half a line is no question: the child acts on whole ones.
            raise NotReached(f"the process for karrio ended before it was asked: {error.strerror}") from None
        try:
            answer = _object(self._line(timeout_seconds))
        except ValueError:
            raise InDoubt("the process for karrio answered something that is no answer") from None
        if answer.get("id") != question["id"]:
            raise InDoubt("the process for karrio answered another question")
        return answer

    def kill(self) -> None:
        """End it and whatever it started, and wait for it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _line(self, timeout_seconds: float) -> bytes:
        """The next line it says. Raises InDoubt."""
        until = time.monotonic() + timeout_seconds
        while (end := self._received.find(b"\n")) < 0:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._out], [], [], left)[0]:
                raise InDoubt(f"no answer within {timeout_seconds:g} s")
            piece = os.read(self._out, _PIECE)
            if not piece:
                raise InDoubt("the process for karrio ended without an answer")
            self._received += piece
            if len(self._received) > MOST_BYTES:
                raise InDoubt(f"the process for karrio answered more than {MOST_BYTES} bytes")
        line = bytes(self._received[:end])
        del self._received[: end + 1]
        return line


def _object(line: bytes) -> dict[str, Any]:
    found = json.loads(line)
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found
