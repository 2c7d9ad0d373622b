"""`wms customs merchant` and `wms customs partner` on a terminal, and what they change."""

from datetime import timedelta

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from tests.customs.parcels import START, WAREHOUSE, row
from wms.access.model import Role, command_line
from wms.access.service import create_api_token
from wms.catalogue.tables import Merchant
from wms.customs.parties.commands import party_commands
from wms.customs.parties.settings import ListWaitsFor, MerchantCustoms, merchant_customs
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.errors import BadInput, Refused


@pytest.fixture(autouse=True)
def _merchant(database: Database) -> None:
    def make(session: Session) -> None:
        row(session, Merchant, id=1, code="ACME")
        create_api_token(session, command_line(WAREHOUSE), name="bank", role=Role.INTEGRATION, now=START)

    database.in_transaction(make)


def known(database: Database) -> MerchantCustoms:
    return database.reading(lambda session: merchant_customs(session, WAREHOUSE, 1))


def run(database: Database, *words: str) -> Result:
    clock = FixedClock(START + timedelta(minutes=1))
    commands = {command.name: command for command in party_commands(lambda: database, clock)}
    return CliRunner().invoke(commands[words[0]], [*words[1:], "--warehouse", str(WAREHOUSE)])


def test_a_merchant_is_shown_and_changed_where_something_is_named(database: Database) -> None:
    shown = run(database, "merchant", "ACME")
    assert shown.exit_code == 0
    assert "we send:        order, payment, waybill, list" in shown.output
    changed = run(
        database, "merchant", "ACME", "--we-send", "order, waybill", "--payee", "样例电商",
        "--payee-account", "6222000012345678", "--list-waits-for", "nothing", "--resubmits-as", "2",
        "--assure-code", "9999960005",
    )  # fmt: skip
    assert changed.exit_code == 0
    assert "others send:    payment" in changed.output
    assert ("****5678" in changed.output, "6222000012345678" in changed.output) == (True, False)
    assert known(database) == MerchantCustoms(
        1, True, False, True, "样例电商", "6222000012345678", "9999960005", ListWaitsFor.NOTHING, "2"
    )
    run(database, "merchant", "ACME", "--we-send", "nothing")
    assert known(database).payee_name == "样例电商"
    assert not known(database).sends_order


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("merchant", "NOBODY"), "'NOBODY' is not known"),
        (("merchant", "ACME", "--we-send", "order,list"), "'list': name of order, payment, waybill"),
    ],
)
def test_what_cannot_be_says_why(database: Database, words: tuple[str, ...], said: str) -> None:
    outcome = run(database, *words)
    assert isinstance(outcome.exception, BadInput)
    assert said in str(outcome.exception)


def test_partners(database: Database) -> None:
    assert "No program speaks for any company" in run(database, "partner", "list").output
    assert "bank speaks for 9999960003." in run(database, "partner", "add", "bank", "9999960003").output
    assert "api:bank" in run(database, "partner", "list").output
    assert "any more" in run(database, "partner", "remove", "bank", "9999960003").output
    refused = run(database, "partner", "remove", "bank", "9999960003")
    assert isinstance(refused.exception, Refused)
    assert refused.exception.refusal.code == "unknown_partner"
