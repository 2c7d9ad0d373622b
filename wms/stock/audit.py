"""Proves the books: what the balances say against what the journal and the holds say. Called by `wms audit`.

It reads one consistent view, lets the database do the sums, lists what differs with both numbers, and repairs nothing:
whoever repairs without knowing why hides the next loss.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    Table,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from wms.catalogue.tables import Sku
from wms.containers.tables import ContainerRow
from wms.kernel.identity import NIL
from wms.places.model import VIRTUAL_KINDS, PlaceKind
from wms.places.tables import PlaceRow
from wms.stock.tables import BalanceRow, HoldRow, JournalRow, LotRow

_balances = cast(Table, BalanceRow.__table__)
_journal = cast(Table, JournalRow.__table__)
_holds = cast(Table, HoldRow.__table__)
_lots = cast(Table, LotRow.__table__)
_containers = cast(Table, ContainerRow.__table__)
_places = cast(Table, PlaceRow.__table__)

MOST_LISTED = 200
"""Differences listed per kind; a broken import could make millions, and the first ones tell the story."""


class Fault(StrEnum):
    """What can be wrong."""

    BALANCE = "balance differs from journal"
    HELD = "held differs from holds"
    SUM = "units over all places are not zero"
    NEGATIVE = "less than is held, or less than nothing"
    VIRTUAL = "counted as a real place and is none, or the reverse"
    UNKNOWN_LOT = "lot is not known, or of another SKU"
    UNKNOWN_CONTAINER = "container is not known"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is wrong: `recorded` is what the row says, `computed` what it should say."""

    fault: Fault
    sku: str
    place: str
    """Empty where it concerns all places."""
    lot_id: UUID
    container_id: UUID
    recorded: int
    computed: int

    def __str__(self) -> str:
        where = self.place or "all places"
        lot = "" if self.lot_id == NIL else f" lot {self.lot_id}"
        container = "" if self.container_id == NIL else f" container {self.container_id}"
        return f"{where} {self.sku}{lot}{container}: {self.fault} (recorded {self.recorded}, computed {self.computed})"


@dataclass(frozen=True, slots=True)
class AuditReport:
    """How much was checked, and what is wrong."""

    warehouse_id: int
    transfers: int
    balances: int
    holds: int
    differences: tuple[Difference, ...]

    @property
    def is_clean(self) -> bool:
        return not self.differences


def audit(session: Session, warehouse_id: int) -> AuditReport:
    """Check all stock of a warehouse. Call it in `Database.reading`, so that all sums are of one moment."""
    found: list[Difference] = []
    for fault, query in _checks(warehouse_id):
        found += _differences(session, warehouse_id, fault, query)
    return AuditReport(
        warehouse_id,
        _count(session, _journal, warehouse_id),
        _count(session, _balances, warehouse_id),
        _count(session, _holds, warehouse_id),
        tuple(found),
    )


def _checks(warehouse_id: int) -> Iterable[tuple[Fault, Select[Any]]]:
    yield Fault.BALANCE, _balances_against_journal(warehouse_id)
    yield Fault.HELD, _held_against_holds(warehouse_id)
    yield Fault.SUM, _sums(warehouse_id)
    yield Fault.NEGATIVE, _negative(warehouse_id)
    yield Fault.VIRTUAL, _wrongly_virtual(warehouse_id)
    yield Fault.UNKNOWN_LOT, _unknown_lots(warehouse_id)
    yield Fault.UNKNOWN_CONTAINER, _unknown_containers(warehouse_id)


def _count(session: Session, table: Table, warehouse_id: int) -> int:
    return session.execute(
        select(func.count()).select_from(table).where(table.c.warehouse_id == warehouse_id)
    ).scalar_one()


_ZERO = sql_cast(literal(0), BigInteger)


def _side(
    table: Table, warehouse_id: int, recorded: ColumnElement[Any], computed: ColumnElement[Any], prefix: str = ""
) -> Select[Any]:
    """One side of the books by key; `prefix` chooses the from or the to side of the journal."""
    return select(
        table.c.sku_id,
        table.c[f"{prefix}place_id"].label("place_id"),
        table.c.lot_id,
        table.c[f"{prefix}container_id"].label("container_id"),
        recorded.label("recorded"),
        computed.label("computed"),
    ).where(table.c.warehouse_id == warehouse_id)


def _where_sides_differ(sides: Subquery) -> Select[Any]:
    # Two lists laid one upon the other instead of an outer join: a key that only one of them knows shows as well.
    recorded, computed = func.sum(sides.c.recorded), func.sum(sides.c.computed)
    key = (sides.c.sku_id, sides.c.place_id, sides.c.lot_id, sides.c.container_id)
    return (
        select(*key, recorded.label("recorded"), computed.label("computed")).group_by(*key).having(recorded != computed)
    )


