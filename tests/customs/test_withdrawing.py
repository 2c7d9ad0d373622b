"""The declaration of a parcel that is opened again: what was not sent never goes, and no old release opens any gate."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.customs.parcels import START, WAREHOUSE, declared, note_sent, paid, row
from tests.customs.sending.test_applications import INVT_NO, answered, applied, list_says
from tests.customs.test_declaring import declare, documents, gate_of
from tests.customs.way_out import WayOut
from wms.containers.tables import ContainerRow
from wms.customs.checks.checking import check_order
from wms.customs.effects import WithdrawDeclaration
from wms.customs.model import DeclarationState, DocumentKind, DocumentState, HoldKind, Outgoing
from wms.customs.sending.applications import apply_to_cancel
from wms.customs.service import lift_hold
from wms.customs.tables import DeclarationRow, DocumentRow
from wms.customs.withdrawing import why_not_withdrawn, withdraw_declaration
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.identity import uuid7
from wms.shipments.tables import ParcelRow

LATER = START + timedelta(minutes=10)


def withdraw(database: Database, parcel_id: UUID, now: datetime = LATER) -> str:
    """Opens the parcel again, as far as customs is concerned; why not, empty where it does."""

    def work(session: Session) -> str:
        asked = why_not_withdrawn(session, WAREHOUSE, parcel_id)
        refusal = withdraw_declaration(session, WAREHOUSE, WithdrawDeclaration(parcel_id), now=now)
        assert asked == refusal, "who asks beforehand hears the same"
        if refusal is None:
            session.execute(update(ParcelRow).where(ParcelRow.id == parcel_id).values(state="cancelled"))
        return refusal.code if refusal else ""

    return database.in_transaction(work)


def packed_anew(database: Database, old_id: UUID) -> UUID:
    """The order's goods are in another parcel, which is declared."""
    new_id = uuid7()

    def pack(session: Session) -> None:
        old = session.get_one(ParcelRow, (WAREHOUSE, old_id))
        row(session, ContainerRow, warehouse_id=WAREHOUSE, id=new_id, code="C-NEW", subject=old.order_id)
        row(
            session, ParcelRow, warehouse_id=WAREHOUSE, id=new_id, order_id=old.order_id, box_type="S",
            weight_grams=1850, tracking_no="WB-NEW", sscc="SSCC-NEW", state="packed", place_id=1, load_id=None,
            dispatched_at=None,
        )  # fmt: skip

    database.in_transaction(pack)
    declare(database, new_id)
    return new_id


def declaration_of(database: Database, parcel_id: UUID) -> DeclarationRow:
    query = select(DeclarationRow).where(DeclarationRow.parcel_id == parcel_id)
    return database.reading(lambda session: session.scalars(query).one())


def test_what_was_not_sent_never_goes_out(database: Database, clock: FixedClock, tmp_path: Path) -> None:
    old_id, declaration_id = database.in_transaction(declared)
    assert documents(database)["order"].outgoing == Outgoing.WAITING
    assert withdraw(database, old_id) == ""
    order_id = declaration_of(database, old_id).order_id
    # Whatever happens to the order afterwards, nothing of the old declaration is sent.
    database.in_transaction(lambda session: check_order(session, WAREHOUSE, order_id, now=LATER))
    way = WayOut(database, clock, tmp_path)
    way.work(seconds=3)
    assert way.files() == []
    assert declaration_of(database, old_id).state == DeclarationState.CANCELLED
    answer = gate_of(database, old_id)
    assert (answer.open, answer.holds) == (False, (HoldKind.PARCEL_VOID,))

    def lift(session: Session) -> str:
        kind = HoldKind.PARCEL_VOID
        refusal = lift_hold(session, WAREHOUSE, declaration_id, kind, lifted_by="EMP-1", reason="x", now=LATER)
        return refusal.code if refusal else ""

    assert database.in_transaction(lift) == "hold_stays"
    new_id = packed_anew(database, old_id)
    way.work(seconds=3)
    assert way.files() == ["CEB311", "CEB411", "CEB511"], "of the new parcel, once"
    assert declaration_of(database, new_id).cop_no != declaration_of(database, old_id).cop_no


