from uuid import UUID

import pytest
from sqlalchemy import event, select

from tests.customs.ceb import message, node, receipt
from tests.customs.parcels import START, WAREHOUSE, declared, note_sent, open_warehouse
from wms.customs.model import DECLARED, DocumentKind, GateAnswer, HoldKind
from wms.customs.receipts.intake import store_receipt
from wms.customs.sending.numbers import new_cop_no, new_guid
from wms.customs.service import gate_answer, lift_hold, record_left
from wms.customs.tables import DeclarationRow, HoldRow, IncidentRow
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal
from wms.places.model import NewWarehouse
from wms.places.service import create_warehouse


def the_declaration(database: Database, declaration_id: UUID) -> DeclarationRow:
    return database.reading(lambda session: session.get_one(DeclarationRow, (WAREHOUSE, declaration_id)))


def gate_of(database: Database, parcel_id: UUID) -> GateAnswer:
    return database.in_transaction(lambda session: gate_answer(session, WAREHOUSE, [parcel_id])[parcel_id])


def customs_says(database: Database, clock: FixedClock, declaration_id: UUID, *decisions: tuple[str, str]) -> None:
    """Deliver list receipts as (status, seconds of the minute)."""
    cop_no = the_declaration(database, declaration_id).cop_no
    for status, second in decisions:
        raw = receipt("CEB622", status, f"202611051026{second}000", f"said {status}", copNo=cop_no)
        store_receipt(database, clock, WAREHOUSE, raw, "test")


def sent(database: Database, declaration_id: UUID) -> None:
    database.in_transaction(lambda session: note_sent(session, declaration_id))


