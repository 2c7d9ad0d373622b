from sqlalchemy import select, update

from tests.customs.ceb import receipt
from tests.customs.parcels import START, WAREHOUSE, declared, packed_order
from wms.customs.declaring import declare_parcel
from wms.customs.effects import DeclareParcel, RecordLeft
from wms.customs.exit_gate import exit_refusals, note_departure
from wms.customs.receipts.intake import store_receipt
from wms.customs.tables import DeclarationRow
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.places.tables import Warehouse


def test_names_what_may_not_leave_and_why(database: Database) -> None:
    parcel_id = database.in_transaction(packed_order).parcel_id
    database.in_transaction(lambda session: declare_parcel(session, WAREHOUSE, DeclareParcel(parcel_id), now=START))
    pallet_id = uuid7()
    refusals = database.in_transaction(
        lambda session: exit_refusals(session, WAREHOUSE, frozenset({parcel_id, pallet_id}))
    )
    assert (refusals[parcel_id].code, refusals[parcel_id].details["parcel"]) == ("customs_not_submitted", "WB-ORD-1")
    assert refusals[pallet_id].code == "not_a_parcel"


def test_a_released_parcel_does_not_leave_without_a_pass(database: Database, clock: FixedClock) -> None:
    parcel_id, _ = database.in_transaction(declared)
    row = database.reading(lambda session: session.scalars(select(DeclarationRow)).one())
    store_receipt(database, clock, WAREHOUSE, receipt("CEB622", "800", copNo=row.cop_no), "test")
    leaving, load_id = frozenset({parcel_id}), uuid7()
    assert database.in_transaction(lambda session: exit_refusals(session, WAREHOUSE, leaving)) == {}

    def leave() -> Refusal | None:
        return database.in_transaction(
            lambda session: note_departure(session, WAREHOUSE, RecordLeft((parcel_id,), load_id), now=START)
        )

    refusal = leave()
    assert refusal is not None
    assert refusal.code == "pass_missing"


def test_without_customs_parcels_leave_and_pallets_do_not(database: Database) -> None:
    parcel_id, pallet_id = database.in_transaction(packed_order).parcel_id, uuid7()
    database.in_transaction(lambda session: session.execute(update(Warehouse).values(customs_regime="none")))
    refusals = database.in_transaction(
        lambda session: exit_refusals(session, WAREHOUSE, frozenset({parcel_id, pallet_id}))
    )
    assert set(refusals) == {pallet_id}
