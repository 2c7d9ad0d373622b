import re
from uuid import uuid4

import pytest
from jinja2 import meta

from tests.labels.samples import label_from_sample
from wms.labels.model import LabelError, Medium
from wms.labels.press import TEMPLATES, Press
from wms.labels.reader import page_rasters
from wms.labels.render import render_label
from wms.labels.templates import environment, fill, header_of, template_header, template_names

ENDINGS = {Medium.PDF: ".html", Medium.ZPL_203: ".zpl", Medium.ZPL_300: ".zpl"}
HELPERS = {"text", "caption", "box", "bars", "square", "triangle"}
ALL = template_names()
LABELS = [(name, medium) for name, medium in ALL if not name.startswith(("sheet/", "evidence/"))]


def test_every_label_has_both_media_and_a_style_sheet() -> None:
    names = {name for name, _ in LABELS}
    assert len(names) == 6
    for name in names:
        assert {medium for found, medium in LABELS if found == name} == set(Medium)
        assert (TEMPLATES / f"{name}.css").exists()


@pytest.mark.parametrize(("name", "medium"), ALL)
def test_a_header_lists_what_the_template_uses_and_the_size_is_in_the_name(name: str, medium: Medium) -> None:
    header = template_header(name, medium)
    assert header.ending == ENDINGS[medium]
    assert f"{header.size_mm[0]}x{header.size_mm[1]}" == name.rsplit("_", 1)[1]
    made = environment(medium, {})
    source = (TEMPLATES / (name + ENDINGS[medium])).read_text()
    used = meta.find_undeclared_variables(made.parse(source)) - HELPERS
    assert used <= header.fields


@pytest.mark.parametrize(("name", "medium"), LABELS)
def test_the_sample_of_each_template_renders(name: str, medium: Medium, press: Press) -> None:
    header = template_header(name, medium)
    rendered = render_label(label_from_sample(name, header.sample), medium, press=press, job_id=uuid4())
    assert rendered.expected
    if medium is Medium.PDF:
        (page,) = page_rasters(rendered.content)
        assert page.size == header.size_dots


@pytest.mark.parametrize("name", sorted({name for name, _ in ALL}))
def test_positions_on_paper_are_whole_dots(name: str) -> None:
    """Half a dot at the edge of a symbol makes each bar round its own way."""
    css = (TEMPLATES / f"{name}.css").read_text()
    places = re.findall(r"(?:left|top|width|height): ([\d.]+)mm", css)
    assert places
    assert all((float(place) * 8).is_integer() for place in places)


@pytest.mark.parametrize(
    "source",
    ["<p>", '{# medium = "pdf" #}', "{# nonsense #}", '{# medium = "fax"\nsize_mm = [1, 2]\nfields = []\n[sample]\n#}'],
)
def test_a_template_without_a_right_header_is_refused(source: str) -> None:
    with pytest.raises(LabelError, match="header"):
        header_of(source, "odd")


def test_a_missing_template_and_a_missing_value_are_errors() -> None:
    with pytest.raises(LabelError, match="no pdf template"):
        template_header("place/place_1x1", Medium.PDF)
    with pytest.raises(LabelError, match="does not have"):
        fill(environment(Medium.PDF, {}), "sheet/sheet_210x297", Medium.PDF, {"title": "A"})
