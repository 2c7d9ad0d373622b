"""Pages and long answers are compressed for browsers that take it, and nothing else."""

import gzip
import json
from collections.abc import Callable

import brotli
import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from wms.web.compression import LEAST_BYTES, register_compression

PAGE = "<p>goods</p>" * LEAST_BYTES["text/html"]
PATH = {"lookahead": ["Scan the place"] * LEAST_BYTES["application/json"]}


def _client() -> FlaskClient:
    app = Flask("pages")
    register_compression(app)
    app.add_url_rule("/page", view_func=lambda: PAGE, endpoint="page")
    app.add_url_rule("/small", view_func=lambda: "<p></p>", endpoint="small")
    app.add_url_rule("/path", view_func=lambda: PATH, endpoint="path")
    app.add_url_rule("/answer", view_func=lambda: {"outcome": "accepted" * 100}, endpoint="answer")
    app.add_url_rule("/label", view_func=lambda: Response(PAGE, mimetype="application/pdf"), endpoint="label")
    return app.test_client()


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [("gzip, br", "br", brotli.decompress), ("gzip, deflate", "gzip", gzip.decompress)],
)
def test_a_page_is_compressed_for_a_browser_that_takes_it(
    accepted: str, encoding: str, unpack: Callable[[bytes], bytes]
) -> None:
    response = _client().get("/page", headers={"Accept-Encoding": accepted})
    assert response.content_encoding == encoding
    assert unpack(response.data).decode() == PAGE
    assert "Accept-Encoding" in response.headers["Vary"]
    assert int(response.headers["Content-Length"]) == len(response.data)


def test_a_long_path_is_compressed_too() -> None:
    response = _client().get("/path", headers={"Accept-Encoding": "gzip"})
    assert json.loads(gzip.decompress(response.data)) == PATH
    assert len(response.data) * 20 < len(json.dumps(PATH))


def test_nothing_else_is_compressed() -> None:
    client = _client()
    assert client.get("/page").content_encoding is None
    assert client.get("/page", headers={"Accept-Encoding": "gzip;q=0"}).content_encoding is None
    assert client.get("/small", headers={"Accept-Encoding": "gzip"}).content_encoding is None
    assert client.get("/answer", headers={"Accept-Encoding": "gzip"}).content_encoding is None
    assert client.get("/label", headers={"Accept-Encoding": "gzip"}).content_encoding is None
