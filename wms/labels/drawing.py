"""Lines of text as graphics, one bit per dot: for characters that printers have no font for, Chinese above all.

Drawn with the same fonts and widths as the PDF, so that both media break lines alike. Called by `zpl`. Runs of one font
are drawn one after the other on a common base line; a line that runs from right to left is shaped as a whole.
"""

import binascii
import unicodedata
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from PIL import Image, ImageDraw, ImageFont

from wms.labels.fonts import FontFile, font_file, missing_glyph, text_width
from wms.labels.model import LabelError

_RIGHT_TO_LEFT = ("R", "AL", "AN")
_INK = 1


@lru_cache(maxsize=1024)
def drawn_line(words: str, size: int, height: int, *, bold: bool) -> Image.Image:
    """`words` in black (1) on white (0), as wide as its text in whole bytes and as high as its line.

    Raises LabelError for a missing glyph, and for a line from right to left that needs two fonts.
    """
    base = size * 19 // 20
    runs = list(_runs(words, bold=bold))
    width = text_width(words, size, bold=bold)
    picture = Image.new("1", (-(-max(width, 1) // 8) * 8, height), 0)
    pen = ImageDraw.Draw(picture)
    pen.fontmode = "1"
    begin = 0
    for file, run in runs:
        pen.text((begin, base), run, fill=_INK, font=_font(file, size), anchor="ls")
        begin += text_width(run, size, bold=bold)
    return picture


def graphic_field(picture: Image.Image) -> str:
    """The graphic as a ^GF command: deflated, in base 64, with its checksum. A tenth of plain hexadecimal."""
    data = picture.tobytes()
    packed = b64encode(zlib.compress(data))
    checksum = binascii.crc_hqx(packed, 0)
    return f"^GFA,{len(data)},{len(data)},{picture.width // 8},:Z64:{packed.decode()}:{checksum:04X}"


def graphic_in(field: str) -> Image.Image:
    """The graphic of such a command. Raises ValueError, zlib.error where it is none."""
    head, _, rest = field.partition(":Z64:")
    packed, _, checksum = rest.partition(":")
    total, _, row_bytes = (int(number) for number in head.removeprefix("^GFA,").rstrip(",").split(","))
    if f"{binascii.crc_hqx(packed.encode(), 0):04X}" != checksum:
        raise ValueError("the checksum of a graphic is wrong")
    data = zlib.decompress(b64decode(packed))
    return Image.frombytes("1", (row_bytes * 8, total // row_bytes), data)


def is_right_to_left(words: str) -> bool:
    """Whether any of it is written from right to left."""
    return any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in words)


def _runs(words: str, *, bold: bool) -> Iterator[tuple[FontFile, str]]:
    """The words cut where the font changes."""
    files = []
    for character in words:
        file = font_file(character, bold=bold)
        if file is None:
            raise missing_glyph(words, character)
        files.append(file)
    if is_right_to_left(words) and len(set(files)) > 1:
        raise LabelError(
            f"text {words!r}", "mixes scripts that run against each other: write them in lines of their own"
        )
    start = 0
    for file, group in groupby(files):
        length = len(list(group))
        yield file, words[start : start + length]
        start += length


@lru_cache(maxsize=256)
def _font(file: FontFile, size: int) -> ImageFont.FreeTypeFont:
    # Shaping costs, and only scripts that join their letters need it; all of those are in the first font.
    engine = ImageFont.Layout.BASIC if file.family != "DejaVu Sans" else ImageFont.Layout.RAQM
    return ImageFont.truetype(str(file.path), size, index=file.face, layout_engine=engine)
