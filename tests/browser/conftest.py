"""A handheld page on a running practice server."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.handheld import Handheld
from tests.browser.practice_server import Practice, practice_server


@pytest.fixture
def practice() -> Iterator[Practice]:
    with practice_server() as running:
        yield running


@pytest.fixture
def handheld(handheld_page: Page, practice: Practice) -> Handheld:
    """The page as a signed-in picker finds it."""
    handheld = Handheld(handheld_page, practice.url)
    handheld.open()
    return handheld
