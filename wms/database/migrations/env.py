"""Alembic's entry: which database, which tables, how types are written into a migration.

Run through Flask-Migrate (`wms migrate`, `flask --app wsgi db …`) with an application context, so the engine is the
application's own, with its set-up for SQLite.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import Connection

from wms.database.base import UtcDateTime
from wms.database.sealed import SealedBytes, SealedText


def _render_item(kind: str, item: Any, autogen_context: AutogenContext) -> str | Literal[False]:
    # A migration must not change when our types do: it names what the database knows.
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, SealedText):
        return "sa.Text()"
    return "sa.LargeBinary()" if isinstance(item, SealedBytes) else False


def run_migrations() -> None:
    """Bring the application's database to the wanted revision, in one transaction."""
    database = current_app.extensions["migrate"].db
    with database.engine.connect() as connection, _foreign_keys_at_rest(connection):
        context.configure(
            connection=connection,
            target_metadata=database.metadatas[None],
            render_item=_render_item,
            # One transaction for everything: a migration that fails half-way leaves the old schema.
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()
            if connection.dialect.name == "sqlite":
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                assert not broken, f"the migration left rows that point nowhere: {broken[:5]}"


@contextmanager
def _foreign_keys_at_rest(connection: Connection) -> Iterator[None]:
    """SQLite cannot change a table; it is copied and dropped, and what points at it would go with it.

    The switch works outside a transaction only; all rows are checked before the commit instead.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.dbapi_connection
    assert raw is not None
    raw.execute("PRAGMA foreign_keys=OFF")  # type: ignore[attr-defined]
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")  # type: ignore[attr-defined]


run_migrations()
