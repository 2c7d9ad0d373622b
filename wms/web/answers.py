"""JSON answers from typed values. Called by `views` rooms and by `problems`.

One encoder for the whole service: dataclasses, UUIDs, moments and enums are written the same way everywhere.
"""

import msgspec
from flask import Response


def json_answer(value: object, status: int = 200, *, media_type: str = "application/json") -> Response:
    """`value` (frozen dataclasses, mappings, sequences, plain values) as a JSON response."""
    return Response(msgspec.json.encode(value), status=status, content_type=media_type)
