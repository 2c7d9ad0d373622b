"""Loads the files of materials and of packing rules. Called by the command line and by the demo.

A file is one thing: with a fault anywhere nothing of it is used, because half of the rules would be other rules.
"""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.catalogue.tables import Merchant, Sku
from wms.database.transaction import Database
from wms.kernel.csv_rows import ImportReport, RowFault, read_csv
from wms.kernel.errors import BadInput, Fault
from wms.packaging.files import (
    MATERIAL_COLUMNS,
    MATERIALS_REQUIRED,
    RULE_COLUMNS,
    RULES_REQUIRED,
    Known,
    materials_of,
    rules_of,
)
from wms.packaging.lookup import materials, platforms_of, rules
from wms.packaging.rules import conflicts
from wms.packaging.service import set_materials, set_rules
from wms.places.tables import Warehouse
from wms.shipments.lookup import box_types


def import_materials(database: Database, warehouse_id: int, lines: Iterable[bytes]) -> ImportReport:
    """Add and change materials; those that the file does not name stay. Raises BadInput for a file that is none."""
    file = read_csv(lines, tuple(MATERIAL_COLUMNS), MATERIALS_REQUIRED)

    def work(session: Session) -> ImportReport:
        _must_exist(session, warehouse_id)
        before = materials(session, warehouse_id)
        found, faults = materials_of(file.rows, list(before.values()))
        faults += file.misfits
        if faults:
            return _refused(faults)
        set_materials(session, warehouse_id, found, before)
        new = sum(material.code not in before for material in found)
        changed = sum(material != before.get(material.code) for material in found) - new
        return ImportReport(new, changed, len(found) - new - changed, 0)

    return database.in_transaction(work)


def import_rules(database: Database, warehouse_id: int, lines: Iterable[bytes]) -> ImportReport:
    """Replace the rules by those of the file, unless one is wrong or two contradict each other."""
    file = read_csv(lines, tuple(RULE_COLUMNS), RULES_REQUIRED)

    def work(session: Session) -> ImportReport:
        _must_exist(session, warehouse_id)
        before = {_without_line(rule) for rule in rules(session, warehouse_id)}
        platforms, boxes = platforms_of(session), [box.code for box in box_types(session, warehouse_id)]
        known = Known(
            platforms=frozenset().union(*platforms.values()),
            merchants=frozenset(session.scalars(select(Merchant.code))),
            skus=_known_skus(session, {row.values.get("sku", "") for row in file.rows}),
            boxes=frozenset(boxes),
            materials=materials(session, warehouse_id),
        )
        found, faults = rules_of(file.rows, known)
        faults += file.misfits
        if not faults:
            faults = [RowFault(each.line, each.column, each.what) for each in conflicts(found, boxes, platforms)]
        if faults:
            return _refused(faults)
        set_rules(session, warehouse_id, found)
        unchanged = sum(_without_line(rule) in before for rule in found)
        return ImportReport(len(found) - unchanged, 0, unchanged, 0)

    return database.in_transaction(work)


def _without_line(rule: object) -> str:
    """A rule moved to another line is the same rule."""
    return repr(rule).partition(", ")[2]


def _known_skus(session: Session, wanted: set[str]) -> frozenset[str]:
    return frozenset(session.scalars(select(Sku.code).where(Sku.code.in_(sorted(wanted - {""})))))


def _refused(faults: list[RowFault]) -> ImportReport:
    ordered = tuple(sorted(faults, key=lambda fault: (fault.line, fault.column)))
    return ImportReport(0, 0, 0, len({fault.line for fault in ordered}), ordered)


def _must_exist(session: Session, warehouse_id: int) -> None:
    if session.get(Warehouse, warehouse_id) is None:
        raise BadInput([Fault("--warehouse", f"there is no warehouse {warehouse_id}; wms warehouse list shows them")])
