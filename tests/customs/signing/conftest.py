"""Fixtures of the signing tests."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.customs.signing.pem import START, certificate, write_pem
from wms.kernel.clock import FixedClock


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """A key whose certificate lives for 100 more days."""
    return write_pem(
        tmp_path / "key.pem", certificate(START - timedelta(days=1), START + timedelta(days=100, minutes=1))
    )
