"""The whole application on a busy bonded warehouse, on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.office.scene import make_busy, signed_in
from tests.support.floor import Floor, opened_floor
from wms.labels.press import Press


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    with Press() as made:
        yield made


@pytest.fixture
def floor(database_url: str, tmp_path: Path) -> Iterator[Floor]:
    """A bonded warehouse in which nothing has happened yet."""
    with opened_floor(database_url, tmp_path, "china") as opened:
        yield opened


@pytest.fixture
def busy(floor: Floor, press: Press) -> Floor:
    """The same in the middle of the day."""
    make_busy(floor, press)
    return floor


@pytest.fixture
def client(floor: Floor) -> FlaskClient:
    """A supervisor's browser."""
    return signed_in(floor)
