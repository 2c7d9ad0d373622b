from sqlalchemy import select, update

from tests.customs.ceb import receipt
from tests.customs.parcels import START, WAREHOUSE, packed_order
from wms.customs.declaring import declare_parcel
from wms.customs.effects import DeclareParcel, RecordLeft
from wms.customs.exit_gate import exit_refusals, note_departure
from wms.customs.intake import store_receipt
from wms.customs.tables import DeclarationRow
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.identity import uuid7
from wms.places.tables import Warehouse


def test_names_what_may_not_leave_and_why(database: Database) -> None:
    parcel_id = database.in_transaction(packed_order)
    database.in_transaction(lambda session: declare_parcel(session, WAREHOUSE, DeclareParcel(parcel_id), now=START))
    pallet_id = uuid7()
    refusals = database.in_transaction(
        lambda session: exit_refusals(session, WAREHOUSE, frozenset({parcel_id, pallet_id}))
    )
    assert (refusals[parcel_id].code, refusals[parcel_id].details["parcel"]) == ("customs_not_submitted", "WB-9")
    assert refusals[pallet_id].code == "not_a_parcel"


def test_released_parcels_leave_and_are_noted(database: Database, clock: FixedClock) -> None:
    parcel_id = database.in_transaction(packed_order)
    database.in_transaction(lambda session: declare_parcel(session, WAREHOUSE, DeclareParcel(parcel_id), now=START))
    row = database.reading(lambda session: session.scalars(select(DeclarationRow)).one())
    keys = {"ebpCode": "PLATFORM", "ebcCode": "COMPANY", "agentCode": row.agent_code, "customsCode": row.customs_code}
    store_receipt(database, clock, WAREHOUSE, receipt("CEB622", "800", copNo=row.cop_no, **keys), "test")
    leaving = frozenset({parcel_id})
    assert database.in_transaction(lambda session: exit_refusals(session, WAREHOUSE, leaving)) == {}
    refusal = database.in_transaction(
        lambda session: note_departure(session, WAREHOUSE, RecordLeft((parcel_id,)), now=START)
    )
    assert refusal is None
    assert database.reading(lambda session: session.scalars(select(DeclarationRow.left_at)).one()) == START


def test_without_customs_parcels_leave_and_pallets_do_not(database: Database) -> None:
    parcel_id, pallet_id = database.in_transaction(packed_order), uuid7()
    database.in_transaction(lambda session: session.execute(update(Warehouse).values(customs_regime="none")))
    refusals = database.in_transaction(
        lambda session: exit_refusals(session, WAREHOUSE, frozenset({parcel_id, pallet_id}))
    )
    assert set(refusals) == {pallet_id}
