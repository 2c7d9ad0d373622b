"""Refuses addresses that carry the character NUL. `register_addresses(app)` is called once by `wms.app`.

SQLite compares such a text like any other, PostgreSQL refuses the whole statement: without this, a number nobody has
would be "not found" on one database and a fault of the service on the other.
"""

from flask import Flask, request

from wms.kernel.errors import BadInput, Fault


def register_addresses(app: Flask) -> None:
    """Look at the address of every request of `app`, before any view does."""
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    if "\0" in request.path:
        raise BadInput([Fault("address", "must not contain the character NUL")])
    if "%00" in request.query_string.decode("latin-1"):
        raise BadInput([Fault("query", "must not contain the character NUL")])
