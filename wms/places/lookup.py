"""Reading places. Called by rules that need a place's kind and by workflows' facts.

Kinds of places are needed by every posting and change about never, so they are remembered per engine. A place that is
not remembered yet is read; a place's kind is fixed once it exists (set-up refuses to change it).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any, cast
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, Select, Table, bindparam, select
from sqlalchemy.orm import Session

from wms.database.transaction import Database, after_commit
from wms.kernel.errors import Refused
from wms.kernel.refusal import Refusal
from wms.places.model import Place, PlaceKind
from wms.places.regimes import CustomsRegime
from wms.places.tables import PlaceRow, Warehouse, ZoneRow

_places_table = cast(Table, PlaceRow.__table__)
_zones = cast(Table, ZoneRow.__table__)
_warehouses = cast(Table, Warehouse.__table__)

# Asked whenever work begins, and therefore built once.
_PLACES = (
    select(
        _places_table.c.id,
        _places_table.c.code,
        _places_table.c.kind,
        _places_table.c.walk_order,
        _zones.c.code.label("zone"),
    )
    .outerjoin(
        _zones, (_zones.c.warehouse_id == _places_table.c.warehouse_id) & (_zones.c.id == _places_table.c.zone_id)
    )
    .where(_places_table.c.warehouse_id == bindparam("key_warehouse"))
    .order_by(_places_table.c.walk_order, _places_table.c.code)
)
_REGIME = select(_warehouses.c.customs_regime).where(_warehouses.c.id == bindparam("key_warehouse"))
_OF_KINDS = _PLACES.where(_places_table.c.kind.in_(bindparam("key_kinds", expanding=True)))
_BY_IDS = _PLACES.where(_places_table.c.id.in_(bindparam("key_ids", expanding=True)))
_BY_CODE = _PLACES.where(_places_table.c.code == bindparam("key_code"))

_kinds: WeakKeyDictionary[Engine, dict[tuple[int, int], PlaceKind]] = WeakKeyDictionary()


def place_kinds(session: Session, warehouse_id: int, place_ids: frozenset[int]) -> dict[int, PlaceKind]:
    """The kind of each of `place_ids`. A missing place is our bug and raises KeyError."""
    known = _kinds.setdefault(session.get_bind().engine, {})
    found = {place_id: known[(warehouse_id, place_id)] for place_id in place_ids if (warehouse_id, place_id) in known}
    missing = place_ids - found.keys()
    if missing:
        rows = session.execute(
            select(PlaceRow.id, PlaceRow.kind).where(PlaceRow.warehouse_id == warehouse_id, PlaceRow.id.in_(missing))
        )
        read = {row.id: PlaceKind(row.kind) for row in rows}
        # Only what is committed is remembered: a place of a transaction that is rolled back may come again as another.
        after_commit(session, lambda: known.update({(warehouse_id, place_id): kind for place_id, kind in read.items()}))
        found |= read
    return {place_id: found[place_id] for place_id in place_ids}


def _places(session: Session, query: Select[Any], warehouse_id: int, **parameters: object) -> list[Place]:
    rows = session.connection().execute(query, {"key_warehouse": warehouse_id, **parameters})
    return [Place(row.id, row.code, PlaceKind(row.kind), row.zone or "", row.walk_order) for row in rows]


def places_of_kinds(session: Session, warehouse_id: int, kinds: Iterable[PlaceKind]) -> list[Place]:
    """All places of the given kinds in walking order."""
    return _places(session, _OF_KINDS, warehouse_id, key_kinds=[kind.value for kind in kinds])


def places_by_id(session: Session, warehouse_id: int, place_ids: Sequence[int]) -> dict[int, Place]:
    """The given places by id."""
    return {place.id: place for place in _places(session, _BY_IDS, warehouse_id, key_ids=list(place_ids))}


def place_by_code(session: Session, warehouse_id: int, code: str) -> Place | None:
    """The place of that code, without its barcode prefix."""
    found = _places(session, _BY_CODE, warehouse_id, key_code=code)
    return found[0] if found else None


def the_place(session: Session, warehouse_id: int, kind: PlaceKind) -> Place:
    """The first place of a kind that every warehouse needs. Raises Refused, `no_such_place`, where it has none yet."""
    found = places_of_kinds(session, warehouse_id, [kind])
    if not found:
        raise Refused(Refusal("no_such_place", {"kind": kind}))
    return found[0]


def lock_place(session: Session, warehouse_id: int, place_id: int) -> None:
    """Let one transaction at a time decide what happens at a place (two loaders who begin the same lane at once).

    Goods may be booked to and from it meanwhile: the lock leaves the keys of the row alone.
    """
    session.execute(
        select(PlaceRow.id)
        .where(PlaceRow.warehouse_id == warehouse_id, PlaceRow.id == place_id)
        .with_for_update(key_share=True)
    )


def regime_of(session: Session, warehouse_id: int) -> CustomsRegime:
    """The customs regime of a warehouse. A missing warehouse is our bug and raises."""
    return CustomsRegime(session.connection().execute(_REGIME, {"key_warehouse": warehouse_id}).scalar_one())


def today_in(session: Session, warehouse_id: int, now: datetime) -> date:
    """The calendar day in the warehouse: goods expire by the date on its wall."""
    timezone = session.execute(select(Warehouse.timezone).where(Warehouse.id == warehouse_id)).scalar_one()
    return now.astimezone(ZoneInfo(timezone)).date()


class WallClocks(Mapping[int, tzinfo]):
    """The time zone of every warehouse, read when first asked for; a warehouse does not move."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._zones: dict[int, tzinfo] = {}

    def __getitem__(self, warehouse_id: int) -> tzinfo:
        if warehouse_id not in self._zones:
            self._read()
        return self._zones[warehouse_id]

    def __iter__(self) -> Iterator[int]:
        self._read()
        return iter(self._zones)

    def __len__(self) -> int:
        self._read()
        return len(self._zones)

    def _read(self) -> None:
        rows = self._database.reading(lambda session: session.execute(select(Warehouse.id, Warehouse.timezone)).all())
        self._zones.update((row.id, ZoneInfo(row.timezone)) for row in rows)


def is_bench(session: Session, warehouse_id: int, code: str) -> bool:
    """Whether the warehouse has a packing bench of that code."""
    place = place_by_code(session, warehouse_id, code)
    return place is not None and place.kind is PlaceKind.BENCH
