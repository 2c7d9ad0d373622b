"""ZPL II text for label printers with 8 dots per millimetre: the printer itself draws fonts and symbols, dot-exact.

Every value is escaped, because a name such as "^XZ~JR" in an address would otherwise end the label and reset the
printer. Escaping is the default for whatever a template prints; only the helpers below produce commands. Text is UTF-8
(^CI28): Chinese needs a Chinese font in the printer, until text is sent as a graphic; codes are native and need none.
One label is one copy (^PQ1): a second shipping label is a second parcel somewhere. Called by `render`.
"""

from collections.abc import Sequence
from uuid import UUID

from wms.labels.contents import Contents
from wms.labels.fitting import fit, line_pitch
from wms.labels.model import LabelError, Medium, Symbology
from wms.labels.symbols import LinearSymbol, QrSymbol, module_dots
from wms.labels.templates import environment, fill, template_header

_HEX_SIGN = "_"
_ESCAPED = frozenset(b"^~_\\")
_LITERAL_IN_B = {">": ">0", "^": "><", "~": ">="}
"""Characters that Code 128 fields of ZPL take for commands."""


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


def zpl_text(contents: Contents, job_id: UUID) -> str:
    """The whole format, ^XA to ^XZ. Raises LabelError where the template left out a symbol that the label needs."""
    header = template_header(contents.template, Medium.ZPL_203)
    width, height = header.size_dots
    try:
        body = fill(_zpl, contents.template, Medium.ZPL_203, contents.values)
    except UnicodeEncodeError as error:
        raise LabelError("text", f"{error.object!r} holds half a character; correct the source of this text") from error
    drawn = body.count("^BC") + body.count("^BE") + body.count("^BQ")
    if drawn != len(contents.expected):
        raise LabelError(f"template {contents.template}", f"draws {drawn} of {len(contents.expected)} symbols")
    head = f"^XA\n^FXjob {job_id}^FS\n^CI28\n^PW{width}\n^LL{height}\n^LH0,0\n^PON\n"
    return f"{head}{body.strip()}\n^PQ1\n^XZ\n"


def text(  # noqa: PLR0913 - a template says all it wants by name
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
    """Template helper: words in their largest size that fits, one field per line.

    Widths are measured in our PDF font, which is wider than the printer's font 0 in both weights.
    """
    fitted = fit(
        [words] if isinstance(words, str) else words, room=room, height=height, sizes=sizes, bold=bold, cut=cut
    )
    top = y + (fitted.drop(height) if middle else 0)
    centring = f"^FB{room},1,0,C" if centred else ""
    reverse = "^FR" if white else ""
    return Zpl(
        "\n".join(
            f"^FO{x},{top + number * line_pitch(fitted.size)}^A0N,{fitted.size},{fitted.size}"
            f"{centring}{reverse}^FH{_HEX_SIGN}^FD{escaped(line)}^FS"
            for number, line in enumerate(fitted.lines)
        )
    )


def bars(symbol: LinearSymbol, *, x: int, y: int, room: int, height: int, most: int, least: int) -> Zpl:
    """Template helper: a linear symbol centred in `room` dots, with `most` to `least` dots per module."""
    ean = symbol.expected.symbology is Symbology.EAN_13
    data, modules = (symbol.expected.content[:12], len(symbol.modules)) if ean else code_128_data(symbol)
    dots = module_dots(symbol.expected, modules, room=room, most=most, least=least)
    place = f"^FO{x + (room - dots * modules) // 2},{y}^BY{dots}"
    if ean:  # the printer adds the check digit, which is the one we checked
        return Zpl(f"{place}^BEN,{height},N,N^FD{data}^FS")
    return Zpl(f"{place}^BCN,{height},N,N,N,N^FH{_HEX_SIGN}^FD{escaped(data)}^FS")


def square(symbol: QrSymbol, *, x: int, y: int, dots: int) -> Zpl:
    """Template helper: a QR symbol with `dots` dots per module, error correction M."""
    return Zpl(f"^FO{x},{y}^BQN,2,{dots}^FH{_HEX_SIGN}^FDMA,{escaped(symbol.expected.content)}^FS")


def triangle(*, x: int, y: int, side: int, up: bool) -> Zpl:
    """Template helper: a filled arrow head as a graphic, because the printer's own font has none. `side` in eights."""
    row_bytes = side // 8
    rows = []
    for number in range(side):
        width = (number if up else side - 1 - number) + 1
        rows.append((((1 << width) - 1) << ((side - width) // 2)).to_bytes(row_bytes, "big").hex().upper())
    return Zpl(f"^FO{x},{y}^GFA,{row_bytes * side},{row_bytes * side},{row_bytes},{''.join(rows)}^FS")


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


_zpl = environment(
    Medium.ZPL_203, {"text": text, "bars": bars, "square": square, "triangle": triangle}, _by_default_escaped
)
