"""docs/bench.md step by step: a served house with its worker, the real program, devices over terminals and sockets."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from devices.simulation.printer import SimulatedPrinter
from devices.simulation.wires import TcpDevice
from tests.benches.bench import Bench, here, jobs, standing
from tests.support.floor import Floor, Handheld, code_of, opened_floor
from wms.app import worker_of
from wms.bench.lookup import bench_standing
from wms.labels.press import Press
from wms.serving.web import listen, serve

REPOSITORY = Path(__file__).parents[2]
PATIENCE_SECONDS = 90


class House:
    """A floor behind a real socket with its worker, and the programs of its bench."""

    def __init__(self, floor: Floor, url: str, folder: Path, programs: ExitStack) -> None:
        self.floor, self.url, self.folder, self._programs = floor, url, folder, programs
        folder.mkdir()
        token = Bench(floor).headers["Authorization"].removeprefix("Bearer ")
        (folder / "token").write_text(token)
        self.packer: Handheld = floor.handheld("EMP-4", "BENCH-1")

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        """`wms-bench …`, ended with the test."""
        with (self.folder / "log").open("ab") as log:
            program = subprocess.Popen(
                [sys.executable, "-m", "devices", *words], cwd=REPOSITORY, stdout=log, stderr=log
            )
        self._programs.callback(self.end, program)
        return program

    def end(self, program: "subprocess.Popen[bytes]", how: int = signal.SIGKILL) -> None:
        if program.poll() is None:
            os.kill(program.pid, how)
        program.wait(PATIENCE_SECONDS)

    def until(self, holds: Callable[[], object], what: str) -> None:
        """Wait; who waits in vain is told how everything stands."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            assert time.monotonic() < deadline, f"waited in vain for {what}\n{self.story()}"
            time.sleep(0.03)

    def story(self) -> str:
        """How the devices stand by the server's word, what the packer sees, what the programs wrote."""
        return f"{self.devices()}\n{here(self.packer)['screen']}\n{(self.folder / 'log').read_text()[-2000:]}"

    @property
    def file(self) -> Path:
        return self.folder / "devices.toml"

    def step(self) -> str:
        now = here(self.packer)
        self.packer.task, self.packer.screen = now["task"], now["screen"]
        return str(now["screen"]["step"])

    def picked(self) -> None:
        self.floor.put_stock("A-01 RED 2")
        self.floor.order("42", RED=2)
        self.floor.handheld("EMP-2").scans("T-1", "A-01", "RED", "RED")

    def devices(self) -> list[str]:
        """Every device and its condition, as the server was told."""
        now = self.floor.clock.now()
        found = self.floor.database.reading(
            lambda session: bench_standing(session, self.floor.warehouse_id, "BENCH-1", now)
        )
        return [f"{device.name} {device.condition}" for device in found.devices]

    def standing(self) -> list[str]:
        return standing(self.floor, self.floor.parcel("42").id)


@pytest.fixture
def house(sqlite_database_url: str, tmp_path: Path, press: Press) -> Iterator[House]:
    stop = threading.Event()
    with (
        opened_floor(sqlite_database_url, tmp_path, "none") as floor,
        listen("127.0.0.1", 0) as listener,
        ExitStack() as programs,
    ):
        threads = [
            threading.Thread(target=serve, args=(floor.app, listener, 8, stop)),
            threading.Thread(target=worker_of(floor.house, press).run, args=(stop,)),
        ]
        for thread in threads:
            thread.start()
        try:
            yield House(floor, f"http://127.0.0.1:{listener.getsockname()[1]}", tmp_path / "bench", programs)
            programs.close()
        finally:
            programs.close()
            stop.set()
            for thread in threads:
                thread.join(PATIENCE_SECONDS)


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    with Press() as running:
        yield running


