"""The command `wms import …`: loads a CSV file with a progress bar and says what did not load, and why.

Called by the `commands` of whatever can be imported, each of which says what its file holds and who loads it. Ends with
status 1 when anything was refused, so that a nightly script notices.
"""

import csv
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from wms.database.transaction import Database
from wms.kernel.csv_rows import RowFault

SHOWN_FAULTS = 20
"""More would scroll away what matters; `--report` writes all of them."""

OnProgress = Callable[[int, int], None]
"""Told how many are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What an import did."""

    counts: Mapping[str, int]
    """How many became what, in the order in which they are shown."""
    refused: int
    faults: tuple[RowFault, ...]
    """Every row that is not loaded, those that were left out on purpose included."""


Load = Callable[[Database, int, Iterable[bytes], OnProgress], Loaded]
"""Loads the lines of a file for the warehouse with this id. Raises BadInput for a file that cannot be read at all."""


def import_command(
    name: str,
    summary: str,
    columns: Mapping[str, str],
    open_database: Callable[[], Database],
    load: Load,
    *,
    per_warehouse: bool = True,
) -> click.Command:
    """The command `name`; `open_database` is called only once the arguments are right.

    What is the same in every warehouse (`per_warehouse=False`) is not asked for one.
    """
    listed = "\n".join(f"  {column}: {what}" for column, what in columns.items())

    def command(file: Path, report_file: Path | None, warehouse_id: int = 0) -> None:
        bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with file.open("rb") as lines, Progress(*bar, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task(f"Importing {file.name}", total=None)

            def on_progress(done: int, total: int) -> None:
                progress.update(task, completed=done, total=total)

            loaded = load(open_database(), warehouse_id, lines, on_progress)
        _show(name, loaded, Console())
        if report_file is not None:
            _write_report(loaded, report_file)
        if loaded.refused:
            sys.exit(1)

    file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    report = click.option(
        "--report",
        "report_file",
        type=click.Path(dir_okay=False, writable=True, path_type=Path),
        help="Write every row that did not load, with its reason, to this CSV file.",
    )
    warehouse = click.option(
        "--warehouse", "warehouse_id", type=int, default=1, show_default=True, help="Id of the warehouse."
    )
    taken = warehouse(command) if per_warehouse else command
    return click.command(name, help=f"{summary}\n\n\b\nColumns:\n{listed}")(file(report(taken)))


def _show(name: str, loaded: Loaded, console: Console) -> None:
    counts = Table(name, "number", title="Import")
    counts.columns[1].justify = "right"
    for what, number in loaded.counts.items():
        counts.add_row(what, str(number))
    console.print(counts)
    if not loaded.faults:
        return
    faults = Table("line", "column", "reason", title="Not loaded")
    for fault in loaded.faults[:SHOWN_FAULTS]:
        # Cells of a file are not markup, whatever brackets they hold.
        faults.add_row(str(fault.line), fault.column, fault.reason.replace("[", r"\["))
    console.print(faults)
    if len(loaded.faults) > SHOWN_FAULTS:
        console.print(f"… and {len(loaded.faults) - SHOWN_FAULTS} more; --report FILE lists all")


def _write_report(loaded: Loaded, file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["line", "column", "reason"])
        writer.writerows([fault.line, fault.column, fault.reason] for fault in loaded.faults)
