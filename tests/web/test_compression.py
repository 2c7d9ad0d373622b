"""Pages are compressed for browsers that take it, and only pages."""

import gzip

from flask import Flask
from flask.testing import FlaskClient

from wms.web.compression import LEAST_BYTES, register_compression

PAGE = "<p>goods</p>" * LEAST_BYTES


def _client() -> FlaskClient:
    app = Flask("pages")
    register_compression(app)
    app.add_url_rule("/page", view_func=lambda: PAGE, endpoint="page")
    app.add_url_rule("/small", view_func=lambda: "<p></p>", endpoint="small")
    app.add_url_rule("/json", view_func=lambda: {"goods": PAGE}, endpoint="json")
    return app.test_client()


def test_a_page_is_compressed_for_a_browser_that_takes_it() -> None:
    response = _client().get("/page", headers={"Accept-Encoding": "gzip, br"})
    assert response.content_encoding == "gzip"
    assert gzip.decompress(response.data).decode() == PAGE
    assert "Accept-Encoding" in response.headers["Vary"]
    assert int(response.headers["Content-Length"]) == len(response.data)


def test_nothing_else_is_compressed() -> None:
    client = _client()
    assert client.get("/page").content_encoding is None
    assert client.get("/page", headers={"Accept-Encoding": "gzip;q=0"}).content_encoding is None
    assert client.get("/small", headers={"Accept-Encoding": "gzip"}).content_encoding is None
    assert client.get("/json", headers={"Accept-Encoding": "gzip"}).content_encoding is None
