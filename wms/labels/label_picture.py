"""A whole thermal label as a picture, one bit per dot, from the same template as its ZPL: nothing is left to a printer.

For printers that speak TSPL, whose letters and codes differ from maker to maker. Any script comes out, and every symbol
is our own modules, each of whole dots. Called by `render`.
"""

from collections.abc import Sequence

from PIL import Image

from wms.labels.contents import Contents
from wms.labels.drawing import drawn_line
from wms.labels.fitting import line_pitch
from wms.labels.fonts import text_width
from wms.labels.model import LabelError, Medium
from wms.labels.pen import INK, Pen
from wms.labels.symbols import LinearSymbol, QrSymbol, rows_of
from wms.labels.templates import environment, fill, template_header

_BLACK, _WHITE = 0, 255


def label_picture(contents: Contents, medium: Medium) -> Image.Image:
    """The label on dots of the medium's printer, black on white. Raises LabelError."""
    width, height = (medium.dots(side) for side in template_header(contents.template).size_dots)
    pen = PicturePen(medium, width, height)
    printed = fill(_templates, contents.template, contents.values, pen.helpers)
    if printed.strip():
        raise LabelError(f"template {contents.template}", f"prints {printed.strip()[:60]!r} without a helper")
    return pen.paper


class PicturePen(Pen):
    """Draws on `paper`. One pen is for one label."""

    def __init__(self, medium: Medium, width: int, height: int) -> None:
        super().__init__(medium)
        self.paper = Image.new("1", (width, height), _WHITE)

    def together(self, parts: Sequence[str]) -> str:
        return "".join(parts)

    def line(self, line: str, place: tuple[int, int, int], size: int, *, bold: bool, white: bool) -> str:
        x, y, room = place
        dots, left, top = self.medium.dots(size), self.medium.dots(x), self.medium.dots(y)
        height = self.medium.dots(y + line_pitch(size)) - top
        if room:
            left += max(0, self.medium.dots(room) - text_width(line, dots, bold=bold)) // 2
        return self._stamp(drawn_line(line, dots, height, bold=bold), left, top, _WHITE if white else _BLACK)

    def frame(self, left: int, top: int, across: int, down: int, thick: int) -> str:
        right, bottom = left + across, top + down
        self.paper.paste(_BLACK, (left, top, right, bottom))
        if 2 * thick < min(across, down):
            self.paper.paste(_WHITE, (left + thick, top + thick, right - thick, bottom - thick))
        return ""

    def modules_of(self, symbol: LinearSymbol) -> int:
        return len(symbol.modules)

    def linear(self, symbol: LinearSymbol, left: int, top: int, dots: int, tall: int) -> str:
        return self._symbol(symbol, left, top, (dots * len(symbol.modules), tall))

    def matrix(self, symbol: QrSymbol, left: int, top: int, dots: int) -> str:
        side = dots * len(symbol.rows)
        return self._symbol(symbol, left, top, (side, side))

    def graphic(self, ink: Image.Image, left: int, top: int) -> str:
        return self._stamp(ink, left, top, _BLACK)

    def _symbol(self, symbol: LinearSymbol | QrSymbol, left: int, top: int, size: tuple[int, int]) -> str:
        rows = rows_of(symbol)
        ink = Image.new("1", (len(rows[0]), len(rows)))
        ink.putdata([INK if module == "1" else 0 for row in rows for module in row])
        return self._stamp(ink.resize(size, Image.Resampling.NEAREST), left, top, _BLACK)

    def _stamp(self, ink: Image.Image, left: int, top: int, colour: int) -> str:
        self.paper.paste(colour, (left, top, left + ink.width, top + ink.height), ink)
        return ""


_templates = environment({}, is_html=False)
