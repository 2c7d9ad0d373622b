"""Merchants, single barcodes, facts by id."""

import pytest
from sqlalchemy import select

from wms.catalogue.lookup import items_by_id
from wms.catalogue.model import LotPolicy, NewMerchant, PackLevel
from wms.catalogue.product_import import import_products
from wms.catalogue.service import add_barcode, create_merchant
from wms.catalogue.tables import Sku, SkuBarcode
from wms.database.transaction import Database
from wms.kernel.errors import BadInput

FILE = (
    b"sku_code,merchant_code,name,gtin,case_gtin,case_quantity,other_barcodes,weight_grams,lot_policy,hs_code,vat_rate\n"
    b"CUP,ACME,Cup,9521234567882,29521234567886,48,CUPCODE,250,lot,6912001000,13\n"
    b"PLATE,ACME,Plate,,,,,400,,,\n"
)


@pytest.fixture
def sku_ids(database: Database) -> dict[str, int]:
    database.in_transaction(lambda session: create_merchant(session, NewMerchant("ACME", "Acme", company_code="91")))
    import_products(database, FILE.splitlines(keepends=True))
    rows = database.reading(lambda session: session.execute(select(Sku.code, Sku.id)).all())
    return {row.code: row.id for row in rows}


def codes(database: Database) -> list[str]:
    statement = select(SkuBarcode.code).order_by(SkuBarcode.id)
    return list(database.reading(lambda session: session.execute(statement).scalars().all()))


def test_facts_come_with_the_barcodes_of_the_single(database: Database, sku_ids: dict[str, int]) -> None:
    found = database.reading(lambda session: items_by_id(session, [*sku_ids.values(), 999]))
    assert found.keys() == set(sku_ids.values())
    cup, plate = found[sku_ids["CUP"]], found[sku_ids["PLATE"]]
    assert cup.barcodes == ("09521234567882", "CUPCODE")
    assert (cup.sku_code, cup.name, cup.weight_grams, cup.lot_policy) == ("CUP", "Cup", 250, LotPolicy.LOT)
    assert (cup.hs_code, cup.vat_rate_bp, cup.tracks_serial) == ("6912001000", 1300, False)
    assert cup.scanned_as == ("9521234567882", "09521234567882", "CUPCODE", "SKU-CUP")
    assert plate.scanned_as == ("SKU-PLATE",)


def test_nothing_asked_is_nothing_found(database: Database) -> None:
    assert database.reading(lambda session: items_by_id(session, [])) == {}


def test_a_bad_merchant_is_refused_with_every_fault(database: Database, sku_ids: dict[str, int]) -> None:
    with pytest.raises(BadInput) as caught:
        database.in_transaction(lambda session: create_merchant(session, NewMerchant("ACME", " ", "9" * 19, "a\nb")))
    assert {fault.where for fault in caught.value.faults} == {"code", "name", "platform_code", "platform_name"}


def test_a_barcode_is_added_once(database: Database, sku_ids: dict[str, int]) -> None:
    before = codes(database)
    for _ in range(2):
        stored = database.in_transaction(lambda session: add_barcode(session, sku_ids["PLATE"], " 9521234000006 "))
        assert stored == "09521234000006"
    assert codes(database) == [*before, "09521234000006"]
    database.in_transaction(lambda session: add_barcode(session, sku_ids["PLATE"], "x-1", PackLevel.INNER, 6))
    assert codes(database)[-1] == "X-1"


@pytest.mark.parametrize(
    ("code", "level", "pack_quantity", "why"),
    [
        ("", PackLevel.EACH, 1, "1 to 50"),
        ("X" * 51, PackLevel.EACH, 1, "1 to 50"),
        ("a\nb", PackLevel.EACH, 1, "printable"),
        ("TOT-1", PackLevel.EACH, 1, "our own labels"),
        ("*X*", PackLevel.EACH, 1, "our own labels"),
        ("ABC", PackLevel.CASE, 0, "from 1"),
        ("ABC", PackLevel.EACH, 2, "single unit"),
        ("CUPCODE", PackLevel.CASE, 12, "stands for the each of 1 already"),
    ],
)
def test_a_bad_barcode_is_refused_and_nothing_added(
    database: Database, sku_ids: dict[str, int], code: str, level: PackLevel, pack_quantity: int, why: str
) -> None:
    before = codes(database)
    with pytest.raises(BadInput, match=why):
        database.in_transaction(lambda session: add_barcode(session, sku_ids["CUP"], code, level, pack_quantity))
    assert codes(database) == before


def test_a_barcode_of_no_sku_is_refused(database: Database) -> None:
    with pytest.raises(BadInput, match="no SKU 999"):
        database.in_transaction(lambda session: add_barcode(session, 999, "ABC"))
