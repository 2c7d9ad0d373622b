"""What a scan can mean, and the shapes between scanner and workflow. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from wms.kernel.refusal import Refusal


class CodeKind(StrEnum):
    """Kinds of things a code can stand for. A workflow step lists those it accepts, in order."""

    COMMAND = "command"
    PLACE = "place"
    CONTAINER = "container"
    PARCEL = "parcel"
    ITEM = "item"
    NOTICE = "notice"
    LOAD = "load"
    BOX = "box"
    MATERIAL = "material"
    PACKING_LIST = "packing_list"
    PRINTER = "printer"
    OPERATOR = "operator"
    ORDER = "order"
    LOT = "lot"
    EXPIRY = "expiry"
    WEIGHT = "weight"
    UNKNOWN = "unknown"
    """A well-formed code that nothing answers to; accepted where unknown goods are dealt with."""


IN_HOUSE_PREFIXES: Mapping[str, CodeKind] = MappingProxyType(
    {
        "LOC-": CodeKind.PLACE,
        "TOT-": CodeKind.CONTAINER,
        "PAL-": CodeKind.CONTAINER,
        "EMP-": CodeKind.OPERATOR,
        "ASN-": CodeKind.NOTICE,
        "LOD-": CodeKind.LOAD,
        "BOX-": CodeKind.BOX,
        "SKU-": CodeKind.ITEM,
        "MAT-": CodeKind.MATERIAL,
        "ORD-": CodeKind.ORDER,
        "LST-": CodeKind.PACKING_LIST,
        "PRN-": CodeKind.PRINTER,
    }
)
"""What the codes on our own labels begin with; all prefixes have the same length."""


@dataclass(frozen=True, slots=True)
class Gs1Parts:
    """The element strings of a GS1 code that we use."""

    gtin: str = ""
    """14 digits, AI 01 or 02."""
    count: int | None = None
    """AI 37."""
    lot: str = ""
    """AI 10."""
    expires_on: date | None = None
    """AI 17, or AI 15 (best before) where there is no 17."""
    serial: str = ""
    """AI 21."""
    sscc: str = ""
    """18 digits, AI 00."""


@dataclass(frozen=True, slots=True)
class Taught:
    """What a code says when it is read by a supplier's pattern that a supervisor has taught."""

    supplier: str
    template: str
    merchant_id: int | None
    """Whose products it may name; None where any merchant's."""
    product: str
    """A SKU's code, or any barcode of one; a GTIN as 14 digits."""
    parts: Gs1Parts
    """Lot, count, date and serial, as a GS1 code would carry them."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A code with the scanner's additions taken off.

    `text` is what look-ups compare: trimmed, control characters removed, upper case, full-width forms made plain.
    """

    raw: str
    text: str
    symbology: str = ""
    """AIM identifier such as `]C1`, empty when the scanner sends none."""
    gtin: str = ""
    """14 digits when the text is a GTIN-8/12/13/14 with the right check digit."""
    gs1: Gs1Parts | None = None
    manual: bool = False
    """Typed by a person, not scanned."""
    taught: Taught | None = None
    """Set where a supplier's pattern is being tried on the code."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command card or button: `verb` without stars, e.g. UNDO, SHORT, QTY with `quantity`."""

    verb: str
    quantity: int = 0


@dataclass(frozen=True, slots=True)
class LotText:
    """A lot number, scanned or typed where a step asks for one."""

    code: str


@dataclass(frozen=True, slots=True)
class ExpiryText:
    """An expiry date, scanned or typed where a step asks for one."""

    expires_on: date


@dataclass(frozen=True, slots=True)
class Weight:
    """A weight from a scale, or typed."""

    grams: int


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """A code that nothing answers to."""

    text: str


@dataclass(frozen=True, slots=True)
class Known:
    """One meaning. `value` is the slice's own frozen dataclass (Place, Item, Container …)."""

    kind: CodeKind
    value: object


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several things have this code; never guess, ask for the next useful scan."""

    kind: CodeKind
    options: Sequence[object]


Resolution = Known | Ambiguous | Refusal


@dataclass(frozen=True, slots=True)
class Scan:
    """What a workflow step sees: the meaning of a code, and how it came."""

    raw: str
    kind: CodeKind
    value: object
    confirmed: bool = False
    """True when the same code was scanned again after the step asked for that."""
    manual: bool = False
    foretold: bool = False
    """The handheld has shown it as good without network, and its operator has gone on: the order he goes in holds."""
    cleaned: Cleaned = field(default_factory=lambda: Cleaned("", ""))
