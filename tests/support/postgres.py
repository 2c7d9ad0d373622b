"""A private PostgreSQL for one test session, made from Debian's own binaries.

`tests/conftest.py` calls `running_cluster` when the first test asks for PostgreSQL. All test processes of a session
share one cluster; a lock file decides who starts it. The server itself is run by `tests.support.postgres_keeper`, a
process of its own that outlives a crash of the tests just long enough to stop the server and to remove every trace.

The cluster listens on a Unix socket in the session's folder and nowhere else.
"""

import fcntl
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

USER = "wms"
START_SECONDS = 60
STOP_SECONDS = 30
POLL_SECONDS = 0.02


class PostgresNotInstalled(Exception):
    """There are no PostgreSQL server binaries on this machine."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server and the folder of its socket."""

    socket_folder: Path

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://{USER}@/{database}?host={self.socket_folder}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A connection of the superuser that commits each statement."""
        return psycopg.connect(f"user={USER} dbname={database} host={self.socket_folder}", autocommit=True)

    def make_database(self, name: str) -> None:
        """An empty database of that name; what it held before is gone."""
        with self.connect() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}"')


def binaries() -> Path:
    """The folder of the newest installed server's programs. Raises PostgresNotInstalled."""
    # Debian keeps initdb and postgres off the PATH, in a folder per major version.
    found = [folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if (folder / "initdb").exists()]
    if found:
        return max(found, key=lambda folder: int(folder.parent.name))
    on_path = shutil.which("initdb")
    if on_path is None:
        raise PostgresNotInstalled("no PostgreSQL server in /usr/lib/postgresql nor on the PATH")
    return Path(on_path).resolve().parent


def running_cluster(session_folder: Path, *, durable: bool = False) -> Cluster:
    """The session's cluster, started by whoever comes first. Raises PostgresNotInstalled.

    Tests need no durability and are quicker without. What measures asks for a `durable` one: Debian's own settings.
    """
    binaries()
    cluster = Cluster(session_folder / "postgres")
    with _locked(session_folder / "starting"):
        if not _ready(session_folder).exists():
            _start_keeper(session_folder, durable=durable)
    return cluster


def wait_until_gone(session_folder: Path) -> None:
    """Return once the keeper has stopped the server and ended itself, at once where none was started.

    The caller has released the session folder's `in-use` lock, for which the keeper waits.
    """
    alive = session_folder / "keeper-alive"
    deadline = time.monotonic() + STOP_SECONDS
    while alive.exists():
        if time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL in {session_folder} did not stop within {STOP_SECONDS} s")
        time.sleep(POLL_SECONDS)


def _ready(session_folder: Path) -> Path:
    return session_folder / "postgres-ready"


def _start_keeper(session_folder: Path, *, durable: bool) -> None:
    log_path = session_folder / "keeper.log"
    arguments = (session_folder, binaries(), "durable" if durable else "careless")
    with log_path.open("wb") as log:
        # A session of its own: Ctrl-C at the terminal must reach the tests, not the server under their feet.
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.support.postgres_keeper", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd=Path(__file__).parents[2],
        )
    deadline = time.monotonic() + START_SECONDS
    while not _ready(session_folder).exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start:\n{log_path.read_text(errors='replace')[-4000:]}")
        time.sleep(POLL_SECONDS)
    # The keeper outlives this process on purpose; nobody waits for it as a child.
    keeper.returncode = 0


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
