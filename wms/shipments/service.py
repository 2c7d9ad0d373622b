"""Use cases that write parcels and loads: one writer per effect, and box types for set-up. Called by `wms.tasks`.

Stock is moved by the workflow's Move effects in the same scan, never here. A parcel is changed only where it is still
as the effect saw it; a load is locked before its parcels, so that none slips onto it while it closes.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Row, Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from wms.containers.model import ContainerKind, ContainerUse
from wms.containers.service import create_container
from wms.kernel.refusal import Refusal
from wms.shipments.lookup import box_type_by_code, load_by_id, open_load_on_lane, parcels_of_order
from wms.shipments.model import (
    BoxType,
    CageParcel,
    CloseLoad,
    CloseParcel,
    DropLoad,
    LoadState,
    OpenLoad,
    ParcelState,
    ReopenLoad,
    SealLoad,
    StageParcel,
    UncageParcel,
    UnstageParcel,
)
from wms.shipments.numbers import NumberPurpose, draw_number
from wms.shipments.tables import BoxTypeRow, LoadRow, ManifestLineRow, ParcelLineRow, ParcelRow

MAX_WEIGHT_GRAMS = 60_000
"""More than a person may lift, and than any carrier's parcel service takes."""

_parcels = cast(Table, ParcelRow.__table__)
_loads = cast(Table, LoadRow.__table__)

# What a dispatching scan asks and writes is built once: building a statement costs more than running it.
_LOAD = select(_loads.c.state, _loads.c.code).where(
    _loads.c.warehouse_id == bindparam("key_warehouse"), _loads.c.id == bindparam("key_load")
)
_LOCK_ALONE = _LOAD.with_for_update()
_LOCK_SHARED = _LOAD.with_for_update(read=True)

_MOVE = (
    update(_parcels)
    .where(
        _parcels.c.warehouse_id == bindparam("key_warehouse"),
        _parcels.c.id == bindparam("key_parcel"),
        _parcels.c.state == bindparam("seen_state"),
        _parcels.c.place_id == bindparam("seen_place"),
        _parcels.c.load_id.is_not_distinct_from(bindparam("seen_load")),
    )
    .values(state=bindparam("new_state"), place_id=bindparam("new_place"), load_id=bindparam("new_load"))
)


def add_box_type(session: Session, warehouse_id: int, box: BoxType) -> None:
    """Add a box type; a known code raises IntegrityError."""
    session.execute(
        insert(BoxTypeRow).values(
            warehouse_id=warehouse_id,
            code=box.code,
            length_mm=box.length_mm,
            width_mm=box.width_mm,
            height_mm=box.height_mm,
            tare_grams=box.tare_grams,
            max_weight_grams=box.max_weight_grams,
        )
    )


def close_parcel(
    session: Session,
    warehouse_id: int,
    effect: CloseParcel,
    *,
    now: datetime,
    number_for: Callable[[str], str] | None = None,
) -> Refusal | None:
    """Apply the effect; refuses `unknown_box`, `weight_out_of_range`, `order_has_parcel`, `numbers_used_up`.

    The licence plate carries the tracking number and the id that the contents were packed under. `number_for` gives the
    tracking number of another carrier, from the SSCC; without it the next one of our own range is drawn.
    """
    box = box_type_by_code(session, warehouse_id, effect.box_type)
    if box is None:
        return Refusal("unknown_box", {"box": effect.box_type})
    if not max(1, box.tare_grams) <= effect.weight_grams <= MAX_WEIGHT_GRAMS:
        return Refusal(
            "weight_out_of_range",
            {"grams": effect.weight_grams, "at_least": max(1, box.tare_grams), "at_most": MAX_WEIGHT_GRAMS},
        )
    # Two benches with the same order at once: the unique index sends the second one back here on its next try.
    for present in parcels_of_order(session, warehouse_id, effect.order_id):
        if present.number == effect.number:
            return Refusal("order_has_parcel", {"parcel": present.tracking_no})
    sscc = draw_number(session, warehouse_id, NumberPurpose.SSCC)
    if isinstance(sscc, Refusal):
        return sscc
    tracking_no = number_for(sscc) if number_for else draw_number(session, warehouse_id, NumberPurpose.TRACKING)
    if isinstance(tracking_no, Refusal):
        return tracking_no
    create_container(
        session,
        warehouse_id,
        tracking_no,
        ContainerKind.PARCEL,
        use=ContainerUse.SHIPPING,
        subject=effect.order_id,
        container_id=effect.parcel_id,
    )
    session.execute(
        insert(ParcelRow).values(
            warehouse_id=warehouse_id,
            id=effect.parcel_id,
            order_id=effect.order_id,
            number=effect.number,
            box_type=effect.box_type,
            weight_grams=effect.weight_grams,
            sscc=sscc,
            tracking_no=tracking_no,
            state=ParcelState.PACKED.value,
            place_id=effect.bench_place_id,
            closed_at=now,
        )
    )
    lines = [
        {
            "warehouse_id": warehouse_id,
            "parcel_id": effect.parcel_id,
            "line_no": units.line_no,
            "quantity": units.quantity,
        }
        for units in effect.contents
    ]
    if lines:
        session.execute(insert(ParcelLineRow), lines)
    return None


