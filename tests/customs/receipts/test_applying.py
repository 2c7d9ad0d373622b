"""Who is to blame when a node cannot be applied: the node is set aside, the database is asked again later."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import (
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
    StatementError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from tests.customs.ceb import message, node
from tests.customs.parcels import WAREHOUSE, declared
from wms.customs.model import ReceiptEntry
from wms.customs.receipts import applying, intake, taking
from wms.customs.receipts.applying import Placed, is_fault_of_the_node
from wms.customs.receipts.intake import IntakeOutcome, interpret_receipt, store_receipt
from wms.customs.tables import DeclarationRow, QuarantineRow, RawReceiptRow, ReceiptEntryRow, RepeatedEntryRow
from wms.database.sealed import NoKeyOpensThis
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.errors import Busy


class TestWhoIsToBlame:
    @pytest.mark.parametrize(
        "error",
        [
            DataError("INSERT …", {}, Exception("value too long")),
            IntegrityError("INSERT …", {}, Exception("check constraint")),
            StatementError("cannot be bound", "INSERT …", {}, ValueError("NUL")),
            ZeroDivisionError("a bug this node shows"),
            KeyError("a field"),
        ],
    )
    def test_the_node(self, error: Exception) -> None:
        assert is_fault_of_the_node(error)

    @pytest.mark.parametrize(
        "error",
        [
            OperationalError("INSERT …", {}, Exception("disk is full")),
            ProgrammingError("INSERT …", {}, Exception("column does not exist")),
            InterfaceError("INSERT …", {}, Exception("connection is closed")),
            InternalError("INSERT …", {}, Exception("cache is corrupt")),
            StatementError("no vault", "INSERT …", {}, AssertionError("no vault")),
            PoolTimeout("no connection"),
            Busy("later"),
            NoKeyOpensThis("a key is gone"),
            OSError(28, "no space left on device"),
            MemoryError(),
        ],
    )
    def test_not_the_node(self, error: Exception) -> None:
        assert not is_fault_of_the_node(error)


def cop_no(database: Database) -> str:
    return database.reading(lambda session: session.scalars(select(DeclarationRow.cop_no)).one())


def state(database: Database) -> str:
    return database.reading(lambda session: session.scalars(select(DeclarationRow.state)).one())


def reasons(database: Database) -> list[tuple[int, str, bool]]:
    return database.reading(
        lambda session: [
            (one.position, one.reason, one.readable_at is not None)
            for one in session.scalars(select(QuarantineRow).order_by(QuarantineRow.position))
        ]
    )


def only_receipt(database: Database, clock: FixedClock) -> IntakeOutcome:
    """Read the one raw receipt again."""
    receipt_id = database.reading(lambda session: session.scalars(select(RawReceiptRow.id)).one())
    return interpret_receipt(database, clock, WAREHOUSE, receipt_id)


@pytest.mark.parametrize(
    "error",
    [OperationalError("UPDATE …", {}, Exception("disk is full")), NoKeyOpensThis("a key is gone"), MemoryError()],
)
def test_a_fault_of_the_database_sets_nothing_aside(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    database.in_transaction(declared)
    raw = message("CEB622", node("CEB622", "800", copNo=cop_no(database))).encode()

    def fails(*arguments: object, **named: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(applying, "refold", fails)
        with pytest.raises(type(error)):
            store_receipt(database, clock, WAREHOUSE, raw, "test")
    assert (reasons(database), state(database)) == ([], "pending")
    assert only_receipt(database, clock).applied == 1
    assert (reasons(database), state(database)) == ([], "released")


def test_an_entry_that_does_not_fit_is_set_aside_and_the_others_are_stored(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.in_transaction(declared)
    nodes = [
        node("CEB622", "120", copNo=cop_no(database)),
        node("CEB622", "300", copNo="TOO-LONG-FOR-US"),
        node("CEB622", "800", "20261105102700000", copNo=cop_no(database)),
    ]
    store = applying.store_entries

    def too_narrow(session: Session, warehouse_id: int, placed: Sequence[Placed], *, now: datetime) -> None:
        if any(one.entry.cop_no == "TOO-LONG-FOR-US" for one in placed):
            raise DataError("INSERT … 990000199001010017", {}, Exception("value too long"))
        store(session, warehouse_id, placed, now=now)

    with monkeypatch.context() as patched:
        patched.setattr(intake, "store_entries", too_narrow)
        outcome = store_receipt(database, clock, WAREHOUSE, message("CEB622", nodes).encode(), "test")
    assert (outcome.applied, outcome.waiting, outcome.quarantined) == (2, 0, 1)
    assert (reasons(database), state(database)) == ([(2, "cannot_apply", False)], "released")
    what = database.reading(lambda session: session.scalars(select(QuarantineRow.what)).one())
    assert what == "DataError: value too long"

    outcome = only_receipt(database, clock)
    assert (outcome.applied, outcome.waiting, outcome.quarantined) == (2, 1, 0)
    assert reasons(database) == [(2, "cannot_apply", True)]
    entries = select(func.count()).select_from(ReceiptEntryRow)
    assert database.reading(lambda session: session.scalar(entries)) == 3


def test_a_message_longer_than_is_stored_at_once(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "STORED_AT_ONCE", 2)
    database.in_transaction(declared)
    nodes = [node("CEB622", "120", f"2026110510260{second}000", copNo=cop_no(database)) for second in range(5)]
    assert store_receipt(database, clock, WAREHOUSE, message("CEB622", nodes).encode(), "test").applied == 5
    entries = select(func.count()).select_from(ReceiptEntryRow)
    assert database.reading(lambda session: session.scalar(entries)) == 5


def test_a_database_that_stays_busy_is_not_asked_a_hundred_times(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def busy(session: Session, warehouse_id: int, entry: ReceiptEntry, *, now: datetime) -> bool:
        asked.append(entry.return_status)
        raise Busy("later")

    monkeypatch.setattr(taking, "apply_entry", busy)
    nodes = [node("CEB622", "120", f"202611051026{second:02d}000") for second in range(50)]
    with pytest.raises(Busy):
        store_receipt(database, clock, WAREHOUSE, message("CEB622", nodes).encode(), "test")
    assert len(asked) == 3
    assert reasons(database) == []


def test_further_deliveries_of_an_entry_are_remembered(database: Database, clock: FixedClock) -> None:
    once, twice = node("CEB622", "800"), node("CEB622", "120")
    first = store_receipt(database, clock, WAREHOUSE, message("CEB622", once).encode(), "test")
    later = store_receipt(database, clock, WAREHOUSE, message("CEB622", [twice, once, twice]).encode(), "test")
    interpret_receipt(database, clock, WAREHOUSE, later.receipt_id)

    def look(session: Session) -> list[tuple[str, UUID, int]]:
        rows = session.execute(
            select(ReceiptEntryRow.return_status, RepeatedEntryRow.receipt_id, RepeatedEntryRow.position).join(
                RepeatedEntryRow, RepeatedEntryRow.fingerprint == ReceiptEntryRow.fingerprint
            )
        )
        return sorted((row.return_status, row.receipt_id, row.position) for row in rows)

    assert first.receipt_id != later.receipt_id
    assert database.reading(look) == [("120", later.receipt_id, 3), ("800", later.receipt_id, 2)]
