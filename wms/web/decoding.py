"""Request bodies as typed frozen dataclasses, or BadInput with every fault. Called by `views` rooms.

A body that is right costs two passes of a compiled decoder and one look at its names. Only a body that is wrong is
walked in Python to say all that is wrong with it (see `faults`).

Invariant: what comes out can be kept by both databases (no NUL in a text, no integer beyond 64 bits, no moment at the
ends of the calendar), and nothing the sender wrote was ignored: an unknown name is a fault, because a misspelt optional
field would otherwise be lost silently.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Generic, TypeVar, get_args, get_origin

import msgspec
from flask import request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from wms.kernel.errors import BadInput, Fault
from wms.web.faults import EARLIEST_YEAR, LARGEST_INTEGER, LATEST_YEAR, element_type, find_faults, hints_of

T = TypeVar("T")

MOST_BYTES = 64 * 1024
"""A scan has about 300 bytes, an order a few thousand. Doors for larger bodies say so themselves."""


@dataclass(frozen=True, slots=True)
class OneOrMany(Generic[T]):
    """What a door received that takes one object or an ordered list of them."""

    items: tuple[T, ...]
    as_list: bool
    """Whether it came as a list and is to be answered as one."""


def read_json(of: type[T], *, most_bytes: int = MOST_BYTES) -> T:
    """The body of the present request. Raises BadInput, or 413 and 415 of werkzeug."""
    return decode(read_body(most_bytes), of)


def read_one_or_many(of: type[T], *, many: str, at_most: int, most_bytes: int = MOST_BYTES) -> OneOrMany[T]:
    """The body of the present request: one object, or `{"<many>": [objects]}` with 1 to `at_most` of them."""
    return decode_one_or_many(read_body(most_bytes), of, many=many, at_most=at_most)


def read_body(most_bytes: int) -> bytes:
    """The bytes of the present request's JSON body; raises 413 or 415 where it is too long or something else."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Send the body as application/json.")
    too_long = RequestEntityTooLarge(f"This address takes at most {most_bytes} bytes. Send less at once.")
    # One more than allowed: some servers cut a body without a declared length off at the limit and say nothing, and
    # what is left would be taken for the whole.
    request.max_content_length = most_bytes + 1
    try:
        raw = request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise too_long from None
    if len(raw) > most_bytes:
        raise too_long
    return raw


def decode(raw: bytes, of: type[T]) -> T:
    """`raw` as a value of the dataclass `of`. Raises BadInput with all its faults."""
    value: T = _typed(raw, _plain(raw), of)
    return value


def decode_one_or_many(raw: bytes, of: type[T], *, many: str, at_most: int) -> OneOrMany[T]:
    """Like `decode`, for one object or for `{"<many>": [objects]}`."""
    plain = _plain(raw)
    if not (isinstance(plain, dict) and many in plain):
        return OneOrMany((_typed(raw, plain, of),), as_list=False)
    strangers = [Fault(name, f"is not known here; known is {many}") for name in plain if name != many]
    if strangers:
        raise BadInput(strangers)
    elements = plain[many]
    if isinstance(elements, list) and not 1 <= len(elements) <= at_most:
        raise BadInput([Fault(many, f"must have 1 to {at_most} elements, not {len(elements)}")])
    lists: dict[str, list[T]] = _typed(raw, plain, dict[str, list[of]])  # type: ignore[valid-type]
    return OneOrMany(tuple(lists[many]), as_list=True)


def _plain(raw: bytes) -> Any:
    try:
        return msgspec.json.decode(raw)
    except msgspec.DecodeError as error:
        raise BadInput([Fault("body", f"is not JSON: {error}")]) from None
    except RecursionError:
        raise BadInput([Fault("body", "is nested too deeply")]) from None


def _typed(raw: bytes, plain: Any, of: Any) -> Any:
    try:
        value = msgspec.json.decode(raw, type=of)
    except (msgspec.ValidationError, RecursionError) as error:
        raise BadInput(find_faults(plain, of) or [Fault("body", str(error))]) from None
    if not _holds_nothing_else(plain, _shape(of)):
        raise BadInput(find_faults(plain, of) or [Fault("body", "must not contain the character NUL")])
    return value


@dataclass(frozen=True, slots=True)
class _Names:
    """An object with known names."""

    shapes: "Mapping[str, _Shape]"


@dataclass(frozen=True, slots=True)
class _Each:
    """A list, or an object with free names; all its elements have one shape."""

    shape: "_Shape"


@dataclass(frozen=True, slots=True)
class _Moment:
    """A text that stands for a moment."""


_Shape = _Names | _Each | _Moment | None
"""Where in a value names must be known, and which texts are moments; None for any other single value."""


@lru_cache(maxsize=256)
def _shape(of: Any) -> _Shape:
    if get_origin(of) is Annotated:
        return _shape(get_args(of)[0])
    if of is datetime:
        return _Moment()
    if dataclasses.is_dataclass(of) and isinstance(of, type):
        hints = hints_of(of)
        return _Names({field.name: _shape(hints[field.name]) for field in dataclasses.fields(of)})
    element = element_type(of)
    if element is not None:
        return _Each(_shape(element))
    # What is left with arguments is a choice such as `Address | None`; the decoder allows one object type in it.
    return next((shape for shape in map(_shape, get_args(of)) if shape is not None), None)


def _holds_nothing_else(plain: Any, shape: _Shape) -> bool:
    """Whether every name is known and every value can be kept; the decoder has checked everything else."""
    if isinstance(plain, str):
        # Texts of four digits are ordered like the years they stand for; the decoder has seen that these are digits.
        kept = not isinstance(shape, _Moment) or f"{EARLIEST_YEAR:04}" <= plain[:4] <= f"{LATEST_YEAR:04}"
        return kept and "\0" not in plain
    if isinstance(plain, int):
        return -LARGEST_INTEGER <= plain <= LARGEST_INTEGER
    if isinstance(plain, list):
        element = shape.shape if isinstance(shape, _Each) else None
        return all(_holds_nothing_else(value, element) for value in plain)
    if isinstance(plain, dict):
        if isinstance(shape, _Names):
            shapes = shape.shapes
            return all(name in shapes and _holds_nothing_else(value, shapes[name]) for name, value in plain.items())
        element = shape.shape if isinstance(shape, _Each) else None
        return all("\0" not in name and _holds_nothing_else(value, element) for name, value in plain.items())
    return True
