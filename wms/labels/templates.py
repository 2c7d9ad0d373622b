"""Finds the label templates, reads their headers, and fills them.

A template opens with a Jinja comment holding TOML: `medium` (pdf or zpl), `size_mm`, `fields` (every name the
template may use) and `sample` (one label to try it with). A name that is not in the header, or a value the label does
not have, is an error and never an empty place on paper. HTML is escaped for HTML; ZPL is not, its values go through
the helpers in `zpl`. One ZPL template serves all printers: it is drawn in eighths of a millimetre. Called by `render`,
`zpl` and `sheet`.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import jinja2
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from wms.labels.model import LabelError, Medium
from wms.labels.press import TEMPLATES

_ENDINGS = {Medium.PDF: ".html", Medium.ZPL_203: ".zpl", Medium.ZPL_300: ".zpl"}
_MEDIA = {"pdf": ".html", "zpl": ".zpl"}


A4_MM = (210, 297)


@dataclass(frozen=True, slots=True)
class Header:
    """What a template says about itself."""

    ending: str
    size_mm: tuple[int, int]
    fields: frozenset[str]
    sample: Mapping[str, object]

    @property
    def is_paper(self) -> bool:
        """Whether it is a document on A4 and no label: its size is that of office paper."""
        return self.size_mm == A4_MM

    @property
    def size_dots(self) -> tuple[int, int]:
        """Width and height in eighths of a millimetre: dots of a 203 dpi printer."""
        return self.size_mm[0] * 8, self.size_mm[1] * 8


def header_of(source: str, name: str) -> Header:
    """The header of a template's `source`. Raises LabelError where it has none or a wrong one."""
    if not source.startswith("{#") or "#}" not in source:
        raise LabelError(f"template {name}", "opens with no {# header #}")
    try:
        values = tomllib.loads(source[2 : source.index("#}")])
        width, height = values["size_mm"]
        return Header(_MEDIA[values["medium"]], (width, height), frozenset(values["fields"]), values["sample"])
    except (tomllib.TOMLDecodeError, KeyError, ValueError, TypeError) as error:
        raise LabelError(f"template {name}", f"has a wrong header: {error!r}") from error


@lru_cache(maxsize=64)
def template_header(name: str, medium: Medium) -> Header:
    """The header of a template, by folder and name without ending."""
    path = TEMPLATES / (name + _ENDINGS[medium])
    try:
        source = path.read_text(encoding="utf-8")
    except OSError as error:
        raise LabelError(f"template {path.name}", f"there is no {medium} template for this label: {error}") from error
    return header_of(source, path.name)


def template_names() -> tuple[tuple[str, Medium], ...]:
    """Every template as (name, medium). A file whose name begins with a line below is a part of others."""
    return tuple(
        (path.relative_to(TEMPLATES).with_suffix("").as_posix(), medium)
        for medium, ending in _ENDINGS.items()
        for path in sorted(TEMPLATES.rglob(f"*{ending}"))
        if not path.name.startswith("_")
    )


def environment(
    medium: Medium, helpers: Mapping[str, Callable[..., str]], finalize: Callable[[object], object] | None = None
) -> Environment:
    """A Jinja environment for one medium. It sees the template folder and the helpers, nothing else.

    `finalize` passes over every value a template prints; ZPL escapes there.
    """
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=not medium.is_zpl,  # noqa: S701 - ZPL is no HTML; `finalize` escapes it its own way
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=finalize,
    )
    made.globals.clear()
    made.globals.update(helpers)
    return made


def fill(made: Environment, name: str, medium: Medium, values: Mapping[str, object]) -> str:
    """The template filled with the values its header lists."""
    header = template_header(name, medium)
    allowed = {key: value for key, value in values.items() if key in header.fields}
    try:
        return made.get_template(name + _ENDINGS[medium]).render(allowed)
    except jinja2.UndefinedError as error:
        raise LabelError(f"template {name}", f"uses a value that its header or label does not have: {error}") from error
