import re
from html.parser import HTMLParser

import pytest

from tests.labels.samples import SMALL_LABELS
from wms.labels.contents import small_symbol
from wms.labels.model import LabelError, PlaceLabel
from wms.labels.press import Press
from wms.labels.reader import page_rasters, read_raster
from wms.labels.sheet import MAX_LABELS, render_sheet, sheet_html

RACK = [PlaceLabel(f"B-{number:02d}-01-A", f"{number:02d}", "Reserve shelves") for number in range(40)]


def test_every_label_can_be_read_from_the_printed_sheet(press: Press) -> None:
    labels = [*SMALL_LABELS, *RACK]
    pages = page_rasters(render_sheet(labels, press=press))
    assert len(pages) == 4
    expected = [small_symbol(label).expected for label in labels]
    kinds = {symbol.symbology for symbol in expected}
    found = [symbol for page in pages for symbol in read_raster(page, kinds).elements()]
    assert sorted(found, key=repr) == sorted(expected, key=repr)


class Tags(HTMLParser):
    """Collects tags and attribute names."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(name for name, _ in attrs)


def test_the_page_needs_no_script_and_no_inline_style() -> None:
    html = sheet_html(SMALL_LABELS, title="<Demo> & more", nonce="abc123")
    tags = Tags()
    tags.feed(html)
    assert tags.tags.count("img") == len(SMALL_LABELS)
    assert "script" not in tags.tags
    assert "style" not in tags.attributes
    assert not any(name.startswith("on") for name in tags.attributes)
    assert re.findall(r"<style[^>]*>", html) == ['<style nonce="abc123">']
    assert "&lt;Demo&gt; &amp; more" in html
    assert '"DejaVu Sans"' in html


def test_a_sheet_has_a_first_and_a_last_label(press: Press) -> None:
    for labels in ([], RACK * (MAX_LABELS // len(RACK) + 1)):
        with pytest.raises(LabelError, match="1 to 700"):
            render_sheet(labels, press=press)
        with pytest.raises(LabelError, match="1 to 700"):
            sheet_html(labels)


def test_a_bad_label_spoils_the_sheet_with_its_name(press: Press) -> None:
    with pytest.raises(LabelError, match="do not fit"):
        render_sheet([*RACK, PlaceLabel("X" * 44, "1", "Nowhere")], press=press)
