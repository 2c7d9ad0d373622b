"""What a supplier's pattern would do before it is taught: which unknown codes it reads, which known ones look alike.

Called by the doctor's pages. Reads only.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.barcodes.doctor import name_of
from wms.barcodes.model import Cleaned, CodeKind
from wms.barcodes.patterns import Part, SupplierPattern, Template, parse_template, read_with
from wms.barcodes.resolver import Resolver
from wms.barcodes.teaching import Lesson, faults_of_lesson
from wms.catalogue.tables import SkuBarcode
from wms.kernel.refusal import Refusal
from wms.office.doctor.refused import RefusedCode
from wms.office.listing import Scope

MOST_SHOWN = 20
MOST_LOOKED_AT = 2_000


@dataclass(frozen=True, slots=True)
class Fit:
    """One code as the pattern would read it; `names` is empty where no product answers to it."""

    code: str
    product: str
    lot: str
    count: int | None
    expires_on: str
    serial: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would follow from teaching the lesson."""

    lesson: Lesson
    fault: Refusal | None
    """Why it cannot be taught as it stands."""
    example: Fit | None
    fits: Sequence[Fit]
    read: int
    """How many of `unknown` it reads; `fits` are the first of them."""
    unknown: int
    known: Sequence[str]
    """Codes of products that look the same. They keep their meaning."""
    meaning: str
    """What the example means already, empty where it is unknown."""


def preview_of(
    session: Session, resolver: Resolver, scope: Scope, lesson: Lesson, unknown: Sequence[RefusedCode]
) -> Preview:
    """Try the lesson on everything that was unknown lately."""
    fault = faults_of_lesson(session, scope.warehouse_id, lesson, now=scope.now)
    pattern = SupplierPattern(lesson.supplier, lesson.template, lesson.merchant_id)
    codes = dict.fromkeys([lesson.example, *(each.raw for each in unknown)])
    read: dict[str, Cleaned] = {}
    for raw in codes:
        cleaned = resolver.clean(raw, None, "wedge")
        reading = None if isinstance(cleaned, Refusal) else read_with(pattern, cleaned, scope.now.date())
        if reading is not None:
            read[raw] = reading
    of_unknown = [each.raw for each in unknown if each.raw in read]
    template = parse_template(lesson.template)
    return Preview(
        lesson=lesson,
        fault=fault,
        example=_fit(session, resolver, scope, read[lesson.example]) if lesson.example in read else None,
        fits=[_fit(session, resolver, scope, read[raw]) for raw in of_unknown[:MOST_SHOWN]],
        read=len(of_unknown),
        unknown=len(unknown),
        known=[] if isinstance(template, Refusal) else _alike(session, resolver, scope, template, pattern),
        meaning=_meaning(session, resolver, scope, lesson.example),
    )


def _fit(session: Session, resolver: Resolver, scope: Scope, reading: Cleaned) -> Fit:
    taught = reading.taught
    assert taught is not None
    items = resolver.readers[CodeKind.ITEM](session, scope.warehouse_id, reading)
    names = () if isinstance(items, Refusal) else tuple(name_of(item) for item in items)
    day = taught.parts.expires_on
    parts = taught.parts
    return Fit(
        reading.text, taught.product, parts.lot, parts.count, day.isoformat() if day else "", parts.serial, names
    )


def _alike(
    session: Session, resolver: Resolver, scope: Scope, template: Template, pattern: SupplierPattern
) -> list[str]:
    """Codes of products that the template would read as well: first roughly by the database, then exactly."""
    rough = "".join("%" if isinstance(piece, Part) else _escaped(piece) for piece in template.pieces)
    query = select(SkuBarcode.code).where(SkuBarcode.code.like(rough, escape="\\")).limit(MOST_LOOKED_AT)
    found: list[str] = []
    for code in session.scalars(query):
        cleaned = resolver.clean(code, None, "wedge")
        if isinstance(cleaned, Cleaned) and read_with(pattern, cleaned, scope.now.date()) is not None:
            found.append(code)
    return sorted(found)[:MOST_SHOWN]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _meaning(session: Session, resolver: Resolver, scope: Scope, raw: str) -> str:
    """What a code means to a reader, patterns aside; empty where nobody knows it."""
    cleaned = resolver.clean(raw, None, "wedge")
    if isinstance(cleaned, Refusal):
        return ""
    for reader in resolver.readers.values():
        found = reader(session, scope.warehouse_id, cleaned)
        if not isinstance(found, Refusal) and found:
            return name_of(found[0])
    return ""
