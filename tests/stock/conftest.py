"""A warehouse with nothing in it, on both engines, spoken of in text."""

from collections.abc import Iterator

import pytest

from tests.support.opened import opened
from tests.support.stock_text import StockText
from wms.database.transaction import Database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with opened(database_url) as database:
        yield database


@pytest.fixture
def stock(database: Database) -> StockText:
    return StockText.in_new_warehouse(database)


@pytest.fixture
def sqlite_stock(sqlite_database_url: str) -> Iterator[StockText]:
    """For what is asked of SQLite alone."""
    with opened(sqlite_database_url) as database:
        yield StockText.in_new_warehouse(database)


@pytest.fixture
def postgresql_stock(postgresql_database_url: str) -> Iterator[StockText]:
    """For what is asked of PostgreSQL alone."""
    with opened(postgresql_database_url) as database:
        yield StockText.in_new_warehouse(database)
