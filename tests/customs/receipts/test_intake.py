import hashlib
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.customs.ceb import DECLARATION, message, node, receipt
from tests.customs.parcels import START, WAREHOUSE, declared, note_sent
from wms.customs.model import DeclarationState, DocumentKind, DocumentState, ReceiptEntry
from wms.customs.receipts import applying, taking
from wms.customs.receipts.intake import interpret_receipt, store_receipt
from wms.customs.service import gate_answer
from wms.customs.standing import refold
from wms.customs.tables import (
    DeclarationRow,
    DocumentRow,
    QuarantineRow,
    RawReceiptRow,
    ReceiptEntryRow,
)
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock
from wms.kernel.errors import Busy
from wms.kernel.identity import uuid7


def cop_no_of(database: Database, declaration_id: UUID) -> str:
    return database.reading(lambda session: session.get_one(DeclarationRow, (WAREHOUSE, declaration_id)).cop_no)


def reasons(database: Database) -> list[tuple[int, str]]:
    return database.reading(
        lambda session: [
            (position, reason)
            for position, reason in session.execute(
                select(QuarantineRow.position, QuarantineRow.reason).order_by(QuarantineRow.position)
            )
        ]
    )


def count(database: Database, row: type[RawReceiptRow | ReceiptEntryRow | QuarantineRow]) -> int:
    return database.reading(lambda session: len(session.scalars(select(row.warehouse_id)).all()))


def states(database: Database) -> list[str]:
    return database.reading(
        lambda session: list(session.scalars(select(DeclarationRow.state).order_by(DeclarationRow.order_no)))
    )


def test_bytes_are_kept_as_they_came(database: Database, clock: FixedClock) -> None:
    raw = b"\xff\xfe not xml at all \x00"
    outcome = store_receipt(database, clock, WAREHOUSE, raw, "test")
    row = database.reading(lambda session: session.get_one(RawReceiptRow, (WAREHOUSE, outcome.receipt_id)))
    assert (row.raw, row.sha256, row.source, row.received_at) == (raw, hashlib.sha256(raw).hexdigest(), "test", START)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM customs_raw_receipts",
        "UPDATE customs_raw_receipts SET source = 'x'",
        "DELETE FROM customs_receipt_entries",
        "UPDATE customs_receipt_entries SET return_status = '800'",
    ],
)
def test_what_came_cannot_be_changed(database: Database, clock: FixedClock, statement: str) -> None:
    store_receipt(database, clock, WAREHOUSE, receipt("CEB622"), "test")
    with pytest.raises(DBAPIError, match="append-only"):
        database.in_transaction(lambda session: session.execute(text(statement)))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "doctype"),
        (DECLARATION.encode() + b"<!DOCTYPE a SYSTEM 'http://127.0.0.1/'><a/>", "doctype"),
        (message("CEB622", "<a>" * 99 + "</a>" * 99).encode(), "too_deep"),
        (b" " * (5 * 1024 * 1024 + 1), "too_large"),
        (receipt("CEB622", "8\x000"), "nul_character"),
        (receipt("CEB622").decode().encode("utf-16"), "encoding_not_supported"),
        (receipt("CEB622", info="放行").decode().encode("gbk"), "undecodable"),
        (receipt("CEB622")[:-9], "not_well_formed"),
        (b"<CEB622Message/>", "not_ceb"),
        (message("CEB621", "<a/>").encode(), "message_not_handled"),
        (message("CEB622", "").encode(), "no_return_node"),
    ],
)
def test_malice_and_accidents_are_set_aside(database: Database, clock: FixedClock, raw: bytes, reason: str) -> None:
    declared_id = database.in_transaction(declared)[1]
    outcome = store_receipt(database, clock, WAREHOUSE, raw, "test")
    assert (outcome.applied, outcome.waiting, outcome.quarantined) == (0, 0, 1)
    assert reasons(database) == [(0, reason)]
    good = receipt("CEB622", "800", copNo=cop_no_of(database, declared_id))
    assert store_receipt(database, clock, WAREHOUSE, good, "test").applied == 1
    assert states(database) == [DeclarationState.RELEASED]


