"""A warehouse number, a clock that stands still, and both engines."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.support.opened import opened
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with opened(database_url) as database:
        yield database


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
