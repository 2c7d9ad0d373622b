"""A simulated carrier behind a real socket. Called by `commands` and tests."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from wms.carriers.simulator.mishaps import Door
from wms.web.listening import open_door

THREADS = 128
CONNECTIONS = 1_000
"""Silent requests keep a thread and a connection each; there must be others left."""


@contextmanager
def listening(door: Door, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve until the block ends; the address it is reached at."""
    try:
        with open_door(door, host, port, threads=THREADS, connection_limit=CONNECTIONS) as opened:
            door.address = f"http://{host}:{opened.port}"
            try:
                yield door.address
            finally:
                door.stopping.set()
    finally:
        door.registry.close()


def serve(door: Door, host: str, port: int, stop: threading.Event, *, ready: Callable[[str], None]) -> None:
    """Serve until `stop` is set; `ready` is told the address."""
    with listening(door, host, port) as address:
        ready(address)
        stop.wait()
