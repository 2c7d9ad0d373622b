"""A service of the shift's own: `wms run` on a free port, over a folder that is thrown away. Called by `shift`.

It is a process like any other installation's; only its customs are quicker, so that a day takes a minute.
"""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wms.config import Settings, settings_from_environment
from wms.demo.handheld import ShiftTrouble

START_SECONDS = 90
STOP_SECONDS = 30
CUSTOMS_STEP_MS = 150


@dataclass(frozen=True, slots=True)
class Service:
    """A running service."""

    address: tuple[str, int]
    settings: Settings


@contextlib.contextmanager
def private_service(customs_step_ms: int = CUSTOMS_STEP_MS) -> Iterator[Service]:
    """Start it, wait until it answers, stop it at the end. Raises ShiftTrouble where it does not come up."""
    with tempfile.TemporaryDirectory(prefix="wms-shift-") as folder:
        port = _free_port()
        environment = {
            # This installation's settings are for its own service.
            **{name: value for name, value in os.environ.items() if not name.startswith("WMS_")},
            "WMS_CUSTOMS_STEP_MS": str(customs_step_ms),
            "WMS_DATA_DIR": folder,
            "WMS_HOST": "127.0.0.1",
            "WMS_PORT": str(port),
        }
        log = Path(folder) / "service.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "wms.cli", "run", "--kept"],
                env=environment,
                # Held open until we are done; when we are killed the system closes it and the service ends by itself.
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        address = ("127.0.0.1", port)
        try:
            _wait(process, address, log)
            yield Service(address, settings_from_environment(environment))
        finally:
            _end(process)


def _wait(process: "subprocess.Popen[bytes]", address: tuple[str, int], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers(address):
        if process.poll() is not None:
            raise ShiftTrouble(f"the private service did not start:\n{log.read_text()}")
        if time.monotonic() > deadline:
            raise ShiftTrouble(f"the private service did not answer within {START_SECONDS} s:\n{log.read_text()}")
        time.sleep(0.1)


def answers(address: tuple[str, int]) -> bool:
    """Whether a service that is ready listens there."""
    connection = http.client.HTTPConnection(*address, timeout=5)
    with contextlib.closing(connection):
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False


def _end(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdin is not None
    process.stdin.close()
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
