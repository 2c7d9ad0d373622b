"""`wms import orders`: loads an order file with a progress bar and says what did not load. Added by `wms.cli`."""

from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.csv_rows import RowFault
from wms.orders.importing import OrderImportReport, import_orders
from wms.orders.order_file import COLUMNS

MOST_SHOWN = 50
"""Rows of the table on the screen; `--report` writes all of them."""


def import_orders_command(open_database: Callable[[], Database], clock: Clock) -> click.Command:
    """The command. `open_database` is called only when it runs, so that help needs no database."""
    columns = "\n".join(f"  {name}: {what}" for name, what in COLUMNS.items())

    @click.command("orders", help=f"Take in the orders of a CSV file, one row per order line.\n\n\b\n{columns}")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--warehouse", "warehouse_id", type=int, default=1, show_default=True, help="Id of the warehouse.")
    @click.option(
        "--report",
        "report_file",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write every row that did not load, with its reason, to this file.",
    )
    def orders(file: Path, warehouse_id: int, report_file: Path | None) -> None:
        console = Console()
        with file.open("rb") as lines, _bar(console) as bar:
            task = bar.add_task("orders", total=None)
            report = import_orders(
                open_database(),
                warehouse_id,
                lines,
                now=clock.now,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
        _show(console, report)
        if report_file is not None:
            report_file.write_text(
                "".join(f"{_line(fault)}\n" for fault in (*report.faults, *report.fees)), encoding="utf-8"
            )
            console.print(f"every row that did not load: {report_file}", highlight=False)

    return orders


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console
    )


def _show(console: Console, report: OrderImportReport) -> None:
    unloaded = (*report.faults, *report.fees)
    if unloaded:
        table = Table("line", "column", "why it did not load")
        for fault in unloaded[:MOST_SHOWN]:
            table.add_row(str(fault.line), fault.column, fault.reason)
        console.print(table)
        if len(unloaded) > MOST_SHOWN:
            console.print(f"… and {len(unloaded) - MOST_SHOWN} more; --report FILE writes all of them")
    console.print(
        f"orders: {report.new} new, {report.known} known already, {report.refused} refused; "
        f"{len(report.fees)} fee rows left out",
        highlight=False,
    )


def _line(fault: RowFault) -> str:
    return (
        f"line {fault.line}, {fault.column}: {fault.reason}" if fault.column else f"line {fault.line}: {fault.reason}"
    )
