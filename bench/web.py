"""The web service as an installation runs it: `wms migrate`, then `wms web` processes on one socket, as `wms run` does.

Called by the benchmarks. Workers are left out: they empty the outbox beside the scans, which is not what is measured.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cryptography.fernet import Fernet

from bench.databases import Measured
from bench.processes import cpu_seconds_of_tree
from wms.config import Settings
from wms.serving.web import answers, listen

START_SECONDS = 60
STOP_SECONDS = 20
SECRET = "benchmarks-sign-nothing-worth-keeping"


@dataclass(frozen=True, slots=True)
class Web:
    """A running web service and its processes."""

    port: int
    processes: tuple[int, ...]

    def cpu_seconds(self) -> float:
        """Processor time it has used so far."""
        return sum(cpu_seconds_of_tree(process) for process in self.processes)


def settings_of(database: Measured) -> Settings:
    """The settings the service is measured with: the defaults."""
    return Settings(database.url, database.folder, SECRET, personal_data_keys=(Fernet.generate_key().decode(),))


def migrate(database: Measured) -> None:
    """Make the tables. Raises RuntimeError."""
    done = subprocess.run(
        [sys.executable, "-m", "wms.cli", "migrate"],
        env=_environment(database),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"the tables could not be made: {done.stdout}{done.stderr}")


@contextmanager
def running_web(database: Measured) -> Iterator[Web]:
    """The service over `database`, stopped at the end. Raises RuntimeError when it does not come up."""
    log_path = database.folder / "web.log"
    with listen("127.0.0.1", 0) as listener, log_path.open("wb") as log:
        descriptor = listener.fileno()
        command = [sys.executable, "-m", "wms.cli", "web", "--listener", str(descriptor)]
        servers = [
            subprocess.Popen(command, env=_environment(database), stdout=log, stderr=log, pass_fds=(descriptor,))
            for _ in range(settings_of(database).processes)
        ]
        try:
            deadline = time.monotonic() + START_SECONDS
            while not answers(listener):
                if time.monotonic() > deadline or any(server.poll() is not None for server in servers):
                    raise RuntimeError(f"the web service did not come up:\n{log_path.read_text(errors='replace')}")
                time.sleep(0.1)
            yield Web(listener.getsockname()[1], tuple(server.pid for server in servers))
        finally:
            for server in servers:
                server.terminate()
            for server in servers:
                _end(server)


def _end(server: "subprocess.Popen[bytes]") -> None:
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _environment(database: Measured) -> dict[str, str]:
    return os.environ | {
        "WMS_DATABASE_URL": database.url,
        "WMS_DATA_DIR": str(database.folder),
        "WMS_SECRET_KEY": SECRET,
    }
