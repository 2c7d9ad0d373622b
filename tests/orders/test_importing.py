"""Order files: good orders load once, everything else is said with line and reason."""

import csv
import gzip
import io
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select

from tests.orders.scene import NOW, Scene
from wms.catalogue.tables import Merchant, Sku
from wms.kernel.clock import FixedClock
from wms.kernel.errors import BadInput
from wms.orders.commands import import_orders_command
from wms.orders.importing import OrderImportReport, import_orders
from wms.orders.lookup import order_lines, orders_by_number, packing_wishes
from wms.orders.model import LineNote, PackingWishes

HEADER = "merchant,number,sku,quantity,unit_price"


def load(scene: Scene, *rows: str, header: str = HEADER) -> OrderImportReport:
    lines = [f"{row}\n".encode() for row in (header, *rows)]
    return import_orders(scene.database, scene.warehouse_id, lines, now=lambda: NOW)


def said(report: OrderImportReport) -> list[str]:
    return [f"{fault.line} {fault.column}: {fault.reason}" for fault in report.faults]


def test_rows_of_a_number_are_one_order(scene: Scene) -> None:
    report = load(scene, "ACME,1,RED,2,1.50", "ACME,2,RED,1,1", "ACME,1,BLUE,3,0")
    assert (report.new, report.refused, report.faults) == (2, 0, ())
    (order,) = scene.database.reading(lambda session: orders_by_number(session, scene.warehouse_id, "1"))
    assert [(line.sku_id, line.quantity) for line in order.lines] == [(scene.skus["RED"], 2), (scene.skus["BLUE"], 3)]
    assert order.amounts.paid.minor == 300


def test_twice_changes_nothing(scene: Scene) -> None:
    rows = ("ACME,1,RED,2,1.50", "ACME,2,RED,1,1")
    load(scene, *rows)
    again = load(scene, *rows)
    assert (again.new, again.known, again.refused) == (0, 2, 0)


def test_changed_contents_are_refused(scene: Scene) -> None:
    load(scene, "ACME,1,RED,2,1.50")
    report = load(scene, "ACME,1,RED,3,1.50")
    assert report.refused == 1
    assert "other contents" in said(report)[0]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("ACME,1,NONE,1,1", "2 sku: 'NONE' is no SKU of ACME; add the product first"),
        (
            "ACME,1,RED,0,1",
            "2 quantity: is 0; an order line is at least 1, goods that come back are a return and not an order",
        ),
        (
            "ACME,1,RED,-3,1",
            "2 quantity: is -3; an order line is at least 1, goods that come back are a return and not an order",
        ),
        ("ACME,1,RED,74215,1", "2 quantity: is 74215, at most 9999 is believed"),
        ("ACME,1,RED,1.5,1", "2 quantity: '1.5' is not a whole number"),
        ("ACME,1,RED,,1", "2 quantity: is missing"),
        ("ACME,1,RED,1,", "2 unit_price: is missing"),
        ("ACME,1,RED,1,-11062.06", "2 unit_price: is -11062.06, less than nothing"),
        ("ACME,1,RED,1,cheap", "2 unit_price: 'cheap' is not an amount such as 12.34"),
        ("ACME,1,RED,1,0.001", "2 unit_price: '0.001' has more than 2 decimals, CNY has 2"),
        ("ACME,1,RED,1,NaN", "2 unit_price: 'NaN' is not an amount such as 12.34"),
    ],
)
def test_a_bad_row_refuses_its_order_and_no_other(scene: Scene, row: str, reason: str) -> None:
    report = load(scene, row, "ACME,1,BLUE,1,1", "ACME,good,RED,1,1")
    assert (report.new, report.refused) == (1, 1)
    assert reason in said(report)
    assert scene.database.reading(lambda session: orders_by_number(session, scene.warehouse_id, "1")) == []


