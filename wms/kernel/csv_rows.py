"""Reads CSV files that people bring: says what is wrong with the file, or gives its rows with their line numbers.

Called by the imports of products, places and orders. What is wrong with the file as a whole (encoding, columns) raises
before the first row is used; what is wrong with a row is the importer's to list, and the other rows load.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wms.kernel.errors import BadInput, Fault

MAX_ROWS = 1_000_000
"""All rows are held in memory to check the file before anything is changed."""

_OTHER_ENCODINGS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why a row was refused: the file's line, the column (empty for the row as a whole) and a sentence."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, counted in rows; `faults` lists every fault of the refused rows."""

    new: int
    changed: int
    unchanged: int
    refused: int
    faults: tuple[RowFault, ...] = ()


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row: `line` is where it begins in the file; `values` are trimmed and keyed by column."""

    line: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CsvRows:
    """A file that can be worked on: its columns, its rows, and the rows that do not even fit the columns."""

    columns: tuple[str, ...]
    rows: tuple[CsvRow, ...]
    misfits: tuple[RowFault, ...]
    misfit_cells: Mapping[str, int]
    """Every cell of the misfits with its line: where rows belong together, they tell which ones have lost a row."""


def read_csv(lines: Iterable[bytes], known: Sequence[str], required: Sequence[str]) -> CsvRows:
    """The rows of a CSV file given as raw lines (a file opened in binary mode).

    Raises BadInput where the file is empty, is not UTF-8 (with or without byte order mark), misses a required column or
    has one that is not known, or is no CSV at all.
    """
    reader = csv.reader(_decoded(lines), strict=True)
    columns: tuple[str, ...] = ()
    rows: list[CsvRow] = []
    misfits: list[RowFault] = []
    misfit_cells: dict[str, int] = {}
    line = 1
    try:
        for cells in reader:
            begins, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = _checked_columns(cells, begins, known, required)
            elif len(cells) != len(columns):
                reason = f"has {len(cells)} cells, the header has {len(columns)}; put cells with a comma into quotes"
                misfits.append(RowFault(begins, "", reason))
                for cell in cells:
                    misfit_cells.setdefault(cell.strip(), begins)
            else:
                rows.append(CsvRow(begins, dict(zip(columns, (cell.strip() for cell in cells), strict=True))))
            if len(rows) > MAX_ROWS:
                raise BadInput([Fault("file", f"has more than {MAX_ROWS} rows; split it")])
    except csv.Error as error:
        raise BadInput([Fault(f"line {line}", f"is not CSV: {error}; is a quotation mark left open?")]) from error
    if not columns:
        raise BadInput([Fault("file", f"is empty; its first line names the columns, at least {', '.join(required)}")])
    return CsvRows(columns, tuple(rows), tuple(misfits), misfit_cells)


def _decoded(lines: Iterable[bytes]) -> Iterable[str]:
    for number, line in enumerate(lines, start=1):
        if number == 1:
            for mark, name in _OTHER_ENCODINGS:
                if line.startswith(mark):
                    raise BadInput([Fault("file", f"is {name}; save it as CSV UTF-8")])
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            what = f"is not UTF-8 (byte {line[error.start]:#04x} at position {error.start + 1}); save it as CSV UTF-8"
            raise BadInput([Fault(f"line {number}", what)]) from error


def _checked_columns(cells: Sequence[str], line: int, known: Sequence[str], required: Sequence[str]) -> tuple[str, ...]:
    columns = tuple(cell.strip().lower() for cell in cells)
    where = f"line {line}"
    if len(columns) == 1 and (";" in columns[0] or "\t" in columns[0]):
        raise BadInput([Fault(where, "separates columns by semicolon or tab; save it with commas")])
    faults = [Fault(where, f"has no column {name}") for name in required if name not in columns]
    unknown = [name for name in columns if name not in known]
    faults += [Fault(where, f"has a column {name!r}; known are {', '.join(known)}") for name in unknown]
    faults += [Fault(where, f"has column {name} twice") for name in sorted(set(columns)) if columns.count(name) > 1]
    if faults:
        raise BadInput(faults)
    return columns
