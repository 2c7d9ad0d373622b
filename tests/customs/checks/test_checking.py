"""An order is checked with whatever is known of it; what is found stays until somebody has mended it."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.customs.parcels import START, WAREHOUSE, declared, packed_order, paid, slip_of
from tests.customs.way_out import WayOut
from wms.customs.checks.checking import check_order
from wms.customs.checks.findings import findings_of_order, first_findings
from wms.customs.declaring import declare_parcel
from wms.customs.effects import DeclareParcel
from wms.customs.model import Cause, DeclarationState, DocumentKind, Finding, Outgoing
from wms.customs.service import gate_answer
from wms.customs.tables import DeclarationRow, DocumentRow, FindingRow
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.identity import uuid7
from wms.orders.tables import OrderRow
from wms.places.tables import Warehouse
from wms.shipments.tables import ParcelRow

LATER = START + timedelta(hours=1)


@pytest.fixture
def way(database: Database, clock: FixedClock, tmp_path: Path) -> WayOut:
    return WayOut(database, clock, tmp_path)


def checked(database: Database, order_id: UUID, *, later: bool = False) -> tuple[Finding, ...]:
    return database.in_transaction(
        lambda session: check_order(session, WAREHOUSE, order_id, now=LATER if later else START)
    )


def rules(findings: Sequence[Finding]) -> list[str]:
    return [str(finding.rule) for finding in findings if finding.stops]


def unpacked_order(session: Session, order_no: str = "ORD-1", **order: Any) -> UUID:
    """The order as it is before anybody packed it."""
    packed = packed_order(session, order_no, **order)
    session.execute(ParcelRow.__table__.delete())  # type: ignore[attr-defined]
    return packed.order_id


def test_an_order_alone(database: Database) -> None:
    order_id = database.in_transaction(unpacked_order)
    assert rules(checked(database, order_id)) == []


def test_what_the_platform_got_wrong_is_known_before_anything_is_packed(database: Database) -> None:
    order_id = database.in_transaction(lambda session: unpacked_order(session, paid_minor=1, buyer_phone=""))
    findings = checked(database, order_id)
    assert set(rules(findings)) == {"F1", "schema"}
    form = next(finding for finding in findings if finding.rule == "schema")
    assert (form.field, form.cause, form.other_field) == ("OrderHead.buyerTelephone", Cause.PLATFORM, "empty")
    assert form.other_value.startswith("must not be empty")


def test_order_and_slip(database: Database) -> None:
    order_id = database.in_transaction(unpacked_order)
    database.in_transaction(lambda session: paid(session, amount=slip_of().amount + 1))
    assert rules(checked(database, order_id)) == ["F2"]


def test_a_slip_that_cannot_be_sent_as_it_is(database: Database) -> None:
    order_id = database.in_transaction(unpacked_order)
    database.in_transaction(lambda session: paid(session, payer_phone="1" * 60, payer_id_type="2"))
    findings = checked(database, order_id)
    assert all(finding.cause is Cause.PAYMENT_COMPANY for finding in findings if finding.stops)
    assert findings


def test_what_was_packed_must_be_what_was_sold(database: Database) -> None:
    packed = database.in_transaction(packed_order)
    database.in_transaction(paid)
    database.in_transaction(lambda session: session.execute(update(ParcelRow).values(weight_grams=100)))
    database.in_transaction(
        lambda session: declare_parcel(session, WAREHOUSE, DeclareParcel(packed.parcel_id), now=START)
    )
    assert "W1" in rules(checked(database, packed.order_id))


def test_a_finding_keeps_its_time_and_goes_when_it_is_mended(database: Database) -> None:
    order_id = database.in_transaction(lambda session: unpacked_order(session, paid_minor=1))
    checked(database, order_id)
    checked(database, order_id, later=True)
    (standing,) = database.reading(lambda session: findings_of_order(session, WAREHOUSE, order_id))
    assert standing.since == START
    database.in_transaction(lambda session: session.execute(update(OrderRow).values(paid_minor=2)))
    checked(database, order_id, later=True)
    (standing,) = database.reading(lambda session: findings_of_order(session, WAREHOUSE, order_id))
    assert (standing.since, standing.finding.value) == (START, "0.02")
    database.in_transaction(lambda session: session.execute(update(OrderRow).values(paid_minor=35000)))
    checked(database, order_id)
    assert database.reading(lambda session: session.scalars(select(FindingRow.rule)).all()) == []


def test_the_first_one_is_the_one_that_stands_longest(database: Database) -> None:
    order_id = database.in_transaction(lambda session: unpacked_order(session, paid_minor=1))
    checked(database, order_id)
    database.in_transaction(lambda session: session.execute(update(OrderRow).values(buyer_id_number="1" * 18)))
    checked(database, order_id, later=True)
    first = database.reading(lambda session: first_findings(session, WAREHOUSE, [order_id]))[order_id]
    assert (first.finding.rule, first.since) == ("F1", START)


def test_what_names_persons_is_sealed(database: Database) -> None:
    order_id = database.in_transaction(lambda session: unpacked_order(session, buyer_id_number="1" * 18))
    checked(database, order_id)
    with database.engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT value FROM customs_findings").scalars().all()
    assert stored
    assert not any("1" * 18 in value for value in stored)


def test_a_warehouse_without_customs_and_an_order_nobody_knows(database: Database) -> None:
    order_id = database.in_transaction(lambda session: unpacked_order(session, paid_minor=1))
    assert checked(database, uuid7()) == ()
    database.in_transaction(lambda session: session.execute(update(Warehouse).values(customs_regime="none")))
    assert checked(database, order_id) == ()


def test_a_cancelled_order_needs_nobody(database: Database) -> None:
    order_id = database.in_transaction(lambda session: unpacked_order(session, paid_minor=1))
    checked(database, order_id)
    database.in_transaction(lambda session: session.execute(update(OrderRow).values(state="cancelled")))
    assert checked(database, order_id) == ()
    assert database.reading(lambda session: session.scalars(select(FindingRow.rule)).all()) == []


class TestWhatIsKnownAroundIt:
    def test_a_transaction_used_for_another_order_stops_both(
        self, database: Database, clock: FixedClock, way: WayOut
    ) -> None:
        first = database.in_transaction(lambda session: unpacked_order(session, "ORD-1"))
        second = database.in_transaction(
            lambda session: packed_order(session, "ORD-2", payment_transaction_id="PAY-ORD-1").order_id
        )
        database.in_transaction(lambda session: paid(session, "ORD-1"))
        database.in_transaction(lambda session: paid(session, "ORD-2", transaction_id="PAY-ORD-1"))
        way.check()
        for order_id in (first, second):
            assert "transaction_used" in rules(checked(database, order_id))

    def test_the_buyers_year_warns_and_never_stops(self, database: Database) -> None:
        for number in range(2):
            database.in_transaction(
                lambda session, number=number: declared(session, f"ORD-{number}")  # type: ignore[misc]
            )
        database.in_transaction(
            lambda session: session.execute(update(DeclarationRow).values(dutiable_minor=1_300_000_00))
        )
        order_id = database.in_transaction(lambda session: packed_order(session, "ORD-9").order_id)
        (finding,) = [one for one in checked(database, order_id) if one.rule == "yearly_limit"]
        assert not finding.stops
        # What was refused is given back.
        database.in_transaction(
            lambda session: session.execute(update(DeclarationRow).values(state=DeclarationState.REJECTED))
        )
        assert [one for one in checked(database, order_id) if one.rule == "yearly_limit"] == []

    def test_last_years_purchases_do_not_count(self, database: Database) -> None:
        database.in_transaction(declared)
        long_ago = START - timedelta(days=320)
        database.in_transaction(
            lambda session: session.execute(
                update(DeclarationRow).values(dutiable_minor=9_000_000_00, created_at=long_ago)
            )
        )
        order_id = database.in_transaction(lambda session: packed_order(session, "ORD-9").order_id)
        assert [one for one in checked(database, order_id) if one.rule == "yearly_limit"] == []


class TestLate:
    def test_a_slip_that_comes_later_lets_everything_go(
        self, database: Database, clock: FixedClock, way: WayOut
    ) -> None:
        database.in_transaction(lambda session: declared(session, slip=False))
        way.work()
        assert way.files() == []
        database.in_transaction(paid)
        way.work()
        assert way.files() == ["CEB311", "CEB411", "CEB511"]

    def test_a_correction_replaces_what_has_not_left(self, database: Database, clock: FixedClock, way: WayOut) -> None:
        parcel_id, _ = database.in_transaction(lambda session: declared(session, slip=False))
        database.in_transaction(lambda session: paid(session, payer_name="样例丙"))
        way.check()
        answer = database.in_transaction(lambda session: gate_answer(session, WAREHOUSE, [parcel_id])[parcel_id])
        assert (answer.code, answer.finding and answer.finding.rule) == ("customs_findings", "C8")
        database.in_transaction(lambda session: paid(session, app_type="2", app_time="20261105102400"))
        way.work()
        ((payment,),) = [reading.documents for reading in way.sent("CEB411")]
        assert payment.payerName == "样例甲"  # type: ignore[union-attr]

    def test_a_withdrawal_holds_back_what_waits_and_a_new_slip_lets_it_go(
        self, database: Database, clock: FixedClock, way: WayOut
    ) -> None:
        database.in_transaction(declared)
        database.in_transaction(lambda session: paid(session, app_type="3", app_time="20261105102400"))
        way.check()
        way.work()
        assert way.files() == []
        database.in_transaction(lambda session: paid(session, app_time="20261105102430"))
        way.work()
        assert way.files() == ["CEB311", "CEB411", "CEB511"]

    def test_the_list_that_waits_is_made_of_what_is_known_when_it_goes(
        self, database: Database, clock: FixedClock, way: WayOut
    ) -> None:
        _, declaration_id = database.in_transaction(declared)
        way.work()
        database.in_transaction(lambda session: session.execute(update(Warehouse).values(area_name="虚构新仓储")))
        order_id = database.reading(lambda session: session.scalars(select(DeclarationRow.order_id)).one())
        checked(database, order_id)
        listed = database.reading(
            lambda session: session.get_one(DocumentRow, (WAREHOUSE, declaration_id, 1, DocumentKind.INVENTORY))
        )
        assert "虚构新仓储" in listed.body
        assert listed.outgoing == Outgoing.NOT_YET
        assert way.files() == ["CEB311", "CEB411", "CEB511"]
