"""Reads a finished ZPL label as a printer does, before it is handed out: what would be burnt is what was asked.

Field data is split at carets first and unescaped afterwards, so that a text which broke out of its field shows up as a
command that is none of ours. Bars are built from the field's own data by the published table, squares from theirs, and
an independent reader has to find in them exactly the symbols that were asked for. Every symbol keeps its white around
it and everything stays on the paper. Called by `render`; costs about a millisecond.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isqrt
from typing import Any

import zxingcpp
from barcode.charsets import code128, ean

from wms.labels.model import ExpectedSymbol, LabelError, LabelTrouble, Symbology
from wms.labels.reader import read_pure
from wms.labels.zpl import BELOW_ORIGIN

_PLAIN = frozenset({"FX", "CI", "LH", "PO", "PQ", "FB", "FR", "FH", "FD", "GB", "GF", "A0", "BC", "BE", "BQ"})
_START_B, _START_C, _FNC1 = 104, 105, 102
_LITERAL = {"<": "^", "0": ">", "=": "~"}
_QUIET_LINEAR, _QUIET_SQUARE = 10, 4
_DARK = bytes(49 if level < 128 else 48 for level in range(256))


@dataclass(slots=True)
class _Field:
    x: int
    y: int
    module: int
    commands: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Box:
    """Dots from left and top (in) to right and bottom (out)."""

    left: int
    top: int
    right: int
    bottom: int

    def meets(self, other: "_Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def check_zpl(zpl: str, expected: Sequence[ExpectedSymbol]) -> None:
    """Raise LabelError (`label_unreadable`) unless exactly the `expected` symbols come out, clear of all else."""
    width, length, fields = _parsed(zpl)
    paper = _Box(0, 0, width, length)
    found: Counter[ExpectedSymbol] = Counter()
    clear: list[tuple[_Box, str]] = []
    black: list[_Box] = []
    for each in fields:
        if each.commands.keys() & {"BC", "BE", "BQ"}:
            symbol, box = _symbol(each)
            found[symbol] += 1
            clear.append((box, symbol.content))
        else:
            black += _black(each)
    if found != Counter(expected):
        wanted = ", ".join(f"{symbol.symbology.name} {symbol.content!r}" for symbol in expected)
        seen = ", ".join(f"{symbol.symbology.name} {symbol.content!r}" for symbol in found)
        raise _unreadable(f"label with {wanted}", f"reads back as {seen or 'nothing'}; it was not handed out")
    for number, (box, content) in enumerate(clear):
        others = [*black, *(other for other, _ in clear[number + 1 :])]
        if any(box.meets(other) for other in others):
            raise _unreadable(f"barcode {content!r}", "has something printed on it or in its quiet zone")
        if not (box.left >= 0 and box.top >= 0 and box.right <= paper.right and box.bottom <= paper.bottom):
            raise _unreadable(f"barcode {content!r}", "leaves the paper")


def _parsed(zpl: str) -> tuple[int, int, list[_Field]]:
    head, *parts = zpl.split("^")
    if head or "~" in zpl or not zpl.isascii() or parts[0].strip() != "XA" or parts[-1].strip() != "XZ":
        raise _unreadable("label", "is not one ZPL format of ours")
    sides = {"PW": 0, "LL": 0}
    fields: list[_Field] = []
    current: _Field | None = None
    module = 0
    for part in parts[1:-1]:
        name, parameters = part[:2], part[2:]
        if name == "FO":
            x, y = parameters.split(",")
            current = _Field(int(x), int(y), 0)
        elif name == "BY":
            module = int(parameters)
            if current is not None:
                current.module = module
        elif name == "FS":
            if current is not None:
                fields.append(current)
            current = None
        elif name in sides:
            sides[name] = int(parameters)
        elif name in _PLAIN:
            if current is not None:
                current.commands[name] = parameters
        else:
            raise _unreadable("label", f"has a command ^{name} that is none of ours")
    return sides["PW"], sides["LL"], fields


def _symbol(each: _Field) -> tuple[ExpectedSymbol, _Box]:
    """What a reader sees of the field, and the room it takes with its quiet zones."""
    data = each.commands.get("FD", "")
    if "FH" in each.commands:
        data = re.sub(rb"_([0-9A-F]{2})", lambda found: bytes.fromhex(found[1].decode()), data.encode("ascii")).decode(
            "utf-8"
        )
    if "BQ" in each.commands:
        dots = int(each.commands["BQ"].split(",")[2])
        rows = _square(data.removeprefix("MA,"))
        quiet, side = _QUIET_SQUARE * dots, len(rows) * dots
        top = each.y + BELOW_ORIGIN
        box = _Box(each.x - quiet, top - quiet, each.x + side + quiet, top + side + quiet)
        return _read(rows, Symbology.QR, data), box
    linear = "BC" if "BC" in each.commands else "BE"
    modules = _code_128(data) if linear == "BC" else _ean_13(data)
    height = int(each.commands[linear].split(",")[1])
    quiet = _QUIET_LINEAR * each.module
    box = _Box(each.x - quiet, each.y, each.x + len(modules) * each.module + quiet, each.y + height)
    if linear == "BE":
        return _read((modules,), Symbology.EAN_13, data), box
    kind = Symbology.GS1_128 if data[2:4] == ">8" else Symbology.CODE_128
    return _read((modules,), kind, data), box


def _read(rows: Sequence[str], kind: Symbology, data: str) -> ExpectedSymbol:
    symbol = read_pure(rows, kind)
    if symbol is None:
        raise _unreadable(f"barcode {data!r}", "cannot be read back from the label; it was not handed out")
    return symbol


def _black(each: _Field) -> list[_Box]:
    """What a field that is no symbol burns: the sides of a frame, a graphic, a line of text."""
    x, y, commands = each.x, each.y, each.commands
    if "GB" in commands:
        width, height, line = (int(number) for number in commands["GB"].split(","))
        right, bottom = x + width, y + height
        return [
            _Box(x, y, right, y + line),
            _Box(x, bottom - line, right, bottom),
            _Box(x, y, x + line, bottom),
            _Box(right - line, y, right, bottom),
        ]
    if "GF" in commands:
        _, _, total, row_bytes = commands["GF"].split(",")[:4]
        return [_Box(x, y, x + int(row_bytes) * 8, y + int(total) // int(row_bytes))]
    size = int(commands["A0"].split(",")[1])
    # How wide the printer's letters come out only the printer knows; a line of text has no symbol beside it closer
    # than its room, which the template gives. Half the size is narrower than any line of it.
    length = len(commands.get("FD", "")) and size // 2
    return [_Box(x, y, x + length, y + size)]


def _square(content: str) -> tuple[str, ...]:
    """The symbol by another writer than that of our PDFs, as a printer's is: its mask is its own choice."""
    symbol = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image: Any = symbol.to_image(scale=1, add_quiet_zones=False)
    pixels = memoryview(image)
    dots = pixels.tobytes().translate(_DARK)
    side = isqrt(len(dots))
    return tuple(dots[start : start + side].decode() for start in range(0, side * side, side))


