"""Sheets of barcodes: on screen and as PDF, every code one that the floor understands."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.support.floor import PIN, Floor
from wms.bench.model import Condition, DeviceKind, DeviceStanding
from wms.bench.reports import note_devices
from wms.catalogue.tables import Sku
from wms.labels.model import Medium, Symbology
from wms.labels.press import Press, PressError, PressTrouble
from wms.labels.reader import page_rasters, read_raster
from wms.office.sheets import KINDS, Sheet, Wanted, sheet_of
from wms.packaging.importing import import_materials


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """What these tests look at is drawn the same from either database."""
    return sqlite_database_url


def sheet(floor: Floor, kind: str, search: str = "", page: int = 1) -> Sheet:
    def work(session: Session) -> Sheet:
        return sheet_of(session, floor.warehouse_id, Wanted(kind, search, page))

    return floor.database.reading(work)


def test_every_kind_is_shown_and_offered(busy: Floor, client: FlaskClient) -> None:
    materials = b"code,name,kind,weight_grams\nTHANKS,Thank-you card,insert,5\n".splitlines(keepends=True)
    assert not import_materials(busy.database, busy.warehouse_id, materials).faults
    label = DeviceStanding("label", DeviceKind.PRINTER, Condition.READY, "", Medium.ZPL_203)
    busy.database.in_transaction(
        lambda session: note_devices(session, busy.warehouse_id, "BENCH-1", [label], now=busy.clock.now())
    )
    for kind in [kind.name for kind in KINDS]:
        page = client.get(f"/office/barcodes?kind={kind}").text
        assert f'src="/office/barcodes/sheet?kind={kind}"' in page
        assert f'href="/office/barcodes/sheet.pdf?kind={kind}"' in page
        shown = client.get(f"/office/barcodes/sheet?kind={kind}")
        assert shown.status_code == 200
        assert shown.text.count('class="symbol') == len(sheet(busy, kind).labels) > 0


def test_the_sheet_on_screen_lets_in_its_own_style_and_nothing_else(busy: Floor, client: FlaskClient) -> None:
    shown = client.get("/office/barcodes/sheet?kind=badges")
    policy = shown.headers["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce is not None
    assert f'<style nonce="{nonce[1]}">' in shown.text
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert nonce[1] not in client.get("/office/barcodes/sheet?kind=badges").text


def test_the_sheet_as_pdf_reads_back(busy: Floor, client: FlaskClient) -> None:
    answer = client.get("/office/barcodes/sheet.pdf?kind=boxes")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    found = read_raster(page_rasters(answer.data)[0], {Symbology.CODE_128})
    assert {symbol.content for symbol in found} == {"BOX-S", "BOX-L"}


def test_a_press_that_cannot_print_now_is_said(
    busy: Floor, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy_press(*_arguments: object) -> bytes:
        raise PressError(PressTrouble.BUSY, "the press has too many labels waiting; try again shortly")

    monkeypatch.setattr(Press, "print_pdf", busy_press)
    answer = client.get("/office/barcodes/sheet.pdf?kind=badges")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_a_name_that_no_font_can_print_is_said(busy: Floor, client: FlaskClient) -> None:
    busy.database.in_transaction(lambda session: session.execute(update(Sku).values(name="𐎀")))
    for path in ("/office/barcodes/sheet", "/office/barcodes/sheet.pdf"):
        answer = client.get(f"{path}?kind=all-products")
        assert answer.status_code == 404
        assert "is in no font of the labels" in answer.text


def test_nothing_of_a_kind(floor: Floor, client: FlaskClient) -> None:
    assert "There is nothing of that kind here yet" in client.get("/office/barcodes?kind=notices").text
    assert client.get("/office/barcodes/sheet?kind=notices").status_code == 404
    assert client.get("/office/barcodes/sheet.pdf?kind=notices").status_code == 404


def test_no_pin_is_on_any_sheet(busy: Floor, client: FlaskClient) -> None:
    for kind in ("badges", "tour"):
        text = re.sub(r"data:[^\"]+", "", client.get(f"/office/barcodes/sheet?kind={kind}").text)
        assert PIN not in text
