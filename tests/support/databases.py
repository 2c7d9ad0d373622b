"""Databases with the product's tables and no rows, made once per test process and emptied between tests.

Called by the fixtures in `tests/conftest.py`. Emptying is cheap on purpose, because nearly every test does it: on
SQLite each test gets a copy of a pristine file, on PostgreSQL only the tables that hold rows are truncated.
"""

import importlib
import pkgutil
import shutil
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


# TRUNCATE costs a file per table and index, so it is kept to the tables that were written.
_EMPTY = """
DO $$
DECLARE
    candidate regclass;
    holds_rows boolean;
    written text[] := '{}';
BEGIN
    FOR candidate IN
        SELECT oid FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', candidate) INTO holds_rows;
        IF holds_rows THEN
            written := written || candidate::text;
        END IF;
    END LOOP;
    IF cardinality(written) > 0 THEN
        EXECUTE 'TRUNCATE ' || array_to_string(written, ', ') || ' RESTART IDENTITY CASCADE';
    END IF;
END $$
"""

_LEFT_OPEN = """
SELECT query FROM pg_stat_activity
WHERE datname = %(name)s AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%%'
"""
