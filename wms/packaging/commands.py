"""The command line of packing: `wms import packing-materials` and `wms import packing-rules`. Added by `wms.cli`."""

from collections.abc import Callable, Iterable

import click

from wms.database.import_command import Loaded, OnProgress, import_command
from wms.database.transaction import Database
from wms.kernel.csv_rows import ImportReport
from wms.packaging.files import MATERIAL_COLUMNS, RULE_COLUMNS
from wms.packaging.importing import import_materials, import_rules

MATERIALS = """Load inserts, further labels, fillings and seals from FILE, a CSV file in UTF-8 whose first line
names the columns.

With an error anywhere nothing is loaded. Materials that the file does not name stay."""

RULES = """Replace the packing rules by those of FILE, a CSV file in UTF-8 whose first line names the columns.

An empty cell asks for nothing. Of an order, all rules that match count together. With an error anywhere, or where two
rules contradict each other, nothing is loaded and each is listed with its line."""

Import = Callable[[Database, int, Iterable[bytes]], ImportReport]


def import_materials_command(open_database: Callable[[], Database]) -> click.Command:
    """The command `packing-materials`."""
    names = ("new", "changed", "unchanged", "refused")
    load = _loading(import_materials, names)
    return import_command("packing-materials", MATERIALS, MATERIAL_COLUMNS, open_database, load)


def import_rules_command(open_database: Callable[[], Database]) -> click.Command:
    """The command `packing-rules`."""
    load = _loading(import_rules, ("new", "unchanged", "refused"))
    return import_command("packing-rules", RULES, RULE_COLUMNS, open_database, load)


def _loading(load: Import, names: tuple[str, ...]) -> Callable[[Database, int, Iterable[bytes], OnProgress], Loaded]:
    def loading(database: Database, warehouse_id: int, lines: Iterable[bytes], _on_progress: OnProgress) -> Loaded:
        report = load(database, warehouse_id, lines)
        return Loaded({name: getattr(report, name) for name in names}, report.refused, report.faults)

    return loading