def test_one_bad_node_stops_nothing(database: Database, clock: FixedClock) -> None:
    first = database.in_transaction(declared)[1]
    second = database.in_transaction(lambda session: declared(session, "ORD-2"))[1]
    nodes = [
        node("CEB622", "120", copNo=cop_no_of(database, first)),
        node("CEB622", "８００", copNo=cop_no_of(database, first)),
        node("CEB622", "800", copNo="UNKNOWN"),
        node("CEB622", "800", copNo=cop_no_of(database, second)),
    ]
    outcome = store_receipt(database, clock, WAREHOUSE, message("CEB622", nodes).encode(), "test")
    assert (outcome.applied, outcome.waiting, outcome.quarantined) == (2, 1, 1)
    assert states(database) == [DeclarationState.ACCEPTED, DeclarationState.RELEASED]
    assert reasons(database) == [(2, "bad_status")]


def test_a_node_that_fails_to_apply_is_set_aside_and_done_by_reading_again(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = database.in_transaction(declared)[1]
    database.in_transaction(lambda session: declared(session, "ORD-2"))
    second_cop = database.reading(
        lambda session: session.scalars(select(DeclarationRow.cop_no).where(DeclarationRow.order_no == "ORD-2")).one()
    )
    nodes = [node("CEB622", "800", copNo=cop_no_of(database, first)), node("CEB622", "800", copNo=second_cop)]

    def breaks_on_the_first(session: Session, declaration: DeclarationRow, **when: object) -> None:
        if declaration.id == first:
            raise ZeroDivisionError("a bug")
        refold(session, declaration, now=START)

    with monkeypatch.context() as patched:
        patched.setattr(applying, "refold", breaks_on_the_first)
        outcome = store_receipt(database, clock, WAREHOUSE, message("CEB622", nodes).encode(), "test")
    assert (outcome.applied, outcome.quarantined) == (1, 1)
    assert reasons(database) == [(1, "cannot_apply")]
    assert states(database) == [DeclarationState.PENDING, DeclarationState.RELEASED]

    assert interpret_receipt(database, clock, WAREHOUSE, outcome.receipt_id).applied == 2
    assert states(database) == [DeclarationState.RELEASED, DeclarationState.RELEASED]


def test_a_busy_database_is_said_after_the_other_nodes_were_done(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = database.in_transaction(declared)[1]
    nodes = [node("CEB622", "120", copNo="X"), node("CEB622", "800", copNo=cop_no_of(database, first))]
    take = taking.apply_entry

    def busy_for_the_first(session: Session, warehouse_id: int, entry: ReceiptEntry, *, now: datetime) -> bool:
        if entry.cop_no == "X":
            raise Busy("now")
        return take(session, warehouse_id, entry, now=now)

    monkeypatch.setattr(taking, "apply_entry", busy_for_the_first)
    with pytest.raises(Busy):
        store_receipt(database, clock, WAREHOUSE, message("CEB622", nodes).encode(), "test")
    assert states(database) == [DeclarationState.RELEASED]
    assert reasons(database) == []


def test_deliveries_again_change_nothing(database: Database, clock: FixedClock) -> None:
    declaration_id = database.in_transaction(declared)[1]
    raw = message("CEB622", [node("CEB622", "800", copNo=cop_no_of(database, declaration_id)), node("CEB622", "8e2")])
    for _ in range(3):
        store_receipt(database, clock, WAREHOUSE, raw.encode(), "test")
    assert (count(database, RawReceiptRow), count(database, ReceiptEntryRow)) == (3, 1)
    receipt_id = uuid7()
    for _ in range(2):
        store_receipt(database, clock, WAREHOUSE, raw.encode(), "test", receipt_id=receipt_id)
    assert (count(database, RawReceiptRow), count(database, QuarantineRow)) == (4, 4)


def test_a_foreign_company_cannot_keep_the_genuine_receipt_out(database: Database, clock: FixedClock) -> None:
    declaration_id = database.in_transaction(declared)[1]
    cop_no = cop_no_of(database, declaration_id)
    store_receipt(database, clock, WAREHOUSE, receipt("CEB622", "800", copNo=cop_no, ebpCode="OTHER"), "test")
    assert states(database) == [DeclarationState.PENDING]
    assert reasons(database) == [(1, "identity_mismatch")]
    store_receipt(database, clock, WAREHOUSE, receipt("CEB622", "800", copNo=cop_no), "test")
    assert states(database) == [DeclarationState.RELEASED]


@pytest.mark.parametrize("field", ["agentCode", "ebcCode", "ebpCode", "customsCode"])
def test_identity_fields_may_be_left_out(database: Database, clock: FixedClock, field: str) -> None:
    declaration_id = database.in_transaction(declared)[1]
    raw = receipt("CEB622", "800", copNo=cop_no_of(database, declaration_id), **{field: ""})
    store_receipt(database, clock, WAREHOUSE, raw, "test")
    assert states(database) == [DeclarationState.RELEASED]


def test_documents_show_their_own_receipts(database: Database, clock: FixedClock) -> None:
    parcel_id, _ = database.in_transaction(declared)
    store_receipt(database, clock, WAREHOUSE, receipt("CEB312", "120"), "test")
    store_receipt(database, clock, WAREHOUSE, receipt("CEB512", "100", logisticsNo="WB-ORD-1", info="退单"), "test")
    store_receipt(
        database, clock, WAREHOUSE, receipt("CEB512", "120", logisticsNo="WB-ORD-1", logisticsCode="OTHER"), "test"
    )
    answer = database.reading(lambda session: gate_answer(session, WAREHOUSE, [parcel_id], lock=False)[parcel_id])
    assert [(one.kind, one.state) for one in answer.documents] == [
        (DocumentKind.ORDER, DocumentState.ACCEPTED),
        (DocumentKind.PAYMENT, DocumentState.WAITING),
        (DocumentKind.LOGISTICS, DocumentState.REFUSED),
        (DocumentKind.INVENTORY, DocumentState.WAITING),
    ]
    assert answer.document is DocumentKind.LOGISTICS


def test_an_order_receipt_that_names_another_seller_is_set_aside_without_a_hold(
    database: Database, clock: FixedClock
) -> None:
    parcel_id, declaration_id = database.in_transaction(declared)
    store_receipt(database, clock, WAREHOUSE, receipt("CEB312", "100", ebcCode="OTHER"), "test")
    store_receipt(
        database, clock, WAREHOUSE, receipt("CEB622", "800", copNo=cop_no_of(database, declaration_id)), "test"
    )
    assert reasons(database) == [(1, "identity_mismatch")]
    assert database.in_transaction(lambda session: gate_answer(session, WAREHOUSE, [parcel_id])[parcel_id]).open


def test_a_format_failure_rejects_what_was_in_the_message(database: Database, clock: FixedClock) -> None:
    declaration_id = database.in_transaction(declared)[1]
    database.in_transaction(lambda session: note_sent(session, declaration_id, "MSG-1"))
    store_receipt(database, clock, WAREHOUSE, receipt("CEB900", "-1", oriCopMsgId="MSG-2", oriMessageType="X"), "test")
    assert states(database) == [DeclarationState.SUBMITTED]
    store_receipt(database, clock, WAREHOUSE, receipt("CEB900", "-1", oriCopMsgId="MSG-1", oriMessageType="X"), "test")
    assert states(database) == [DeclarationState.REJECTED]
    documents = database.reading(lambda session: set(session.scalars(select(DocumentRow.state))))
    assert documents == {DocumentState.REFUSED}


def test_cancel_return_and_signature_answers_are_kept_and_touch_nothing(database: Database, clock: FixedClock) -> None:
    parcel_id, declaration_id = database.in_transaction(declared)
    cop_no = cop_no_of(database, declaration_id)
    store_receipt(database, clock, WAREHOUSE, receipt("CEB622", "800", copNo=cop_no), "test")
    for kind in ("CEB624", "CEB626"):
        assert store_receipt(database, clock, WAREHOUSE, receipt(kind, "399", copNo=cop_no), "test").waiting == 1
    store_receipt(database, clock, WAREHOUSE, receipt("CEB514", "100", logisticsNo="WB-ORD-1"), "test")
    assert count(database, ReceiptEntryRow) == 4
    assert database.in_transaction(lambda session: gate_answer(session, WAREHOUSE, [parcel_id])[parcel_id]).open
