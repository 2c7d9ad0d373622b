"""One warm press for all label tests, and a warehouse that packs parcels."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.floor import Floor, opened_floor
from wms.labels.press import Press


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    with Press() as made:
        yield made


@pytest.fixture
def floor(database_url: str, tmp_path: Path) -> Iterator[Floor]:
    """A warehouse with one packed parcel, of order 42, whose label nobody has made yet."""
    with opened_floor(database_url, tmp_path, "none") as opened:
        opened.put_stock("A-01 RED 5")
        opened.order("42", RED=1)
        opened.handheld().scans("T-1", "A-01", "RED", "T-1", "BENCH-1", "RED", "BOX-S", "150g")
        yield opened
