"""What crossed the border between the building and the world outside: the part of the journal that changes bin stock.

Called by the comparison with the bonded account book. Goods that move inside the building are not here; the sum of the
crossings of a SKU is what lies in its bins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, Table, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from wms.places.model import VIRTUAL_KINDS
from wms.places.tables import PlaceRow
from wms.stock.model import Reason
from wms.stock.tables import JournalRow

_journal = cast(Table, JournalRow.__table__)
_VIRTUAL = sorted(kind.value for kind in VIRTUAL_KINDS)


@dataclass(frozen=True, slots=True)
class Crossing:
    """One transfer into the building (units > 0) or out of it (units < 0)."""

    id: UUID
    at: datetime
    reason: Reason
    sku_id: int
    units: int
    inside: str
    """Code of the place in the building."""
    outside: str
    """Code of the place that stands for the world: supplier, customer, lost …"""
    container_id: UUID
    """What the goods were in, inside the building; NIL for loose ones."""
    document: UUID | None


def bins_at(session: Session, warehouse_id: int, moment: datetime) -> dict[int, int]:
    """Units of each SKU in the building at the end of `moment`. Adds up the journal from its beginning."""
    borders = _borders(warehouse_id, moment).subquery()
    totals = select(borders.c.sku_id, func.sum(borders.c.units).label("units")).group_by(borders.c.sku_id)
    return {row.sku_id: int(row.units) for row in session.execute(totals)}


def crossings_until(session: Session, warehouse_id: int, sku_ids: Sequence[int], moment: datetime) -> list[Crossing]:
    """Every crossing of some SKUs up to the end of `moment`, oldest first."""
    rows = session.execute(_borders(warehouse_id, moment).where(_journal.c.sku_id.in_(sku_ids)).order_by(_journal.c.id))
    return [
        Crossing(
            id=row.id,
            at=row.at,
            reason=Reason(row.reason),
            sku_id=row.sku_id,
            units=row.units,
            inside=row.inside,
            outside=row.outside,
            container_id=row.container_id,
            document=row.document,
        )
        for row in rows
    ]


def _borders(warehouse_id: int, moment: datetime) -> Select[Any]:
    origin, target = aliased(PlaceRow), aliased(PlaceRow)
    comes_in = origin.kind.in_(_VIRTUAL)
    return (
        select(
            _journal.c.id,
            _journal.c.at,
            _journal.c.reason,
            _journal.c.sku_id,
            case((comes_in, _journal.c.quantity), else_=-_journal.c.quantity).label("units"),
            case((comes_in, target.code), else_=origin.code).label("inside"),
            case((comes_in, origin.code), else_=target.code).label("outside"),
            case((comes_in, _journal.c.to_container_id), else_=_journal.c.from_container_id).label("container_id"),
            _journal.c.document,
        )
        .join(origin, and_(origin.warehouse_id == warehouse_id, origin.id == _journal.c.from_place_id))
        .join(target, and_(target.warehouse_id == warehouse_id, target.id == _journal.c.to_place_id))
        .where(
            _journal.c.warehouse_id == warehouse_id,
            _journal.c.at <= moment,
            # From outside to outside (a loss that is found at the supplier's) nothing in the building changes.
            comes_in != target.kind.in_(_VIRTUAL),
        )
    )
