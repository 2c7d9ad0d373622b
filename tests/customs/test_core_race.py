"""Two people, or a person and a worker, at one declaration at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.customs.ceb import receipt
from tests.customs.parcels import START, WAREHOUSE, declared, merchant_wants, packed_order, paid
from tests.customs.way_out import WayOut
from wms.customs.checks.checking import check_order
from wms.customs.declaring import declare_parcel
from wms.customs.effects import DeclareParcel
from wms.customs.model import DECLARED, HoldKind
from wms.customs.receipts.intake import store_receipt
from wms.customs.sending.applications import apply_to_cancel
from wms.customs.sending.attempts import resubmit
from wms.customs.service import gate_answer, record_left
from wms.customs.tables import AttemptRow, DeclarationRow, DocumentRow, HoldRow, MessageRow
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.refusal import Refusal


@pytest.fixture
def way(database: Database, clock: FixedClock, tmp_path: Path) -> WayOut:
    return WayOut(database, clock, tmp_path)


def list_says(database: Database, clock: FixedClock, declaration_id: UUID, status: str, time: str) -> None:
    cop_no = database.reading(lambda session: session.get_one(DeclarationRow, (WAREHOUSE, declaration_id)).cop_no)
    store_receipt(database, clock, WAREHOUSE, receipt("CEB622", status, time, copNo=cop_no), "test")


def test_two_who_submit_again_make_one_attempt(database: Database, clock: FixedClock, way: WayOut) -> None:
    _, declaration_id = database.in_transaction(declared)
    way.work()
    list_says(database, clock, declaration_id, "100", "20261105102600000")
    clock.forward(timedelta(minutes=5))

    def again(who: str) -> int | Refusal:
        return database.in_transaction(
            lambda session: resubmit(session, WAREHOUSE, declaration_id, by=who, reason="mended", now=clock.now())
        )

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(again, ["EMP-1", "EMP-2", "EMP-3", "EMP-4"]))
    assert sorted(answer for answer in answers if isinstance(answer, int)) == [2]
    assert {answer.code for answer in answers if isinstance(answer, Refusal)} == {"customs_attempt_open"}
    numbers = database.reading(lambda session: session.scalars(select(AttemptRow.attempt)).all())
    assert sorted(numbers) == [1, 2]


def test_a_check_while_documents_are_packed_changes_nothing_that_was_taken(
    database: Database, clock: FixedClock, way: WayOut
) -> None:
    for number in range(6):
        database.in_transaction(lambda session, number=number: declared(session, f"ORD-{number}"))  # type: ignore[misc]
    orders = database.reading(lambda session: list(session.scalars(select(DeclarationRow.order_id))))

    def check(order_id: UUID) -> None:
        for _ in range(4):
            database.in_transaction(lambda session: check_order(session, WAREHOUSE, order_id, now=START))

    with ThreadPoolExecutor(4) as pool:
        checks = [pool.submit(check, order_id) for order_id in orders]
        works = [pool.submit(way.work) for _ in range(2)]
        for done in (*checks, *works):
            done.result()
    clock.forward(timedelta(minutes=3))
    way.work()
    messages = database.reading(lambda session: {row.id: row.raw for row in session.scalars(select(MessageRow))})
    documents = database.reading(
        lambda session: session.scalars(select(DocumentRow).where(DocumentRow.message_id.is_not(None))).all()
    )
    assert len(documents) == 18
    for document in documents:
        raw = messages[document.message_id or ""]
        assert raw is not None
        # What is kept as sent is what was sent, and nothing was sent twice.
        assert raw.count(document.guid.encode()) == 1
        assert sum(document.guid.encode() in (other or b"") for other in messages.values()) == 1


def test_one_parcel_is_declared_once(database: Database) -> None:
    packed = database.in_transaction(packed_order)
    database.in_transaction(paid)

    def declare(_: int) -> None:
        database.in_transaction(
            lambda session: declare_parcel(session, WAREHOUSE, DeclareParcel(packed.parcel_id), now=START)
        )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(declare, range(4)))
    kinds = database.reading(lambda session: session.scalars(select(DocumentRow.kind)).all())
    assert sorted(kinds) == sorted(DECLARED)


def test_a_cancellation_and_a_departure_meet(database: Database, clock: FixedClock, way: WayOut) -> None:
    """Either the parcel has left and nobody cancels, or it is held and nobody leaves."""
    database.in_transaction(lambda session: merchant_wants(session, list_waits_for="nothing"))
    for number in range(4):
        parcel_id, declaration_id = database.in_transaction(
            lambda session, number=number: declared(session, f"ORD-{number}")  # type: ignore[misc]
        )
        way.work()
        list_says(database, clock, declaration_id, "800", "20261105102600000")

        def leave(parcel_id: UUID = parcel_id) -> bool:
            def work(session: Session) -> bool:
                answer = gate_answer(session, WAREHOUSE, [parcel_id])[parcel_id]
                if answer.open:
                    record_left(session, WAREHOUSE, [parcel_id], now=START)
                return answer.open

            return database.in_transaction(work)

        def cancel(declaration_id: UUID = declaration_id) -> int | Refusal:
            return database.in_transaction(
                lambda session: apply_to_cancel(
                    session, WAREHOUSE, declaration_id, by="EMP-1", reason="取消", now=START
                )
            )

        with ThreadPoolExecutor(2) as pool:
            leaving, cancelling = pool.submit(leave), pool.submit(cancel)
            has_left, outcome = leaving.result(), cancelling.result()
        holds = database.reading(
            lambda session, declaration_id=declaration_id: session.scalars(  # type: ignore[misc]
                select(HoldRow.kind).where(HoldRow.declaration_id == declaration_id)
            ).all()
        )
        assert has_left == isinstance(outcome, Refusal)
        assert holds == ([] if has_left else [HoldKind.CANCEL_PENDING])
