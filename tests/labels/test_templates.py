import re

import pytest
from jinja2 import Environment, meta

from wms.labels.model import LabelError, Medium
from wms.labels.press import TEMPLATES
from wms.labels.templates import environment, fill, header_of, template_header, template_names

ENDINGS = {Medium.PDF: ".html", Medium.ZPL_203: ".zpl", Medium.ZPL_300: ".zpl"}
HELPERS = {"text", "caption", "box", "bars", "square", "triangle"}
ALL = template_names()
PAPERS = ("sheet", "evidence", "packing_list", "manifest", "customs_list")
THERMAL = {name for name, _ in ALL if not name.startswith(PAPERS)}


def test_every_label_is_made_for_all_media_and_papers_for_one() -> None:
    assert len(THERMAL) == 10
    for name in {name for name, _ in ALL}:
        media = {medium for found, medium in ALL if found == name}
        assert media == (set(Medium) if name in THERMAL else {Medium.PDF})
        assert (TEMPLATES / f"{name}.css").exists()


def _names_used(made: Environment, source: str) -> set[str]:
    """What a template uses, with its parts."""
    tree = made.parse(source)
    used = set(meta.find_undeclared_variables(tree))
    for part in meta.find_referenced_templates(tree):
        assert part is not None
        used |= _names_used(made, (TEMPLATES / part).read_text())
    return used


@pytest.mark.parametrize(("name", "medium"), ALL)
def test_a_header_lists_what_the_template_uses_and_the_size_is_in_the_name(name: str, medium: Medium) -> None:
    header = template_header(name, medium)
    assert header.ending == ENDINGS[medium]
    assert f"{header.size_mm[0]}x{header.size_mm[1]}" == name.rsplit("_", 1)[1]
    made = environment(medium, {})
    source = (TEMPLATES / (name + ENDINGS[medium])).read_text()
    used = _names_used(made, source) - HELPERS
    assert used <= header.fields


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
