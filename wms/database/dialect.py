"""Everything that differs between SQLite and PostgreSQL, and nothing else.

Called by `transaction` (engine set-up, which errors are worth another try), by `tables` rooms (append-only triggers)
and by `service` rooms (inserts that meet an existing key).
"""

import hashlib
import sqlite3
import time
from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, Insert, Table, event, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import DDL

_READ_ONLY = "wms_read_only"
"""Execution option of a connection that will not write: SQLite then begins without taking the write lock."""


def reading_options(dialect_name: str) -> dict[str, Any]:
    """Execution options of a connection that reads one consistent view and refuses to write."""
    if dialect_name == "sqlite":
        return {_READ_ONLY: True}
    # READ COMMITTED would show every statement another moment; a page of two queries could contradict itself.
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def prepare_engine(engine: Engine) -> None:
    """Set up durable, concurrent behaviour on every new connection. Call once per engine, before its first use."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def _prepare_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    # The driver's own transaction control begins too late and commits too early (before DDL); we begin ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=5000")
    _switch_to_wal(cursor)
    # FULL: an acknowledged scan survives a power cut. The price is one flush per commit, shared by group commit.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    # Without it INSERT OR REPLACE deletes a row unseen by the triggers that make a table append-only.
    cursor.execute("PRAGMA recursive_triggers=ON")
    # 8 MiB for each connection: with 32 threads, 64 would be 2 GB; the system caches the file besides.
    cursor.execute("PRAGMA cache_size=-8192")
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.close()


_WAL_TRIES = 200
_WAL_PAUSE_SECONDS = 0.02


def _switch_to_wal(cursor: sqlite3.Cursor) -> None:
    """Happens once in the life of a file; afterwards it changes nothing.

    Two processes that open a new file together both read its header before they switch. SQLite fails such a meeting at
    once, without the busy time-out, because waiting could not solve it; coming again does.
    """
    for _ in range(_WAL_TRIES):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(_WAL_PAUSE_SECONDS)
        else:
            return
    raise sqlite3.OperationalError("database is locked by another process that does not let it switch to WAL")


def _begin_sqlite(connection: Connection) -> None:
    # A plain BEGIN takes the write lock at the first write; two such transactions that both read before fail with
    # "database is locked" and lose their work. IMMEDIATE takes it at once.
    read_only = connection.get_execution_options().get(_READ_ONLY, False)
    if connection.info.get(_READ_ONLY, False) != read_only:
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if read_only else 'OFF'}")
        connection.info[_READ_ONLY] = read_only
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


_RETRY_SQLSTATES = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL: serialization failure, deadlock detected, lock not available."""


def is_worth_another_try(error: DBAPIError) -> bool:
    """Whether the same work, begun again from the start, may well succeed.

    A unique key that was taken in the meantime is one: the second try sees the winner's row and answers from it. A lost
    connection is another: the server has rolled back (a connection lost during the commit never comes here).
    """
    original = error.orig
    if error.connection_invalidated:
        return True
    if isinstance(error, IntegrityError):
        state = getattr(original, "sqlstate", None)
        return state == "23505" or (state is None and "UNIQUE constraint failed" in str(original))
    if isinstance(error, OperationalError) and "database is locked" in str(original):
        return True
    return getattr(original, "sqlstate", None) in _RETRY_SQLSTATES


def insert_ignoring_duplicates(table: Table, dialect_name: str) -> Insert:
    """An INSERT that leaves rows alone whose key exists already."""
    if dialect_name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def meet_at(session: Session, names: Iterable[str], *, alone: bool) -> None:
    """Let transactions that name the same thing pass one after the other, until they commit.

    Those that come `alone` wait for everybody at that name; the others only for one that is alone. Needed where two
    transactions each look for a row the other one is about to write. SQLite has one writer at a time, so there the
    waiting has been done already.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
    keys = {int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True) for name in names}
    # In one order for all, so that two that name the same things do not wait for each other crosswise.
    for key in sorted(keys):
        session.execute(select(lock(key)))


@cache
def insert_adding(table: Table, dialect_name: str, *columns: str) -> Insert:
    """An INSERT that adds the given `columns` to the row where its primary key exists already.

    Built once for each table: it belongs to every scan that moves stock, and building it costs more than running it.
    """
    keys: list[Any] = list(table.primary_key.columns)
    if dialect_name == "postgresql":
        on_postgresql = postgresql.insert(table)
        changes = {name: table.c[name] + on_postgresql.excluded[name] for name in columns}
        return on_postgresql.on_conflict_do_update(index_elements=keys, set_=changes)
    on_sqlite = sqlite.insert(table)
    changes = {name: table.c[name] + on_sqlite.excluded[name] for name in columns}
    return on_sqlite.on_conflict_do_update(index_elements=keys, set_=changes)


def append_only_statements(table_name: str) -> dict[str, tuple[str, ...]]:
    """Per dialect, the statements that make a table refuse UPDATE and DELETE. Used by tables and by migrations."""
    refusal = f"{table_name} is append-only: correct by adding"
    return {
        "sqlite": tuple(
            f"CREATE TRIGGER {table_name}_no_{verb.lower()} BEFORE {verb} ON {table_name} "
            f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            for verb in ("UPDATE", "DELETE")
        ),
        "postgresql": (
            f"CREATE FUNCTION {table_name}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{refusal}'; END $$",
            f"CREATE TRIGGER {table_name}_append_only BEFORE UPDATE OR DELETE ON {table_name} "
            f"FOR EACH ROW EXECUTE FUNCTION {table_name}_refuse()",
            f"CREATE TRIGGER {table_name}_no_truncate BEFORE TRUNCATE ON {table_name} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table_name}_refuse()",
        ),
    }


_APPEND_ONLY = "append_only"
"""Marks such a table in its `info`."""


def is_append_only(table: Table) -> bool:
    """Whether the database refuses to change rows of `table`."""
    return bool(table.info.get(_APPEND_ONLY, False))


def append_only(table: Table) -> None:
    """Let the database itself refuse UPDATE and DELETE on `table`, on both engines, whenever it is created."""
    table.info[_APPEND_ONLY] = True
    for dialect_name, statements in append_only_statements(table.name).items():
        for statement in statements:
            ddl = _ddl(statement)
            event.listen(table, "after_create", ddl.execute_if(dialect=dialect_name))
    event.listen(
        table,
        "after_drop",
        _ddl(f"DROP FUNCTION IF EXISTS {table.name}_refuse()").execute_if(dialect="postgresql"),
    )


def _ddl(statement: str) -> DDL:
    # DDL formats its text with %, and SQLAlchemy leaves its constructor untyped.
    return DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
