"""What is in a container, and what lies at places. Called by workflows' facts."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from wms.stock.model import Balance, BalanceKey
from wms.stock.tables import BalanceRow, LotRow

_balances = cast(Table, BalanceRow.__table__)
_lots = cast(Table, LotRow.__table__)

# Asked for every parcel that is dispatched, and therefore built once.
_IN_CONTAINER = (
    select(
        _balances.c.sku_id,
        _balances.c.place_id,
        _balances.c.lot_id,
        _balances.c.on_hand,
        _balances.c.held,
        _balances.c.is_virtual,
        _lots.c.code,
        _lots.c.expires_on,
    )
    .outerjoin(_lots, (_lots.c.warehouse_id == _balances.c.warehouse_id) & (_lots.c.id == _balances.c.lot_id))
    .where(
        _balances.c.warehouse_id == bindparam("key_warehouse"),
        _balances.c.container_id == bindparam("key_container"),
        _balances.c.on_hand > 0,
    )
    # An expression, because SQLite would save itself the sorting and walk through the whole warehouse in key order.
    .order_by(_balances.c.sku_id + 0, _lots.c.expires_on, _balances.c.lot_id)
)


@dataclass(frozen=True, slots=True)
class Content:
    """Units of one SKU and lot in a container, at the place where it stands."""

    balance: Balance
    lot_code: str
    expires_on: date | None


def container_contents(session: Session, warehouse_id: int, container_id: UUID) -> tuple[Content, ...]:
    """Everything in a container, by SKU and lot; empty when there is nothing in it."""
    rows = session.connection().execute(_IN_CONTAINER, {"key_warehouse": warehouse_id, "key_container": container_id})
    return tuple(
        Content(
            Balance(
                BalanceKey(row.sku_id, row.place_id, row.lot_id, container_id), row.on_hand, row.held, row.is_virtual
            ),
            row.code or "",
            row.expires_on,
        )
        for row in rows
    )


def containers_with(session: Session, warehouse_id: int, sku_id: int, container_ids: Collection[UUID]) -> set[UUID]:
    """Those of the containers that hold units of a SKU."""
    return set(
        session.scalars(
            select(BalanceRow.container_id).where(
                BalanceRow.warehouse_id == warehouse_id,
                BalanceRow.sku_id == sku_id,
                BalanceRow.container_id.in_(container_ids),
                BalanceRow.on_hand > 0,
            )
        )
    )


def lots_at_places(
    session: Session, warehouse_id: int, place_ids: Iterable[int]
) -> dict[int, frozenset[tuple[int, UUID]]]:
    """Which (sku, lot) pairs lie at each of the places now; a place with nothing on it is not in the answer."""
    found: dict[int, set[tuple[int, UUID]]] = {}
    for row in session.execute(
        select(BalanceRow.place_id, BalanceRow.sku_id, BalanceRow.lot_id).where(
            BalanceRow.warehouse_id == warehouse_id,
            BalanceRow.place_id.in_(list(place_ids)),
            BalanceRow.on_hand > 0,
        )
    ):
        found.setdefault(row.place_id, set()).add((row.sku_id, row.lot_id))
    return {place_id: frozenset(lots) for place_id, lots in found.items()}
