"""Customs through the database: orders declared, documents sent, receipts taken in. Called by `bench.customs`.

One worker in this process does what the service's worker does, with the real signer and the real folders of the
electronic port. Receipts are stored raw, read and folded by the functions the doors and the worker call.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

from sqlalchemy import create_engine, event, func, select, text
from sqlalchemy.orm import Session

from bench.databases import Measured
from bench.processes import CORES, busy_seconds_of_machine, cpu_seconds_of_tree
from bench.web import settings_of
from tests.customs.ceb import message, node
from tests.customs.parcels import START, WAREHOUSE, Packed, open_warehouse, packed_order, paid
from tests.support.keys import signing_key_file
from wms.customs.declaring import declare_parcel
from wms.customs.effects import DeclareParcel
from wms.customs.model import DeclarationState, Outgoing
from wms.customs.receipts.intake import store_receipt
from wms.customs.regimes.china.writer import MAX_DOCUMENTS
from wms.customs.sending.outgoing import OutgoingMessages
from wms.customs.signing.choice import signer_of
from wms.customs.tables import DeclarationRow, DocumentRow
from wms.customs.transport.choice import transport_of
from wms.database.engine import engine_options
from wms.database.sealed import Vault, give_vault
from wms.database.transaction import Database
from wms.demo.customers import id_number
from wms.kernel.clock import FixedClock
from wms.outbox.worker import Worker


@dataclass(frozen=True, slots=True)
class Rate:
    """How quickly something went through the database."""

    engine: str
    what: str
    count: int
    seconds: float
    app_cpu_ms: float
    database_cpu_ms: float
    statements: float
    """SQL statements for each, without BEGIN and COMMIT."""
    others_percent: int
    """Share of the machine that neither this process nor the database used meanwhile."""

    @property
    def per_second(self) -> float:
        return round(self.count / self.seconds, 1)


@dataclass
class Office:
    """A declaring warehouse over one database, and what it cost so far."""

    database: Database
    measured: Measured
    clock: FixedClock
    outgoing: OutgoingMessages
    rates: list[Rate] = field(default_factory=list)
    statements: int = 0
    """So far."""

    def measure(self, what: str, work: Callable[[], int]) -> Rate:
        """Run `work`, which says how many it did."""
        statements, database_cpu = self.statements, self._database_cpu()
        busy, cpu, began = busy_seconds_of_machine(), time.process_time(), time.monotonic()
        count = work()
        seconds, cpu = time.monotonic() - began, time.process_time() - cpu
        busy, database_cpu = busy_seconds_of_machine() - busy, self._database_cpu() - database_cpu
        rate = Rate(
            self.measured.name,
            what,
            count,
            round(seconds, 3),
            round(cpu * 1000 / count, 2),
            round(database_cpu * 1000 / count, 2),
            round((self.statements - statements) / count, 1),
            max(0, round(100 * (busy - cpu - database_cpu) / (seconds * CORES))),
        )
        self.rates.append(rate)
        return rate

    def look_at_tables(self) -> None:
        """What autovacuum does within a minute in life: until then PostgreSQL takes all tables for empty."""
        if self.database.dialect_name == "postgresql":
            with self.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("ANALYZE"))

    def _database_cpu(self) -> float:
        process = self.measured.server_process
        return 0.0 if process is None else cpu_seconds_of_tree(process)

    def count(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        """Listener of the engine."""
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
            self.statements += 1


@contextmanager
def open_office(measured: Measured) -> Iterator[Office]:
    """The warehouse over a database that has its tables."""
    settings = replace(settings_of(measured), customs_key_file=signing_key_file())
    engine = create_engine(measured.url, **engine_options(settings))
    give_vault(engine, Vault(settings.personal_data_keys))
    clock = FixedClock(START)
    database = Database(engine)
    outgoing = OutgoingMessages(
        database,
        clock,
        signer_of(settings, clock),
        lambda code: transport_of(settings, code, clock),
        settings.customs_dxp_id,
    )
    office = Office(database, measured, clock, outgoing)
    event.listen(engine, "before_cursor_execute", office.count)
    try:
        database.in_transaction(open_warehouse)
        yield office
    finally:
        engine.dispose()


def whole_way(office: Office, parcels: int) -> None:
    """Bring `parcels` from the order to the decision of customs, and a few besides to where the rules stop them.

    Raises RuntimeError where one does not come to what customs decided about it.
    """
    orders = office.database.in_transaction(lambda session: _packed(session, "B", parcels))
    office.look_at_tables()
    office.measure("check and declare a parcel", lambda: _declare(office, orders))
    office.measure("send a document of the three orders", lambda: _send(office))
    numbers = [order.order_no for order in orders]
    taken = [
        message(kind, [node(kind, "120", "20261105102700000", **{key: prefix + number}) for number in some])
        for kind, key, prefix in (
            ("CEB312", "orderNo", ""),
            ("CEB412", "payTransactionId", "PAY-"),
            ("CEB512", "logisticsNo", "WB-"),
        )
        for some in _in_messages(numbers)
    ]
    office.measure("take in a receipt of the three, 100 a message", lambda: _take_in(office, taken))
    office.measure("send a list", lambda: _send(office))
    cop_nos = office.database.reading(_cop_nos)
    accepted = [
        message("CEB622", [node("CEB622", "120", "20261105103000000", copNo=cop_no) for cop_no in some])
        for some in _in_messages(cop_nos)
    ]
    office.measure("take in a receipt of the list, 100 a message", lambda: _take_in(office, accepted))
    decided = [
        message("CEB622", node("CEB622", status, "20261105104000000", info, copNo=cop_no))
        for number, cop_no in enumerate(cop_nos)
        for status, info in _decisions(number)
    ]
    office.measure("take in a receipt of the list, 1 a message", lambda: _take_in(office, decided))
    office.measure("take in a receipt that is known", lambda: _take_in(office, decided))
    _require(office, parcels)
    stopped = max(1, parcels // 50)
    for prefix, paid_yuan in (("UNPAID", ""), ("PARTLY", "1.00")):
        some_orders = office.database.in_transaction(
            partial(_packed, prefix=prefix, parcels=stopped, paid_yuan=paid_yuan)
        )
        _declare(office, some_orders)


def _decisions(number: int) -> Sequence[tuple[str, str]]:
    """What customs decides about the parcel: most are released; some are inspected, refused, or held by an odd code."""
    match number % 25:
        case 7:
            return [("500", "布控查验")]
        case 13:
            return [("100", "申报要素不符")]
        case 19:
            return [("800", "放行"), ("977", "无此代码")]
        case _:
            return [("800", "放行")]


def _declare(office: Office, orders: Sequence[Packed]) -> int:
    for order in orders:
        # One transaction each, as packing closes them.
        office.database.in_transaction(partial(_declare_one, order=order))
    return len(orders)


def _declare_one(session: Session, order: Packed) -> None:
    refusal = declare_parcel(session, WAREHOUSE, DeclareParcel(order.parcel_id), now=START)
    assert refusal is None, f"declaring never refuses: {refusal}"


def _packed(session: Session, prefix: str, parcels: int, *, paid_yuan: str = "350.00") -> list[Packed]:
    """Packed parcels, each of a buyer of its own: one buyer's yearly limit would stop them all. Not paid where ""."""
    found = []
    for number in range(parcels):
        buyer = id_number(datetime(1950, 1, 1, tzinfo=UTC) + timedelta(days=number // 1000), number)
        order_no = f"{prefix}-{number}"
        found.append(packed_order(session, order_no, buyer_id_number=buyer))
        if paid_yuan:
            paid(session, order_no, payer_id_number=buyer, amount=Decimal(paid_yuan))
    return found


def _send(office: Office) -> int:
    """Let the worker send what waits; how many documents left."""
    before = office.database.reading(_documents_sent)
    worker = Worker(office.database, office.clock, office.outgoing.handlers())
    while worker.run_once():
        pass
    return office.database.reading(_documents_sent) - before


def _take_in(office: Office, messages: Sequence[str]) -> int:
    """Take in messages one by one; how many return nodes were applied."""
    applied = 0
    for received in messages:
        outcome = store_receipt(office.database, office.clock, WAREHOUSE, received.encode(), "bench")
        if outcome.quarantined or outcome.waiting:
            raise RuntimeError(f"a receipt of the benchmark found nobody: {outcome}")
        applied += outcome.applied
    return applied


def _in_messages(numbers: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(numbers), MAX_DOCUMENTS):
        yield numbers[start : start + MAX_DOCUMENTS]


def _documents_sent(session: Session) -> int:
    return session.scalars(
        select(func.count()).select_from(DocumentRow).where(DocumentRow.outgoing == Outgoing.SENT)
    ).one()


def _cop_nos(session: Session) -> list[str]:
    return list(session.scalars(select(DeclarationRow.cop_no).order_by(DeclarationRow.id)))


def _require(office: Office, parcels: int) -> None:
    """Raise RuntimeError where not every parcel came to what customs decided about it."""
    counted = select(DeclarationRow.state, func.count().label("parcels")).group_by(DeclarationRow.state)
    found = office.database.reading(lambda session: {row.state: row.parcels for row in session.execute(counted)})
    released = sum(("800", "放行") in _decisions(number) for number in range(parcels))
    if found.get(DeclarationState.RELEASED) != released:
        raise RuntimeError(f"{released} of {parcels} parcels should be released: {found}")
