"""A port that is killed at any moment, again and again: no receipt is lost, and none is invented."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from tests.customs.simulator.papers import Desk, Purchase, message
from tests.customs.simulator.test_scenario import ROUGH
from wms.customs.simulator import mailbox, speaking
from wms.customs.simulator.registry import Registry
from wms.customs.simulator.serving import serve_folders
from wms.kernel.clock import SystemClock

SCENARIO = replace(ROUGH, unsigned_allowed=True, step_ms=20, inspection_ms=60)
PURCHASES = 24

PORT = """
import sys, threading
from pathlib import Path
from wms.customs.simulator.scenario import Scenario
from wms.customs.simulator.serving import serve_folders
from wms.kernel.clock import SystemClock
serve_folders(Path(sys.argv[1]), scenario=eval(sys.argv[2]), seed=1, clock=SystemClock(), stop=threading.Event())
"""


def start(root: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", PORT, str(root), repr(SCENARIO)])


def said_about_lists(desk: Desk) -> Counter[tuple[str | None, str]]:
    """Every decision as often as it came."""
    return Counter((entry.cop_no, entry.return_status) for entry in desk.entries() if entry.cop_no)


def declare_slowly(desk: Desk) -> None:
    for number in range(1, PURCHASES + 1):
        purchase = Purchase(number)
        papers = {"311": purchase.order, "411": purchase.payment, "511": purchase.waybill, "621": purchase.list}
        for kind, paper in papers.items():
            draft = desk.folder / "outbox" / f".CEB{kind}_{number}.tmp"
            draft.write_bytes(message(kind, paper()))
            os.replace(draft, desk.folder / "outbox" / f"CEB{kind}_{number}.xml")
        time.sleep(0.02)


def test_killed_in_loops(tmp_path: Path) -> None:
    undisturbed = Desk(tmp_path / "calm" / "HZ1", SCENARIO)
    undisturbed.declare(*(Purchase(number) for number in range(1, PURCHASES + 1)))
    undisturbed.settle()

    desk = Desk(tmp_path / "root" / "HZ1", SCENARIO)
    company = threading.Thread(target=declare_slowly, args=(desk,))
    company.start()
    random = Random(5)
    for _ in range(12):
        port = start(tmp_path / "root")
        time.sleep(random.uniform(0.15, 0.45))
        port.send_signal(signal.SIGKILL)
        port.wait()
    company.join()
    # What is left is for a port that nobody kills.
    desk.port.clock = SystemClock()
    deadline = time.monotonic() + 60
    while desk.port.run_once() or desk.port.next_due() is not None:
        assert time.monotonic() < deadline
        time.sleep(0.01)

    assert said_about_lists(desk) == said_about_lists(undisturbed)
    assert not [file for file in (desk.folder / "outbox").iterdir() if not file.name.startswith(".")]
    assert len(list((desk.folder / "simulator" / "taken").iterdir())) == 4 * PURCHASES


class Died(BaseException):
    """Stands for the end of the process: nothing catches it."""


WRITES = ("remember", "keep", "add_step", "end_wait", "let_wait")


@pytest.mark.parametrize("at", range(1, 52, 3))
def test_dead_at_any_write(desk: Desk, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """The same, but at every place at which something is written, one after the other."""
    left = [at]

    def deadly(owner: object, name: str) -> None:
        real = getattr(owner, name)

        def write(*arguments: object, **named: object) -> object:
            left[0] -= 1
            if left[0] == 0:
                raise Died
            return real(*arguments, **named)

        monkeypatch.setattr(owner, name, write)

    for name in WRITES:
        deadly(Registry, name)
    deadly(speaking, "post")
    deadly(mailbox, "delivered")
    deadly(os, "replace")
    desk.declare(Purchase())
    with pytest.raises(Died):
        desk.settle()
    desk.settle()
    assert said_about_lists(desk) == Counter({(Purchase().cop_no, status): 1 for status in ("2", "120", "800")})


def test_two_ports_at_the_same_folder_are_one(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "HZ1", SCENARIO)
    stop = threading.Event()
    ports = [
        threading.Thread(
            target=serve_folders,
            args=(tmp_path,),
            kwargs={"scenario": SCENARIO, "seed": 1, "clock": SystemClock(), "stop": stop},
        )
        for _ in range(2)
    ]
    for port in ports:
        port.start()
    declare_slowly(desk)
    desk.port.clock = SystemClock()
    deadline = time.monotonic() + 60
    while desk.port.next_due() is not None or list((desk.folder / "outbox").glob("[!.]*")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    stop.set()
    for port in ports:
        port.join()
    undisturbed = Desk(tmp_path / "calm", SCENARIO)
    undisturbed.declare(*(Purchase(number) for number in range(1, PURCHASES + 1)))
    undisturbed.settle()
    assert said_about_lists(desk) == said_about_lists(undisturbed)
