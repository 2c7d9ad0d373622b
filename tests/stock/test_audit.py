"""The audit finds what is wrong, says both numbers, and repairs nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import ColumnElement, Executable, text, update

from tests.support.stock_text import NOW, StockText
from wms.kernel.identity import uuid7
from wms.places.tables import PlaceRow
from wms.stock import audit as audit_module
from wms.stock import service
from wms.stock.audit import AuditReport, Fault, audit
from wms.stock.model import Hold
from wms.stock.tables import BalanceRow, HoldRow, LotRow


def _audit(stock: StockText) -> AuditReport:
    return stock.database.reading(lambda session: audit(session, stock.warehouse_id))


def _spoil(stock: StockText, statement: Executable) -> None:
    stock.database.in_transaction(lambda session: session.execute(statement))


@contextmanager
def _careless_restore(stock: StockText) -> Iterator[None]:
    """A database that lost its check on balances."""
    on_postgresql = stock.database.dialect_name == "postgresql"
    name, rule = "ck_stock_balances_never_negative", "is_virtual OR (on_hand >= held AND held >= 0)"
    check = f"ADD CONSTRAINT {name} CHECK ({rule}) NOT VALID"
    without = (
        f"ALTER TABLE stock_balances DROP CONSTRAINT {name}" if on_postgresql else "PRAGMA ignore_check_constraints=ON"
    )
    again = f"ALTER TABLE stock_balances {check}" if on_postgresql else "PRAGMA ignore_check_constraints=OFF"
    _spoil(stock, text(without))
    yield
    _spoil(stock, text(again))


@pytest.fixture
def filled(stock: StockText) -> StockText:
    stock.given("A-01 RED 10 lot L1\nSTAGE/PAL-1 BLUE 5\nB-01 BLUE 2")
    hold = Hold(uuid7(), stock.key_of("A-01 RED 1 lot L1"), 4, uuid7(), 1)
    stock.database.in_transaction(lambda session: service.place_holds(session, stock.warehouse_id, [hold], now=NOW))
    return stock


def _at(stock: StockText, line: str) -> tuple[ColumnElement[bool], ...]:
    key = stock.key_of(line)
    return (
        BalanceRow.sku_id == key.sku_id,
        BalanceRow.place_id == key.place_id,
        BalanceRow.lot_id == key.lot_id,
        BalanceRow.container_id == key.container_id,
    )


def test_sound_stock_is_clean_and_says_how_much_was_checked(filled: StockText) -> None:
    report = _audit(filled)
    assert report == AuditReport(filled.warehouse_id, transfers=3, balances=5, holds=1, differences=())
    assert report.is_clean


@pytest.mark.spoils_stock
def test_a_balance_that_differs_from_the_journal(filled: StockText) -> None:
    _spoil(filled, update(BalanceRow).where(*_at(filled, "B-01 BLUE 1")).values(on_hand=3))
    report = _audit(filled)
    assert not report.is_clean
    assert [(line.fault, line.place, line.sku, line.recorded, line.computed) for line in report.differences] == [
        (Fault.BALANCE, "B-01", "BLUE", 3, 2),
        (Fault.SUM, "", "BLUE", 1, 0),
    ]
    assert str(report.differences[0]) == "B-01 BLUE: balance differs from journal (recorded 3, computed 2)"
    assert _audit(filled) == report


@pytest.mark.spoils_stock
def test_a_journal_row_without_a_balance(filled: StockText) -> None:
    before = filled.lines()
    columns = (
        "sku_id, lot_id, quantity, from_place_id, to_place_id, from_container_id, to_container_id, reason, document, "
        "scan_id, operator_id, at"
    )
    new_id = str(uuid7()) if filled.database.dialect_name == "postgresql" else uuid7().hex
    filled.database.in_transaction(
        lambda session: session.execute(
            text(
                f"INSERT INTO stock_journal (warehouse_id, id, {columns}) SELECT warehouse_id, :id, {columns} "
                "FROM stock_journal WHERE sku_id = (SELECT id FROM skus WHERE code = 'RED')"
            ),
            {"id": new_id},
        )
    )
    faults = [(line.fault, line.place, line.recorded, line.computed) for line in _audit(filled).differences]
    assert sorted(faults) == [(Fault.BALANCE, "A-01", 10, 20), (Fault.BALANCE, "SUPPLIER", -10, -20)]
    assert filled.lines() == before


@pytest.mark.spoils_stock
def test_held_that_differs_from_the_holds(filled: StockText) -> None:
    _spoil(filled, update(HoldRow).values(quantity=3))
    (line,) = _audit(filled).differences
    assert (line.fault, line.recorded, line.computed) == (Fault.HELD, 4, 3)
    assert "lot" in str(line)


@pytest.mark.spoils_stock
def test_stock_below_nothing(filled: StockText) -> None:
    with _careless_restore(filled):
        _spoil(filled, update(BalanceRow).where(*_at(filled, "B-01 BLUE 1")).values(on_hand=-1))
    assert {line.fault for line in _audit(filled).differences} == {Fault.BALANCE, Fault.SUM, Fault.NEGATIVE}


@pytest.mark.spoils_stock
def test_a_place_that_changed_its_kind(filled: StockText) -> None:
    _spoil(filled, update(PlaceRow).where(PlaceRow.code == "B-01").values(kind="scrap"))
    (line,) = _audit(filled).differences
    assert (line.fault, line.place, line.recorded, line.computed) == (Fault.VIRTUAL, "B-01", 0, 1)


@pytest.mark.spoils_stock
def test_lots_and_containers_nobody_knows(filled: StockText) -> None:
    _spoil(filled, update(LotRow).values(id=uuid7()))
    _spoil_container = text("UPDATE containers SET id = :id")
    new_id = str(uuid7()) if filled.database.dialect_name == "postgresql" else uuid7().hex
    filled.database.in_transaction(lambda session: session.execute(_spoil_container, {"id": new_id}))
    report = _audit(filled)
    assert [(line.fault, line.place, line.recorded) for line in report.differences] == [
        (Fault.UNKNOWN_LOT, "SUPPLIER", -10),
        (Fault.UNKNOWN_LOT, "A-01", 10),
        (Fault.UNKNOWN_CONTAINER, "STAGE", 5),
    ]


def test_an_empty_balance_may_outlive_its_container(filled: StockText) -> None:
    filled.move("STAGE/PAL-1 -> B-01 BLUE 5")
    _spoil(filled, text("DELETE FROM containers"))
    assert _audit(filled).is_clean


@pytest.mark.spoils_stock
def test_the_list_of_differences_has_an_end(filled: StockText, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_module, "MOST_LISTED", 2)
    _spoil(filled, update(BalanceRow).values(on_hand=BalanceRow.on_hand + 100))
    counts = [line.fault for line in _audit(filled).differences]
    assert counts.count(Fault.BALANCE) == 2


def test_other_warehouses_are_other_books(filled: StockText) -> None:
    other = StockText.in_new_warehouse(filled.database, "W2")
    assert _audit(other) == AuditReport(other.warehouse_id, 0, 0, 0, ())
