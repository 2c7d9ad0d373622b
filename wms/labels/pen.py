"""What a label's template may draw, for whatever printer: text, frames, symbols.

Templates are drawn in eighths of a millimetre; a pen turns those into whole dots of its printer. A symbol is never
scaled: each printer's dots per module are a whole number, chosen anew. Pens are `ZplPen`, with which the printer itself
draws, `PicturePen`, which leaves nothing to it, and `PagePen` for the PDF. All break lines and place everything alike.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence

from PIL import Image

from wms.labels.fitting import fit, line_pitch
from wms.labels.model import Medium
from wms.labels.symbols import LinearSymbol, QrSymbol, module_dots

CAPTION_SIZE = 18
INK = 255
"""On a graphic that is to be burnt, of one bit per dot; the rest of it is 0."""


class Pen(ABC):
    """The helpers of templates for one kind of printer. All places and sizes come in eighths of a millimetre."""

    def __init__(self, medium: Medium) -> None:
        self.medium = medium

    @property
    def helpers(self) -> Mapping[str, Callable[..., str]]:
        """By the names that templates use."""
        return {name: getattr(self, name) for name in ("text", "caption", "box", "bars", "square", "triangle")}

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
    ) -> str:
        """Words in their largest size that fits. `white` is for a black box that was drawn before."""
        fitted = fit(
            [words] if isinstance(words, str) else words, room=room, height=height, sizes=sizes, bold=bold, cut=cut
        )
        top = y + (fitted.drop(height) if middle else 0)
        pitch = line_pitch(fitted.size)
        lines = [
            self.line(line, (x, top + number * pitch, room if centred else 0), fitted.size, bold=bold, white=white)
            for number, line in enumerate(fitted.lines)
        ]
        return self.together(lines)

    def caption(self, words: str, *, x: int, y: int) -> str:
        """A small word of our own above a field."""
        return self.together([self.line(words, (x, y, 0), CAPTION_SIZE, bold=False, white=False)])

    def box(self, *, x: int, y: int, width: int, height: int, line: int) -> str:
        """A frame with a line of such a thickness; as thick as it is high, it is a black bar."""
        left, top = self.medium.dots(x), self.medium.dots(y)
        across, down = self.medium.dots(x + width) - left, self.medium.dots(y + height) - top
        return self.frame(left, top, across, down, down if line == height else self.medium.dots(line))

    def bars(self, symbol: LinearSymbol, *, x: int, y: int, room: int, height: int, most: int, least: int) -> str:
        """A linear symbol centred in `room`, its modules `most` to `least` eighths wide, as whole dots."""
        medium = self.medium
        left, top, tall = medium.dots(x), medium.dots(y), medium.dots(height)
        wide = medium.dots(x + room) - left
        modules = self.modules_of(symbol)
        widest, narrowest = medium.module_dots(most), medium.module_dots(least)
        dots = module_dots(symbol.expected, modules, room=wide, most=widest, least=narrowest)
        return self.linear(symbol, left + (wide - dots * modules) // 2, top, dots, tall)

    def square(self, symbol: QrSymbol, *, x: int, y: int, dots: int) -> str:
        """A QR symbol with modules of `dots` eighths, to the nearest dot."""
        return self.matrix(symbol, self.medium.dots(x), self.medium.dots(y), self.medium.dots(dots))

    def triangle(self, *, x: int, y: int, side: int, up: bool) -> str:
        """A filled arrow head."""
        dots = -(-self.medium.dots(side) // 8) * 8
        head = Image.new("1", (dots, dots))
        for row in range(dots):
            width = (row if up else dots - 1 - row) + 1
            begin = dots - (dots - width) // 2 - width
            head.paste(INK, (begin, row, begin + width, row + 1))
        return self.graphic(head, self.medium.dots(x), self.medium.dots(y))

    # --- what each kind of printer has its own way for; places in dots but for `line` ------------------------------

    @abstractmethod
    def together(self, parts: Sequence[str]) -> str:
        """What was drawn one after the other as what a template prints."""

    @abstractmethod
    def line(self, line: str, place: tuple[int, int, int], size: int, *, bold: bool, white: bool) -> str:
        """One line of text: x, y and the room that it is centred in, or 0; in eighths of a millimetre."""

    @abstractmethod
    def frame(self, left: int, top: int, across: int, down: int, thick: int) -> str:
        """A frame, or a black bar."""

    @abstractmethod
    def modules_of(self, symbol: LinearSymbol) -> int:
        """How many modules wide the symbol comes out."""

    @abstractmethod
    def linear(self, symbol: LinearSymbol, left: int, top: int, dots: int, tall: int) -> str:
        """Bars with `dots` to a module."""

    @abstractmethod
    def matrix(self, symbol: QrSymbol, left: int, top: int, dots: int) -> str:
        """Squares with `dots` to a module."""

    @abstractmethod
    def graphic(self, ink: Image.Image, left: int, top: int) -> str:
        """Any picture of one bit per dot."""
