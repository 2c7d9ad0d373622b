"""A carrier's document of several pages: one is the label on the box, the others are papers that go with the parcel.

The label is the page that bears the parcel's number; where several do (a label and the courier's own copy of it), the
smallest of them and of equals the first: a parcel has one label, which is scanned back. Called by `given`, by the pages
that hand the papers out, and by the bench's view. Slow but for `further_pages`.
"""

from dataclasses import dataclass
from functools import lru_cache

from wms.labels.model import LabelError, LabelTrouble, Medium
from wms.labels.reader import only_pages, page_rasters, page_sizes, read_everything
from wms.shipments.label_codes import bears, numbers_in

_PDF = Medium.PDF.media_type
_ALIKE = 100
"""Square points by which pages of one size may differ."""


@dataclass(frozen=True, slots=True)
class Apart:
    """A document taken apart; both parts are PDF."""

    label: bytes
    papers: bytes | None


@lru_cache(maxsize=16)
def taken_apart(pdf: bytes, number: str) -> Apart:
    """The label and the papers. Raises LabelError where no page bears the number, or nobody can read the document."""
    sizes = page_sizes(pdf)
    if len(sizes) == 1:
        return Apart(pdf, None)
    label = _label_page(pdf, number, [across * down // _ALIKE for across, down in sizes])
    others = [page for page in range(len(sizes)) if page != label]
    return Apart(only_pages(pdf, [label]), only_pages(pdf, others))


def further_pages(media_type: str, content: bytes) -> int:
    """How many papers go with the label; 0 for what is no document. A few milliseconds at most."""
    try:
        return max(0, len(page_sizes(content)) - 1) if media_type == _PDF else 0
    except LabelError:
        return 0


def _label_page(pdf: bytes, number: str, areas: list[int]) -> int:
    seen: list[str] = []
    for smooth in (False, True):
        texts = [read_everything(page) for page in page_rasters(pdf, smooth=smooth)]
        bearing = [page for page, found in enumerate(texts) if any(bears(text, number) for text in found)]
        if bearing:
            return min(bearing, key=lambda page: (areas[page], page))
        seen = [text for found in texts for text in found]
    named = ", ".join(dict.fromkeys(word for text in seen for word in numbers_in(text)[:1])) or "no number"
    raise LabelError(
        "carrier's label",
        f"has {len(areas)} pages, which bear {named[:200]} and none {number}, the number of this parcel; "
        "it was not printed. Give both to your supervisor",
        LabelTrouble.OTHER_NUMBER,
    )
