"""`wms customs book …`: open the bonded account book, enter what a paper says, compare it with the bins."""

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from wms.customs.books.booking import BY_HAND, NewEntry, book_by_hand
from wms.customs.books.comparison import book_at, differences_of, unrecorded_at
from wms.customs.books.model import BookLine, Difference
from wms.customs.books.opening import COLUMNS, OPTIONAL, import_opening
from wms.customs.books.sheet import lines_as_csv
from wms.customs.model import BookKind
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import Refused
from wms.places.tables import Warehouse

COMMAND_LINE = "command line"

_warehouse = click.option("--warehouse", "warehouse_id", type=int, default=1, show_default=True, help="Id.")


def book_commands(open_database: Callable[[], Database], clock: Clock) -> click.Group:
    """The group `book`; `open_database` is called only once the arguments are right."""

    @click.group("book")
    def book() -> None:
        """The bonded account book by article record number, and how it agrees with the bins."""

    columns = "\n".join(f"  {name}: {what}" for name, what in (COLUMNS | OPTIONAL).items())

    @book.command("opening", help=f"Open the book with the stock of a CSV file; all of it or nothing.\n\n\b\n{columns}")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @_warehouse
    def opening(file: Path, warehouse_id: int) -> None:
        with file.open("rb") as lines:
            new = import_opening(open_database(), warehouse_id, lines, who=COMMAND_LINE, now=clock.now())
        click.echo(f"{new} article records opened; those that were open with the same units stay as they are.")

    @book.command()
    @click.argument("kind", type=click.Choice([kind.value for kind in BY_HAND]))
    @click.argument("record_no")
    @click.argument("units", type=int)
    @click.option("--document", required=True, help="Number of the paper: list, loss report, return application …")
    @click.option("--event", default="", help="What it answers, as `show --record` names it.  [default: the paper]")
    @click.option("--note", default="")
    @_warehouse
    def enter(kind: str, record_no: str, units: int, document: str, event: str, note: str, warehouse_id: int) -> None:
        """Book UNITS of RECORD_NO. A loss lowers the book by UNITS; a correction may be negative (after `--`)."""
        entry = NewEntry(record_no, BookKind(kind), units, document, event or f"paper:{document}"[:80], note)
        refusal = open_database().in_transaction(
            lambda session: book_by_hand(session, warehouse_id, entry, who=COMMAND_LINE, now=clock.now())
        )
        if refusal is not None:
            raise Refused(refusal)
        click.echo(f"Booked: {kind} of {units} units of {record_no} by {document}.")

    @book.command()
    @click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="At the end of that day.  [default: now]")
    @click.option("--record", help="One article record, with what is behind every difference.")
    @click.option("--csv", "as_csv", is_flag=True, help="As CSV, for a spreadsheet.")
    @_warehouse
    def show(day: datetime | None, record: str | None, as_csv: bool, warehouse_id: int) -> None:
        """Compare book and bins. Ends with status 1 where they differ."""
        database = open_database()

        def look(session: Session) -> tuple[list[BookLine], tuple[Difference, ...], list[tuple[str, str, int]], date]:
            zone = ZoneInfo(session.get_one(Warehouse, warehouse_id).timezone)
            moment = clock.now() if day is None else end_of_day(day.date(), zone)
            lines = [
                line for line in book_at(session, warehouse_id, moment) if record is None or line.record_no == record
            ]
            behind = differences_of(session, warehouse_id, record, moment) if record else ()
            return lines, behind, unrecorded_at(session, warehouse_id, moment), moment.astimezone(zone).date()

        lines, behind, unrecorded, shown_day = database.reading(look)
        if as_csv:
            click.echo(lines_as_csv(shown_day, lines), nl=False)
        else:
            _print(Console(), shown_day, lines, behind, unrecorded if record is None else [])
        if any(line.difference for line in lines):
            sys.exit(1)

    return book


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last moment of a calendar day on a wall clock, in UTC."""
    return (datetime.combine(day + timedelta(days=1), time.min, zone) - timedelta(microseconds=1)).astimezone(UTC)


def _print(
    console: Console,
    day: date,
    lines: list[BookLine],
    behind: tuple[Difference, ...],
    unrecorded: list[tuple[str, str, int]],
) -> None:
    table = Table("record", "products", "book", "bins", "difference", title=f"Bonded account book on {day}")
    for line in lines:
        names = ", ".join(code for code, _ in line.products)
        table.add_row(line.record_no, names, str(line.book), str(line.bins), f"{line.difference:+d}")
    console.print(table if lines else f"Nothing is kept in the bonded account book on {day}.")
    for difference in behind:
        console.print(f"{difference.event}: bins {difference.units:+d}", highlight=False)
        for entry in difference.entries:
            console.print(
                f"  book {entry.units:+d} {entry.kind} {entry.document_no} "
                f"{entry.booked_at:%Y-%m-%d %H:%M} {entry.who}",
                highlight=False, markup=False,
            )  # fmt: skip
        for movement in difference.movements:
            console.print(
                f"  bins {movement.units:+d} {movement.reason} {movement.sku_code} {movement.inside} "
                f"{movement.at:%Y-%m-%d %H:%M}",
                highlight=False, markup=False,
            )  # fmt: skip
    for code, name, units in unrecorded:
        console.print(f"Without an article record: {units} × {code} {name}", highlight=False, markup=False)
