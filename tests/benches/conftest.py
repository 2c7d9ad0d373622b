"""A warehouse with one bench whose program is at work and whose packer has signed in.

On SQLite; tests whose statements the databases could read differently say `on_both` and run on PostgreSQL too.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benches.bench import Bench
from tests.support.floor import Floor, Handheld, opened_floor


@pytest.fixture
def floor(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Floor]:
    url: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_database_url")
    with opened_floor(url, tmp_path, "none") as opened:
        yield opened


@pytest.fixture
def bench(floor: Floor) -> Bench:
    made = Bench(floor)
    made.tells_devices()
    return made


@pytest.fixture
def packer(floor: Floor) -> Handheld:
    """The packer at the bench's page, which signs in under the bench's code."""
    return floor.handheld("EMP-4", "BENCH-1")
