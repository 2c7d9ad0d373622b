"""Reading the catalogue by id. Called by workflows' facts, customs and labels."""

from collections import defaultdict
from collections.abc import Collection
from typing import cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from wms.catalogue.model import ItemFacts, LotPolicy, PackLevel
from wms.catalogue.tables import Merchant, Sku, SkuBarcode

_skus = cast(Table, Sku.__table__)
_barcodes = cast(Table, SkuBarcode.__table__)

_NO_COLUMNS = ("sku_id", "sku_code", "barcodes", "packs")
"""Facts that are called otherwise in the table, or stand in another one."""

_FACTS = select(
    _skus.c.id.label("sku_id"),
    _skus.c.code.label("sku_code"),
    *(_skus.c[name] for name in ItemFacts.__dataclass_fields__ if name not in _NO_COLUMNS),
).where(_skus.c.id.in_(bindparam("sku_ids", expanding=True)))
_BARCODES = (
    select(_barcodes.c.sku_id, _barcodes.c.code, _barcodes.c.level, _barcodes.c.pack_quantity)
    .where(_barcodes.c.sku_id.in_(bindparam("sku_ids", expanding=True)))
    .order_by(_barcodes.c.id)
)


def items_by_id(session: Session, sku_ids: Collection[int]) -> dict[int, ItemFacts]:
    """Facts about the given SKUs with the barcodes of their single units and the sizes of their packs.

    Two statements however many there are.
    """
    if not sku_ids:
        return {}
    wanted = {"sku_ids": sorted(set(sku_ids))}
    barcodes: defaultdict[int, list[str]] = defaultdict(list)
    packs: defaultdict[int, set[int]] = defaultdict(set)
    for row in session.execute(_BARCODES, wanted):
        if row.level == PackLevel.EACH:
            barcodes[row.sku_id].append(row.code)
        elif row.pack_quantity > 1:
            packs[row.sku_id].add(row.pack_quantity)
    facts: dict[int, ItemFacts] = {}
    for found in session.execute(_FACTS, wanted).mappings():
        values = dict(found) | {"lot_policy": LotPolicy(found["lot_policy"])}
        facts[found["sku_id"]] = ItemFacts(
            **values,
            barcodes=tuple(barcodes[found["sku_id"]]),
            packs=tuple(sorted(packs[found["sku_id"]], reverse=True)),
        )
    return facts


def known_codes(session: Session, codes: Collection[str]) -> set[str]:
    """Those of `codes` that are a SKU's code, of any merchant."""
    return set(session.scalars(select(_skus.c.code).where(_skus.c.code.in_(codes))))


def merchant_names(session: Session) -> dict[int, str]:
    """Names of all merchants by id; there are few."""
    return {row.id: row.name for row in session.execute(select(Merchant.id, Merchant.name))}
