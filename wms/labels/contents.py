"""From a label or document to what its template may use: its fields by name, and its symbols by name.

Pure. Called by `render`, `zpl` and `sheet`; a new kind of label is a dataclass in `model` (of document, in
`documents`), a case here and a template.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from wms.kernel.identity import normalise_gtin
from wms.labels.documents import CustomsList, Document, LoadManifest, PackingList
from wms.labels.model import (
    BadgeLabel,
    CodeLabel,
    CommandLabel,
    ContainerLabel,
    ExpectedSymbol,
    Label,
    PalletLabel,
    ParcelLabel,
    ParcelSize,
    PlaceLabel,
    ReturnLabel,
    SkuLabel,
    SmallLabel,
)
from wms.labels.symbols import (
    LinearSymbol,
    QrSymbol,
    code_128,
    gs1_128_elements,
    gtin_symbol,
    sscc_gs1_128,
    sscc_qr,
)

Symbol = LinearSymbol | QrSymbol

_TEMPLATES: Mapping[type[Label | Document], str] = {
    ReturnLabel: "return/return_100x150",
    PalletLabel: "pallet/pallet_100x150",
    PackingList: "packing_list/packing_list_210x297",
    LoadManifest: "manifest/manifest_210x297",
    CustomsList: "customs_list/customs_list_210x297",
    PlaceLabel: "place/place_100x50",
    SkuLabel: "sku/sku_60x40",
    ContainerLabel: "container/container_100x50",
    BadgeLabel: "badge/badge_86x54",
    CommandLabel: "command/command_60x40",
    CodeLabel: "command/command_60x40",
}


_MOST_UNITS_IN_SYMBOL = 9_999


@dataclass(frozen=True, slots=True)
class Contents:
    """One label, ready for a template."""

    template: str
    """Folder and name without the ending, such as parcel/parcel_100x150."""
    values: Mapping[str, object]
    """What the template sees, by the names its header lists."""
    expected: tuple[ExpectedSymbol, ...]


def contents_of(label: Label | Document) -> Contents:
    """`label` with its symbols built and read back. Raises LabelError for a code that cannot be printed."""
    symbols = _symbols(label)
    values: dict[str, object] = {field.name: getattr(label, field.name) for field in fields(label)}
    if isinstance(label, ParcelLabel):
        values["weight_in_words"] = label.weight_in_words
        values["piece_in_words"] = label.piece_in_words
        values["sscc_words"] = f"(00){label.sscc}"
    if isinstance(label, PackingList | LoadManifest):
        values["totals"] = label.totals
    values.update(symbols)
    expected = tuple(symbol.expected for symbol in symbols.values() if symbol is not None)
    return Contents(template_of(label), values, expected)


def template_of(label: Label | Document) -> str:
    """The template a label or document is made with."""
    if isinstance(label, ParcelLabel):
        return f"parcel/parcel_{label.size}"
    return _TEMPLATES[type(label)]


def small_symbol(label: SmallLabel) -> LinearSymbol:
    """The one symbol of a small label."""
    if isinstance(label, SkuLabel) and label.gtin is not None:
        return gtin_symbol(label.gtin)
    return code_128(label.barcode)


def _symbols(label: Label | Document) -> Mapping[str, Symbol | None]:
    match label:
        case ParcelLabel():
            return _parcel_symbols(label)
        case PalletLabel():
            return {
                "symbol": code_128(label.code),
                "content_symbol": _content(label.gtin, label.units) if label.gtin else None,
                "sscc_symbol": sscc_gs1_128(label.sscc),
            }
        case ReturnLabel():
            return {"symbol": code_128(label.tracking_number)}
        case PackingList():
            order = code_128(label.order_code) if label.order_code else None
            return {"symbol": code_128(label.list_code or label.tracking_number), "order_symbol": order}
        case LoadManifest():
            return {"symbol": code_128(label.load_code)}
        case CustomsList():
            return {"symbol": code_128(label.list_number) if label.list_number else code_128(label.tracking_number)}
        case _:
            return {"symbol": small_symbol(label)}


def _parcel_symbols(label: ParcelLabel) -> Mapping[str, Symbol | None]:
    tracking, link = code_128(label.tracking_number), sscc_qr(label.sscc)
    if label.size is ParcelSize.MM_76X130:
        return {"tracking_symbol": tracking, "sscc_qr_symbol": link}
    symbols: dict[str, Symbol | None] = {"tracking_symbol": tracking, "sscc_qr_symbol": link}
    symbols["sscc_symbol"] = sscc_gs1_128(label.sscc)
    if label.size is ParcelSize.MM_100X180:
        symbols["stub_symbol"] = tracking
    return symbols


def _content(gtin: str, units: int) -> LinearSymbol | None:
    """(02) and (37) in an even number of digits, half as wide as anything else; None where the paper has no room."""
    digits = normalise_gtin(gtin)
    assert digits is not None, "a label asks for a GTIN that is one"
    return gs1_128_elements(f"02{digits}37{units:04d}") if 0 < units <= _MOST_UNITS_IN_SYMBOL else None
