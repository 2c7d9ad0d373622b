"""The page crosses slow links: its HTML has no indentation and weighs little."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner_ui.lean import lean
from tests.support.floor import Floor, opened_floor

MOST_BYTES = 6 * 1024
A_LITTLE = 16
"""Tokens are other ones every time and pack differently."""


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
        packed = client.get(address, headers={"Accept-Encoding": "gzip"}).get_data()
        assert b"\n  " not in gzip.decompress(packed)
        assert len(packed) <= MOST_BYTES - A_LITTLE, len(packed)
