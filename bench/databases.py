"""The databases to measure on: an SQLite file, and a private PostgreSQL server with fsync on. Called by `bench.scans`.

Both lie on the same disk and keep what they acknowledged through a power cut: that is the setting of the product.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.postgres import running_cluster
from tests.support.session import open_session
from wms.config import sqlite_url


@dataclass(frozen=True, slots=True)
class Measured:
    """A fresh database, still without tables."""

    name: str
    url: str
    folder: Path
    server_process: int | None
    """The root of the database's own process tree; None where it runs inside the application."""


@contextmanager
def fresh_database(name: str) -> Iterator[Measured]:
    """A database of the engine `name`, gone at the end. Raises PostgresNotInstalled."""
    folder = Path(tempfile.mkdtemp(prefix="wms-bench-"))
    try:
        if name == "sqlite":
            url = sqlite_url(folder / "wms.sqlite")
            yield Measured(name, url, folder, server_process=None)
            return
        session = open_session()
        try:
            cluster = running_cluster(session.folder, durable=True)
            cluster.make_database("bench")
            postmaster = int((cluster.socket_folder / "data" / "postmaster.pid").read_text().splitlines()[0])
            yield Measured(name, cluster.url("bench"), folder, server_process=postmaster)
        finally:
            session.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
