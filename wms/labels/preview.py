"""What every template looks like with its sample: for the office's page of templates and `wms labels preview`.

Nothing is read from or written to the database. What comes out went through the same doors as a real label, so a
template that cannot be decoded has no preview. It waits for the press: never inside a transaction.
"""

from dataclasses import dataclass

from wms.kernel.identity import NIL
from wms.labels.model import LabelError, Medium, RenderedLabel
from wms.labels.press import Press
from wms.labels.printer import picture
from wms.labels.render import render_label
from wms.labels.sampling import KINDS, media_of, sample_label, sample_names
from wms.labels.templates import template_header


@dataclass(frozen=True, slots=True)
class Preview:
    """One template as a list shows it."""

    name: str
    """The file's name without ending, such as parcel_100x150."""
    template: str
    kind: str
    """In words."""
    size_mm: tuple[int, int]
    media: tuple[Medium, ...]


def previews() -> tuple[Preview, ...]:
    """Every template that has a sample, kind by kind."""
    return tuple(
        Preview(
            name.rsplit("/", 1)[1],
            name,
            KINDS[name.split("/", 1)[0]].words,
            template_header(name).size_mm,
            media_of(name),
        )
        for name in sample_names()
    )


def preview_named(name: str) -> Preview:
    """The template of that name. Raises LabelError that lists those there are."""
    found = {preview.name: preview for preview in previews()}
    if name not in found:
        raise LabelError(f"template {name!r}", f"there is none of that name; there are {', '.join(found)}")
    return found[name]


def render_preview(preview: Preview, medium: Medium, *, press: Press) -> RenderedLabel:
    """The template's sample in one medium. Raises LabelError (the template is not made for it, too) or PressError."""
    if medium not in preview.media:
        raise LabelError(f"template {preview.name}", f"is a paper and not made for {medium}")
    return render_label(sample_label(preview.template), medium, press=press, job_id=NIL)


def preview_picture(preview: Preview, *, press: Press) -> bytes:
    """The PDF of the sample as PNG, one bit per dot of a 203 dpi printer."""
    return picture(render_preview(preview, Medium.PDF, press=press).content)