def stage_parcel(session: Session, warehouse_id: int, effect: StageParcel, *, now: datetime) -> Refusal | None:
    """Apply the effect; refuses `load_not_open`, `load_sealed`, `parcel_moved_on`."""
    return _load_is_not(LoadState.OPEN, session, warehouse_id, effect.load_id) or move_parcel(
        session,
        warehouse_id,
        effect.parcel_id,
        seen=(effect.from_state, effect.from_place_id, None),
        then=(ParcelState.STAGED, effect.place_id, effect.load_id),
    )


def unstage_parcel(session: Session, warehouse_id: int, effect: UnstageParcel, *, now: datetime) -> Refusal | None:
    """Apply the effect; refuses `load_not_open`, `load_sealed`, `parcel_moved_on`."""
    return _load_is_not(LoadState.OPEN, session, warehouse_id, effect.load_id) or move_parcel(
        session,
        warehouse_id,
        effect.parcel_id,
        seen=(ParcelState.STAGED, effect.place_id, effect.load_id),
        then=(effect.to_state, effect.to_place_id, None),
    )


def cage_parcel(session: Session, warehouse_id: int, effect: CageParcel, *, now: datetime) -> Refusal | None:
    """Apply the effect; refuses `parcel_moved_on`."""
    return move_parcel(
        session,
        warehouse_id,
        effect.parcel_id,
        seen=(effect.from_state, effect.from_place_id, None),
        then=(ParcelState.CAGED, effect.place_id, None),
    )


def uncage_parcel(session: Session, warehouse_id: int, effect: UncageParcel, *, now: datetime) -> Refusal | None:
    """Apply the effect; refuses `parcel_moved_on`."""
    return move_parcel(
        session,
        warehouse_id,
        effect.parcel_id,
        seen=(ParcelState.CAGED, effect.place_id, None),
        then=(effect.to_state, effect.to_place_id, None),
    )


def open_load(session: Session, warehouse_id: int, effect: OpenLoad, *, now: datetime) -> Refusal | None:
    """Apply the effect; refuses `lane_has_open_load`, `numbers_used_up`."""
    present = open_load_on_lane(session, warehouse_id, effect.lane_place_id)
    if present is not None:
        return Refusal("lane_has_open_load", {"load": present.code})
    code = draw_number(session, warehouse_id, NumberPurpose.LOAD)
    if isinstance(code, Refusal):
        return code
    session.execute(
        insert(LoadRow).values(
            warehouse_id=warehouse_id,
            id=effect.load_id,
            code=code,
            lane_place_id=effect.lane_place_id,
            carrier=effect.carrier,
            state=LoadState.OPEN.value,
            opened_at=now,
        )
    )
    return None


def drop_load(session: Session, warehouse_id: int, effect: DropLoad, *, now: datetime) -> Refusal | None:
    """Apply the effect; refuses `load_not_open`, `load_sealed`, `load_not_empty`."""
    refusal = _load_is_not(LoadState.OPEN, session, warehouse_id, effect.load_id, alone=True)
    if refusal is not None:
        return refusal
    on_it = session.execute(
        select(ParcelRow.tracking_no)
        .where(ParcelRow.warehouse_id == warehouse_id, ParcelRow.load_id == effect.load_id)
        .limit(1)
    ).scalar_one_or_none()
    if on_it is not None:
        return Refusal("load_not_empty", {"parcel": on_it})
    session.execute(delete(LoadRow).where(LoadRow.warehouse_id == warehouse_id, LoadRow.id == effect.load_id))
    return None


def seal_load(session: Session, warehouse_id: int, effect: SealLoad, *, now: datetime) -> Refusal | None:
    """Apply the effect; refuses `load_not_open`, `load_sealed`, `load_empty`, `load_changed`."""
    refusal = _load_is_not(LoadState.OPEN, session, warehouse_id, effect.load_id, alone=True)
    if refusal is not None:
        return refusal
    staged = _on_load(session, warehouse_id, effect.load_id, effect.parcel_ids)
    if isinstance(staged, Refusal):
        return staged
    _change_load(session, warehouse_id, effect.load_id, state=LoadState.SEALED.value, sealed_at=now)
    return None


def reopen_load(session: Session, warehouse_id: int, effect: ReopenLoad, *, now: datetime) -> Refusal | None:
    """Apply the effect; refuses `load_not_sealed`, `lane_has_open_load`."""
    refusal = _load_is_not(LoadState.SEALED, session, warehouse_id, effect.load_id, alone=True)
    if refusal is not None:
        return refusal
    load = load_by_id(session, warehouse_id, effect.load_id)
    assert load is not None
    following = open_load_on_lane(session, warehouse_id, load.lane_place_id)
    if following is not None and drop_load(session, warehouse_id, DropLoad(following.id), now=now) is not None:
        return Refusal("lane_has_open_load", {"load": following.code})
    _change_load(session, warehouse_id, effect.load_id, state=LoadState.OPEN.value, sealed_at=None)
    return None


