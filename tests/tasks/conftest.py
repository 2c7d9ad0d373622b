"""The scan door of a small warehouse, once on each database; it is entered over HTTP like from a handheld."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

import scanner_ui.views
from scanner_ui.words import words
from tests.support.floor import Floor, Handheld, opened_floor


@pytest.fixture(autouse=True)
def _every_answer_has_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer without a sentence, or whose sentence lacks a value, fails the test that got it."""
    monkeypatch.setattr(scanner_ui.views, "words", partial(words, strict=True))


@pytest.fixture
def floor(database_url: str, tmp_path: Path) -> Iterator[Floor]:
    with opened_floor(database_url, tmp_path, "none") as opened:
        yield opened


@pytest.fixture
def picker(floor: Floor) -> Handheld:
    """A picker at the first of two shelves, with two RED and one BLUE to pick for order 42 into TOT-1."""
    floor.put_stock("A-01 RED 10\nA-02 BLUE 5")
    floor.order("42", RED=2, BLUE=1)
    hand = floor.handheld("EMP-2")
    hand.scans("T-1", "A-01")
    return hand
