"""A small warehouse in a database of each engine."""

from collections.abc import Iterator

import pytest

from tests.orders.scene import Scene, open_scene
from tests.support.opened import opened
from wms.database.transaction import Database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with opened(database_url) as database:
        yield database


@pytest.fixture
def scene(database: Database) -> Scene:
    return open_scene(database)
