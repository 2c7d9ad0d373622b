"""Materials, rules and what follows from them for one parcel, as values; what is written when it is closed. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from wms.kernel.effect import Effect

MATERIAL_PREFIX = "MAT-"


class MaterialKind(StrEnum):
    """What is used up when a parcel is packed, besides its box."""

    INSERT = "insert"
    """A card, a leaflet, a gift: lies on top of the goods."""
    LABEL = "label"
    """Stuck on besides the carrier's label: this side up, fragile."""
    FILLING = "filling"
    """Between the goods: paper, air cushions."""
    SEAL = "seal"
    """Closes the box; the last thing before the scale."""


@dataclass(frozen=True, slots=True)
class Material:
    """One material of a bench."""

    code: str
    kind: MaterialKind
    name: str
    weight_grams: int = 0
    number_prefix: str = ""
    """What the numbers printed on each piece begin with, such as a seal's; empty where all pieces are alike."""
    picture: str = ""
    number: str = ""
    """Of the piece that was scanned."""

    @property
    def barcode(self) -> str:
        return f"{MATERIAL_PREFIX}{self.code}"


@dataclass(frozen=True, slots=True)
class PackingRule:
    """One line of the rules: whom it is for, and what it asks. An empty "whom" is everybody."""

    line: int
    name: str
    platform: str = ""
    """Customs code or name of the platform that merchants sell on."""
    merchant: str = ""
    sku: str = ""
    mark: str = ""
    """A handling mark of a product in the order such as `fragile`, or `gift` for orders sent as one."""
    country: str = ""
    """Where the parcel goes, by its two letters."""
    boxes: tuple[str, ...] = ()
    """The only boxes allowed; empty: any."""
    no_boxes: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    """What must be used: inserts, labels, fillings, seals."""
    no_materials: tuple[str, ...] = ()
    label_position: str = ""
    label_picture: str = ""
    hides_prices: bool = False
    label_check: bool = False
    """The packer confirms where the label is."""
    packing_list: bool = False
    """A packing list goes into the parcel, and is scanned before it is closed."""


@dataclass(frozen=True, slots=True)
class Packed:
    """What rules are asked about: an order as far as packing is concerned."""

    platforms: frozenset[str]
    """Its merchant's platform, by code and by name."""
    merchant: str
    skus: frozenset[str]
    marks: frozenset[str]
    country: str


@dataclass(frozen=True, slots=True)
class Ban:
    """Something that is forbidden, and the rule that forbids it."""

    code: str
    rule: str
    name: str = ""
    """Of a material, as people call it; a box goes by its code."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What the rules that match an order ask for together."""

    boxes: tuple[str, ...] = ()
    """The only boxes allowed, where `boxes_by` names a rule."""
    boxes_by: str = ""
    """The rules that allow only some boxes; empty where any box will do."""
    no_boxes: tuple[Ban, ...] = ()
    materials: tuple[Material, ...] = ()
    """What must be used, in the order in which it is asked for: seals last."""
    no_materials: tuple[Ban, ...] = ()
    label_position: str = ""
    label_picture: str = ""
    hides_prices: bool = False
    label_check: bool = False
    """Whether the packer confirms with a second scan of the label that it is where it belongs."""
    packing_list: bool = False
    """A packing list goes into the parcel: it is printed when the last item is in, and scanned before it is closed."""
    rules: tuple[str, ...] = ()
    """The names of the rules that match."""


NO_NEEDS = Needs()


@dataclass(frozen=True, slots=True)
class UsedMaterial:
    """A material that went into a parcel; `number` where the piece has one."""

    code: str
    name: str
    weight_grams: int
    number: str = ""


@dataclass(frozen=True, slots=True)
class RecordPacking(Effect):
    """How a parcel was packed, written once it is closed. Cannot be taken back.

    Refused `seal_used` where a numbered piece is on another parcel.
    """

    parcel_id: UUID
    packer_id: UUID
    weight_grams: int
    expected_grams: int
    """0 where nobody could say."""
    tolerance_grams: int
    passed_by: str
    """The badge of the supervisor who let it pass, off by more than the tolerance; empty where it was not."""
    suspect: str
    """What was said to be missing or too many."""
    without_list_by: str = ""
    """The badge of the supervisor who let it go without the packing list that a rule asks for."""
    materials: tuple[UsedMaterial, ...] = ()
    sku_id: int = 0
    """The only product in it, from which its weight is learned; 0 where there are several, or nothing is to learn."""
    units: int = 0
    contents_grams: int = 0


@dataclass(frozen=True, slots=True)
class UnlearnParcel(Effect):
    """A closed parcel is opened again: it may have held a wrong item, so what it taught of a weight is taken back."""

    parcel_id: UUID
