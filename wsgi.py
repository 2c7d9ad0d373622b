"""Composition for WSGI servers: `granian --interface wsgi wsgi:app`, `gunicorn wsgi:app`, `flask --app wsgi`."""

from wms.app import create_app
from wms.config import settings_from_environment

app = create_app(settings_from_environment())
