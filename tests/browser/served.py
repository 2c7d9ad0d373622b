"""A floor behind a real socket, for browsers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from werkzeug.serving import make_server

from tests.support.floor import Floor

LOOK_SECONDS = 0.02
"""How often a server looks whether it shall stop: every test waits for that."""


@dataclass
class Served:
    """A floor that answers on a port."""

    floor: Floor
    url: str


@contextmanager
def serving(floor: Floor) -> Iterator[str]:
    """Serve the floor's application until the block ends; gives its address."""
    server = make_server("127.0.0.1", 0, floor.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(LOOK_SECONDS,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
