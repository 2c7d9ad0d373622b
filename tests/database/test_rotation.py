"""Rotation on both databases: what can be changed is sealed anew, evidence stays readable and is counted."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet
from sqlalchemy import LargeBinary, bindparam, text
from sqlalchemy.orm import Session

from tests.customs.parcels import open_warehouse, row
from tests.support.keys import PERSONAL_DATA_KEYS
from tests.support.opened import opened
from wms.catalogue.tables import Merchant
from wms.customs.tables import MessageRow, RawReceiptRow
from wms.database import rotation
from wms.database.commands import keys_commands
from wms.database.dialect import is_append_only
from wms.database.key_file import read_keys
from wms.database.rotation import LOST, PLAIN, SealedColumn, census, reseal, sealed_tables
from wms.database.sealed import Vault, give_vault
from wms.database.transaction import Database
from wms.kernel.errors import BadInput
from wms.kernel.identity import uuid7
from wms.orders.tables import OrderRow

NAMES = [f"样例{number}" for number in range(7)]


@pytest.fixture
def database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Seven orders of named buyers, a message and a raw receipt, all under the first key of the tests."""
    monkeypatch.setattr(rotation, "BATCH", 3)

    def fill(session: Session) -> None:
        row(session, Merchant, id=1)
        for name in NAMES:
            row(
                session, OrderRow, warehouse_id=1, id=uuid7(), merchant_id=1, number=name, buyer_name=name,
                buyer_id_number="", buyer_phone="", consignee_name="", consignee_phone="", consignee_address="",
            )  # fmt: skip
        row(session, MessageRow, id="M", raw=b"<message/>")
        row(session, RawReceiptRow, id=uuid7(), raw=b"<receipt/>")

    with opened(database_url) as database:
        database.in_transaction(_warehouse)
        database.in_transaction(fill)
        yield database


def _warehouse(session: Session) -> None:
    open_warehouse(session, warehouse_id=1)


def with_new_key(database: Database) -> str:
    """The database as a process sees it after a new first key came; that key."""
    new = Fernet.generate_key().decode()
    give_vault(database.engine, Vault([new, *PERSONAL_DATA_KEYS]))
    return new


def column(database: Database, name: str) -> SealedColumn:
    return next(one for one in census(database) if f"{one.table}.{one.column}" == name)


def names(database: Database) -> list[str]:
    return sorted(database.reading(lambda session: [each.buyer_name for each in session.query(OrderRow).all()]))


def test_everything_that_can_be_changed_is_sealed_with_the_first_key(database: Database) -> None:
    new = with_new_key(database)
    assert column(database, "orders.buyer_name").by_key == ((1, 7),)
    told: list[tuple[str, int]] = []
    done = reseal(database, lambda table, rows: told.append((table, rows)))
    assert ("orders", 7) in told
    assert done.rows == 8
    assert column(database, "orders.buyer_name").by_key == ((0, 7),)
    give_vault(database.engine, Vault([new]))
    assert names(database) == sorted(NAMES)
    assert database.reading(lambda session: session.query(MessageRow).one().raw) == b"<message/>"


def test_evidence_stays_under_its_key_and_is_counted(database: Database) -> None:
    with_new_key(database)
    reseal(database)
    raw = column(database, "customs_raw_receipts.raw")
    assert (raw.is_append_only, raw.by_key, raw.stale) == (True, ((1, 1),), 1)
    assert database.reading(lambda session: session.query(RawReceiptRow).one().raw) == b"<receipt/>"


def test_again_there_is_nothing_to_do(database: Database) -> None:
    with_new_key(database)
    reseal(database)
    again = reseal(database)
    assert (again.values, again.rows) == (0, 0)


