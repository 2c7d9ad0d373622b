"""Finds the label templates, reads their headers, and fills them.

A label's template, `<kind>.label`, is one drawing for the PDF and all label printers, in eighths of a millimetre, by
the helpers of a `pen`; its header lists the sizes it comes in, each with the places where that size has things, which
the drawing sees as `at`. A paper's template, `<kind>_<size>.html`, is a page of its own and has one size.

The header is a Jinja comment holding TOML: `fields` (every name the template may use), `sample` (one label to try it
with), and `sizes` or, for a paper, `size_mm`. A name that is not in the header, or a value the label does not have, is
an error and never an empty place on paper. HTML is escaped for HTML; in a drawing the helpers escape, each pen its own
way. Called by `render`, `zpl`, `label_picture`, `label_page`, `paper` and `sheet`.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

import jinja2
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from wms.labels.model import LabelError
from wms.labels.press import TEMPLATES

DRAWING, PAPER = ".label", ".html"


@dataclass(frozen=True, slots=True)
class Header:
    """What a template says about itself, for one of its sizes."""

    file: str
    """Below the folder of templates."""
    size_mm: tuple[int, int]
    fields: frozenset[str]
    sample: Mapping[str, object]
    places: Mapping[str, object] = field(default_factory=dict)
    """Where this size has things, by name; a paper has none."""

    @property
    def is_paper(self) -> bool:
        """Whether it is a page for office printers and no label."""
        return self.file.endswith(PAPER)

    @property
    def size_dots(self) -> tuple[int, int]:
        """Width and height in eighths of a millimetre: dots of a 203 dpi printer."""
        return self.size_mm[0] * 8, self.size_mm[1] * 8


def headers_of(source: str, file: str) -> Mapping[str, Header]:
    """The headers of a template's `source`, by size such as 100x150. Raises LabelError for a wrong one or none."""
    if not source.startswith("{#") or "#}" not in source:
        raise LabelError(f"template {file}", "opens with no {# header #}")
    try:
        values = tomllib.loads(source[2 : source.index("#}")])
        if file.endswith(PAPER):
            width, height = values["size_mm"]
            values["sizes"] = {f"{width}x{height}": {}}
        sizes: Mapping[str, Mapping[str, object]] = values["sizes"]
        return {
            size: Header(file, _millimetres(size), frozenset(values["fields"]), values["sample"], _places(sizes, size))
            for size in sizes
        }
    except (tomllib.TOMLDecodeError, AttributeError, KeyError, ValueError, TypeError) as error:
        raise LabelError(f"template {file}", f"has a wrong header: {error!r}") from error


def template_header(name: str) -> Header:
    """The header of a template, by folder and name with the size, such as parcel/parcel_100x150."""
    try:
        return _headers()[name]
    except KeyError:
        raise LabelError(f"template {name}", "there is none of that name and size") from None


def template_names() -> tuple[str, ...]:
    """Every template in every size, such as parcel/parcel_100x150."""
    return tuple(_headers())


def environment(
    helpers: Mapping[str, Callable[..., str]],
    finalize: Callable[[object], object] | None = None,
    *,
    is_html: bool = True,
) -> Environment:
    """A Jinja environment. It sees the template folder and the helpers, nothing else.

    `finalize` passes over every value a template prints; ZPL escapes there.
    """
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=is_html,  # noqa: S701 - ZPL is no HTML; `finalize` escapes it its own way
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=finalize,
    )
    made.globals.clear()
    made.globals.update(helpers)
    return made


def fill(
    made: Environment,
    name: str,
    values: Mapping[str, object],
    helpers: Mapping[str, Callable[..., str]] = MappingProxyType({}),
) -> str:
    """The template filled with the values its header lists; `helpers` are for this label, beside the environment's."""
    header = template_header(name)
    allowed = {key: value for key, value in values.items() if key in header.fields} | dict(helpers)
    try:
        return made.get_template(header.file).render(allowed, at=header.places)
    except jinja2.UndefinedError as error:
        raise LabelError(f"template {name}", f"uses a value that its header or label does not have: {error}") from error


@lru_cache(maxsize=1)
def _headers() -> Mapping[str, Header]:
    """All templates' headers, read once."""
    found: dict[str, Header] = {}
    for path in sorted(TEMPLATES.rglob("*")):
        if path.suffix not in (DRAWING, PAPER):
            continue
        file = path.relative_to(TEMPLATES).as_posix()
        for size, header in headers_of(path.read_text(encoding="utf-8"), file).items():
            kind = path.parent.name
            found[f"{kind}/{kind}_{size}"] = header
    return found


def _millimetres(size: str) -> tuple[int, int]:
    width, height = size.split("x")
    return int(width), int(height)


def _places(sizes: Mapping[str, Mapping[str, object]], size: str) -> Mapping[str, object]:
    """The places of one size; those it does not name are as in the size it is `like`."""
    own = dict(sizes[size])
    like = own.pop("like", None)
    return own if like is None else {**sizes[str(like)], **own}
