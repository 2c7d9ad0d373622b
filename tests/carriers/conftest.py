"""A warehouse in a database of each engine, and a simulated carrier on a real socket."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.carriers.scene import Sending, open_sending, simulated
from tests.orders.scene import NOW
from tests.support.opened import opened
from wms.carriers.simulator.platform import Platform
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with opened(database_url, lock_timeout_ms=5_000) as database:
        yield database


@pytest.fixture
def carrier(tmp_path: Path, clock: FixedClock) -> Iterator[Platform]:
    with simulated(tmp_path, clock) as platform:
        yield platform


@pytest.fixture
def sending(database: Database, carrier: Platform, clock: FixedClock) -> Sending:
    return open_sending(database, carrier.address, clock)
