"""Fixtures of the customs tests: a database of each engine with one warehouse, and a clock that stands still."""

from collections.abc import Iterator

import pytest

from tests.customs.parcels import START, open_warehouse
from tests.support.opened import opened
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with opened(database_url) as database:
        database.in_transaction(open_warehouse)
        yield database


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)
