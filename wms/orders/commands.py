"""The command line of orders: `wms import orders FILE`. Added to the command tree by `wms.cli`."""

from collections.abc import Callable, Iterable

import click

from wms.database.import_command import Loaded, OnProgress, import_command
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.orders.importing import import_orders
from wms.orders.order_file import COLUMNS

SUMMARY = """Take in the orders of FILE, a CSV file in UTF-8 with one row per order line.

An order with an error is refused as a whole and the others are taken in; the same file again changes nothing. Rows that
are fees and no goods are left out of their orders and listed."""


def import_orders_command(open_database: Callable[[], Database], clock: Clock) -> click.Command:
    """The command `orders`."""

    def load(database: Database, warehouse_id: int, lines: Iterable[bytes], on_progress: OnProgress) -> Loaded:
        report = import_orders(database, warehouse_id, lines, now=clock.now, progress=on_progress)
        counts = {
            "new": report.new,
            "known already": report.known,
            "refused": report.refused,
            "fee rows left out": len(report.fees),
        }
        return Loaded(counts, report.refused, (*report.faults, *report.fees))

    return import_command("orders", SUMMARY, COLUMNS, open_database, load)
