"""A declaration submitted again: what goes, under which time, and which receipts still count."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.customs.ceb import receipt
from tests.customs.parcels import START, WAREHOUSE, declared, merchant_wants, paid
from tests.customs.way_out import WayOut
from wms.customs.checks.checking import check_and_begin
from wms.customs.model import DeclarationState, DocumentKind, DocumentState, GateAnswer, Outgoing
from wms.customs.receipts.intake import store_receipt
from wms.customs.regimes.china.documents import Inventory
from wms.customs.sending.attempts import resubmit
from wms.customs.service import gate_answer
from wms.customs.tables import AttemptRow, DeclarationRow, DocumentRow, MerchantCustomsRow
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.orders.tables import OrderRow

PRE_NO, INVT_NO = "B20261105000000001", "99992026I000000001"


@pytest.fixture
def way(database: Database, clock: FixedClock, tmp_path: Path) -> WayOut:
    return WayOut(database, clock, tmp_path)


def the_declaration(database: Database, declaration_id: UUID) -> DeclarationRow:
    return database.reading(lambda session: session.get_one(DeclarationRow, (WAREHOUSE, declaration_id)))


def gate_of(database: Database, parcel_id: UUID) -> GateAnswer:
    return database.in_transaction(lambda session: gate_answer(session, WAREHOUSE, [parcel_id])[parcel_id])


def again(database: Database, clock: FixedClock, declaration_id: UUID, reason: str = "mended") -> int | Refusal:
    return database.in_transaction(
        lambda session: resubmit(session, WAREHOUSE, declaration_id, by="EMP-1", reason=reason, now=clock.now())
    )


def list_says(database: Database, clock: FixedClock, declaration_id: UUID, status: str, time: str, **keys: str) -> None:
    cop_no = the_declaration(database, declaration_id).cop_no
    raw = receipt("CEB622", status, time, f"said {status}", copNo=cop_no, **({"preNo": PRE_NO} | keys))
    store_receipt(database, clock, WAREHOUSE, raw, "test")


def orders_say(database: Database, clock: FixedClock, status: str, time: str) -> None:
    for kind, key in (
        ("CEB312", {"orderNo": "ORD-1"}),
        ("CEB412", {"payTransactionId": "PAY-ORD-1"}),
        ("CEB512", {"logisticsNo": "WB-ORD-1"}),
    ):
        store_receipt(database, clock, WAREHOUSE, receipt(kind, status, time, **key), "test")


def refused(database: Database, clock: FixedClock, way: WayOut) -> tuple[UUID, UUID]:
    """A declaration that was sent at 10:25:00 and whose list customs refused at 10:26:00; now it is 10:30."""
    parcel_id, declaration_id = database.in_transaction(declared)
    way.work()
    orders_say(database, clock, "2", "20261105102501000")
    way.work()
    list_says(database, clock, declaration_id, "100", "20261105102600000")
    clock.forward(timedelta(minutes=5))
    return parcel_id, declaration_id


def documents(database: Database, attempt: int) -> Mapping[str, DocumentRow]:
    return database.reading(
        lambda session: {
            row.kind: row for row in session.scalars(select(DocumentRow).where(DocumentRow.attempt == attempt))
        }
    )


def attempts(database: Database) -> list[AttemptRow]:
    return database.reading(lambda session: list(session.scalars(select(AttemptRow).order_by(AttemptRow.attempt))))


class TestAgain:
    def test_all_four_go_with_new_ids_and_a_later_time(
        self, database: Database, clock: FixedClock, way: WayOut
    ) -> None:
        _, declaration_id = refused(database, clock, way)
        assert again(database, clock, declaration_id) == 2
        first, second = documents(database, 1), documents(database, 2)
        assert {row.guid for row in first.values()}.isdisjoint({row.guid for row in second.values()})
        assert {(row.company_key, row.number_key) for row in first.values()} == {
            (row.company_key, row.number_key) for row in second.values()
        }
        way.work()
        assert way.files() == ["CEB311"] * 2 + ["CEB411"] * 2 + ["CEB511"] * 2 + ["CEB621"]
        orders_say(database, clock, "2", "20261105103001000")
        way.work()
        lists = sorted(
            (document.head.appTime, document.head.appType, document.head.copNo)
            for reading in way.sent("CEB621")
            for document in reading.documents
            if isinstance(document, Inventory)
        )
        cop_no = the_declaration(database, declaration_id).cop_no
        assert lists == [("20261105102500", "1", cop_no), ("20261105103000", "1", cop_no)]

    def test_the_history_stays(self, database: Database, clock: FixedClock, way: WayOut) -> None:
        _, declaration_id = refused(database, clock, way)
        again(database, clock, declaration_id, "  the weight was wrong ")
        first, second = attempts(database)
        assert (first.state, first.status, first.said, first.pre_no) == ("rejected", "100", "said 100", PRE_NO)
        assert (first.sent_at, first.begun_by, first.reason) == (START, "wms", "")
        assert (second.state, second.begun_by, second.reason) == ("pending", "EMP-1", "the weight was wrong")
        assert first.app_time < second.app_time
        assert {row.state for kind, row in documents(database, 1).items() if kind != "inventory"} == {"taken"}
        assert documents(database, 1)["inventory"].state == DocumentState.REFUSED

    def test_the_gate_begins_anew(self, database: Database, clock: FixedClock, way: WayOut) -> None:
        parcel_id, declaration_id = refused(database, clock, way)
        assert gate_of(database, parcel_id).code == "customs_rejected"
        again(database, clock, declaration_id)
        assert gate_of(database, parcel_id).code == "customs_not_submitted"
        way.work()
        orders_say(database, clock, "2", "20261105103001000")
        way.work()
        assert gate_of(database, parcel_id).code == "customs_no_answer"
        list_says(database, clock, declaration_id, "800", "20261105103100000", preNo="B20261105000000002")
        assert gate_of(database, parcel_id).open

    def test_receipts_of_the_old_attempt_change_nothing(
        self, database: Database, clock: FixedClock, way: WayOut
    ) -> None:
        parcel_id, declaration_id = refused(database, clock, way)
        again(database, clock, declaration_id)
        way.work()
        # Late words about what was refused: by their time, and by the number customs gave it.
        list_says(database, clock, declaration_id, "800", "20261105102959000")
        list_says(database, clock, declaration_id, "800", "20261105103200000")
        list_says(database, clock, declaration_id, "100", "20261105102959500")
        orders_say(database, clock, "100", "20261105102900000")
        row = the_declaration(database, declaration_id)
        assert (row.state, row.status, row.pre_no) == (DeclarationState.PENDING, "", None)
        states = {row.state for row in documents(database, 2).values()}
        assert states == {DocumentState.WAITING}
        assert not gate_of(database, parcel_id).open

    def test_a_failed_message_of_the_old_attempt_changes_nothing(
        self, database: Database, clock: FixedClock, way: WayOut
    ) -> None:
        _, declaration_id = refused(database, clock, way)
        old = documents(database, 1)["inventory"].message_id
        again(database, clock, declaration_id)
        way.work()
        assert old is not None
        raw = receipt("CEB900", "-1", "20261105103500000", oriCopMsgId=old, oriMessageType="CEB621Message")
        store_receipt(database, clock, WAREHOUSE, raw, "test")
        assert the_declaration(database, declaration_id).state == DeclarationState.PENDING

    def test_papers_of_other_parties_keep_their_receipts(
        self, database: Database, clock: FixedClock, way: WayOut
    ) -> None:
        database.in_transaction(lambda session: merchant_wants(session, sends_payment=False))
        _, declaration_id = refused(database, clock, way)
        again(database, clock, declaration_id)
        payment = documents(database, 2)["payment"]
        assert (payment.outgoing, payment.state) == (Outgoing.NOT_OURS, DocumentState.TAKEN)
        way.work()
        assert "CEB411" not in way.files()

    @pytest.mark.parametrize(("taken", "app_type", "invt_no"), [(True, "2", INVT_NO), (False, "1", None)])
    def test_as_a_change_where_the_office_wants_it_and_has_it(
        self,
        database: Database,
        clock: FixedClock,
        way: WayOut,
        taken: bool,
        app_type: str,
        invt_no: str | None,
    ) -> None:
        database.in_transaction(lambda session: merchant_wants(session, list_waits_for="nothing", resubmits_as="2"))
        parcel_id, declaration_id = database.in_transaction(declared)
        way.work()
        status = "100" if taken else "4"
        list_says(database, clock, declaration_id, status, "20261105102600000", invtNo=INVT_NO if taken else "")
        clock.forward(timedelta(minutes=5))
        assert again(database, clock, declaration_id) == 2
        way.work()
        newest = max(
            (one.head for reading in way.sent("CEB621") for one in reading.documents if isinstance(one, Inventory)),
            key=lambda head: head.appTime,
        )
        assert (newest.appType, newest.invtNo) == (app_type, invt_no)
        # A list that was changed may keep the number it had.
        list_says(database, clock, declaration_id, "800", "20261105103300000")
        assert gate_of(database, parcel_id).open == taken

    @pytest.mark.parametrize("back", [timedelta(0), timedelta(minutes=5), timedelta(hours=3)])
    def test_the_time_is_later_whatever_the_clock_says(
        self, database: Database, clock: FixedClock, way: WayOut, back: timedelta
    ) -> None:
        _, declaration_id = refused(database, clock, way)
        again(database, FixedClock(START - back), declaration_id)
        first, second = attempts(database)
        # Later than the refusal too, which customs dated by a clock of its own.
        assert (first.app_time, second.app_time) == ("20261105102500000", "20261105102601000")
        assert "<ceb:appTime>20261105102601</ceb:appTime>" in documents(database, 2)["inventory"].body

    def test_a_third_time(self, database: Database, clock: FixedClock, way: WayOut) -> None:
        parcel_id, declaration_id = refused(database, clock, way)
        again(database, clock, declaration_id)
        way.work()
        orders_say(database, clock, "2", "20261105103001000")
        way.work()
        list_says(database, clock, declaration_id, "-621001", "20261105103002000", preNo="B20261105000000002")
        assert the_declaration(database, declaration_id).state == DeclarationState.REJECTED
        clock.forward(timedelta(minutes=5))
        assert again(database, clock, declaration_id) == 3
        way.work()
        for pre_no in (PRE_NO, "B20261105000000002"):
            list_says(database, clock, declaration_id, "800", "20261105103900000", preNo=pre_no)
        assert not gate_of(database, parcel_id).open
        list_says(database, clock, declaration_id, "800", "20261105103900000", preNo="B20261105000000003")
        assert gate_of(database, parcel_id).open

    def test_an_order_that_was_refused_before_the_list_went(
        self, database: Database, clock: FixedClock, way: WayOut
    ) -> None:
        _, declaration_id = database.in_transaction(declared)
        way.work()
        store_receipt(
            database, clock, WAREHOUSE, receipt("CEB312", "100", "20261105102600000", orderNo="ORD-1"), "test"
        )
        clock.forward(timedelta(minutes=5))
        assert again(database, clock, declaration_id) == 2
        first, _ = attempts(database)
        assert (first.state, first.said, first.sent_at) == ("rejected", "ok", None)
        way.work()
        orders_say(database, clock, "2", "20261105103001000")
        way.work()
        assert [len(reading.documents) for reading in way.sent("CEB621")] == [1]

    def test_a_refusal_from_a_clock_ahead_of_ours_does_not_refuse_the_next_attempt(
        self, database: Database, clock: FixedClock, way: WayOut
    ) -> None:
        _, declaration_id = database.in_transaction(declared)
        way.work()
        late = receipt("CEB412", "100", "20261105103500250", payTransactionId="PAY-ORD-1")
        store_receipt(database, clock, WAREHOUSE, late, "test")
        clock.forward(timedelta(minutes=5))
        assert again(database, clock, declaration_id) == 2
        assert attempts(database)[1].app_time == "20261105103501000"
        assert documents(database, 2)["payment"].state == DocumentState.WAITING

    def test_a_refusal_dated_far_ahead_does_not_carry_the_next_attempt_with_it(
        self, database: Database, clock: FixedClock, way: WayOut
    ) -> None:
        _, declaration_id = database.in_transaction(declared)
        way.work()
        late = receipt("CEB412", "100", "20991105103500250", payTransactionId="PAY-ORD-1")
        store_receipt(database, clock, WAREHOUSE, late, "test")
        clock.forward(timedelta(minutes=5))
        assert again(database, clock, declaration_id) == 2
        assert attempts(database)[1].app_time == "20261105103000000"

    def test_while_a_paper_of_another_party_is_refused_the_list_waits_for_it(
        self, database: Database, clock: FixedClock, way: WayOut
    ) -> None:
        database.in_transaction(
            lambda session: merchant_wants(session, sends_order=False, sends_payment=False, sends_waybill=False)
        )
        _, declaration_id = database.in_transaction(declared)
        way.work()
        list_says(database, clock, declaration_id, "100", "20261105102600000")
        store_receipt(
            database,
            clock,
            WAREHOUSE,
            receipt("CEB412", "100", "20261105102600000", payTransactionId="PAY-ORD-1"),
            "test",
        )
        clock.forward(timedelta(minutes=5))
        assert again(database, clock, declaration_id) == 2
        way.work()
        assert way.files() == ["CEB621"]
        raw = receipt("CEB412", "120", "20261105103500000", payTransactionId="PAY-ORD-1")
        store_receipt(database, clock, WAREHOUSE, raw, "test")
        way.work()
        assert way.files() == ["CEB621", "CEB621"]


class TestNot:
    def code(self, answer: int | Refusal) -> str:
        assert isinstance(answer, Refusal), answer
        return answer.code

    def test_without_a_reason_or_a_declaration(self, database: Database, clock: FixedClock, way: WayOut) -> None:
        _, declaration_id = refused(database, clock, way)
        assert self.code(again(database, clock, declaration_id, "  ")) == "customs_reason_missing"
        assert self.code(again(database, clock, uuid7())) == "no_such_declaration"

    @pytest.mark.parametrize("status", ["2", "120", "500", "800", "700", ""])
    def test_while_the_present_one_is_alive(
        self, database: Database, clock: FixedClock, way: WayOut, status: str
    ) -> None:
        _, declaration_id = database.in_transaction(declared)
        way.work()
        orders_say(database, clock, "2", "20261105102501000")
        way.work()
        if status:
            list_says(database, clock, declaration_id, status, "20261105102600000")
        assert self.code(again(database, clock, declaration_id)) == "customs_attempt_open"
        assert the_declaration(database, declaration_id).attempt == 1

    def test_while_something_stops_it(self, database: Database, clock: FixedClock, way: WayOut) -> None:
        _, declaration_id = refused(database, clock, way)
        database.in_transaction(lambda session: session.execute(update(OrderRow).values(buyer_name="样例丙")))
        answer = again(database, clock, declaration_id)
        assert isinstance(answer, Refusal)
        assert (answer.code, answer.details["rule"]) == ("customs_findings", "C8")
        assert "样例丙" not in str(answer.details)
        assert the_declaration(database, declaration_id).attempt == 1

    def test_after_the_parcel_has_left(self, database: Database, clock: FixedClock, way: WayOut) -> None:
        _, declaration_id = refused(database, clock, way)
        database.in_transaction(lambda session: session.execute(update(DeclarationRow).values(left_at=START)))
        assert self.code(again(database, clock, declaration_id)) == "customs_parcel_left"

    def test_while_documents_are_on_their_way(self, database: Database, clock: FixedClock, way: WayOut) -> None:
        _, declaration_id = refused(database, clock, way)
        in_message = (
            update(DocumentRow).where(DocumentRow.kind == DocumentKind.ORDER).values(outgoing=Outgoing.IN_MESSAGE)
        )
        database.in_transaction(lambda session: session.execute(in_message))
        assert self.code(again(database, clock, declaration_id)) == "customs_documents_on_their_way"

    def test_without_a_slip_to_send(self, database: Database, clock: FixedClock, way: WayOut) -> None:
        """The payment company pushed it itself the first time; now it is for us, and there is no slip."""

        database.in_transaction(lambda session: merchant_wants(session, sends_payment=False, list_waits_for="nothing"))
        _, declaration_id = database.in_transaction(lambda session: declared(session, slip=False))
        way.work()
        list_says(database, clock, declaration_id, "100", "20261105102600000")
        database.in_transaction(lambda session: session.execute(update(MerchantCustomsRow).values(sends_payment=True)))
        clock.forward(timedelta(minutes=5))
        answer = again(database, clock, declaration_id)
        assert isinstance(answer, Refusal)
        assert (answer.code, answer.details["document"]) == ("customs_document_missing", "payment")


def test_who_sends_is_settled_when_an_attempt_begins(database: Database, clock: FixedClock, way: WayOut) -> None:
    database.in_transaction(lambda session: merchant_wants(session, sends_payment=False))
    _, declaration_id = database.in_transaction(declared)
    way.work()
    database.in_transaction(lambda session: session.execute(update(MerchantCustomsRow).values(sends_payment=True)))
    assert not begun(database, clock)
    way.work()
    assert "CEB411" not in way.files()
    orders_say(database, clock, "2", "20261105102501000")
    way.work()
    list_says(database, clock, declaration_id, "100", "20261105102600000")
    clock.forward(timedelta(minutes=5))
    assert again(database, clock, declaration_id) == 2
    way.work()
    assert "CEB411" in way.files()


def begun(database: Database, clock: FixedClock) -> bool:
    """Whether checking the one order anew put documents into the queue."""

    def check(session: Session) -> bool:
        order_id = session.scalars(select(OrderRow.id)).one()
        return check_and_begin(session, WAREHOUSE, order_id, now=clock.now()).begun

    return database.in_transaction(check)


class TestFirst:
    def test_begins_once_it_is_whole(self, database: Database, clock: FixedClock) -> None:
        database.in_transaction(lambda session: declared(session, slip=False))
        assert not begun(database, clock)
        database.in_transaction(paid)
        assert begun(database, clock)
        assert [row.attempt for row in attempts(database)] == [1]
