"""Answers in as few bytes as the browser at the other end can take: brotli, or gzip, or as they are.

Called by `wms.web.compression` for pages as they are drawn, and by `scanner_ui` for files. Browsers take brotli over
HTTPS and from this very computer; gzip is for all others. A file is compressed as well as it can be, when it is first
asked for, so that the service starts at once; a page quickly, because it is drawn anew each time.

Invariant: what comes out is what went in, whatever was asked for.
"""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import brotli
from flask import Response
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

FILES: Final = frozenset(
    {"text/javascript", "text/css", "image/svg+xml"}
    | {f"application/{kind}" for kind in ("json", "manifest+json", "wasm")}
)
"""Kinds of files that gain from it; pictures and fonts are compressed already."""
_LARGE = 256 * 1024
"""From here on the best brotli would keep the first one who asks waiting for seconds."""
_MOST_FILES = 256


@dataclass(frozen=True, slots=True)
class Packing:
    """One way to compress; `name` as in Content-Encoding."""

    name: str
    best: Callable[[bytes], bytes]
    quick: Callable[[bytes], bytes]
    """About half a millisecond for a page."""


def _brotli(body: bytes, quality: int) -> bytes:
    compressed: bytes = brotli.compress(body, quality=quality)
    return compressed


_PACKINGS: Final = (
    Packing("br", lambda body: _brotli(body, 11 if len(body) < _LARGE else 9), lambda body: _brotli(body, 5)),
    Packing("gzip", lambda body: gzip.compress(body, 9, mtime=0), lambda body: gzip.compress(body, 5, mtime=0)),
)
"""The smaller one first."""


def packing_for(accepted: Accept) -> Packing | None:
    """The first that the browser takes."""
    return next((packing for packing in _PACKINGS if accepted[packing.name] > 0), None)


def file_response(body: bytes, content_type: str, accepted_encodings: str) -> Response:
    """A file as an answer; `accepted_encodings` is the header of the question."""
    response = Response(content_type=content_type)
    if response.mimetype in FILES:
        response.vary.add("Accept-Encoding")
        packing = packing_for(parse_accept_header(accepted_encodings, Accept))
        if packing is not None:
            response.content_encoding = packing.name
            body = _packed(body, packing)
    response.set_data(body)
    return response


@lru_cache(_MOST_FILES)
def _packed(body: bytes, packing: Packing) -> bytes:
    return packing.best(body)
