"""Draws a ZPL label as the picture a printer would burn, one pixel per dot. Called by `devices.simulation.command`.

Knows the commands that labels of a warehouse need: text in font 0, boxes, graphics (plain and compressed), Code 128,
EAN-13 and QR. A command it does not know is left out and named below the picture, so that a picture never looks
complete when it is not. Bars and dots are exact; letters are those of another font than the printer's.
"""

import base64
import re
import zlib
from dataclasses import dataclass, field
from functools import lru_cache

import qrcode
from barcode import EAN13
from barcode.charsets import code128
from PIL import Image, ImageChops, ImageDraw, ImageFont

_IGNORED = frozenset({"XA", "XZ", "FX", "CI", "LH", "PO", "PQ", "MM", "PR", "MD", "LT", "LS", "MN", "MT", "FV"})
_START_B, _START_C, _FNC1 = 104, 105, 102
_SPECIAL = {"<": "^", "0": ">", "=": "~"}
_QR_LEVELS = {
    "L": qrcode.constants.ERROR_CORRECT_L,
    "M": qrcode.constants.ERROR_CORRECT_M,
    "Q": qrcode.constants.ERROR_CORRECT_Q,
    "H": qrcode.constants.ERROR_CORRECT_H,
}
_BLACK = 255
"""On a mark that is to be burnt; on the paper black is 0."""
_WIDEST, _LONGEST = 2000, 4000


@dataclass(slots=True)
class _Field:
    """What has been said since ^FO."""

    x: int = 0
    y: int = 0
    commands: dict[str, list[str]] = field(default_factory=dict)
    hex_sign: str = ""
    data: str = ""


def picture_of(zpl: bytes) -> tuple[Image.Image, list[str]]:
    """The picture, black on white, and the names of commands that are not in it."""
    text = zpl.decode("utf-8", "replace")
    width, length = _size(text)
    paper = Image.new("1", (width, length), 255)
    unknown: list[str] = []
    current, module, height = _Field(), 2, 50
    for part in text.split("^")[1:]:
        name, rest = part[:2].upper(), part[2:]
        parameters = rest.strip("\r\n").split(",")
        if name == "FO":
            current = _Field(_int(parameters, 0), _int(parameters, 1))
        elif name == "BY":
            module, height = _int(parameters, 0, module), _int(parameters, 2, height)
        elif name == "FH":
            current.hex_sign = parameters[0] or "_"
        elif name == "FD":
            current.data = rest
        elif name == "FS":
            try:
                _draw(paper, current, module, height)
            except (ValueError, IndexError, KeyError, zlib.error):
                unknown.append(f"a field at {current.x},{current.y} that cannot be read")
            current = _Field()
        elif name in {"GB", "GF", "BC", "BE", "BQ", "FB", "FR", "A0"}:
            current.commands[name] = [rest.strip("\r\n")] if name == "GF" else parameters
        elif name not in _IGNORED | {"PW", "LL"}:
            unknown.append(f"^{name}")
    return paper, unknown


def _size(text: str) -> tuple[int, int]:
    found = {name: int(number) for name, number in re.findall(r"\^(PW|LL)(\d{1,5})", text)}
    return min(found.get("PW", 812), _WIDEST), min(found.get("LL", 1218), _LONGEST)


def _int(parameters: list[str], number: int, default: int = 0) -> int:
    text = parameters[number].strip() if number < len(parameters) else ""
    return int(text) if text.lstrip("-").isdigit() else default


def _unescaped(current: _Field) -> str:
    if not current.hex_sign:
        return current.data
    sign = re.escape(current.hex_sign)
    raw = re.sub(
        rb"%s([0-9A-Fa-f]{2})" % sign.encode(), lambda found: bytes.fromhex(found[1].decode()), current.data.encode()
    )
    return raw.decode("utf-8", "replace")


def _draw(paper: Image.Image, current: _Field, module: int, height: int) -> None:
    commands, data = current.commands, _unescaped(current)
    if "GB" in commands:
        _stamp(paper, _box(commands["GB"]), current)
    elif "GF" in commands:
        _stamp(paper, _graphic(commands["GF"][0]), current)
    elif "BC" in commands:
        bars = code_128_bars(data)
        _stamp(paper, _linear(bars, module, _int(commands["BC"], 1, height)), current)
    elif "BE" in commands:
        bars = EAN13(data.strip()[:12]).build()[0].replace("G", "1")
        _stamp(paper, _linear(bars, module, _int(commands["BE"], 1, height)), current)
    elif "BQ" in commands:
        _stamp(paper, _square(data, _int(commands["BQ"], 2, 3)), current)
    elif data.strip():
        _stamp(paper, _words(data, commands), current)


