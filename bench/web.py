"""The web service as an installation runs it, in processes of its own. Called by `bench.scans`."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.databases import Measured

START_SECONDS = 60
STOP_SECONDS = 20
SECRET = "benchmarks-sign-nothing-worth-keeping"


@dataclass(frozen=True, slots=True)
class Web:
    """A running web service and the root of its process tree."""

    port: int
    process: int


@contextmanager
def running_web(database: Measured) -> Iterator[Web]:
    """The service over `database`, stopped at the end. Raises RuntimeError when it does not come up."""
    port = _free_port()
    environment = os.environ | {
        "WMS_DATABASE_URL": database.url,
        "WMS_DATA_DIR": str(database.folder),
        "WMS_SECRET_KEY": SECRET,
        "WMS_PORT": str(port),
    }
    log_path = database.folder / "web.log"
    with log_path.open("wb") as log:
        server = subprocess.Popen(_command(port, database.web_processes), env=environment, stdout=log, stderr=log)
    try:
        _wait_until_up(server, port)
        yield Web(port, server.pid)
    except BaseException:
        sys.stderr.write(log_path.read_text(errors="replace")[-4000:])
        raise
    finally:
        server.terminate()
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _command(port: int, processes: int) -> list[str]:
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", str(processes),
        "--blocking-threads", "16", "--no-ws", "--log-level", "warning", "wsgi:app",
    ]  # fmt: skip


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_up(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the web service ended with {server.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(f"the web service did not come up within {START_SECONDS} s")
