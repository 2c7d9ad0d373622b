"""`wms keys status` and `wms keys rotate`: the keys that seal personal data. Added to the command tree by `wms.cli`."""

from collections.abc import Callable
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from wms.database.key_file import add_key
from wms.database.rotation import LOST, PLAIN, SealedColumn, census, reseal
from wms.database.sealed import Vault, give_vault
from wms.database.transaction import Database
from wms.kernel.errors import BadInput, Fault

OpenDatabase = Callable[[], Database]
KeyFile = Callable[[], Path | None]
"""The key file of this installation; None where the keys stand in WMS_PERSONAL_DATA_KEYS."""


def keys_commands(open_database: OpenDatabase, key_file: KeyFile) -> click.Group:
    """The group `keys`."""

    @click.group("keys")
    def keys() -> None:
        """Show and change the keys that seal personal data in the database."""

    @keys.command()
    def status() -> None:
        """Show how many values each key seals, and which keys must be kept.

        Reads every sealed value once; on a large database that takes minutes.
        """
        columns = census(open_database())
        Console().print(_table(columns))
        click.echo("* append-only: what is written there stays under the key it was sealed with.")
        for line in _advice(columns):
            click.echo(line)

    @keys.command()
    @click.option("--finish", is_flag=True, help="Make no new key: only seal what the first key has not sealed yet.")
    def rotate(finish: bool) -> None:
        """Make a new first key and seal everything with it that can be changed. The service may go on running.

        Older keys stay in the file: they open what is evidence and cannot be sealed anew. Stopped halfway, go on with
        --finish.
        """
        path = key_file()
        if path is None and not finish:
            what = (
                "holds the keys, so they cannot be changed here: put a new key second, never last (OLD becomes "
                "OLD,NEW,OLD), restart every process, then put it first (NEW,OLD), restart again, and run "
                "`wms keys rotate --finish`"
            )
            raise BadInput([Fault("WMS_PERSONAL_DATA_KEYS", what)])
        database = open_database()
        if path is not None and not finish:
            give_vault(database.engine, Vault(add_key(path)))
            click.echo(
                f"A new key stands first in {path}. Make a copy of the file now: without it nobody reads the data."
            )
        done = reseal(database, lambda table, rows: click.echo(f"  {table}: {rows} rows"))
        click.echo(f"{done.values} values in {done.rows} rows were sealed with the first key.")
        for line in _advice(census(database)):
            click.echo(line)

    return keys


def _table(columns: list[SealedColumn]) -> Table:
    """A line for each table and one below it for each of its columns: so the names fit where 80 characters do."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("sealed column", overflow="fold")
    for name in ("values", "first key", "older keys", "not sealed", "no key"):
        table.add_column(name, justify="right", no_wrap=True)
    for name, (first, *others) in _by_table(columns):
        table.add_row(f"{name} *" if first.is_append_only else name)
        for one in (first, *others):
            older = one.stale - one.count(PLAIN) - one.count(LOST)
            numbers = (one.values, one.count(0), older, one.count(PLAIN), one.count(LOST))
            table.add_row(f"  {one.column}", *map(str, numbers))
    return table


def _by_table(columns: list[SealedColumn]) -> list[tuple[str, list[SealedColumn]]]:
    return [(name, list(those)) for name, those in groupby(columns, key=attrgetter("table"))]


def _advice(columns: list[SealedColumn]) -> list[str]:
    """What follows from the numbers, in sentences."""
    lines: list[str] = []
    needed = sorted({age for one in columns for age, _ in one.by_key if age > 0})
    evidence = sum(one.stale - one.count(PLAIN) - one.count(LOST) for one in columns if one.is_append_only)
    behind = sum(one.stale - one.count(LOST) for one in columns if not one.is_append_only)
    plain = sum(one.count(PLAIN) for one in columns if one.is_append_only)
    lost = sum(one.count(LOST) for one in columns)
    if evidence:
        lines.append(f"{evidence} values of append-only tables stay under older keys: keep every key of the file.")
    if needed:
        lines.append(f"Keys still needed besides the first: {', '.join(f'key {age + 1}' for age in needed)}.")
    if behind:
        lines.append(f"{behind} values can be sealed with the first key: run `wms keys rotate --finish`.")
    if plain:
        lines.append(f"{plain} values of append-only tables were written before there were keys and stay readable.")
    if lost:
        lines.append(f"{lost} values are opened by no key of this installation: bring back the key file they need.")
    lines.append("The oldest key, the last in the file, must always stay last: digests of identity numbers hang on it.")
    return lines
