"""`wms stock` and `wms movements` on a terminal."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result

from tests.support.opened import opened
from tests.support.stock_text import NOW, StockText
from wms.kernel.errors import BadInput
from wms.stock.commands import stock_commands


@pytest.fixture
def stock(database_url: str) -> Iterator[StockText]:
    """A warehouse in which things have happened at two moments."""
    with opened(database_url) as database:
        text = StockText.in_new_warehouse(database)
        text.given("A-01 RED 10\nSTAGE/PAL-1 CREAM 4 lot L1")
        text.now = NOW + timedelta(hours=1)
        assert text.move("A-01 -> B-01 RED 3") is None
        yield text


def _run(stock: StockText, *words: str) -> Result:
    commands = {command.name: command for command in stock_commands(lambda: stock.database)}
    return CliRunner().invoke(commands[words[0]], list(words[1:]), env={"COLUMNS": "200"})


def _cells(result: Result) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in result.output.splitlines() if "│" in line]


def test_stock_now_and_at_a_past_second(stock: StockText) -> None:
    rows = _cells(_run(stock, "stock"))
    assert [(row[0], row[1], row[2], row[4], row[5]) for row in rows] == [
        ("A-01", "", "RED", "", "7"),
        ("B-01", "", "RED", "", "3"),
        ("STAGE", "PAL-1", "CREAM", "L1", "4"),
    ]
    before = _cells(_run(stock, "stock", "--at", (NOW + timedelta(minutes=1)).isoformat(), "--sku", "red"))
    assert [(row[0], row[5]) for row in before] == [("A-01", "10")]
    assert "nothing" in _run(stock, "stock", "--at", (NOW - timedelta(days=1)).isoformat()).output


def test_movements_of_a_sku_a_place_and_a_container(stock: StockText) -> None:
    of_sku = _cells(_run(stock, "movements", "--sku", "RED"))
    assert [(row[4], row[5], row[6]) for row in of_sku] == [("3", "A-01", "B-01"), ("10", "SUPPLIER", "A-01")]
    assert len(_cells(_run(stock, "movements", "--place", "B-01"))) == 1
    of_pallet = _cells(_run(stock, "movements", "--container", "PAL-1"))
    assert [(row[2], row[3], row[6]) for row in of_pallet] == [("CREAM", "L1", "STAGE/PAL-1")]


@pytest.mark.parametrize(
    ("words", "where"),
    [
        (("stock", "--sku", "NOPE"), "--sku"),
        (("stock", "--place", "Z-99"), "--place"),
        (("stock", "--warehouse", "W9"), "--warehouse"),
        (("movements", "--container", "TOT-404"), "--container"),
    ],
)
def test_what_does_not_exist_is_named(stock: StockText, words: tuple[str, ...], where: str) -> None:
    error = _run(stock, *words).exception
    assert isinstance(error, BadInput)
    assert [fault.where for fault in error.faults] == [where]


def test_a_moment_without_a_zone_and_a_question_too_wide_are_refused(stock: StockText) -> None:
    assert "with a zone" in _run(stock, "stock", "--at", "2026-03-02T09:00").output
    assert "with a zone" in _run(stock, "stock", "--at", "yesterday").output
    assert "name one of" in _run(stock, "movements").output
    assert "name one of" in _run(stock, "movements", "--sku", "RED", "--place", "A-01").output
