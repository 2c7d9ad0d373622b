"""`wms demo …`: load the demo site, list its badges, play a working day. Added to the command tree by `wms.cli`."""

from collections.abc import Callable

import click
from rich.console import Console
from rich.table import Table

from wms.app import House
from wms.demo.people import PEOPLE
from wms.demo.shift import MOST_PICKERS, Plan, play
from wms.demo.site import WAREHOUSE, load_demo_site


def demo_commands(open_house: Callable[[], House]) -> click.Group:
    """The group `demo`; `open_house` is called only by commands that need the database of this installation."""

    @click.group("demo")
    def demo() -> None:
        """A warehouse of our own invention to try things in. Never load it where real work is done."""

    @demo.command()
    def load() -> None:
        """Load the demo warehouse: places, people, products, stock, notices, open orders. Twice changes nothing."""
        loaded = load_demo_site(open_house())
        said = "is loaded" if loaded.is_new else "was loaded already; nothing was changed"
        click.echo(f"The demo warehouse {WAREHOUSE.code} {said}.")

    @demo.command()
    def credentials() -> None:
        """List badges and PINs of the demo's people."""
        table = Table("badge", "PIN", "name", "role", "language")
        for person in PEOPLE:
            table.add_row(person.badge, person.pin, person.name, person.role, person.language)
        Console().print(table)

    @demo.command()
    @click.option("--pickers", type=click.IntRange(1, MOST_PICKERS), default=4, show_default=True)
    @click.option(
        "--orders", type=click.IntRange(0, 5_000), default=40, show_default=True, help="New orders that come in."
    )
    @click.option("--url", help="A running service with the demo loaded.  [default: a private one, thrown away after]")
    @click.option("--seed", type=int, default=1, show_default=True, help="The same seed, the same goods and mistakes.")
    def shift(pickers: int, orders: int, url: str | None, seed: int) -> None:
        """Play a working day through the HTTP API of the handhelds, mistakes included, and count what came of it.

        Receivers, pickers, packers and dispatchers work side by side; requests get lost and doubled; customs takes its
        time. Ends with status 1 where the stock audit finds a difference or work could not be finished.
        """
        raise SystemExit(0 if play(Plan(pickers, orders, url, seed), open_house) else 1)

    return demo
