from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.customs.ceb import receipt
from tests.customs.parcels import START, WAREHOUSE
from wms.access.model import command_line
from wms.access.tables import AuditRow
from wms.customs.model import QuarantineReason
from wms.customs.receipts.intake import store_receipt
from wms.customs.receipts.quarantine import quarantined, set_aside, settle
from wms.customs.tables import QuarantineRow
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal

ME = command_line(WAREHOUSE)


@pytest.fixture
def set_aside_id(database: Database, clock: FixedClock) -> UUID:
    """A receipt with a status that is none."""
    return store_receipt(database, clock, WAREHOUSE, receipt("CEB622", "８００"), "test").receipt_id


def settled(database: Database, receipt_id: UUID, why: str = "sent again by the port") -> Refusal | None:
    return database.in_transaction(
        lambda session: settle(session, ME, receipt_id, 1, QuarantineReason.BAD_STATUS, why=why, now=START)
    )


def test_listed_with_reason_and_origin(database: Database, set_aside_id: UUID) -> None:
    (one,) = database.reading(lambda session: quarantined(session, WAREHOUSE))
    assert (one.receipt_id, one.position, one.reason, one.source) == (set_aside_id, 1, "bad_status", "test")
    assert (one.at, one.received_at, one.readable_at, one.settled_at) == (START, START, None, None)
    assert len(one.sha256) == 64
    assert database.reading(lambda session: quarantined(session, WAREHOUSE + 1)) == []


def test_settled_by_a_person_with_a_reason_and_recorded(database: Database, set_aside_id: UUID) -> None:
    assert settled(database, set_aside_id, "  sent again by the port ") is None
    assert database.reading(lambda session: quarantined(session, WAREHOUSE)) == []
    (one,) = database.reading(lambda session: quarantined(session, WAREHOUSE, done_too=True))
    assert (one.settled_at, one.settled_by, one.settle_reason) == (START, ME.who, "sent again by the port")
    audit = database.reading(
        lambda session: session.scalars(select(AuditRow).where(AuditRow.what == "quarantine_settled")).one()
    )
    assert (audit.who, audit.on_what) == (ME.who, str(set_aside_id))


def test_set_aside_again_stays_settled(database: Database, set_aside_id: UUID) -> None:
    settled(database, set_aside_id)
    database.in_transaction(
        lambda session: set_aside(
            session, WAREHOUSE, set_aside_id, 1, QuarantineReason.BAD_STATUS, "otherwise said", now=START
        )
    )
    (one,) = database.reading(lambda session: quarantined(session, WAREHOUSE, done_too=True))
    assert (one.settled_by, one.what) == (ME.who, "returnStatus '８００'")


@pytest.mark.parametrize("why", ["", " \n"])
def test_not_without_a_reason(database: Database, set_aside_id: UUID, why: str) -> None:
    refusal = settled(database, set_aside_id, why)
    assert refusal is not None
    assert refusal.code == "settle_reason_missing"


def test_not_twice_and_not_what_is_not_there(database: Database, set_aside_id: UUID) -> None:
    settled(database, set_aside_id)
    again, other = settled(database, set_aside_id), settled(database, uuid7())
    assert again is not None
    assert other is not None
    assert (again.code, again.details["by"], other.code) == ("quarantine_settled", ME.who, "quarantine_not_found")


def test_the_database_wants_who_and_why(database: Database, set_aside_id: UUID) -> None:
    with pytest.raises(DBAPIError):
        database.in_transaction(lambda session: session.execute(text("UPDATE customs_quarantine SET settled_by = 'x'")))
    assert database.reading(lambda session: session.scalars(select(QuarantineRow.settled_by)).one()) is None
