"""`wms import …` as a person runs it, with products and orders."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from wms.catalogue.commands import import_products_command
from wms.catalogue.model import NewMerchant
from wms.catalogue.service import create_merchant
from wms.database.transaction import Database
from wms.kernel.clock import SystemClock
from wms.kernel.errors import BadInput
from wms.orders.commands import import_orders_command
from wms.orders.order_file import REQUIRED
from wms.places.service import NewWarehouse, create_warehouse


def run(database: Database, *arguments: str) -> Result:
    return CliRunner().invoke(import_products_command(lambda: database), list(arguments))


@pytest.fixture
def file(tmp_path: Path, database: Database) -> Path:
    database.in_transaction(lambda session: create_merchant(session, NewMerchant("ACME", "Acme")))
    file = tmp_path / "products.csv"
    file.write_text("sku_code,merchant_code,name\nCUP,ACME,Cup\nPLATE,ACME,Plate\n", encoding="utf-8")
    return file


def test_a_good_file_ends_with_status_0_and_a_table(database: Database, file: Path) -> None:
    result = run(database, str(file))
    assert result.exit_code == 0, result.output
    assert "new" in result.output
    assert "2" in result.output


def test_refused_rows_are_shown_written_and_end_with_status_1(database: Database, file: Path, tmp_path: Path) -> None:
    with file.open("a", encoding="utf-8") as more:
        more.write("FORK,NOBODY,[bold]Fork\nSPO[/]ON,ACME,Spoon\n")
    written = tmp_path / "report.csv"
    result = run(database, str(file), "--report", str(written))
    assert result.exit_code == 1
    assert "NOBODY" in result.output
    assert "SPO[/]ON" in result.output
    lines = written.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "line,column,reason"
    assert lines[1] == "4,merchant_code,there is no merchant 'NOBODY'; create it first"
    assert len(lines) == 3


def test_a_long_list_is_cut_on_the_screen_and_says_so(database: Database, file: Path) -> None:
    with file.open("a", encoding="utf-8") as more:
        more.writelines(f"X{number},NOBODY,Name\n" for number in range(30))
    result = run(database, str(file))
    assert "… and 10 more; --report FILE lists all" in result.output


def test_a_file_that_cannot_be_read_says_why_and_ends_with_status_1(database: Database, file: Path) -> None:
    file.write_bytes(b"sku_code,name\n")
    result = run(database, str(file))
    # The command tree makes a sentence of it, see tests/cli.
    assert isinstance(result.exception, BadInput)
    assert [fault.where for fault in result.exception.faults] == ["line 1"]
    assert "has no column merchant_code" in result.exception.faults[0].what


def test_refused_orders_end_with_status_1_too(database: Database, file: Path) -> None:
    command = import_orders_command(lambda: database, SystemClock())
    head = ",".join(REQUIRED)
    file.write_text(f"{head}\n{','.join('x' for _ in REQUIRED)}\n", encoding="utf-8")
    warehouse_id = database.in_transaction(lambda session: create_warehouse(session, NewWarehouse("HZ1", "Hangzhou")))
    result = CliRunner().invoke(command, [str(file), "--warehouse", str(warehouse_id)])
    assert result.exit_code == 1, result.output
    assert "refused" in result.output


def test_a_missing_file_is_a_usage_error(database: Database) -> None:
    assert run(database, "/nonexistent.csv").exit_code == 2


def test_help_lists_every_column(database: Database) -> None:
    result = run(database, "--help")
    assert "consumption_tax_rate: consumption tax in per cent" in result.output
