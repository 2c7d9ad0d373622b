"""Compresses pages on their way out. `register_compression(app)` is called once by `wms.app`.

HTML, because a page carries its words and is loaded over the hall's Wi-Fi, and the long answers of the scan API: a path
says the same words with every step and shrinks to a twentieth. Most answers to scans are short and stay as they are;
static files are compressed by `wms.web.packing`. What is streamed or compressed already is left alone.
"""

from flask import Flask, Response, request

from wms.web.packing import packing_for

LEAST_BYTES = {"text/html": 1024, "application/json": 8 * 1024}
"""By kind. A short answer to a scan shall not wait for it."""


def register_compression(app: Flask) -> None:
    """Compress long answers of `app` for browsers that take it."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    least = LEAST_BYTES.get(response.mimetype or "")
    if least is None or response.is_streamed or response.content_encoding:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    packing = packing_for(request.accept_encodings)
    if len(body) >= least and packing is not None:
        response.set_data(packing.quick(body))
        response.content_encoding = packing.name
    return response