def test_an_unknown_merchant_is_refused(scene: Scene) -> None:
    report = load(scene, "NOBODY,1,RED,1,1")
    assert "2 merchant: 'NOBODY' is not known; add the merchant first" in said(report)


def test_the_good_rows_of_a_refused_order_learn_why(scene: Scene) -> None:
    report = load(scene, "ACME,1,RED,1,1", "ACME,1,NONE,1,1")
    assert said(report)[0] == "2 : order 1 (2 rows) is not taken in, because of line 3"


def test_fee_rows_are_left_out_and_said(scene: Scene) -> None:
    report = load(scene, "ACME,1,RED,1,1", "ACME,1,POST,1,18.00", "ACME,2,BANK CHARGES,1,15")
    assert (report.new, report.refused) == (1, 1)
    assert [fee.line for fee in report.fees] == [3, 4]
    assert said(report) == ["4 : order 2 has no goods at all"]
    (order,) = scene.database.reading(lambda session: orders_by_number(session, scene.warehouse_id, "1"))
    assert len(order.lines) == 1


def test_a_product_with_the_code_of_a_fee_is_goods(scene: Scene) -> None:
    with scene.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE skus SET code = 'S' WHERE code = 'RED'")
    report = load(scene, "ACME,1,S,1,1")
    assert (report.new, report.fees) == (1, ())


def test_packing_notes_and_gifts_come_with_the_file(scene: Scene) -> None:
    header = f"{HEADER},line_packing_note,packing_note,gift"
    report = load(scene, "ACME,1,RED,2,1.50,lid up,Ribbon,yes", "ACME,1,BLUE,1,1,,Ribbon,yes", header=header)
    assert (report.new, report.faults) == (1, ())
    (order,) = scene.database.reading(lambda session: orders_by_number(session, scene.warehouse_id, "1"))
    wishes = scene.database.reading(lambda session: packing_wishes(session, scene.warehouse_id, order.id))
    assert wishes == PackingWishes("Ribbon", is_gift=True, line_notes=(LineNote(1, "lid up"),))
    wrong = load(scene, "ACME,2,RED,2,1.50,,,perhaps", header=header)
    assert "2 gift: 'perhaps' is neither yes nor no" in said(wrong)


def test_rows_that_contradict_each_other_are_refused(scene: Scene) -> None:
    report = load(scene, "ACME,1,RED,1,1,1", "ACME,1,RED,1,1,2", header=f"{HEADER},priority")
    assert report.refused == 1
    assert "3 priority: differs from line 2 of the same order" in said(report)


def test_times_without_a_zone_are_the_warehouse_s(scene: Scene) -> None:
    load(scene, "ACME,1,RED,1,1,2026-11-05T10:25", header=f"{HEADER},ordered_at")
    (order,) = scene.database.reading(lambda session: orders_by_number(session, scene.warehouse_id, "1"))
    assert order.ordered_at == NOW


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("ordered_at", "yesterday"),
        ("due_at", "0001-01-01"),
        ("priority", "0"),
        ("consignee_country", "China"),
        ("paid", "0.50"),
        ("tax", "x"),
    ],
)
def test_bad_facts_of_an_order_are_refused(scene: Scene, column: str, value: str) -> None:
    report = load(scene, f"ACME,1,RED,1,1,{value}", header=f"{HEADER},{column}")
    assert (report.new, report.refused) == (0, 1)
    assert report.faults


def test_rows_that_do_not_fit_are_said(scene: Scene) -> None:
    report = load(scene, "ACME,1,RED,1,1,surplus", "ACME,2,RED,1,1")
    assert report.new == 1
    assert "has 6 cells" in said(report)[0]


def test_an_order_that_may_have_lost_a_row_is_not_taken_in_by_half(scene: Scene) -> None:
    report = load(scene, "ACME,1,RED,1,1", "ACME,1,BLUE,1,1,surplus", "ACME,2,RED,1,1")
    assert (report.new, report.refused) == (1, 1)
    assert said(report)[0] == "2 : order 1 is not taken in: line 3 does not fit the columns and may be a part of it"
    assert scene.database.reading(lambda session: orders_by_number(session, scene.warehouse_id, "1")) == []


