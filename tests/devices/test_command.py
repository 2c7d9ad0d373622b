"""The program as a person meets it: its words, its exit status, and the simulated bench tried step by step."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from devices.command import main
from devices.simulation.component import seal
from tests.devices.bench_server import TOKEN, BenchServer, serving
from tests.devices.conftest import new_job, tspl_label_of

ROOT = Path(__file__).parents[2]


@contextmanager
def program(*arguments: str, folder: Path) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-c", "import sys; from devices.command import main; sys.exit(main())", *arguments],
        cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


def wait_for_line(process: "subprocess.Popen[str]", words: str) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return line
    raise AssertionError(f"{words!r} was never said: {process.stderr.read() if process.stderr else ''}")


def run(*arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", "import sys; from devices.command import main; sys.exit(main())", *arguments],
        cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def until(holds: object) -> None:
    deadline = time.monotonic() + 30
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_simulated_bench_step_by_step(tmp_path: Path) -> None:
    """What docs/bench.md tells a person to do: simulate, check, run, scan, weigh, and print without paper."""
    warehouse = BenchServer()
    folder = tmp_path / "bench"
    with (
        serving(warehouse) as url,
        program(
            "simulate",
            "--folder",
            str(folder),
            "--scale-port",
            "0",
            "--printer-port",
            "0",
            "--document-port",
            "0",
            "--component-port",
            "0",
            "--language",
            "tspl",
            folder=tmp_path,
        ) as simulated,
    ):
        wait_for_line(simulated, "Ctrl-C")
        example = folder / "devices.toml"
        text = example.read_text()
        example.write_text(text.replace("http://127.0.0.1:8080", url))
        (folder / "token").write_text(TOKEN)

        with (folder / "scanner.txt").open("a") as scanner:
            scanner.write("")
        checked = run("check", "--file", str(example), "--scan-seconds", "1", folder=tmp_path)
        assert checked.returncode == 1, "nobody scanned"
        assert f"ok   server: {url} knows bench BENCH-1" in checked.stdout
        assert "NO   hand: opened, but no code came" in checked.stdout
        assert "ok   scale: at rest and empty" in checked.stdout
        assert "ok   label: ready; its counter stands at 0 labels" in checked.stdout
        assert "ok   a4: ready" in checked.stdout
        assert "ok   cainiao: ready" in checked.stdout

        (folder / "scale.txt").write_text("25 g\n")
        zeroed = run("zero", "scale", "--file", str(example), folder=tmp_path)
        assert zeroed.stdout == "ok   scale: zero is set\n"
        (folder / "scale.txt").write_text("not_ready\n")
        refused = run("tare", "scale", "--file", str(example), folder=tmp_path)
        assert (refused.returncode, "NO   scale: not ready" in refused.stdout) == (1, True)
        (folder / "scale.txt").write_text("25 g\n")
        unknown = run("zero", "attic", "--file", str(example), folder=tmp_path)
        assert unknown.stderr == "there is no scale called 'attic'; there is scale\n"

        with program("run", "--file", str(example), folder=tmp_path) as bench:
            wait_for_line(bench, "works for")
            until(lambda: len(warehouse.devices) == 5)
            with (folder / "scanner.txt").open("a") as scanner:
                scanner.write("TOT-17\n")
            until(lambda: warehouse.codes)
            until(lambda: any(device["words"] == "empty" for device in warehouse.devices))
            (folder / "scale.txt").write_text("1115 g\n")
            until(lambda: warehouse.weights)
            (folder / "printer.txt").write_text("paper out\n")
            job = warehouse.order("label", tspl_label_of(new_job().job_id), "application/vnd.tspl")
            until(lambda: warehouse.state_of(job) == "blocked")
            assert not list(folder.glob("printed/*"))
            (folder / "printer.txt").write_text("ready\n")
            until(lambda: warehouse.state_of(job) == "printed")
            paper = warehouse.order("a4", b"%PDF-1.7", "application/pdf")
            until(lambda: warehouse.state_of(paper) == "printed")
            sealed = warehouse.order("cainiao", seal("LP00112233445566"), "application/x-cainiao")
            until(lambda: warehouse.state_of(sealed) == "printed")
            again = run("run", "--file", str(example), folder=tmp_path)
            assert again.returncode == 1
            assert "another wms-bench runs" in again.stderr
    assert [(code["raw"], code["symbology"]) for code in warehouse.codes] == [("TOT-17", "]C0")]
    assert [weight["grams"] for weight in warehouse.weights] == [1090]
    assert sorted(path.name for path in (folder / "printed").iterdir()) == [
        "000001.not-drawn.txt", "000001.png", "000001.tspl", "document-000001.pdf", "waybill-000001.png",
    ]  # fmt: skip
    with Image.open(folder / "printed" / "000001.png") as picture:
        assert picture.size == (480, 320)
    with Image.open(folder / "printed" / "waybill-000001.png") as waybill:
        assert [code.text for code in zxingcpp.read_barcodes(waybill.convert("L"))] == ["LP00112233445566"]
    assert (folder / "counter.txt").read_text() == "1\n"


@pytest.mark.parametrize("command", ["run", "check"])
def test_faults_of_the_file_end_with_one(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "devices.toml"
    assert main([command, "--file", str(file)]) == 1
    assert "cannot be read (No such file or directory)" in capsys.readouterr().err
    file.write_text("[bench]\nname = 1\n")
    assert main([command, "--file", str(file)]) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 3
    assert said[-1].startswith(f"{file}, line 2: bench.name: is 1: write name = ")


def test_devices_that_are_not_there_are_named_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "devices.toml").write_text(
        '[bench]\nname = "B"\nserver = "http://127.0.0.1:1"\ntoken_file = "token"\n'
        '[[scanner]]\nname = "hand"\nport = "/dev/nothing"\n'
        '[[scale]]\nname = "scale"\nport = "socket://127.0.0.1:1"\nprotocol = "mt-sics"\n'
        '[[printer]]\nname = "label"\nlanguage = "zpl"\naddress = "tcp://127.0.0.1:1"\n'
        '[[printer]]\nname = "office"\nlanguage = "ipp"\naddress = "ipp://127.0.0.1:1/printers/a4"\n'
    )
    assert main(["check", "--file", str(tmp_path / "devices.toml")]) == 1
    said = capsys.readouterr().out
    assert len(re.findall(r"^NO   ", said, re.MULTILINE)) == 5
    for words in (
        "the token cannot be read",
        "is the device plugged in",
        "refuses the connection: is the port number right",
    ):
        assert words in said


def test_the_list_of_ports_is_never_empty_of_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    assert capsys.readouterr().out


def test_wrong_arguments_end_with_two() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["print"])
    assert ended.value.code == 2


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        found = run(
            "simulate",
            "--folder",
            "x",
            "--printer-port",
            str(taken.getsockname()[1]),
            "--scale-port",
            "0",
            folder=tmp_path,
        )
    assert found.returncode == 1
    assert "a port is taken" in found.stderr
    assert "choose another one with --scale-port, --printer-port" in found.stderr
