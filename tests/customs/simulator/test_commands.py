"""`wms customs simulator` as a process, as one starts it, and when `wms run` starts it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner, Result

from tests.customs.simulator.papers import Desk, Purchase
from wms.config import EXAMPLE_DXP_ID, Settings, settings_from_environment
from wms.customs.simulator.commands import everyday_scenario, is_simulated, simulator_command
from wms.customs.simulator.desk import is_training
from wms.customs.simulator.scenario import EVERYDAY, Scenario
from wms.kernel.clock import SystemClock

PATIENCE_SECONDS = 60


def environment(tmp_path: Path, **variables: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WMS_")}
    return {**kept, "WMS_DATA_DIR": str(tmp_path / "data"), **variables}


def settings(tmp_path: Path, **variables: str) -> Settings:
    return settings_from_environment(environment(tmp_path, **variables))


@pytest.fixture
def processes() -> Iterator["list[subprocess.Popen[str]]"]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.communicate()


def start(
    processes: "list[subprocess.Popen[str]]", variables: Mapping[str, str], *arguments: str
) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "wms.cli", "customs", "simulator", *arguments]
    processes.append(subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, text=True))
    return processes[-1]


def end(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_SECONDS) == 0


def test_it_looks_after_all_warehouses(tmp_path: Path, processes: "list[subprocess.Popen[str]]") -> None:
    root = tmp_path / "data" / "customs"
    desks = [Desk(root / code) for code in ("HZ1", "NB2")]
    desks[0].declare(Purchase(1))
    process = start(processes, environment(tmp_path), "--calm", "--unsigned", "--step-ms", "20")
    desks[1].declare(Purchase(2))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not all(desk.said("622")[-1:] == ["800"] for desk in desks):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    end(process)
    assert desks[0].said("622", Purchase(2).cop_no) == []


def test_training_is_switched_on_from_the_command_line(
    tmp_path: Path, processes: "list[subprocess.Popen[str]]"
) -> None:
    desk = Desk(tmp_path / "port" / "HZ1")
    desk.declare(Purchase())
    arguments = ("--folder", str(tmp_path / "port"), "--calm", "--unsigned", "--step-ms", "20", "--training")
    process = start(processes, environment(tmp_path), *arguments)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while desk.said("622") != ["2", "120"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    end(process)
    assert is_training(desk.folder)


def test_it_is_a_gateway(tmp_path: Path, processes: "list[subprocess.Popen[str]]") -> None:
    process = start(processes, environment(tmp_path), "--http", "0")
    assert process.stdout is not None
    said = process.stdout.readline()
    found = re.fullmatch(r"Serving (http://127\.0\.0\.1:\d+)\n", said)
    assert found, said
    with urlopen(f"{found[1]}/receipts?receiver=A", timeout=PATIENCE_SECONDS) as answer:
        assert answer.read() == b'{"receipts": []}'
    end(process)


def refuse(tmp_path: Path, *arguments: str, **variables: str) -> Result:
    """Call the command where it must not begin; waiting for signals would be a beginning."""

    def never() -> None:
        raise AssertionError("the port began to serve")

    command = simulator_command(lambda: settings(tmp_path, **variables), SystemClock(), never)  # type: ignore[arg-type]
    return CliRunner().invoke(command, arguments)


def test_it_keeps_away_from_the_folders_of_a_real_client(tmp_path: Path) -> None:
    outcome = refuse(tmp_path, WMS_CUSTOMS_DXP_ID="DXPENT0000000042")
    assert outcome.exit_code == 2
    assert "a DXP client of its own (WMS_CUSTOMS_DXP_ID)" in outcome.output


def test_without_folders_it_must_be_told_where(tmp_path: Path) -> None:
    variables = {"WMS_CUSTOMS_TRANSPORT": "http", "WMS_CUSTOMS_GATEWAY_URL": "http://127.0.0.1:1"}
    outcome = refuse(tmp_path, **variables)
    assert outcome.exit_code == 2
    assert "give --folder or --http" in outcome.output


@pytest.mark.parametrize("arguments", [("--refused", "1001"), ("--refused", "x"), ("--step-ms", "0"), ("--http", "-1")])
def test_wrong_arguments_are_said(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    outcome = refuse(tmp_path, *arguments)
    assert outcome.exit_code == 2
    assert arguments[0] in outcome.output


def test_every_share_can_be_set_and_is_explained(tmp_path: Path) -> None:
    outcome = refuse(tmp_path, "--help")
    assert outcome.exit_code == 0
    timed = {"step_ms", "inspection_ms", "outage_ms", "assumed_after_ms", "unsigned_allowed"}
    for field in fields(Scenario):
        if field.name not in timed:
            assert f"--{field.name.replace('_', '-')} N" in outcome.output
            share = getattr(EVERYDAY, field.name)
            assert 0 <= share <= 1000


@pytest.mark.parametrize(
    ("variables", "simulated"),
    [
        ({}, True),
        ({"WMS_CUSTOMS_DXP_ID": EXAMPLE_DXP_ID}, True),
        ({"WMS_CUSTOMS_DXP_ID": "DXPENT0000000042"}, False),
        ({"WMS_CUSTOMS_SIMULATOR": "off"}, False),
        ({"WMS_CUSTOMS_TRANSPORT": "none"}, False),
        ({"WMS_CUSTOMS_TRANSPORT": "http", "WMS_CUSTOMS_GATEWAY_URL": "http://127.0.0.1:1"}, False),
    ],
)
def test_when_it_belongs_to_the_service(tmp_path: Path, variables: dict[str, str], simulated: bool) -> None:
    assert is_simulated(settings(tmp_path, **variables)) is simulated


def test_its_pace_and_strictness_follow_the_settings(tmp_path: Path) -> None:
    quick = everyday_scenario(settings(tmp_path, WMS_CUSTOMS_STEP_MS="10"))
    assert (quick.step_ms, quick.inspection_ms, quick.unsigned_allowed) == (10, 300, False)
    assert everyday_scenario(settings(tmp_path, WMS_CUSTOMS_SIGNER="none")).unsigned_allowed