def test_a_file_without_columns_changes_nothing(scene: Scene) -> None:
    with pytest.raises(BadInput, match="has no column quantity"):
        load(scene, "ACME,1,RED,1,1", header="merchant,number,sku,count,unit_price")


def test_the_command_loads_and_reports(scene: Scene, tmp_path: Path) -> None:
    file, report_file = tmp_path / "orders.csv", tmp_path / "report.csv"
    file.write_text(f"{HEADER}\nACME,1,RED,2,1.50\nACME,2,NONE,1,1\nACME,1,POST,1,3\n")
    command = import_orders_command(lambda: scene.database, FixedClock(NOW))
    outcome = CliRunner().invoke(
        command, [str(file), "--warehouse", str(scene.warehouse_id), "--report", str(report_file)]
    )
    assert outcome.exit_code == 1, "one order was refused"
    counted = [line.split("│")[1:3] for line in outcome.output.splitlines() if line.count("│") == 3]
    assert {what.strip(): int(number) for what, number in counted} == {
        "new": 1,
        "known already": 0,
        "refused": 1,
        "fee rows left out": 1,
    }
    assert report_file.read_text().splitlines() == [
        "line,column,reason",
        '3,,"order 2 (1 rows) is not taken in, because of line 3"',
        "3,sku,'NONE' is no SKU of ACME; add the product first",
        "4,sku,'POST' is a fee and no goods; left out of order 1",
    ]


@pytest.mark.real_data
def test_a_real_day_loads(scene: Scene, real_data: Path) -> None:
    """Every row of a real day is either in an order or named with a reason."""
    with gzip.open(real_data / "online-retail-2010-12_2011-08.csv.gz", "rt", encoding="utf-8") as file:
        day = [row for row in csv.DictReader(file) if row["InvoiceDate"].startswith("2011-08-04")]
    known = {row["StockCode"].upper() for row in day if row["StockCode"][:5].isdigit()}
    with scene.database.engine.begin() as connection:
        merchant_id = connection.execute(select(Merchant.id).where(Merchant.code == "ACME")).scalar_one()
        template = dict(connection.execute(select(Sku.__table__).where(Sku.code == "RED")).mappings().one())
        template.pop("id")
        connection.execute(
            insert(Sku),
            [{**template, "code": code, "name": code, "merchant_id": merchant_id} for code in sorted(known)],
        )
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*HEADER.split(","), "ordered_at"])
    for row in day:
        writer.writerow(
            ["ACME", row["InvoiceNo"], row["StockCode"], row["Quantity"], row["UnitPrice"], row["InvoiceDate"]]
        )
    raw = [line.encode() for line in text.getvalue().splitlines(keepends=True)]
    report = import_orders(scene.database, scene.warehouse_id, raw, now=lambda: NOW)
    assert report.new > 50
    taken = 0
    refused = {row["InvoiceNo"] for row in day}
    for number in sorted(refused):
        for order in scene.database.reading(
            lambda session, number=number: orders_by_number(session, scene.warehouse_id, number)
        ):
            taken += len(
                scene.database.reading(lambda session, order=order: order_lines(session, scene.warehouse_id, order.id))
            )
            refused.discard(number)
    rows_of_refused = sum(row["InvoiceNo"] in refused for row in day)
    fees_of_taken = sum(row["InvoiceNo"] not in refused and row["StockCode"].upper() not in known for row in day)
    assert taken + rows_of_refused + fees_of_taken == len(day)
    assert report.refused == len(refused)
    again = import_orders(scene.database, scene.warehouse_id, raw, now=lambda: NOW)
    assert (again.new, again.known) == (0, report.new)
