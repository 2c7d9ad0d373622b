"""Every fault of a JSON value that should have had the shape of a typed dataclass, each with its path.

The fast decoder stops at the first fault; a shop that sends 200 orders needs all of them. Called by `decoding`, and
only when something is wrong, so this may take its time. A value that names a person is never repeated.

Invariant: an input the decoder refused never comes out of here without a fault.
"""

import dataclasses
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from itertools import islice
from typing import Annotated, Any, Union, cast, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec

from wms.kernel.errors import Fault
from wms.kernel.masking import names_person

MOST_FAULTS = 100
"""A file of a million wrong lines must not become an answer of a million lines."""

LARGEST_INTEGER = 2**63 - 1
"""What both databases can keep."""

EARLIEST_YEAR, LATEST_YEAR = 2, 9998
"""Of a moment: in the first and in the last year of the calendar, the same moment in UTC may have no date at all."""

_SHOWN_CHARACTERS = 40

_WORDS: Mapping[object, str] = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    UUID: "a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057",
    datetime: "a moment such as 2026-11-23T05:17:56Z",
    date: "a date such as 2026-11-23",
    Decimal: "a decimal number such as 12.50",
}


def find_faults(plain: object, of: object) -> list[Fault]:
    """The faults of `plain` (decoded JSON) as a value of type `of`, at most MOST_FAULTS."""
    return list(islice(_faults(plain, of, ""), MOST_FAULTS))


def _faults(plain: object, of: Any, path: str) -> Iterator[Fault]:
    bare = get_args(of)[0] if get_origin(of) is Annotated else of
    elements = _elements(plain, bare, path)
    if dataclasses.is_dataclass(bare) and isinstance(bare, type):
        yield from _faults_of_object(plain, bare, path)
    elif get_origin(bare) in (Union, types.UnionType):
        yield from _faults_of_choice(plain, of, bare, path)
    elif elements is not None:
        yield from _faults_of_elements(plain, of, elements, path)
    else:
        yield from _faults_of_value(plain, of, path)


def _faults_of_object(plain: object, of: type, path: str) -> Iterator[Fault]:
    if not isinstance(plain, dict):
        yield Fault(path or "body", f"must be an object, not {_shown(plain, path)}")
        return
    hints = hints_of(of)
    known_fields = {field.name: field for field in dataclasses.fields(of)}
    found = False
    for name in plain:
        if name not in known_fields:
            found = True
            yield Fault(_below(path, name), f"is not known here; known are {', '.join(known_fields)}")
    for name, field in known_fields.items():
        if name in plain:
            for fault in _faults(plain[name], hints[name], _below(path, name)):
                found = True
                yield fault
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            found = True
            yield Fault(_below(path, name), f"is missing; it must be {_words(hints[name])}")
    if not found:
        # The parts are right; what is left is what the type itself checks about them together.
        yield from _faults_by_decoder(plain, of, path)


def _faults_of_choice(plain: object, of: Any, bare: Any, path: str) -> Iterator[Fault]:
    others = [choice for choice in get_args(bare) if choice is not type(None)]
    if plain is None and len(others) < len(get_args(bare)):
        return
    if len(others) == 1:
        yield from _faults(plain, others[0], path)
    else:
        yield from _faults_of_value(plain, of, path)


def _faults_of_elements(plain: object, of: Any, elements: "Sequence[_Element]", path: str) -> Iterator[Fault]:
    found = False
    for element in elements:
        for fault in _faults(element.plain, element.of, element.path):
            found = True
            yield fault
    if not found:
        yield from _faults_by_decoder(plain, of, path)


def _faults_of_value(plain: object, of: Any, path: str) -> Iterator[Fault]:
    if isinstance(plain, str) and "\0" in plain:
        yield Fault(path or "body", "must not contain the character NUL")
    elif type(plain) is int and abs(plain) > LARGEST_INTEGER:
        yield Fault(path or "body", f"must not be larger than {LARGEST_INTEGER}")
    else:
        try:
            value = msgspec.convert(plain, type=of)
        except msgspec.ValidationError:
            yield Fault(path or "body", f"must be {_words(of)}, not {_shown(plain, path)}")
        else:
            if isinstance(value, datetime) and not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
                yield Fault(path or "body", f"must be in the years {EARLIEST_YEAR} to {LATEST_YEAR}")


def _faults_by_decoder(plain: object, of: Any, path: str) -> Iterator[Fault]:
    try:
        msgspec.convert(plain, type=of)
    except msgspec.ValidationError as error:
        yield Fault(path or "body", str(error))


@lru_cache(maxsize=256)
def hints_of(of: type) -> Mapping[str, Any]:
    """The fields of a dataclass with their types, annotations kept."""
    return get_type_hints(of, include_extras=True)


@dataclass(frozen=True, slots=True)
class _Element:
    """One value inside a list, or inside an object with free names."""

    plain: object
    of: object
    path: str


def _elements(plain: object, bare: Any, path: str) -> list[_Element] | None:
    """The elements of `plain` where it is what a type with elements needs, else None."""
    of = element_type(bare)
    if of is None:
        return None
    if isinstance(plain, dict) and get_origin(bare) is dict:
        return [_Element(value, of, _below(path, name)) for name, value in plain.items()]
    if isinstance(plain, list) and get_origin(bare) is not dict:
        return [_Element(value, of, f"{path}[{index}]") for index, value in enumerate(plain)]
    return None


def element_type(bare: Any) -> object | None:
    """What the elements of a list type, or the values of a dict type, are; None for other types."""
    origin, arguments = get_origin(bare), get_args(bare)
    if origin in (list, Sequence):
        return cast(object, arguments[0])
    if origin is dict or (origin is tuple and arguments[1:] == (Ellipsis,)):
        return cast(object, arguments[-1 if origin is dict else 0])
    return None


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _shown(plain: object, path: str) -> str:
    if names_person(path) and isinstance(plain, str | int):
        # An error travels further than the input: into logs and tickets of whoever sent it.
        return "what was sent"
    if isinstance(plain, dict):
        return "an object"
    if isinstance(plain, list):
        return "a list"
    text = msgspec.json.encode(plain).decode()
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"


def _words(of: Any) -> str:
    """What a value of this type is, as the second half of a sentence with "must be"."""
    if get_origin(of) is Annotated:
        bare, *extras = get_args(of)
        limits = [words for extra in extras if isinstance(extra, msgspec.Meta) for words in _limits(extra)]
        return " ".join(filter(None, (_words(bare), " and ".join(limits))))
    if get_origin(of) in (Union, types.UnionType):
        return " or ".join(_words(choice) for choice in get_args(of))
    if of is type(None):
        return "null"
    if isinstance(of, type) and issubclass(of, Enum):
        return "one of " + ", ".join(str(member.value) for member in of)
    if element_type(of) is not None:
        return "an object" if get_origin(of) is dict else "a list"
    return _WORDS.get(of, "an object")


def _limits(meta: msgspec.Meta) -> Iterator[str]:
    if meta.ge is not None:
        yield f"of at least {meta.ge}"
    if meta.gt is not None:
        yield f"above {meta.gt}"
    if meta.le is not None:
        yield f"of at most {meta.le}"
    if meta.lt is not None:
        yield f"below {meta.lt}"
    if meta.min_length is not None:
        yield f"of length {meta.min_length} or more"
    if meta.max_length is not None:
        yield f"of length {meta.max_length} or less"
    if meta.pattern is not None:
        yield f"that matches {meta.pattern}"
    if meta.tz:
        yield "with its time zone"
