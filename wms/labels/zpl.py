"""ZPL II text for label printers with 203 and 300 dots per inch: the printer itself draws symbols and Latin text.

Templates are drawn in eighths of a millimetre; a pen turns them into whole dots of its printer. A symbol is never
scaled: each printer's dots per module are a whole number, chosen anew. What a printer has no letters for, Chinese above
all, goes as a graphic of one line; symbols never do.

Every value is escaped, because a name such as "^XZ~JR" in an address would otherwise end the label and reset the
printer. Escaping is the default for whatever a template prints; only the helpers below produce commands. One label is
one copy (^PQ1): a second shipping label is a second parcel somewhere. Called by `render`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from jinja2 import Environment

from wms.labels.contents import Contents
from wms.labels.drawing import drawn_line, graphic_field
from wms.labels.fitting import fit, line_pitch
from wms.labels.fonts import text_width
from wms.labels.model import LabelError, Medium, Symbology
from wms.labels.symbols import LinearSymbol, QrSymbol, module_dots
from wms.labels.templates import environment, fill, template_header

_HEX_SIGN = "_"
_ESCAPED = frozenset(b"^~_\\")
_LITERAL_IN_B = {">": ">0", "^": "><", "~": ">="}
"""Characters that Code 128 fields of ZPL take for commands."""
_CAPTION_SIZE = 18


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
    width, height = (medium.dots(side) for side in template_header(contents.template, medium).size_dots)
    try:
        body = fill(_environments[medium], contents.template, medium, contents.values)
    except UnicodeEncodeError as error:
        raise LabelError("text", f"{error.object!r} holds half a character; correct the source of this text") from error
    drawn = body.count("^BC") + body.count("^BE") + body.count("^BQ")
    if drawn != len(contents.expected):
        raise LabelError(f"template {contents.template}", f"draws {drawn} of {len(contents.expected)} symbols")
    head = f"^XA\n^FXjob {job_id}^FS\n^CI28\n^PW{width}\n^LL{height}\n^LH0,0\n^PON\n"
    return f"{head}{body.strip()}\n^PQ1\n^XZ\n"


@dataclass(frozen=True, slots=True)
class Pen:
    """The helpers of templates for one kind of printer. All places and sizes come in eighths of a millimetre."""

    medium: Medium

    def text(  # noqa: PLR0913 - a template says all it wants by name
        self,
        words: str | Sequence[str],
        *,
        x: int,
        y: int,
        room: int,
        height: int,
        sizes: Sequence[int],
        bold: bool = False,
        cut: bool = False,
        middle: bool = False,
        centred: bool = False,
        white: bool = False,
    ) -> Zpl:
        """Words in their largest size that fits, one field per line.

        Widths are measured in our PDF font, which is wider than the printer's font 0 in both weights.
        """
        fitted = fit(
            [words] if isinstance(words, str) else words, room=room, height=height, sizes=sizes, bold=bold, cut=cut
        )
        top = y + (fitted.drop(height) if middle else 0)
        pitch = line_pitch(fitted.size)
        fields = []
        for number, line in enumerate(fitted.lines):
            place = (x, top + number * pitch, room if centred else 0)
            draw = self._native_line if is_native(line) else self._drawn_line
            fields.append(draw(line, place, fitted.size, bold=bold, white=white))
        return Zpl("\n".join(fields))

    def caption(self, words: str, *, x: int, y: int) -> Zpl:
        """A small word of our own above a field."""
        return Zpl(self._native_line(words, (x, y, 0), _CAPTION_SIZE, bold=False, white=False))

    def box(self, *, x: int, y: int, width: int, height: int, line: int) -> Zpl:
        """A frame with a line of such a thickness; as thick as it is high, it is a black bar."""
        left, top = self.medium.dots(x), self.medium.dots(y)
        across, down = self.medium.dots(x + width) - left, self.medium.dots(y + height) - top
        return Zpl(f"^FO{left},{top}^GB{across},{down},{down if line == height else self.medium.dots(line)}^FS")

    def bars(self, symbol: LinearSymbol, *, x: int, y: int, room: int, height: int, most: int, least: int) -> Zpl:
        """A linear symbol centred in `room`, its modules `most` to `least` eighths wide, as whole dots."""
        medium = self.medium
        left, top, tall = medium.dots(x), medium.dots(y), medium.dots(height)
        wide = medium.dots(x + room) - left
        ean = symbol.expected.symbology is Symbology.EAN_13
        data, modules = (symbol.expected.content[:12], len(symbol.modules)) if ean else code_128_data(symbol)
        widest, narrowest = medium.module_dots(most), medium.module_dots(least)
        dots = module_dots(symbol.expected, modules, room=wide, most=widest, least=narrowest)
        place = f"^FO{left + (wide - dots * modules) // 2},{top}^BY{dots}"
        if ean:  # the printer adds the check digit, which is the one we checked
            return Zpl(f"{place}^BEN,{tall},N,N^FD{data}^FS")
        return Zpl(f"{place}^BCN,{tall},N,N,N,N^FH{_HEX_SIGN}^FD{escaped(data)}^FS")

    def square(self, symbol: QrSymbol, *, x: int, y: int, dots: int) -> Zpl:
        """A QR symbol with modules of `dots` eighths, to the nearest dot, error correction M."""
        data = escaped(symbol.expected.content)
        place = f"^FO{self.medium.dots(x)},{self.medium.dots(y)}"
        return Zpl(f"{place}^BQN,2,{self.medium.dots(dots)}^FH{_HEX_SIGN}^FDMA,{data}^FS")

    def triangle(self, *, x: int, y: int, side: int, up: bool) -> Zpl:
        """A filled arrow head as a graphic, because the printer's own font has none."""
        row_bytes = -(-self.medium.dots(side) // 8)
        dots = row_bytes * 8
        rows = []
        for number in range(dots):
            width = (number if up else dots - 1 - number) + 1
            rows.append((((1 << width) - 1) << ((dots - width) // 2)).to_bytes(row_bytes, "big").hex().upper())
        place = f"^FO{self.medium.dots(x)},{self.medium.dots(y)}"
        return Zpl(f"{place}^GFA,{row_bytes * dots},{row_bytes * dots},{row_bytes},{''.join(rows)}^FS")

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


def _by_default_escaped(value: object) -> object:
    return value if isinstance(value, Zpl) else escaped(str(value))


def _environment(medium: Medium) -> Environment:
    pen = Pen(medium)
    helpers = {name: getattr(pen, name) for name in ("text", "caption", "box", "bars", "square", "triangle")}
    return environment(medium, helpers, _by_default_escaped)


_environments = {medium: _environment(medium) for medium in Medium if medium.is_zpl}
