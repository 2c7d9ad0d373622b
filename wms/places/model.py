"""Kinds of places and a place as a scan gives it. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class PlaceKind(StrEnum):
    """What a place is for; rules speak in these."""

    DOCK = "dock"
    STAGE = "stage"
    """Receiving stage: received, not yet put away."""
    RESERVE = "reserve"
    PICK = "pick"
    BUFFER = "buffer"
    """Picked goods in totes on their way to packing."""
    BENCH = "bench"
    CAGE = "cage"
    """Hold cage: the only place for a parcel that customs has not released."""
    LANE = "lane"
    """Dispatch lane, where a load is put together."""
    PROBLEM = "problem"
    SUPPLIER = "supplier"
    CUSTOMER = "customer"
    LOST = "lost"
    FOUND = "found"
    SCRAP = "scrap"


VIRTUAL_KINDS = frozenset({PlaceKind.SUPPLIER, PlaceKind.CUSTOMER, PlaceKind.LOST, PlaceKind.FOUND, PlaceKind.SCRAP})
"""Places that stand for the world outside; their balances may be negative, so that every SKU sums to zero."""

STORAGE_KINDS = frozenset({PlaceKind.PICK, PlaceKind.RESERVE})
"""Where goods are put away to and picked from."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place as workflows see it. `walk_order` sorts places along the walking path."""

    id: int
    code: str
    kind: PlaceKind
    zone: str = ""
    walk_order: int = 0

    @property
    def barcode(self) -> str:
        """What its label carries."""
        return f"{PLACE_PREFIX}{self.code}"


PLACE_PREFIX = "LOC-"


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A place to be made. `zone` is a zone's code, empty for none; check digits are drawn when left out."""

    code: str
    kind: PlaceKind
    zone: str = ""
    x_mm: int = 0
    y_mm: int = 0
    level: int = 0
    walk_order: int = 0
    merchant_id: int | None = None
    check_digits: str = ""


@dataclass(frozen=True, slots=True)
class NewWarehouse:
    """A warehouse to be made; the codes are those its customs documents carry, empty outside bonded trade."""

    code: str
    name: str
    timezone: str = "Asia/Shanghai"
    customs_regime: str = "none"
    agent_code: str = ""
    agent_name: str = ""
    area_code: str = ""
    area_name: str = ""
    account_book_no: str = ""
    customs_office: str = ""
    logistics_code: str = ""
    logistics_name: str = ""
    address: str = ""
