"""`wms run` as one starts it: a whole installation in one process tree, which ends as cleanly as it began."""

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PATIENCE_SECONDS = 90


@dataclass
class Installation:
    """A running `wms run`."""

    process: "subprocess.Popen[bytes]"
    port: int
    out: Path

    def said(self) -> str:
        return self.out.read_text()

    def children(self) -> dict[str, int]:
        """Process ids by command."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0") for pid in listed}
        return {command[3].decode(): pid for pid, command in commands.items() if len(command) > 3}

    def status_of(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        with contextlib.closing(connection):
            connection.request("GET", path)
            return connection.getresponse().status


def until(holds: Callable[[], bool], doing: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain for {doing}"
        time.sleep(0.05)


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Installation]]:
    started: list[Installation] = []

    def begin() -> Installation:
        out, port = tmp_path / f"out-{len(started)}", free_port()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("WMS_")}
        with out.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "wms.cli", "run", "--port", str(port)],
                cwd=REPOSITORY,
                env={**environment, "WMS_DATA_DIR": str(tmp_path / "data")},
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        installation = Installation(process, port, out)
        started.append(installation)
        until(
            lambda: "Ctrl-C stops it." in installation.said() or process.poll() is not None, "the service to be ready"
        )
        assert process.poll() is None, installation.said()
        return installation

    yield begin
    for installation in started:
        if installation.process.poll() is None:
            installation.process.kill()
            installation.process.wait()


def test_start_stop_and_start_again(start: Callable[[], Installation], tmp_path: Path) -> None:
    first = start()
    said = first.said()
    assert "loading the demo warehouse" in said
    for what in (f"http://127.0.0.1:{first.port}/", "EMP-300", "3000", str(tmp_path / "data" / "printed")):
        assert what in said.replace("\n", "")
    assert (first.status_of("/"), first.status_of("/health/ready")) == (200, 200)

    twin = subprocess.run(
        [sys.executable, "-m", "wms.cli", "run", "--port", str(first.port)],
        cwd=REPOSITORY,
        env={**os.environ, "WMS_DATA_DIR": str(tmp_path / "twin")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert twin.returncode == 1
    assert re.fullmatch(rf"Port {first.port} at 127.0.0.1 is in use, .*--port {first.port + 1}.\n", twin.stderr)

    children = first.children()
    assert set(children) == {"web", "worker", "customs", "simulate", "run"}
    first.process.send_signal(signal.SIGINT)
    assert first.process.wait(60) == 0
    assert "Traceback" not in first.said()
    assert first.said().endswith("Stopped. The data is kept.\n")
    assert all(map(is_gone, children.values()))

    second = start()
    assert "loading the demo warehouse" not in second.said()
    second.process.send_signal(signal.SIGTERM)
    assert second.process.wait(60) == 0
    assert "Traceback" not in second.said()


def test_a_killed_web_server_is_replaced_and_a_killed_tree_leaves_nobody(start: Callable[[], Installation]) -> None:
    installation = start()
    before = installation.children()
    os.kill(before["web"], signal.SIGKILL)
    until(lambda: installation.children().get("web") not in (None, before["web"]), "a new web server")
    # The door stayed open meanwhile: whoever knocked is answered by the new one.
    assert installation.status_of("/health/ready") == 200
    assert "The web server 1 ended by signal SIGKILL; starting it again." in installation.said()

    after = installation.children()
    installation.process.kill()
    installation.process.wait()
    until(lambda: all(map(is_gone, after.values())), "the children to follow their keeper")
