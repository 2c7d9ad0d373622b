"""A fair lock between processes, freed by the kernel when its holder dies. Used by `group_commit` alone.

Two files are locked one after the other. A plain advisory lock is not fair: a process that gives it back and wants it
again at once is faster than one that the kernel has to wake first, and under load the second would wait for ever. So
whoever wants the lock first takes the turnstile, and keeps it until the lock is his: the next in line already stands in
the turnstile while the holder works, and the holder has to queue behind him.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager


class ProcessLock:
    """The lock beside one file. One thread of a process asks for it at a time."""

    def __init__(self, path: str) -> None:
        self._paths = (f"{path}.turnstile", f"{path}.writer")
        self._files: tuple[int, int] | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for the lock, hold it for the block, give it back."""
        turnstile, writer = self._opened()
        fcntl.flock(turnstile, fcntl.LOCK_EX)
        try:
            fcntl.flock(writer, fcntl.LOCK_EX)
        finally:
            fcntl.flock(turnstile, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(writer, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the files; they are opened again when the lock is next asked for."""
        if self._files is not None:
            for file in self._files:
                os.close(file)
            self._files = None

    def __del__(self) -> None:
        self.close()

    def _opened(self) -> tuple[int, int]:
        if self._files is None:
            turnstile, writer = (os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600) for path in self._paths)
            self._files = (turnstile, writer)
        return self._files
