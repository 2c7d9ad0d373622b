"""One label in, one finished label out: chosen template, filled, set, and read back before anybody gets it.

`render_label` is the door of this slice for everything that prints. A PDF may take tens of milliseconds and waits for
the press: call it from an outbox handler or a page, never inside a transaction. Sizes in templates are eighths of a
millimetre, dots of a 203 dpi printer, so that every module of a symbol begins and ends on a dot.
"""

import hashlib
from uuid import UUID

from wms.labels.contents import Contents, contents_of
from wms.labels.documents import Document
from wms.labels.fonts import character_width, missing_glyph
from wms.labels.label_page import bars, label_html
from wms.labels.label_picture import label_picture
from wms.labels.model import ExpectedSymbol, Label, Medium, ParcelLabel, RenderedLabel
from wms.labels.paper import finalized
from wms.labels.picture_commands import check_picture, picture_commands
from wms.labels.press import Press
from wms.labels.reader import check_pdf
from wms.labels.templates import environment, fill, template_header
from wms.labels.zpl import zpl_text
from wms.labels.zpl_check import check_zpl

_LABEL_STYLE = "shared/label.css"


def render_label(
    label: Label | Document, medium: Medium, *, press: Press, job_id: UUID, urgent: bool = False
) -> RenderedLabel:
    """Any label for any medium. Raises LabelError (this label is wrong) or PressError (perhaps try again).

    Papers (packing list, manifest, customs list) exist as PDF only; what no font can print is its number there.

    `job_id` stands in the comment of a ZPL label, so that a capture of the printer's line can be traced; other media do
    not carry it, and the same label gives the same bytes. Whoever stands and waits is `urgent`, and first at the press.
    """
    contents = contents_of(label)
    if medium is Medium.PDF:
        return _pdf(contents, press, urgent=urgent)
    if medium.is_zpl:
        text_of_label = zpl_text(contents, job_id, medium)
        check_zpl(text_of_label, contents.expected)
        return finished(text_of_label.encode("utf-8"), medium.media_type, contents.expected)
    commands = picture_commands(label_picture(contents, medium), medium)
    check_picture(commands, medium, contents.expected)
    return finished(commands, medium.media_type, contents.expected)


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


_papers = environment({"bars": bars}, finalized)


def _pdf(contents: Contents, press: Press, *, urgent: bool) -> RenderedLabel:
    html, stylesheets = html_of(contents)
    pdf = pdf_checked(html, stylesheets, contents.expected, press, urgent=urgent)
    return finished(pdf, Medium.PDF.media_type, contents.expected)


def html_of(contents: Contents) -> tuple[str, tuple[str, ...]]:
    """The filled page and its style sheets, as the press takes them."""
    if template_header(contents.template).is_paper:
        return fill(_papers, contents.template, contents.values), (f"{contents.template}.css",)
    return label_html(contents), (_LABEL_STYLE,)
