"""Carriers' own labels on our printers: dot for dot where it can be, turned, shrunk, passed on, or refused in words."""

import io
from collections.abc import Callable

import pytest
from PIL import Image

from wms.carriers.simulator.label import label_pdf, square_text
from wms.labels.given import GivenLabel, render_given
from wms.labels.model import LabelError, Medium, ParcelSize
from wms.labels.picture_commands import picture_in
from wms.labels.reader import page_rasters, read_everything

NUMBER = "SF7440000000001"
PDF = label_pdf(NUMBER)
SIZE = ParcelSize.MM_100X150
ZPL = "application/vnd.zebra-zpl"
PLAIN = f"^XA^PW800^LL1200^FO50,50^BY3^BCN,100,Y,N,N,A^FD{NUMBER}^FS^FO50,300^A0N,30,30^FDHello^FS^XZ"


def dots() -> Image.Image:
    (page,) = page_rasters(PDF)
    return page


def png(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def pdf_of(picture: Image.Image, dpi: float = 203.2) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PDF", resolution=dpi)
    return stream.getvalue()


def pages_pdf(*pictures: Image.Image) -> bytes:
    stream = io.BytesIO()
    pictures[0].save(stream, "PDF", resolution=203.2, save_all=True, append_images=list(pictures[1:]))
    return stream.getvalue()


def printed(media_type: str, content: bytes, medium: Medium = Medium.ZPL_203) -> Image.Image:
    made = render_given(GivenLabel(media_type, content, NUMBER), medium, SIZE)
    assert made.media_type == medium.media_type
    return picture_in(made.content, medium)


def refusal(media_type: str, content: bytes, medium: Medium = Medium.ZPL_203) -> str:
    """Its words, with its code behind them."""
    with pytest.raises(LabelError) as caught:
        render_given(GivenLabel(media_type, content, NUMBER), medium, SIZE)
    return str(caught.value)


def test_a_document_of_the_papers_size_is_burnt_dot_for_dot() -> None:
    assert printed("application/pdf", PDF).tobytes() == dots().tobytes()


@pytest.mark.parametrize("medium", [Medium.ZPL_300, Medium.TSPL_203, Medium.TSPL_300])
def test_it_is_drawn_anew_for_every_other_printer(medium: Medium) -> None:
    picture = printed("application/pdf", PDF, medium)
    assert picture.size == (medium.dots(800), medium.dots(1200))
    assert set(read_everything(picture)) == {NUMBER, square_text(NUMBER)}


def test_a_printer_of_documents_gets_the_very_document() -> None:
    assert render_given(GivenLabel("application/pdf", PDF, NUMBER), Medium.PDF, SIZE).content == PDF


def test_a_label_that_lies_on_its_side_is_turned() -> None:
    lying = dots().transpose(Image.Transpose.ROTATE_270)
    assert printed("application/pdf", pdf_of(lying)).tobytes() == dots().tobytes()


def test_a_label_in_the_corner_of_a_large_sheet_is_cut_out_and_not_scaled() -> None:
    sheet = Image.new("1", (1680, 2376), 255)
    sheet.paste(dots(), (60, 40))
    ink = dots().point(lambda level: 255 - level).getbbox()
    found = printed("application/pdf", pdf_of(sheet))
    box = found.point(lambda level: 255 - level).getbbox()
    assert ink is not None
    assert box is not None
    assert found.crop(box).tobytes() == dots().crop(ink).tobytes()


def test_a_label_too_large_for_the_paper_is_drawn_smaller_if_it_can_still_be_read() -> None:
    large = dots().resize((1200, 1800), Image.Resampling.NEAREST)
    framed = Image.new("1", (1216, 1816), 0)
    framed.paste(large, (8, 8))
    picture = printed("application/pdf", pdf_of(framed))
    assert picture.size == (800, 1200)
    assert NUMBER in read_everything(picture)


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page,
        lambda page: page.convert("RGBA"),
        lambda page: page.transpose(Image.Transpose.ROTATE_270),
        lambda page: page.resize((1182, 1773), Image.Resampling.NEAREST),
    ],
)
def test_a_picture_is_printed_like_a_document(change: Callable[[Image.Image], Image.Image]) -> None:
    assert NUMBER in read_everything(printed("image/png", png(change(dots()))))


def test_a_printer_of_documents_gets_a_picture_as_a_document() -> None:
    made = render_given(GivenLabel("image/png", png(dots()), NUMBER), Medium.PDF, SIZE)
    assert NUMBER in read_everything(page_rasters(made.content)[0])


def test_one_plain_label_in_zpl_is_passed_through() -> None:
    given = GivenLabel(ZPL, PLAIN.encode(), NUMBER)
    assert render_given(given, Medium.ZPL_203, SIZE).content == PLAIN.encode()


def test_zpl_for_300_dpi_goes_to_printers_of_300_dpi() -> None:
    wide = PLAIN.replace("^PW800", "^PW1181").encode()
    assert render_given(GivenLabel(ZPL, wide, NUMBER), Medium.ZPL_300, SIZE).content == wide
    assert "by ZPL 300 dpi printers only" in refusal(ZPL, wide, Medium.ZPL_203)


