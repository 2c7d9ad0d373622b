"""`wms customs …` as a person meets it: sentences, and a status that tells whether somebody must look."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from tests.customs.ceb import message, node, receipt, tax_bill
from tests.customs.parcels import START, WAREHOUSE, declared
from wms.customs.commands import customs_commands
from wms.customs.model import HoldKind
from wms.customs.receipts import taking
from wms.customs.receipts.intake import store_receipt
from wms.customs.regimes.china.receipts import read_receipt
from wms.customs.regimes.china.safe_xml import MAX_BYTES
from wms.customs.service import lift_hold
from wms.customs.tables import DeclarationRow, QuarantineRow, RawReceiptRow
from wms.database.transaction import Database
from wms.kernel.clock import Clock, FixedClock
from wms.kernel.errors import BadInput

Run = Callable[..., Result]


@dataclass(frozen=True)
class OpenHouse:
    database: Database
    clock: Clock


@pytest.fixture
def run(database: Database, clock: FixedClock) -> Run:
    """`wms customs <words>`; with the warehouse, unless the words say otherwise."""

    def of(*words: object) -> Result:
        said = [str(word) for word in words]
        if "--warehouse" not in said and "--help" not in said:
            said += ["--warehouse", str(WAREHOUSE)]
        return CliRunner().invoke(customs_commands(lambda: OpenHouse(database, clock)), said)

    return of


def one_declaration(database: Database) -> tuple[UUID, str]:
    declaration_id = database.in_transaction(declared)[1]
    row = database.reading(lambda session: session.get_one(DeclarationRow, (WAREHOUSE, declaration_id)))
    return declaration_id, row.cop_no


def written(folder: Path, name: str, raw: bytes) -> Path:
    path = folder / name
    path.write_bytes(raw)
    return path


class TestReceive:
    def test_says_what_became_of_each_file(self, run: Run, database: Database, tmp_path: Path) -> None:
        _, cop_no = one_declaration(database)
        good = written(tmp_path, "good.xml", receipt("CEB622", "800", copNo=cop_no))
        strange = written(tmp_path, "strange.xml", receipt("CEB622", "800", copNo="OTHER"))
        result = run("receive", good, strange)
        assert result.exit_code == 0, result.output
        first, second = result.stdout.splitlines()
        assert first.startswith(f"{good}: CEB622: 1 applied (receipt ")
        assert "1 waiting for a declaration" in second
        sources = database.reading(lambda session: set(session.scalars(select(RawReceiptRow.source))))
        assert sources == {"file good.xml", "file strange.xml"}

    def test_what_is_set_aside_ends_with_status_1_and_the_others_are_done(
        self, run: Run, database: Database, tmp_path: Path
    ) -> None:
        _, cop_no = one_declaration(database)
        bad = written(tmp_path, "bad.xml", b"<!DOCTYPE x><x/>")
        good = written(tmp_path, "good.xml", receipt("CEB622", "800", copNo=cop_no))
        result = run("receive", bad, good)
        assert result.exit_code == 1
        assert "no message that could be read: 1 set aside" in result.stdout
        assert "1 of 2 files to be looked at" in result.stderr
        assert database.reading(lambda session: session.scalars(select(DeclarationRow.state)).one()) == "released"

    def test_the_same_file_again_is_the_same_delivery(self, run: Run, database: Database, tmp_path: Path) -> None:
        one_declaration(database)
        file = written(tmp_path, "a.xml", receipt("CEB622", "800"))
        assert run("receive", file, file).exit_code == 0
        assert run("receive", file).exit_code == 0
        assert len(database.reading(lambda session: session.scalars(select(RawReceiptRow.id)).all())) == 1

    def test_a_file_that_is_no_receipt_by_its_size_is_not_kept(
        self, run: Run, database: Database, tmp_path: Path
    ) -> None:
        result = run("receive", written(tmp_path, "film.xml", b" " * (MAX_BYTES + 2)))
        assert result.exit_code == 1
        assert "no receipt has. Nothing was kept." in result.stderr
        assert database.reading(lambda session: session.scalars(select(RawReceiptRow.id)).all()) == []

    def test_a_missing_file_is_a_wrong_argument(self, run: Run, tmp_path: Path) -> None:
        assert run("receive", tmp_path / "none.xml").exit_code == 2
        assert run("receive").exit_code == 2


class TestReinterpret:
    def test_says_what_changes_first_dry_then_done(
        self, run: Run, database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _, cop_no = one_declaration(database)
        with monkeypatch.context() as patched:
            patched.setattr(taking, "read_receipt", lambda raw: read_receipt(raw[:-1]))
            store_receipt(database, clock, WAREHOUSE, receipt("CEB622", "800", copNo=cop_no), "test")
        dry = run("reinterpret", "--dry-run")
        assert dry.exit_code == 0, dry.output
        assert "1 return node could not be read before; 1 declaration would change" in dry.stdout
        assert "before  pending, gate closed (customs_not_submitted)" in dry.stdout
        assert "after   released (800), gate open" in dry.stdout
        assert "node 0: not_well_formed, readable now" in dry.stdout
        assert "This was a dry run: nothing was changed." in dry.stdout
        assert "1 receipt read again, up to " in dry.stderr
        done = run("reinterpret")
        assert "1 declaration changed" in done.stdout
        assert "0 declarations changed" in run("reinterpret").stdout

    def test_arguments(self, run: Run) -> None:
        assert run("reinterpret", "--since", "2026-11-05", "--dry-run").exit_code == 0
        assert run("reinterpret", "--since", "yesterday").exit_code == 2
        assert run("reinterpret", "--receipt", "7").exit_code == 2


class TestDeclaration:
    @pytest.mark.parametrize("number", ["cop_no", "WB-ORD-1", "ORD-1"])
    def test_by_every_number(self, run: Run, database: Database, number: str) -> None:
        _, cop_no = one_declaration(database)
        result = run("declaration", cop_no if number == "cop_no" else number)
        assert result.exit_code == 0, result.output
        assert result.stdout.startswith(f"{cop_no}  order ORD-1  parcel WB-ORD-1\n  gate        CLOSED: ")

    def test_tells_all_of_it(self, run: Run, database: Database, clock: FixedClock) -> None:
        declaration_id, cop_no = one_declaration(database)
        nodes = [
            node("CEB622", "2", "20261105102600000", copNo=cop_no),
            node("CEB622", "800", "20261105102601000", "[Code:2600;Desc:放行]", copNo=cop_no),
            node("CEB622", "600", "20261105102602000", "挂起", copNo=cop_no),
        ]
        store_receipt(database, clock, WAREHOUSE, message("CEB622", nodes).encode(), "folder W7")
        store_receipt(database, clock, WAREHOUSE, message("CEB816", tax_bill()).encode(), "folder W7")
        database.in_transaction(
            lambda session: lift_hold(
                session,
                WAREHOUSE,
                declaration_id,
                HoldKind.UNKNOWN_STATUS,
                lifted_by="EMP-1",
                reason="asked",
                now=START,
            )
        )
        text = run("declaration", "ORD-1").stdout
        assert "gate        OPEN" in text
        assert "hold        customs sent a code nobody knows, since 2026-11-05 10:26:02; lifted " in text
        assert "by EMP-1: asked" in text
        assert "CEB622 2  [logged_only]" in text
        assert "CEB622 800  [counts]" in text
        assert "CEB622 600  [unknown_code]" in text
        assert "[Code:2600;Desc:放行]" in text
        assert "tax bill    TAX-1 made: duty 0, VAT 30.03, consumption tax 0.00" in text
        assert "from folder W7, " in text
        assert "order ORD-1: " in text
        assert "990000199001010017" not in text

    def test_in_chinese(self, run: Run, database: Database) -> None:
        one_declaration(database)
        text = run("declaration", "ORD-1", "--language", "zh").stdout
        assert "尚未申报" in text
        assert "支付单" in text

    def test_of_nothing(self, run: Run) -> None:
        result = run("declaration", "NOBODY")
        assert (result.exit_code, result.stderr) == (1, "Nothing is declared under NOBODY.\n")


class TestWaitingAndQuarantine:
    def test_nothing_waits(self, run: Run) -> None:
        assert run("waiting").stdout == "No receipt waits for its declaration.\n"
        assert run("quarantine").stdout == "Nothing is set aside.\n"

    def test_what_waits_is_listed(self, run: Run, database: Database, clock: FixedClock) -> None:
        store_receipt(database, clock, WAREHOUSE, receipt("CEB622", "800", copNo="OTHER"), "folder W7")
        line = run("waiting").stdout
        assert "CEB622 800 9999980005 OTHER ok (from folder W7)" in line

    def test_what_is_set_aside_is_listed_settled_and_kept(
        self, run: Run, database: Database, clock: FixedClock
    ) -> None:
        outcome = store_receipt(database, clock, WAREHOUSE, receipt("CEB622", "8e2"), "folder W7")
        listed = run("quarantine").stdout
        assert f"{outcome.receipt_id} node 1: bad_status: returnStatus '8e2'" in listed
        done = run("quarantine", "settle", outcome.receipt_id, 1, "bad_status", "--why", "the port sent it again")
        assert done.stdout == f"Node 1 of {outcome.receipt_id} is settled.\n"
        assert run("quarantine").stdout == "Nothing is set aside.\n"
        assert "by command line: the port sent it again" in run("quarantine", "--all").stdout
        assert len(database.reading(lambda session: session.scalars(select(QuarantineRow)).all())) == 1

    def test_settling_needs_something_to_settle_and_a_reason(
        self, run: Run, database: Database, clock: FixedClock
    ) -> None:
        outcome = store_receipt(database, clock, WAREHOUSE, receipt("CEB622", "8e2"), "folder W7")
        assert run("quarantine", "settle", outcome.receipt_id, 1, "bad_status").exit_code == 2
        assert run("quarantine", "settle", outcome.receipt_id, 1, "bad_mood", "--why", "x").exit_code == 2
        assert "is not set aside for that reason" in self.fault(run, outcome.receipt_id, 2, "x")
        assert "needs a reason" in self.fault(run, outcome.receipt_id, 1, " ")
        assert run("quarantine", "settle", outcome.receipt_id, 1, "bad_status", "--why", "x").exit_code == 0
        assert "was settled before by command line" in self.fault(run, outcome.receipt_id, 1, "x")

    def fault(self, run: Run, receipt_id: UUID, position: int, why: str) -> str:
        error = run("quarantine", "settle", receipt_id, position, "bad_status", "--why", why).exception
        assert isinstance(error, BadInput)
        (only,) = error.faults
        assert only.where == f"node {position} of {receipt_id}"
        return only.what


@pytest.mark.parametrize("words", [["waiting"], ["quarantine"], ["reinterpret"], ["declaration", "X"]])
def test_a_warehouse_that_is_not_there_is_named_with_those_that_are(run: Run, words: list[str]) -> None:
    error = run(*words, "--warehouse", "99").exception
    assert isinstance(error, BadInput)
    assert str(error) == "--warehouse: there is no warehouse 99; known: 7 (W7)"


@pytest.mark.parametrize("command", ["receive", "reinterpret", "declaration", "waiting", "quarantine"])
def test_every_command_explains_itself(run: Run, command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) > 5
