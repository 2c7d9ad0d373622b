"""Reading parcels, loads, boxes and manifests; nothing is written. For workflows, customs, labels and pages."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, Table, and_, bindparam, literal_column, select
from sqlalchemy.orm import Session

from wms.access.tables import OperatorRow
from wms.containers.tables import ContainerRow
from wms.shipments.model import BoxType, Load, LoadState, ManifestLine, PackedUnits, Parcel, ParcelState
from wms.shipments.tables import BoxTypeRow, LoadRow, ManifestLineRow, ParcelLineRow, ParcelRow, ParcelVoidRow
from wms.shipments.voids import Void, VoidReason

_parcels = cast(Table, ParcelRow.__table__)
_voids = cast(Table, ParcelVoidRow.__table__)

# Asked by scans, and therefore built once.
_PARCELS = select(
    _parcels.c.id,
    _parcels.c.order_id,
    _parcels.c.box_type,
    _parcels.c.weight_grams,
    _parcels.c.sscc,
    _parcels.c.tracking_no,
    _parcels.c.state,
    _parcels.c.place_id,
    _parcels.c.load_id,
    _parcels.c.closed_at,
    _parcels.c.dispatched_at,
    _parcels.c.number,
).where(_parcels.c.warehouse_id == bindparam("key_warehouse"))
_BY_IDS = _PARCELS.where(_parcels.c.id.in_(bindparam("key_ids", expanding=True)))
_LAST_PACKED = (
    # The state as a literal, so that its index is found.
    _PARCELS.where(
        _parcels.c.state == literal_column(f"'{ParcelState.PACKED}'"), _parcels.c.place_id == bindparam("key_place")
    )
    .order_by(_parcels.c.closed_at.desc(), _parcels.c.id.desc())
    .limit(1)
)
_BY_SSCC = _PARCELS.where(_parcels.c.sscc == bindparam("key_code"))
_BY_TRACKING_NO = _PARCELS.where(_parcels.c.tracking_no == bindparam("key_code"))
_BY_TRACKING_NOS = _PARCELS.where(_parcels.c.tracking_no.in_(bindparam("key_codes", expanding=True)))
_ON_LOAD = _PARCELS.where(_parcels.c.load_id == bindparam("key_load"))
_OF_ORDER = _PARCELS.where(
    _parcels.c.order_id == bindparam("key_order"), _parcels.c.state != ParcelState.CANCELLED.value
)
_VOID_OF_ORDER = _PARCELS.join(
    _voids, and_(_voids.c.warehouse_id == _parcels.c.warehouse_id, _voids.c.parcel_id == _parcels.c.id)
).where(_voids.c.order_id == bindparam("key_order"))


def parcels_by_id(session: Session, warehouse_id: int, parcel_ids: Sequence[UUID]) -> dict[UUID, Parcel]:
    """The given parcels by id."""
    found = _found(session, _BY_IDS, {"key_warehouse": warehouse_id, "key_ids": list(parcel_ids)})
    return {parcel.id: parcel for parcel in found}


def parcels_of_order(session: Session, warehouse_id: int, order_id: UUID) -> list[Parcel]:
    """The parcels of an order by their numbers, mostly one; cancelled ones do not count."""
    found = _found(session, _OF_ORDER, {"key_warehouse": warehouse_id, "key_order": order_id})
    return sorted(found, key=lambda parcel: parcel.number)


def next_parcel_number(session: Session, warehouse_id: int, order_id: UUID) -> int:
    """The number of an order's next parcel: one more than any closed one has, and so 1 exactly where none is closed.

    Where the last ones were opened again, their numbers come again: a number tells the closed parcels of an order apart
    and names none for ever, as its SSCC and its tracking number do.
    """
    return max((parcel.number for parcel in parcels_of_order(session, warehouse_id, order_id)), default=0) + 1


def void_parcels_of_order(session: Session, warehouse_id: int, order_id: UUID) -> list[Parcel]:
    """The parcels of an order that were opened again, the first closed first."""
    found = _found(session, _VOID_OF_ORDER, {"key_warehouse": warehouse_id, "key_order": order_id})
    return sorted(found, key=lambda parcel: (parcel.closed_at, parcel.number))


def contents_of_parcels(
    session: Session, warehouse_id: int, parcel_ids: Sequence[UUID]
) -> dict[UUID, tuple[PackedUnits, ...]]:
    """What went into the given parcels, line by line."""
    found: dict[UUID, tuple[PackedUnits, ...]] = dict.fromkeys(parcel_ids, ())
    rows = session.execute(
        select(ParcelLineRow.parcel_id, ParcelLineRow.line_no, ParcelLineRow.quantity)
        .where(ParcelLineRow.warehouse_id == warehouse_id, ParcelLineRow.parcel_id.in_(parcel_ids))
        .order_by(ParcelLineRow.parcel_id, ParcelLineRow.line_no)
    )
    for row in rows:
        found[row.parcel_id] += (PackedUnits(row.line_no, row.quantity),)
    return found


def parcels_of_load(session: Session, warehouse_id: int, load_id: UUID) -> list[Parcel]:
    """What is on a load, or was when it left."""
    return _found(session, _ON_LOAD, {"key_warehouse": warehouse_id, "key_load": load_id})


def parcels_by_code(session: Session, warehouse_id: int, *, sscc: str = "", tracking_no: str = "") -> list[Parcel]:
    """The parcel with that SSCC or that tracking number."""
    query = _BY_SSCC if sscc else _BY_TRACKING_NO
    return _found(session, query, {"key_warehouse": warehouse_id, "key_code": sscc or tracking_no})


def parcels_by_tracking_no(session: Session, warehouse_id: int, numbers: Sequence[str]) -> list[Parcel]:
    """The parcels with any of these tracking numbers."""
    if not numbers:
        return []
    return _found(session, _BY_TRACKING_NOS, {"key_warehouse": warehouse_id, "key_codes": list(numbers)})


def last_packed_at(session: Session, warehouse_id: int, place_id: int) -> Parcel | None:
    """The parcel that was closed last of those that stand at a place and are on no load and in no cage."""
    found = _found(session, _LAST_PACKED, {"key_warehouse": warehouse_id, "key_place": place_id})
    return found[0] if found else None


def load_by_id(session: Session, warehouse_id: int, load_id: UUID) -> Load | None:
    """The load of that id."""
    return next(iter(_loads(session, warehouse_id, LoadRow.id == load_id)), None)


def loads_by_id(session: Session, warehouse_id: int, load_ids: Sequence[UUID]) -> dict[UUID, Load]:
    """The given loads by id."""
    return {load.id: load for load in _loads(session, warehouse_id, LoadRow.id.in_(load_ids))}


def load_by_code(session: Session, warehouse_id: int, code: str) -> Load | None:
    """The load of that code, LOD-<n>."""
    return next(iter(_loads(session, warehouse_id, LoadRow.code == code)), None)


def open_load_on_lane(session: Session, warehouse_id: int, lane_place_id: int) -> Load | None:
    """The open load on a lane; there is at most one."""
    on_lane = LoadRow.lane_place_id == lane_place_id
    return next(iter(_loads(session, warehouse_id, on_lane, LoadRow.state == LoadState.OPEN.value)), None)


def sealed_loads_on_lane(session: Session, warehouse_id: int, lane_place_id: int) -> list[Load]:
    """Loads that stand complete on a lane and wait to leave, the first sealed first."""
    # The state as a literal, so that its index is found.
    conditions = (LoadRow.lane_place_id == lane_place_id, LoadRow.state == literal_column(f"'{LoadState.SEALED}'"))
    return _loads(session, warehouse_id, *conditions)


def box_type_by_code(session: Session, warehouse_id: int, code: str) -> BoxType | None:
    """The box type of that code, without its barcode prefix."""
    return next(iter(_boxes(session, warehouse_id, BoxTypeRow.code == code)), None)


def box_types(session: Session, warehouse_id: int) -> list[BoxType]:
    """All box types, smallest first."""
    return sorted(
        _boxes(session, warehouse_id), key=lambda box: (box.length_mm * box.width_mm * box.height_mm, box.code)
    )


def manifest_lines(session: Session, warehouse_id: int, load_id: UUID) -> list[ManifestLine]:
    """The manifest of a closed load."""
    rows = session.execute(
        select(
            ManifestLineRow.line_no,
            ManifestLineRow.parcel_id,
            ManifestLineRow.tracking_no,
            ManifestLineRow.sscc,
            ManifestLineRow.weight_grams,
        )
        .where(ManifestLineRow.warehouse_id == warehouse_id, ManifestLineRow.load_id == load_id)
        .order_by(ManifestLineRow.line_no)
    )
    return [ManifestLine(*row) for row in rows]


def _found(session: Session, query: Select[Any], parameters: Mapping[str, Any]) -> list[Parcel]:
    rows = session.connection().execute(query, parameters)
    found = [
        Parcel(
            id=row.id,
            order_id=row.order_id,
            box_type=row.box_type,
            weight_grams=row.weight_grams,
            sscc=row.sscc,
            tracking_no=row.tracking_no,
            state=ParcelState(row.state),
            place_id=row.place_id,
            load_id=row.load_id,
            closed_at=row.closed_at,
            dispatched_at=row.dispatched_at,
            number=row.number,
        )
        for row in rows
    ]
    cancelled = [parcel.id for parcel in found if parcel.state is ParcelState.CANCELLED]
    if cancelled:
        voids = _voids_of(session, parameters["key_warehouse"], cancelled)
        found = [replace(parcel, void=voids.get(parcel.id)) for parcel in found]
    # Sorted here: SQLite would save itself the sorting and walk through all parcels of the warehouse in key order.
    return sorted(found, key=lambda parcel: parcel.id)


def _voids_of(session: Session, warehouse_id: int, parcel_ids: Sequence[UUID]) -> dict[UUID, Void]:
    """How the given parcels were opened again, as far as they were."""
    rows = session.execute(
        select(
            ParcelVoidRow.parcel_id,
            ParcelVoidRow.at,
            ParcelVoidRow.passed_by,
            ParcelVoidRow.reason,
            OperatorRow.name,
            ContainerRow.code,
        )
        .join(
            ContainerRow,
            and_(
                ContainerRow.warehouse_id == ParcelVoidRow.warehouse_id, ContainerRow.id == ParcelVoidRow.container_id
            ),
        )
        .outerjoin(
            OperatorRow,
            and_(OperatorRow.warehouse_id == ParcelVoidRow.warehouse_id, OperatorRow.id == ParcelVoidRow.voided_by),
        )
        .where(ParcelVoidRow.warehouse_id == warehouse_id, ParcelVoidRow.parcel_id.in_(parcel_ids))
    )
    return {
        row.parcel_id: Void(row.at, row.name or "", row.passed_by, VoidReason(row.reason), row.code) for row in rows
    }


def _loads(session: Session, warehouse_id: int, *conditions: Any) -> list[Load]:
    rows = session.execute(
        select(LoadRow.id, LoadRow.code, LoadRow.lane_place_id, LoadRow.carrier, LoadRow.state, LoadRow.manifest_no)
        .where(LoadRow.warehouse_id == warehouse_id, *conditions)
        .order_by(LoadRow.sealed_at, LoadRow.id)
    )
    return [
        Load(row.id, row.code, row.lane_place_id, row.carrier, LoadState(row.state), row.manifest_no or "")
        for row in rows
    ]


def _boxes(session: Session, warehouse_id: int, *conditions: Any) -> list[BoxType]:
    rows = session.execute(
        select(
            BoxTypeRow.code,
            BoxTypeRow.length_mm,
            BoxTypeRow.width_mm,
            BoxTypeRow.height_mm,
            BoxTypeRow.tare_grams,
            BoxTypeRow.max_weight_grams,
        ).where(BoxTypeRow.warehouse_id == warehouse_id, *conditions)
    )
    return [BoxType(*row) for row in rows]
