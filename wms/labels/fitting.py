"""Makes text fit its field: the largest size, and the line breaks, at which all of it can be seen.

Pure apart from the widths in the font files. Called by the templates through `render` and `zpl`. Lines are broken here,
not by the PDF engine or the printer, so that both media show the same lines and nothing can run over the next field.
Sizes and rooms are in printer dots (8 per millimetre).
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from wms.labels.fonts import printable, text_width
from wms.labels.model import LabelError, LabelTrouble

_NOT_AT_LINE_START = "，。、；：？！）》」』】,.;:?!)]}%"
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines of text and the font size in dots at which they fit."""

    lines: tuple[str, ...]
    size: int
    bold: bool

    def drop(self, height: int) -> int:
        """How far down the first line begins when the lines stand in the middle of `height` dots."""
        return max(0, (height - len(self.lines) * line_pitch(self.size)) // 2)


def fit(
    paragraphs: Sequence[str], *, room: int, height: int, sizes: Sequence[int], bold: bool = False, cut: bool = False
) -> Fitted:
    """`paragraphs` within `room` × `height` dots, at the first of `sizes` (largest first) at which they fit.

    What does not fit at the smallest size is cut with an ellipsis if `cut` allows it (a product name); otherwise it
    raises LabelError (an address: a cut one misleads the courier).
    """
    texts = tuple(text for text in map(printable, paragraphs) if text)
    return _fitted(texts, room, height, tuple(sizes), bold=bold, cut=cut)


@lru_cache(maxsize=1024)
def _fitted(texts: tuple[str, ...], room: int, height: int, sizes: tuple[int, ...], *, bold: bool, cut: bool) -> Fitted:
    """Kept, because the sender is the same on a thousand labels."""
    broken: list[str] = []
    for size in sizes:
        broken = [line for text in texts for line in _broken(text, room, size, bold)]
        if len(broken) * line_pitch(size) <= height:
            return Fitted(tuple(broken), size, bold)
    smallest = sizes[-1]
    lines = height // line_pitch(smallest)
    if not cut:
        raise LabelError(
            f"text {' / '.join(texts)[:80]!r}",
            f"does not fit into {lines} line(s) of {room // 8} mm even in the smallest print: shorten it",
            LabelTrouble.NO_ROOM,
        )
    kept = broken[:lines]
    last = kept[-1]
    while last and text_width(last + _ELLIPSIS, smallest, bold=bold) > room:
        last = last[:-1]
    return Fitted((*kept[:-1], last.rstrip() + _ELLIPSIS), smallest, bold)


def line_pitch(size: int) -> int:
    """From one line to the next, in dots: a fifth more than the size of the print."""
    return size * 6 // 5


def _broken(text: str, room: int, size: int, bold: bool) -> list[str]:
    """`text` in lines no wider than `room`; a piece that is wider by itself is broken anywhere."""
    if text_width(text, size, bold=bold) <= room:
        return [text]
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if text_width((line + piece).rstrip(), size, bold=bold) <= room:
            line += piece
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = piece
        while text_width(line.rstrip(), size, bold=bold) > room:
            fits = _fitting_prefix(line, room, size, bold)
            lines.append(line[:fits])
            line = line[fits:]
    if line.strip():
        lines.append(line.rstrip())
    return lines


def _fitting_prefix(line: str, room: int, size: int, bold: bool) -> int:
    """How many characters of `line` fit; at least one, or a narrow field would never end."""
    fits = 1
    while fits < len(line) and text_width(line[: fits + 1], size, bold=bold) <= room:
        fits += 1
    return fits


def _pieces(text: str) -> list[str]:
    """Where a line may end: after spaces and hyphens, and around ideographs, but never before closing punctuation.

    This is the small part of Unicode's line breaking that addresses and product names need.
    """
    pieces: list[str] = []
    previous = " "
    for character in text:
        may_break = previous in " -" or _is_wide(previous) or _is_wide(character)
        stays = character == " " or character in _NOT_AT_LINE_START or unicodedata.combining(character)
        if pieces and (stays or not may_break):
            pieces[-1] += character
        else:
            pieces.append(character)
        previous = character
    return pieces


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"
