"""Lists of declarations: what they ask somebody to do can be done."""

from collections.abc import Iterator
from datetime import UTC

import pytest
from sqlalchemy.orm import Session

from tests.customs.parcels import START, WAREHOUSE, declared, open_warehouse, row
from tests.customs.test_withdrawing import LATER, withdraw
from tests.support.opened import opened
from wms.customs.model import HoldKind
from wms.customs.service import lift_hold
from wms.customs.tables import HoldRow
from wms.database.transaction import Database
from wms.kernel.refusal import Refusal
from wms.office.declared import CUSTOMS
from wms.office.listing import Scope

LISTS = ("rejected", "held", "all")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with opened(database_url) as database:
        database.in_transaction(open_warehouse)
        yield database


def lengths(database: Database) -> dict[str, int]:
    """How many declarations are on each list."""
    scope = Scope(WAREHOUSE, LATER, UTC)
    return database.reading(
        lambda session: {name: len(session.execute(CUSTOMS.statement(scope, name)).all()) for name in LISTS}
    )


def test_nobody_is_asked_to_lift_that_a_parcel_was_opened_again(database: Database) -> None:
    """It stays for good, and each would hide a hold that keeps a parcel here; another hold of it can be lifted."""
    parcel_id, declaration_id = database.in_transaction(declared)
    assert withdraw(database, parcel_id) == ""
    assert lengths(database) == {"rejected": 0, "held": 0, "all": 1}

    def hold(session: Session) -> None:
        row(
            session, HoldRow, warehouse_id=WAREHOUSE, declaration_id=declaration_id, kind=HoldKind.CONFLICT.value,
            cause="receipt", since=START, said="", set_at=START,
        )  # fmt: skip

    def lift(session: Session) -> Refusal | None:
        return lift_hold(
            session, WAREHOUSE, declaration_id, HoldKind.CONFLICT, lifted_by="EMP-1", reason="asked", now=LATER
        )

    database.in_transaction(hold)
    assert lengths(database)["held"] == 1
    assert database.in_transaction(lift) is None
    assert lengths(database) == {"rejected": 0, "held": 0, "all": 1}
