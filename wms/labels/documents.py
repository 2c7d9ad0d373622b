"""What stands on the papers that go with parcels, in warehouse words: packing list, manifest, customs list.

Called by whoever hands one out. Pure. Nobody is named in full: a box may be opened by anybody. Dates and amounts come
as the words that are to be printed, because only their owner knows the time zone and the currency.
"""

from dataclasses import dataclass
from enum import StrEnum

from wms.labels.model import LabelError


class Paper(StrEnum):
    """What a bench prints for a parcel."""

    LABEL = "label"
    PACKING_LIST = "packing_list"


@dataclass(frozen=True, slots=True)
class PackedLine:
    """One product in the box."""

    line_no: int
    sku_code: str
    name: str
    quantity: int


@dataclass(frozen=True, slots=True)
class PackingList:
    """What is in a parcel, to lie in it or beside it. Of one that goes into it, box and number are not known yet."""

    order_number: str
    order_code: str
    """Empty where the order's number cannot be a barcode."""
    list_code: str
    """Empty on a list for the desk, which bears the parcel's number instead."""
    tracking_number: str
    merchant: str
    warehouse: str
    recipient: str
    """Masked."""
    packed_at: str
    box: str
    weight_grams: int
    lines: tuple[PackedLine, ...]

    def __post_init__(self) -> None:
        if not self.lines:
            raise LabelError("lines", "a packing list has at least one line")

    @property
    def totals(self) -> tuple[int, ...]:
        """Lines and units."""
        return len(self.lines), sum(line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class LoadedParcel:
    """One parcel on a load."""

    line_no: int
    tracking_number: str
    sscc: str
    weight_grams: int


@dataclass(frozen=True, slots=True)
class LoadManifest:
    """What leaves on one load, for the driver to sign."""

    load_code: str
    manifest_number: str
    """Empty while the load is not closed: then the paper says that it is no manifest yet."""
    carrier: str
    warehouse: str
    state: str
    as_of: str
    parcels: tuple[LoadedParcel, ...]

    @property
    def totals(self) -> tuple[int, ...]:
        """Parcels and grams."""
        return len(self.parcels), sum(parcel.weight_grams for parcel in self.parcels)


@dataclass(frozen=True, slots=True)
class ListedGoods:
    """One line of the list that customs was told."""

    line_no: int
    hs_code: str
    name: str
    specification: str
    origin: str
    quantity: str
    unit: str
    price: str
    total: str


@dataclass(frozen=True, slots=True)
class CustomsList:
    """A copy of the inventory list of a parcel as it was sent to customs. For reading: it is no release."""

    list_number: str
    """What customs numbered it with; empty while they have not."""
    own_number: str
    order_number: str
    tracking_number: str
    state: str
    customs_office: str
    declaring_company: str
    platform: str
    merchant: str
    logistics: str
    account_book: str
    buyer: str
    """Masked."""
    declared_at: str
    gross_weight: str
    net_weight: str
    freight: str
    currency: str
    as_of: str
    lines: tuple[ListedGoods, ...]


Document = PackingList | LoadManifest | CustomsList
