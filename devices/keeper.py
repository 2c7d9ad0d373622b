"""Ends this program when the one that started it is gone, however that one died. Called by the command line.

The keeper holds the writing end of a pipe that is our standard input. Nothing is ever written to it; the system closes
it at the latest when the keeper dies. To be killed costs a bench nothing: its journal knows what was done.
"""

import os
import signal
import threading
import time
from contextlib import suppress

GRACE_SECONDS = 8


def follow_keeper() -> None:
    """From now on stop this program, by SIGTERM first, when standard input is closed."""
    threading.Thread(target=_wait, name="keeper", daemon=True).start()


def _wait() -> None:
    with suppress(OSError):
        os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)
