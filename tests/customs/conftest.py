"""Fixtures of the customs tests: a database of each engine with one warehouse, and a clock that stands still."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine

from tests.customs.parcels import START, open_warehouse
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    engine = create_engine(database_url)
    database = Database(engine)
    database.in_transaction(open_warehouse)
    yield database
    engine.dispose()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)
