"""Customs must not become slower as declarations become more: no statement may walk through a table that grows."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.plans import Watched, watched
from tests.customs.ceb import receipt
from tests.customs.parcels import START, WAREHOUSE, declared, open_warehouse
from tests.customs.way_out import WayOut
from tests.office.scene import signed_in
from tests.support.floor import Floor, opened_floor
from tests.support.opened import opened
from wms.customs.checks.checking import check_order
from wms.customs.gate_log import Asker, ask_gate
from wms.customs.model import DocumentKind, GateAnswer, GatePoint
from wms.customs.receipts.intake import store_receipt
from wms.customs.sending.applications import apply_to_cancel
from wms.customs.sending.attempts import resubmit
from wms.customs.service import gate_answer, record_left
from wms.customs.tables import DeclarationRow, DocumentRow, HoldRow
from wms.database.base import Base
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock

GROWING = frozenset(
    {
        "orders", "order_lines", "parcels", "loads", "containers", "outbox_messages", "audit_trail",
        "customs_declarations", "customs_attempts", "customs_documents", "customs_messages", "customs_payment_slips",
        "customs_findings", "customs_exit_passes", "customs_exit_pass_lines", "customs_gate_answers",
        "customs_book_entries", "customs_raw_receipts", "customs_receipt_entries", "customs_repeated_entries",
        "customs_tax_bills", "customs_holds", "customs_quarantine", "customs_incidents",
    }
)  # fmt: skip
"""Tables that only ever get longer. Receipts that wait for their declaration are themselves what a person must do."""

PARCELS = 20
"""The gate is asked about a whole load at once: a plan for many parcels is another than for one."""


@pytest.fixture
def database(sqlite_database_url: str) -> Iterator[Database]:
    """SQLite only: it says its plan before it knows any statistics, and an old installation has none either.

    For PostgreSQL, which plans by statistics, the benchmark looks at the plans over a million declarations.
    """
    with opened(sqlite_database_url) as database:
        database.in_transaction(open_warehouse)
        yield database


def walks_of(seen: Watched) -> list[str]:
    return [
        f"{step.table}: {step.how} <- {step.statement}"
        for step in seen.steps(GROWING)
        # An index of what is still open is as long as what people have to do.
        if step.walks and not any(f" {index} " in f" {step.how} " for index in _OF_SOME_ROWS)
    ]


_OF_SOME_ROWS = [
    str(index.name)
    for table in Base.metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
]


def test_the_tables_have_these_names() -> None:
    assert set(Base.metadata.tables) >= GROWING


def test_a_walk_is_seen(database: Database) -> None:
    with watched(database) as seen:
        database.reading(lambda session: session.scalars(select(DeclarationRow.id)).all())
        database.reading(
            lambda session: session.scalars(select(HoldRow.cause).where(HoldRow.warehouse_id == WAREHOUSE)).all()
        )
    assert {walk.split(":")[0] for walk in walks_of(seen)} == {"customs_declarations", "customs_holds"}


class TestOneDeclaration:
    """From the check of an order to the parcel that leaves: whatever else there is must not be looked at."""

    def test_checked_declared_and_sent(self, database: Database, tmp_path: Path) -> None:
        way = WayOut(database, FixedClock(START), tmp_path)
        with watched(database) as seen:
            _, declaration_id = database.in_transaction(declared)
            way.work()
            order_id = database.reading(
                lambda session: session.get_one(DeclarationRow, (WAREHOUSE, declaration_id)).order_id
            )
            database.in_transaction(lambda session: check_order(session, WAREHOUSE, order_id, now=START))
        assert way.files() == ["CEB311", "CEB411", "CEB511"]
        assert len(seen.statements) > 20
        assert not walks_of(seen)

    def test_receipts_of_every_kind(self, database: Database, tmp_path: Path) -> None:
        clock = FixedClock(START)
        way = WayOut(database, clock, tmp_path)
        _, declaration_id = database.in_transaction(declared)
        way.work()
        cop_no, message_id = database.reading(lambda session: _names(session, declaration_id))
        with watched(database) as seen:
            for raw in (
                receipt("CEB312", orderNo="ORD-1"),
                receipt("CEB412", payTransactionId="PAY-ORD-1"),
                receipt("CEB512", logisticsNo="WB-ORD-1"),
                receipt("CEB622", "800", copNo=cop_no),
                receipt("CEB622", "977", "20261105112511500", copNo=cop_no),
                receipt("CEB622", "800", copNo="SOMEBODY-ELSE"),
                receipt("CEB900", "-1", oriCopMsgId=message_id, oriMessageType="CEB311"),
            ):
                store_receipt(database, clock, WAREHOUSE, raw, "test")
            way.work()
        assert len(seen.statements) > 20
        assert not walks_of(seen)

    def test_refused_submitted_again_and_cancelled(self, database: Database, tmp_path: Path) -> None:
        clock = FixedClock(START)
        way = WayOut(database, clock, tmp_path)
        _, declaration_id = database.in_transaction(declared)
        way.work()
        with watched(database) as seen:
            store_receipt(database, clock, WAREHOUSE, receipt("CEB312", "100", orderNo="ORD-1"), "test")
            again = database.in_transaction(
                lambda session: resubmit(session, WAREHOUSE, declaration_id, by="A", reason="mended", now=START)
            )
            way.work()
            cop_no, _ = database.reading(lambda session: _names(session, declaration_id))
            taken = receipt("CEB622", "120", "20261105112511500", copNo=cop_no)
            store_receipt(database, clock, WAREHOUSE, taken, "test")
            cancelled = database.in_transaction(
                lambda session: apply_to_cancel(session, WAREHOUSE, declaration_id, by="A", reason="gone", now=START)
            )
            way.work()
        assert (again, cancelled) == (2, 1)
        assert not walks_of(seen)


def test_the_gate_whatever_it_answers(database: Database, tmp_path: Path) -> None:
    clock = FixedClock(START)
    way = WayOut(database, clock, tmp_path)
    pairs = [database.in_transaction(partial(declared, order_no=f"ORD-{number}")) for number in range(PARCELS)]
    parcels = [parcel_id for parcel_id, _ in pairs]
    # One of them is held, one waits for its receipts, another one for the payment company.
    unpaid, _ = database.in_transaction(partial(declared, order_no="ORD-UNPAID", slip=False))
    way.work()
    for status, some in (("800", pairs[1:]), ("977", pairs[1:2])):
        for _, declaration_id in some:
            cop_no, _ = database.reading(partial(_names, declaration_id=declaration_id))
            store_receipt(database, clock, WAREHOUSE, receipt("CEB622", status, copNo=cop_no), "test")

    def ask(session: Session, asked: list[UUID]) -> dict[UUID, GateAnswer]:
        return ask_gate(session, WAREHOUSE, asked, GatePoint.SEAL, Asker(None, "D-1", START))

    def look(session: Session, asked: list[UUID]) -> dict[UUID, GateAnswer]:
        return gate_answer(session, WAREHOUSE, asked, lock=False)

    with watched(database) as seen:
        for asked in ([parcels[2]], [parcels[1]], [parcels[0]], [unpaid]):
            database.reading(partial(look, asked=asked))
            database.in_transaction(partial(ask, asked=asked))
        answers = database.in_transaction(partial(ask, asked=[*parcels, unpaid]))
        database.in_transaction(lambda session: record_left(session, WAREHOUSE, parcels[2:], now=START))
    assert sum(answer.open for answer in answers.values()) == PARCELS - 2
    assert not walks_of(seen)


class TestPagesAndDoors:
    @pytest.fixture
    def floor(self, sqlite_database_url: str, tmp_path: Path) -> Iterator[Floor]:
        with opened_floor(sqlite_database_url, tmp_path, "china") as floor:
            floor.put_stock("A-01 RED 5")
            floor.order("42", RED=1)
            floor.order("43", is_paid=False, RED=1)
            hand = floor.handheld()
            for tote in ("T-1", "T-2"):
                hand.scans(tote, "A-01", "RED")
            hand.scans("T-1", "BENCH-1", "RED", "BOX-S", "150g")
            yield floor

    @pytest.mark.parametrize(
        "query", ["order=42", "waybill={waybill}", "parcel={waybill}", "cop_no={cop_no}", "state=pending"]
    )
    def test_declarations(self, floor: Floor, query: str) -> None:
        client = signed_in(floor)
        parcel = floor.parcel("42")
        cop_no = floor.database.reading(lambda session: session.scalars(select(DeclarationRow.cop_no)).one())
        with watched(floor.database) as seen:
            answer = client.get(
                f"/api/v1/customs/declarations?{query.format(waybill=parcel.tracking_no, cop_no=cop_no)}"
            )
        assert answer.json is not None
        assert len(answer.json["declarations"]) == 1
        assert not walks_of(seen)

    @pytest.mark.parametrize(
        "path", ["/office/customs", "/office/customs/findings/payment_company", "/office/order/42"]
    )
    def test_pages(self, floor: Floor, path: str) -> None:
        client = signed_in(floor)
        with watched(floor.database) as seen:
            assert client.get(path).status_code == 200
        assert not walks_of(seen)


def _names(session: Session, declaration_id: UUID) -> tuple[str, str]:
    """copNo, and the message its order was sent in."""
    declaration = session.get_one(DeclarationRow, (WAREHOUSE, declaration_id))
    document = session.scalars(
        select(DocumentRow).where(
            DocumentRow.warehouse_id == WAREHOUSE,
            DocumentRow.declaration_id == declaration_id,
            DocumentRow.kind == DocumentKind.ORDER,
            DocumentRow.attempt == declaration.attempt,
        )
    ).one()
    return declaration.cop_no, document.message_id or ""
