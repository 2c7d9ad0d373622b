"""Ends a process when the one that keeps it is gone, however that one died.

The keeper holds the writing end of a pipe that is the kept process's standard input. Nothing is ever written to it; the
system closes it at the latest when the keeper dies. Called by `tree` (the keeper) and by `wms.cli` (the kept).
"""

import contextlib
import os
import signal
import threading
import time

GRACE_SECONDS = 15
"""What a process gets to finish its work by itself."""


class Lifeline:
    """The keeper's end. Children get `reading_end` as their standard input."""

    def __init__(self) -> None:
        self.reading_end, self._writing_end = os.pipe()

    def cut(self) -> None:
        """Let go of everybody who still hangs on it."""
        os.close(self._writing_end)
        os.close(self.reading_end)


def follow_keeper() -> None:
    """From now on end this process, by SIGTERM first, when standard input is closed.

    For a process that was started by a keeper as the leader of a process group of its own.
    """
    assert os.getpgrp() == os.getpid(), "a kept process leads its own group, or others would be ended with it"
    threading.Thread(target=_wait, name="lifeline", daemon=True).start()


def _wait() -> None:
    with contextlib.suppress(OSError):
        os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.killpg(0, signal.SIGKILL)
