"""The whole application on a small warehouse, once on each database."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

import scanner_ui.views
from scanner_ui.words import words
from tests.support.floor import Floor, opened_floor
from wms.labels.press import Press


@pytest.fixture(autouse=True)
def _every_answer_has_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer without a sentence, or whose sentence lacks a value, fails the test that got it."""
    monkeypatch.setattr(scanner_ui.views, "words", partial(words, strict=True))


@pytest.fixture
def floor(database_url: str, tmp_path: Path) -> Iterator[Floor]:
    """A warehouse whose goods need no customs release."""
    with opened_floor(database_url, tmp_path, "none") as opened:
        yield opened


@pytest.fixture
def bonded_floor(database_url: str, tmp_path: Path) -> Iterator[Floor]:
    """A bonded warehouse: nothing leaves without a release."""
    with opened_floor(database_url, tmp_path, "china") as opened:
        yield opened


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    """One label press for all journeys; starting it takes a second."""
    with Press() as running:
        yield running
