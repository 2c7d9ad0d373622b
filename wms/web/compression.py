"""Compresses pages on their way out. `register_compression(app)` is called once by `wms.app`.

Only HTML: a page carries its words and is loaded over the hall's Wi-Fi; answers to scans are small, and static files
were compressed at start (`scanner_ui.assets`). An answer that is streamed or compressed already is left alone.
"""

import gzip

from flask import Flask, Response, request

LEAST_BYTES = 1024
LEVEL = 5
"""Beyond this gzip takes more time than the fewer bytes save."""


def register_compression(app: Flask) -> None:
    """Compress HTML answers of `app` for browsers that take gzip."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype != "text/html" or response.is_streamed or response.content_encoding:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= LEAST_BYTES and request.accept_encodings["gzip"] > 0:
        response.set_data(gzip.compress(body, LEVEL, mtime=0))
        response.content_encoding = "gzip"
    return response
