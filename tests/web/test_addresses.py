from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.support.floor import opened_floor


@pytest.fixture
def somebody(database_url: str, tmp_path: Path) -> Iterator[FlaskClient]:
    """A supervisor at the whole application."""
    with opened_floor(database_url, tmp_path, "none") as floor:
        yield floor.handheld().client


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/orders/a%00b",
        "/api/v1/orders/a?merchant=%00",
        "/api/v1/notices/a%00b",
        "/api/v1/labels/a%00b.pdf",
        "/office/order/a%00b",
        "/office/stock?q=a%00b",
    ],
)
def test_an_address_with_nul_is_bad_input_on_either_database(somebody: FlaskClient, address: str) -> None:
    assert somebody.get(address).status_code == 400
