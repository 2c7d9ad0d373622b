"""Health for whoever watches the service: alive (the process answers) and ready (the database does, with our tables).

`register_health(app, database)` is called once by `wms.app`. Both are open to everybody and tell nothing but yes or no.
"""

import logging

from flask import Flask, Response
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from wms.database.transaction import Database
from wms.outbox.tables import OutboxMessage
from wms.web.answers import json_answer

log = logging.getLogger(__name__)


def register_health(app: Flask, database: Database) -> None:
    """Add /health/live and /health/ready to `app`."""

    @app.get("/health/live")
    def live() -> Response:
        return _never_cached(json_answer({"status": "alive"}))

    @app.get("/health/ready")
    def ready() -> Response:
        try:
            # A table of ours and not `SELECT 1`: a database that was never migrated answers that too.
            database.reading(lambda session: session.execute(select(OutboxMessage.id).limit(1)).first())
        except SQLAlchemyError:
            log.warning("not ready: the database does not answer", exc_info=True)
            return _never_cached(json_answer({"status": "not ready", "reason": "database"}, 503))
        return _never_cached(json_answer({"status": "ready"}))


def _never_cached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
