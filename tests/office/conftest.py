"""The whole application on a busy bonded warehouse, on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.office.scene import make_busy, signed_in
from tests.support.databases import EmptyablePostgres
from tests.support.floor import NOON, Floor, opened_floor
from tests.support.kept_day import KeptDay
from wms.labels.press import Press


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    with Press() as made:
        yield made


@pytest.fixture(scope="session")
def busy_days() -> dict[str, KeptDay]:
    """The busy day on each engine that a test has asked for so far: to make it takes seconds."""
    return {}


@pytest.fixture
def postgres(database_url: str, request: pytest.FixtureRequest) -> EmptyablePostgres | None:
    """The database where it is PostgreSQL's."""
    found: EmptyablePostgres | None = (
        request.getfixturevalue("_postgres") if database_url.startswith("postgresql") else None
    )
    return found


@pytest.fixture
def floor(
    database_url: str,
    postgres: EmptyablePostgres | None,
    tmp_path: Path,
    busy_days: dict[str, KeptDay],
    request: pytest.FixtureRequest,
) -> Iterator[Floor]:
    """A bonded warehouse in which nothing has happened yet; for `busy` one in the middle of the day."""
    day = busy_days.get(engine_of(database_url)) if "busy" in request.fixturenames else None
    if day is not None:
        day.copy_to(tmp_path, postgres)
    with opened_floor(database_url, tmp_path, "china", start=day.now if day is not None else NOON) as opened:
        yield opened


@pytest.fixture
def busy(
    floor: Floor,
    press: Press,
    postgres: EmptyablePostgres | None,
    busy_days: dict[str, KeptDay],
    tmp_path_factory: pytest.TempPathFactory,
) -> Floor:
    """The same in the middle of the day."""
    engine = engine_of(floor.settings.database_url)
    if engine not in busy_days:
        make_busy(floor, press)
        busy_days[engine] = KeptDay.of(floor, tmp_path_factory.mktemp("busy") / engine, postgres)
    return floor


@pytest.fixture
def client(floor: Floor) -> FlaskClient:
    """A supervisor's browser."""
    return signed_in(floor)


def engine_of(database_url: str) -> str:
    """`sqlite` or `postgresql`."""
    return database_url.partition(":")[0].partition("+")[0]
