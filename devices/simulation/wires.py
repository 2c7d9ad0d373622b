"""Carries bytes between a simulated device and whoever talks to it: over a TCP port or a pseudo-terminal.

Called by `devices.simulation.command` and by tests. A device is anything that answers bytes with bytes, and may speak
without being asked when time passes.
"""

import os
import select
import socket
import threading
import tty
from contextlib import suppress
from pathlib import Path
from typing import Protocol, Self

from devices.simulation.printer import PowerGone

_TICK_SECONDS = 0.002
_CHUNK = 4096


class Device(Protocol):
    """A simulated device."""

    def answers(self, data: bytes) -> bytes:
        """Called with what came, and with b"" now and then."""
        ...


class TcpDevice:
    """A device on a TCP port. One client at a time; the others wait, as at a real printer.

    When its power is cut, connections break with a reset, or with `hangs` stay open in silence, as they do when a
    switched-off printer can no longer say that it is gone.
    """

    def __init__(self, device: Device, port: int = 0, host: str = "127.0.0.1", *, hangs: bool = False) -> None:
        self._device = device
        self._hangs = hangs
        self._hung: list[socket.socket] = []
        self._listener = socket.create_server((host, port), backlog=16)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True, name="simulated device")

    @property
    def port(self) -> int:
        port = self._listener.getsockname()[1]
        assert isinstance(port, int)
        return port

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *reason: object) -> None:
        self._stop.set()
        self._thread.join()
        self._listener.close()
        for connection in self._hung:
            connection.close()

    def _serve(self) -> None:
        client: socket.socket | None = None
        while not self._stop.is_set():
            waited_for = self._listener if client is None else client
            is_ready = bool(select.select([waited_for], [], [], _TICK_SECONDS)[0])
            if client is None and is_ready:
                client, _ = self._listener.accept()
                continue
            try:
                data = client.recv(_CHUNK) if client is not None and is_ready else b""
                is_gone = is_ready and not data
                answer = self._device.answers(data)
                if client is not None and answer:
                    client.sendall(answer)
            except PowerGone:
                self._cut(client)
                client = None
                continue
            except OSError:
                is_gone = True
            if is_gone and client is not None:
                client.close()
                client = None
        if client is not None:
            client.close()

    def _cut(self, client: socket.socket | None) -> None:
        if client is None:
            return
        if self._hangs:
            self._hung.append(client)
            return
        # Linger of zero: close with a reset, not with a polite end.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        client.close()


class PtyDevice:
    """A device on a pseudo-terminal; `path` is opened like a serial port. Baud and parity mean nothing there.

    A power cut is not seen on it: the cable stays in. `link` is a stable name that is made for it.
    """

    def __init__(self, device: Device, link: Path | None = None) -> None:
        self._device = device
        self._link = link
        self._stop = threading.Event()
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self._thread = threading.Thread(target=self._serve, daemon=True, name="simulated device")

    def __enter__(self) -> Self:
        if self._link is not None:
            self._link.unlink(missing_ok=True)
            self._link.symlink_to(self.path)
        self._thread.start()
        return self

    def __exit__(self, *reason: object) -> None:
        self._stop.set()
        self._thread.join()
        for descriptor in (self._master, self._slave):
            with suppress(OSError):
                os.close(descriptor)
        if self._link is not None:
            self._link.unlink(missing_ok=True)

    def _serve(self) -> None:
        while not self._stop.is_set():
            is_ready = bool(select.select([self._master], [], [], _TICK_SECONDS)[0])
            try:
                data = os.read(self._master, _CHUNK) if is_ready else b""
                answer = self._device.answers(data)
                while answer:
                    answer = answer[os.write(self._master, answer) :]
            except PowerGone:
                continue
            except OSError:
                return
