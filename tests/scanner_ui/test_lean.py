"""The page crosses slow links: its HTML has no indentation and weighs little."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner_ui.lean import lean
from tests.support.floor import Floor, opened_floor

MOST_BYTES = 6 * 1024


@pytest.fixture
def floor(sqlite_database_url: str, tmp_path: Path) -> Iterator[Floor]:
    with opened_floor(sqlite_database_url, tmp_path, "none") as opened:
        yield opened


def test_indentation_goes_and_words_stay() -> None:
    assert lean('<p\n   id="a">\n\n  two  words\n</p>') == '<p\nid="a">\ntwo  words\n</p>'


def test_the_html_of_the_page_is_light(floor: Floor) -> None:
    """Goal of the handheld: 6 kB, with the words of both languages."""
    client = floor.app.test_client()
    for address in ("/", "/shell"):
        page = client.get(address).get_data()
        assert b"\n  " not in page
        weight = len(gzip.compress(page, 6, mtime=0))
        assert weight <= MOST_BYTES, weight
