"""What the barcode doctor found on a code, as values: `doctor` makes them, `scanner_ui.examined` says them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from wms.barcodes.gs1 import ReadElement
from wms.barcodes.model import Cleaned, CodeKind, Resolution
from wms.kernel.refusal import Detail, Refusal


class Noticed(StrEnum):
    """What is to be seen on the code itself, before anybody is asked what it means."""

    AIM = "aim"
    NO_AIM = "no_aim"
    SEPARATORS = "separators"
    STAND_INS = "stand_ins"
    MISSING_SEPARATOR = "missing_separator"
    CONTROL = "control"
    FULL_WIDTH = "full_width"
    CAPITALS = "capitals"
    TYPED = "typed"
    CAMERA = "camera"


class Why(StrEnum):
    """Why a code is none of a kind, or that it is."""

    IS = "is"
    SEVERAL = "several"
    REFUSED = "refused"
    PREFIX = "prefix"
    NO_SUCH = "no_such"
    NO_BARCODE = "no_barcode"
    CHECK_DIGIT = "check_digit"
    NO_COMMAND = "no_command"
    NO_DATE = "no_date"
    NO_WEIGHT = "no_weight"
    ANY_TEXT = "any_text"
    NO_PARCEL = "no_parcel"


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that was noticed."""

    what: Noticed
    details: Mapping[str, Detail] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tried:
    """One kind the code was tried as. `refusal` is what the kind itself had to say."""

    kind: CodeKind
    was_asked_for: bool
    why: Why
    details: Mapping[str, Detail] = field(default_factory=dict)
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class TaughtReading:
    """What a supplier's pattern reads in the code; `names` is empty where no product answers to it."""

    supplier: str
    template: str
    product: str
    lot: str
    count: int | None
    expires_on: date | None
    serial: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything the doctor found."""

    raw: str
    shown: str
    """The raw code with its invisible characters made visible."""
    text: str
    """What look-ups compare; empty where the code cannot be cleaned."""
    aim: str
    symbology: str
    """A word for it, such as `gs1_128`; empty where the scanner does not say."""
    signs: tuple[Sign, ...]
    check: str
    """`right` or `wrong` for a number as long as a GTIN, else empty."""
    wanted_digit: str
    elements: tuple[ReadElement, ...]
    unreadable: str
    """What is left of a GS1 code behind its last readable element."""
    tried: tuple[Tried, ...]
    readings: tuple[TaughtReading, ...]
    verdict: Resolution
    cleaned: Cleaned | None = None
