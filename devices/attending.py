"""Keeping a device open: open, work, and after a loss open again, for as long as the program runs.

Called by scanners and scales. A device that was unplugged works again when it is plugged in, without a restart.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from devices.wire import OpenWire, Wire, words_for


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait between two tries to open; doubles from the first to the last."""

    first_ms: int = 200
    last_ms: int = 5000


def attend(
    open_wire: OpenWire,
    work: Callable[[Wire], None],
    lost: Callable[[str], None],
    stop: threading.Event,
    backoff: Backoff = Backoff(),
) -> None:
    """Call `work` with an open wire until `stop`; it returns when it sees `stop`. `lost` is told each loss in words."""
    wait_ms = backoff.first_ms
    while not stop.is_set():
        try:
            wire = open_wire()
        except OSError as error:
            lost(words_for(error))
            stop.wait(wait_ms / 1000)
            wait_ms = min(wait_ms * 2, backoff.last_ms)
            continue
        wait_ms = backoff.first_ms
        try:
            work(wire)
        except OSError as error:
            lost(words_for(error))
            stop.wait(wait_ms / 1000)
        finally:
            wire.close()
