"""Composition for any WSGI server, and for `flask --app wsgi`. `wms web` serves the same application with waitress."""

from wms.app import create_app
from wms.config import settings_from_environment

app = create_app(settings_from_environment())
