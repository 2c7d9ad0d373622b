"""A label as a page for the press, from the same drawing as for label printers; and what papers share with it.

Every place and size is a whole number of dots of a 203 dpi printer, so that every module of a symbol begins and ends
on a dot. Each line of text and each symbol stands where it is told: no flow, no tables, layout is most of the time a
label takes. Called by `render` and `sheet`.
"""

import base64
import io
from collections.abc import Sequence

from markupsafe import Markup
from PIL import Image, ImageOps

from wms.labels.contents import Contents
from wms.labels.fitting import line_pitch
from wms.labels.model import Medium
from wms.labels.pen import Pen
from wms.labels.symbols import LinearSymbol, QrSymbol, module_dots, png_data_uri
from wms.labels.templates import environment, fill, template_header

HAIR_MICROMETRES = 2
"""How far a symbol's picture stays away from the dots beside it, on each side.

Rasterisers round a picture's edges outwards and stretch it to them. An edge exactly between two dots lies, after the
PDF's own rounding, on either side of the line, and with a dot too many some bars get a dot wider. A sixtieth of a dot
inside, all rasterisers find the same dots.
"""


def label_html(contents: Contents) -> str:
    """The whole page, as large as the label."""
    width, height = template_header(contents.template).size_mm
    title = contents.template.partition("/")[0].capitalize()
    return (
        f'<!doctype html>\n<html lang="en">\n<title>{title} label</title>\n'
        f"<style>@page {{ size: {width}mm {height}mm; margin: 0 }}</style>\n"
        f"<body>\n{fill(_labels, contents.template, contents.values)}</body>\n</html>\n"
    )


class PagePen(Pen):
    """Draws with elements that each have their place. It keeps nothing and may be shared."""

    def together(self, parts: Sequence[str]) -> Markup:
        return Markup("\n").join(parts)

    def line(self, line: str, place: tuple[int, int, int], size: int, *, bold: bool, white: bool) -> Markup:
        x, y, room = place
        kinds = " ".join(name for name, holds in (("bold", bold), ("white", white), ("centred", room > 0)) if holds)
        return Markup(
            '<div class="line {}" style="left:{}mm;top:{}mm;width:{}mm;font-size:{}mm;line-height:{}mm">{}</div>'
        ).format(kinds, mm(x), mm(y), mm(room), mm(size), mm(line_pitch(size)), line)

    def frame(self, left: int, top: int, across: int, down: int, thick: int) -> Markup:
        border = "background:#000" if 2 * thick >= min(across, down) else f"border:{mm(thick)}mm solid #000"
        return Markup('<div class="frame" style="left:{}mm;top:{}mm;width:{}mm;height:{}mm;{}"></div>').format(
            mm(left), mm(top), mm(across), mm(down), border
        )

    def modules_of(self, symbol: LinearSymbol) -> int:
        return len(symbol.modules)

    def linear(self, symbol: LinearSymbol, left: int, top: int, dots: int, tall: int) -> Markup:
        return _placed(png_data_uri(symbol), left, top, mm(dots * len(symbol.modules), -2 * HAIR_MICROMETRES), mm(tall))

    def matrix(self, symbol: QrSymbol, left: int, top: int, dots: int) -> Markup:
        side = mm(dots * len(symbol.rows), -2 * HAIR_MICROMETRES)
        return _placed(png_data_uri(symbol), left, top, side, side, HAIR_MICROMETRES)

    def graphic(self, ink: Image.Image, left: int, top: int) -> Markup:
        stream = io.BytesIO()
        ImageOps.invert(ink).save(stream, "PNG")
        uri = "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode("ascii")
        width, height = (mm(side, -2 * HAIR_MICROMETRES) for side in ink.size)
        return _placed(uri, left, top, width, height, HAIR_MICROMETRES)


def bars(symbol: LinearSymbol, *, room: int, height: int, most: int, least: int) -> Markup:
    """Helper of papers: a linear symbol, `most` to `least` dots per module, centred in `room` dots with quiet zones.

    The left edge is a whole number of dots, because half a dot there would round every bar its own way.
    """
    dots = module_dots(symbol.expected, len(symbol.modules), room=room, most=most, least=least)
    width = dots * len(symbol.modules)
    style = Markup("width:{}mm;height:{}mm;margin-left:{}mm").format(
        mm(width, -2 * HAIR_MICROMETRES), mm(height), mm((room - width) // 2, HAIR_MICROMETRES)
    )
    return Markup('<img class="symbol" alt="" src="{}" style="{}">').format(png_data_uri(symbol), style)


def mm(dots: int, micrometres: int = 0) -> str:
    """Dots, and a few thousandths of a millimetre, as millimetres: exactly, an eighth has three decimals."""
    length = dots * 125 + micrometres
    return f"{'-' if length < 0 else ''}{abs(length) // 1000}.{abs(length) % 1000:03d}"


def _placed(uri: str, left: int, top: int, width: str, height: str, down: int = 0) -> Markup:
    """A picture a hair inside its dots, which it is `down` the page too where it is matched to dots there."""
    return Markup('<img class="symbol" alt="" src="{}" style="left:{}mm;top:{}mm;width:{}mm;height:{}mm">').format(
        uri, mm(left, HAIR_MICROMETRES), mm(top, down), width, height
    )


_labels = environment(PagePen(Medium.PDF).helpers)
