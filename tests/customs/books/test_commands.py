"""`wms customs book …` as somebody with a shell uses it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from tests.support.floor import Floor, opened_floor
from wms.catalogue.tables import Sku
from wms.customs.books.commands import book_commands
from wms.kernel.errors import Refused


@pytest.fixture
def floor(database_url: str, tmp_path: Path) -> Iterator[Floor]:
    with opened_floor(database_url, tmp_path, "china") as opened:
        opened.database.in_transaction(
            lambda session: session.execute(update(Sku).where(Sku.code == "RED").values(article_record_no="REC-RED"))
        )
        opened.put_stock("A-01 RED 10")
        yield opened


def run(floor: Floor, *arguments: str) -> Result:
    group = book_commands(lambda: floor.database, floor.clock)
    return CliRunner().invoke(group, [*arguments, "--warehouse", str(floor.warehouse_id)])


def test_a_difference_is_shown_with_what_is_behind_it_and_ends_with_status_1(floor: Floor) -> None:
    shown = run(floor, "show", "--record", "REC-RED")
    assert shown.exit_code == 1
    assert "opening: bins +10" in shown.output
    assert "bins +10 received RED A-01" in shown.output


def test_opening_from_a_file_settles_it(floor: Floor, tmp_path: Path) -> None:
    file = tmp_path / "opening.csv"
    file.write_text("record_no,units\nREC-RED,10\n")
    assert "1 article records opened" in run(floor, "opening", str(file)).output
    shown = run(floor, "show", "--csv")
    assert "REC-RED,RED,Red brush,10,10,0" in shown.output


def test_entering_a_paper(floor: Floor) -> None:
    entered = run(floor, "enter", "loss", "REC-RED", "2", "--document", "L-7")
    assert entered.output == "Booked: loss of 2 units of REC-RED by L-7.\n"
    again = run(floor, "enter", "loss", "REC-RED", "2", "--document", "L-7")
    assert isinstance(again.exception, Refused)
    assert "book_twice" in str(again.exception)
    assert (
        run(floor, "show", "--day", "2020-01-01").output
        == "Nothing is kept in the bonded account book on 2020-01-01.\n"
    )
