"""After a mend everything is read again: what changes is said, nothing is deleted, a dry run changes nothing."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from tests.customs.ceb import message, node, receipt
from tests.customs.parcels import START, WAREHOUSE, declared
from wms.customs.model import Quarantined, QuarantineReason, ReceiptReading
from wms.customs.receipts import applying, reinterpreting, taking
from wms.customs.receipts.intake import store_receipt
from wms.customs.receipts.reinterpreting import Reinterpreted, reinterpret
from wms.customs.regimes.china.receipts import read_receipt
from wms.customs.standing import refold
from wms.customs.tables import DeclarationRow, QuarantineRow, RawReceiptRow, ReceiptEntryRow, WaitingReceiptRow
from wms.database.base import Model
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.errors import Busy

Broken = Callable[[Callable[[ReceiptReading], ReceiptReading]], None]


def cop_no(database: Database, order_no: str = "ORD-1") -> str:
    statement = select(DeclarationRow.cop_no).where(DeclarationRow.order_no == order_no)
    return database.reading(lambda session: session.scalars(statement).one())


def states(database: Database) -> list[str]:
    statement = select(DeclarationRow.state).order_by(DeclarationRow.order_no)
    return database.reading(lambda session: list(session.scalars(statement)))


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables; sealed values opened, so that they can be compared."""

    def read(session: Session) -> dict[str, list[tuple[object, ...]]]:
        tables: list[Table] = list(Model.metadata.sorted_tables)
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr) for table in tables
        }

    return database.reading(read)


def refuse_releases(reading: ReceiptReading) -> ReceiptReading:
    """A reader with a fault: it takes 800 for no status."""
    if "800" not in [entry.return_status for entry in reading.entries]:
        return reading
    kept = [
        (position, entry)
        for position, entry in zip(reading.positions, reading.entries, strict=True)
        if entry.return_status != "800"
    ]
    lost = set(reading.positions) - {position for position, _ in kept}
    return ReceiptReading(
        reading.message_type,
        tuple(entry for _, entry in kept),
        tuple(position for position, _ in kept),
        quarantined=tuple(Quarantined(QuarantineReason.BAD_STATUS, "800", position) for position in sorted(lost)),
    )


def with_broken_reader(monkeypatch: pytest.MonkeyPatch, work: Callable[[], None]) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(taking, "read_receipt", lambda raw: refuse_releases(read_receipt(raw)))
        work()


def again(database: Database, clock: FixedClock, **named: object) -> Reinterpreted:
    return reinterpret(database, clock, WAREHOUSE, **named)  # type: ignore[arg-type]


