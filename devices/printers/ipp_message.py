"""IPP messages (RFC 8010) as far as printing needs them: writing requests, reading answers. Pure.

Called by `devices.printers.ipp`. Only one-level attributes: collections in an answer are skipped, because nothing asked
for ever holds one.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum


class Operation(IntEnum):
    """What is asked of a printer (RFC 8011)."""

    PRINT_JOB = 0x0002
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B


class Tag(IntEnum):
    """Kinds of values that are written here."""

    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MEDIA_TYPE = 0x49


_OPERATION_GROUP, _JOB_GROUP, _END = 0x01, 0x02, 0x03
_LOWEST_VALUE_TAG = 0x10
_VERSION = 0x0101

Value = int | bool | str
Attributes = dict[str, tuple[Value, ...]]


class NotIpp(ValueError):
    """The answer is no IPP message."""


@dataclass(frozen=True, slots=True)
class IppAnswer:
    """Status, and the attributes of each job or printer in the order they came."""

    status: int
    objects: tuple[Attributes, ...]

    @property
    def is_success(self) -> bool:
        return self.status < 0x0100


def request(
    operation: Operation, printer_uri: str, request_id: int, attributes: list[tuple[Tag, str, tuple[Value, ...]]]
) -> bytes:
    """A request; a document to be printed follows right behind it."""
    first: list[tuple[Tag, str, tuple[Value, ...]]] = [
        (Tag.CHARSET, "attributes-charset", ("utf-8",)),
        (Tag.LANGUAGE, "attributes-natural-language", ("en",)),
        (Tag.URI, "printer-uri", (printer_uri,)),
    ]
    parts = [struct.pack(">HHIB", _VERSION, operation, request_id, _OPERATION_GROUP)]
    for tag, name, values in first + attributes:
        for number, value in enumerate(values):
            # Further values of one attribute come without its name.
            parts.append(_field(tag, name if number == 0 else "", value))
    parts.append(bytes((_END,)))
    return b"".join(parts)


def _field(tag: Tag, name: str, value: Value) -> bytes:
    if isinstance(value, bool):
        data = bytes((value,))
    elif isinstance(value, int):
        data = struct.pack(">i", value)
    else:
        data = value.encode()
    label = name.encode()
    return struct.pack(">BH", tag, len(label)) + label + struct.pack(">H", len(data)) + data


def read_answer(data: bytes) -> IppAnswer:
    """Raises NotIpp for whatever is cut off or something else."""
    try:
        _, status, _ = struct.unpack_from(">HHI", data)
        return IppAnswer(status, _objects(data, 8))
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise NotIpp("the answer is cut off or no IPP") from error


def _objects(data: bytes, at: int) -> tuple[Attributes, ...]:
    objects: list[Attributes] = []
    group, name = 0, ""
    while (tag := data[at]) != _END:
        at += 1
        if tag < _LOWEST_VALUE_TAG:
            group = tag
            if group != _OPERATION_GROUP:
                objects.append({})
            continue
        label, at = _counted(data, at)
        raw, at = _counted(data, at)
        name = label.decode() or name
        if group != _OPERATION_GROUP and objects:
            objects[-1][name] = (*objects[-1].get(name, ()), _value(tag, raw))
    return tuple(objects)


def _counted(data: bytes, at: int) -> tuple[bytes, int]:
    (length,) = struct.unpack_from(">H", data, at)
    end = at + 2 + length
    if end > len(data):
        raise NotIpp("the answer is cut off")
    return data[at + 2 : end], end


def _value(tag: int, raw: bytes) -> Value:
    if tag in {Tag.INTEGER, Tag.ENUM} and len(raw) == 4:
        return int.from_bytes(raw, "big", signed=True)
    if tag == Tag.BOOLEAN and len(raw) == 1:
        return raw != b"\x00"
    return raw.decode("utf-8", "replace")
