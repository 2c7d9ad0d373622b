"""Supervisors teach suppliers' patterns and switch them off; the patterns in force, for the resolver.

Called by the office's doctor and, for reading, by `wms.app`. Everything taught stays on record with who and when; a
pattern that was switched off is taught anew to come back. Nothing here can hide a known code: see `resolver`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from wms.access.audit import record
from wms.access.model import Caller
from wms.barcodes.cleaning import clean
from wms.barcodes.patterns import SupplierPattern, parse_template, read_with
from wms.barcodes.tables import SupplierPatternRow
from wms.kernel.identity import uuid7
from wms.kernel.refusal import Refusal

LONGEST_SUPPLIER = 60

_IN_FORCE = SupplierPatternRow.off_at.is_(None)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a supervisor teaches: whose codes, how they are written, and one of them."""

    supplier: str
    template: str
    example: str
    """A code as scanned."""
    merchant_id: int | None = None


@dataclass(frozen=True, slots=True)
class TaughtPattern:
    """A pattern on record. `off_by` is empty and `off_at` None while it is in force."""

    id: UUID
    supplier: str
    template: str
    merchant_id: int | None
    example: str
    taught_by: str
    taught_at: datetime
    off_by: str = ""
    off_at: datetime | None = None


def patterns_in_force(session: Session, warehouse_id: int) -> Sequence[SupplierPattern]:
    """What the resolver reads with; one statement."""
    rows = session.execute(
        select(SupplierPatternRow.supplier, SupplierPatternRow.template, SupplierPatternRow.merchant_id)
        .where(SupplierPatternRow.warehouse_id == warehouse_id, _IN_FORCE)
        .order_by(SupplierPatternRow.id)
    )
    return [SupplierPattern(row.supplier, row.template, row.merchant_id) for row in rows]


def all_patterns(session: Session, warehouse_id: int) -> Sequence[TaughtPattern]:
    """Everything that was ever taught, what is in force first, then newest first."""
    rows = session.scalars(
        select(SupplierPatternRow)
        .where(SupplierPatternRow.warehouse_id == warehouse_id)
        .order_by(SupplierPatternRow.off_at.is_not(None), SupplierPatternRow.id.desc())
    )
    return [
        TaughtPattern(
            row.id, row.supplier, row.template, row.merchant_id, row.example, row.taught_by, row.taught_at,
            row.off_by or "", row.off_at,
        )
        for row in rows
    ]  # fmt: skip


def faults_of_lesson(session: Session, warehouse_id: int, lesson: Lesson, *, now: datetime) -> Refusal | None:
    """Why a lesson cannot be taught as it stands: `bad_pattern`, `pattern_misses_example`, `pattern_in_force`."""
    template = parse_template(lesson.template)
    if isinstance(template, Refusal):
        return template
    example = clean(lesson.example, None, "wedge", now.date())
    if isinstance(example, Refusal):
        return example
    pattern = SupplierPattern(lesson.supplier, template.text, lesson.merchant_id)
    if read_with(pattern, example, now.date()) is None:
        return Refusal("pattern_misses_example", {"template": template.text, "code": example.text})
    same = select(SupplierPatternRow.supplier).where(
        SupplierPatternRow.warehouse_id == warehouse_id, SupplierPatternRow.template == template.text, _IN_FORCE
    )
    taken = session.execute(same).scalar_one_or_none()
    return None if taken is None else Refusal("pattern_in_force", {"template": template.text, "supplier": taken})


def teach(session: Session, by: Caller, lesson: Lesson, *, now: datetime) -> UUID | Refusal:
    """Put a pattern in force. Refuses what `faults_of_lesson` does, and `pattern_needs_supplier`."""
    supplier = lesson.supplier.strip()
    if not 1 <= len(supplier) <= LONGEST_SUPPLIER:
        return Refusal("pattern_needs_supplier", {"most": LONGEST_SUPPLIER})
    fault = faults_of_lesson(session, by.warehouse_id, lesson, now=now)
    if fault is not None:
        return fault
    template = parse_template(lesson.template)
    assert not isinstance(template, Refusal)
    pattern_id = uuid7()
    session.execute(
        insert(SupplierPatternRow).values(
            warehouse_id=by.warehouse_id,
            id=pattern_id,
            supplier=supplier,
            merchant_id=lesson.merchant_id,
            template=template.text,
            example=lesson.example,
            taught_by=by.who,
            taught_at=now,
        )
    )
    record(session, by, "supplier_pattern_taught", template.text, now=now, details={"supplier": supplier})
    return pattern_id


def switch_off(session: Session, by: Caller, pattern_id: UUID, *, now: datetime) -> Refusal | None:
    """End a pattern; it stays on record. Refuses `pattern_not_in_force`."""
    template = session.execute(
        update(SupplierPatternRow)
        .where(SupplierPatternRow.warehouse_id == by.warehouse_id, SupplierPatternRow.id == pattern_id, _IN_FORCE)
        .values(off_by=by.who, off_at=now)
        .returning(SupplierPatternRow.template)
    ).scalar_one_or_none()
    if template is None:
        return Refusal("pattern_not_in_force", {})
    record(session, by, "supplier_pattern_switched_off", template, now=now)
    return None
