"""The migrations build, from nothing, exactly the database that the tables describe, on both engines."""

from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from tests.support.databases import create_schema, import_all_tables
from tests.support.postgres import Cluster
from wms.config import sqlite_url
from wms.database.base import db
from wms.database.dialect import append_only_statements

MIGRATIONS = Path(__file__).parents[2] / "wms" / "database" / "migrations"

TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": """
        SELECT tgname, pg_get_triggerdef(pg_trigger.oid) || pg_get_functiondef(tgfoid)
        FROM pg_trigger WHERE NOT tgisinternal
    """,
}


def _migrate(url: str, revision: str = "head") -> None:
    import_all_tables()
    app = Flask("migrations")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"poolclass": NullPool}
    db.init_app(app)
    flask_migrate.Migrate(app, db, directory=str(MIGRATIONS))
    with app.app_context():
        (flask_migrate.downgrade if revision == "base" else flask_migrate.upgrade)(revision=revision)


def _described(connection: Connection) -> dict[str, Any]:
    """All the database itself knows of its tables, in an order that does not depend on how they were made."""
    schema = inspect(connection)
    description: dict[str, Any] = {
        f"table {table}": {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], column["default"])
                for column in schema.get_columns(table)
            },
            "primary key": schema.get_pk_constraint(table),
            "foreign keys": _by_name(schema.get_foreign_keys(table)),
            "unique keys": _by_name(schema.get_unique_constraints(table)),
            "checks": _by_name(schema.get_check_constraints(table)),
            "indexes": _by_name(schema.get_indexes(table)),
        }
        for table in schema.get_table_names()
        if table != "alembic_version"
    }
    triggers = connection.execute(text(TRIGGERS[connection.dialect.name]))
    return description | {f"trigger {name}": definition for name, definition in triggers}


def _by_name(things: Any) -> dict[str, Any]:
    return {str(thing["name"]): _plain(thing) for thing in things}


def _plain(value: Any) -> Any:
    """Expressions, such as the condition of a partial index, as text: as objects they are never equal."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return value if isinstance(value, (list, tuple)) else str(value)


def _described_at(url: str) -> dict[str, Any]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return _described(connection)


@pytest.fixture(params=["sqlite", "postgresql"])
def two_empty_databases(request: pytest.FixtureRequest, tmp_path: Path, worker_id: str) -> tuple[str, str]:
    """Two databases without any table."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "migrated.sqlite"), sqlite_url(tmp_path / "described.sqlite")
    cluster: Cluster = request.getfixturevalue("postgres_cluster")
    names = f"migrated_{worker_id}", f"described_{worker_id}"
    for name in names:
        cluster.make_database(name)
    return cluster.url(names[0]), cluster.url(names[1])


def test_migrations_equal_the_tables(two_empty_databases: tuple[str, str]) -> None:
    migrated, described = two_empty_databases
    create_schema(described)
    wanted = _described_at(described)
    assert any(name.startswith("trigger") for name in wanted)

    _migrate(migrated)

    assert _described_at(migrated) == wanted


def test_migrations_can_be_taken_back(two_empty_databases: tuple[str, str]) -> None:
    migrated, _ = two_empty_databases
    _migrate(migrated)
    _migrate(migrated, "base")
    assert _described_at(migrated) == {}
    _migrate(migrated)
    assert _described_at(migrated) != {}


def test_parcels_that_taught_something_unknown_are_kept(two_empty_databases: tuple[str, str]) -> None:
    """The table is append-only before and afterwards; of what parcels taught earlier nothing can be taken back."""
    step = ScriptDirectory(str(MIGRATIONS)).get_revision("0020").module
    engine = create_engine(two_empty_databases[0], poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE parcel_packings (weight_grams INTEGER)"))
        connection.execute(text("CREATE TABLE sku_weights (parcels INTEGER)"))
        connection.execute(text("INSERT INTO parcel_packings VALUES (150)"))
        connection.execute(text("INSERT INTO sku_weights VALUES (7)"))
        for statement in append_only_statements("parcel_packings")[connection.dialect.name]:
            connection.execute(text(statement))
        with Operations.context(MigrationContext.configure(connection)):
            step.upgrade()
            kept = connection.execute(text("SELECT * FROM parcel_packings CROSS JOIN sku_weights")).all()
            assert [tuple(row) for row in kept] == [(150, 0, 0, 0, 7, None)]
            step.downgrade()
        assert connection.execute(text("SELECT * FROM parcel_packings")).all() == [(150,)]
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text("DELETE FROM parcel_packings"))


def test_a_carriers_zpl_that_was_kept_under_an_unknown_name_is_printable_afterwards() -> None:
    """Plain SQL, the same for both engines, on no more of the table than it touches."""
    kept = ("application/zpl", "application/pdf", "application/x-cainiao")
    step = ScriptDirectory(str(MIGRATIONS)).get_revision("0019").module
    with create_engine("sqlite://").begin() as connection:
        connection.execute(text("CREATE TABLE carrier_labels (media_type TEXT)"))
        connection.execute(text("INSERT INTO carrier_labels VALUES (:kept)"), [{"kept": media} for media in kept])
        with Operations.context(MigrationContext.configure(connection)):
            step.upgrade()
        found = connection.execute(text("SELECT media_type FROM carrier_labels")).scalars().all()
    assert found == ["application/vnd.zebra-zpl", *kept[1:]]
