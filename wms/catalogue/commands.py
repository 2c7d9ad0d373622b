"""The command line of the catalogue: `wms import products FILE`. Added to the command tree by `wms.cli`."""

from collections.abc import Callable, Iterable

import click

from wms.catalogue.product_file import COLUMNS
from wms.catalogue.product_import import import_products
from wms.database.import_command import Loaded, OnProgress, import_command
from wms.database.transaction import Database

SUMMARY = """Load products from FILE, a CSV file in UTF-8 whose first line names the columns.

Rows with errors are listed and the others are loaded; the same file again changes nothing. Columns that the file does
not have stay as they are."""


def import_products_command(open_database: Callable[[], Database]) -> click.Command:
    """The command `products`. Products belong to merchants, and are the same in every warehouse."""

    def load(database: Database, _warehouse_id: int, lines: Iterable[bytes], on_progress: OnProgress) -> Loaded:
        report = import_products(database, lines, progress=on_progress)
        counts = {name: getattr(report, name) for name in ("new", "changed", "unchanged", "refused")}
        return Loaded(counts, report.refused, report.faults)

    return import_command("products", SUMMARY, COLUMNS, open_database, load, per_warehouse=False)
