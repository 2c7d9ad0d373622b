"""Kinds and values of the catalogue. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from wms.kernel.identity import normalise_gtin

SKU_PREFIX = "SKU-"
"""What our own label of a SKU begins with, where the goods carry no GTIN."""


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
    picture: str = ""
    """Name of a file in the folder of pictures."""


@dataclass(frozen=True, slots=True)
class NewMerchant:
    """A merchant to be made; the codes are those its customs documents carry, empty outside bonded trade."""

    code: str
    name: str
    platform_code: str = ""
    platform_name: str = ""
    company_code: str = ""
    company_name: str = ""
    payment_code: str = ""
    payment_name: str = ""


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """Everything the catalogue knows of a SKU that others need: for screens, parcels, documents and the lookahead."""

    sku_id: int
    sku_code: str
    merchant_id: int
    name: str
    name_zh: str
    weight_grams: int
    net_weight_grams: int
    length_mm: int
    width_mm: int
    height_mm: int
    lot_policy: LotPolicy
    tracks_serial: bool
    hs_code: str
    origin_country: str
    article_record_no: str
    customs_unit: str
    vat_rate_bp: int
    consumption_tax_rate_bp: int
    barcodes: tuple[str, ...] = ()
    """Codes of the single unit as stored: GTINs in 14 digits."""
    handling: str = ""
    """Marks separated by spaces: fragile, liquid."""
    picture: str = ""
    """Name of a file in the folder of pictures."""
    packs: tuple[int, ...] = ()
    """How many units its inner packs and cases hold, largest first."""

    @property
    def item(self) -> "Item":
        """A single unit of it, as a scan would give it."""
        return Item(self.sku_id, self.sku_code, self.name, self.merchant_id, self.lot_policy, picture=self.picture)

    @property
    def scanned_as(self) -> tuple[str, ...]:
        """Every text a scanner may send for a single unit: GTINs in each length they are printed in, our own label."""
        forms = [form for code in self.barcodes for form in scanned_forms(code)]
        return (*forms, f"{SKU_PREFIX}{self.sku_code}")


def scanned_forms(code: str) -> tuple[str, ...]:
    """The lengths a stored code may be printed in: a GTIN without leading zeros is a GTIN-13, 12 or 8 as well."""
    if normalise_gtin(code) != code:
        return (code,)
    return tuple(code[14 - length :] for length in (13, 12, 8, 14) if not code[: 14 - length].strip("0"))
