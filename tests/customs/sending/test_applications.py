"""What may follow a declaration: cancelling it, taking goods back, word that it was signed for."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, update

from tests.customs.ceb import receipt
from tests.customs.parcels import START, WAREHOUSE, declared, merchant_wants
from tests.customs.way_out import WayOut
from wms.catalogue.tables import Sku
from wms.customs.model import DeclarationState, DocumentKind, DocumentState, GateAnswer, HoldKind
from wms.customs.receipts.intake import store_receipt
from wms.customs.regimes.china.documents import Cancellation, Refund, SignedFor
from wms.customs.sending.applications import apply_for_return, apply_to_cancel, report_signed
from wms.customs.service import gate_answer, lift_hold, record_left
from wms.customs.tables import DeclarationRow, DocumentRow, HoldRow
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal

INVT_NO = "99992026I000000001"


@pytest.fixture
def way(database: Database, clock: FixedClock, tmp_path: Path) -> WayOut:
    return WayOut(database, clock, tmp_path)


@pytest.fixture
def released(database: Database, clock: FixedClock, way: WayOut) -> tuple[UUID, UUID]:
    """(parcel id, declaration id) of a list that was released at 10:26 in China."""
    database.in_transaction(lambda session: merchant_wants(session, list_waits_for="nothing"))
    parcel_id, declaration_id = database.in_transaction(declared)
    way.work()
    list_says(database, clock, declaration_id, "800", "20261105102600000")
    return parcel_id, declaration_id


def the_declaration(database: Database, declaration_id: UUID) -> DeclarationRow:
    return database.reading(lambda session: session.get_one(DeclarationRow, (WAREHOUSE, declaration_id)))


def gate_of(database: Database, parcel_id: UUID) -> GateAnswer:
    return database.in_transaction(lambda session: gate_answer(session, WAREHOUSE, [parcel_id])[parcel_id])


def leaves(database: Database, parcel_id: UUID) -> None:
    database.in_transaction(lambda session: record_left(session, WAREHOUSE, [parcel_id], now=START))


def list_says(database: Database, clock: FixedClock, declaration_id: UUID, status: str, time: str, **keys: str) -> None:
    cop_no = the_declaration(database, declaration_id).cop_no
    store_receipt(database, clock, WAREHOUSE, receipt("CEB622", status, time, copNo=cop_no, **keys), "test")


def applied(database: Database, kind: DocumentKind) -> list[DocumentRow]:
    return database.reading(
        lambda session: list(
            session.scalars(select(DocumentRow).where(DocumentRow.kind == kind).order_by(DocumentRow.attempt))
        )
    )


def answered(
    database: Database, clock: FixedClock, kind: str, document: DocumentRow, status: str, info: str = "ok", **keys: str
) -> None:
    time = "20261106090000000"
    raw = receipt(kind, status, time, info, copNo=document.number_key, **keys)
    store_receipt(database, clock, WAREHOUSE, raw, "test")


def code(answer: int | Refusal) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.code


class TestCancelling:
    def cancel(self, database: Database, declaration_id: UUID, reason: str = "客户取消") -> int | Refusal:
        return database.in_transaction(
            lambda session: apply_to_cancel(
                session, WAREHOUSE, declaration_id, by="EMP-1", reason=reason, now=START + timedelta(hours=1)
            )
        )

    def test_it_is_sent_and_holds_the_parcel_at_once(
        self, database: Database, clock: FixedClock, released: tuple[UUID, UUID], way: WayOut
    ) -> None:
        parcel_id, declaration_id = released
        assert gate_of(database, parcel_id).open
        assert self.cancel(database, declaration_id) == 1
        answer = gate_of(database, parcel_id)
        assert (answer.code, answer.holds) == ("customs_hold", (HoldKind.CANCEL_PENDING,))
        assert answer.since == START + timedelta(hours=1)
        clock.forward(timedelta(hours=1))
        way.work()
        ((sent,),) = [reading.documents for reading in way.sent("CEB623")]
        assert isinstance(sent, Cancellation)
        assert (sent.invtNo, sent.orderNo, sent.reason, sent.appTime) == (
            INVT_NO,
            "ORD-1",
            "客户取消",
            "20261105112500",
        )
        (row,) = applied(database, DocumentKind.CANCEL)
        assert (sent.copNo, row.asked_by, row.reason) == (row.number_key, "EMP-1", "客户取消")
        assert sent.copNo != the_declaration(database, declaration_id).cop_no

    def test_granted_it_is_cancelled_for_good(
        self, database: Database, clock: FixedClock, released: tuple[UUID, UUID]
    ) -> None:
        parcel_id, declaration_id = released
        self.cancel(database, declaration_id)
        (row,) = applied(database, DocumentKind.CANCEL)
        answered(database, clock, "CEB624", row, "399")
        assert gate_of(database, parcel_id).code == "customs_cancelled"
        list_says(database, clock, declaration_id, "899", "20261107102600000")
        assert gate_of(database, parcel_id).code == "customs_cancelled"
        assert applied(database, DocumentKind.CANCEL)[0].state == DocumentState.APPROVED
        assert database.reading(lambda session: session.scalars(select(HoldRow.lifted_by)).all()) == ["customs"]

    def test_refused_the_hold_is_lifted_and_it_may_be_asked_again(
        self, database: Database, clock: FixedClock, released: tuple[UUID, UUID]
    ) -> None:
        parcel_id, declaration_id = released
        self.cancel(database, declaration_id)
        (row,) = applied(database, DocumentKind.CANCEL)
        answered(database, clock, "CEB624", row, "100", "不予撤销")
        assert gate_of(database, parcel_id).open
        hold = database.reading(lambda session: session.scalars(select(HoldRow)).one())
        assert (hold.lifted_by, hold.lift_reason) == ("customs", "不予撤销")
        assert self.cancel(database, declaration_id) == 2
        assert gate_of(database, parcel_id).holds == (HoldKind.CANCEL_PENDING,)

    @pytest.mark.parametrize("status", ["2", "120", "300"])
    def test_on_its_way_it_holds(
        self, database: Database, clock: FixedClock, released: tuple[UUID, UUID], status: str
    ) -> None:
        parcel_id, declaration_id = released
        self.cancel(database, declaration_id)
        answered(database, clock, "CEB624", applied(database, DocumentKind.CANCEL)[0], status)
        assert HoldKind.CANCEL_PENDING in gate_of(database, parcel_id).holds
        assert code(self.cancel(database, declaration_id)) == "customs_application_pending"

    def test_the_answer_about_another_list_decides_nothing(
        self, database: Database, clock: FixedClock, released: tuple[UUID, UUID]
    ) -> None:
        parcel_id, declaration_id = released
        self.cancel(database, declaration_id)
        (row,) = applied(database, DocumentKind.CANCEL)
        answered(database, clock, "CEB624", row, "399", invtNo="99992026I000000009")
        assert the_declaration(database, declaration_id).state == DeclarationState.RELEASED
        assert not gate_of(database, parcel_id).open

    def test_the_answer_may_leave_our_company_out(
        self, database: Database, clock: FixedClock, released: tuple[UUID, UUID]
    ) -> None:
        parcel_id, declaration_id = released
        self.cancel(database, declaration_id)
        (row,) = applied(database, DocumentKind.CANCEL)
        answered(database, clock, "CEB624", row, "399", agentCode="")
        assert gate_of(database, parcel_id).code == "customs_cancelled"

    def test_one_that_came_to_nothing_on_its_way(
        self, database: Database, clock: FixedClock, released: tuple[UUID, UUID]
    ) -> None:
        """The port could not pass it on: nobody will answer, so a person may lift the hold, or ask again."""
        parcel_id, declaration_id = released
        self.cancel(database, declaration_id)
        lift = HoldKind.CANCEL_PENDING

        def lifted() -> Refusal | None:
            return database.in_transaction(
                lambda session: lift_hold(
                    session, WAREHOUSE, declaration_id, lift, lifted_by="EMP-1", reason="not needed", now=START
                )
            )

        refusal = lifted()
        assert refusal is not None
        assert refusal.code == "hold_needs_customs"
        answered(database, clock, "CEB624", applied(database, DocumentKind.CANCEL)[0], "4")
        assert not gate_of(database, parcel_id).open
        assert lifted() is None
        assert gate_of(database, parcel_id).open

    def test_refusals(self, database: Database, clock: FixedClock, released: tuple[UUID, UUID]) -> None:
        parcel_id, declaration_id = released
        assert code(self.cancel(database, declaration_id, " ")) == "customs_reason_missing"
        assert code(self.cancel(database, uuid7())) == "no_such_declaration"
        too_long = self.cancel(database, declaration_id, "x" * 1001)
        assert isinstance(too_long, Refusal)
        assert (too_long.code, too_long.details["field"]) == ("customs_findings", "InvtCancel.reason")
        leaves(database, parcel_id)
        assert code(self.cancel(database, declaration_id)) == "customs_parcel_left"

    def test_before_customs_has_given_a_number(self, database: Database, clock: FixedClock, way: WayOut) -> None:
        _, declaration_id = database.in_transaction(declared)
        assert code(self.cancel(database, declaration_id)) == "customs_not_cancellable"
        list_says(database, clock, declaration_id, "2", "20261105102600000", invtNo="")
        assert code(self.cancel(database, declaration_id)) == "customs_no_list_number"
        list_says(database, clock, declaration_id, "100", "20261105102700000")
        assert code(self.cancel(database, declaration_id)) == "customs_not_cancellable"


class TestReturns:
    def give_back(
        self,
        database: Database,
        declaration_id: UUID,
        quantities: Mapping[int, int],
        *,
        reason: str = "不想要了",
        now: datetime = START + timedelta(days=2),
    ) -> int | Refusal:
        return database.in_transaction(
            lambda session: apply_for_return(
                session, WAREHOUSE, declaration_id, quantities, by="EMP-1", reason=reason, now=now
            )
        )

    def test_lines_are_named_as_in_the_list_that_was_sent(
        self, database: Database, clock: FixedClock, released: tuple[UUID, UUID], way: WayOut
    ) -> None:
        parcel_id, declaration_id = released
        leaves(database, parcel_id)
        # What the catalogue says since then is not what customs was told.
        database.in_transaction(lambda session: session.execute(update(Sku).values(hs_code="9999999999")))
        assert self.give_back(database, declaration_id, {2: 1, 1: 1}) == 1
        clock.forward(timedelta(days=2))
        way.work()
        ((sent,),) = [reading.documents for reading in way.sent("CEB625")]
        assert isinstance(sent, Refund)
        assert [(line.gnum, line.gcode, int(line.qty), line.unit) for line in sent.lines] == [
            (1, "1905310000", 1, "140"),
            (2, "2106909090", 1, "125"),
        ]
        assert (sent.head.invtNo, sent.head.reason) == (INVT_NO, "不想要了")
        (row,) = applied(database, DocumentKind.RETURN)
        assert json.loads(row.details) == {"1": 1, "2": 1}
        assert row.number_key == sent.head.copNo

    def test_no_more_than_was_declared_less_what_was_applied_for(
        self, database: Database, clock: FixedClock, released: tuple[UUID, UUID]
    ) -> None:
        parcel_id, declaration_id = released
        leaves(database, parcel_id)
        assert self.give_back(database, declaration_id, {1: 1}) == 1
        assert code(self.give_back(database, declaration_id, {1: 2})) == "customs_return_quantity"
        assert self.give_back(database, declaration_id, {1: 1}) == 2
        answer = self.give_back(database, declaration_id, {1: 1})
        assert isinstance(answer, Refusal)
        assert answer.details == {"line": 1, "wanted": 1, "left": 0}
        first, second = applied(database, DocumentKind.RETURN)
        answered(database, clock, "CEB626", first, "399")
        answered(database, clock, "CEB626", second, "100")
        # What was refused may be asked for again; what was granted not.
        assert code(self.give_back(database, declaration_id, {1: 2})) == "customs_return_quantity"
        assert self.give_back(database, declaration_id, {1: 1}) == 3
        assert [row.state for row in applied(database, DocumentKind.RETURN)] == ["approved", "refused", "waiting"]

    def test_answers_do_not_touch_the_gate(
        self, database: Database, clock: FixedClock, released: tuple[UUID, UUID]
    ) -> None:
        parcel_id, declaration_id = released
        leaves(database, parcel_id)
        self.give_back(database, declaration_id, {1: 1})
        for status in ("2", "120", "300", "399", "800", "100"):
            answered(database, clock, "CEB626", applied(database, DocumentKind.RETURN)[0], status)
        row = the_declaration(database, declaration_id)
        assert (row.state, row.open_holds) == (DeclarationState.RELEASED, 0)

    @pytest.mark.parametrize(
        ("now", "too_late"),
        [
            (datetime(2026, 12, 5, 15, 59, 59, tzinfo=UTC), False),
            (datetime(2026, 12, 5, 16, 0, 0, tzinfo=UTC), True),
        ],
    )
    def test_thirty_days_of_the_calendar_in_china(
        self, database: Database, released: tuple[UUID, UUID], now: datetime, too_late: bool
    ) -> None:
        """Released on 5 November there; the last moment is the end of 5 December there, which is 16:00 UTC."""
        parcel_id, declaration_id = released
        leaves(database, parcel_id)
        answer = self.give_back(database, declaration_id, {1: 1}, now=now)
        if too_late:
            assert isinstance(answer, Refusal)
            assert (answer.code, answer.details["until"]) == ("customs_return_too_late", "2026-12-05")
        else:
            assert answer == 1

    def test_refusals(self, database: Database, clock: FixedClock, released: tuple[UUID, UUID]) -> None:
        parcel_id, declaration_id = released
        assert code(self.give_back(database, declaration_id, {1: 1})) == "customs_parcel_here"
        leaves(database, parcel_id)
        assert code(self.give_back(database, declaration_id, {1: 1}, reason="")) == "customs_reason_missing"
        assert code(self.give_back(database, uuid7(), {1: 1})) == "no_such_declaration"
        assert code(self.give_back(database, declaration_id, {})) == "customs_return_empty"
        assert code(self.give_back(database, declaration_id, {3: 1})) == "customs_return_line"
        assert code(self.give_back(database, declaration_id, {1: 0})) == "customs_return_quantity"
        assert code(self.give_back(database, declaration_id, {1: -1})) == "customs_return_quantity"
        list_says(database, clock, declaration_id, "700", "20261105102700000")
        assert code(self.give_back(database, declaration_id, {1: 1})) == "customs_not_released"

    def test_a_release_without_a_number(self, database: Database, clock: FixedClock, way: WayOut) -> None:
        database.in_transaction(lambda session: merchant_wants(session, list_waits_for="nothing"))
        parcel_id, declaration_id = database.in_transaction(declared)
        way.work()
        list_says(database, clock, declaration_id, "800", "20261105102600000", invtNo="")
        leaves(database, parcel_id)
        assert code(self.give_back(database, declaration_id, {1: 1})) == "customs_no_list_number"


class TestSignedFor:
    def sign(self, database: Database, declaration_id: UUID, at: datetime = START) -> int | Refusal:
        return database.in_transaction(
            lambda session: report_signed(session, WAREHOUSE, declaration_id, signed_at=at, now=START)
        )

    def test_told_once(self, database: Database, clock: FixedClock, released: tuple[UUID, UUID], way: WayOut) -> None:
        parcel_id, declaration_id = released
        leaves(database, parcel_id)
        assert self.sign(database, declaration_id) == 1
        assert self.sign(database, declaration_id) == 1
        way.work()
        ((sent,),) = [reading.documents for reading in way.sent("CEB513")]
        assert isinstance(sent, SignedFor)
        assert (sent.logisticsNo, sent.logisticsStatus, sent.logisticsTime) == ("WB-ORD-1", "S", "20261105102500")
        raw = receipt("CEB514", "120", "20261105103000000", logisticsNo="WB-ORD-1")
        store_receipt(database, clock, WAREHOUSE, raw, "test")
        assert applied(database, DocumentKind.SIGNED_FOR)[0].state == DocumentState.ACCEPTED
        # The waybill's own standing is another matter.
        assert applied(database, DocumentKind.LOGISTICS)[0].state == DocumentState.WAITING

    def test_told_again_after_a_refusal(
        self, database: Database, clock: FixedClock, released: tuple[UUID, UUID]
    ) -> None:
        parcel_id, declaration_id = released
        leaves(database, parcel_id)
        self.sign(database, declaration_id)
        raw = receipt("CEB514", "100", "20261105102500000", logisticsNo="WB-ORD-1")
        store_receipt(database, clock, WAREHOUSE, raw, "test")
        clock.forward(timedelta(minutes=1))
        answer = database.in_transaction(
            lambda session: report_signed(session, WAREHOUSE, declaration_id, signed_at=START, now=clock.now())
        )
        assert answer == 2
        assert [row.state for row in applied(database, DocumentKind.SIGNED_FOR)] == ["refused", "waiting"]

    @pytest.mark.parametrize("back", [timedelta(0), timedelta(hours=3)])
    def test_told_again_it_is_later_whatever_the_clock_says(
        self, database: Database, clock: FixedClock, released: tuple[UUID, UUID], way: WayOut, back: timedelta
    ) -> None:
        parcel_id, declaration_id = released
        leaves(database, parcel_id)
        self.sign(database, declaration_id, START - timedelta(hours=4))
        raw = receipt("CEB514", "100", "20261105102500000", logisticsNo="WB-ORD-1")
        store_receipt(database, clock, WAREHOUSE, raw, "test")
        earlier, signed_at = START - back, START - timedelta(hours=4)
        answer = database.in_transaction(
            lambda session: report_signed(session, WAREHOUSE, declaration_id, signed_at=signed_at, now=earlier)
        )
        assert answer == 2
        way.work()
        times = sorted(
            document.appTime
            for reading in way.sent("CEB513")
            for document in reading.documents
            if isinstance(document, SignedFor)
        )
        assert times == ["20261105102500", "20261105102501"]

    def test_refusals(self, database: Database, clock: FixedClock, released: tuple[UUID, UUID]) -> None:
        parcel_id, declaration_id = released
        assert code(self.sign(database, uuid7())) == "no_such_declaration"
        assert code(self.sign(database, declaration_id)) == "customs_parcel_here"
        leaves(database, parcel_id)
        assert code(self.sign(database, declaration_id, START + timedelta(seconds=1))) == "customs_not_yet"

    def test_not_ours(self, database: Database, clock: FixedClock, way: WayOut) -> None:
        database.in_transaction(lambda session: merchant_wants(session, list_waits_for="nothing", sends_waybill=False))
        parcel_id, declaration_id = database.in_transaction(declared)
        way.work()
        list_says(database, clock, declaration_id, "800", "20261105102600000")
        leaves(database, parcel_id)
        assert code(self.sign(database, declaration_id)) == "customs_not_ours"
