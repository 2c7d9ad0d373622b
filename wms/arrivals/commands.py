"""`wms import notices`: loads a file of advance notices and says what did not load. Added by `wms.cli`."""

import sys
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from wms.arrivals.importing import COLUMNS, NoticeImportReport, import_notices
from wms.database.transaction import Database
from wms.kernel.clock import Clock

MOST_SHOWN = 50
"""Rows of the table on the screen; `--report` writes all of them."""


def import_notices_command(open_database: Callable[[], Database], clock: Clock) -> click.Command:
    """The command. `open_database` is called only when it runs, so that help needs no database."""
    columns = "\n".join(f"  {name}: {what}" for name, what in COLUMNS.items())

    @click.command("notices", help=f"Take in advance notices from a CSV file, one row per product.\n\n\b\n{columns}")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--warehouse", "warehouse_id", type=int, default=1, show_default=True, help="Id of the warehouse.")
    @click.option(
        "--report",
        "report_file",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write every row that did not load, with its reason, to this file.",
    )
    def notices(file: Path, warehouse_id: int, report_file: Path | None) -> None:
        console = Console()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with file.open("rb") as lines, Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("notices", total=None)
            report = import_notices(
                open_database(),
                warehouse_id,
                lines,
                now=clock.now,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
        _show(console, report)
        if report_file is not None:
            rows = (f"line {fault.line}, {fault.column}: {fault.reason}\n" for fault in report.faults)
            report_file.write_text("".join(rows), encoding="utf-8")
        if report.refused:
            sys.exit(1)

    return notices


def _show(console: Console, report: NoticeImportReport) -> None:
    if report.faults:
        table = Table("line", "column", "why it did not load")
        for fault in report.faults[:MOST_SHOWN]:
            # Cells of a file are not markup, whatever brackets they hold.
            table.add_row(str(fault.line), fault.column, fault.reason.replace("[", r"\["))
        console.print(table)
        if len(report.faults) > MOST_SHOWN:
            console.print(f"… and {len(report.faults) - MOST_SHOWN} more; --report FILE writes all of them")
    console.print(f"notices: {report.new} new, {report.known} known already, {report.refused} refused", highlight=False)
