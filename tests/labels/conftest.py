"""One warm press for all label tests, and people whose addresses give labels trouble."""

from collections.abc import Iterator

import pytest

from wms.labels.press import Press


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    with Press() as made:
        yield made
