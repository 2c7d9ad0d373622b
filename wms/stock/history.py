"""Stock at a past moment, and the timeline of a place, a SKU or a container. Called by `wms stock` and `wms movements`.

Everything here reads the journal alone, so it can be asked of any second since the first transfer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, and_, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from wms.catalogue.tables import Sku
from wms.containers.tables import ContainerRow
from wms.places.model import VIRTUAL_KINDS
from wms.places.tables import PlaceRow
from wms.stock.model import BalanceKey, Reason
from wms.stock.tables import BalanceRow, JournalRow, LotRow

_journal = cast(Table, JournalRow.__table__)

# Names a column outside the key: else SQLite reads the whole key instead of the index on places or containers.
_SKU_OF_BALANCE = func.coalesce(BalanceRow.sku_id, BalanceRow.held)

PAGE = 100
LONGEST_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class PastStock:
    """Units that lay at one key at a past moment."""

    key: BalanceKey
    on_hand: int


@dataclass(frozen=True, slots=True)
class Movement:
    """One transfer as a person reads it; codes are empty for no lot and no container."""

    id: UUID
    at: datetime
    reason: Reason
    sku_code: str
    lot_code: str
    quantity: int
    from_place: str
    from_container: str
    to_place: str
    to_container: str
    document: UUID | None
    scan_id: UUID | None
    operator_id: UUID | None


def stock_at(
    session: Session,
    warehouse_id: int,
    moment: datetime,
    *,
    sku_ids: Sequence[int] | None = None,
    place_id: int | None = None,
) -> list[PastStock]:
    """What lay at real places at the end of `moment`, for some SKUs or one place only where these are given.

    It adds up the journal from its beginning: for one SKU that is its own transfers, for a whole warehouse all of them.
    """
    sides = union_all(
        _side(warehouse_id, moment, sku_ids, place_id, incoming=True),
        _side(warehouse_id, moment, sku_ids, place_id, incoming=False),
    ).subquery()
    key = (sides.c.sku_id, sides.c.place_id, sides.c.lot_id, sides.c.container_id)
    rows = session.execute(
        select(*key, func.sum(sides.c.units).label("units"))
        .join(PlaceRow, and_(PlaceRow.warehouse_id == warehouse_id, PlaceRow.id == sides.c.place_id))
        .where(PlaceRow.kind.not_in([kind.value for kind in VIRTUAL_KINDS]))
        .group_by(*key)
        .having(func.sum(sides.c.units) != 0)
        .order_by(*key)
    )
    return [
        PastStock(BalanceKey(row.sku_id, row.place_id, row.lot_id, row.container_id), int(row.units)) for row in rows
    ]


def _side(
    warehouse_id: int, moment: datetime, sku_ids: Sequence[int] | None, place_id: int | None, *, incoming: bool
) -> Select[Any]:
    side = "to" if incoming else "from"
    place = _journal.c[f"{side}_place_id"]
    query = select(
        _journal.c.sku_id,
        place.label("place_id"),
        _journal.c.lot_id,
        _journal.c[f"{side}_container_id"].label("container_id"),
        (_journal.c.quantity if incoming else -_journal.c.quantity).label("units"),
    ).where(_journal.c.warehouse_id == warehouse_id, _journal.c.at <= moment)
    if place_id is not None:
        query = query.where(place == place_id, _journal.c.sku_id.in_(_skus_ever_at(warehouse_id, place_id)))
    if sku_ids is not None:
        query = query.where(_journal.c.sku_id.in_(sku_ids))
    return query


def movements_of_sku(
    session: Session, warehouse_id: int, sku_id: int, *, before: UUID | None = None, limit: int = PAGE
) -> list[Movement]:
    """Transfers of a SKU, newest first; `before` is the id of the last one of the page above."""
    return _movements(session, warehouse_id, [_journal.c.sku_id == sku_id], before, limit, order=_journal.c.id)


def movements_of_place(
    session: Session, warehouse_id: int, place_id: int, *, before: UUID | None = None, limit: int = PAGE
) -> list[Movement]:
    """Transfers to and from a place, newest first."""
    touches = or_(_journal.c.from_place_id == place_id, _journal.c.to_place_id == place_id)
    ever_here = _journal.c.sku_id.in_(_skus_ever_at(warehouse_id, place_id))
    return _movements(session, warehouse_id, [ever_here, touches], before, limit)


def movements_of_container(
    session: Session, warehouse_id: int, container_id: UUID, *, before: UUID | None = None, limit: int = PAGE
) -> list[Movement]:
    """Transfers into, with and out of a container, newest first: a parcel's life."""
    touches = or_(_journal.c.from_container_id == container_id, _journal.c.to_container_id == container_id)
    ever_in = select(_SKU_OF_BALANCE).where(
        BalanceRow.warehouse_id == warehouse_id, BalanceRow.container_id == container_id
    )
    return _movements(session, warehouse_id, [_journal.c.sku_id.in_(ever_in), touches], before, limit)


