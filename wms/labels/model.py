"""What stands on each label, in warehouse words, and what comes out of rendering one.

Called by whoever wants a label. Pure: no template, no barcode library, no file. A value that could never be printed
(a wrong SSCC check digit, a negative weight) is refused when the label is made, not when the printer runs.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from wms.kernel.errors import WmsError
from wms.kernel.identity import has_valid_gs1_check_digit, normalise_gtin


class LabelTrouble(StrEnum):
    """Why a label was not handed out, by name: what is kept with a job and shown to people."""

    WRONG_DATA = "label_wrong_data"
    """What should stand on it is wrong: a check digit, an empty address."""
    UNREADABLE = "label_unreadable"
    """It was made, and a symbol on it does not read back as what was asked."""
    NO_ROOM = "label_no_room"
    """A text or a symbol is too long for its place."""
    NO_GLYPH = "label_no_glyph"
    """A character is in no font."""
    OTHER_NUMBER = "label_other_number"
    """A carrier's label that bears another number than the parcel."""
    OTHER_PRINTER = "label_other_printer"
    """A carrier's commands for another kind of printer."""
    NOT_OURS = "label_not_ours"
    """A platform's payload, for its own program."""
    BROKEN_FILE = "label_broken_file"
    """What a carrier gave cannot be read."""
    UNSAFE_COMMANDS = "label_unsafe_commands"
    """A carrier's commands that do more than draw one label."""


class LabelError(WmsError):
    """A label that must not leave the server.

    `where` names the field or symbol, `what` says what is wrong and what to do, `trouble` is its name for machines; the
    name stands behind the words wherever they are shown or kept. Nothing was handed out or stored.
    """

    def __init__(self, where: str, what: str, trouble: LabelTrouble = LabelTrouble.WRONG_DATA) -> None:
        self.where = where
        self.what = what
        self.trouble = trouble
        super().__init__(f"{where}: {what} [{trouble}]")


