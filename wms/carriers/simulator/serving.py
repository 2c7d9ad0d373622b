"""The platform behind a real socket. Called by `commands` and tests."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import waitress
from waitress import wasyncore

from wms.carriers.simulator.platform import Platform

THREADS = 128
CONNECTIONS = 1_000
"""Silent requests keep a thread and a connection each; there must be others left."""


@contextmanager
def listening(platform: Platform, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve until the block ends; the address it is reached at."""
    channels: dict[int, Any] = {}
    server = waitress.create_server(
        platform,
        map=channels,
        host=host,
        port=port,
        threads=THREADS,
        connection_limit=CONNECTIONS,
        ident=None,
        asyncore_use_poll=True,
    )
    doorkeeper = threading.Thread(target=server.run, name="simulated carrier", daemon=True)
    doorkeeper.start()
    platform.address = f"http://{host}:{server.effective_port}"
    try:
        yield platform.address
    finally:
        platform.stopping.set()
        server.close()
        server.task_dispatcher.shutdown(cancel_pending=True, timeout=5)
        wasyncore.close_all(channels, ignore_all=True)
        doorkeeper.join(5)
        platform.registry.close()


def serve(platform: Platform, host: str, port: int, stop: threading.Event, *, ready: Callable[[str], None]) -> None:
    """Serve until `stop` is set; `ready` is told the address."""
    with listening(platform, host, port) as address:
        ready(address)
        stop.wait()
