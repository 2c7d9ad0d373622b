"""The command line of arrivals: `wms import notices FILE`. Added to the command tree by `wms.cli`."""

from collections.abc import Callable, Iterable

import click

from wms.arrivals.importing import COLUMNS, import_notices
from wms.database.import_command import Loaded, OnProgress, import_command
from wms.database.transaction import Database
from wms.kernel.clock import Clock

SUMMARY = """Take in the advance notices of FILE, a CSV file in UTF-8 with one row per product.

A notice with an error is refused as a whole and the others are taken in; the same file again changes nothing."""


def import_notices_command(open_database: Callable[[], Database], clock: Clock) -> click.Command:
    """The command `notices`."""

    def load(database: Database, warehouse_id: int, lines: Iterable[bytes], on_progress: OnProgress) -> Loaded:
        report = import_notices(database, warehouse_id, lines, now=clock.now, progress=on_progress)
        counts = {"new": report.new, "known already": report.known, "refused": report.refused}
        return Loaded(counts, report.refused, report.faults)

    return import_command("notices", SUMMARY, COLUMNS, open_database, load)
