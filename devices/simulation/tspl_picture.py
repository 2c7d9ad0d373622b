"""Draws a TSPL label as the picture a printer would burn, one pixel per dot. Called by `devices.simulation.command`.

Knows labels that are pictures. A command it does not know is left out and named below the picture, so that a picture
never looks complete when it is not.
"""

import re

from PIL import Image, ImageChops

_SIZE = re.compile(rb"SIZE ([\d.]+) mm, ?([\d.]+) mm", re.IGNORECASE)
_BITMAP = re.compile(rb"BITMAP (\d{1,4}),(\d{1,5}),(\d{1,4}),(\d{1,5}),([012]),", re.IGNORECASE)
_IGNORED = (b"GAP", b"BLINE", b"DIRECTION", b"REFERENCE", b"OFFSET", b"DENSITY", b"SPEED", b"CODEPAGE", b"PRINT")
_OVERWRITE, _OR, _XOR = 0, 1, 2
_WHITE = 255
_WIDEST, _LONGEST = 2000, 4000


def picture_of(tspl: bytes, dots_per_inch: int = 203) -> tuple[Image.Image, list[str]]:
    """The picture, black on white, and the names of commands that are not in it."""
    per_inch = 203.2 if dots_per_inch == 203 else dots_per_inch
    paper = Image.new("1", (812, 1218), _WHITE)
    unknown: list[str] = []
    at = 0
    while at < len(tspl):
        if (found := _BITMAP.match(tspl, at)) is not None:
            at = _paste(paper, tspl, found, unknown)
            continue
        end = tspl.find(b"\n", at) % (len(tspl) + 1)
        line, at = tspl[at:end].strip(), end + 1
        if (size := _SIZE.match(line)) is not None:
            width, height = (round(float(number) / 25.4 * per_inch) for number in size.groups())
            paper = Image.new("1", (min(width, _WIDEST), min(height, _LONGEST)), _WHITE)
        elif line.upper() == b"CLS":
            paper.paste(_WHITE, (0, 0, *paper.size))
        elif line and not line.upper().startswith(_IGNORED):
            unknown.append(line.partition(b" ")[0].decode("ascii", "replace")[:20])
    return paper, unknown


def _paste(paper: Image.Image, tspl: bytes, found: re.Match[bytes], unknown: list[str]) -> int:
    """Draw a bitmap whose command was `found`; where it ends."""
    left, top, row_bytes, height, mode = (int(number) for number in found.groups())
    end = found.end() + row_bytes * height
    data = tspl[found.end() : end]
    if len(data) < row_bytes * height or not data:
        unknown.append("BITMAP that is cut off")
        return len(tspl)
    # A bit of 1 stays white.
    picture = Image.frombytes("1", (row_bytes * 8, height), data)
    under = paper.crop((left, top, left + picture.width, top + height))
    if mode == _OR:
        picture = ImageChops.logical_and(under, picture)
    elif mode == _XOR:
        picture = ImageChops.logical_xor(under, ImageChops.invert(picture))
    paper.paste(picture, (left, top))
    return end
