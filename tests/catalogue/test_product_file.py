"""Rows of a product file: what each column takes, and the reasons a row is refused for."""

import pytest

from wms.catalogue.model import LotPolicy, PackLevel
from wms.catalogue.product_file import COLUMNS, Product, ProductBarcode, product_of
from wms.kernel.csv_rows import CsvRow

WHOLE = {
    "sku_code": "cup-250",
    "merchant_code": "ACME",
    "name": "Cup 250 ml",
    "name_zh": "杯子",
    "gtin": "9521234567882",
    "inner_gtin": "19521234567889",
    "inner_quantity": "6",
    "case_gtin": "29521234567886",
    "case_quantity": "48",
    "other_barcodes": "cupcode 96385074",
    "weight_grams": "250",
    "net_weight_grams": "230",
    "length_mm": "80",
    "width_mm": "81",
    "height_mm": "90",
    "lot_policy": "Lot_And_Expiry",
    "tracks_serial": "no",
    "hs_code": "6912001000",
    "origin_country": "142",
    "article_record_no": "R-1",
    "customs_unit": "011",
    "vat_rate": "13",
    "consumption_tax_rate": "15.5%",
    "handling": "Fragile liquid fragile",
    "picture": "cup-250.jpg",
}


def product(**changed: str) -> Product:
    result = product_of(CsvRow(2, WHOLE | changed))
    assert isinstance(result, Product), result
    return result


def faults(**changed: str) -> dict[str, str]:
    result = product_of(CsvRow(2, WHOLE | changed))
    assert isinstance(result, list), result
    assert {fault.line for fault in result} == {2}
    return {fault.column: fault.reason for fault in result}


def test_the_sample_has_every_column() -> None:
    assert WHOLE.keys() == COLUMNS.keys()


def test_a_whole_row_is_read() -> None:
    read = product()
    assert (read.sku_code, read.merchant_code) == ("CUP-250", "ACME")
    assert read.columns == {
        "name": "Cup 250 ml", "name_zh": "杯子", "weight_grams": 250, "net_weight_grams": 230, "length_mm": 80,
        "width_mm": 81, "height_mm": 90, "lot_policy": LotPolicy.LOT_AND_EXPIRY, "tracks_serial": False,
        "hs_code": "6912001000", "origin_country": "142", "article_record_no": "R-1", "customs_unit": "011",
        "vat_rate_bp": 1300, "consumption_tax_rate_bp": 1550, "handling": "fragile liquid", "picture": "cup-250.jpg",
    }  # fmt: skip
    assert read.barcodes == (
        ProductBarcode("09521234567882", PackLevel.EACH, 1),
        ProductBarcode("19521234567889", PackLevel.INNER, 6),
        ProductBarcode("29521234567886", PackLevel.CASE, 48),
        ProductBarcode("CUPCODE", PackLevel.EACH, 1),
        ProductBarcode("00000096385074", PackLevel.EACH, 1),
    )


def test_empty_cells_are_nothing() -> None:
    read = product(**dict.fromkeys(WHOLE.keys() - {"sku_code", "merchant_code", "name"}, ""))
    assert read.barcodes == ()
    assert read.columns["name_zh"] == "Cup 250 ml"
    assert read.columns["lot_policy"] == LotPolicy.NONE
    assert read.columns["weight_grams"] == 0


def test_net_weight_is_the_weight_where_it_is_empty() -> None:
    assert product(net_weight_grams="").columns["net_weight_grams"] == 250


def test_columns_the_file_does_not_have_are_not_touched() -> None:
    result = product_of(CsvRow(2, {"sku_code": "A", "merchant_code": "ACME", "name": "N", "vat_rate": "9"}))
    assert isinstance(result, Product)
    assert result.columns == {"name": "N", "vat_rate_bp": 900}


@pytest.mark.parametrize("column", ["sku_code", "merchant_code", "name"])
def test_required_cells(column: str) -> None:
    assert faults(**{column: ""}) == {column: "is missing"}


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("sku_code", "CUP 250", "other characters"),
        ("sku_code", "杯", "other characters"),
        ("sku_code", "X" * 31, "31 characters"),
        ("sku_code", "LOC-1", "our own labels"),
        ("name", "X" * 251, "251 characters, 250 fit"),
        ("name", "two\nlines", "line ends"),
        ("gtin", "9521234567883", "wrong check digit 3; 2 would be right"),
        ("gtin", "952123456788", "wrong check digit"),
        ("gtin", "12345", "has 5 digits"),
        ("gtin", "9.52123E+12", "a spreadsheet cut it"),
        ("gtin", "CUPCODE", "not a number"),
        ("inner_quantity", "1", "2 or more"),
        ("inner_quantity", "", "2 or more"),
        ("case_quantity", "100001", "more than 100000"),
        ("case_gtin", "", "is missing, because there is a case_quantity"),
        ("case_gtin", "19521234567889", "also the code of the inner"),
        ("inner_gtin", "9521234567882", "also the code of the each"),
        ("other_barcodes", "29521234567886", "also the code of the case"),
        ("other_barcodes", "TOT-17", "not like ours"),
        ("other_barcodes", "*UNDO*", "not like ours"),
        ("other_barcodes", "X" * 51, "50 characters"),
        ("weight_grams", "0.25", "not a whole number"),
        ("weight_grams", "-1", "not a whole number"),
        ("weight_grams", "²", "not a whole number"),
        ("weight_grams", "9521234567882", "more than 2000000"),
        ("weight_grams", "9" * 5000, "more than 2000000"),
        ("net_weight_grams", "251", "more than the gross weight 250"),
        ("length_mm", "20001", "more than 20000"),
        ("lot_policy", "maybe", "none of none, lot, lot_and_expiry"),
        ("tracks_serial", "perhaps", "neither yes nor no"),
        ("hs_code", "69120010", "10 digits"),
        ("origin_country", "CN", "3 digits"),
        ("customs_unit", "11", "3 digits"),
        ("article_record_no", "X" * 31, "30 fit"),
        ("vat_rate", "101", "from 0 to 100"),
        ("vat_rate", "-1", "from 0 to 100"),
        ("vat_rate", "1.234", "two decimals"),
        ("vat_rate", "NaN", "per cent"),
        ("vat_rate", "13,5", "per cent"),
    ],
)
def test_a_bad_cell_is_refused_with_its_column_and_reason(column: str, value: str, reason: str) -> None:
    found = faults(**{column: value})
    assert reason in found[column]


def test_all_faults_of_a_row_are_listed() -> None:
    assert faults(gtin="1", weight_grams="x", vat_rate="x").keys() == {"gtin", "weight_grams", "vat_rate"}


def test_marks_and_pictures_are_names() -> None:
    assert faults(handling="breaks!", picture="../secret.png") == {
        "handling": "'breaks!' is no mark such as fragile: small letters, digits and - only",
        "picture": "'../secret.png' is no name of a picture such as cup-250.jpg",
    }
