"""Finished PDF labels: every symbol read from a 203 dpi raster, dot-exact, nothing over anything else."""

import shutil
import subprocess
from itertools import groupby
from pathlib import Path
from uuid import uuid4

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from tests.labels.samples import LABELS, PARTIES, parcel
from tests.support.requirement import lacking
from wms.labels.contents import contents_of
from wms.labels.label_page import bars, mm
from wms.labels.model import Arrow, Label, LabelError, Medium, Party, PlaceLabel, RenderedLabel, SkuLabel, Symbology
from wms.labels.press import Press
from wms.labels.reader import check_pdf
from wms.labels.render import check_glyphs, pdf_checked, render_label, render_parcel
from wms.labels.symbols import LinearSymbol, code_128, qr

LINEAR = {Symbology.CODE_128, Symbology.GS1_128, Symbology.EAN_13}


def pdf(label: Label, press: Press) -> RenderedLabel:
    return render_label(label, Medium.PDF, press=press, job_id=uuid4())


def raster(content: bytes) -> Image.Image:
    """The page as a 203 dpi printer would print it, by its own few lines and not the product's."""
    document = pypdfium2.PdfDocument(content)
    assert len(document) == 1
    # Without the hair less, the raster is a dot wider than the page and PDFium stretches the page to it.
    picture = (
        document[0].render(scale=203.2 / 72 * (1 - 1e-5), no_smoothtext=True, no_smoothimage=True).to_pil().convert("L")
    )
    document.close()
    return picture.point(lambda level: 0 if level < 128 else 255)


@pytest.mark.parametrize("name", LABELS)
def test_every_symbol_reads_back_with_its_identifier(name: str, press: Press) -> None:
    label = LABELS[name]
    found = zxingcpp.read_barcodes(raster(pdf(label, press).content), text_mode=zxingcpp.TextMode.Plain)
    # ZXing left to itself calls an EAN-13 with a leading zero UPC-A: the same bars, the same GTIN.
    assert sorted((code.symbology_identifier, code.text.rjust(13, "0")) for code in found) == sorted(
        (symbol.symbology.value, symbol.content.rjust(13, "0")) for symbol in contents_of(label).expected
    )


@pytest.mark.parametrize("name", LABELS)
def test_every_symbol_reads_back_with_a_second_engine(name: str, press: Press, tmp_path: Path) -> None:
    program = shutil.which("zbarimg")
    if program is None:
        lacking("zbarimg is not installed; on Debian: apt install zbar-tools", "WMS_ZBAR_REQUIRED")
    picture = tmp_path / "label.png"
    rendered = pdf(LABELS[name], press)
    raster(rendered.content).save(picture)
    done = subprocess.run(
        [program, "--quiet", "--raw", "--nodbus", str(picture)], capture_output=True, text=True, check=True
    )
    found = {line.rjust(13, "0") for line in done.stdout.splitlines()}
    assert {symbol.content.rjust(13, "0") for symbol in rendered.expected} <= found


@pytest.mark.parametrize("name", LABELS)
def test_every_bar_and_space_is_a_whole_number_of_dots(name: str, press: Press) -> None:
    """A clean image decodes with bars half as wide again; only measuring finds them."""
    label = LABELS[name]
    page = raster(pdf(label, press).content)
    for symbol in contents_of(label).values.values():
        if isinstance(symbol, LinearSymbol):
            modules = [(bar, len(list(run))) for bar, run in groupby(symbol.modules)]
            assert any(_stands_in(page, row, modules) for row in range(0, page.height, 8))


def _stands_in(page: Image.Image, row: int, modules: list[tuple[str, int]]) -> bool:
    dots = page.crop((0, row, page.width, row + 1)).tobytes()
    runs = [("1" if level == 0 else "0", len(list(run))) for level, run in groupby(dots)]
    return any(
        all(runs[start + place] == (bar, width * scale) for place, (bar, width) in enumerate(modules))
        for start in range(len(runs) - len(modules) + 1)
        for scale in (2, 3, 4)
    )


