"""Statements on the tests' own table, and a process that writes to it. Run as a script by `WriterProcess`."""

import subprocess
import sys
from multiprocessing.synchronize import Barrier
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.support.opened import opened
from wms.config import sqlite_url
from wms.database.transaction import Database

REPOSITORY = Path(__file__).parents[2]


def put(session: Session, name: str, units: int = 0) -> None:
    session.execute(text("INSERT INTO tally (name, units) VALUES (:name, :units)"), {"name": name, "units": units})


def add(session: Session, name: str, units: int) -> None:
    session.execute(text("UPDATE tally SET units = units + :units WHERE name = :name"), {"name": name, "units": units})


def names(session: Session) -> list[str]:
    return list(session.execute(text("SELECT name FROM tally ORDER BY name")).scalars())


def units(session: Session, name: str) -> int | None:
    found: int | None = session.execute(
        text("SELECT units FROM tally WHERE name = :name"), {"name": name}
    ).scalar_one_or_none()
    return found


def all_names(database: Database) -> list[str]:
    return database.reading(names)


class WriterProcess:
    """Another process that writes `prefix-0`, `prefix-1`, … in one transaction each.

    It says each name once that is acknowledged. With `pause_inside` it stops for ever inside the transaction of the
    last one, holding the write lock.
    """

    def __init__(self, url: str, prefix: str, count: int, *, pause_inside: bool = False) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.database.tally", url, prefix, str(count), "pause" if pause_inside else ""],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=REPOSITORY,
        )
        assert self._line() == "ready"

    def start(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def acknowledged(self, at_least: int) -> list[str]:
        """The next `at_least` acknowledged names."""
        return [self._line() for _ in range(at_least)]

    def rest(self) -> list[str]:
        """Everything it still said, after its end."""
        assert self.process.stdout is not None
        with self.process:
            return self.process.stdout.read().split()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def open_new_files(barrier: Barrier, folder: Path, count: int) -> None:
    """Look into `count` files that do not exist yet, each at the same moment as the other processes."""
    for number in range(count):
        with opened(sqlite_url(folder / f"{number}.sqlite")) as database:
            barrier.wait(60)
            database.reading(lambda session: session.execute(text("SELECT 1")))


def main(url: str, prefix: str, count: int, pause: str) -> None:
    with opened(url) as database:
        _say("ready")
        sys.stdin.readline()
        for number in range(count):
            name = f"{prefix}-{number}"

            def work(session: Session, name: str = name, last: bool = number == count - 1) -> None:
                put(session, name)
                if pause and last:
                    _say("inside")
                    sys.stdin.readline()

            database.in_transaction(work)
            _say(name)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
