"""A carrier's own label on our printers: read first, then passed on as it is, or dot for dot as a picture.

A PDF or picture becomes the dots of the printer, not scaled unless the paper is too small, turned where that helps; of
a PDF of several pages, the one that is the label (`carrier_pages`). ZPL is passed through where it is one plain label,
to printers of the dots it was drawn for. What only a platform's own program can read is refused by name. No label
leaves here unless the parcel's tracking number was read back from one of its symbols, by the very rule by which its
scan finds the parcel. Called by `jobs`; slow, never inside a transaction.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from PIL import Image, UnidentifiedImageError

from wms.labels.carrier_pages import taken_apart
from wms.labels.foreign_zpl import dots_per_inch_of, numbers_on
from wms.labels.model import LabelError, LabelTrouble, Medium, ParcelSize, RenderedLabel
from wms.labels.picture_commands import picture_commands, picture_in
from wms.labels.placing import on_paper, paper_dots, shrinking
from wms.labels.reader import page_rasters, read_everything
from wms.labels.render import finished
from wms.shipments.label_codes import bears, numbers_in

PDF_TYPE, ZPL_TYPE = Medium.PDF.media_type, Medium.ZPL_203.media_type
PICTURE_TYPES = frozenset({"image/png", "image/gif"})
_MOST_DOTS = 40_000_000
_BLACK_BELOW = 128
_DOT_FOR_DOT = range(97, 136)
"""How large the paper is, in per cent of a picture that has one pixel per dot: from a label whose 200 dpi are called
203 to one of a smaller size. Anything else was drawn for other dots."""
_NAMED = 5
"""Symbols that a refusal names."""


@dataclass(frozen=True, slots=True)
class GivenLabel:
    """What a carrier gave to be put onto a parcel."""

    media_type: str
    content: bytes = field(repr=False)
    number: str
    """The tracking number that one of its symbols must bear."""

    @property
    def is_printable(self) -> bool:
        """Whether printers can be made to print it; else only the program of whoever made it can."""
        return self.media_type in {PDF_TYPE, ZPL_TYPE} | PICTURE_TYPES

    def may_be_made_as(self, medium: Medium) -> bool:
        """Whether it can be had in that medium at all: commands for one kind of printer are for no other."""
        return self.is_printable and (self.media_type != ZPL_TYPE or medium is self.zpl_medium)

    @property
    def zpl_medium(self) -> Medium:
        """What ZPL was drawn for."""
        return Medium.ZPL_300 if dots_per_inch_of(self.content) == 300 else Medium.ZPL_203


def render_given(given: GivenLabel, medium: Medium, size: ParcelSize) -> RenderedLabel:
    """The carrier's label for the medium, on paper of that size. Raises LabelError; then nothing is printed."""
    if not given.is_printable:
        raise _refused(
            f"is of the kind {given.media_type}, which only the program of its platform can print",
            LabelTrouble.NOT_OURS,
        )
    if given.media_type == ZPL_TYPE:
        return _passed_on(given, medium)
    whole = given
    if given.media_type == PDF_TYPE:
        given = replace(given, content=taken_apart(given.content, given.number).label)
    if given.media_type == PDF_TYPE and medium is Medium.PDF:
        for picture in _pictures(given, Medium.ZPL_203, None):
            if _bears(read_everything(picture), given.number):
                # With all its pages: where there is a printer for documents, its papers come out with the label.
                return finished(whole.content, PDF_TYPE, ())
        raise _not_borne(given, Medium.ZPL_203, None)
    paper = paper_dots(size, Medium.ZPL_300 if medium is Medium.PDF else medium)
    for picture in _pictures(given, medium, paper):
        if medium is Medium.PDF:
            if _bears(read_everything(picture), given.number):
                return finished(_as_pdf(picture), PDF_TYPE, ())
            continue
        printed = picture_commands(picture, medium)
        # Read from the bytes that leave, not from the picture they were made of.
        if _bears(read_everything(picture_in(printed, medium)), given.number):
            return finished(printed, medium.media_type, ())
    raise _not_borne(given, medium, paper)


