"""The command line of the catalogue: `wms import products FILE`. Added to the command tree by `wms.cli`.

Shows progress, prints what was done as a table, lists refused rows, and ends with status 1 when there were any.
"""

import csv
import sys
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from wms.catalogue.product_file import COLUMNS
from wms.catalogue.product_import import import_products
from wms.database.transaction import Database
from wms.kernel.csv_rows import ImportReport
from wms.kernel.errors import BadInput

SHOWN_FAULTS = 20
"""More would scroll away what matters; `--report` writes all of them."""


def import_products_command(open_database: Callable[[], Database]) -> click.Command:
    """The command `products`; `open_database` is called only once the arguments are right."""

    @click.command("products", help=_help())
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option(
        "--report",
        "report_file",
        type=click.Path(dir_okay=False, writable=True, path_type=Path),
        help="Write every refused row with its reason to this CSV file.",
    )
    def products(file: Path, report_file: Path | None) -> None:
        errors = Console(stderr=True)
        try:
            report = _imported(open_database(), file, errors)
        except BadInput as bad:
            for fault in bad.faults:
                errors.print(f"{file.name}: {fault.where}: {fault.what}", markup=False, highlight=False, soft_wrap=True)
            errors.print("Nothing was changed.")
            sys.exit(1)
        _print_report(report, Console())
        if report_file is not None:
            _write_report(report, report_file)
        if report.refused:
            sys.exit(1)

    return products


def _help() -> str:
    columns = "\n".join(f"  {name}: {what}" for name, what in COLUMNS.items())
    return (
        "Load products from FILE, a CSV file in UTF-8 whose first line names the columns.\n\n"
        "Rows with errors are listed and the others are loaded; the same file again changes nothing. Columns that the "
        f"file does not have stay as they are.\n\n\b\nColumns:\n{columns}"
    )


def _imported(database: Database, file: Path, console: Console) -> ImportReport:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with file.open("rb") as lines, Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(f"Importing {file.name}", total=None)
        return import_products(
            database, lines, progress=lambda done, total: progress.update(task, completed=done, total=total)
        )


def _print_report(report: ImportReport, console: Console) -> None:
    counts = Table("products", "rows", title="Import")
    counts.columns[1].justify = "right"
    for name in ("new", "changed", "unchanged", "refused"):
        counts.add_row(name, str(getattr(report, name)))
    console.print(counts)
    if not report.faults:
        return
    faults = Table("line", "column", "reason", title="Refused rows")
    for fault in report.faults[:SHOWN_FAULTS]:
        # Cells of a file are not markup, whatever brackets they hold.
        faults.add_row(str(fault.line), fault.column, fault.reason.replace("[", r"\["))
    console.print(faults)
    if len(report.faults) > SHOWN_FAULTS:
        console.print(f"… and {len(report.faults) - SHOWN_FAULTS} more; --report FILE lists all")


def _write_report(report: ImportReport, file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["line", "column", "reason"])
        writer.writerows([fault.line, fault.column, fault.reason] for fault in report.faults)
