"""Loading product files into both databases."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from wms.catalogue import product_import
from wms.catalogue.lookup import items_by_id
from wms.catalogue.model import NewMerchant
from wms.catalogue.product_import import import_products
from wms.catalogue.service import create_merchant
from wms.catalogue.tables import Sku, SkuBarcode
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.csv_rows import ImportReport
from wms.kernel.errors import BadInput

CLOCK = FixedClock(datetime(2026, 7, 1, tzinfo=UTC))
HEADER = "sku_code,merchant_code,name,gtin,case_gtin,case_quantity,weight_grams"
CUP = "CUP,ACME,Cup,9521234567882,29521234567886,48,250"
PLATE = "PLATE,ACME,Plate,9521234000006,,,400"


@pytest.fixture(autouse=True)
def _merchants(database: Database) -> None:
    for code in ("ACME", "ZEN"):
        database.in_transaction(lambda session, code=code: create_merchant(session, NewMerchant(code, code)))


def load(database: Database, *rows: str, header: str = HEADER, clock: FixedClock = CLOCK) -> ImportReport:
    lines = [f"{line}\n".encode() for line in (header, *rows)]
    return import_products(database, lines, clock=clock)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.unchanged, report.refused


def stored(database: Database) -> list[tuple[str, str, int]]:
    rows = database.reading(
        lambda session: session.execute(select(Sku.code, Sku.name, Sku.weight_grams).order_by(Sku.code)).all()
    )
    return [tuple(row) for row in rows]


def barcodes(database: Database) -> list[tuple[str, str, str, int]]:
    statement = (
        select(Sku.code, SkuBarcode.code, SkuBarcode.level, SkuBarcode.pack_quantity)
        .join(SkuBarcode, SkuBarcode.sku_id == Sku.id)
        .order_by(Sku.code, SkuBarcode.code)
    )
    return [tuple(row) for row in database.reading(lambda session: session.execute(statement).all())]


def test_products_are_loaded_with_their_barcodes(database: Database) -> None:
    assert counts(load(database, CUP, PLATE)) == (2, 0, 0, 0)
    assert stored(database) == [("CUP", "Cup", 250), ("PLATE", "Plate", 400)]
    assert barcodes(database) == [
        ("CUP", "09521234567882", "each", 1),
        ("CUP", "29521234567886", "case", 48),
        ("PLATE", "09521234000006", "each", 1),
    ]


def test_a_new_product_gets_what_the_file_leaves_out(database: Database) -> None:
    load(database, CUP)
    [sku_id] = database.reading(lambda session: session.execute(select(Sku.id)).scalars().all())
    facts = database.reading(lambda session: items_by_id(session, [sku_id]))[sku_id]
    assert (facts.name_zh, facts.net_weight_grams, facts.vat_rate_bp, facts.hs_code) == ("Cup", 250, 0, "")


def test_the_same_file_again_changes_nothing(database: Database) -> None:
    load(database, CUP, PLATE)
    later = FixedClock(CLOCK.now() + timedelta(days=1))
    assert counts(load(database, CUP, PLATE, clock=later)) == (0, 0, 2, 0)
    touched = database.reading(lambda session: session.execute(select(Sku.updated_at)).scalars().all())
    assert set(touched) == {CLOCK.now()}
    assert len(barcodes(database)) == 3


def test_what_changed_is_changed_and_counted_once(database: Database) -> None:
    load(database, CUP, PLATE)
    heavier = "CUP,ACME,Cup,9521234567882,29521234567886,24,300"
    assert counts(load(database, heavier, PLATE)) == (0, 1, 1, 0)
    assert stored(database)[0] == ("CUP", "Cup", 300)
    assert ("CUP", "29521234567886", "case", 24) in barcodes(database)


def test_a_barcode_that_the_file_no_longer_names_stays(database: Database) -> None:
    load(database, CUP)
    assert counts(load(database, "CUP,ACME,Cup,9521234111115,,,250")) == (0, 1, 0, 0)
    assert [code for _, code, _, _ in barcodes(database)] == ["09521234111115", "09521234567882", "29521234567886"]


def test_columns_the_file_does_not_have_stay_as_they_are(database: Database) -> None:
    load(database, CUP)
    assert counts(load(database, "CUP,ACME,Big cup", header="sku_code,merchant_code,name")) == (0, 1, 0, 0)
    assert stored(database) == [("CUP", "Big cup", 250)]


def test_good_rows_load_and_bad_ones_are_listed_with_line_column_and_reason(database: Database) -> None:
    report = load(
        database,
        CUP,
        "PLATE,ACME,Plate,9521234000007,,,x",
        "BOWL,NOBODY,Bowl,,,,",
        "cup,ACME,Cup again,,,,",
        "FORK,ACME",
        "SPOON,ACME,Spoon,,,,30",
    )
    assert counts(report) == (2, 0, 0, 4)
    assert [(fault.line, fault.column) for fault in report.faults] == [
        (3, "gtin"), (3, "weight_grams"), (4, "merchant_code"), (5, "sku_code"), (6, "")
    ]  # fmt: skip
    assert report.faults[2].reason == "there is no merchant 'NOBODY'; create it first"
    assert report.faults[3].reason == "'CUP' stands on line 2 already"
    assert [code for code, _, _ in stored(database)] == ["CUP", "SPOON"]


def test_a_product_does_not_change_hands(database: Database) -> None:
    load(database, CUP)
    report = load(database, CUP.replace("ACME", "ZEN"))
    assert counts(report) == (0, 0, 0, 1)
    assert report.faults[0].reason == "'CUP' belongs to another merchant"


def test_two_products_may_carry_one_code(database: Database) -> None:
    assert counts(load(database, CUP, CUP.replace("CUP,ACME", "ZCUP,ZEN"))) == (2, 0, 0, 0)


@pytest.mark.parametrize("content", [b"", b"sku_code,name\nA,B\n", b"\xff\xfea", b"sku_code,merchant_code,name\n\xb1"])
def test_a_file_that_cannot_be_read_changes_nothing(database: Database, content: bytes) -> None:
    with pytest.raises(BadInput):
        import_products(database, content.splitlines(keepends=True))
    assert stored(database) == []


def test_batches_report_progress_and_remember_codes_of_earlier_ones(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(product_import, "BATCH_ROWS", 2)
    rows = [f"S{number},ACME,Name,,,,1" for number in range(5)] + ["S0,ACME,Again,,,,1"]
    lines = [f"{line}\n".encode() for line in (HEADER, *rows)]
    told: list[tuple[int, int]] = []
    report = import_products(database, lines, lambda done, total: told.append((done, total)), CLOCK)
    assert told == [(2, 6), (4, 6), (6, 6)]
    assert counts(report) == (5, 0, 0, 1)


def test_a_file_without_rows_is_no_work(database: Database) -> None:
    assert counts(load(database)) == (0, 0, 0, 0)


@pytest.mark.real_data
def test_real_products_load(database: Database, real_data: Path) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["sku_code", "merchant_code", "name", "gtin"])
    with (real_data / "gtin-products.csv").open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            writer.writerow([f"P{number}", "ACME", row["name"], row["gtin"]])
    lines = out.getvalue().encode().splitlines(keepends=True)
    report = import_products(database, lines)
    assert report.refused == 0, report.faults[:5]
    assert report.new == 4_500
    again = import_products(database, lines)
    assert counts(again) == (0, 0, 4_500, 0)
