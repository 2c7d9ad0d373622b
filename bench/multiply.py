"""Fills a database with very many declarations: the rows that are there again and again. Called by `bench.gate`.

The database itself copies its rows, with new keys: nothing is built, sealed or folded again, so a million take minutes.
In every table the same keys become the same new keys, so that whatever belonged together still does. Not as in life:
the documents' own text is left out (a dozen gigabytes, which nothing measured here reads), raw messages and what was
sent are not copied.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from sqlalchemy import Connection, Table, Uuid, create_engine, text

from wms.customs.tables import (
    AttemptRow,
    DeclarationRow,
    DocumentRow,
    FindingRow,
    GateAnswerRow,
    HoldRow,
    PaymentSlipRow,
    ReceiptEntryRow,
)

TABLES = tuple(
    cast(Table, row.__table__)
    for row in (
        DeclarationRow,
        AttemptRow,
        DocumentRow,
        HoldRow,
        FindingRow,
        PaymentSlipRow,
        ReceiptEntryRow,
        GateAnswerRow,
    )
)
COPIES_AT_ONCE = 50
_RANDOM = frozenset({"cop_no", "fingerprint", "buyer_digest", "message_id"})
"""Texts without a meaning: their first eight characters become the number of the copy, as those of ids do."""
_WRITTEN = frozenset({"order_no", "tracking_number", "transaction_id", "pay_transaction_id", "logistics_no"})
"""Texts that get the number of the copy behind them."""
_KEPT = frozenset({"receipt_id", "operator_id"})
"""Ids of what is not copied."""
_LISTS = "('inventory', 'CEB622')"
"""Kinds of documents and of receipts whose number is a copNo."""
_CARELESS = {
    "sqlite": ("PRAGMA foreign_keys=OFF", "PRAGMA synchronous=OFF", "PRAGMA cache_size=-262144"),
    "postgresql": ("SET session_replication_role = replica", "SET synchronous_commit = off"),
}


def remember_originals(url: str) -> None:
    """Set aside what is there now: that is what will be copied."""
    with _connected(url) as connection:
        for table in TABLES:
            connection.execute(text(f"CREATE TABLE bench_{table.name} AS SELECT * FROM {table.name}"))


def copy_originals(url: str, first: int, last: int, progress: Callable[[int], None] = lambda _: None) -> None:
    """Add copies number `first` to `last`, and let the database look at what it has then."""
    with _connected(url) as connection:
        for start in range(first, last + 1, COPIES_AT_ONCE):
            end = min(start + COPIES_AT_ONCE - 1, last)
            for table in TABLES:
                statement = _statement(table, connection.dialect.name)
                connection.execute(text(statement), {"start": start, "end": end})
            progress(end - start + 1)
        if connection.dialect.name == "postgresql":
            # As autovacuum does in life. SQLite is left without statistics, as an installation is.
            connection.execute(text("VACUUM ANALYZE"))
        else:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


def key_of_copy(key: str, number: int) -> str:
    """What a random key (an id in hexadecimal digits, a copNo) became in a copy."""
    return f"{number:08x}{key[8:]}"


def _statement(table: Table, dialect: str) -> str:
    names = ", ".join(column.name for column in table.columns)
    values = ", ".join(_value(table, column.name, dialect) for column in table.columns)
    return (
        f"INSERT INTO {table.name} ({names}) "
        "WITH RECURSIVE copies(n) AS "
        "(SELECT CAST(:start AS integer) UNION ALL SELECT n + 1 FROM copies WHERE n < :end) "
        f"SELECT {values} FROM copies CROSS JOIN bench_{table.name} ORDER BY n"
    )


def _value(table: Table, name: str, dialect: str) -> str:
    number = "printf('%08x', n)" if dialect == "sqlite" else "lpad(to_hex(n), 8, '0')"
    if name in _KEPT:
        return name
    if isinstance(table.columns[name].type, Uuid):
        if dialect == "sqlite":
            return f"{number} || substr({name}, 9)"
        return f"({number} || substr(replace({name}::text, '-', ''), 9))::uuid"
    random, written = f"{number} || substr({name}, 9)", f"{name} || '-' || n"
    if name == "number_key":
        kind = "kind" if "kind" in table.columns else "message_type"
        return f"CASE WHEN {kind} IN {_LISTS} THEN {random} ELSE {written} END"
    if name in _RANDOM:
        return random
    if name in _WRITTEN:
        return written
    return "''" if (table.name, name) == ("customs_documents", "body") else name


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    """A connection of its own that looks after nothing: foreign keys hold by construction, a power cut costs a run."""
    engine = create_engine(url)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for careless in _CARELESS[engine.dialect.name]:
                connection.execute(text(careless))
            yield connection
    finally:
        engine.dispose()