class TestGate:
    def test_never_declared(self, database: Database) -> None:
        assert gate_of(database, uuid7()).code == "customs_not_declared"

    def test_a_warehouse_without_customs(self, database: Database) -> None:
        database.in_transaction(lambda session: open_warehouse(session, "none", 8))
        parcel_id = uuid7()
        assert database.reading(lambda session: gate_answer(session, 8, [parcel_id], lock=False)[parcel_id]).open

    def test_another_warehouse_knows_nothing_of_it(self, database: Database, clock: FixedClock) -> None:
        parcel_id, declaration_id = database.in_transaction(declared)
        customs_says(database, clock, declaration_id, ("800", "01"))
        assert gate_of(database, parcel_id).open
        bonded = NewWarehouse("HZ9", "Another", customs_regime="china")
        other = database.in_transaction(lambda session: create_warehouse(session, bonded))
        answers = database.reading(lambda session: gate_answer(session, other, [parcel_id], lock=False))
        assert not answers[parcel_id].open

    @pytest.mark.parametrize(
        ("decisions", "code"),
        [
            ([("2", "01")], "customs_no_answer"),
            ([("2", "01"), ("120", "02")], "customs_not_released"),
            ([("120", "02"), ("500", "03")], "customs_inspection"),
            ([("502", "03")], "customs_detained"),
            ([("100", "03")], "customs_rejected"),
            ([("700", "03")], "customs_returned"),
            ([("800", "03"), ("100", "04")], "customs_hold"),
            ([("800", "03"), ("600", "04")], "customs_hold"),
            ([("800", "03")], ""),
            ([("800", "03"), ("120", "02"), ("2", "59")], ""),
            ([("899", "04"), ("800", "03")], ""),
        ],
    )
    def test_follows_the_receipts(
        self, database: Database, clock: FixedClock, decisions: list[tuple[str, str]], code: str
    ) -> None:
        parcel_id, declaration_id = database.in_transaction(declared)
        sent(database, declaration_id)
        customs_says(database, clock, declaration_id, *decisions)
        answer = gate_of(database, parcel_id)
        assert (answer.open, answer.code) == (code == "", code)

    def test_explains_a_refusal(self, database: Database, clock: FixedClock) -> None:
        parcel_id, declaration_id = database.in_transaction(declared)
        sent(database, declaration_id)
        store_receipt(
            database, clock, WAREHOUSE, receipt("CEB412", "100", payTransactionId="PAY-ORD-1", info="支付不符"), "test"
        )
        customs_says(database, clock, declaration_id, ("100", "05"))
        answer = gate_of(database, parcel_id)
        assert (answer.code, answer.document, answer.said) == ("customs_rejected", DocumentKind.PAYMENT, "said 100")
        assert answer.since is not None
        assert answer.since.isoformat() == "2026-11-05T02:26:05+00:00"
        assert [one.kind for one in answer.documents] == list(DECLARED)

    def test_an_open_gate_costs_one_statement(self, database: Database, clock: FixedClock) -> None:
        parcel_id, declaration_id = database.in_transaction(declared)
        customs_says(database, clock, declaration_id, ("800", "01"))
        statements: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
            if "customs" in statement or "warehouses" in statement:
                statements.append(statement)

        event.listen(database.engine, "before_cursor_execute", note)
        assert gate_of(database, parcel_id).open
        assert len(statements) == 1

    def test_says_what_stops_it_and_since_when(self, database: Database) -> None:
        parcel_id, _ = database.in_transaction(lambda session: declared(session, buyer_phone=""))
        answer = gate_of(database, parcel_id)
        assert (answer.open, answer.code, answer.since) == (False, "customs_findings", START)
        assert answer.finding is not None
        assert answer.finding.field == "OrderHead.buyerTelephone"

    def test_a_finding_after_the_release_closes_nothing(self, database: Database, clock: FixedClock) -> None:
        """The list's receipts and holds decide, and nothing else."""
        parcel_id, declaration_id = database.in_transaction(lambda session: declared(session, buyer_phone=""))
        customs_says(database, clock, declaration_id, ("800", "01"))
        assert gate_of(database, parcel_id).open

    def test_a_refusal_by_customs_speaks_before_a_finding(self, database: Database, clock: FixedClock) -> None:
        parcel_id, declaration_id = database.in_transaction(lambda session: declared(session, buyer_phone=""))
        customs_says(database, clock, declaration_id, ("100", "01"))
        answer = gate_of(database, parcel_id)
        assert (answer.code, answer.finding is not None) == ("customs_rejected", True)

    @pytest.mark.parametrize("others", [0, 60])
    def test_costs_the_same_however_many_declarations_there_are(
        self, database: Database, clock: FixedClock, others: int
    ) -> None:
        for number in range(others):
            database.in_transaction(lambda session, number=number: declared(session, f"X-{number}"))  # type: ignore[misc]
        parcel_id, _ = database.in_transaction(lambda session: declared(session, slip=False))
        statements: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
            if "customs" in statement or "warehouses" in statement:
                statements.append(statement)

        event.listen(database.engine, "before_cursor_execute", note)
        answer = gate_of(database, parcel_id)
        assert (answer.code, answer.document) == ("customs_not_submitted", DocumentKind.PAYMENT)
        assert len(statements) == 2

    def test_many_parcels_at_once(self, database: Database, clock: FixedClock) -> None:
        first, second = (
            database.in_transaction(lambda session, number=number: declared(session, number))  # type: ignore[misc]
            for number in ("ORD-1", "ORD-2")
        )
        customs_says(database, clock, first[1], ("800", "01"))
        answers = database.in_transaction(
            lambda session: gate_answer(session, WAREHOUSE, [second[0], first[0]], lock=False)
        )
        assert {parcel: answer.open for parcel, answer in answers.items()} == {first[0]: True, second[0]: False}


class TestLeaving:
    def test_a_closed_gate_rolls_the_movement_back(self, database: Database) -> None:
        parcel_id, _ = database.in_transaction(declared)
        with pytest.raises(AssertionError, match="closed customs gate"):
            database.in_transaction(lambda session: record_left(session, WAREHOUSE, [parcel_id], now=START))

    def test_later_adverse_decisions_raise_incidents_and_rewrite_nothing(
        self, database: Database, clock: FixedClock
    ) -> None:
        parcel_id, declaration_id = database.in_transaction(declared)
        customs_says(database, clock, declaration_id, ("800", "01"))
        database.in_transaction(lambda session: record_left(session, WAREHOUSE, [parcel_id], now=START))
        customs_says(database, clock, declaration_id, ("899", "02"), ("500", "03"), ("500", "03"), ("600", "04"))
        incidents = database.reading(
            lambda session: session.execute(
                select(IncidentRow.outcome, IncidentRow.parcel_id).order_by(IncidentRow.since)
            ).all()
        )
        assert [tuple(row) for row in incidents] == [
            ("under_inspection", parcel_id),
            ("unknown_status", parcel_id),
        ]
        assert the_declaration(database, declaration_id).left_at == START

    def test_releases_raise_none(self, database: Database, clock: FixedClock) -> None:
        parcel_id, declaration_id = database.in_transaction(declared)
        customs_says(database, clock, declaration_id, ("800", "01"))
        database.in_transaction(lambda session: record_left(session, WAREHOUSE, [parcel_id], now=START))
        customs_says(database, clock, declaration_id, ("899", "02"), ("2", "30"))
        assert database.reading(lambda session: session.scalars(select(IncidentRow.outcome)).all()) == []


