"""A day that was made once by scans, for all tests that begin in the middle of it: its rows, its files and its time.

Called by the fixtures of tests that change or read such a day. Each gets a copy of its own.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.support.databases import EmptyablePostgres
from tests.support.floor import Floor


@dataclass(frozen=True, slots=True)
class KeptDay:
    """How a floor stood when it was kept."""

    now: datetime
    files: Path
    """Its data folder; on SQLite the database is one of the files."""
    rows: Mapping[str, bytes]
    """By table, on PostgreSQL only."""

    @classmethod
    def of(cls, floor: Floor, into: Path, postgres: EmptyablePostgres | None) -> "KeptDay":
        # The last connection to close merges the write-ahead log into the file; the floor opens new ones.
        floor.close()
        shutil.copytree(floor.settings.data_dir, into)
        return cls(floor.clock.now(), into, postgres.rows() if postgres is not None else {})

    def copy_to(self, folder: Path, postgres: EmptyablePostgres | None) -> None:
        """Begin in an empty database and an empty folder where this day was kept."""
        shutil.copytree(self.files, folder, dirs_exist_ok=True)
        if postgres is not None:
            postgres.fill(self.rows)
