"""Ctrl-C and SIGTERM as an event that everything can wait for. Called by `wms.cli`.

Signals come when they like, also twice and into the middle of waiting for this very event. Setting an event takes a
lock that the interrupted code may hold, and would then wait for itself for ever; so the handler only puts the signal
into a queue made for that, and a thread sets the event.
"""

import queue
import signal
import threading
from types import FrameType


def stop_on_signals() -> threading.Event:
    """An event that Ctrl-C and SIGTERM set from now on; nothing is interrupted half-way."""
    stop = threading.Event()
    asked: queue.SimpleQueue[int] = queue.SimpleQueue()

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.put(number)

    def wait() -> None:
        asked.get()
        stop.set()

    threading.Thread(target=wait, name="stop", daemon=True).start()
    signal.signal(signal.SIGINT, ask)
    signal.signal(signal.SIGTERM, ask)
    return stop
