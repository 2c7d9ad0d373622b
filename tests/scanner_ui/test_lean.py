"""The page crosses slow links: its HTML has no indentation, weighs little, and carries what the site has set."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import brotli
import pytest

from scanner_ui.lean import lean
from tests.support.floor import Floor, opened_floor
from wms.app import create_app

MOST_BYTES = 6 * 1024
A_LITTLE = 16
"""Tokens are other ones every time and pack differently."""


@pytest.fixture
def floor(sqlite_database_url: str, tmp_path: Path) -> Iterator[Floor]:
    with opened_floor(sqlite_database_url, tmp_path, "none") as opened:
        yield opened


def test_indentation_goes_and_words_stay() -> None:
    assert lean('<p\n   id="a">\n\n  two  words\n</p>') == '<p\nid="a">\ntwo  words\n</p>'
    assert lean("<ul>\n  <li><b>a</b> <i>b</i></li>\n</ul>") == "<ul><li><b>a</b> <i>b</i></li></ul>"


def test_the_site_sets_what_is_an_echo_and_which_silence_ends_a_code(floor: Floor) -> None:
    site = create_app(replace(floor.settings, echo_window_ms=450, scan_silence_ms=250), floor.clock)
    for address in ("/", "/shell", "/bench"):
        assert 'data-echo-ms="450" data-silence-ms="250"' in site.test_client().get(address).get_data(as_text=True)


def test_the_html_of_the_page_is_light(floor: Floor) -> None:
    """Goal of the handheld: 6 kB, compressed with brotli, with the words of both languages."""
    client = floor.app.test_client()
    for address in ("/", "/shell"):
        packed = client.get(address, headers={"Accept-Encoding": "gzip, br"}).get_data()
        assert b"\n  " not in brotli.decompress(packed)
        assert len(packed) <= MOST_BYTES - A_LITTLE, len(packed)
