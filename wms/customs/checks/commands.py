"""`wms customs rules …`: the rule book of a warehouse, that is tolerances, limits, positive lists, units and names.

`rule_commands` is called by `wms.cli`, which puts the group into `customs`.
"""

from collections.abc import Callable
from pathlib import Path

import click
from sqlalchemy.orm import Session

from wms.access.model import command_line
from wms.customs.checks.rule_books import current_text, keep_rule_book
from wms.customs.regimes.china.rule_book import EXAMPLE
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import BadInput, Fault

_warehouse = click.option("--warehouse", "warehouse_id", type=int, default=1, show_default=True, help="Id.")


def rule_commands(open_database: Callable[[], Database], clock: Clock) -> click.Group:
    """The group `rules`; the database is opened only once the arguments are right."""

    @click.group("rules")
    def rules() -> None:
        """What orders are checked by: tolerances, limits, positive lists, statutory units, registered names."""

    @rules.command("load")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @_warehouse
    def load(file: Path, warehouse_id: int) -> None:
        """Check by the rule book FILE (TOML) from now on. Earlier editions are kept."""
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise BadInput([Fault(str(file), "is not UTF-8")]) from None

        def work(session: Session) -> bool:
            return keep_rule_book(session, command_line(warehouse_id), text, now=clock.now())

        is_new = open_database().in_transaction(work)
        click.echo("Orders are checked by it from now on." if is_new else "Orders are checked by it already.")

    @rules.command("show")
    @_warehouse
    def show(warehouse_id: int) -> None:
        """The rule book that holds; where there is none, an example with what is proposed and therefore done."""
        text = open_database().reading(lambda session: current_text(session, warehouse_id))
        click.echo(EXAMPLE if text is None else text, nl=False)

    return rules