class Medium(StrEnum):
    """What a label is made for."""

    PDF = "pdf"
    ZPL_203 = "zpl_203"
    """Native ZPL II for printers with 8 dots per millimetre, called 203 dpi."""
    ZPL_300 = "zpl_300"
    """The same for 300 dpi, which is 11.8 dots per millimetre: no symbol is scaled, each gets whole dots anew."""
    TSPL_203 = "tspl_203"
    """For printers that speak TSPL, as one picture of the label: their letters and codes differ from maker to maker."""
    TSPL_300 = "tspl_300"

    @property
    def is_zpl(self) -> bool:
        return self in (Medium.ZPL_203, Medium.ZPL_300)

    @property
    def media_type(self) -> str:
        """What its bytes are called between programs."""
        if self is Medium.PDF:
            return "application/pdf"
        return "application/vnd.zebra-zpl" if self.is_zpl else "application/vnd.tspl"

    @property
    def ending(self) -> str:
        """How a file of it is named, without the dot: `pdf`, `203dpi.zpl`."""
        if self is Medium.PDF:
            return "pdf"
        return f"{self.dots_per_inch}dpi.{'zpl' if self.is_zpl else 'tspl'}"

    @property
    def in_words(self) -> str:
        """For people: `PDF`, `ZPL 203 dpi`."""
        if self is Medium.PDF:
            return "PDF"
        return f"{'ZPL' if self.is_zpl else 'TSPL'} {self.dots_per_inch} dpi"

    @property
    def dots_per_inch(self) -> int:
        """As printers are called; "203" is 8 dots per millimetre. A PDF is read on the dots of such a printer."""
        return 300 if self in (Medium.ZPL_300, Medium.TSPL_300) else 203

    @staticmethod
    def of_ending(ending: str) -> "Medium | None":
        """The medium whose files are named so."""
        return next((medium for medium in Medium if medium.ending == ending), None)

    def dots(self, eighths: int) -> int:
        """Eighths of a millimetre, in which templates are drawn, as whole dots of this medium's printer."""
        return (eighths * 3000 + 1016) // 2032 if self.dots_per_inch == 300 else eighths

    def module_dots(self, eighths: int) -> int:
        """The width of a module that is at least so wide: rounded up, since GS1 sets limits downwards."""
        return -(-eighths * 1500 // 1016) if self.dots_per_inch == 300 else eighths


KEPT_MEDIA = (Medium.PDF, Medium.ZPL_203)
"""What is made of every parcel's label and kept, so that each further copy is the same bytes."""


class Symbology(StrEnum):
    """The kinds of symbol we print, by the AIM identifier a reader must report for them."""

    CODE_128 = "]C0"
    GS1_128 = "]C1"
    EAN_13 = "]E0"
    QR = "]Q1"


class Arrow(StrEnum):
    """Which shelf level a place label stuck to a beam speaks of."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ExpectedSymbol:
    """What an independent reader must find on the label: the kind of symbol and its exact text (no AIM prefix)."""

    symbology: Symbology
    content: str


@dataclass(frozen=True, slots=True)
class RenderedLabel:
    """A finished label. The bytes are kept, because a reprint must send the same bytes."""

    content: bytes
    media_type: str
    sha256: str
    expected: tuple[ExpectedSymbol, ...]


@dataclass(frozen=True, slots=True)
class Party:
    """A sender or recipient. Address lines in any script, most special first, as the carrier wants them."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    address_lines: tuple[str, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise LabelError("name", "a sender or recipient needs a name")
        if not any(line.strip() for line in self.address_lines):
            raise LabelError("address_lines", "an address needs at least one line")


class ParcelSize(StrEnum):
    """The usual sizes of parcel labels, in millimetres."""

    MM_100X150 = "100x150"
    MM_100X180 = "100x180"
    """With a stub below to tear off, that bears the tracking number once more."""
    MM_76X130 = "76x130"
    """A carrier's label: the SSCC is in the square code and in digits, its bars would be too narrow for GS1."""


@dataclass(frozen=True, slots=True)
class ParcelLabel:
    """The label on a parcel."""

    sender: Party
    recipient: Party
    order_number: str
    tracking_number: str
    sscc: str
    carrier_service: str
    weight_grams: int
    routing_code: str
    piece: int = 1
    pieces: int = 1
    """How many parcels the order goes into; 0 where nobody knows yet, because it is still being packed."""
    size: ParcelSize = ParcelSize.MM_100X150

    def __post_init__(self) -> None:
        _require_sscc(self.sscc)
        if self.weight_grams <= 0:
            raise LabelError("weight_grams", f"a parcel weighs more than {self.weight_grams} g: weigh it again")
        if self.piece < 1 or (self.pieces and self.piece > self.pieces):
            raise LabelError("piece", f"piece {self.piece} of {self.pieces} does not exist")

    @property
    def piece_in_words(self) -> str:
        """`2 / 3`; the number alone while nobody knows how many there will be."""
        return f"{self.piece} / {self.pieces}" if self.pieces else str(self.piece)

    @property
    def weight_in_words(self) -> str:
        """Kilograms with three decimals, made from whole grams."""
        return f"{self.weight_grams // 1000}.{self.weight_grams % 1000:03d} kg"


@dataclass(frozen=True, slots=True)
class ReturnLabel:
    """The 100 × 150 mm label with which a parcel comes back: the customer sends, the merchant's warehouse receives.

    Its symbol is the tracking number the parcel left with, by which the warehouse finds the order. It has no SSCC: what
    comes back is another unit than what left.
    """

    sender: Party
    recipient: Party
    order_number: str
    tracking_number: str


@dataclass(frozen=True, slots=True)
class PalletLabel:
    """The GS1 logistic label of a pallet: its SSCC, our own code, and what is on it if it is one product.

    With a GTIN the content stands in a symbol of its own, up to 9,999 units: (02) what, (37) how many.
    """

    code: str
    sscc: str
    owner: str
    warehouse: str
    product: str = ""
    gtin: str | None = None
    units: int = 0
    lot: str = ""
    expiry: str = ""

    def __post_init__(self) -> None:
        _require_sscc(self.sscc)
        if self.gtin is not None and normalise_gtin(self.gtin) is None:
            raise LabelError("gtin", f"{self.gtin!r} is no GTIN: 8, 12, 13 or 14 digits with a right check digit")
        if self.units < 0:
            raise LabelError("units", f"{self.units} units cannot stand on a pallet")

    @property
    def barcode(self) -> str:
        return self.code


def _require_sscc(sscc: str) -> None:
    if len(sscc) != 18 or not has_valid_gs1_check_digit(sscc):
        raise LabelError("sscc", f"{sscc!r} is no SSCC: 18 digits, the last one a right check digit")


@dataclass(frozen=True, slots=True)
class PlaceLabel:
    """A shelf, dock, bench, cage or lane: `code` without the LOC- prefix."""

    code: str
    check_digits: str
    zone: str
    arrow: Arrow = Arrow.NONE

    @property
    def barcode(self) -> str:
        return f"LOC-{self.code}"


@dataclass(frozen=True, slots=True)
class SkuLabel:
    """A product. With a GTIN its own symbol is printed, without one the in-house SKU- code."""

    code: str
    name: str
    gtin: str | None = None

    def __post_init__(self) -> None:
        if self.gtin is not None and normalise_gtin(self.gtin) is None:
            raise LabelError("gtin", f"{self.gtin!r} is no GTIN: 8, 12, 13 or 14 digits with a right check digit")

    @property
    def barcode(self) -> str:
        return f"SKU-{self.code}"


@dataclass(frozen=True, slots=True)
class ContainerLabel:
    """A tote or pallet, by its full code such as TOT-17 or PAL-4."""

    code: str

    @property
    def barcode(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class BadgeLabel:
    """A person's badge, by its full code such as EMP-1001. The PIN is never printed."""

    code: str
    name: str
    role: str

    @property
    def barcode(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class CommandLabel:
    """A command one can scan instead of tapping, such as *UNDO* with its words."""

    command: str
    words: str

    @property
    def barcode(self) -> str:
        return self.command


@dataclass(frozen=True, slots=True)
class CodeLabel(CommandLabel):
    """Any other in-house code, such as an advance notice or a kind of carton: `command` is the code itself."""

    kind: str = "Code"
    detail: str = ""


SmallLabel = PlaceLabel | SkuLabel | ContainerLabel | BadgeLabel | CommandLabel
"""Labels with one symbol, which may also share a sheet."""

Label = SmallLabel | ParcelLabel | ReturnLabel | PalletLabel
