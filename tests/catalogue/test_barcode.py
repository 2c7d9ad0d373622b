"""Product barcodes."""

import pytest

from wms.barcodes.cleaning import clean
from wms.barcodes.model import Cleaned
from wms.catalogue.barcode import ItemReader
from wms.catalogue.model import Item, NewMerchant
from wms.catalogue.product_import import import_products
from wms.catalogue.service import create_merchant
from wms.database.transaction import Database
from wms.kernel.clock import SystemClock
from wms.kernel.refusal import Refusal

FILE = (
    b"sku_code,merchant_code,name,gtin,case_gtin,case_quantity,other_barcodes,lot_policy\n"
    b"CUP,ACME,Cup,9521234567882,29521234567886,48,CUPCODE PLATE,lot\n"
    b"PLATE,ACME,Plate,9521234000006,,,,\n"
    b"TWIN,ACME,Twin,9521234000006,,,,\n"
)


@pytest.fixture(autouse=True)
def _products(database: Database) -> None:
    database.in_transaction(lambda session: create_merchant(session, NewMerchant("ACME", "Acme")))
    import_products(database, FILE.splitlines(keepends=True))


def read(database: Database, raw: str, source: str = "wedge") -> list[Item] | Refusal:
    cleaned = clean(raw, None, source, SystemClock().now().date())
    assert isinstance(cleaned, Cleaned), cleaned
    found = database.reading(lambda session: ItemReader()(session, 1, cleaned))
    return found if isinstance(found, Refusal) else list(found)


def named(database: Database, raw: str, source: str = "wedge") -> list[tuple[str, int]]:
    found = read(database, raw, source)
    assert isinstance(found, list), found
    return sorted((item.sku_code, item.pack_quantity) for item in found)


def test_every_code_of_a_product_finds_it_with_its_pack(database: Database) -> None:
    for raw in ("9521234567882", "09521234567882", "]E09521234567882", "CUPCODE", "cupcode\r", "SKU-CUP"):
        assert named(database, raw) == [("CUP", 1)], raw
    assert named(database, "29521234567886") == [("CUP", 48)]


def test_a_gs1_code_fills_lot_expiry_and_count(database: Database) -> None:
    [item] = read(database, "]C1022952123456788637" + "3\x1d17270200" + "10l26") or [None]
    assert isinstance(item, Item)
    assert (item.sku_code, item.pack_quantity, item.lot_code, item.expires_on) == ("CUP", 144, "L26", "2027-02-28")


def test_a_code_of_two_products_gives_both(database: Database) -> None:
    assert named(database, "9521234000006") == [("PLATE", 1), ("TWIN", 1)]


def test_a_typed_sku_code_is_found_without_prefix_and_a_scanned_one_is_not(database: Database) -> None:
    assert named(database, "twin", "manual") == [("TWIN", 1)]
    assert named(database, "TWIN") == []


def test_a_text_that_is_one_product_s_barcode_and_another_s_code_gives_both(database: Database) -> None:
    assert named(database, "PLATE") == [("CUP", 1)]
    assert named(database, "PLATE", "manual") == [("CUP", 1), ("PLATE", 1)]


def test_other_codes_are_no_products(database: Database) -> None:
    for raw in ("SKU-NONE", "5012345678900", "]C100095212340000000013", "LOC-CUP"):
        assert named(database, raw) == [], raw


def test_a_count_beyond_any_pallet_is_refused(database: Database) -> None:
    refusal = read(database, "]C10229521234567886379999999")
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.details["quantity"]) == ("bad_quantity", 48 * 9_999_999)
