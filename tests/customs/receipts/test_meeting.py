"""A receipt and its declaration that are written at the same moment find each other, whichever commits first."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.customs.ceb import receipt
from tests.customs.parcels import START, WAREHOUSE, declared
from wms.customs.model import DocumentKind, DocumentState, MessageType
from wms.customs.receipts import applying, intake
from wms.customs.receipts.intake import store_receipt
from wms.customs.receipts.meeting import Announced, announce_documents
from wms.customs.receipts.waiting import waiting_receipts
from wms.customs.tables import DocumentRow, WaitingReceiptRow
from wms.database.transaction import Database
from wms.kernel.clock import FixedClock, SystemClock

ROUNDS = 15


def order_states(database: Database) -> dict[str, str]:
    """State of each order document, by order number."""
    statement = select(DocumentRow.number_key, DocumentRow.state).where(DocumentRow.kind == DocumentKind.ORDER)
    return database.reading(lambda session: {row.number_key: row.state for row in session.execute(statement)})


def accepted(order_no: str) -> bytes:
    """The platform's own order, stored by customs: its receipt may come before our parcel is closed."""
    return receipt("CEB312", "120", orderNo=order_no)


def test_a_receipt_that_comes_while_its_declaration_is_being_written(database: Database) -> None:
    written, go_on = threading.Event(), threading.Event()

    def declare_slowly(session: Session) -> None:
        declared(session)
        written.set()
        assert go_on.wait(10)

    with ThreadPoolExecutor(2) as pool:
        declaring = pool.submit(database.in_transaction, declare_slowly)
        assert written.wait(10)
        receiving = pool.submit(store_receipt, database, SystemClock(), WAREHOUSE, accepted("ORD-1"), "test")
        # It has looked for its declaration by now, if it does not wait for it.
        wait([receiving], timeout=0.5)
        go_on.set()
        declaring.result()
        assert (receiving.result().applied, receiving.result().waiting) == (1, 0)
    assert order_states(database) == {"ORD-1": DocumentState.ACCEPTED}


def test_a_declaration_that_is_written_while_its_receipt_is_being_stored(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored, go_on = threading.Event(), threading.Event()
    store = applying.store_entries

    def store_slowly(session: Session, *arguments: object, **named: object) -> None:
        store(session, *arguments, **named)  # type: ignore[arg-type]
        stored.set()
        assert go_on.wait(10)

    monkeypatch.setattr(intake, "store_entries", store_slowly)
    with ThreadPoolExecutor(2) as pool:
        receiving = pool.submit(store_receipt, database, SystemClock(), WAREHOUSE, accepted("ORD-1"), "test")
        assert stored.wait(10)
        declaring = pool.submit(database.in_transaction, declared)
        wait([declaring], timeout=0.5)
        go_on.set()
        receiving.result()
        declaring.result()
    assert order_states(database) == {"ORD-1": DocumentState.ACCEPTED}
    assert database.reading(lambda session: waiting_receipts(session, WAREHOUSE)) == []


def test_many_of_both_at_once(database: Database) -> None:
    """Nobody arranges who is first; no receipt is left behind."""
    database.in_transaction(lambda session: declared(session, "ORD-FIRST"))
    start = threading.Barrier(2)

    def write() -> None:
        start.wait()
        for number in range(ROUNDS):
            database.in_transaction(lambda session, number=number: declared(session, f"ORD-{number}"))  # type: ignore[misc]

    def receive() -> None:
        start.wait()
        for number in range(ROUNDS):
            store_receipt(database, SystemClock(), WAREHOUSE, accepted(f"ORD-{number}"), "test")

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(write), pool.submit(receive)]:
            done.result()
    states = order_states(database)
    assert states.pop("ORD-FIRST") != DocumentState.ACCEPTED
    assert states == {f"ORD-{number}": DocumentState.ACCEPTED for number in range(ROUNDS)}
    assert database.reading(lambda session: waiting_receipts(session, WAREHOUSE)) == []


def waiting_numbers(database: Database) -> list[str]:
    return database.reading(
        lambda session: list(session.scalars(select(WaitingReceiptRow.number_key).order_by("number_key")))
    )


def test_what_waited_is_taken_off_the_list_by_its_document(database: Database, clock: FixedClock) -> None:
    for order_no in ("ORD-1", "ORD-2"):
        assert store_receipt(database, clock, WAREHOUSE, accepted(order_no), "test").waiting == 1
    assert waiting_numbers(database) == ["ORD-1", "ORD-2"]
    database.in_transaction(lambda session: declared(session, "ORD-2"))
    assert waiting_numbers(database) == ["ORD-1"]
    (one,) = database.reading(lambda session: waiting_receipts(session, WAREHOUSE))
    assert (one.message_type, one.company, one.number, one.status) == (
        MessageType.ORDER_RECEIPT, "9999960001", "ORD-1", "120",
    )  # fmt: skip
    assert (one.since, one.source) == (START, "test")


@pytest.mark.parametrize(
    ("document", "left"),
    [
        (Announced(DocumentKind.ORDER, "9999960001", "ORD-1"), []),
        (Announced(DocumentKind.ORDER, "", "ORD-1"), []),
        (Announced(DocumentKind.ORDER, "OTHER", "ORD-1"), ["ORD-1"]),
        (Announced(DocumentKind.PAYMENT, "9999960001", "ORD-1"), ["ORD-1"]),
        (Announced(DocumentKind.ORDER, "9999960001", ""), ["ORD-1"]),
    ],
)
def test_only_the_document_a_receipt_names_takes_it(
    database: Database, clock: FixedClock, document: Announced, left: list[str]
) -> None:
    store_receipt(database, clock, WAREHOUSE, accepted("ORD-1"), "test")
    announce: Callable[[Session], None] = lambda session: announce_documents(session, WAREHOUSE, [document])  # noqa: E731
    database.in_transaction(announce)
    assert waiting_numbers(database) == left
