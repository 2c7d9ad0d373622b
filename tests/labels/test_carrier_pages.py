"""Which page of a carrier's document is the label, and which are papers."""

import pytest
from PIL import Image

from tests.labels.test_given import NUMBER, PDF, dots, pages_pdf
from wms.carriers.simulator.label import label_pdf
from wms.labels.carrier_pages import further_pages, taken_apart
from wms.labels.model import LabelError, LabelTrouble
from wms.labels.reader import page_rasters, page_sizes

BLANK = Image.new("1", (1680, 2376), 255)


def on_a_sheet() -> Image.Image:
    sheet = BLANK.copy()
    sheet.paste(dots(), (60, 40))
    return sheet


def test_a_document_of_one_page_is_the_label_as_it_is() -> None:
    assert taken_apart(PDF, NUMBER).label is PDF
    assert taken_apart(PDF, NUMBER).papers is None
    assert further_pages("application/pdf", PDF) == 0


@pytest.mark.parametrize(
    "pages",
    [(BLANK, dots(), BLANK), (on_a_sheet(), dots(), BLANK), (dots(), dots(), BLANK)],
    ids=["one bears the number", "the smaller of two", "the first of two alike"],
)
def test_the_page_with_the_number_is_the_label_and_the_others_are_papers(pages: tuple[Image.Image, ...]) -> None:
    whole = pages_pdf(*pages)
    apart = taken_apart(whole, NUMBER)
    assert [page.tobytes() for page in page_rasters(apart.label)] == [dots().tobytes()]
    assert apart.papers is not None
    assert len(page_sizes(apart.papers)) == further_pages("application/pdf", whole) == 2


def test_pages_of_another_parcel_are_refused_and_what_is_no_document_has_none() -> None:
    with pytest.raises(LabelError, match="2 pages, which bear SF7440000000002 and none SF7440000000001") as caught:
        taken_apart(pages_pdf(page_rasters(label_pdf("SF7440000000002"))[0], BLANK), NUMBER)
    assert caught.value.trouble is LabelTrouble.OTHER_NUMBER
    assert further_pages("application/pdf", b"broken") == further_pages("image/png", b"") == 0
