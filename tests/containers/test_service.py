"""Containers are made once, and taken by one person at a time."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.support.opened import opened
from tests.support.threads import together
from wms.containers.model import ContainerKind, ContainerUse, UseContainer
from wms.containers.service import create_container, use_container
from wms.containers.tables import ContainerRow
from wms.database.transaction import Database
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.places.model import NewWarehouse
from wms.places.service import create_warehouse

EMPTY, PICKING, PACKING = ContainerUse.EMPTY, ContainerUse.PICKING, ContainerUse.PACKING
ORDER, OTHER_ORDER = uuid7(), uuid7()
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with opened(database_url) as database:
        yield database


@pytest.fixture
def warehouse_id(database: Database) -> int:
    return database.in_transaction(lambda session: create_warehouse(session, NewWarehouse("W1", "Warehouse 1")))


@pytest.fixture
def tote(database: Database, warehouse_id: int) -> UUID:
    return database.in_transaction(lambda session: create_container(session, warehouse_id, "TOT-1", ContainerKind.TOTE))


def _use(database: Database, warehouse_id: int, effect: UseContainer) -> Refusal | None:
    return database.in_transaction(lambda session: use_container(session, warehouse_id, effect, now=NOW))


def _row(database: Database, container_id: UUID) -> tuple[str, str, UUID | None]:
    row = database.reading(lambda session: session.scalars(select(ContainerRow).filter_by(id=container_id)).one())
    return row.code, row.use, row.subject


def test_a_new_container_is_empty_unless_told_otherwise(database: Database, warehouse_id: int, tote: UUID) -> None:
    assert _row(database, tote) == ("TOT-1", "empty", None)
    parcel_id = uuid7()

    def parcel(session: Session) -> UUID:
        return create_container(
            session, warehouse_id, "P-1", ContainerKind.PARCEL,
            use=ContainerUse.SHIPPING, subject=ORDER, container_id=parcel_id,
        )  # fmt: skip

    assert database.in_transaction(parcel) == parcel_id
    assert _row(database, parcel_id) == ("P-1", "shipping", ORDER)


def test_a_code_is_issued_once_per_warehouse(database: Database, warehouse_id: int, tote: UUID) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        database.in_transaction(lambda session: create_container(session, warehouse_id, "TOT-1", ContainerKind.TOTE))

    def elsewhere(session: Session) -> UUID:
        other = create_warehouse(session, NewWarehouse("W2", "Warehouse 2"))
        return create_container(session, other, "TOT-1", ContainerKind.TOTE)

    assert database.in_transaction(elsewhere) != tote


def test_a_container_is_taken_used_and_freed(database: Database, warehouse_id: int, tote: UUID) -> None:
    take = UseContainer(tote, EMPTY, PICKING, subject=ORDER)
    assert _use(database, warehouse_id, take) is None
    assert _row(database, tote) == ("TOT-1", "picking", ORDER)
    assert _use(database, warehouse_id, UseContainer(tote, PICKING, PACKING, ORDER, ORDER)) is None
    assert _use(database, warehouse_id, UseContainer(tote, PACKING, EMPTY, ORDER)) is None
    assert _row(database, tote) == ("TOT-1", "empty", None)


def test_taking_back_is_the_exact_inverse(database: Database, warehouse_id: int, tote: UUID) -> None:
    take = UseContainer(tote, EMPTY, PICKING, subject=ORDER)
    assert _use(database, warehouse_id, take) is None
    assert _use(database, warehouse_id, take.inverse()) is None
    assert _row(database, tote) == ("TOT-1", "empty", None)
    assert take.inverse().inverse() == take


@pytest.mark.parametrize(
    "late",
    [
        UseContainer(UUID(int=0), EMPTY, PICKING, subject=OTHER_ORDER),
        UseContainer(UUID(int=0), PICKING, PACKING, OTHER_ORDER, OTHER_ORDER),
        UseContainer(UUID(int=0), PICKING, PACKING, None, OTHER_ORDER),
    ],
    ids=["not empty any more", "for another order", "for none"],
)
def test_what_changed_since_it_was_looked_at_is_refused(
    database: Database, warehouse_id: int, tote: UUID, late: UseContainer
) -> None:
    assert _use(database, warehouse_id, UseContainer(tote, EMPTY, PICKING, subject=ORDER)) is None
    effect = UseContainer(tote, late.from_use, late.use, late.from_subject, late.subject)
    refusal = _use(database, warehouse_id, effect)
    assert refusal is not None
    assert refusal.code == "container_in_use"
    assert _row(database, tote) == ("TOT-1", "picking", ORDER)


def test_of_many_who_scan_the_same_empty_tote_one_gets_it(database: Database, warehouse_id: int, tote: UUID) -> None:
    orders = [uuid7() for _ in range(8)]
    outcomes = together(
        8, lambda number: _use(database, warehouse_id, UseContainer(tote, EMPTY, PICKING, subject=orders[number]))
    )
    winners = [order for order, outcome in zip(orders, outcomes, strict=True) if outcome is None]
    assert len(winners) == 1
    assert _row(database, tote) == ("TOT-1", "picking", winners[0])
