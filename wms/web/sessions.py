"""Switches off Flask's own sessions. `wms.app` sets it once.

Who is signed in is kept in the database (see `wms.access`). Flask would all the same look for a signed cookie of its
own on every request, and build the machinery to check one.
"""

from flask import Flask, Request
from flask.sessions import SessionInterface, SessionMixin


class NoFlaskSession(SessionInterface):
    """No request has a session: whoever writes to `flask.session` gets an error at once."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:
        return None
