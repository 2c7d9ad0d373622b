"""A correction and what follows in the same transaction: sent, submitted again, still stopped, or all of it undone."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.customs.ceb import receipt
from tests.customs.parcels import START, WAREHOUSE, declared, note_sent, packed_order, paid
from wms.access.model import Caller, Role
from wms.access.tables import AuditRow
from wms.catalogue.tables import Sku
from wms.customs.mending import Mended, Outcome, mend_order, tax_as_packed
from wms.customs.model import DocumentKind, Outgoing
from wms.customs.receipts.intake import store_receipt
from wms.customs.tables import DeclarationRow, DocumentRow
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.errors import BadInput, Refused
from wms.kernel.refusal import Refusal
from wms.orders.correction import Correction
from wms.orders.tables import OrderLineRow, OrderRow

CLERK = Caller(WAREHOUSE, Role.DECLARANT, "EMP-7", "Zhou Min")
NAME = Correction(buyer_name="样例丙")
LATER = START + timedelta(minutes=5)


def mend(
    database: Database, order_id: UUID, correction: Correction = NAME, reason: str = "platform mailed"
) -> Mended | Refusal:
    return database.in_transaction(
        lambda session: mend_order(session, WAREHOUSE, order_id, correction, by=CLERK, reason=reason, now=LATER)
    )


def declared_order(database: Database, *, slip: bool = True, **order: object) -> tuple[UUID, UUID]:
    """(order id, declaration id)."""

    def work(session: Session) -> tuple[UUID, UUID]:
        _, declaration_id = declared(session, slip=slip, **order)
        return session.get_one(DeclarationRow, (WAREHOUSE, declaration_id)).order_id, declaration_id

    return database.in_transaction(work)


def buyer(database: Database) -> str:
    return str(database.reading(lambda session: session.scalars(select(OrderRow.buyer_name)).one()))


def the_order_document(database: Database) -> DocumentRow:
    query = select(DocumentRow).where(DocumentRow.kind == DocumentKind.ORDER).order_by(DocumentRow.attempt.desc())
    row = database.reading(lambda session: session.scalars(query).first())
    assert row is not None
    return row


def test_what_waits_in_the_queue_is_made_anew_with_the_corrected_data(database: Database) -> None:
    order_id, _ = declared_order(database)
    assert "样例甲" in the_order_document(database).body
    paid_by = Correction(buyer_phone="10000000009")
    outcome = mend(database, order_id, paid_by)
    assert isinstance(outcome, Mended)
    assert (outcome.outcome, outcome.attempt) == (Outcome.SENT, 1)
    document = the_order_document(database)
    assert document.outgoing == Outgoing.WAITING
    assert "10000000009" in document.body


def test_a_correction_that_contradicts_the_slip_is_kept_and_stops_the_order(database: Database) -> None:
    order_id, _ = declared_order(database)
    outcome = mend(database, order_id)
    assert isinstance(outcome, Mended)
    assert outcome.outcome is Outcome.STOPPED
    assert outcome.finding is not None
    assert outcome.finding.rule == "C8"
    assert buyer(database) == "样例丙"


def test_before_packing_and_without_a_slip_it_waits(database: Database) -> None:
    order_id, _ = declared_order(database, slip=False)
    waits = mend(database, order_id)
    assert isinstance(waits, Mended)
    assert waits.outcome is Outcome.WAITS
    other = database.in_transaction(lambda session: packed_order(session, "ORD-2").order_id)
    database.in_transaction(lambda session: paid(session, "ORD-2"))
    unpacked = mend(database, other, Correction(buyer_phone="10000000009"))
    assert isinstance(unpacked, Mended)
    assert unpacked.outcome is Outcome.NOT_PACKED


def test_a_refused_list_goes_again(database: Database, clock: FixedClock) -> None:
    order_id, declaration_id = declared_order(database)
    database.in_transaction(lambda session: note_sent(session, declaration_id))
    row = database.reading(lambda session: session.get_one(DeclarationRow, (WAREHOUSE, declaration_id)))
    raw = receipt("CEB622", "100", "20261105102600000", "退单", copNo=row.cop_no)
    store_receipt(database, clock, WAREHOUSE, raw, "test")
    outcome = mend(database, order_id, Correction(buyer_phone="10000000009"))
    assert isinstance(outcome, Mended)
    assert (outcome.outcome, outcome.attempt) == (Outcome.RESUBMITTED, 2)
    assert "10000000009" in the_order_document(database).body


def test_what_is_with_customs_stays_as_it_is(database: Database) -> None:
    order_id, declaration_id = declared_order(database)
    database.in_transaction(lambda session: note_sent(session, declaration_id))
    with pytest.raises(Refused, match="customs_attempt_open"):
        mend(database, order_id)
    assert buyer(database) == "样例甲", "the whole transaction went back"
    assert database.reading(lambda session: session.scalars(select(AuditRow)).all()) == []


def test_nothing_happens_without_a_reason_or_with_a_wrong_field(database: Database) -> None:
    order_id, _ = declared_order(database)
    refusal = mend(database, order_id, reason="  ")
    assert isinstance(refusal, Refusal)
    assert refusal.code == "customs_reason_missing"
    with pytest.raises(BadInput):
        mend(database, order_id, Correction(buyer_name=" "))
    assert buyer(database) == "样例甲"


def tax(database: Database, order_id: UUID) -> str | None:
    return database.reading(lambda session: tax_as_packed(session, WAREHOUSE, order_id, now=LATER))


def test_the_tax_of_what_was_packed(database: Database) -> None:
    order_id, _ = declared_order(database)
    whole = tax(database, order_id)
    assert whole == "30.03", "(300.00 + 30.00) x 13 % x 70 %"
    one_less = update(OrderLineRow).where(OrderLineRow.line_no == 1).values(picked=1, packed=1)
    database.in_transaction(lambda session: session.execute(one_less))
    assert tax(database, order_id) == "20.94", "115.00 x 13 % x 70 % is 10.465, rounded for each of the two lines"
    dear = update(OrderLineRow).values(unit_price_minor=300_000)
    database.in_transaction(lambda session: session.execute(dear))
    assert tax(database, order_id) is None, "over the limit of one transaction there is no such tax"
    nothing = update(OrderLineRow).values(packed=0)
    database.in_transaction(lambda session: session.execute(nothing))
    assert tax(database, order_id) is None
    assert database.reading(lambda session: session.scalars(select(Sku.vat_rate_bp)).all()) == [1300, 1300]
