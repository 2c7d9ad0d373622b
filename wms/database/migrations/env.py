"""Alembic's entry: which database, which tables, how types are written into a migration.

Run through Flask-Migrate (`wms migrate`, `flask --app wsgi db …`) with an application context, so the engine is the
application's own, with its set-up for SQLite.
"""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app

from wms.database.base import UtcDateTime


def _render_item(kind: str, item: Any, autogen_context: AutogenContext) -> str | Literal[False]:
    # A migration must not change when our types do: it names what the database knows.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run_migrations() -> None:
    """Bring the application's database to the wanted revision, in one transaction."""
    database = current_app.extensions["migrate"].db
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=database.metadatas[None],
            render_item=_render_item,
            # One transaction for everything: a migration that fails half-way leaves the old schema.
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()


run_migrations()