def movements_of_document(
    session: Session, warehouse_id: int, sku_ids: Sequence[int], document: UUID, *, limit: int = PAGE
) -> list[Movement]:
    """Transfers of some SKUs that were made for a document (an order), newest first."""
    made_for = and_(_journal.c.sku_id.in_(sku_ids), _journal.c.document == document)
    return _movements(session, warehouse_id, [made_for], None, limit)


def _skus_ever_at(warehouse_id: int, place_id: int) -> Select[Any]:
    # Balances are never deleted, so they name every SKU that ever was here: with them the journal is read by its index
    # on SKUs, and needs none on places.
    return select(_SKU_OF_BALANCE).where(BalanceRow.warehouse_id == warehouse_id, BalanceRow.place_id == place_id)


# Of several SKUs. An expression, because a database would save itself the sorting and walk through the whole journal.
_SORTED = func.coalesce(_journal.c.id, _journal.c.id)


def _movements(
    session: Session,
    warehouse_id: int,
    conditions: Sequence[ColumnElement[bool]],
    before: UUID | None,
    limit: int,
    order: ColumnElement[Any] = _SORTED,
) -> list[Movement]:
    from_place, to_place = aliased(PlaceRow), aliased(PlaceRow)
    from_container, to_container = aliased(ContainerRow), aliased(ContainerRow)
    query = (
        select(
            _journal,
            Sku.code.label("sku_code"),
            LotRow.code.label("lot_code"),
            from_place.code.label("from_place"),
            to_place.code.label("to_place"),
            from_container.code.label("from_container"),
            to_container.code.label("to_container"),
        )
        .join(Sku, Sku.id == _journal.c.sku_id)
        .join(from_place, _same(from_place, _journal.c.from_place_id))
        .join(to_place, _same(to_place, _journal.c.to_place_id))
        .outerjoin(LotRow, _same(LotRow, _journal.c.lot_id))
        .outerjoin(from_container, _same(from_container, _journal.c.from_container_id))
        .outerjoin(to_container, _same(to_container, _journal.c.to_container_id))
        .where(_journal.c.warehouse_id == warehouse_id, *conditions)
        .order_by(order.desc())
        .limit(min(limit, LONGEST_PAGE))
    )
    if before is not None:
        query = query.where(_journal.c.id < before)
    return [
        Movement(
            id=row.id,
            at=row.at,
            reason=Reason(row.reason),
            sku_code=row.sku_code,
            lot_code=row.lot_code or "",
            quantity=row.quantity,
            from_place=row.from_place,
            from_container=row.from_container or "",
            to_place=row.to_place,
            to_container=row.to_container or "",
            document=row.document,
            scan_id=row.scan_id,
            operator_id=row.operator_id,
        )
        for row in session.execute(query)
    ]


def _same(table: Any, key: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(table.warehouse_id == _journal.c.warehouse_id, table.id == key)
