"""Loads a place file into one warehouse. Called by the command line and by set-up.

Every good row is loaded and every bad one is listed; the same file again changes nothing. A place's kind never changes
once it exists (see `lookup`), and virtual places are not set up by file.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from wms.database.transaction import Database
from wms.kernel.csv_rows import CsvRow, ImportReport, RowFault, read_csv
from wms.places.model import VIRTUAL_KINDS, NewPlace, PlaceKind
from wms.places.service import CHECK_DIGITS_FORM, CODE_FORM, create_places, zone_ids_by_code
from wms.places.tables import PlaceRow

COLUMNS: Mapping[str, str] = {
    "code": "required; capitals, digits and hyphens, at most 30",
    "kind": "required; what the place is for: " + ", ".join(kind for kind in PlaceKind if kind not in VIRTUAL_KINDS),
    "zone": "code of its zone, made where it does not exist",
    "x_mm": "position in whole millimetres from the hall's corner",
    "y_mm": "position in whole millimetres from the hall's corner",
    "level": "0 is the floor",
    "walk_order": "position on the walking path",
    "check_digits": "the two digits on its label; drawn where empty and the place is new",
}
REQUIRED = ("code", "kind")

_NUMBERS = ("x_mm", "y_mm", "level", "walk_order")
_MOST = 100_000_000
"""A hundred kilometres: a barcode in a number field is refused."""

_places = cast(Table, PlaceRow.__table__)


@dataclass(frozen=True, slots=True)
class _PlaceOnLine:
    """A row that is right in itself; `given` are the columns it may change."""

    line: int
    place: NewPlace
    given: Mapping[str, str | int]


def import_places(database: Database, warehouse_id: int, lines: Iterable[bytes]) -> ImportReport:
    """Load the place file `lines` (a file opened in binary mode; columns in COLUMNS) into one warehouse.

    Raises BadInput, and changes nothing, where the file as a whole cannot be read. One transaction: a hall has
    thousands of places, not millions.
    """
    file = read_csv(lines, tuple(COLUMNS), REQUIRED)
    faults = list(file.misfits)
    wanted: dict[str, _PlaceOnLine] = {}
    for row in file.rows:
        read = _place_of(row)
        if isinstance(read, list):
            faults += read
        elif read.place.code in wanted:
            first = wanted[read.place.code].line
            faults.append(RowFault(row.line, "code", f"{read.place.code!r} stands on line {first} already"))
        else:
            wanted[read.place.code] = read

    report = database.in_transaction(lambda session: _load(session, warehouse_id, list(wanted.values())))
    all_faults = tuple(sorted([*faults, *report.faults], key=lambda fault: fault.line))
    refused = len({fault.line for fault in all_faults})
    return ImportReport(report.new, report.changed, report.unchanged, refused, all_faults)


def _place_of(row: CsvRow) -> _PlaceOnLine | list[RowFault]:
    faults: list[RowFault] = []
    values = row.values
    code = values["code"].upper()
    if not CODE_FORM.fullmatch(code):
        faults.append(RowFault(row.line, "code", f"{code!r} is not capitals, digits and hyphens, at most 30"))
    kind = values["kind"].lower()
    if kind not in set(PlaceKind) - VIRTUAL_KINDS:
        faults.append(RowFault(row.line, "kind", f"{kind!r} is not {COLUMNS['kind'].split(': ')[1]}"))
    zone = values.get("zone", "").upper()
    if zone and (not CODE_FORM.fullmatch(zone) or len(zone) > 20):
        faults.append(RowFault(row.line, "zone", f"{zone!r} is not a zone code such as A or COLD-1"))
    numbers: dict[str, int] = {}
    for column in _NUMBERS:
        text = values.get(column, "") or "0"
        if not (text.isascii() and text.isdigit() and len(text) <= 12 and int(text) <= _MOST):
            faults.append(RowFault(row.line, column, f"{text[:30]!r} is not a whole number up to {_MOST}"))
        elif column in values:
            numbers[column] = int(text)
    digits = values.get("check_digits", "")
    if digits and not CHECK_DIGITS_FORM.fullmatch(digits):
        faults.append(RowFault(row.line, "check_digits", f"{digits!r} is not two digits"))
    if faults:
        return faults
    given: dict[str, str | int] = dict(numbers)
    if "zone" in values:
        given["zone"] = zone
    if digits:
        given["check_digits"] = digits
    return _PlaceOnLine(row.line, NewPlace(code, PlaceKind(kind), zone, check_digits=digits, **numbers), given)


def _load(session: Session, warehouse_id: int, wanted: Sequence[_PlaceOnLine]) -> ImportReport:
    rows = session.execute(select(_places).where(_places.c.warehouse_id == warehouse_id))
    known = {row.code: row._mapping for row in rows}
    new = [each.place for each in wanted if each.place.code not in known]
    create_places(session, warehouse_id, new)
    zone_ids = zone_ids_by_code(session, warehouse_id, [each.place for each in wanted])

    faults: list[RowFault] = []
    changed = 0
    existing = [each for each in wanted if each.place.code in known]
    for each in existing:
        row = known[each.place.code]
        if row["kind"] != each.place.kind:
            reason = f"{each.place.code!r} is a {row['kind']} and cannot become a {each.place.kind}"
            faults.append(RowFault(each.line, "kind", reason))
            continue
        values: dict[str, Any] = {name: value for name, value in each.given.items() if name != "zone"}
        if "zone" in each.given:
            values["zone_id"] = zone_ids.get(each.place.zone)
        if any(row[name] != value for name, value in values.items()):
            session.execute(_CHANGE.values(values), {"in_warehouse": warehouse_id, "place_id": row["id"]})
            changed += 1
    return ImportReport(len(new), changed, len(existing) - changed - len(faults), len(faults), tuple(faults))


_CHANGE = update(_places).where(
    _places.c.warehouse_id == bindparam("in_warehouse"), _places.c.id == bindparam("place_id")
)
