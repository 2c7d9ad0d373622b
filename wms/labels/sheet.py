"""A sheet of many small labels on A4, to print or to show as a page: the barcodes of a demo, a rack, a team.

One template serves both: a browser shows the cards side by side as they fit, and its print button as well as
`render_sheet` puts fourteen on a page. The page needs no script and no style attribute; its one style element takes a
nonce, so that a strict content security policy holds. Called by the supervisors' pages and the command line.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from wms.labels.contents import small_symbol
from wms.labels.fitting import Fitted, fit, line_pitch
from wms.labels.label_page import HAIR_MICROMETRES, mm
from wms.labels.model import (
    BadgeLabel,
    CodeLabel,
    CommandLabel,
    ContainerLabel,
    LabelError,
    PlaceLabel,
    SmallLabel,
)
from wms.labels.press import TEMPLATES, Press
from wms.labels.reader import check_pdf
from wms.labels.render import check_glyphs
from wms.labels.symbols import LinearSymbol, module_dots, png_data_uri
from wms.labels.templates import environment, fill

MAX_LABELS = 700
"""Fifty pages. More would not leave the press in time, and nobody carries that much paper."""

_TEMPLATE = "sheet/sheet_210x297"
_CARDS_PER_PAGE = 14
_CARD_ROOM = 744
_SCREEN_PIXELS_PER_MODULE = 2


@dataclass(frozen=True, slots=True)
class Card:
    """One label on the sheet."""

    kind: str
    headline: Fitted
    detail: Fitted
    symbol: LinearSymbol
    dots: int
    picture: str
    """The symbol's data URI."""

    @property
    def modules(self) -> int:
        return len(self.symbol.modules)


def render_sheet(labels: Sequence[SmallLabel], *, press: Press, title: str = "Barcodes") -> bytes:
    """The sheet as an A4 PDF. Every symbol was read back. Raises LabelError or PressError."""
    cards = _cards(labels)
    pdf = press.print_pdf(_filled(cards, title, ""), ())
    check_pdf(pdf, [card.symbol.expected for card in cards])
    return pdf


def sheet_html(labels: Sequence[SmallLabel], *, title: str = "Barcodes", nonce: str = "") -> str:
    """The sheet as a complete HTML page. `nonce` is the one the response's content security policy names."""
    return _filled(_cards(labels), title, nonce)


def _cards(labels: Sequence[SmallLabel]) -> list[Card]:
    if not 1 <= len(labels) <= MAX_LABELS:
        raise LabelError("labels", f"a sheet has 1 to {MAX_LABELS} labels, not {len(labels)}: print several")
    return [_card(label) for label in labels]


def _card(label: SmallLabel) -> Card:
    kind, headline, detail = _words(label)
    symbol = small_symbol(label)
    return Card(
        kind,
        fit([headline], room=_CARD_ROOM, height=52, sizes=[40, 32, 26, 20], bold=True, cut=True),
        fit([detail], room=_CARD_ROOM, height=30, sizes=[24, 20], cut=True),
        symbol,
        module_dots(symbol.expected, len(symbol.modules), room=_CARD_ROOM, most=3, least=2),
        png_data_uri(symbol),
    )


def _words(label: SmallLabel) -> tuple[str, str, str]:
    """Kind, headline and detail of a card."""
    match label:
        case PlaceLabel():
            return "Place", label.code, f"{label.zone} · check {label.check_digits}"
        case ContainerLabel():
            return "Container", label.code, ""
        case BadgeLabel():
            return "Badge", label.name, label.role
        case CodeLabel():
            return label.kind, label.words, label.detail
        case CommandLabel():
            return "Command", label.words, ""
        case _:
            return "SKU", label.name, label.code


def _filled(cards: Sequence[Card], title: str, nonce: str) -> str:
    pages = [cards[start : start + _CARDS_PER_PAGE] for start in range(0, len(cards), _CARDS_PER_PAGE)]
    values = {"title": title, "nonce": nonce, "pages": pages, "style": Markup(_style(cards))}  # noqa: S704 - our own CSS and numbers
    html = fill(_html, _TEMPLATE, values)
    check_glyphs(html)
    return html


def _style(cards: Sequence[Card]) -> str:
    """The fixed style sheet and a class for each width and size in use: numbers only, nothing a label says."""
    fixed = (TEMPLATES / f"{_TEMPLATE}.css").read_text(encoding="utf-8")
    sizes = sorted({text.size for card in cards for text in (card.headline, card.detail)})
    widths = sorted({(card.modules, card.dots) for card in cards})
    rules = [f".s{size} {{ font-size: {mm(size)}mm; line-height: {mm(line_pitch(size))}mm; }}" for size in sizes]
    for modules, dots in widths:
        width = mm(modules * dots, -2 * HAIR_MICROMETRES)
        left = mm((_CARD_ROOM - modules * dots) // 2, HAIR_MICROMETRES)
        rules.append(
            f"@media print {{ .m{modules}x{dots} {{ width: {width}mm; margin-left: {left}mm; }} }}\n"
            f"@media screen {{ .m{modules}x{dots} {{ width: {modules * _SCREEN_PIXELS_PER_MODULE}px; }} }}"
        )
    return fixed + "\n".join(rules)


_html = environment({})
