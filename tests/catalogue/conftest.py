"""A database of each engine, as the service opens it."""

from collections.abc import Iterator

import pytest

from tests.support.opened import opened
from wms.database.transaction import Database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with opened(database_url) as database:
        yield database
