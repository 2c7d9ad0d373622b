"""One label in, one finished label out: chosen template, filled, set, and read back before anybody gets it.

`render_label` is the door of this slice for everything that prints. A PDF may take tens of milliseconds and waits for
the press: call it from an outbox handler or a page, never inside a transaction. Sizes in templates are eighths of a
millimetre, dots of a 203 dpi printer, so that every module of a symbol begins and ends on a dot.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from markupsafe import Markup

from wms.labels.contents import Contents, contents_of
from wms.labels.documents import Document
from wms.labels.fitting import fit, line_pitch
from wms.labels.fonts import character_width, missing_glyph
from wms.labels.model import ExpectedSymbol, Label, Medium, ParcelLabel, RenderedLabel
from wms.labels.paper import finalized
from wms.labels.press import Press
from wms.labels.reader import check_pdf
from wms.labels.symbols import LinearSymbol, QrSymbol, module_dots, png_data_uri
from wms.labels.templates import environment, fill, template_header
from wms.labels.zpl import zpl_text
from wms.labels.zpl_check import check_zpl

_SHARED_STYLE = "shared/label.css"

HAIR_MICROMETRES = 2
"""How far a symbol's picture stays away from the dots beside it, on each side.

Rasterisers round a picture's edges outwards and stretch it to them. An edge exactly between two dots lies, after the
PDF's own rounding, on either side of the line, and with a dot too many some bars get a dot wider. A sixtieth of a dot
inside, all rasterisers find the same dots.
"""


def render_label(
    label: Label | Document, medium: Medium, *, press: Press, job_id: UUID, urgent: bool = False
) -> RenderedLabel:
    """Any label for any medium. Raises LabelError (this label is wrong) or PressError (perhaps try again).

    Papers (packing list, manifest, customs list) exist as PDF only; what no font can print is its number there.

    `job_id` stands in the comment of a ZPL label, so that a capture of the printer's line can be traced; a PDF does not
    carry it, and the same label gives the same bytes. Whoever stands and waits is `urgent`, and first at the press.
    """
    contents = contents_of(label)
    if medium is Medium.PDF:
        return _pdf(contents, press, urgent=urgent)
    text_of_label = zpl_text(contents, job_id, medium)
    check_zpl(text_of_label, contents.expected)
    return finished(text_of_label.encode("utf-8"), "application/vnd.zebra-zpl", contents.expected)


def render_parcel(
    label: ParcelLabel, medium: Medium, *, press: Press, job_id: UUID, urgent: bool = False
) -> RenderedLabel:
    """The label of a parcel, in its size."""
    return render_label(label, medium, press=press, job_id=job_id, urgent=urgent)


def finished(content: bytes, media_type: str, expected: tuple[ExpectedSymbol, ...]) -> RenderedLabel:
    """The value that is stored and printed."""
    return RenderedLabel(content, media_type, hashlib.sha256(content).hexdigest(), expected)


def pdf_checked(
    html: str, stylesheets: tuple[str, ...], expected: tuple[ExpectedSymbol, ...], press: Press, *, urgent: bool = False
) -> bytes:
    """`html` as PDF, only if every character can be printed and exactly the `expected` symbols can be read."""
    check_glyphs(html)
    pdf = press.print_pdf(html, stylesheets, urgent=urgent)
    check_pdf(pdf, expected)
    return pdf


def check_glyphs(html: str) -> None:
    """Raise LabelError for a character that would come out as a box, wherever in the page it stands."""
    for character in set(html) - {"\n"}:
        if character_width(character, bold=False) is None and character_width(character, bold=True) is None:
            raise missing_glyph("of the label", character)


def text(
    words: str | Sequence[str],
    *,
    room: int,
    height: int,
    sizes: Sequence[int],
    bold: bool = False,
    cut: bool = False,
    middle: bool = False,
) -> Markup:
    """Template helper: words in their largest size that fits, one block per line; `middle` centres them in `height`."""
    fitted = fit(
        [words] if isinstance(words, str) else words, room=room, height=height, sizes=sizes, bold=bold, cut=cut
    )
    weight = "bold" if fitted.bold else "normal"
    blocks = Markup("").join(Markup('<div class="line">{}</div>').format(line) for line in fitted.lines)
    return Markup('<div style="font-size:{}mm;line-height:{}mm;font-weight:{};padding-top:{}mm">{}</div>').format(
        mm(fitted.size), mm(line_pitch(fitted.size)), weight, mm(fitted.drop(height) if middle else 0), blocks
    )


def bars(symbol: LinearSymbol, *, room: int, height: int, most: int, least: int) -> Markup:
    """Template helper: a linear symbol, `most` to `least` dots per module, centred in `room` dots with quiet zones.

    The left edge is a whole number of dots, because half a dot there would round every bar its own way.
    """
    dots = module_dots(symbol.expected, len(symbol.modules), room=room, most=most, least=least)
    width = dots * len(symbol.modules)
    style = Markup("width:{}mm;height:{}mm;margin-left:{}mm").format(
        mm(width, -2 * HAIR_MICROMETRES), mm(height), mm((room - width) // 2, HAIR_MICROMETRES)
    )
    return Markup('<img class="symbol" alt="" src="{}" style="{}">').format(png_data_uri(symbol), style)


def square(symbol: QrSymbol, *, dots: int) -> Markup:
    """Template helper: a QR symbol with `dots` dots per module."""
    side = mm(dots * len(symbol.rows), -2 * HAIR_MICROMETRES)
    return Markup('<img class="symbol" alt="" src="{}" style="width:{}mm;height:{}mm;margin:{}mm">').format(
        png_data_uri(symbol), side, side, mm(0, HAIR_MICROMETRES)
    )


_HELPERS: Mapping[str, Callable[..., str]] = {"text": text, "bars": bars, "square": square}
_html = environment(Medium.PDF, _HELPERS)
_paper_html = environment(Medium.PDF, _HELPERS, finalized)


def _pdf(contents: Contents, press: Press, *, urgent: bool) -> RenderedLabel:
    html, stylesheets = html_of(contents)
    pdf = pdf_checked(html, stylesheets, contents.expected, press, urgent=urgent)
    return finished(pdf, "application/pdf", contents.expected)


def html_of(contents: Contents) -> tuple[str, tuple[str, ...]]:
    """The filled page and its style sheets, as the press takes them."""
    own_style = f"{contents.template}.css"
    is_paper = template_header(contents.template, Medium.PDF).is_paper
    html = fill(_paper_html if is_paper else _html, contents.template, Medium.PDF, contents.values)
    return html, (own_style,) if is_paper else (_SHARED_STYLE, own_style)


def mm(dots: int, micrometres: int = 0) -> str:
    """Dots, and a few thousandths of a millimetre, as millimetres: exactly, an eighth has three decimals."""
    length = dots * 125 + micrometres
    return f"{'-' if length < 0 else ''}{abs(length) // 1000}.{abs(length) % 1000:03d}"
