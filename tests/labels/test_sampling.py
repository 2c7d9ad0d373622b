"""Every symbol of every template, drawn at 203 and at 300 dpi, and read again; and the samples themselves.

The PDF is rasterised here; ZPL and TSPL are drawn by simulated printers, which share no code with the product. The
reader is left to itself: it is not told what to look for. Every bar is a whole number of dots.
"""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from bench.label_dots import dot_errors
from devices.simulation import tspl_picture, zpl_picture
from wms.labels import sampling
from wms.labels.contents import contents_of
from wms.labels.model import LabelError, Medium
from wms.labels.press import Press
from wms.labels.render import render_label
from wms.labels.sampling import KINDS, media_of, sample_label, sample_names
from wms.labels.templates import Header, template_header

DOTS_PER_INCH = {203: 203.2, 300: 300.0}


def read(picture: Image.Image) -> Counter[tuple[str, str]]:
    found = zxingcpp.read_barcodes(picture.convert("L"), text_mode=zxingcpp.TextMode.Plain)
    return Counter((code.symbology_identifier, code.text) for code in found)


def pages(pdf: bytes, dots_per_inch: float) -> Iterator[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        bitmap = page.render(scale=dots_per_inch / 72 * (1 - 1e-5), no_smoothtext=True, no_smoothimage=True)
        yield bitmap.to_pil().convert("L").point(lambda level: 0 if level < 128 else 255)
    document.close()


def test_every_kind_that_was_asked_for_has_a_template() -> None:
    assert {name.split("/")[0] for name in sample_names()} == set(KINDS)
    sizes = {name.rsplit("_", 1)[1] for name in sample_names() if name.startswith("parcel/")}
    assert sizes == {"100x150", "100x180", "76x130"}
    thermal = {name.split("/")[0] for name in sample_names() if media_of(name) == tuple(Medium)}
    assert set(KINDS) - thermal == {"packing_list", "manifest", "customs_list"}


@pytest.mark.parametrize("name", sample_names())
def test_every_symbol_of_every_template_is_read_again_at_both_resolutions(name: str, press: Press) -> None:
    for medium in media_of(name):
        label = sample_label(name)
        rendered = render_label(label, medium, press=press, job_id=UUID(int=7))
        expected = Counter((symbol.symbology.value, symbol.content) for symbol in contents_of(label).expected)
        assert expected
        if medium is Medium.PDF:
            for dots_per_inch in DOTS_PER_INCH.values():
                found: Counter[tuple[str, str]] = Counter()
                for page in pages(rendered.content, dots_per_inch):
                    found += read(page)
                assert found == expected, (name, dots_per_inch)
        else:
            if medium.is_zpl:
                picture, missing = zpl_picture.picture_of(rendered.content)
            else:
                picture, missing = tspl_picture.picture_of(rendered.content, medium.dots_per_inch)
            assert missing == []
            assert read(picture) == expected, (name, medium)
            assert set(dot_errors(rendered.content, medium)) == {0}, (name, medium)
            width, height = template_header(name).size_dots
            assert picture.size == (medium.dots(width), medium.dots(height))


@pytest.mark.parametrize(
    ("sample", "words"),
    [({}, "wrong sample"), ({"code": "TOT-1"}, "wrong sample")],
)
def test_a_sample_that_makes_no_label_is_an_error(
    sample: dict[str, object], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = Header("parcel/parcel.label", (100, 150), frozenset(), sample)
    monkeypatch.setattr(sampling, "template_header", lambda name: header)
    with pytest.raises(LabelError, match=words):
        sample_label("parcel/parcel_100x150")


def test_a_sample_for_another_template_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    other = template_header("parcel/parcel_76x130")
    monkeypatch.setattr(sampling, "template_header", lambda name: other)
    with pytest.raises(LabelError, match="a sample for parcel/parcel_76x130"):
        sample_label("parcel/odd_76x130")
