"""A port behind a fresh folder."""

from pathlib import Path

import pytest

from tests.customs.simulator.papers import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "HZ1")
