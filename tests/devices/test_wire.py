"""What is said when a device cannot be reached."""

import errno
import socket

import pytest

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
