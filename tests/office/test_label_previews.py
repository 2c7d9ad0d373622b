"""The page of label templates and its files."""

import io
import re

import pytest
from flask.testing import FlaskClient
from PIL import Image

from tests.office.scene import signed_in
from tests.support.floor import Floor
from wms.labels.press import Press, PressError, PressTrouble
from wms.labels.preview import previews


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """The page shows nothing of any database."""
    return sqlite_database_url


def test_the_page_shows_every_template_and_its_files_are_there(client: FlaskClient) -> None:
    page = client.get("/office/labels").text
    assert 'href="/office/labels"' in client.get("/office/barcodes").text
    for each in previews():
        assert f'src="/office/labels/{each.name}.png"' in page
    assert len(re.findall(r'href="/office/labels/[^"]+300dpi\.zpl"', page)) == 10
    picture = Image.open(io.BytesIO(client.get("/office/labels/place_100x50.png").data))
    assert (picture.size, picture.mode) == ((800, 400), "1")
    assert client.get("/office/labels/place_100x50.pdf").data.startswith(b"%PDF-")
    low, high = (client.get(f"/office/labels/place_100x50.{dpi}dpi.zpl") for dpi in (203, 300))
    assert (low.mimetype, high.mimetype) == ("application/vnd.zebra-zpl",) * 2
    assert b"^PW800" in low.data
    assert b"^PW1181" in high.data
    again = client.get("/office/labels/place_100x50.203dpi.zpl", headers={"If-None-Match": low.headers["ETag"]})
    assert again.status_code == 304


def test_a_picture_is_drawn_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get("/office/labels/sku_60x40.png")
    monkeypatch.delattr("wms.office.label_previews.preview_picture")
    assert client.get("/office/labels/sku_60x40.png").data == first.data


def test_what_is_not_there_is_said(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "there is none of that name" in client.get("/office/labels/nonsense.png").text
    assert client.get("/office/labels/manifest_210x297.203dpi.zpl").status_code == 404

    def busy(*_arguments: object, **_more: object) -> bytes:
        raise PressError(PressTrouble.BUSY, "the press has too many labels waiting")

    monkeypatch.setattr(Press, "print_pdf", busy)
    answer = client.get("/office/labels/place_100x50.pdf")
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)


def test_a_picker_has_no_business_there(floor: Floor) -> None:
    assert signed_in(floor, "EMP-2").get("/office/labels").status_code == 403
