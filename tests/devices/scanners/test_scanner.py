"""A scanner over a real pseudo-terminal: partial reads, unplugging and coming back, and one owner only."""

import os
import threading
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from devices.attending import Backoff
from devices.health import Condition, HealthBoard
from devices.scanners.framing import Scanned, ScannerFraming
from devices.scanners.scanner import Scanner
from devices.wire import SerialSettings, open_wire, words_for

QUICK = Backoff(first_ms=5, last_ms=20)


class Cable:
    """A scanner's cable: a pseudo-terminal behind a name that outlives it."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self.plug()

    def plug(self) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.link.symlink_to(os.ttyname(self._slave))

    def unplug(self) -> None:
        self.link.unlink()
        os.close(self._master)
        os.close(self._slave)

    def scan(self, data: bytes) -> None:
        os.write(self._master, data)


@contextmanager
def running(link: Path) -> Iterator[tuple[list[str], HealthBoard]]:
    kept: list[str] = []
    board, stop = HealthBoard(), threading.Event()

    def keep(device: str, code: Scanned) -> None:
        kept.append(code.raw)

    scanner = Scanner("hand", ScannerFraming(), lambda: open_wire(str(link), SerialSettings()), keep, board)
    thread = threading.Thread(target=scanner.run, args=(stop, QUICK))
    thread.start()
    try:
        yield kept, board
    finally:
        stop.set()
        thread.join()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def is_in(board: HealthBoard, condition: Condition) -> Callable[[], bool]:
    return lambda: (health := board.of("hand")) is not None and health.condition is condition


def test_codes_come_byte_by_byte_and_in_one_piece(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "hand")
    with running(cable.link) as (kept, board):
        until(is_in(board, Condition.READY))
        for byte in b"TOT-17\r\n":
            cable.scan(bytes((byte,)))
        cable.scan(b"A\r\nB\r\nC\r")
        until(lambda: len(kept) == 4)
        assert kept == ["TOT-17", "A", "B", "C"]
    cable.unplug()


def test_a_scanner_works_again_when_it_is_plugged_in_again(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "hand")
    with running(cable.link) as (kept, board):
        until(is_in(board, Condition.READY))
        cable.scan(b"BEFORE\r\nHAL")
        until(lambda: kept == ["BEFORE"])
        cable.unplug()
        until(is_in(board, Condition.OFFLINE))
        health = board.of("hand")
        assert health is not None
        assert "plugged" in health.words
        cable.plug()
        until(is_in(board, Condition.READY))
        cable.scan(b"AFTER\r\n")
        until(lambda: len(kept) == 2)
        assert kept == ["BEFORE", "AFTER"], "half a code is gone with the cable"
    cable.unplug()


def test_unusable_bytes_are_said_and_the_next_code_counts(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "hand")
    with running(cable.link) as (kept, board):
        until(is_in(board, Condition.READY))
        cable.scan(b"\xff\xfe\r\n")
        until(is_in(board, Condition.UNREADABLE))
        cable.scan(b"A\r\n")
        until(lambda: kept == ["A"])
        until(is_in(board, Condition.READY))
    cable.unplug()


def test_a_port_has_one_owner(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "hand")
    first = open_wire(str(cable.link), SerialSettings())
    with pytest.raises(OSError, match="lock") as refused:
        open_wire(str(cable.link), SerialSettings())
    assert "another program holds the port" in words_for(refused.value)
    first.close()
    open_wire(str(cable.link), SerialSettings()).close()
    cable.unplug()
