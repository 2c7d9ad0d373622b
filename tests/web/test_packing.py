"""What is sent in fewer bytes is the same when it has been unpacked."""

import gzip

import brotli
import pytest

from wms.web.packing import file_response

SCRIPT = b"print(1);" * 50
JAVASCRIPT = "text/javascript; charset=utf-8"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("gzip, br;q=0", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
def test_the_browser_says_what_it_takes(accepted: str, encoding: str | None) -> None:
    response = file_response(SCRIPT, JAVASCRIPT, accepted)
    assert response.content_encoding == encoding
    assert "Accept-Encoding" in response.vary
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert unpack(response.get_data()) == SCRIPT


def test_a_picture_is_sent_as_it_is() -> None:
    response = file_response(b"not really a picture", "image/png", "br")
    assert response.content_encoding is None
    assert response.get_data() == b"not really a picture"


def test_a_large_file_comes_whole_too() -> None:
    large = bytes(range(256)) * 2048
    assert brotli.decompress(file_response(large, "application/wasm", "br").get_data()) == large
