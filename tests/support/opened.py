"""A `Database` as the service opens it, for tests that need nothing above it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine

from tests.support.keys import PERSONAL_DATA_KEYS
from wms.config import Settings
from wms.database.engine import engine_options
from wms.database.sealed import Vault, give_vault
from wms.database.transaction import Database

LOCK_TIMEOUT_MS = 2_000
"""Shorter than in service, so that a test of the time-out is quick; longer than any wait on a busy machine."""


@contextmanager
def opened(url: str, *, lock_timeout_ms: int = LOCK_TIMEOUT_MS) -> Iterator[Database]:
    """The database at `url` with the service's own engine options, closed at the end."""
    settings = Settings(
        database_url=url,
        data_dir=Path("/nonexistent"),
        secret_key="x" * 32,
        lock_timeout_ms=lock_timeout_ms,
        personal_data_keys=PERSONAL_DATA_KEYS,
    )
    engine = create_engine(url, **engine_options(settings))
    give_vault(engine, Vault(settings.personal_data_keys))
    try:
        yield Database(engine)
    finally:
        engine.dispose()