def _balances_against_journal(warehouse_id: int) -> Select[Any]:
    return _where_sides_differ(
        union_all(
            _side(_balances, warehouse_id, _balances.c.on_hand, _ZERO),
            _side(_journal, warehouse_id, _ZERO, _journal.c.quantity, "to_"),
            _side(_journal, warehouse_id, _ZERO, -_journal.c.quantity, "from_"),
        ).subquery()
    )


def _held_against_holds(warehouse_id: int) -> Select[Any]:
    return _where_sides_differ(
        union_all(
            _side(_balances, warehouse_id, _balances.c.held, _ZERO),
            _side(_holds, warehouse_id, _ZERO, _holds.c.quantity),
        ).subquery()
    )


def _sums(warehouse_id: int) -> Select[Any]:
    return (
        select(
            _balances.c.sku_id,
            sql_cast(null(), _balances.c.place_id.type).label("place_id"),
            _balances.c.lot_id,
            sql_cast(null(), _balances.c.container_id.type).label("container_id"),
            func.sum(_balances.c.on_hand).label("recorded"),
            _ZERO.label("computed"),
        )
        .where(_balances.c.warehouse_id == warehouse_id)
        .group_by(_balances.c.sku_id, _balances.c.lot_id)
        .having(func.sum(_balances.c.on_hand) != 0)
    )


def _balance_rows(warehouse_id: int, recorded: ColumnElement[Any], computed: ColumnElement[Any]) -> Select[Any]:
    return _side(_balances, warehouse_id, recorded, computed)


def _negative(warehouse_id: int) -> Select[Any]:
    # The database refuses this itself; it is asked again because a check may be missing after a careless restore.
    return _balance_rows(warehouse_id, _balances.c.on_hand, _balances.c.held).where(
        or_(
            and_(_balances.c.is_virtual.is_(False), _balances.c.on_hand < _balances.c.held),
            and_(_balances.c.is_virtual.is_(False), _balances.c.held < 0),
            and_(_balances.c.is_virtual.is_(True), _balances.c.held != 0),
        )
    )


def _wrongly_virtual(warehouse_id: int) -> Select[Any]:
    is_virtual = _places.c.kind.in_([kind.value for kind in VIRTUAL_KINDS])
    return (
        _balance_rows(warehouse_id, case((_balances.c.is_virtual, 1), else_=0), case((is_virtual, 1), else_=0))
        .join(_places, and_(_places.c.warehouse_id == _balances.c.warehouse_id, _places.c.id == _balances.c.place_id))
        .where(_balances.c.is_virtual != is_virtual)
    )


def _unknown_lots(warehouse_id: int) -> Select[Any]:
    known = and_(
        _lots.c.warehouse_id == _balances.c.warehouse_id,
        _lots.c.id == _balances.c.lot_id,
        _lots.c.sku_id == _balances.c.sku_id,
    )
    return (
        _balance_rows(warehouse_id, _balances.c.on_hand, _ZERO)
        .outerjoin(_lots, known)
        .where(_balances.c.lot_id != NIL, _lots.c.id.is_(None))
    )


def _unknown_containers(warehouse_id: int) -> Select[Any]:
    known = and_(_containers.c.warehouse_id == _balances.c.warehouse_id, _containers.c.id == _balances.c.container_id)
    # At a bench, goods lie in a parcel that gets its plate when it is closed; given back before, it never gets one, and
    # only an empty balance remembers it.
    benches = select(PlaceRow.id).where(PlaceRow.warehouse_id == warehouse_id, PlaceRow.kind == PlaceKind.BENCH.value)
    return (
        _balance_rows(warehouse_id, _balances.c.on_hand, _ZERO)
        .outerjoin(_containers, known)
        .where(
            _balances.c.on_hand != 0,
            _balances.c.container_id != NIL,
            _balances.c.place_id.not_in(benches),
            _containers.c.id.is_(None),
        )
    )


def _differences(session: Session, warehouse_id: int, fault: Fault, query: Select[Any]) -> list[Difference]:
    wrong = query.order_by("sku_id", "place_id").limit(MOST_LISTED).subquery()
    rows = session.execute(
        select(wrong, Sku.code.label("sku"), PlaceRow.code.label("place"))
        .outerjoin(Sku, Sku.id == wrong.c.sku_id)
        .outerjoin(PlaceRow, and_(PlaceRow.warehouse_id == warehouse_id, PlaceRow.id == wrong.c.place_id))
        .order_by(wrong.c.sku_id, wrong.c.place_id)
    )
    return [
        Difference(
            fault,
            row.sku or f"SKU {row.sku_id}",
            row.place or "",
            row.lot_id,
            row.container_id or NIL,
            int(row.recorded),
            int(row.computed),
        )
        for row in rows
    ]
