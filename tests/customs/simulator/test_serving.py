"""One port for all warehouses: a folder that is out of order stops none of the others."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.customs.simulator.papers import CALM, Desk, Purchase
from wms.customs.simulator.serving import serve_folders
from wms.kernel.clock import SystemClock

PATIENCE_SECONDS = 60


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def break_inbox(desk: Desk) -> None:
    (desk.folder / "inbox").write_text("a file where a folder belongs")


def break_database(desk: Desk) -> None:
    (desk.folder / "simulator").mkdir()
    (desk.folder / "simulator" / "port.sqlite").write_bytes(b"no database at all, but long enough to be read" * 50)


@pytest.mark.parametrize("breaking", [break_inbox, break_database])
def test_a_broken_folder_stops_no_other(
    tmp_path: Path, breaking: Callable[[Desk], None], caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = Desk(tmp_path / "A"), Desk(tmp_path / "B")
    breaking(broken)
    for desk in (broken, sound):
        desk.declare(Purchase())
    stop = threading.Event()
    port = threading.Thread(
        target=serve_folders,
        args=(tmp_path,),
        kwargs={"scenario": CALM, "seed": 1, "clock": SystemClock(), "stop": stop},
    )
    with caplog.at_level(logging.WARNING):
        port.start()
        until(lambda: not list((sound.folder / "outbox").iterdir()))
        time.sleep(0.5)
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 1, "said once, not at every look"
    assert str(broken.folder) in said[0]

    for thing in (broken.folder / "inbox", broken.folder / "simulator" / "port.sqlite"):
        if thing.is_file():
            thing.unlink()
    until(lambda: not list((broken.folder / "outbox").iterdir()))
    stop.set()
    port.join()


def test_no_root_yet_and_a_single_warehouse(tmp_path: Path) -> None:
    stop = threading.Event()
    port = threading.Thread(
        target=serve_folders,
        args=(tmp_path / "HZ1",),
        kwargs={"scenario": CALM, "seed": 1, "clock": SystemClock(), "stop": stop},
    )
    port.start()
    time.sleep(0.3)
    desk = Desk(tmp_path / "HZ1")
    desk.send("311", Purchase().order())
    until(lambda: not list((desk.folder / "outbox").iterdir()))
    stop.set()
    port.join()
