"""How the engine is opened: pool sizes and time limits. `wms.app` hands the options to Flask-SQLAlchemy.

What every single connection needs is set by `wms.database.dialect.prepare_engine` instead.
"""

from typing import Any

from wms.config import Settings

POOL_SIZE = 16
POOL_OVERFLOW = 16
"""Connections of a process on SQLite: its one writer and any number of readers, which cost nothing while they wait."""

POSTGRESQL_POOL_SIZE = 6
"""Transactions that a process works on at once on PostgreSQL; further threads wait for their turn before they begin.

All threads of a process share one interpreter: with more of them inside a transaction every statement's answer waits
longer to be read, and rows stay locked meanwhile. 16 instead of 6 cost a third more processor time per scan and made a
hot place half as quick (docs/performance.md). More processes, not more connections, use more processors.
"""
POOL_TIMEOUT_SECONDS = 5
"""How long a request waits for a connection before it is answered Busy."""

STATEMENT_TIMEOUT_MS = 30_000
"""Longer than any report; a statement that reaches it is a bug and must not hold locks until somebody notices."""

IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000
"""A node that lost its power inside a transaction holds its row locks until the server gives up on it."""


def engine_options(settings: Settings) -> dict[str, Any]:
    """The keyword arguments of `create_engine` for this installation (SQLALCHEMY_ENGINE_OPTIONS)."""
    options: dict[str, Any] = {
        "pool_size": POOL_SIZE if settings.on_sqlite else POSTGRESQL_POOL_SIZE,
        "max_overflow": POOL_OVERFLOW if settings.on_sqlite else 0,
        "pool_timeout": POOL_TIMEOUT_SECONDS,
        # Last in, first out: the connection with the warm cache is used again, and idle ones stay idle.
        "pool_use_lifo": True,
        # The text of a failed statement ends up in logs and on boards; what it was given may name people.
        "hide_parameters": True,
    }
    if settings.on_sqlite:
        return options
    # No ping before use: it would cost every scan a round trip. A connection that was lost while it lay in the pool
    # spoils one attempt, and in_transaction makes another.
    parameters = {
        "lock_timeout": settings.lock_timeout_ms,
        "statement_timeout": STATEMENT_TIMEOUT_MS,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_TIMEOUT_MS,
        "TimeZone": "UTC",
    }
    return options | {
        "connect_args": {
            "application_name": "wms",
            "options": " ".join(f"-c {name}={value}" for name, value in parameters.items()),
        }
    }
