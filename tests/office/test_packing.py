"""The page of packing."""

import re

import pytest
from flask.testing import FlaskClient

from tests.support.floor import Floor
from wms.labels.contents import small_symbol
from wms.office.sheets import Wanted, sheet_of
from wms.packaging.importing import import_materials, import_rules

MATERIALS = b"code,kind,name,weight_grams,number_prefix\nTHANKS,insert,Thank-you card,8,\nSEAL,seal,Blue seal,1,BS\n"
RULES = b"rule,merchant,mark,no_boxes,inserts,seals,prices\nGifts,ACME,gift,,THANKS,,no\nGlass,,fragile,S,,SEAL,\n"


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Plain reads, the same on both."""
    return sqlite_database_url


def words_of(page: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", page).split())


def test_without_rules_the_page_says_so(client: FlaskClient) -> None:
    assert 'href="/office/packing"' in client.get("/office/carriers").text
    said = words_of(client.get("/office/packing").text)
    assert "There are none: any box will do" in said
    assert "BOX-S 200 × 150 × 100 mm, empty 50 g" in said


def test_rules_weights_and_what_was_let_pass_are_shown(client: FlaskClient, floor: Floor) -> None:
    import_materials(floor.database, floor.warehouse_id, MATERIALS.splitlines(keepends=True))
    import_rules(floor.database, floor.warehouse_id, RULES.splitlines(keepends=True))
    floor.put_stock("A-01 RED 10")
    floor.order("42", RED=2)
    hand = floor.handheld()
    hand.scans("T-1", "A-01", "RED", "RED", "T-1", "BENCH-1", "RED", "RED", "BOX-S")
    hand.scan("310g")
    hand.scans("EMP-1")
    said = words_of(client.get("/office/packing").text)
    assert "Gifts of merchant ACME, sent as a gift ACME Thank-you card; no prices in the parcel" in said
    assert "Glass with something fragile ACME; 0 products no box S; Blue seal" in said
    assert "MAT-SEAL Blue seal, seal, 1 g, numbered BS…" in said
    assert f"{floor.parcel('42').tracking_no}" in said
    assert "EMP-1 0.310 kg 0.250 kg ± 50 g –" in said.replace("\u202f", " ")
    assert "RED Red brush 100 g 130.0 g 0.0 g 1" in said
    wanted = Wanted("materials")
    sheet = floor.database.reading(lambda session: sheet_of(session, floor.warehouse_id, wanted))
    assert [small_symbol(label).expected.content for label in sheet.labels] == ["MAT-THANKS"], (
        "of a seal the number is scanned"
    )