def _code_128(data: str) -> str:
    """Modules of ^BC data in mode N: `>:` and `>;` begin in code set B and C, `>8` is FNC1."""
    start = {">:": _START_B, ">;": _START_C}.get(data[:2])
    if start is None:
        raise _unreadable(f"barcode {data!r}", "does not say in which code set it begins")
    values, rest = [start], data[2:]
    while rest:
        if rest[0] == ">":
            values.append(_FNC1 if rest[1] == "8" else ord(_LITERAL[rest[1]]) - 32)
            rest = rest[2:]
        elif start == _START_C:
            values.append(int(rest[:2]))
            rest = rest[2:]
        else:
            values.append(ord(rest[0]) - 32)
            rest = rest[1:]
    check = (start + sum(place * value for place, value in enumerate(values[1:], start=1))) % 103
    bars: str = "".join(code128.CODES[value] for value in [*values, check]) + code128.STOP + "11"
    return bars


def _ean_13(data: str) -> str:
    """Modules of ^BE data: twelve digits, the check digit is the printer's."""
    digits = [int(digit) for digit in data]
    digits.append(-sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10)
    left = "".join(
        ean.CODES[table][digit] for table, digit in zip(ean.LEFT_PATTERN[digits[0]], digits[1:7], strict=True)
    )
    right = "".join(ean.CODES["C"][digit] for digit in digits[7:])
    return f"{ean.EDGE}{left}{ean.MIDDLE}{right}{ean.EDGE}"


def _unreadable(where: str, what: str) -> LabelError:
    return LabelError(where, what, LabelTrouble.UNREADABLE)
