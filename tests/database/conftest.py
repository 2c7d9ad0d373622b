"""A table of the tests' own, so that the database layer is tried without any slice."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from tests.support.opened import opened
from wms.database.transaction import Database


def with_tally(url: str) -> Iterator[Database]:
    """The opened database with an empty table `tally`, which is gone afterwards."""
    with opened(url) as database:
        database.in_transaction(
            lambda session: session.execute(
                text("CREATE TABLE tally (name VARCHAR(80) PRIMARY KEY, units INTEGER NOT NULL CHECK (units >= 0))")
            )
        )
        try:
            yield database
        finally:
            database.in_transaction(lambda session: session.execute(text("DROP TABLE tally")))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    yield from with_tally(database_url)


@pytest.fixture
def sqlite_database(sqlite_database_url: str) -> Iterator[Database]:
    yield from with_tally(sqlite_database_url)


@pytest.fixture
def postgresql_database(postgresql_database_url: str) -> Iterator[Database]:
    yield from with_tally(postgresql_database_url)
