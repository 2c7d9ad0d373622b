from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.access.conftest import BOSS, START
from wms.access.audit import record
from wms.database.transaction import Database


def test_a_record_keeps_what_was_said(database: Database, trail: Callable[[], list[str]]) -> None:
    database.in_transaction(
        lambda session: record(
            session, BOSS, "hold_lifted", "SF123", now=START, details={"reason": "查验", "units": 2, "note": None}
        )
    )
    assert trail() == ['command line hold_lifted SF123 {"note": null, "reason": "查验", "units": 2}']


def test_what_people_type_is_kept_without_numbers_of_people(database: Database, trail: Callable[[], list[str]]) -> None:
    reason = "买家 990000199001010017 来电 10000000001"
    database.in_transaction(
        lambda session: record(session, BOSS, "hold_lifted", "SF123", now=START, details={"reason": reason, "units": 2})
    )
    (written,) = trail()
    assert '"reason": "买家 9900**********0017 来电 100****0001"' in written


@pytest.mark.parametrize("statement", ["UPDATE audit_trail SET who = 'nobody'", "DELETE FROM audit_trail"])
def test_the_database_refuses_to_change_the_trail(
    database: Database, trail: Callable[[], list[str]], statement: str
) -> None:
    database.in_transaction(lambda session: record(session, BOSS, "hold_lifted", "SF123", now=START))
    with pytest.raises(DBAPIError, match="append-only"):
        database.in_transaction(lambda session: session.execute(text(statement)))
    assert len(trail()) == 1
