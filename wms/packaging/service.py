"""Writing materials, rules, and how a parcel was packed, which is also what weights are learned from.

`record_packing` is the writer of RecordPacking, registered in `wms.app`; the others are called by `importing`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.orm import Session

from wms.access.audit import record
from wms.access.model import caller_of
from wms.access.people import operator_of
from wms.access.tables import OperatorRow
from wms.catalogue.tables import Sku
from wms.database.dialect import insert_ignoring_duplicates
from wms.kernel.refusal import Detail, Refusal
from wms.packaging.lookup import is_used
from wms.packaging.model import Material, PackingRule, RecordPacking
from wms.packaging.tables import (
    PackingMaterialRow,
    PackingRuleRow,
    ParcelMaterialRow,
    ParcelPackingRow,
    SkuWeightRow,
)
from wms.packaging.weights import Learned
from wms.shipments.lookup import parcels_by_id

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
            "hides_prices": rule.hides_prices,
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
            is_accepted=effect.is_accepted,
            suspect=effect.suspect,
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
    if effect.is_accepted:
        _note_acceptance(session, warehouse_id, effect, now)
    if effect.sku_id:
        _learn(session, warehouse_id, effect.sku_id, effect.units, effect.contents_grams)
    return None


def _note_acceptance(session: Session, warehouse_id: int, effect: RecordPacking, now: datetime) -> None:
    """Who let a parcel pass that weighs too much or too little, for the audit trail."""
    packer = session.execute(
        select(OperatorRow).where(OperatorRow.warehouse_id == warehouse_id, OperatorRow.id == effect.packer_id)
    ).scalar_one()
    parcel = parcels_by_id(session, warehouse_id, [effect.parcel_id])[effect.parcel_id]
    details: dict[str, Detail] = {
        "weight_grams": effect.weight_grams,
        "expected_grams": effect.expected_grams,
        "tolerance_grams": effect.tolerance_grams,
        "suspect": effect.suspect,
    }
    by = caller_of(operator_of(packer), "")
    record(session, by, "odd_weight_accepted", parcel.tracking_no, now=now, details=details)


def _learn(session: Session, warehouse_id: int, sku_id: int, units: int, contents_grams: int) -> None:
    """One more parcel of a product. What was learned before its catalogue weight was changed is forgotten."""
    says = session.execute(select(Sku.weight_grams).where(Sku.id == sku_id)).scalar_one()
    empty = {"catalogue_grams": says, "parcels": 0, "sum_mg": 0, "sum_of_squares": 0}
    key = {"warehouse_id": warehouse_id, "sku_id": sku_id}
    session.execute(insert_ignoring_duplicates(_weights, session.get_bind().dialect.name).values(**key, **empty))
    this_one = (_weights.c.warehouse_id == warehouse_id, _weights.c.sku_id == sku_id)
    row = session.execute(select(_weights).where(*this_one).with_for_update()).one()
    known = Learned(row.parcels, row.sum_mg, row.sum_of_squares) if row.catalogue_grams == says else Learned()
    then = known.with_parcel(contents_grams, units)
    session.execute(
        update(_weights)
        .where(*this_one)
        .values(catalogue_grams=says, parcels=then.count, sum_mg=then.sum_mg, sum_of_squares=then.sum_of_squares)
    )