def _stamp(paper: Image.Image, mark: Image.Image, current: _Field) -> None:
    """Burn `mark` into the paper; a reversed field turns what is under it."""
    under = paper.crop((current.x, current.y, current.x + mark.width, current.y + mark.height))
    if "FR" in current.commands:
        burnt = ImageChops.logical_xor(under, mark)
    else:
        burnt = ImageChops.logical_and(under, ImageChops.invert(mark))
    paper.paste(burnt, (current.x, current.y))


def _box(parameters: list[str]) -> Image.Image:
    thickness = max(_int(parameters, 2, 1), 1)
    width, height = max(_int(parameters, 0, 1), thickness), max(_int(parameters, 1, 1), thickness)
    mark = Image.new("1", (width, height), 0)
    ImageDraw.Draw(mark).rectangle((0, 0, width - 1, height - 1), outline=_BLACK, width=thickness)
    return mark


def _graphic(parameters: str) -> Image.Image:
    kind, _, total, row_bytes, data = parameters.split(",", 4)
    if kind != "A":
        raise ValueError(f"graphics of kind {kind}")
    if data.startswith((":Z64:", ":B64:")):
        packed = base64.b64decode(data[5:].rpartition(":")[0])
        raw = zlib.decompress(packed) if data[1] == "Z" else packed
    else:
        raw = bytes.fromhex(re.sub(r"\s", "", data))
    width = int(row_bytes)
    if len(raw) != int(total) or len(raw) % width:
        raise ValueError("a graphic of another size than it says")
    return Image.frombytes("1", (width * 8, len(raw) // width), raw)


def _linear(bars: str, module: int, height: int) -> Image.Image:
    mark = Image.new("1", (len(bars), 1), 0)
    mark.putdata([_BLACK * int(bar) for bar in bars])
    return mark.resize((len(bars) * module, height), Image.Resampling.NEAREST)


def code_128_bars(data: str) -> str:
    """Modules of ^BC data in mode N: `>:` and `>;` begin in code set B and C, `>8` is FNC1."""
    start = {">:": _START_B, ">;": _START_C}.get(data[:2])
    rest = data if start is None else data[2:]
    in_c = start == _START_C
    codes = [_START_B if start is None else start]
    while rest:
        if rest.startswith(">8"):
            codes.append(_FNC1)
            rest = rest[2:]
        elif in_c:
            codes.append(int(rest[:2]))
            rest = rest[2:]
        else:
            character, rest = (_SPECIAL[rest[1]], rest[2:]) if rest[0] == ">" else (rest[0], rest[1:])
            code = ord(character) - 32
            if not 0 <= code <= 94:
                raise ValueError(f"{character!r} is not in code set B")
            codes.append(code)
    check = (codes[0] + sum(place * code for place, code in enumerate(codes[1:], start=1))) % 103
    return "".join(map(str, (code128.CODES[code] for code in [*codes, check]))) + str(code128.STOP) + "11"


def _square(data: str, dots: int) -> Image.Image:
    """A QR symbol from `MA,content`: error correction, input mode, comma. Ten dots below ^FO, as printers place it."""
    level, content = data[0], data.partition(",")[2]
    code = qrcode.QRCode(error_correction=_QR_LEVELS[level], border=0)
    code.add_data(content.encode())
    code.make(fit=True)
    rows = code.get_matrix()
    small = Image.new("1", (len(rows), len(rows)), 0)
    small.putdata([_BLACK * int(dot) for row in rows for dot in row])
    large = small.resize((len(rows) * dots, len(rows) * dots), Image.Resampling.NEAREST)
    mark = Image.new("1", (large.width, large.height + 10), 0)
    mark.paste(large, (0, 10))
    return mark


def _words(data: str, commands: dict[str, list[str]]) -> Image.Image:
    size = _int(commands.get("A0", []), 1, 24)
    font = _font(size, is_chinese=any(character >= "\u2e80" for character in data))
    right = font.getbbox(data)[2]
    room = _int(commands["FB"], 0) if "FB" in commands else 0
    mark = Image.new("1", (max(room, int(right) + 1), max(int(size * 1.3), 1)), 0)
    begin = (room - int(right)) // 2 if room and commands["FB"][3:4] == ["C"] else 0
    drawing = ImageDraw.Draw(mark)
    drawing.fontmode = "1"
    drawing.text((max(begin, 0), 0), data, fill=_BLACK, font=font)
    return mark


@lru_cache(64)
def _font(size: int, *, is_chinese: bool) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A font of this computer that has the characters, else the one that comes with Pillow, which is Latin only."""
    try:
        return ImageFont.truetype("NotoSansCJK-Regular.ttc" if is_chinese else "DejaVuSansCondensed.ttf", size)
    except OSError:
        return ImageFont.load_default(size)