class TestHolds:
    def lift(
        self, database: Database, declaration_id: UUID, kind: HoldKind = HoldKind.CONFLICT, reason: str = "asked them"
    ) -> Refusal | None:
        return database.in_transaction(
            lambda session: lift_hold(
                session, WAREHOUSE, declaration_id, kind, lifted_by="EMP-1", reason=reason, now=START
            )
        )

    def test_lifted_by_a_person_and_not_set_again_by_the_same_receipt(
        self, database: Database, clock: FixedClock
    ) -> None:
        parcel_id, declaration_id = database.in_transaction(declared)
        customs_says(database, clock, declaration_id, ("800", "03"), ("100", "04"))
        assert self.lift(database, declaration_id) is None
        assert gate_of(database, parcel_id).open
        customs_says(database, clock, declaration_id, ("100", "04"), ("2", "05"))
        assert gate_of(database, parcel_id).open
        hold = database.reading(lambda session: session.scalars(select(HoldRow)).one())
        assert (hold.lifted_by, hold.lift_reason, hold.lifted_at) == ("EMP-1", "asked them", START)

    def test_a_new_cause_sets_a_new_hold(self, database: Database, clock: FixedClock) -> None:
        parcel_id, declaration_id = database.in_transaction(declared)
        customs_says(database, clock, declaration_id, ("800", "03"), ("100", "04"))
        self.lift(database, declaration_id)
        customs_says(database, clock, declaration_id, ("100", "05"))
        assert gate_of(database, parcel_id).code == "customs_hold"

    def test_not_taken_back_by_later_receipts(self, database: Database, clock: FixedClock) -> None:
        parcel_id, declaration_id = database.in_transaction(declared)
        customs_says(database, clock, declaration_id, ("800", "03"), ("100", "04"), ("800", "05"))
        assert gate_of(database, parcel_id).code == "customs_hold"

    def test_refusals(self, database: Database, clock: FixedClock) -> None:
        _, declaration_id = database.in_transaction(declared)
        customs_says(database, clock, declaration_id, ("800", "03"), ("100", "04"))
        answers = [
            self.lift(database, declaration_id, reason="  "),
            self.lift(database, declaration_id, HoldKind.CANCEL_PENDING),
            self.lift(database, declaration_id, HoldKind.UNKNOWN_STATUS),
            self.lift(database, uuid7()),
        ]
        assert [answer.code for answer in answers if answer is not None] == [
            "hold_reason_missing",
            "hold_needs_customs",
            "hold_not_found",
            "hold_not_found",
        ]

    def test_a_list_receipt_that_names_others(self, database: Database, clock: FixedClock) -> None:
        parcel_id, declaration_id = database.in_transaction(declared)
        cop_no = the_declaration(database, declaration_id).cop_no
        nodes = [node("CEB622", "800", copNo=cop_no, ebcCode="OTHER"), node("CEB622", "800", copNo=cop_no)]
        store_receipt(database, clock, WAREHOUSE, message("CEB622", nodes).encode(), "test")
        answer = gate_of(database, parcel_id)
        assert (answer.code, answer.holds) == ("customs_hold", (HoldKind.IDENTITY_MISMATCH,))
        assert answer.said == "ebcCode OTHER instead of 9999960002"
        assert self.lift(database, declaration_id, HoldKind.IDENTITY_MISMATCH) is None
        assert gate_of(database, parcel_id).open


def test_numbers_of_our_own_differ() -> None:
    numbers, guids = {new_cop_no() for _ in range(1000)}, {new_guid() for _ in range(1000)}
    assert (len(numbers), {len(number) for number in numbers}) == (1000, {20})
    assert (len(guids), {len(guid) for guid in guids}) == (1000, {36})
    assert all(guid == guid.upper() for guid in guids)
