"""The shell of the web app: the page before anybody has signed in, and the service worker that keeps it on the device.

Called by `scanner_ui.views`. The shell tells nothing about anybody; who was signed in on the device and where he was,
the device knows itself.
"""

from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, Response, request

from scanner_ui.assets import Assets
from wms.web.packing import file_response

SHELL = "/shell"
_HERE = Path(__file__).parent
DRAWN_FROM = tuple(sorted([*(_HERE / "templates").rglob("*.html"), *(_HERE / "translations").glob("*.json")]))
"""A change of any of these is a new version of the page."""


def add_shell(views: Blueprint, assets: Assets, draw_signed_out: Callable[[], str]) -> None:
    """Add the shell and its worker. The worker stands at the root, because it may only serve what lies below it."""
    worker = assets.worker(SHELL, DRAWN_FROM)

    @views.get(SHELL)
    def shell() -> str:
        return draw_signed_out()

    @views.get("/service-worker.js")
    def service_worker() -> Response:
        asked = request.headers.get("Accept-Encoding", "")
        response = file_response(worker, "text/javascript; charset=utf-8", asked)
        # Asked for at every look for a new version: the answer must be today's.
        response.headers["Cache-Control"] = "no-cache"
        return response