def test_stopped_halfway_it_goes_on_where_it_was(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with_new_key(database)
    steps = 0
    honest = Database.in_transaction

    def dies_at_the_second_step(self: Database, work: Any) -> Any:
        nonlocal steps
        steps += getattr(work, "__self__", None).__class__.__name__ == "_Step"
        if steps == 7:
            raise KeyboardInterrupt
        return honest(self, work)

    monkeypatch.setattr(Database, "in_transaction", dies_at_the_second_step)
    with pytest.raises(KeyboardInterrupt):
        reseal(database)
    monkeypatch.undo()
    assert names(database) == sorted(NAMES)
    left = sum(one.stale for one in census(database) if not one.is_append_only)
    assert left > 0
    reseal(database)
    assert sum(one.stale for one in census(database) if not one.is_append_only) == 0
    assert names(database) == sorted(NAMES)


def test_what_was_written_before_there_were_keys_is_sealed(database: Database) -> None:
    plain = text("UPDATE orders SET buyer_name = '样例甲' WHERE number = '样例0'")
    raw = text("UPDATE customs_messages SET raw = :raw").bindparams(bindparam("raw", b"plain", LargeBinary()))

    def before_keys(session: Session) -> None:
        session.execute(plain)
        session.execute(raw)

    database.in_transaction(before_keys)
    assert column(database, "orders.buyer_name").count(PLAIN) == 1
    done = reseal(database)
    assert (done.values, done.rows) == (2, 2), done
    assert column(database, "orders.buyer_name").by_key == ((0, 7),)
    assert "样例甲" in names(database)
    assert database.reading(lambda session: session.query(MessageRow).one().raw) == b"plain"


def test_what_no_key_opens_is_left_and_counted(database: Database) -> None:
    give_vault(database.engine, Vault([Fernet.generate_key().decode()]))
    assert reseal(database).values == 0
    assert column(database, "orders.buyer_name").by_key == ((LOST, 7),)
    give_vault(database.engine, Vault(PERSONAL_DATA_KEYS))
    assert names(database) == sorted(NAMES)


def test_every_sealed_column_of_the_product_is_found() -> None:
    found = {f"{table.name}.{one.name}" for table, sealed in sealed_tables() for one in sealed}
    assert {
        "orders.buyer_name", "orders.buyer_id_number", "orders.buyer_phone", "orders.consignee_name",
        "orders.consignee_phone", "orders.consignee_address", "customs_payment_slips.payer_name",
        "customs_payment_slips.payer_id_number", "customs_payment_slips.payer_phone",
        "customs_payment_slips.payee_account", "customs_merchants.payee_account", "customs_documents.body",
        "customs_messages.raw", "customs_raw_receipts.raw", "customs_findings.value", "customs_findings.other_value",
    } <= found  # fmt: skip


class TestCommands:
    def run(self, database: Database, path: Path | None, *words: str) -> Result:
        return CliRunner().invoke(keys_commands(lambda: database, lambda: path), list(words))

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / "personal-data-keys"
        path.write_text(PERSONAL_DATA_KEYS[0])
        return path

    def test_rotate_makes_a_key_and_says_what_must_be_kept(self, database: Database, path: Path) -> None:
        outcome = self.run(database, path, "rotate")
        assert outcome.exit_code == 0, outcome.output
        assert "A new key stands first" in outcome.output
        assert "in 8 rows were sealed with the first key." in outcome.output
        assert "1 values of append-only tables stay under older keys" in outcome.output
        keys = read_keys(path)
        assert keys[1:] == PERSONAL_DATA_KEYS
        assert not [key for key in keys if key in outcome.output]
        assert column(database, "orders.buyer_name").by_key == ((0, 7),)

    def test_finish_makes_no_key(self, database: Database, path: Path) -> None:
        outcome = self.run(database, path, "rotate", "--finish")
        assert (outcome.exit_code, read_keys(path)) == (0, PERSONAL_DATA_KEYS)
        assert "0 values in 0 rows" in outcome.output

    def test_keys_of_the_variable_are_not_ours_to_change(self, database: Database) -> None:
        outcome = self.run(database, None, "rotate")
        assert isinstance(outcome.exception, BadInput)
        assert "WMS_PERSONAL_DATA_KEYS" in str(outcome.exception)
        with_new_key(database)
        assert "in 8 rows" in self.run(database, None, "rotate", "--finish").output

    def test_the_way_told_opens_everything_at_each_step_and_keeps_the_digests(self) -> None:
        (old,), new = PERSONAL_DATA_KEYS, Fernet.generate_key().decode()
        steps = [Vault([old]), Vault([old, new, old]), Vault([new, old])]
        assert len({each.digest("990000199001010025") for each in steps}) == 1
        # Processes restart one after the other: each reads what one at the next step seals.
        for before, after in pairwise(steps):
            assert before.open(before.seal(b"x")) == after.open(before.seal(b"x")) == b"x"
        assert steps[1].open(steps[2].seal(b"x")) == b"x"

    def test_status_fits_into_80_columns_and_cuts_no_name(
        self, database: Database, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COLUMNS", "80")
        table, *_ = self.run(database, path, "status").output.split("* append-only:")
        lines = [line.split() for line in table.splitlines()]
        assert "…" not in table
        assert max(map(len, table.splitlines())) <= 80
        for each, sealed in sealed_tables():
            below = lines.index([each.name, "*"] if is_append_only(each) else [each.name]) + 1
            assert [words[0] for words in lines[below : below + len(sealed)]] == [one.name for one in sealed]
        assert ["buyer_name", "7", "7", "0", "0", "0"] in lines

    def test_status_counts_and_advises(self, database: Database, path: Path) -> None:
        with_new_key(database)
        outcome = self.run(database, path, "status")
        assert outcome.exit_code == 0
        assert "run `wms keys rotate --finish`" in outcome.output
        assert "Keys still needed besides the first: key 2." in outcome.output
        give_vault(database.engine, Vault([Fernet.generate_key().decode()]))
        assert "are opened by no key of this installation" in self.run(database, path, "status").output
