"""Kinds and values of the catalogue. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class LotPolicy(StrEnum):
    """What must be recorded with every unit of a SKU."""

    NONE = "none"
    LOT = "lot"
    LOT_AND_EXPIRY = "lot_and_expiry"


class PackLevel(StrEnum):
    """What a barcode stands for."""

    EACH = "each"
    INNER = "inner"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Item:
    """A SKU as one scan of one of its barcodes gives it.

    `pack_quantity` units were meant by the scan (1 for a single); lot and expiry are set when the code carried them.
    """

    sku_id: int
    sku_code: str
    name: str
    merchant_id: int
    lot_policy: LotPolicy
    pack_quantity: int = 1
    lot_code: str = ""
    expires_on: str = ""
    """ISO date, empty when the code carried none."""


SKU_PREFIX = "SKU-"
"""What our own label of a SKU begins with, where the goods carry no GTIN."""
