import json
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from tests.customs.parcels import START, WAREHOUSE, packed_parcel
from wms.customs.declaring import declare_parcel
from wms.customs.effects import DeclareParcel
from wms.customs.jobs import SimulatedPort
from wms.customs.model import DocumentKind, GateAnswer
from wms.customs.regimes.simulated.port import Scenario
from wms.customs.service import gate_answer
from wms.customs.tables import DeclarationRow, DocumentRow
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.orders.tables import OrderRow
from wms.outbox.service import claim
from wms.outbox.tables import OutboxMessage
from wms.places.tables import Warehouse
from wms.shipments.tables import ParcelRow


def declare(database: Database, parcel_id: UUID) -> None:
    refusal = database.in_transaction(
        lambda session: declare_parcel(session, WAREHOUSE, DeclareParcel(parcel_id), now=START)
    )
    assert refusal is None


def gate_of(database: Database, parcel_id: UUID) -> GateAnswer:
    return database.in_transaction(lambda session: gate_answer(session, WAREHOUSE, [parcel_id])[parcel_id])


def test_what_is_in_the_parcel_is_declared(database: Database) -> None:
    parcel_id = database.in_transaction(packed_parcel)
    declare(database, parcel_id)
    documents = database.reading(
        lambda session: {row.kind: json.loads(row.body) for row in session.scalars(select(DocumentRow))}
    )
    order, listed = documents["order"], documents["inventory"]
    assert (order["orderNo"], order["ebpCode"], order["ebcCode"]) == ("ORD-9", "PLATFORM", "COMPANY")
    assert (order["goodsValue"], order["acturalPaid"]) == ("10.00", "14.91")
    assert documents["payment"]["amountPaid"] == "14.91"
    assert order["consigneeAddress"] == "1 Road Town"
    assert [(line["itemName"], line["qty"]) for line in order["lines"]] == [("杯子", "1")]
    (line,) = listed["lines"]
    assert (line["gcode"], line["itemRecordNo"], line["barCode"]) == ("6912001000", "REC-9", "06901234567885")
    assert (listed["grossWeight"], listed["netWeight"], line["qty1"]) == ("2.000", "0.300", "0.300")
    assert documents["logistics"]["logisticsNo"] == listed["logisticsNo"] == "WB-9"


def test_the_port_understands_it(database: Database, clock: FixedClock) -> None:
    parcel_id = database.in_transaction(packed_parcel)
    declare(database, parcel_id)
    port = SimulatedPort(database, clock, Scenario(refused=0, inspected=0, withdrawn=0))
    (message,) = database.in_transaction(lambda session: claim(session, list(port.handlers()), now=START, limit=9))
    port.send(message)
    assert gate_of(database, parcel_id).code == "customs_no_answer"


def test_without_customs_nothing_is_declared(database: Database) -> None:
    parcel_id = database.in_transaction(packed_parcel)
    database.in_transaction(lambda session: session.execute(update(Warehouse).values(customs_regime="none")))
    declare(database, parcel_id)
    assert database.reading(lambda session: session.scalars(select(DeclarationRow.id)).all()) == []
    assert gate_of(database, parcel_id).open


def test_a_payment_nobody_reported_is_missing(database: Database) -> None:
    parcel_id = database.in_transaction(lambda session: packed_parcel(session, paid_at=None))
    declare(database, parcel_id)
    answer = gate_of(database, parcel_id)
    assert (answer.code, answer.document) == ("customs_not_submitted", DocumentKind.PAYMENT)


@pytest.mark.parametrize(
    ("changed", "why"), [({"currency": "GBP"}, "must be in CNY"), ({"gross": 200}, "300 g net in 200 g gross")]
)
def test_facts_that_are_wrong_keep_the_gate_closed_and_say_why(
    database: Database, changed: dict[str, Any], why: str
) -> None:
    parcel_id = database.in_transaction(lambda session: packed_parcel(session, **changed))
    declare(database, parcel_id)
    declare(database, parcel_id)
    answer = gate_of(database, parcel_id)
    assert (answer.code, answer.document) == ("customs_not_submitted", DocumentKind.ORDER)
    assert why in answer.said
    assert database.reading(lambda session: session.scalars(select(OutboxMessage.id)).all()) == []

    # Somebody mends the data; the same declaration goes on.
    database.in_transaction(lambda session: session.execute(update(OrderRow).values(currency="CNY")))
    database.in_transaction(lambda session: session.execute(update(ParcelRow).values(weight_grams=2000)))
    declare(database, parcel_id)
    assert gate_of(database, parcel_id).said == ""
    sent = database.reading(lambda session: session.scalars(select(OutboxMessage.topic)).all())
    assert sent == ["customs.send"]
    assert len(database.reading(lambda session: session.scalars(select(DeclarationRow.id)).all())) == 1