def _passed_on(given: GivenLabel, medium: Medium) -> RenderedLabel:
    needed = given.zpl_medium
    if medium is not needed:
        raise _refused(
            f"can be printed by {needed.in_words} printers only and not as {medium.in_words}: move it to such a"
            " printer, or have the carrier's account ask for PDF",
            LabelTrouble.OTHER_PRINTER,
        )
    try:
        texts = numbers_on(given.content.decode("utf-8"))
    except UnicodeDecodeError:
        raise _refused("is no ZPL that can be read") from None
    if not _bears(texts, given.number):
        raise _missing(texts, given.number)
    return finished(given.content, ZPL_TYPE, ())


def _pictures(given: GivenLabel, medium: Medium, paper: tuple[int, int] | None) -> Iterator[Image.Image]:
    """The label in dots: with hard edges first, as carriers draw for label printers, then with softened ones."""
    for smooth in (False, True):
        whole = _drawn(given, medium, paper, smooth=smooth)
        if paper is None:
            yield whole
            continue
        fitted = on_paper(whole, paper)
        if fitted is None:
            smaller = _drawn(given, medium, paper, smooth=smooth, shrunk=shrinking(whole, paper))
            fitted = on_paper(smaller, paper)
        if fitted is not None:
            yield fitted


def _drawn(
    given: GivenLabel, medium: Medium, paper: tuple[int, int] | None, *, smooth: bool, shrunk: float = 1
) -> Image.Image:
    if given.media_type == PDF_TYPE:
        (page,) = page_rasters(given.content, medium=medium, shrunk=shrunk, smooth=smooth)
        return page
    assert paper is not None, "a picture is always drawn for a paper"
    return _picture(given.content, paper, smooth=smooth, shrunk=shrunk)


def _picture(content: bytes, paper: tuple[int, int], *, smooth: bool, shrunk: float) -> Image.Image:
    """A carrier's picture in the printer's dots: pixel for dot where it was made for such a printer, else as large as
    the paper.
    """
    try:
        with Image.open(io.BytesIO(content), formats=["PNG", "GIF"]) as opened:
            if opened.width * opened.height > _MOST_DOTS:
                raise _refused("is a picture with more dots than any label")
            coloured = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise _refused("is no picture that can be read") from None
    grey = Image.new("RGBA", coloured.size, "white")
    grey.alpha_composite(coloured)
    flat = grey.convert("L")
    long, wide = max(flat.size), min(flat.size)
    per_cent = min(100 * max(paper) // long, 100 * min(paper) // wide)
    if shrunk != 1 or per_cent not in _DOT_FOR_DOT:
        factor = shrunk if shrunk != 1 else min(max(paper) / long, min(paper) / wide)
        way = Image.Resampling.LANCZOS if smooth else Image.Resampling.NEAREST
        flat = flat.resize((max(1, int(flat.width * factor)), max(1, int(flat.height * factor))), way)
    return flat.point(lambda level: 0 if level < _BLACK_BELOW else 255, "1")


def _as_pdf(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PDF", resolution=300)
    return stream.getvalue()


def _bears(texts: list[str], number: str) -> bool:
    return any(bears(text, number) for text in texts)


def _not_borne(given: GivenLabel, medium: Medium, paper: tuple[int, int] | None) -> LabelError:
    texts = [text for picture in _pictures(given, medium, paper) for text in read_everything(picture)]
    return _missing(list(dict.fromkeys(texts)), given.number)


def _missing(texts: list[str], number: str) -> LabelError:
    # Numbers only: such symbols may hold names and addresses too.
    numbers = dict.fromkeys(word for text in texts for word in numbers_in(text)[:1])
    seen = ", ".join(list(numbers)[:_NAMED]) or "no number"
    return LabelError(
        "carrier's label",
        f"bears {seen} and not {number}, the number of this parcel; it was not printed. Give both to your supervisor",
        LabelTrouble.OTHER_NUMBER,
    )


def _refused(what: str, trouble: LabelTrouble = LabelTrouble.BROKEN_FILE) -> LabelError:
    return LabelError("carrier's label", f"{what}; it was not printed", trouble)