@pytest.mark.parametrize("name", LABELS)
def test_no_text_leaves_the_label_or_stands_on_another_or_on_a_symbol(name: str, press: Press) -> None:
    document = pypdfium2.PdfDocument(pdf(LABELS[name], press).content)
    page = document[0]
    width, height = page.get_size()
    text = page.get_textpage()
    glyphs = [
        (text.get_text_range(number, 1), *text.get_charbox(number))
        for number in range(text.count_chars())
        if text.get_text_range(number, 1).strip()
    ]
    images = [item.get_bounds() for item in page.get_objects() if item.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    text.close()
    document.close()
    arrows = getattr(LABELS[name], "arrow", Arrow.NONE) is not Arrow.NONE
    assert len(images) == len(contents_of(LABELS[name]).expected) + arrows
    margin = 1 * 72 / 25.4
    for glyph, left, bottom, right, top in glyphs:
        assert margin <= left, glyph
        assert right <= width - margin, glyph
        assert margin <= bottom, glyph
        assert top <= height - margin, glyph
        assert not any(_overlap((left, bottom, right, top), image, 0) for image in images), glyph
    boxes = [glyph[1:] for glyph in glyphs]
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            assert not _overlap(one, other, 1), "text stands on text"


def _overlap(one: tuple[float, ...], other: tuple[float, ...], slack: float) -> bool:
    """Whether two boxes (left, bottom, right, top; points) share more than `slack` in both directions."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    upwards = min(one[3], other[3]) - max(one[1], other[1])
    return across > slack and upwards > slack


@pytest.mark.parametrize("party", PARTIES)
def test_the_whole_address_stands_on_the_label(party: str, press: Press) -> None:
    recipient = PARTIES[party]
    document = pypdfium2.PdfDocument(pdf(parcel(recipient), press).content)
    text = document[0].get_textpage()
    found = "".join(text.get_text_range().split()).replace("\ufffe", "-").replace("\xad", "-")
    text.close()
    document.close()
    for line in (recipient.name, recipient.phone, *recipient.address_lines):
        assert "".join(line.split()).replace("-", "") in found.replace("-", "")


def test_latin_labels_carry_one_small_font_and_chinese_ones_the_chinese_font(press: Press) -> None:
    assert _fonts(pdf(parcel(PARTIES["latin"]), press).content) == {"DejaVu-Sans", "DejaVu-Sans-Bold"}
    chinese = _fonts(pdf(parcel(PARTIES["chinese"]), press).content)
    assert chinese <= {"DejaVu-Sans", "DejaVu-Sans-Bold", "Label-CJK-SC", "Label-CJK-SC-Bold"}
    assert "Label-CJK-SC" in chinese
    assert any("Noto" in font for font in _fonts(pdf(parcel(Party("齾", "", ("齾",))), press).content))


def _fonts(content: bytes) -> set[str]:
    document = pypdfium2.PdfDocument(content)
    names = {
        item.get_font().get_base_name().split("+")[-1]
        for item in document[0].get_objects()
        if item.type == pypdfium2.raw.FPDF_PAGEOBJ_TEXT
    }
    document.close()
    return names


def test_a_reprint_is_the_same_bytes_and_the_digest_is_theirs(press: Press) -> None:
    import hashlib

    first = pdf(parcel(), press)
    assert first == pdf(parcel(), press)
    assert first.media_type == "application/pdf"
    assert first.sha256 == hashlib.sha256(first.content).hexdigest()
    zpl = render_parcel(parcel(), Medium.ZPL_203, press=press, job_id=uuid4())
    assert zpl.media_type == "application/vnd.zebra-zpl"
    assert zpl.expected == first.expected


@pytest.mark.parametrize("medium", Medium)
def test_a_character_without_glyph_fails_the_label(medium: Medium, press: Press) -> None:
    for label in (SkuLabel("A", "Unicorn 🦄"), PlaceLabel("A", "11", "𒀀"), parcel(order_number="🦄")):
        with pytest.raises(LabelError, match=r"in no font.*label_no_glyph"):
            render_label(label, medium, press=press, job_id=uuid4())
    with pytest.raises(LabelError, match="in no font"):
        check_glyphs("<p>🦄</p>")


@pytest.mark.parametrize("medium", Medium)
def test_what_does_not_fit_fails_the_label(medium: Medium, press: Press) -> None:
    for label in (
        SkuLabel("A" * 30, "Long code"),
        parcel(tracking_number="A" * 40),
        parcel(routing_code="R" * 80),
        parcel(PARTIES["latin"], order_number="N" * 200),
    ):
        with pytest.raises(LabelError, match=r"fit.*label_no_room"):
            render_label(label, medium, press=press, job_id=uuid4())


def test_a_label_whose_symbol_is_gone_wrong_or_doubled_is_not_handed_out(press: Press) -> None:
    image = str(bars(code_128("TOT-17"), room=784, height=100, most=3, least=3))
    other = str(bars(code_128("TOT-18"), room=784, height=100, most=3, least=3))
    expected = code_128("TOT-17").expected
    style = "<style>@page { size: 100mm 100mm; margin: 5mm } img { image-rendering: pixelated; display: block }</style>"
    assert pdf_checked(style + image, (), (expected,), press)
    with pytest.raises(LabelError, match="cannot be read back"):
        pdf_checked(style + "<p>no symbol", (), (expected,), press)
    with pytest.raises(LabelError, match="cannot be read back"):
        pdf_checked(style + image, (), (code_128("TOT-18").expected,), press)
    with pytest.raises(LabelError, match="does not belong"):
        pdf_checked(style + image + "<p>and another<p>" + other, (), (expected,), press)
    with pytest.raises(LabelError, match="cannot be read back"):
        pdf_checked(style.replace("pixelated", "auto") + image, (), (qr("A").expected,), press)
    with pytest.raises(LabelError):
        check_pdf(press.print_pdf("<p>nothing", ()), [expected])


def test_dots_become_millimetres_exactly() -> None:
    assert [mm(dots) for dots in (0, 1, 7, 8, 801, -4)] == ["0.000", "0.125", "0.875", "1.000", "100.125", "-0.500"]
    assert mm(8, -4) == "0.996"
