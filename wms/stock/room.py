"""Which storage places can come into question for goods to be put away. Called by putaway's facts.

A hall has thousands of places and a suggestion needs a handful: the ones that hold the goods already, the first empty
ones along the walk, and the very first as a last resort. Read inside the scan's transaction, so every query is bounded.
"""

from collections.abc import Collection
from typing import cast

from sqlalchemy import ColumnElement, Select, Table, exists, or_, select
from sqlalchemy.orm import Session

from wms.places.model import PlaceKind
from wms.places.tables import PlaceRow
from wms.stock.tables import BalanceRow

_places = cast(Table, PlaceRow.__table__)
_balances = cast(Table, BalanceRow.__table__)


def candidate_places(
    session: Session, warehouse_id: int, sku_ids: Collection[int], merchant_id: int, *, lines: int
) -> set[int]:
    """Ids of storage places among which the best for each of `lines` lines of these SKUs is to be found.

    Places kept for another merchant are left out.
    """
    is_empty = ~exists().where(
        _balances.c.warehouse_id == _places.c.warehouse_id,
        _balances.c.place_id == _places.c.id,
        _balances.c.on_hand > 0,
    )
    at_them = select(_balances.c.place_id).where(
        _balances.c.warehouse_id == warehouse_id, _balances.c.sku_id.in_(sku_ids), _balances.c.on_hand > 0
    )
    queries = [
        _along_the_walk(warehouse_id, merchant_id, PlaceKind.PICK, _places.c.id.in_(at_them)),
        *(
            _along_the_walk(warehouse_id, merchant_id, kind, is_empty).limit(lines)
            for kind in (PlaceKind.PICK, PlaceKind.RESERVE)
        ),
        *(_along_the_walk(warehouse_id, merchant_id, kind).limit(1) for kind in (PlaceKind.PICK, PlaceKind.RESERVE)),
    ]
    found: set[int] = set()
    for query in queries:
        found.update(session.execute(query).scalars())
    return found


def _along_the_walk(
    warehouse_id: int, merchant_id: int, kind: PlaceKind, *conditions: ColumnElement[bool]
) -> Select[int]:
    return (
        select(_places.c.id)
        .where(
            _places.c.warehouse_id == warehouse_id,
            _places.c.kind == kind.value,
            or_(_places.c.merchant_id.is_(None), _places.c.merchant_id == merchant_id),
            *conditions,
        )
        .order_by(_places.c.walk_order, _places.c.code)
    )
