"""Reads a carrier's own ZPL before it is passed on: one label, one copy, nothing that changes the printer.

The printer draws the symbols of such a label from their text, so their text is what is read; symbols that are part of a
graphic are decoded from its dots. Pure. Called by `given`.
"""

import base64
import binascii
import re
import zlib
from collections.abc import Iterator, Mapping

from PIL import Image, ImageOps

from wms.labels.model import LabelError, LabelTrouble
from wms.labels.reader import read_everything

_DRAWS = frozenset(
    {"XA", "XZ", "FX", "FO", "FT", "FS", "FD", "FV", "FH", "FB", "TB", "FR", "FW", "FP", "FN", "GB", "GC", "GD", "GE",
     "GF", "GS", "BY", "CF", "CI", "LH", "LL", "PW", "PO", "PQ", "PA"}
)  # fmt: skip
"""What lays out one label, and is said anew by each of ours where it stays in force and matters. All else stores
things in the printer, sets it up, moves paper, or changes labels after it: ^LS and ^LT shift the print, which somebody
may have adjusted for the roll; ^CW puts another font under a known name."""
_AS_EVER = {"LR": "N", "PM": "N", "MU": "D", "FW": "N"}
"""What stays in force too (white on black, mirrored, in millimetres, turned) and is harmless where it says what holds
anyway."""
_SYMBOLS = re.compile(r"B[0-9A-FIJKL-PQRSTUXZ]")
_FONT = re.compile(r"A[0-9A-Z@]")
_MOST_BYTES = 4 * 1024 * 1024
"""Of a graphic once it is unpacked: more than any label has dots."""
_WIDEST_AT_203 = 880
"""Dots: 110 mm, more than any parcel's label is wide here; at 300 dpi the usual 100 mm are 1,181 and 76 mm 898."""
_COMMAND = re.compile(r"([\^~])([^\^~]{0,2})([^\^~]*)")
_WHITE = 255


def dots_per_inch_of(zpl: bytes) -> int:
    """What printers it was drawn for: as wide as a label is, or as far down as it reaches, in dots of 300 dpi, or 203.

    The width in dots says it best; without it, the ordinary 203 is taken for granted.
    """
    wide = re.search(rb"\^PW\s*(\d{1,5})", zpl, re.IGNORECASE)
    return 300 if wide is not None and int(wide[1]) > _WIDEST_AT_203 else 203


def numbers_on(zpl: str) -> list[str]:
    """The texts of all symbols on the label. Raises LabelError where it is not one plain label."""
    commands = [(found[1], found[2].upper(), found[3]) for found in _COMMAND.finditer(zpl)]
    names = [name for sign, name, _ in commands]
    if zpl.strip()[:1] != "^" or names.count("XA") != 1 or names.count("XZ") != 1 or names[0] != "XA":
        raise _refused(f"has {names.count('XA')} formats; one label is one ^XA…^XZ")
    if names[-1] != "XZ" or commands[-1][2].strip():
        raise _refused("goes on behind ^XZ; one label is one ^XA…^XZ")
    texts: list[str] = []
    field: dict[str, str] = {}
    for sign, name, rest in commands:
        is_symbol, is_font = bool(_SYMBOLS.fullmatch(name)) and name != "BY", bool(_FONT.fullmatch(name))
        if sign == "~" or not (name in _DRAWS or name in _AS_EVER or is_symbol or is_font):
            raise _refused(f"has the command {sign}{name}, which does more than draw a label")
        if name in _AS_EVER and rest.strip().upper() not in ("", _AS_EVER[name]):
            raise _refused(f"says {sign}{name}{rest.strip()}, which holds for the labels after it too")
        if name == "PQ" and rest.split(",")[0].strip() not in ("", "1"):
            raise _refused(f"asks for {rest.split(',')[0].strip()} copies; a parcel has one label")
        if name == "FS":
            texts += _texts_of(field)
            field = {}
        elif is_symbol:
            field["symbol"] = name
        else:
            field[name] = rest
    return texts


def _texts_of(field: Mapping[str, str]) -> Iterator[str]:
    if "GF" in field:
        yield from read_everything(_graphic(field["GF"]))
    data = field.get("FD", field.get("FV", ""))
    if "symbol" not in field or not data:
        return
    if "FH" in field:
        sign = re.escape((field["FH"].strip() or "_")[0])
        data = re.sub(f"{sign}([0-9A-Fa-f]{{2}})", lambda found: chr(int(found[1], 16)), data)
    if field["symbol"] == "BC":
        # Which code set what follows is in, and characters that mean themselves.
        data = data.replace(">0", ">") if ">" not in data.replace(">0", "") else re.sub(r">[0-9:;<=]", "", data)
    elif field["symbol"] == "BQ":
        data = data.partition(",")[2] or data
    yield data


def _graphic(parameters: str) -> Image.Image:
    """The dots of ^GFA, plain or packed. Raises LabelError for anything else."""
    try:
        kind, _, total, row, data = parameters.split(",", 4)
        width, size = int(row), int(total)
        if kind != "A" or not 0 < width <= size <= _MOST_BYTES or size % width:
            raise ValueError(parameters[:20])
        if data.startswith((":Z64:", ":B64:")):
            raw = base64.b64decode(data[5:].rpartition(":")[0])
            raw = zlib.decompressobj().decompress(raw, _MOST_BYTES) if data[1] == "Z" else raw
        else:
            raw = _unfolded(re.sub(r"\s", "", data), width * 2, size * 2)
        if len(raw) < size:
            raise ValueError("shorter than it says")
    except (ValueError, binascii.Error, zlib.error):
        raise _refused("holds a graphic that cannot be read", LabelTrouble.BROKEN_FILE) from None
    dots = Image.frombytes("1", (width * 8, size // width), raw[:size])
    quiet = Image.new("1", (dots.width + 40, dots.height + 40), _WHITE)
    quiet.paste(ImageOps.invert(dots), (20, 20))
    return quiet


def _unfolded(data: str, row: int, total: int) -> bytes:
    """Hexadecimal with its shorthand: repeats (G to z), the rest of a row (`,` `!`), the row before (`:`)."""
    lines: list[str] = []
    line, times = "", 0
    for mark in data:
        if mark in ",!:":
            line = lines[-1] if mark == ":" and lines else line + ("F" if mark == "!" else "0") * (row - len(line))
            times = 0
        elif "G" <= mark <= "Y":
            times += ord(mark) - ord("G") + 1
        elif "g" <= mark <= "z":
            times += (ord(mark) - ord("g") + 1) * 20
        else:
            line, times = line + mark * max(times, 1), 0
        while len(line) >= row:
            lines.append(line[:row])
            line = line[row:]
        if len(lines) * row > total:
            raise ValueError("longer than it says")
    return bytes.fromhex("".join(lines))


def _refused(what: str, trouble: LabelTrouble = LabelTrouble.UNSAFE_COMMANDS) -> LabelError:
    words = f"{what}; it was not printed. Ask the carrier for another kind of label (PDF)"
    return LabelError("carrier's label", words, trouble)
