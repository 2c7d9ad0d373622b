"""From a label to what its template may use: its fields by name, and its symbols by name.

Pure. Called by `render`, `zpl` and `sheet`; a new kind of label is a dataclass in `model`, a case here and a template.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from wms.labels.model import (
    BadgeLabel,
    CodeLabel,
    CommandLabel,
    ContainerLabel,
    ExpectedSymbol,
    Label,
    ParcelLabel,
    PlaceLabel,
    SkuLabel,
    SmallLabel,
)
from wms.labels.symbols import LinearSymbol, QrSymbol, code_128, gtin_symbol, sscc_gs1_128, sscc_qr

Symbol = LinearSymbol | QrSymbol

_TEMPLATES: Mapping[type[Label], str] = {
    ParcelLabel: "parcel/parcel_100x150",
    PlaceLabel: "place/place_100x50",
    SkuLabel: "sku/sku_60x40",
    ContainerLabel: "container/container_100x50",
    BadgeLabel: "badge/badge_86x54",
    CommandLabel: "command/command_60x40",
    CodeLabel: "command/command_60x40",
}


@dataclass(frozen=True, slots=True)
class Contents:
    """One label, ready for a template."""

    template: str
    """Folder and name without the ending, such as parcel/parcel_100x150."""
    values: Mapping[str, object]
    """What the template sees, by the names its header lists."""
    expected: tuple[ExpectedSymbol, ...]


def contents_of(label: Label) -> Contents:
    """`label` with its symbols built and read back. Raises LabelError for a code that cannot be printed."""
    symbols = _symbols(label)
    values: dict[str, object] = {field.name: getattr(label, field.name) for field in fields(label)}
    if isinstance(label, ParcelLabel):
        values["weight_in_words"] = label.weight_in_words
    values.update(symbols)
    expected = tuple(symbol.expected for symbol in symbols.values())
    return Contents(_TEMPLATES[type(label)], values, expected)


def small_symbol(label: SmallLabel) -> LinearSymbol:
    """The one symbol of a small label."""
    if isinstance(label, SkuLabel) and label.gtin is not None:
        return gtin_symbol(label.gtin)
    return code_128(label.barcode)


def _symbols(label: Label) -> Mapping[str, Symbol]:
    if isinstance(label, ParcelLabel):
        return {
            "tracking_symbol": code_128(label.tracking_number),
            "sscc_symbol": sscc_gs1_128(label.sscc),
            "sscc_qr_symbol": sscc_qr(label.sscc),
        }
    return {"symbol": small_symbol(label)}
