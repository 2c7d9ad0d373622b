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
