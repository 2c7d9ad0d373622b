"""ZPL II text for label printers with 203 and 300 dots per inch: the printer itself draws symbols and Latin text.

What a printer has no letters for, Chinese above all, goes as a graphic of one line; symbols never do.

Every value is escaped, because a name such as "^XZ~JR" in an address would otherwise end the label and reset the
printer. Escaping is the default for whatever a template prints; only the helpers below produce commands. One label is
one copy (^PQ1): a second shipping label is a second parcel somewhere. Called by `render`.
"""

from collections.abc import Sequence
from uuid import UUID

from PIL import Image

from wms.labels.contents import Contents
from wms.labels.drawing import drawn_line, graphic_field
from wms.labels.fitting import line_pitch
from wms.labels.fonts import text_width
from wms.labels.model import LabelError, Medium, Symbology
from wms.labels.pen import Pen
from wms.labels.symbols import LinearSymbol, QrSymbol
from wms.labels.templates import environment, fill, template_header

_HEX_SIGN = "_"
_ESCAPED = frozenset(b"^~_\\")
_LITERAL_IN_B = {">": ">0", "^": "><", "~": ">="}
"""Characters that Code 128 fields of ZPL take for commands."""
BELOW_ORIGIN = 10
"""Printers draw a QR symbol so many dots below the place it was given."""


class Zpl(str):
    """Text that is ZPL already and must not be escaped again. Made by the helpers only."""

    __slots__ = ()


def escaped(text: str) -> Zpl:
    """`text` as field data behind ^FH: command, control and non-ASCII bytes in hexadecimal, in UTF-8."""
    return Zpl(
        "".join(
            f"{_HEX_SIGN}{byte:02X}" if byte in _ESCAPED or not 0x20 <= byte < 0x7F else chr(byte)
            for byte in text.encode("utf-8", "strict")
        )
    )


def is_native(words: str) -> bool:
    """Whether every printer's own font has these letters: ASCII and the western half of Latin."""
    return all(" " <= mark <= "~" or ("\u00a1" <= mark <= "\u00ff" and mark != "\u00ad") for mark in words)


def zpl_text(contents: Contents, job_id: UUID, medium: Medium = Medium.ZPL_203) -> str:
    """The whole format, ^XA to ^XZ. Raises LabelError where the template left out a symbol that the label needs."""
    width, height = (medium.dots(side) for side in template_header(contents.template).size_dots)
    try:
        body = fill(_environments[medium], contents.template, contents.values)
    except UnicodeEncodeError as error:
        raise LabelError("text", f"{error.object!r} holds half a character; correct the source of this text") from error
    drawn = body.count("^BC") + body.count("^BE") + body.count("^BQ")
    if drawn != len(contents.expected):
        raise LabelError(f"template {contents.template}", f"draws {drawn} of {len(contents.expected)} symbols")
    head = f"^XA\n^FXjob {job_id}^FS\n^CI28\n^PW{width}\n^LL{height}\n^LH0,0\n^PON\n"
    return f"{head}{body.strip()}\n^PQ1\n^XZ\n"


class ZplPen(Pen):
    """Has the printer draw. Widths of text are measured in our PDF font, which is wider than the printer's font 0 in
    both weights.
    """

    def together(self, parts: Sequence[str]) -> Zpl:
        return Zpl("\n".join(parts))

    def line(self, line: str, place: tuple[int, int, int], size: int, *, bold: bool, white: bool) -> Zpl:
        draw = self._native_line if is_native(line) else self._drawn_line
        return Zpl(draw(line, place, size, bold=bold, white=white))

    def frame(self, left: int, top: int, across: int, down: int, thick: int) -> Zpl:
        return Zpl(f"^FO{left},{top}^GB{across},{down},{thick}^FS")

    def modules_of(self, symbol: LinearSymbol) -> int:
        return len(symbol.modules) if _is_ean(symbol) else code_128_data(symbol)[1]

    def linear(self, symbol: LinearSymbol, left: int, top: int, dots: int, tall: int) -> Zpl:
        place = f"^FO{left},{top}^BY{dots}"
        if _is_ean(symbol):  # the printer adds the check digit, which is the one we checked
            return Zpl(f"{place}^BEN,{tall},N,N^FD{symbol.expected.content[:12]}^FS")
        return Zpl(f"{place}^BCN,{tall},N,N,N,N^FH{_HEX_SIGN}^FD{escaped(code_128_data(symbol)[0])}^FS")

    def matrix(self, symbol: QrSymbol, left: int, top: int, dots: int) -> Zpl:
        """Error correction M. Printers draw a QR symbol ten dots below the place they are given."""
        data = escaped(symbol.expected.content)
        return Zpl(f"^FO{left},{top - BELOW_ORIGIN}^BQN,2,{dots}^FH{_HEX_SIGN}^FDMA,{data}^FS")

    def graphic(self, ink: Image.Image, left: int, top: int) -> Zpl:
        return Zpl(f"^FO{left},{top}{graphic_field(ink)}^FS")

    def _native_line(self, line: str, place: tuple[int, int, int], size: int, *, bold: bool, white: bool) -> str:
        """The printer's only scalable font has one weight: `bold` shows in the size, and in the PDF."""
        x, y, room = place
        dots = self.medium.dots(size)
        centring = f"^FB{self.medium.dots(room)},1,0,C" if room else ""
        reverse = "^FR" if white else ""
        return (
            f"^FO{self.medium.dots(x)},{self.medium.dots(y)}^A0N,{dots},{dots}"
            f"{centring}{reverse}^FH{_HEX_SIGN}^FD{escaped(line)}^FS"
        )

    def _drawn_line(self, line: str, place: tuple[int, int, int], size: int, *, bold: bool, white: bool) -> str:
        x, y, room = place
        dots = self.medium.dots(size)
        left, top = self.medium.dots(x), self.medium.dots(y)
        height = self.medium.dots(y + line_pitch(size)) - top
        if room:
            left += max(0, self.medium.dots(room) - text_width(line, dots, bold=bold)) // 2
        reverse = "^FR" if white else ""
        return f"^FO{left},{top}{reverse}{graphic_field(drawn_line(line, dots, height, bold=bold))}^FS"


def code_128_data(symbol: LinearSymbol) -> tuple[str, int]:
    """Field data for ^BC in mode N, and how many modules the printer will make of it.

    One code set from start to end, B or (an even number of digits) C: changing sets within a symbol is where printer
    firmwares and emulators disagree, and what it would save is not needed on our labels. `>:` and `>;` are the start
    characters of B and C, `>8` is FNC1, which makes the symbol GS1-128.
    """
    content = symbol.expected.content
    fnc1 = symbol.expected.symbology is Symbology.GS1_128
    if content.isdigit() and len(content) % 2 == 0:
        return ">;" + (">8" if fnc1 else "") + content, _code_128_modules(len(content) // 2 + fnc1)
    assert not fnc1, "our GS1 element strings have an even number of digits"
    data = "".join(_LITERAL_IN_B.get(character, character) for character in content)
    return ">:" + data, _code_128_modules(len(content))


def _code_128_modules(characters: int) -> int:
    """Start, data and check characters of 11 modules each, and the stop of 13."""
    return 11 * (characters + 2) + 13


def _is_ean(symbol: LinearSymbol) -> bool:
    return symbol.expected.symbology is Symbology.EAN_13


def _by_default_escaped(value: object) -> object:
    return value if isinstance(value, Zpl) else escaped(str(value))


_environments = {
    medium: environment(ZplPen(medium).helpers, _by_default_escaped, is_html=False)
    for medium in Medium
    if medium.is_zpl
}