def test_a_slip_that_comes_late_sends_nothing_of_a_void_parcel(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    old_id, _ = database.in_transaction(lambda session: declared(session, slip=False))
    assert withdraw(database, old_id) == ""
    database.in_transaction(paid)
    way = WayOut(database, clock, tmp_path)
    way.work(seconds=3)
    assert way.files() == []


def test_an_old_release_opens_no_gate(database: Database, clock: FixedClock) -> None:
    """Refused, packed anew; then customs releases the old list after all: neither parcel may leave on that."""
    old_id, old_declaration = database.in_transaction(declared)
    database.in_transaction(lambda session: note_sent(session, old_declaration))
    list_says(database, clock, old_declaration, "100", "20261105102600000")
    assert withdraw(database, old_id) == ""
    new_id = packed_anew(database, old_id)
    old, new = declaration_of(database, old_id), declaration_of(database, new_id)
    assert (new.attempt, new.cop_no != old.cop_no, new.app_time > old.app_time) == (2, True, True)
    list_says(database, clock, old_declaration, "800", "20261105104000000")
    assert declaration_of(database, old_id).state == DeclarationState.RELEASED, "it is seen"
    assert gate_of(database, old_id).holds == (HoldKind.PARCEL_VOID,)
    assert not gate_of(database, old_id).open
    assert not gate_of(database, new_id).open
    list_says(database, clock, new.id, "800", "20261105104100000")
    assert gate_of(database, new_id).open
    assert not gate_of(database, old_id).open


@pytest.mark.parametrize("status", ["", "120", "501", "700", "899"])
def test_what_customs_may_still_release_is_not_withdrawn(database: Database, clock: FixedClock, status: str) -> None:
    old_id, declaration_id = database.in_transaction(declared)
    database.in_transaction(lambda session: note_sent(session, declaration_id))
    if status:
        list_says(database, clock, declaration_id, status, "20261105102600000")
    before = gate_of(database, old_id)
    assert withdraw(database, old_id) == "list_with_customs"
    assert gate_of(database, old_id) == before, "and nothing has changed"


def test_orders_whose_list_never_followed_keep_nothing(database: Database, clock: FixedClock, tmp_path: Path) -> None:
    """Customs refuses the payment, which another party sends: no list goes, and none could ever be cancelled."""
    old_id, declaration_id = database.in_transaction(declared)
    stands = {
        DocumentKind.ORDER: (Outgoing.SENT, DocumentState.ACCEPTED),
        DocumentKind.LOGISTICS: (Outgoing.SENT, DocumentState.TAKEN),
        DocumentKind.PAYMENT: (Outgoing.NOT_OURS, DocumentState.REFUSED),
    }

    def gone(session: Session) -> None:
        for kind, (outgoing, state) in stands.items():
            named = (DocumentRow.declaration_id == declaration_id) & (DocumentRow.kind == kind)
            session.execute(update(DocumentRow).where(named).values(outgoing=outgoing, state=state))

    database.in_transaction(gone)
    assert withdraw(database, old_id) == ""
    assert declaration_of(database, old_id).state == DeclarationState.CANCELLED
    new_id = packed_anew(database, old_id)
    old, new = declaration_of(database, old_id), declaration_of(database, new_id)
    assert (new.attempt, new.app_time > old.app_time) == (2, True), "old answers to its orders count for nothing"
    way = WayOut(database, clock, tmp_path)
    way.work(seconds=3)
    assert way.files() == ["CEB311", "CEB411", "CEB511"], "of the new parcel, once; and no list of the old one"


@pytest.mark.parametrize("kind", [DocumentKind.PAYMENT, DocumentKind.INVENTORY])
def test_papers_in_a_message_are_on_their_way(database: Database, kind: DocumentKind) -> None:
    old_id, declaration_id = database.in_transaction(declared)
    database.in_transaction(
        lambda session: session.execute(
            update(DocumentRow)
            .where(DocumentRow.declaration_id == declaration_id, DocumentRow.kind == kind)
            .values(outgoing=Outgoing.IN_MESSAGE, message_id="MSG-1")
        )
    )
    assert withdraw(database, old_id) == "papers_on_their_way"


def test_once_customs_has_cancelled_the_list_it_is_history(database: Database, clock: FixedClock) -> None:
    old_id, declaration_id = database.in_transaction(declared)
    database.in_transaction(lambda session: note_sent(session, declaration_id))
    list_says(database, clock, declaration_id, "800", "20261105102600000", invtNo=INVT_NO)
    asked = database.in_transaction(
        lambda session: apply_to_cancel(session, WAREHOUSE, declaration_id, by="EMP-1", reason="重新打包", now=LATER)
    )
    assert asked == 1
    assert withdraw(database, old_id) == "cancel_awaited"
    (application,) = applied(database, DocumentKind.CANCEL)
    answered(database, clock, "CEB624", application, "399")
    assert withdraw(database, old_id) == ""
    new_id = packed_anew(database, old_id)
    assert (declaration_of(database, new_id).attempt, gate_of(database, new_id).open) == (2, False)
