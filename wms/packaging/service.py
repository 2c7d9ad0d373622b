"""Writing materials, rules, and how a parcel was packed, which is also what weights are learned from.

`record_packing` and `unlearn_parcel` are the writers of their effects, registered in `wms.app`; the others are called
by `importing`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, delete, insert, select, update
from sqlalchemy.orm import Session

from wms.access.audit import record
from wms.access.model import caller_of
from wms.access.people import operator_of
from wms.access.tables import OperatorRow
from wms.catalogue.tables import Sku
from wms.database.dialect import insert_ignoring_duplicates
from wms.kernel.refusal import Detail, Refusal
from wms.packaging.lookup import is_used
from wms.packaging.model import Material, PackingRule, RecordPacking, UnlearnParcel
from wms.packaging.tables import (
    PackingMaterialRow,
    PackingRuleRow,
    ParcelMaterialRow,
    ParcelPackingRow,
    SkuWeightRow,
)
from wms.packaging.weights import Learned
from wms.shipments.lookup import parcels_by_id

ODD_WEIGHT_ACCEPTED = "odd_weight_accepted"
"""In the audit trail: a supervisor let a parcel go that weighed too much or too little."""
LIST_LEFT_OUT = "packing_list_left_out"
"""In the audit trail: a supervisor let a parcel go without the packing list that a rule asks for."""

_weights = cast(Table, SkuWeightRow.__table__)


def set_materials(session: Session, warehouse_id: int, wanted: Iterable[Material], known: Iterable[str]) -> None:
    """Add materials, and change those whose codes are `known`. None is ever deleted: parcels name them."""
    there = set(known)
    for material in wanted:
        values = asdict(replace(material, number=""))
        del values["number"]
        if material.code in there:
            session.execute(
                update(PackingMaterialRow)
                .where(PackingMaterialRow.warehouse_id == warehouse_id, PackingMaterialRow.code == material.code)
                .values(values)
            )
        else:
            session.execute(insert(PackingMaterialRow).values(warehouse_id=warehouse_id, **values))


def set_rules(session: Session, warehouse_id: int, wanted: Sequence[PackingRule]) -> None:
    """Replace all rules. Parcels that are being packed keep those they began with."""
    session.execute(delete(PackingRuleRow).where(PackingRuleRow.warehouse_id == warehouse_id))
    rows = [
        {
            "warehouse_id": warehouse_id,
            "line_no": rule.line,
            "name": rule.name,
            "platform": rule.platform,
            "merchant": rule.merchant,
            "sku": rule.sku,
            "mark": rule.mark,
            "boxes": " ".join(rule.boxes),
            "no_boxes": " ".join(rule.no_boxes),
            "materials": " ".join(rule.materials),
            "no_materials": " ".join(rule.no_materials),
            "label_position": rule.label_position,
            "label_picture": rule.label_picture,
            "label_check": rule.label_check,
            "hides_prices": rule.hides_prices,
            "country": rule.country,
            "packing_list": rule.packing_list,
        }
        for rule in wanted
    ]
    if rows:
        session.execute(insert(PackingRuleRow), rows)


def record_packing(session: Session, warehouse_id: int, effect: RecordPacking, *, now: datetime) -> Refusal | None:
    """Apply the effect; refuses `seal_used`."""
    for material in effect.materials:
        if is_used(session, warehouse_id, material.number):
            return Refusal("seal_used", {"number": material.number})
    session.execute(
        insert(ParcelPackingRow).values(
            warehouse_id=warehouse_id,
            parcel_id=effect.parcel_id,
            at=now,
            packer_id=effect.packer_id,
            weight_grams=effect.weight_grams,
            expected_grams=effect.expected_grams,
            tolerance_grams=effect.tolerance_grams,
            is_accepted=bool(effect.passed_by),
            suspect=effect.suspect,
            taught_sku_id=effect.sku_id,
            taught_units=effect.units,
            taught_grams=effect.contents_grams,
        )
    )
    rows = [
        {
            "warehouse_id": warehouse_id,
            "parcel_id": effect.parcel_id,
            "position": position,
            "code": material.code,
            "number": material.number,
        }
        for position, material in enumerate(effect.materials)
    ]
    if rows:
        session.execute(insert(ParcelMaterialRow), rows)
    if effect.passed_by:
        weights: dict[str, Detail] = {
            "weight_grams": effect.weight_grams,
            "expected_grams": effect.expected_grams,
            "tolerance_grams": effect.tolerance_grams,
            "suspect": effect.suspect,
        }
        _note_passed(session, warehouse_id, effect, effect.passed_by, ODD_WEIGHT_ACCEPTED, weights, now)
    if effect.without_list_by:
        _note_passed(session, warehouse_id, effect, effect.without_list_by, LIST_LEFT_OUT, {}, now)
    if effect.sku_id:
        _learn(session, warehouse_id, effect, now)
    return None


def unlearn_parcel(session: Session, warehouse_id: int, effect: UnlearnParcel, *, now: datetime) -> None:
    """Apply the effect. Nothing to take back where it taught nothing, or that was forgotten since."""
    taught = session.execute(
        select(
            ParcelPackingRow.at,
            ParcelPackingRow.taught_sku_id,
            ParcelPackingRow.taught_units,
            ParcelPackingRow.taught_grams,
        ).where(ParcelPackingRow.warehouse_id == warehouse_id, ParcelPackingRow.parcel_id == effect.parcel_id)
    ).first()
    if taught is None or not taught.taught_sku_id:
        return
    this_one = (_weights.c.warehouse_id == warehouse_id, _weights.c.sku_id == taught.taught_sku_id)
    row = session.execute(select(_weights).where(*this_one).with_for_update()).one()
    if row.since is not None and taught.at < row.since:
        return
    _write_weight(session, row, _known(row).without_parcel(taught.taught_grams, taught.taught_units))


def _note_passed(
    session: Session,
    warehouse_id: int,
    effect: RecordPacking,
    badge: str,
    what: str,
    details: Mapping[str, Detail],
    now: datetime,
) -> None:
    """Who let a parcel pass that is not as it should be, for the audit trail."""
    people = select(OperatorRow).where(OperatorRow.warehouse_id == warehouse_id)
    supervisor = session.execute(people.where(OperatorRow.badge == badge)).scalar_one()
    packer = session.execute(people.where(OperatorRow.id == effect.packer_id)).scalar_one()
    parcel = parcels_by_id(session, warehouse_id, [effect.parcel_id])[effect.parcel_id]
    by = caller_of(operator_of(supervisor), "")
    record(session, by, what, parcel.tracking_no, now=now, details={**details, "packed_by": packer.badge})


def _learn(session: Session, warehouse_id: int, effect: RecordPacking, now: datetime) -> None:
    """One more parcel of a product. What was learned before its catalogue weight was changed is forgotten."""
    says = session.execute(select(Sku.weight_grams).where(Sku.id == effect.sku_id)).scalar_one()
    empty = {"catalogue_grams": says, "parcels": 0, "sum_mg": 0, "sum_of_squares": 0, "since": now}
    key = {"warehouse_id": warehouse_id, "sku_id": effect.sku_id}
    session.execute(insert_ignoring_duplicates(_weights, session.get_bind().dialect.name).values(**key, **empty))
    this_one = (_weights.c.warehouse_id == warehouse_id, _weights.c.sku_id == effect.sku_id)
    row = session.execute(select(_weights).where(*this_one).with_for_update()).one()
    known, since = _known(row), row.since
    if row.catalogue_grams != says:
        known, since = Learned(), now
    then = known.with_parcel(effect.contents_grams, effect.units)
    # Whoever waited here for another one's first parcel has closed his own before it.
    _write_weight(session, row, then, catalogue_grams=says, since=since and min(since, now))


def _known(row: Row[Any]) -> Learned:
    return Learned(row.parcels, row.sum_mg, row.sum_of_squares)


def _write_weight(session: Session, row: Row[Any], then: Learned, **more: object) -> None:
    session.execute(
        update(_weights)
        .where(_weights.c.warehouse_id == row.warehouse_id, _weights.c.sku_id == row.sku_id)
        .values(parcels=then.count, sum_mg=then.sum_mg, sum_of_squares=then.sum_of_squares, **more)
    )
