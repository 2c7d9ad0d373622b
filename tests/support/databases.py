"""Databases with the product's tables and no rows, made once per test process and emptied between tests.

Called by the fixtures in `tests/conftest.py`. Emptying is cheap on purpose, because nearly every test does it: on
SQLite each test gets a copy of a pristine file, on PostgreSQL only the tables that hold rows are emptied.
"""

import importlib
import pkgutil
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import create_engine

import wms
from tests.support.postgres import Cluster
from wms.config import sqlite_url
from wms.database.base import Base
from wms.database.dialect import prepare_engine


def import_all_tables() -> None:
    """Import every `tables` room, so that the metadata knows all tables whichever tests were selected."""
    for module in pkgutil.walk_packages(wms.__path__, "wms."):
        if module.name.endswith(".tables"):
            importlib.import_module(module.name)


def create_schema(url: str) -> None:
    """The product's tables, checks and triggers in the empty database at `url`."""
    import_all_tables()
    engine = create_engine(url)
    prepare_engine(engine)
    try:
        Base.metadata.create_all(engine)
    finally:
        engine.dispose()


@dataclass(frozen=True, slots=True)
class PristineSqlite:
    """A file with the schema, to be copied for each test."""

    path: Path

    @classmethod
    def made_in(cls, folder: Path) -> "PristineSqlite":
        path = folder / "pristine.sqlite"
        create_schema(sqlite_url(path))
        # The last connection to close has merged the write-ahead log, so the file alone is the whole database.
        assert not path.with_name(f"{path.name}-wal").exists()
        return cls(path)

    def copy_to(self, folder: Path) -> str:
        """The URL of a fresh database in `folder`."""
        copy = folder / "wms.sqlite"
        shutil.copyfile(self.path, copy)
        return sqlite_url(copy)


@dataclass(frozen=True, slots=True)
class EmptyablePostgres:
    """One process's database on the session's cluster."""

    cluster: Cluster
    name: str

    @classmethod
    def made_on(cls, cluster: Cluster, name: str) -> "EmptyablePostgres":
        database = cls(cluster, name)
        database.make_anew()
        return database

    @property
    def url(self) -> str:
        return self.cluster.url(self.name)

    def make_anew(self) -> None:
        self.cluster.make_database(self.name)
        create_schema(self.url)

    def rows(self) -> Mapping[str, bytes]:
        """All rows as they stand now, by table, as COPY writes them; for `fill`."""
        with self.cluster.connect(self.name) as connection, connection.cursor() as cursor:
            tables = cursor.execute(_TABLES).fetchall()
            kept = {}
            for (table,) in tables:
                with cursor.copy(f'COPY "{table}" TO STDOUT') as out:
                    kept[table] = b"".join(bytes(data) for data in out)
        return {table: rows for table, rows in kept.items() if rows}

    def fill(self, rows: Mapping[str, bytes]) -> None:
        """Put rows into the empty tables; what is numbered goes on after them."""
        with self.cluster.connect(self.name) as connection, connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            for table, data in rows.items():
                with cursor.copy(f'COPY "{table}" FROM STDIN') as into:
                    into.write(data)
            cursor.execute(_GO_ON)

    def empty(self) -> None:
        """Remove all rows. Raises AssertionError where a test left a transaction open, naming its last statement."""
        with self.cluster.connect(self.name) as connection:
            # The journal refuses to be changed; for the superuser of a test database its triggers are switched off.
            connection.execute("SET session_replication_role = replica")
            connection.execute("SET lock_timeout = '1s'")
            try:
                connection.execute(_EMPTY)
            except psycopg.errors.LockNotAvailable:
                left_open = connection.execute(_LEFT_OPEN, {"name": self.name}).fetchall()
                self.make_anew()
                raise AssertionError(f"the test left a transaction open; last statements: {left_open}") from None


_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"

_GO_ON = """
DO $$
DECLARE
    numbered record;
    highest bigint;
BEGIN
    FOR numbered IN
        SELECT table_name AS t, column_name AS c, pg_get_serial_sequence(quote_ident(table_name), column_name) AS s
        FROM information_schema.columns WHERE table_schema = 'public'
    LOOP
        CONTINUE WHEN numbered.s IS NULL;
        EXECUTE format('SELECT max(%I) FROM %I', numbered.c, numbered.t) INTO highest;
        IF highest IS NOT NULL THEN
            PERFORM setval(numbered.s, highest);
        END IF;
    END LOOP;
END $$
"""

# TRUNCATE makes new files for a table, its indexes and for all that refer to it, which takes a hundred times as long as
# deleting the few rows of a test; it is kept for tables that have grown. The lock finds a transaction left open.
_EMPTY = """
DO $$
DECLARE
    candidate regclass;
    holds_rows boolean;
    sequence regclass;
    was_drawn_from boolean;
BEGIN
    FOR candidate IN
        SELECT oid FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', candidate) INTO holds_rows;
        IF holds_rows THEN
            EXECUTE format('LOCK TABLE %s', candidate);
            IF pg_relation_size(candidate) > 1000000 THEN
                EXECUTE format('TRUNCATE %s CASCADE', candidate);
            ELSE
                EXECUTE format('DELETE FROM %s', candidate);
            END IF;
        END IF;
    END LOOP;
    FOR sequence IN SELECT oid FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace LOOP
        EXECUTE format('SELECT is_called FROM %s', sequence) INTO was_drawn_from;
        IF was_drawn_from THEN
            PERFORM setval(sequence, (SELECT seqstart FROM pg_sequence WHERE seqrelid = sequence), false);
        END IF;
    END LOOP;
END $$
"""

_LEFT_OPEN = """
SELECT query FROM pg_stat_activity
WHERE datname = %(name)s AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%%'
"""
