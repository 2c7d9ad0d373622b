"""A WSGI application behind a socket, for as long as a block lasts.

Called by what is simulated beside the service, the electronic port's gateway and the carriers; the service itself has
its own way (`wms.serving.web`), which lets its visitors finish.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import waitress
from waitress import wasyncore

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

STOP_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Door:
    """Where visitors come in."""

    port: int
    is_open: Callable[[], bool]


@contextmanager
def open_door(application: "WSGIApplication", host: str = "127.0.0.1", port: int = 0, **more: Any) -> Iterator[Door]:
    """Serve until the block ends; port 0 is any that is free. `more` is what waitress is told besides."""
    channels: dict[int, Any] = {}
    server = waitress.create_server(
        application, map=channels, host=host, port=port, ident=None, asyncore_use_poll=True, **more
    )
    doorkeeper = threading.Thread(target=server.run, name="doorkeeper", daemon=True)
    doorkeeper.start()
    try:
        yield Door(int(server.effective_port), doorkeeper.is_alive)
    finally:
        server.task_dispatcher.shutdown(cancel_pending=True, timeout=STOP_SECONDS)
        _close(server.trigger, channels)
        doorkeeper.join(STOP_SECONDS)


def _close(trigger: Any, channels: dict[int, Any]) -> None:
    """Clients keep their connections open, and the loop ends with the last of them.

    The loop closes them itself, at once: from outside it would not be woken for another second. One of them is the
    trigger that wakes it, and the last answer may have woken it already: it waits until the trigger is let go.
    """
    let_go = threading.Event()

    def close_all() -> None:
        let_go.wait(STOP_SECONDS)
        wasyncore.close_all(channels, ignore_all=True)

    trigger.pull_trigger(close_all)
    let_go.set()
