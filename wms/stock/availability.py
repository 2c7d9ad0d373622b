"""Where a SKU lies in storage, with what allocation sorts by: kind of place, walk order, expiry.

Called by `wms.orders`.
Reads without locking; what is free is decided by `lock_storage_balances` afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from wms.kernel.identity import NIL
from wms.places.model import STORAGE_KINDS, PlaceKind
from wms.places.tables import PlaceRow
from wms.stock.model import BalanceKey
from wms.stock.tables import BalanceRow, LotRow

_balances = cast(Table, BalanceRow.__table__)
_lots = cast(Table, LotRow.__table__)
_places = cast(Table, PlaceRow.__table__)


@dataclass(frozen=True, slots=True)
class StoragePosition:
    """A balance in storage as the allocation sees it. `expires_on` None where the lot has no expiry."""

    key: BalanceKey
    kind: PlaceKind
    walk_order: int
    expires_on: date | None


def storage_positions(session: Session, warehouse_id: int, sku_ids: Sequence[int]) -> list[StoragePosition]:
    """Where loose units of `sku_ids` are free in pick and reserve places now."""
    rows = session.execute(
        select(
            _balances.c.sku_id,
            _balances.c.place_id,
            _balances.c.lot_id,
            _places.c.kind,
            _places.c.walk_order,
            _lots.c.expires_on,
        )
        .join(_places, (_places.c.warehouse_id == _balances.c.warehouse_id) & (_places.c.id == _balances.c.place_id))
        .outerjoin(_lots, (_lots.c.warehouse_id == _balances.c.warehouse_id) & (_lots.c.id == _balances.c.lot_id))
        .where(
            _balances.c.warehouse_id == warehouse_id,
            _balances.c.sku_id.in_(sku_ids),
            _balances.c.container_id == NIL,
            _balances.c.on_hand > _balances.c.held,
            _places.c.kind.in_([kind.value for kind in STORAGE_KINDS]),
        )
    )
    return [_position(row.sku_id, row.place_id, row.lot_id, row.kind, row.walk_order, row.expires_on) for row in rows]


def sku_ids_in_storage(session: Session, warehouse_id: int, sku_ids: Sequence[int], today: date) -> frozenset[int]:
    """Those of `sku_ids` of which something is free and has not expired; asked before orders are tried again."""
    rows = session.execute(
        select(_balances.c.sku_id)
        .join(_places, (_places.c.warehouse_id == _balances.c.warehouse_id) & (_places.c.id == _balances.c.place_id))
        .outerjoin(_lots, (_lots.c.warehouse_id == _balances.c.warehouse_id) & (_lots.c.id == _balances.c.lot_id))
        .where(
            _balances.c.warehouse_id == warehouse_id,
            _balances.c.sku_id.in_(sku_ids),
            _balances.c.container_id == NIL,
            _balances.c.on_hand > _balances.c.held,
            _places.c.kind.in_([kind.value for kind in STORAGE_KINDS]),
            _lots.c.expires_on.is_(None) | (_lots.c.expires_on > today),
        )
        .distinct()
    )
    return frozenset(rows.scalars())


def _position(
    sku_id: int, place_id: int, lot_id: UUID, kind: str, walk_order: int, expires_on: date | None
) -> StoragePosition:
    return StoragePosition(BalanceKey(sku_id, place_id, lot_id), PlaceKind(kind), walk_order, expires_on)
