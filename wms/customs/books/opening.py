"""Reads the opening of the bonded account book from a CSV file and books it. Called by `wms customs book opening`."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.customs.books.booking import MOST_UNITS, OPENING_EVENT, NewEntry, book
from wms.customs.model import BookKind
from wms.customs.tables import BookEntryRow
from wms.database.transaction import Database
from wms.kernel.csv_rows import RowFault, read_csv
from wms.kernel.errors import BadInput, Fault

COLUMNS = {
    "record_no": "article record number (itemRecordNo), at most 30 characters",
    "units": "units in the book on the day it was opened",
}
OPTIONAL = {"document": "number of the paper this comes from"}
LONGEST_RECORD = 30


def import_opening(database: Database, warehouse_id: int, lines: Iterable[bytes], *, who: str, now: datetime) -> int:
    """Book the whole file or nothing; returns the number of article records that were new.

    Loading the same file again changes nothing. Raises BadInput with every fault: a row that is wrong, a number that
    stands there twice, or a record that was opened with other units before.
    """
    file = read_csv(lines, known=(*COLUMNS, *OPTIONAL), required=tuple(COLUMNS))
    faults = list(file.misfits)
    entries: list[NewEntry] = []
    counted = Counter(row.values["record_no"] for row in file.rows)
    for row in file.rows:
        record_no, units = row.values["record_no"], row.values["units"]
        if not 1 <= len(record_no) <= LONGEST_RECORD:
            faults.append(RowFault(row.line, "record_no", f"must have 1 to {LONGEST_RECORD} characters"))
        elif counted[record_no] > 1:
            faults.append(RowFault(row.line, "record_no", f"{record_no} stands in the file {counted[record_no]} times"))
        elif not (units.isascii() and units.isdigit() and 0 < int(units) <= MOST_UNITS):
            faults.append(RowFault(row.line, "units", f"must be a whole number from 1 to {MOST_UNITS}, not {units!r}"))
        else:
            document_no = row.values.get("document", "")[:60] or "opening"
            entries.append(NewEntry(record_no, BookKind.OPENING, int(units), document_no, OPENING_EVENT))
    if faults:
        raise BadInput([Fault(f"line {fault.line}, {fault.column or 'row'}", fault.reason) for fault in faults])

    def work(session: Session) -> int:
        other = _opened_otherwise(session, warehouse_id, entries)
        if other:
            raise BadInput(other)
        return book(session, warehouse_id, entries, who=who, now=now)

    return database.in_transaction(work)


def _opened_otherwise(session: Session, warehouse_id: int, entries: list[NewEntry]) -> list[Fault]:
    rows = session.execute(
        select(BookEntryRow.record_no, BookEntryRow.quantity).where(
            BookEntryRow.warehouse_id == warehouse_id, BookEntryRow.kind == BookKind.OPENING.value
        )
    )
    opened = {row.record_no: row.quantity for row in rows}
    what = "was opened with {} units before; book a correction instead"
    return [
        Fault(entry.record_no, what.format(opened[entry.record_no]))
        for entry in entries
        if opened.get(entry.record_no, entry.units) != entry.units
    ]