@pytest.mark.parametrize(
    "zpl",
    [
        PLAIN.replace("^PW800", "^LRN^PMN^MUD^FWN^PW800"),
        PLAIN.replace(NUMBER, f">:{NUMBER[:3]}>5{NUMBER[3:]}"),
        PLAIN.replace("^BCN,100,Y,N,N,A^FD", "^BQN,2,6^FDMA,").replace(NUMBER, square_text(NUMBER)),
        PLAIN.replace("^BCN,100,Y,N,N,A^FD", "^BXN,6,200^FH^FD_53").replace(NUMBER, NUMBER[1:]),
        render_given(GivenLabel("application/pdf", PDF, NUMBER), Medium.ZPL_203, SIZE).content.decode(),
    ],
)
def test_the_number_is_found_in_whatever_symbol_the_printer_draws(zpl: str) -> None:
    given = GivenLabel(ZPL, zpl.encode(), NUMBER)
    assert render_given(given, Medium.ZPL_203, SIZE).content == zpl.encode()


def test_graphics_in_hexadecimal_with_its_shorthand_are_read() -> None:
    picture = dots().crop((0, 560, 560, 800)).point(lambda level: 255 - level)
    rows = [picture.crop((0, row, 560, row + 1)).tobytes().hex().upper() for row in range(picture.height)]
    folded = [":" if number and rows[number - 1] == row else short(row) for number, row in enumerate(rows)]
    zpl = f"^XA^FO0,0^GFA,{70 * 240},{70 * 240},70,{''.join(folded)}^FS^XZ"
    assert render_given(GivenLabel(ZPL, zpl.encode(), NUMBER), Medium.ZPL_203, SIZE).content == zpl.encode()


def short(row: str) -> str:
    """A row of hexadecimal with its end and its repeats shortened, as printers' drivers do."""
    body = row.rstrip("0")
    text, begin = "", 0
    while begin < len(body):
        end = begin
        while end < len(body) and body[end] == body[begin] and end - begin < 19:
            end += 1
        text += (chr(ord("G") + end - begin - 1) if end - begin > 1 else "") + body[begin]
        begin = end
    return f"{text}," if len(body) < len(row) else text


@pytest.mark.parametrize(
    ("zpl", "says"),
    [
        (PLAIN.replace("^XZ", "^PQ2^XZ"), "2 copies"),
        (PLAIN * 2, "2 formats"),
        (PLAIN.replace("^XZ", "^JUS^XZ"), "^JU"),
        (PLAIN.replace("^XZ", "^LT20^XZ"), "^LT"),
        (PLAIN.replace("^PW800", "^PW800^LS0"), "^LS"),
        (PLAIN.replace("^PW800", "^PW800^CW0,E:OTHER.TTF"), "^CW"),
        (PLAIN.replace("^PW800", "^PW800^LRY"), "^LRY, which holds for the labels after it"),
        (PLAIN.replace("^PW800", "^PW800^PMY"), "^PMY"),
        (PLAIN.replace("^PW800", "^PW800^MUM,203,300"), "^MUM"),
        (PLAIN.replace("^PW800", "^PW800^FWR"), "^FWR"),
        (f"~JA{PLAIN}", "formats"),
        (PLAIN.replace("Hello", "Hello~JR"), "~JR"),
        (f"{PLAIN}^IDR:*.*", "behind ^XZ"),
        (PLAIN.replace(NUMBER, "SF7440000000009"), "SF7440000000009 and not SF7440000000001"),
        (PLAIN.replace("^BCN,100,Y,N,N,A", "^A0N,30,30"), "no number"),
        ("^XA^FO0,0^GFA,8,8,900000000,:Z64:eJwDAAAAAAE=:0000^FS^XZ", "graphic"),
    ],
)
def test_zpl_that_does_more_than_draw_this_parcels_label_is_refused(zpl: str, says: str) -> None:
    assert says in refusal(ZPL, zpl.encode())


def test_what_cannot_be_printed_here_is_refused_by_name() -> None:
    assert refusal("application/x-cainiao", b"sealed").endswith("can print; it was not printed [label_not_ours]")
    assert "by ZPL 203 dpi printers only and not as TSPL 300 dpi" in refusal(ZPL, PLAIN.encode(), Medium.TSPL_300)
    assert "no PDF" in refusal("application/pdf", b"%PDF-1.4 broken")
    assert "no picture" in refusal("image/png", b"\x89PNG broken")
    assert "empty page" in refusal("application/pdf", pdf_of(Image.new("1", (800, 1200), 255)))
    assert "no ZPL" in refusal(ZPL, b"\xff\xfe")
    assert refusal(ZPL, PLAIN.encode(), Medium.PDF).endswith("[label_other_printer]")
    assert refusal(ZPL, PLAIN.replace("Hello", "Hello~JR").encode()).endswith("[label_unsafe_commands]")
    assert refusal("image/png", b"broken").endswith("[label_broken_file]")


def test_another_parcels_label_is_refused() -> None:
    said = refusal("application/pdf", label_pdf("SF7440000000002"))
    assert "bears SF7440000000002 and not SF7440000000001" in said
    assert "bears SF7440000000002 and not SF7440000000001" in refusal(
        "application/pdf", label_pdf("SF7440000000002"), Medium.PDF
    )


def test_of_several_pages_one_is_the_label_and_a_printer_of_documents_gets_them_all() -> None:
    whole = pages_pdf(Image.new("1", (800, 1200), 255), dots())
    assert printed("application/pdf", whole).tobytes() == dots().tobytes()
    assert render_given(GivenLabel("application/pdf", whole, NUMBER), Medium.PDF, SIZE).content == whole
