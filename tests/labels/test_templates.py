from typing import cast

import pytest
from jinja2 import meta

from wms.labels.model import LabelError, Medium
from wms.labels.press import TEMPLATES
from wms.labels.sampling import media_of
from wms.labels.templates import Header, environment, fill, headers_of, template_header, template_names

HELPERS = {"text", "caption", "box", "bars", "square", "triangle"}
ALL = template_names()
PAPERS = ("sheet", "evidence", "packing_list", "manifest", "customs_list")
LABELS = [name for name in ALL if not name.startswith(PAPERS)]


def test_every_label_is_made_for_all_media_and_papers_for_one() -> None:
    assert len(LABELS) == 10
    for name in ALL:
        assert media_of(name) == (tuple(Medium) if name in LABELS else (Medium.PDF,))
    papers = {path.relative_to(TEMPLATES).with_suffix("").as_posix() for path in TEMPLATES.glob("*/*_*.css")}
    assert papers == set(ALL) - set(LABELS), "a paper has a style of its own, and a label none"


@pytest.mark.parametrize("name", ALL)
def test_a_header_lists_what_the_template_uses(name: str) -> None:
    header = template_header(name)
    assert f"{header.size_mm[0]}x{header.size_mm[1]}" == name.rsplit("_", 1)[1]
    tree = environment({}).parse((TEMPLATES / header.file).read_text())
    assert not list(meta.find_referenced_templates(tree))
    assert meta.find_undeclared_variables(tree) - HELPERS <= header.fields | {"at"}


@pytest.mark.parametrize("name", LABELS)
def test_what_a_size_has_a_place_for_stands_on_its_paper(name: str) -> None:
    header = template_header(name)
    width, height = header.size_dots
    for what, place in header.places.items():
        for each in place if isinstance(place, list) else [place]:
            given = cast("dict[str, int]", each)
            assert given["x"] + given.get("room", given.get("width", 0)) <= width, what
            assert given["y"] + given.get("height", 0) <= height, what


def test_a_size_like_another_differs_only_where_it_says_so() -> None:
    small, tall = template_header("parcel/parcel_100x150"), template_header("parcel/parcel_100x180")
    assert small.places.items() <= tall.places.items(), "a shape is written down once"
    assert (tall.size_mm, "stub" in small.places, "stub" in tall.places) == ((100, 180), False, True)


@pytest.mark.parametrize(
    "source",
    [
        "<p>",
        "{# fields = [] #}",
        "{# nonsense #}",
        "{# fields = []\n[sample]\n[sizes.large]\n#}",
        '{# fields = []\n[sample]\n[sizes.1x2]\nlike = "3x4"\n#}',
    ],
)
def test_a_template_without_a_right_header_is_refused(source: str) -> None:
    with pytest.raises(LabelError, match="header"):
        headers_of(source, "odd/odd.label")


def test_a_missing_template_and_a_missing_value_are_errors() -> None:
    with pytest.raises(LabelError, match="none of that name"):
        template_header("place/place_1x1")
    with pytest.raises(LabelError, match="does not have"):
        fill(environment({}), "sheet/sheet_210x297", {"title": "A"})
    assert isinstance(template_header("sheet/sheet_210x297"), Header)
