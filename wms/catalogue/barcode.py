"""What a product barcode means: GTINs, packs, other codes printed on goods, our own `SKU-` labels.

Handed to the resolver by `wms.app`. One statement per scan, built once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import CompoundSelect, Select, Table, bindparam, literal, select, union_all
from sqlalchemy.orm import Session

from wms.barcodes.model import Cleaned, CodeKind, Gs1Parts, Taught
from wms.catalogue.model import SKU_PREFIX, Item, LotPolicy
from wms.catalogue.tables import Sku, SkuBarcode
from wms.kernel.quantity import MAX_QUANTITY
from wms.kernel.refusal import Refusal

_skus = cast(Table, Sku.__table__)
_barcodes = cast(Table, SkuBarcode.__table__)
_of_sku = (_skus.c.id, _skus.c.code, _skus.c.name, _skus.c.merchant_id, _skus.c.lot_policy, _skus.c.picture)

_BY_BARCODE = (
    select(*_of_sku, _barcodes.c.pack_quantity)
    .join(_barcodes, _barcodes.c.sku_id == _skus.c.id)
    .where(_barcodes.c.code == bindparam("code"))
)
_BY_SKU_CODE = select(*_of_sku, literal(1).label("pack_quantity")).where(_skus.c.code == bindparam("code"))
_BY_EITHER = union_all(_BY_BARCODE, _BY_SKU_CODE)
"""People type what they see on a list, and that is as often the SKU's code as its barcode."""


class ItemReader:
    """GTIN or other barcode, or `SKU-<code>` → every SKU that carries it, in the pack the code stands for."""

    kind = CodeKind.ITEM

    def __call__(self, session: Session, warehouse_id: int, cleaned: Cleaned) -> Sequence[Item] | Refusal:
        """Refuses `bad_quantity` where a GS1 count times the pack is more than any pallet holds."""
        if cleaned.text.startswith(SKU_PREFIX):
            return _items(session, _BY_SKU_CODE, cleaned.text[len(SKU_PREFIX) :])
        if cleaned.taught is not None:
            return _as_taught(session, cleaned.taught)
        parts = cleaned.gs1
        if parts is None:
            return _items(session, _BY_EITHER if cleaned.manual else _BY_BARCODE, cleaned.gtin or cleaned.text)
        if not parts.gtin:
            return ()
        return _counted(_filled(item, parts) for item in _items(session, _BY_BARCODE, parts.gtin))


def _as_taught(session: Session, taught: Taught) -> Sequence[Item] | Refusal:
    """A supplier's pattern names a product by our SKU code as well as by any barcode of it."""
    found = _items(session, _BY_EITHER, taught.product)
    allowed = (item for item in found if taught.merchant_id in (None, item.merchant_id))
    return _counted(_filled(item, taught.parts) for item in allowed)


def _counted(items: Iterable[Item]) -> list[Item] | Refusal:
    found = list(items)
    largest = max((item.pack_quantity for item in found), default=0)
    if largest > MAX_QUANTITY:
        return Refusal("bad_quantity", {"quantity": largest, "most": MAX_QUANTITY})
    return found


def _items(session: Session, statement: Select[Any] | CompoundSelect[Any], code: str) -> list[Item]:
    found: dict[int, Item] = {}
    for row in session.connection().execute(statement, {"code": code}):
        # A SKU may answer by its code and by a barcode of the same text; the barcode came first and knows the pack.
        policy = LotPolicy(row.lot_policy)
        item = Item(row.id, row.code, row.name, row.merchant_id, policy, row.pack_quantity, picture=row.picture)
        found.setdefault(row.id, item)
    return list(found.values())


def _filled(item: Item, parts: Gs1Parts) -> Item:
    return replace(
        item,
        pack_quantity=item.pack_quantity * (parts.count or 1),
        lot_code=parts.lot,
        expires_on=parts.expires_on.isoformat() if parts.expires_on else "",
    )
