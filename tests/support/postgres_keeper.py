"""Runs one PostgreSQL server for as long as a test session lives, then stops it and removes the session's folder.

Started by `tests.support.postgres` as `python -m tests.support.postgres_keeper <session folder> <binaries> durable` (or
`careless`). The session holds a shared lock on the file `in-use` in its folder. The kernel drops that lock when the
session's process ends in whatever way, also by SIGKILL; that is the sign to stop.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.support.postgres import POLL_SECONDS, START_SECONDS, STOP_SECONDS, USER

INITDB_OPTIONS = ("--username", USER, "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8")

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_min_messages": "fatal",
    "logging_collector": "off",
}

CARELESS = {
    # Safe only because nothing outlives the session: a power cut may eat it all.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # A vacuum by itself holds a lock on a table for as long as the one who empties the tables between tests waits for
    # it: now and then it was taken for a transaction left open. Tables that have grown are truncated instead.
    "autovacuum": "off",
}
"""Settings besides, unless the session asked for a durable server because it measures."""


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root; Debian's package brings the user for it. None means: as ourselves."""
    return "postgres" if os.getuid() == 0 else None


def _as_server_user() -> dict[str, Any]:
    user = _server_user()
    return {} if user is None else {"user": user, "group": user, "extra_groups": []}


def _initialise(folder: Path, binaries: Path) -> Path:
    data = folder / "data"
    subprocess.run(
        [binaries / "initdb", "--pgdata", data, "--no-sync", *INITDB_OPTIONS],
        check=True,
        stdin=subprocess.DEVNULL,
        **_as_server_user(),
        cwd="/",
    )
    return data


def _start(folder: Path, binaries: Path, *, durable: bool) -> subprocess.Popen[bytes]:
    data = _initialise(folder, binaries)
    settings = SETTINGS if durable else SETTINGS | CARELESS
    options = [text for name, value in settings.items() for text in ("-c", f"{name}={value}")]
    server = subprocess.Popen(
        [binaries / "postgres", "-D", data, "-c", f"unix_socket_directories={folder}", *options],
        stdin=subprocess.DEVNULL,
        **_as_server_user(),
        cwd="/",
    )
    deadline = time.monotonic() + START_SECONDS
    while _asks(folder, binaries) != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            server.kill()
            raise SystemExit("the server did not come up")
        time.sleep(POLL_SECONDS)
    return server


def _asks(folder: Path, binaries: Path) -> int:
    return subprocess.run([binaries / "pg_isready", "--quiet", "--host", folder], check=False).returncode


def _stop(server: subprocess.Popen[bytes]) -> None:
    # Immediate shutdown: nothing in it is worth a checkpoint.
    server.send_signal(signal.SIGQUIT)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def main(session_folder: Path, binaries: Path, *, durable: bool) -> None:
    """Start, say so, wait for the end of the session, stop, clean up."""
    alive = session_folder / "keeper-alive"
    alive.touch()
    # A terminal that goes away, or a polite kill of everything, must not end the keeper before its server.
    for ignored in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)
    folder = session_folder / "postgres"
    folder.mkdir(mode=0o700)
    if (user := _server_user()) is not None:
        shutil.chown(folder, user)
        # mkdtemp keeps others out of the session's folder; the server's user has to pass through it.
        session_folder.chmod(0o711)
    try:
        with (session_folder / "in-use").open("a") as in_use:
            server = _start(folder, binaries, durable=durable)
            (session_folder / "postgres-ready").touch()
            fcntl.flock(in_use, fcntl.LOCK_EX)
        _stop(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        alive.unlink()
    shutil.rmtree(session_folder, ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), durable=sys.argv[3] == "durable")
