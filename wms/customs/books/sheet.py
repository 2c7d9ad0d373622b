"""The comparison as CSV. Pure. Called by the office's download and by `wms customs book`."""

import csv
import io
from collections.abc import Iterable
from datetime import date

from wms.customs.books.model import BookLine, Difference

LINE_COLUMNS = ("day", "record_no", "skus", "products", "book_units", "bin_units", "difference")
DIFFERENCE_COLUMNS = (
    "record_no", "event", "difference", "side", "at", "units", "kind", "document_or_places", "who_or_sku", "note",
)  # fmt: skip

BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets on Windows take UTF-8 for something else and spoil Chinese names."""


def lines_as_csv(day: date, lines: Iterable[BookLine]) -> str:
    """One row per article record."""
    return _written(
        LINE_COLUMNS,
        (
            (
                day.isoformat(),
                line.record_no,
                " ".join(code for code, _ in line.products),
                "; ".join(name for _, name in line.products),
                line.book,
                line.bins,
                line.difference,
            )
            for line in lines
        ),
    )


def differences_as_csv(found: Iterable[tuple[str, Difference]]) -> str:
    """One row per entry and movement behind each difference; `found` pairs record numbers with differences."""
    return _written(DIFFERENCE_COLUMNS, (row for record_no, one in found for row in _rows(record_no, one)))


def _rows(record_no: str, difference: Difference) -> Iterable[tuple[object, ...]]:
    for entry in difference.entries:
        yield (
            record_no, difference.event, difference.units, "book", entry.booked_at.isoformat(), entry.units,
            entry.kind.value, entry.document_no, entry.who, entry.note,
        )  # fmt: skip
    for movement in difference.movements:
        yield (
            record_no, difference.event, difference.units, "bins", movement.at.isoformat(), movement.units,
            movement.reason, f"{movement.inside} / {movement.outside}", movement.sku_code, "",
        )  # fmt: skip


def _written(columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return BYTE_ORDER_MARK + text.getvalue()


def _harmless(value: object) -> object:
    """A text that a spreadsheet would take for a formula is marked as text."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
