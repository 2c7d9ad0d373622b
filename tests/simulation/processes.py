"""The service as it runs in a building: several processes over one database, any of which may die at a commit.

A process here is a whole application of its own, made by `create_app`, with a worker of its own. It is killed without
its knowledge: `Commits` listens to the engine's own `commit` event, which SQLAlchemy sends right before the COMMIT
statement, and stands in for `Database.in_transaction` of this one instance, whose return is the moment right after it.
At the chosen commit it raises `Crash`, a BaseException that no handler of the product catches, so everything above it
is torn down as by a kill; before the commit the database rolls back, as it does when a client is gone. A worker commits
when it claims, within its handlers, and when it settles: a crash after its first commit lies between claim and settle,
a later one between storing a receipt and applying it. What the process kept in memory is thrown away with it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Connection, event
from werkzeug.test import TestResponse

from wms.app import create_app, house_of, worker_of
from wms.config import Settings
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.labels.press import Press
from wms.orders.jobs import sweep_once


class Crash(BaseException):
    """This process is dead."""


class Moment(StrEnum):
    """On which side of a commit a process dies."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Doom:
    """The process dies at its `commit`-th next commit, counted from 1."""

    commit: int
    moment: Moment

    def __str__(self) -> str:
        return f"dies {self.moment} commit {self.commit}"


@dataclass
class Building:
    """What all processes share and what outlives them: the database, the clock on the wall, the label press."""

    settings: Settings
    clock: FixedClock
    press: Press
    commits: int = 0
    """How often anybody has begun to commit: while it stands still, nothing can have changed."""


class Commits:
    """Counts the commits of one process since it was armed, and kills it at the one it is doomed to die at."""

    def __init__(self, database: Database, building: Building) -> None:
        self._building = building
        self._doom: Doom | None = None
        self._begun = 0
        in_transaction = database.in_transaction

        def dying(work: Callable[..., Any]) -> Any:
            result = in_transaction(work)
            self._die_at(Moment.AFTER)
            return result

        database.in_transaction = dying  # type: ignore[method-assign]
        event.listen(database.engine, "commit", self._before)

    def arm(self, doom: Doom | None) -> None:
        self._doom, self._begun = doom, 0

    def _before(self, _connection: Connection) -> None:
        self._building.commits += 1
        self._begun += 1
        self._die_at(Moment.BEFORE)

    def _die_at(self, moment: Moment) -> None:
        doom = self._doom
        if doom is not None and doom.moment is moment and self._begun >= doom.commit:
            self._doom = None
            raise Crash


class Process:
    """One process: web server, worker and sweeps."""

    def __init__(self, building: Building) -> None:
        self._building = building
        self.app = create_app(building.settings, building.clock)
        self.app.testing = True
        self.house = house_of(self.app)
        self.commits = Commits(self.house.database, building)
        self._worker = worker_of(self.house, building.press)
        # Cookies belong to the devices, which outlive the process.
        self._client: FlaskClient = self.app.test_client(use_cookies=False)

    def post(self, path: str, headers: Mapping[str, str], doom: Doom | None = None, **body: Any) -> TestResponse:
        """One request. Raises Crash where the process died over it."""
        self.commits.arm(doom)
        return self._client.post(path, headers=dict(headers), **body)

    def get(self, path: str, headers: Mapping[str, str]) -> TestResponse:
        self.commits.arm(None)
        return self._client.get(path, headers=dict(headers))

    def work(self, doom: Doom | None = None) -> int:
        """One batch of the worker. Raises Crash."""
        self.commits.arm(doom)
        return self._worker.run_once()

    def allocate(self, doom: Doom | None = None) -> None:
        """One sweep that promises stock to orders. Raises Crash."""
        self.commits.arm(doom)
        sweep_once(self.house.database, self._building.clock)

    def end(self) -> None:
        """Close what the operating system would close."""
        self.commits.arm(None)
        self.house.database.engine.dispose()
