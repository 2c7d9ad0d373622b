"""Compresses pages on their way out. `register_compression(app)` is called once by `wms.app`.

HTML, because a page carries its words and is loaded over the hall's Wi-Fi, and the long answers of the scan API: a path
says the same words with every step and shrinks to a twentieth. Most answers to scans are short and stay as they are;
static files were compressed at start (`scanner_ui.assets`). What is streamed or compressed already is left alone.
"""

import gzip

from flask import Flask, Response, request

LEAST_BYTES = {"text/html": 1024, "application/json": 8 * 1024}
"""By kind. A short answer to a scan shall not wait for gzip."""

LEVEL = 5
"""Beyond this gzip takes more time than the fewer bytes save."""


def register_compression(app: Flask) -> None:
    """Compress long answers of `app` for browsers that take gzip."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    least = LEAST_BYTES.get(response.mimetype or "")
    if least is None or response.is_streamed or response.content_encoding:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= least and request.accept_encodings["gzip"] > 0:
        response.set_data(gzip.compress(body, LEVEL, mtime=0))
        response.content_encoding = "gzip"
    return response
