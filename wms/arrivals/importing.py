"""Takes the notices of a CSV file in, each in its own transaction. Called by the command line, set-up and tests.

One row is one SKU of one notice. A notice with a wrong row is refused whole, with every fault; a second run changes
nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from wms.arrivals.intake import NewNotice
from wms.arrivals.service import TakenNotice, create_notice
from wms.database.transaction import Database
from wms.kernel.csv_rows import CsvRow, RowFault, read_csv
from wms.kernel.errors import BadInput, Conflict
from wms.kernel.quantity import checked_quantity

COLUMNS: Mapping[str, str] = {
    "merchant": "required; code of the merchant whose goods come",
    "number": "required; the notice's number, unique in the warehouse",
    "sku": "required; our code of the product, once per notice",
    "quantity": "required; whole units that will come",
}


@dataclass(frozen=True, slots=True)
class NoticeImportReport:
    """What an import did, counted in notices; `faults` lists why some were refused."""

    new: int
    known: int
    refused: int
    faults: tuple[RowFault, ...]


def no_progress(done: int, total: int) -> None:
    """For callers that show none."""


def import_notices(
    database: Database,
    warehouse_id: int,
    lines: Iterable[bytes],
    *,
    now: Callable[[], datetime],
    progress: Callable[[int, int], None] = no_progress,
) -> NoticeImportReport:
    """Take in all good notices of a file opened in binary mode. Raises BadInput where it is no such file."""
    file = read_csv(lines, tuple(COLUMNS), tuple(COLUMNS))
    groups: dict[tuple[str, str], list[CsvRow]] = {}
    for row in file.rows:
        groups.setdefault((row.values["merchant"], row.values["number"]), []).append(row)
    faults = list(file.misfits)
    counts = {"new": 0, "known": 0, "refused": 0}
    for done, rows in enumerate(groups.values(), start=1):
        number = rows[0].values["number"]
        lost = file.misfit_cells.get(number)
        if lost is None:
            outcome, wrong = _take(database, warehouse_id, rows, now)
        else:
            what = f"notice {number} is not taken in: line {lost} does not fit the columns and may be a part of it"
            outcome, wrong = "refused", [RowFault(rows[0].line, "", what)]
        counts[outcome] += 1
        faults += wrong
        progress(done, len(groups))
    return NoticeImportReport(faults=tuple(sorted(faults, key=lambda fault: fault.line)), **counts)


def _take(
    database: Database, warehouse_id: int, rows: list[CsvRow], now: Callable[[], datetime]
) -> tuple[str, list[RowFault]]:
    wanted = _notice_of(rows)
    if isinstance(wanted, list):
        return "refused", wanted
    try:
        taken = database.in_transaction(_taking(warehouse_id, wanted, now))
    except BadInput as error:
        return "refused", [_row_fault(rows, fault.where, fault.what) for fault in error.faults]
    except Conflict as error:
        return "refused", [RowFault(rows[0].line, "number", str(error))]
    return ("new" if taken.is_new else "known"), []


def _taking(warehouse_id: int, wanted: NewNotice, now: Callable[[], datetime]) -> Callable[[Session], TakenNotice]:
    return lambda session: create_notice(session, warehouse_id, wanted, now=now())


def _notice_of(rows: list[CsvRow]) -> NewNotice | list[RowFault]:
    faults = [RowFault(row.line, name, "is missing") for row in rows for name in COLUMNS if not row.values[name]]
    lines: list[dict[str, object]] = []
    for row in rows:
        text = row.values["quantity"]
        try:
            quantity = checked_quantity(int(text) if text.isascii() and text.isdigit() and len(text) < 19 else text)
        except ValueError as error:
            faults += [RowFault(row.line, "quantity", str(error))] if text else []
            continue
        lines.append({"sku": row.values["sku"], "quantity": quantity})
    if faults:
        return faults
    first = rows[0].values
    try:
        return msgspec.convert(
            {"merchant": first["merchant"], "number": first["number"], "lines": lines}, type=NewNotice
        )
    except msgspec.ValidationError as error:
        return [RowFault(rows[0].line, "", f"notice {first['number']}: {error}")]


def _row_fault(rows: list[CsvRow], where: str, what: str) -> RowFault:
    """A fault of a notice, as its file knows it."""
    if where.startswith("lines["):
        index, _, column = where.removeprefix("lines[").partition("]")
        return RowFault(rows[int(index)].line, column.removeprefix("."), what)
    return RowFault(rows[0].line, where, what)
