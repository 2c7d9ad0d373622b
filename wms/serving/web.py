"""One web process: the application behind waitress, on a socket that was opened beforehand. Called by `wms web`.

Why waitress: docs/decisions/0002-web-server.md. What matters here: a request gets a thread only once it has arrived
whole, and gives it back before its answer has been fetched, so that handhelds in bad coverage hold nobody up.
"""

import contextlib
import errno
import http.client
import socket
import threading
import time
from collections.abc import Iterator

import waitress
from flask import Flask

from wms.app import STOPPING
from wms.kernel.errors import WmsError

BACKLOG = 1024
CONNECTIONS = 1_000
"""Open at once per process; each handheld and each browser tab keeps one or a few."""
IDLE_SECONDS = 75
"""Longer than the pauses of a person who works; a handheld that fell out of coverage is forgotten after it."""
MOST_BYTES = 32 * 1024 * 1024
"""Of any request; every door has a smaller limit of its own."""
FINISH_SECONDS = 10
"""What requests under way get when the process is asked to stop."""


class CannotListen(WmsError):
    """The address cannot be served; the text says why and what to do."""


@contextlib.contextmanager
def listen(host: str, port: int) -> Iterator[socket.socket]:
    """A listening socket, to be opened before anything else: a taken port is said first. Raises CannotListen."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise CannotListen(f"{host!r} is no address of this machine ({error.strerror}); see --host") from error
    with socket.socket(family, kind, protocol) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
            listener.listen(BACKLOG)
        except OSError as error:
            raise CannotListen(_why_not(host, port, error)) from error
        yield listener


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} at {host} is in use, perhaps by another `wms run`; "
            f"stop that one, or choose another port: wms run --port {port + 1 if port < 65_535 else 8080}"
        )
    if error.errno == errno.EACCES:
        return f"this user may not open port {port}; choose one above 1023, see --port"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine; see --host"
    return f"port {port} at {host} cannot be opened: {error.strerror}"


def serve(app: Flask, listener: socket.socket, threads: int, stop: threading.Event) -> None:
    """Serve until `stop` is set; requests under way are answered first."""
    server = waitress.create_server(
        app,
        sockets=[listener],
        threads=threads,
        connection_limit=CONNECTIONS,
        channel_timeout=IDLE_SECONDS,
        backlog=BACKLOG,
        max_request_body_size=MOST_BYTES,
        # select() knows no descriptor above 1023.
        asyncore_use_poll=True,
        ident=None,
        clear_untrusted_proxy_headers=True,
    )
    doorkeeper = threading.Thread(target=server.run, name="doorkeeper", daemon=True)
    doorkeeper.start()
    while doorkeeper.is_alive() and not stop.wait(0.5):
        pass
    if not stop.is_set():
        raise CannotListen("the web server ended by itself; see the log above")
    if STOPPING in app.extensions:
        # Benches that wait for print jobs are answered now.
        app.extensions[STOPPING].set()
    deadline = time.monotonic() + FINISH_SECONDS
    while time.monotonic() < deadline and any(_is_busy(channel) for channel in list(server.active_channels.values())):
        time.sleep(0.02)
    server.task_dispatcher.shutdown(cancel_pending=True, timeout=1)


def _is_busy(channel: "waitress.channel.HTTPChannel") -> bool:
    return bool(channel.requests) or channel.total_outbufs_len > 0


def answers(listener: socket.socket) -> bool:
    """Whether the service behind the socket is ready."""
    host, port = listener.getsockname()[:2]
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  (compared, not listened on)
    connection = http.client.HTTPConnection(here, port, timeout=2)
    with contextlib.closing(connection):
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
