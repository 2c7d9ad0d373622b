"""What is in a container, and what lies at places. Called by workflows' facts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.stock.model import Balance, BalanceKey
from wms.stock.tables import BalanceRow, LotRow


@dataclass(frozen=True, slots=True)
class Content:
    """Units of one SKU and lot in a container, at the place where it stands."""

    balance: Balance
    lot_code: str
    expires_on: date | None


def container_contents(session: Session, warehouse_id: int, container_id: UUID) -> tuple[Content, ...]:
    """Everything in a container, by SKU and lot; empty when there is nothing in it."""
    rows = session.execute(
        select(
            BalanceRow.sku_id,
            BalanceRow.place_id,
            BalanceRow.lot_id,
            BalanceRow.on_hand,
            BalanceRow.held,
            BalanceRow.is_virtual,
            LotRow.code,
            LotRow.expires_on,
        )
        .outerjoin(LotRow, (LotRow.warehouse_id == BalanceRow.warehouse_id) & (LotRow.id == BalanceRow.lot_id))
        .where(BalanceRow.warehouse_id == warehouse_id, BalanceRow.container_id == container_id, BalanceRow.on_hand > 0)
        .order_by(BalanceRow.sku_id, LotRow.expires_on, BalanceRow.lot_id)
    )
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
