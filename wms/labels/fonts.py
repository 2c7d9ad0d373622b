"""Which characters our fonts can print, and how wide they are.

Read straight from the font files, because a PDF engine prints a box for a missing glyph and says nothing, and because a
text that is wider than its field has to be found before the label is made. Called by `fitting`, `render` and `drawing`.
The files are the ones that `label_templates/fonts.conf` lets the press see, in the order of the style sheets: Latin,
our own small Chinese fonts, and the whole Chinese font for what is in neither.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

from wms.labels.model import LabelError, LabelTrouble


@dataclass(frozen=True, slots=True)
class FontFile:
    """One face of one font file."""

    family: str
    path: Path
    face: int = 0
    """The number of the face in a collection: Noto CJK has one per language, 2 is simplified Chinese."""


_OWN = Path(__file__).parents[2] / "label_templates" / "fonts"
_DEJAVU = Path("/usr/share/fonts/truetype/dejavu")
_NOTO = Path("/usr/share/fonts/opentype/noto")

REGULAR = (
    FontFile("DejaVu Sans", _DEJAVU / "DejaVuSans.ttf"),
    FontFile("Label CJK SC", _OWN / "LabelCJKsc-Regular.otf"),
    FontFile("Noto Sans CJK SC", _NOTO / "NotoSansCJK-Regular.ttc", 2),
)
BOLD = (
    FontFile("DejaVu Sans", _DEJAVU / "DejaVuSans-Bold.ttf"),
    FontFile("Label CJK SC", _OWN / "LabelCJKsc-Bold.otf"),
    FontFile("Noto Sans CJK SC", _NOTO / "NotoSansCJK-Bold.ttc", 2),
)


@lru_cache(maxsize=8)
def _widths(file: FontFile) -> Mapping[int, int]:
    """Glyph widths by code point, in thousandths of the font size, rounded up. The file is closed again."""
    try:
        with TTFont(file.path, fontNumber=file.face, lazy=True) as font:
            metrics = font["hmtx"].metrics
            units: int = font["head"].unitsPerEm
            return {point: -(-metrics[glyph][0] * 1000 // units) for point, glyph in font.getBestCmap().items()}
    except OSError as error:
        raise LabelError(
            f"font {file.path}", f"cannot be read ({error}); install fonts-dejavu-core and fonts-noto-cjk"
        ) from error


def font_file(character: str, *, bold: bool) -> FontFile | None:
    """The first font that can print the character, or None."""
    return next((file for file in (BOLD if bold else REGULAR) if ord(character) in _widths(file)), None)


@lru_cache(maxsize=20_000)
def character_width(character: str, *, bold: bool) -> int | None:
    """The width in thousandths of the font size, or None where no font can print the character.

    The whole Chinese font is opened only when the first character needs it: that costs a third of a second.
    """
    file = font_file(character, bold=bold)
    return None if file is None else _widths(file)[ord(character)]


def text_width(text: str, size: int, *, bold: bool) -> int:
    """The width of one line in the unit of `size`, rounded up. Raises LabelError for a missing glyph."""
    return -(-_thousandths(text, bold=bold) * size // 1000)


@lru_cache(maxsize=20_000)
def _thousandths(text: str, *, bold: bool) -> int:
    """The width in thousandths of any size; kept, because a field tries one size after the other."""
    total = 0
    for character in text:
        width = character_width(character, bold=bold)
        if width is None:
            raise missing_glyph(text, character)
        total += width
    return total


def missing_glyph(text: str, character: str) -> LabelError:
    """The error for a character that would come out as a box."""
    name = unicodedata.name(character, "no character")
    return LabelError(
        f"text {text!r}",
        f"{character!r} (U+{ord(character):04X} {name}) is in no font of the labels: spell it otherwise",
        LabelTrouble.NO_GLYPH,
    )


def printable(text: str) -> str:
    """`text` as it goes onto a label: composed, white space collapsed, invisible characters dropped.

    Zero-width and direction characters come along when people copy addresses from web pages. They print nothing, and
    some of them could turn an address round.
    """
    composed = unicodedata.normalize("NFC", text)
    visible = (" " if unicodedata.category(mark) == "Cc" else mark for mark in composed)
    return " ".join("".join(mark for mark in visible if unicodedata.category(mark) != "Cf").split())
