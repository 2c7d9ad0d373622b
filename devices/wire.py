"""Bytes to and from a device: over TCP, a serial port, or a box that puts a serial port on the network.

Every loss of a device is an OSError here, whatever the layer below calls it, and afterwards the wire is of no use:
close it and open another. Called by scanners, scales and printers. A serial port is opened exclusively: two programs
that read one port each get half of every code.
"""

import errno
import os
import socket
import termios
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

import serial
from serial.tools import list_ports

CONNECT_SECONDS = 3
WRITE_SECONDS = 10
"""A printer without paper stops taking bytes; longer than this is a fault, not patience."""
USB_SERIAL = "usb-serial:"
_CHUNK = 4096
_PIECE = 512


class WireLost(OSError):
    """The device went away: unplugged, switched off, or the other side closed."""


class Wire(Protocol):
    """An open way to a device."""

    @property
    def tells_restart(self) -> bool:
        """Whether a device that lost its power and came back is noticed because this wire breaks with it."""
        ...

    def send(self, data: bytes) -> None:
        """Hand over all of `data`. Raises OSError; how much arrived is then unknown."""
        ...

    def receive(self, seconds: float) -> bytes:
        """What has come, waiting up to `seconds` for the first byte; b"" is silence. Raises OSError on a loss."""
        ...

    def close(self) -> None: ...


OpenWire = Callable[[], Wire]


@dataclass(frozen=True, slots=True)
class SerialSettings:
    """How a serial port speaks. Both sides must be set alike; nothing on the wire tells when they are not."""

    baud: int = 9600
    data_bits: int = 8
    parity: str = "none"
    stop_bits: int = 1
    flow: str = "none"


class TcpWire:
    """A TCP connection. `is_device` is false for a box in between, which stays up while the device behind it
    restarts.
    """

    def __init__(self, host: str, port: int, *, is_device: bool = True) -> None:
        self._socket = socket.create_connection((host, port), CONNECT_SECONDS)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._is_device = is_device

    @property
    def tells_restart(self) -> bool:
        return self._is_device

    def send(self, data: bytes) -> None:
        # Piece by piece: the time limit is for standing still, not for being slow.
        for at in range(0, len(data), _PIECE):
            self._socket.settimeout(WRITE_SECONDS)
            self._socket.sendall(data[at : at + _PIECE])

    def receive(self, seconds: float) -> bytes:
        # A time of zero would switch the socket to raising BlockingIOError instead.
        self._socket.settimeout(max(seconds, 0.0005))
        try:
            data = self._socket.recv(_CHUNK)
        except TimeoutError:
            return b""
        if not data:
            raise WireLost(errno.ECONNRESET, "the device closed the connection")
        return data

    def close(self) -> None:
        with suppress(OSError):
            self._socket.close()


_PARITIES = {
    "none": serial.PARITY_NONE,
    "even": serial.PARITY_EVEN,
    "odd": serial.PARITY_ODD,
    "mark": serial.PARITY_MARK,
    "space": serial.PARITY_SPACE,
}


class SerialWire:
    """A serial port of this computer. Raises OSError where it is missing, forbidden, or in another program's hands."""

    def __init__(self, address: str, settings: SerialSettings) -> None:
        is_local = "://" not in address
        try:
            self._port = serial.serial_for_url(
                address,
                baudrate=settings.baud,
                bytesize=settings.data_bits,
                parity=_PARITIES[settings.parity],
                stopbits=settings.stop_bits,
                xonxoff=settings.flow == "xonxoff",
                rtscts=settings.flow == "rtscts",
                timeout=0,
                write_timeout=WRITE_SECONDS,
                **({"exclusive": True} if is_local else {}),
            )
        except termios.error as error:
            raise WireLost(error.args[0], f"the port does not take these settings: {error.args[-1]}") from error

    @property
    def tells_restart(self) -> bool:
        return False

    def send(self, data: bytes) -> None:
        try:
            # Not flushed: that would wait without an end for a printer that holds the line, and what it took is asked
            # later.
            for at in range(0, len(data), _PIECE):
                self._port.write(data[at : at + _PIECE])
        except termios.error as error:
            raise WireLost(error.args[0], str(error.args[-1])) from error

    def receive(self, seconds: float) -> bytes:
        try:
            self._port.timeout = seconds
            first: bytes = self._port.read(1)
            if not first:
                return b""
            self._port.timeout = 0
            rest: bytes = self._port.read(_CHUNK)
        except termios.error as error:
            raise WireLost(error.args[0], str(error.args[-1])) from error
        return first + rest

    def close(self) -> None:
        with suppress(OSError, termios.error):
            self._port.close()


def open_wire(address: str, settings: SerialSettings) -> Wire:
    """Open `address`: `tcp://host:port`, `socket://host:port`, `usb-serial:<number>`, or a serial port's path."""
    scheme = urlsplit(address).scheme
    if scheme in {"tcp", "socket"}:
        parts = urlsplit(address)
        assert parts.hostname is not None
        assert parts.port is not None
        return TcpWire(parts.hostname, parts.port, is_device=scheme == "tcp")
    if address.startswith(USB_SERIAL):
        address = _path_of_usb(address.removeprefix(USB_SERIAL))
    return SerialWire(address, settings)


def _path_of_usb(serial_number: str) -> str:
    """Where the USB device with this serial number is now. Looked up at every opening: names move when it is
    replugged.
    """
    for port in list_ports.comports():
        if port.serial_number == serial_number:
            return str(port.device)
    raise WireLost(errno.ENOENT, f"no USB device with serial number {serial_number}")


_ADVICE = {
    errno.ENOENT: "there is no such port: is the device plugged in and switched on?",
    errno.EACCES: "this user may not open the port: add the user to the group dialout and sign in again",
    errno.EPERM: "this user may not open the port: add the user to the group dialout and sign in again",
    errno.EBUSY: "another program holds the port: stop that program",
    errno.EAGAIN: "another program holds the port: stop that program",
    errno.ECONNREFUSED: "it refuses the connection: is the port number right, and no other program connected?",
    errno.EHOSTUNREACH: "there is no way to this address: is the cable in, is the address right?",
    errno.ENETUNREACH: "there is no way to this address: is the cable in, is the address right?",
    errno.ETIMEDOUT: "it does not answer: is it switched on, is the address right?",
    errno.ECONNRESET: "it closed the connection: was it switched off?",
    errno.EIO: "it went away: was it unplugged?",
    errno.ENXIO: "it went away: was it unplugged?",
    errno.ENODEV: "it went away: was it unplugged?",
}


def words_for(error: OSError) -> str:
    """What a failed or lost wire means, and what to do."""
    if isinstance(error, socket.gaierror):
        return "this host name is unknown: correct it or use the address in numbers"
    if isinstance(error, serial.SerialTimeoutException):
        return "it takes no more bytes: paper out, paused, or the flow control is not the same on both sides"
    if isinstance(error, TimeoutError):
        return _ADVICE[errno.ETIMEDOUT]
    if error.errno in _ADVICE:
        return _ADVICE[error.errno]
    reason = os.strerror(error.errno) if error.errno else str(error)
    return f"it went away ({reason}): was it unplugged or switched off?"