@pytest.fixture
def misread(database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """Two declarations and their receipts in two messages, the releases not understood. The id of the second."""
    for order_no in ("ORD-1", "ORD-2"):
        database.in_transaction(lambda session, order_no=order_no: declared(session, order_no))  # type: ignore[misc]
    first = [
        node("CEB622", "120", "20261105102600000", copNo=cop_no(database)),
        node("CEB622", "800", "20261105102601000", copNo=cop_no(database)),
    ]
    second = [
        node("CEB622", "800", "20261105102602000", copNo=cop_no(database, "ORD-2")),
        node("CEB622", "500", "20261105102603000", copNo=cop_no(database)),
    ]
    ids: list[UUID] = []

    def receive() -> None:
        for nodes in (first, second):
            outcome = store_receipt(database, clock, WAREHOUSE, message("CEB622", nodes).encode(), "test")
            assert (outcome.applied, outcome.quarantined) == (1, 1)
            ids.append(outcome.receipt_id)

    with_broken_reader(monkeypatch, receive)
    assert states(database) == ["under_inspection", "pending"]
    return ids[1]


def told(outcome: Reinterpreted) -> list[tuple[str, str, str, bool, bool]]:
    return sorted(
        (one.order_no, one.before.state, one.after.state, one.before.gate_open, one.after.gate_open)
        for one in outcome.changes
    )


@pytest.mark.usefixtures("misread")
def test_a_dry_run_foresees_everything_and_changes_nothing(database: Database, clock: FixedClock) -> None:
    before = everything(database)
    outcome = again(database, clock, dry_run=True)
    # The first list's 800 comes before its 500: it is under inspection as it was, and no change.
    assert told(outcome) == [("ORD-2", "pending", "released", False, True)]
    assert (outcome.receipts, outcome.new_entries) == (2, 2)
    assert [(one.position, one.reason, one.is_readable) for one in outcome.quarantine] == [
        (2, "bad_status", True), (1, "bad_status", True),
    ]  # fmt: skip
    assert everything(database) == before


def test_a_dry_run_adds_up_what_several_receipts_would_change(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.in_transaction(declared)

    def receive() -> None:
        for status, second in (("800", 1), ("899", 2), ("800", 3)):
            raw = receipt("CEB622", status, f"2026110510260{second}000", copNo=cop_no(database))
            store_receipt(database, clock, WAREHOUSE, raw, "test")

    with_broken_reader(monkeypatch, receive)
    foreseen = again(database, clock, dry_run=True)
    done = again(database, clock)
    assert foreseen == done
    (change,) = done.changes
    # Read alone, neither 800 would take the note away that the list was closed without a release.
    assert (change.before.anomalies, change.after.anomalies) == (("closed_without_release",), ())


@pytest.mark.usefixtures("misread")
def test_reading_again_applies_what_was_not_understood_and_marks_it(database: Database, clock: FixedClock) -> None:
    raws = database.reading(lambda session: session.scalars(select(RawReceiptRow.raw)).all())
    outcome = again(database, clock)
    assert told(outcome) == [("ORD-2", "pending", "released", False, True)]
    assert states(database) == ["under_inspection", "released"]
    marked = database.reading(lambda session: session.scalars(select(QuarantineRow.readable_at)).all())
    assert marked == [START, START]
    assert database.reading(lambda session: session.scalars(select(RawReceiptRow.raw)).all()) == raws
    assert again(database, clock) == Reinterpreted(2, outcome.last_receipt_id, 0, (), ())


def test_one_receipt_since_a_moment_and_behind_another(database: Database, clock: FixedClock, misread: UUID) -> None:
    assert again(database, clock, receipt_id=misread, dry_run=True).new_entries == 1
    assert again(database, clock, since=START + timedelta(seconds=1)).receipts == 0
    assert again(database, clock, since=START, dry_run=True).receipts == 2
    assert again(database, clock, after=misread).receipts == 0


@pytest.mark.usefixtures("misread")
def test_a_run_that_is_broken_off_goes_on_behind_the_last_id_it_told(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reinterpreting, "BATCH", 1)
    ends: list[UUID] = []

    def say(receipts: int, last: UUID) -> None:
        ends.append(last)
        if receipts == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        again(database, clock, say=say)
    assert states(database) == ["under_inspection", "pending"]
    rest = again(database, clock, after=ends[-1])
    assert (rest.receipts, states(database)) == (1, ["under_inspection", "released"])


def test_a_mended_fold_shows_without_any_new_entry(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.in_transaction(declared)
    with monkeypatch.context() as patched:
        patched.setattr(applying, "refold", lambda *arguments, **named: None)
        store_receipt(database, clock, WAREHOUSE, receipt("CEB622", "800", copNo=cop_no(database)), "test")
    assert states(database) == ["pending"]
    outcome = again(database, clock)
    assert (outcome.new_entries, told(outcome)) == (0, [("ORD-1", "pending", "released", False, True)])


@pytest.mark.usefixtures("misread")
def test_what_a_worse_reader_cannot_take_any_more_is_set_aside_and_what_is_known_stays(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    again(database, clock)
    entries = database.reading(lambda session: len(session.scalars(select(ReceiptEntryRow)).all()))

    def read() -> None:
        outcome = again(database, clock)
        assert (outcome.changes, [one.is_readable for one in outcome.quarantine]) == ((), [False, False])

    with_broken_reader(monkeypatch, read)
    assert states(database) == ["under_inspection", "released"]
    assert database.reading(lambda session: len(session.scalars(select(ReceiptEntryRow)).all())) == entries
    marked = database.reading(lambda session: session.scalars(select(QuarantineRow.readable_at)).all())
    assert marked == [None, None]


@pytest.mark.usefixtures("misread")
def test_one_node_that_fails_costs_only_itself(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_for_the_second(session: Session, declaration: DeclarationRow, **named: object) -> None:
        if declaration.order_no == "ORD-2":
            raise ZeroDivisionError("a bug")
        refold(session, declaration, now=START)

    with monkeypatch.context() as patched:
        patched.setattr(applying, "refold", fails_for_the_second)
        outcome = again(database, clock)
    assert ((1, "cannot_apply", False)) in [(one.position, one.reason, one.is_readable) for one in outcome.quarantine]
    assert states(database) == ["under_inspection", "pending"]
    assert told(again(database, clock)) == [("ORD-2", "pending", "released", False, True)]


@pytest.mark.usefixtures("misread")
def test_a_fault_of_the_database_ends_the_run_and_sets_nothing_aside(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(database)

    def busy(*arguments: object, **named: object) -> None:
        raise Busy("later")

    monkeypatch.setattr(applying, "refold", busy)
    with pytest.raises(Busy):
        again(database, clock)
    assert everything(database) == before


def test_an_entry_that_found_its_declaration_is_forgotten_by_the_list_of_those_that_wait(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.in_transaction(declared)
    with monkeypatch.context() as patched:
        patched.setattr(applying, "locked", lambda *arguments: [])
        assert store_receipt(database, clock, WAREHOUSE, receipt("CEB622", copNo=cop_no(database)), "test").waiting == 1
    again(database, clock)
    assert database.reading(lambda session: session.scalars(select(WaitingReceiptRow)).all()) == []
