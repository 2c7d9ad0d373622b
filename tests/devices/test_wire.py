"""What is said when a device cannot be reached."""

import errno
import os
import socket
import threading
import time
import tty
from collections.abc import Iterator

import pytest

from devices import wire as wires
from devices.wire import SerialSettings, WireLost, open_wire, words_for


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/dev/nothing-here", "plugged in"),
        ("usb-serial:NO-SUCH-NUMBER", "plugged in"),
        ("tcp://127.0.0.1:1", "refuses the connection"),
        ("tcp://no-such-host.invalid:9100", "host name is unknown"),
    ],
)
def test_each_failure_to_open_says_what_to_do(address: str, words: str) -> None:
    with pytest.raises(OSError) as failed:  # noqa: PT011 - the words are what is looked at
        open_wire(address, SerialSettings())
    assert words in words_for(failed.value)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(errno.EACCES, "x"), "dialout"),
        (TimeoutError(), "does not answer"),
        (OSError(errno.EIO, "x"), "unplugged"),
        (OSError(errno.ENOSPC, "x"), "No space left"),
        (WireLost(0, "it has stopped answering"), "it has stopped answering"),
    ],
)
def test_words_for_losses(error: OSError, words: str) -> None:
    assert words in words_for(error)


def test_a_closed_connection_is_a_loss_and_silence_is_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        wire = open_wire(f"socket://127.0.0.1:{listener.getsockname()[1]}", SerialSettings())
        peer, _ = listener.accept()
        assert wire.receive(0.01) == b""
        peer.sendall(b"AB")
        assert wire.receive(1) == b"AB"
        peer.close()
        with pytest.raises(WireLost):
            wire.receive(1)
        assert not wire.tells_restart
        wire.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wires, "WRITE_SECONDS", 1)


@pytest.fixture
def pair() -> Iterator[tuple[int, str]]:
    """A pseudo-terminal: the device's end, and the path of ours."""
    master, slave = os.openpty()
    tty.setraw(slave)
    yield master, os.ttyname(slave)
    os.close(master)
    os.close(slave)


def test_a_slow_device_gets_all(pair: tuple[int, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """At 9600 baud a large label takes minutes; the limit is for a device that takes nothing any more."""
    monkeypatch.setattr(wires, "WRITE_SECONDS", 3)
    device, path = pair
    wire = open_wire(path, SerialSettings())
    taken = bytearray()

    def take_slowly() -> None:
        while len(taken) < 30_000:
            taken.extend(os.read(device, 512))
            time.sleep(0.06)

    reader = threading.Thread(target=take_slowly)
    reader.start()
    wire.send(b"x" * 30_000)
    reader.join()
    assert len(taken) == 30_000
    wire.close()


@pytest.mark.usefixtures("impatient")
def test_a_standing_device_is_a_loss(pair: tuple[int, str]) -> None:
    wire = open_wire(pair[1], SerialSettings())
    with pytest.raises(OSError, match="timeout") as stuck:
        wire.send(b"x" * 1_000_000)
    assert "takes no more bytes" in words_for(stuck.value)
    wire.close()


@pytest.mark.usefixtures("impatient")
def test_a_standing_connection_is_a_loss() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        wire = open_wire(f"tcp://127.0.0.1:{listener.getsockname()[1]}", SerialSettings())
        peer, _ = listener.accept()
        with pytest.raises(TimeoutError):
            wire.send(b"x" * 20_000_000)
        wire.close()
        peer.close()
