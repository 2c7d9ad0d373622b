"""Editions of the rule book: the latest holds, and what it says reaches the rules."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.customs.parcels import START, WAREHOUSE
from wms.access.model import command_line
from wms.access.tables import AuditRow
from wms.customs.checks.commands import rule_commands
from wms.customs.checks.rule_books import current_rule_book, current_text, keep_rule_book
from wms.customs.regimes.china.rule_book import EXAMPLE, RuleBook
from wms.customs.tables import RuleBookRow
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.errors import BadInput

ME = command_line(WAREHOUSE)
STRICT = "[settings]\nreceiver_must_be_buyer = true\n"
LOOSE = '[settings]\namount_tolerance = "1"\n'


def keep(database: Database, text: str) -> bool:
    return database.in_transaction(lambda session: keep_rule_book(session, ME, text, now=START))


def current(database: Database, warehouse_id: int = WAREHOUSE) -> RuleBook:
    return database.reading(lambda session: current_rule_book(session, warehouse_id))


def test_without_any_edition_the_proposals_hold(database: Database) -> None:
    assert current(database) == RuleBook()
    assert database.reading(lambda session: current_text(session, WAREHOUSE)) is None


def test_the_latest_edition_holds_in_its_warehouse(database: Database) -> None:
    assert keep(database, STRICT)
    assert current(database).settings.receiver_must_be_buyer
    assert keep(database, LOOSE)
    assert not current(database).settings.receiver_must_be_buyer
    assert current(database).settings.amount_tolerance == 1
    assert current(database, WAREHOUSE + 1) == RuleBook()
    assert database.reading(lambda session: current_text(session, WAREHOUSE)) == LOOSE


def test_an_edition_can_come_back_and_all_are_kept(database: Database) -> None:
    for text, is_new in ((STRICT, True), (STRICT, False), (LOOSE, True), (STRICT, True)):
        assert keep(database, text) is is_new
    assert current(database).settings.receiver_must_be_buyer

    def count(session: Session) -> tuple[int, int]:
        editions = session.scalar(select(func.count()).select_from(RuleBookRow)) or 0
        audits = select(func.count()).select_from(AuditRow).where(AuditRow.what == "rule_book_loaded")
        return editions, session.scalar(audits) or 0

    assert database.reading(count) == (3, 3)


def test_an_edition_with_faults_changes_nothing(database: Database) -> None:
    keep(database, STRICT)
    with pytest.raises(BadInput, match="tax_percent"):
        keep(database, "[settings]\ntax_percent = 1000\n")
    assert current(database).settings.receiver_must_be_buyer


def run(database: Database, *arguments: str) -> Result:
    group = rule_commands(lambda: database, FixedClock(START))
    return CliRunner().invoke(group, [*arguments, "--warehouse", str(WAREHOUSE)], catch_exceptions=True)


def test_the_command_line_loads_and_shows(database: Database, tmp_path: Path) -> None:
    assert run(database, "show").output == EXAMPLE
    file = tmp_path / "rules.toml"
    file.write_text(LOOSE, encoding="utf-8")
    assert "from now on" in run(database, "load", str(file)).output
    assert "already" in run(database, "load", str(file)).output
    assert run(database, "show").output == LOOSE


def test_a_file_that_is_no_text_is_refused(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_bytes(b"\xff\xfe")
    refused = run(database, "load", str(file))
    assert isinstance(refused.exception, BadInput)
    assert current(database) == RuleBook()
