"""Papers of several A4 pages through the same press as labels: for reports that people keep. Templates lie beside those
of labels.

Called by the evidence of a parcel. It waits for the press, so never inside a transaction. What no font can print is
written as its number, because a report must come out whatever somebody once typed into a field.
"""

from collections.abc import Mapping

from markupsafe import Markup

from wms.labels.fonts import character_width, printable
from wms.labels.press import Press
from wms.labels.templates import environment, fill

_ELLIPSIS = "…"


def render_paper(template: str, values: Mapping[str, object], *, press: Press) -> bytes:
    """The filled template as PDF; the same values give the same bytes. Raises LabelError, PressError."""
    html = fill(_html, template, values)
    return press.print_pdf(html, (f"{template}.css",))


def readable(text: str) -> str:
    """`text` with the number of every character in its place that would come out as a box."""
    if all(_has_glyph(character) for character in set(text) - {"\n"}):
        return text
    return "".join(
        character if character == "\n" or _has_glyph(character) else f"[U+{ord(character):04X}]" for character in text
    )


def shortened(text: str, *, room_um: int, size_um: int, bold: bool = False) -> str:
    """One printable line of `text` that fits into `room_um` thousandths of a millimetre, cut where it must be."""
    line = readable(printable(text))
    widths = [(character_width(character, bold=bold) or 1_000) * size_um // 1_000 for character in line]
    if sum(widths) <= room_um:
        return line
    room = room_um - (character_width(_ELLIPSIS, bold=bold) or 1_000) * size_um // 1_000
    kept = 0
    while kept < len(line) and widths[kept] <= room:
        room -= widths[kept]
        kept += 1
    return line[:kept].rstrip() + _ELLIPSIS


def _has_glyph(character: str) -> bool:
    return character_width(character, bold=False) is not None


def finalized(value: object) -> object:
    """What a template of a paper prints of `value`."""
    if isinstance(value, Markup):
        return Markup(readable(str(value)))  # noqa: S704 - what was markup stays the same markup
    return readable(value) if isinstance(value, str) else value


_html = environment({}, finalized)