def test_a_bench_is_connected_and_packs_as_its_document_says(house: House) -> None:
    folder = house.folder
    house.start("simulate", "--folder", str(folder), "--scale-port", "0", "--printer-port", "0",
                "--document-port", "0")  # fmt: skip
    house.until(lambda: house.file.exists() and (folder / "scanner.tty").is_symlink(), "the simulated devices")
    house.file.write_text(house.file.read_text().replace("http://127.0.0.1:8080", house.url))

    # wms-bench check
    (folder / "scale.txt").write_text("0 g\n")
    check = house.start("check", "--file", str(house.file), "--scan-seconds", "30")
    house.until(lambda: b"scan any code with hand" in (folder / "log").read_bytes(), "the question for a scan")
    scan(folder, "TOT-17")
    assert check.wait(PATIENCE_SECONDS) == 0, (folder / "log").read_text()
    said = (folder / "log").read_text()
    assert f"ok   server: {house.url} knows bench BENCH-1" in said
    assert "ok   hand: read 'TOT-17', AIM identifier ]C0" in said
    assert "ok   label: ready; its counter stands at 0 labels" in said

    # wms-bench run, and an order packed by the bench's own scanner
    house.start("run", "--file", str(house.file))
    # A scale that was never seen empty takes no weight: nobody knows what stood on it before.
    house.until(
        lambda: {"scale empty", "label ready", "a4 ready"} <= set(house.devices()), "the bench to tell of its devices"
    )
    house.picked()
    for text, step in (("T-1", "scan_item"), ("RED", "scan_item"), ("*QTY+1*", "scan_box"), ("BOX-S", "weigh")):
        before = house.step(), house.packer.task and house.packer.task["version"]
        scan(folder, text)
        house.until(lambda: (house.step(), house.packer.task and house.packer.task["version"]) != before, text)  # noqa: B023
        assert house.step() == step

    # The weight closes the parcel, its label prints, and the scan of the label finishes it.
    (folder / "scale.txt").write_text("250 g\n")
    house.until(lambda: house.step() == "scan_label", "the weight to close the parcel")
    (folder / "scale.txt").write_text("0 g\n")
    house.until(lambda: house.standing() == ["1 printed"], "the label to be printed")
    (label,) = (folder / "printed").glob("*.zpl")
    number = house.floor.parcel("42").tracking_no
    assert number in re.sub(r">[0-9:]", "", label.read_text("utf-8"))
    assert label.with_suffix(".png").exists()
    scan(folder, number)
    house.until(lambda: house.standing() == ["1 printed applied"], "the scan of the label")
    assert house.step() == "scan_anything"


def scan(folder: Path, text: str) -> None:
    with (folder / "scanner.txt").open("a") as file:
        file.write(code_of(text) + "\n")


@pytest.mark.parametrize("counter", ["odometer.total_label_count", "none"])
def test_a_program_killed_in_the_middle_of_a_label_prints_it_once(house: House, counter: str) -> None:
    printed: list[bytes] = []
    printer = SimulatedPrinter(printed.append, motion_ms=60_000, counts=counter != "none")
    with TcpDevice(printer) as wire:
        house.file.write_text(
            f'[bench]\nname = "BENCH-1"\nserver = "{house.url}"\ntoken_file = "token"\nstate_folder = "state"\n'
            f'[[printer]]\nname = "label"\nlanguage = "zpl"\naddress = "tcp://127.0.0.1:{wire.port}"\n'
            f'counter = "{counter}"\n'
        )
        program = house.start("run", "--file", str(house.file))
        house.until(lambda: house.devices() == ["label ready"], "the bench to tell how its printer stands")
        house.picked()
        house.packer.scans("T-1", "RED", "RED", "BOX-S", "250g")
        parcel = house.floor.parcel("42")
        house.until(lambda: house.standing() == ["1 sent_unconfirmed"], "the label to be on its way")
        house.end(program)
        printer.motion_ms = 0
        printer._moving_until = 0.0
        house.until(lambda: len(printed) == 1, "the printer to print what it holds")
        house.start("run", "--file", str(house.file))
        if counter != "none":
            house.until(lambda: house.standing() == ["1 printed"], "the counter to be believed")
            assert jobs(house.floor, parcel.id)[0].why == "counter"
        else:
            house.until(lambda: house.standing() == ["1 doubtful"], "the question")
            assert jobs(house.floor, parcel.id)[0].why == "agent_restarted"
        house.step()
        assert house.packer.scan(parcel.tracking_no)["code"] == "label_applied"
        house.until(lambda: house.standing() == ["1 printed applied"], "the bench to be told that it came out")
        assert len(printed) == 1