def close_load(session: Session, warehouse_id: int, effect: CloseLoad, *, now: datetime) -> Refusal | None:
    """Apply the effect; refuses what `CloseLoad` says."""
    refusal = _load_is_not(effect.from_state, session, warehouse_id, effect.load_id, alone=True)
    if refusal is not None:
        return refusal
    staged = _on_load(session, warehouse_id, effect.load_id, effect.parcel_ids)
    if isinstance(staged, Refusal):
        return staged
    manifest_no = draw_number(session, warehouse_id, NumberPurpose.MANIFEST)
    if isinstance(manifest_no, Refusal):
        return manifest_no
    session.execute(
        insert(ManifestLineRow),
        [
            {
                "warehouse_id": warehouse_id,
                "parcel_id": row.id,
                "load_id": effect.load_id,
                "line_no": line_no,
                "tracking_no": row.tracking_no,
                "sscc": row.sscc,
                "weight_grams": row.weight_grams,
                "at": now,
            }
            for line_no, row in enumerate(staged, start=1)
        ],
    )
    session.execute(
        update(ParcelRow)
        .where(ParcelRow.warehouse_id == warehouse_id, ParcelRow.load_id == effect.load_id)
        .values(state=ParcelState.DISPATCHED.value, dispatched_at=now)
    )
    closed = LoadState.CLOSED.value
    _change_load(session, warehouse_id, effect.load_id, state=closed, manifest_no=manifest_no, closed_at=now)
    return None


def _on_load(
    session: Session, warehouse_id: int, load_id: UUID, seen: tuple[UUID, ...]
) -> Sequence[Row[UUID, str, str, int]] | Refusal:
    """The parcels of a locked load; refuses `load_empty`, and `load_changed` where they are not those `seen`."""
    staged = session.execute(
        select(ParcelRow.id, ParcelRow.tracking_no, ParcelRow.sscc, ParcelRow.weight_grams)
        .where(ParcelRow.warehouse_id == warehouse_id, ParcelRow.load_id == load_id)
        .order_by(ParcelRow.id)
    ).all()
    if not staged:
        return Refusal("load_empty")
    if {row.id for row in staged} != set(seen):
        return Refusal("load_changed", {"now": len(staged), "seen": len(seen)})
    return staged


def _change_load(session: Session, warehouse_id: int, load_id: UUID, **values: object) -> None:
    session.execute(update(LoadRow).where(LoadRow.warehouse_id == warehouse_id, LoadRow.id == load_id).values(**values))


def _load_is_not(
    wanted: LoadState, session: Session, warehouse_id: int, load_id: UUID, *, alone: bool = False
) -> Refusal | None:
    """Refuses unless the load is in the `wanted` state, and keeps it so until the transaction ends.

    Whoever puts parcels on it or takes them off shares the lock; sealing, closing and dropping take it `alone`.
    """
    key = {"key_warehouse": warehouse_id, "key_load": load_id}
    row = session.connection().execute(_LOCK_ALONE if alone else _LOCK_SHARED, key).first()
    if row is None:
        return Refusal("load_not_open", {"load": str(load_id)})
    if row.state == wanted:
        return None
    if row.state == LoadState.SEALED:
        return Refusal("load_sealed", {"load": row.code})
    return Refusal("load_not_sealed" if row.state == LoadState.OPEN else "load_not_open", {"load": row.code})


def move_parcel(
    session: Session,
    warehouse_id: int,
    parcel_id: UUID,
    *,
    seen: tuple[ParcelState, int, UUID | None],
    then: tuple[ParcelState, int, UUID | None],
) -> Refusal | None:
    """Change state, place and load of a parcel that is still as it was `seen`; refuses `parcel_moved_on`."""
    seen_state, seen_place_id, seen_load_id = seen
    state, place_id, load_id = then
    parameters = {
        "key_warehouse": warehouse_id,
        "key_parcel": parcel_id,
        "seen_state": seen_state.value,
        "seen_place": seen_place_id,
        "seen_load": seen_load_id,
        "new_state": state.value,
        "new_place": place_id,
        "new_load": load_id,
    }
    if session.connection().execute(_MOVE, parameters).rowcount == 1:
        return None
    row = session.execute(
        select(ParcelRow.tracking_no, ParcelRow.state).where(
            ParcelRow.warehouse_id == warehouse_id, ParcelRow.id == parcel_id
        )
    ).first()
    if row is None:
        return Refusal("parcel_moved_on", {"parcel": str(parcel_id), "state": None})
    return Refusal("parcel_moved_on", {"parcel": row.tracking_no, "state": row.state})
