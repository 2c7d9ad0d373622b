"""Reading the catalogue by id. Called by workflows' facts, customs and labels."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.catalogue.model import Item, LotPolicy
from wms.catalogue.tables import Merchant, Sku, SkuBarcode


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """A SKU with what workflows need to know beside its name. `codes` are what a scanner may send for one unit."""

    item: Item
    codes: tuple[str, ...]
    weight_grams: int
    length_mm: int
    width_mm: int
    height_mm: int


def items_by_id(session: Session, sku_ids: Iterable[int]) -> dict[int, CatalogueItem]:
    """The given SKUs by id."""
    wanted = sorted(set(sku_ids))
    codes: dict[int, list[str]] = {sku_id: [] for sku_id in wanted}
    for sku_id, code in session.execute(
        select(SkuBarcode.sku_id, SkuBarcode.code)
        .where(SkuBarcode.sku_id.in_(wanted), SkuBarcode.pack_quantity == 1)
        .order_by(SkuBarcode.id)
    ):
        codes[sku_id] += as_scanned(code)
    rows = session.execute(select(Sku).where(Sku.id.in_(wanted))).scalars()
    return {
        sku.id: CatalogueItem(
            Item(sku.id, sku.code, sku.name, sku.merchant_id, LotPolicy(sku.lot_policy)),
            tuple(codes[sku.id]) or (f"SKU-{sku.code}",),
            sku.weight_grams,
            sku.length_mm,
            sku.width_mm,
            sku.height_mm,
        )
        for sku in rows
    }


def as_scanned(code: str) -> list[str]:
    """A kept barcode as scanners send it: a GTIN is kept with 14 digits, but printed as EAN-13 or EAN-8."""
    if len(code) != 14 or not code.isdigit():
        return [code]
    if code.startswith("000000"):
        return [code[6:], code]
    return [code[1:], code] if code.startswith("0") else [code]


def merchant_names(session: Session) -> dict[int, str]:
    """Names of all merchants by id; there are few."""
    return {row.id: row.name for row in session.execute(select(Merchant.id, Merchant.name))}
