from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.customs.parcels import START, WAREHOUSE, declared, packed_order, paid
from wms.customs.declaring import declare_parcel
from wms.customs.effects import DeclareParcel
from wms.customs.model import DECLARED, Cause, DeclarationState, DocumentKind, GateAnswer, Outgoing
from wms.customs.service import gate_answer
from wms.customs.tables import DeclarationRow, DocumentRow, FindingRow
from wms.database.sealed import vault_of
from wms.database.transaction import Database
from wms.orders.tables import OrderRow
from wms.outbox.tables import OutboxMessage
from wms.places.tables import Warehouse


def declare(database: Database, parcel_id: UUID) -> None:
    refusal = database.in_transaction(
        lambda session: declare_parcel(session, WAREHOUSE, DeclareParcel(parcel_id), now=START)
    )
    assert refusal is None


def gate_of(database: Database, parcel_id: UUID) -> GateAnswer:
    return database.in_transaction(lambda session: gate_answer(session, WAREHOUSE, [parcel_id])[parcel_id])


def documents(database: Database) -> dict[str, DocumentRow]:
    return database.reading(lambda session: {row.kind: row for row in session.scalars(select(DocumentRow))})


def packs_asked_for(database: Database) -> int:
    return database.reading(
        lambda session: len(session.scalars(select(OutboxMessage).where(OutboxMessage.topic == "customs.pack")).all())
    )


def test_what_is_whole_joins_the_queue_and_the_list_waits(database: Database) -> None:
    database.in_transaction(declared)
    rows = documents(database)
    assert set(rows) == set(DECLARED)
    assert {kind: row.outgoing for kind, row in rows.items()} == {
        "order": Outgoing.WAITING,
        "payment": Outgoing.WAITING,
        "logistics": Outgoing.WAITING,
        "inventory": Outgoing.NOT_YET,
    }
    assert len({row.guid for row in rows.values()}) == 4
    assert all(len(row.guid) == 36 and row.guid == row.guid.upper() for row in rows.values())
    keys = {kind: (row.company_key, row.number_key) for kind, row in rows.items() if kind != "inventory"}
    assert keys == {
        "order": ("9999960001", "ORD-1"),
        "payment": ("9999960003", "PAY-ORD-1"),
        "logistics": ("9999980004", "WB-ORD-1"),
    }
    row = database.reading(lambda session: session.scalars(select(DeclarationRow)).one())
    assert (row.state, len(row.cop_no), row.attempt, row.stopped_by) == (DeclarationState.PENDING, 20, 1, 0)
    assert rows["inventory"].number_key == row.cop_no


def test_the_buyer_and_the_amount_are_kept_for_his_year(database: Database) -> None:
    database.in_transaction(declared)

    def look(session: Session) -> None:
        row = session.scalars(select(DeclarationRow)).one()
        vault = vault_of(session.get_bind().dialect)
        assert row.buyer_digest == vault.digest("990000199001010017")
        assert row.dutiable_minor == 33000

    database.reading(look)


def test_personal_data_stays_out_of_the_outbox(database: Database) -> None:
    database.in_transaction(declared)
    payloads = database.reading(lambda session: session.scalars(select(OutboxMessage.payload)).all())
    assert payloads
    assert not any("990000199001010017" in payload or "样例" in payload for payload in payloads)


def test_twice_is_once(database: Database) -> None:
    parcel_id, _ = database.in_transaction(declared)
    guids = {row.guid for row in documents(database).values()}
    declare(database, parcel_id)
    assert {row.guid for row in documents(database).values()} == guids
    assert len(database.reading(lambda session: session.scalars(select(DeclarationRow.id)).all())) == 1


def test_without_customs_nothing_is_declared(database: Database) -> None:
    packed = database.in_transaction(packed_order)
    database.in_transaction(lambda session: session.execute(update(Warehouse).values(customs_regime="none")))
    declare(database, packed.parcel_id)
    assert database.reading(lambda session: session.scalars(select(DeclarationRow.id)).all()) == []
    assert gate_of(database, packed.parcel_id).open


def test_a_slip_that_has_not_come_is_missing_and_nothing_is_sent(database: Database) -> None:
    parcel_id, _ = database.in_transaction(lambda session: declared(session, slip=False))
    answer = gate_of(database, parcel_id)
    assert (answer.code, answer.document, answer.since) == ("customs_not_submitted", DocumentKind.PAYMENT, START)
    assert {row.outgoing for row in documents(database).values()} == {Outgoing.NOT_YET}
    assert packs_asked_for(database) == 0


def test_the_slip_makes_it_whole(database: Database) -> None:
    parcel_id, _ = database.in_transaction(lambda session: declared(session, slip=False))
    database.in_transaction(paid)
    declare(database, parcel_id)
    assert gate_of(database, parcel_id).document is DocumentKind.ORDER
    assert packs_asked_for(database) == 3


@pytest.mark.parametrize(
    ("changed", "rule", "field", "cause"),
    [
        ({"paid_minor": 34999}, "F1", "OrderHead.acturalPaid", Cause.PLATFORM),
        ({"buyer_name": "样例丙"}, "C8", "PaymentHead.payerName", Cause.PAYMENT_COMPANY),
        ({"buyer_name": ""}, "schema", "OrderHead.buyerName", Cause.PLATFORM),
        ({"consignee_address": "路" * 201}, "schema", "OrderHead.consigneeAddress", Cause.PLATFORM),
        ({"consignee_name": "样\x02例"}, "schema", "OrderHead.consignee", Cause.PLATFORM),
    ],
)
def test_bad_data_are_findings_that_name_the_field(
    database: Database, changed: dict[str, Any], rule: str, field: str, cause: Cause
) -> None:
    parcel_id, _ = database.in_transaction(lambda session: declared(session, **changed))
    answer = gate_of(database, parcel_id)
    assert answer.code == "customs_findings"
    assert answer.finding is not None
    assert packs_asked_for(database) == 0
    details = answer.refusal("WB-ORD-1").details
    assert (details["rule"], details["field"], details["cause"]) == (
        answer.finding.rule,
        answer.finding.field,
        answer.finding.cause.value,
    )
    # The floor is told what is wrong, not what it is.
    assert "样例" not in str(details)
    found = database.reading(
        lambda session: [
            (row.rule, row.field, row.cause) for row in session.scalars(select(FindingRow)) if row.rule == rule
        ]
    )
    assert (rule, field, cause.value) in found


def test_mended_data_go_on_under_the_same_declaration(database: Database) -> None:
    parcel_id, declaration_id = database.in_transaction(lambda session: declared(session, buyer_name=""))
    database.in_transaction(lambda session: session.execute(update(OrderRow).values(buyer_name="样例甲")))
    declare(database, parcel_id)
    assert gate_of(database, parcel_id).code == "customs_not_submitted"
    assert packs_asked_for(database) == 3
    assert database.reading(lambda session: session.scalars(select(DeclarationRow.id)).all()) == [declaration_id]
