"""The command line, `wms …`: serve, migrate, import, audit, and the demo.

What goes wrong in a foreseen way is said in sentences on standard error and ends with status 1; wrong arguments end
with 2. Commands of a slice live in its `commands` room; here they are put together with the settings and the database.
"""

import logging
import socket
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import click
import flask_migrate
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import Flask
from rich.console import Console
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from wms.access.commands import people_commands, token_commands
from wms.app import MIGRATIONS, House, create_app, house_of
from wms.arrivals.commands import import_notices_command
from wms.carriers.commands import carrier_commands
from wms.catalogue.commands import import_products_command
from wms.config import Settings, settings_from_environment
from wms.customs.books.commands import book_commands
from wms.customs.checks.commands import rule_commands
from wms.customs.commands import customs_commands
from wms.customs.parties.commands import party_commands
from wms.customs.signing.commands import signer_command
from wms.customs.signing.throwaway import make_throwaway_key
from wms.customs.simulator.commands import is_simulated, simulator_command
from wms.database.commands import keys_commands
from wms.database.transaction import Database
from wms.demo.commands import demo_commands
from wms.demo.people import one_of_each
from wms.demo.site import demo_warehouse, load_demo_site
from wms.house_commands import import_places_command, merchant_commands, warehouse_commands
from wms.kernel.clock import SystemClock
from wms.kernel.errors import BadInput, Busy, WmsError
from wms.kernel.log_guard import guard_logs
from wms.labels.commands import label_commands
from wms.office.evidence.commands import evidence_command
from wms.orders.commands import import_orders_command
from wms.packaging.commands import import_materials_command, import_rules_command
from wms.places.lookup import is_bench, places_of_kinds
from wms.places.model import PlaceKind
from wms.places.tables import Warehouse
from wms.serving.lifeline import follow_keeper
from wms.serving.simulated_bench import SimulatedBench
from wms.serving.stop import stop_on_signals
from wms.serving.tree import Broken, Part, Tree
from wms.serving.web import answers, listen, serve
from wms.serving.work import WorkerFailed, run_worker
from wms.stock.audit import audit
from wms.stock.commands import stock_commands

log = logging.getLogger(__name__)


class Sentences(click.Group):
    """A group of commands whose foreseen errors become sentences and status 1 instead of tracebacks."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BadInput as bad:
            for fault in bad.faults:
                click.echo(f"{fault.where}: {fault.what}", err=True)
            click.echo("Nothing was changed.", err=True)
        except Busy as busy:
            click.echo(f"The database is busy: {busy}. Nothing was changed; try again.", err=True)
        except (WmsError, Broken, WorkerFailed, CommandError) as error:
            click.echo(_sentence(str(error)), err=True)
        except OperationalError as error:
            click.echo(f"The database cannot be used: {error.orig}", err=True)
            click.echo("Check WMS_DATABASE_URL and that the database runs; `wms migrate` makes the tables.", err=True)
        except DBAPIError as error:
            log.debug("database error", exc_info=True)
            click.echo(f"The database refused: {error.orig}", err=True)
        return ctx.exit(1)


@click.group(
    cls=Sentences,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Settings come from variables WMS_…, among them WMS_DATA_DIR (default: var), WMS_DATABASE_URL (default: an "
    "SQLite file in the data folder), WMS_HOST, WMS_PORT.",
)
@click.version_option(package_name="wms", prog_name="wms")
def cli() -> None:
    """Warehouse management for bonded e-commerce: every step a scan, every parcel behind the customs gate.

    One machine needs one command, `wms run`. On several, start `wms web` and `wms worker` where you want them.
    """
    guard_logs()
    logging.basicConfig(
        level=logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    # Every request of every handheld on the console would bury the one line that matters.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)


def _follow(_context: click.Context, _parameter: click.Parameter, is_kept: bool) -> None:
    if is_kept:
        follow_keeper()


kept = click.option(
    "--kept",
    is_flag=True,
    hidden=True,
    expose_value=False,
    callback=_follow,
    help="Started by another process that holds our standard input open: end when it is gone.",
)

# --- serving ---------------------------------------------------------------------------------------------------------


@cli.command(short_help="Serve everything on this machine until Ctrl-C.")
@click.option("--host", help="Address to listen on; 0.0.0.0 lets handhelds in.  [default: WMS_HOST or 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.  [default: WMS_PORT or 8080]")
@kept
def run(host: str | None, port: int | None) -> None:
    """Serve everything on this machine: web server and workers, until Ctrl-C.

    Makes or updates the database first. An empty one is filled with the demo warehouse, so that one can scan at once.
    """
    settings = settings_from_environment()
    host, port = host or settings.host, port or settings.port
    stop = stop_on_signals()
    console = Console()
    with listen(host, port) as listener:
        has_demo, bench = _prepare(settings, console)
        tree = Tree(_parts(settings, listener), say=lambda what: click.echo(_sentence(what), err=True))
        try:
            tree.start()
            _wait_until_ready(tree, listener, stop)
            if bench is not None and not stop.is_set():
                tree.add(bench.parts(_url_from_here(listener)))
            if not stop.is_set():
                _greet(console, settings, listener, bench, has_demo=has_demo)
            tree.keep(stop)
        finally:
            # A second Ctrl-C changes nothing: stopping is bounded in time.
            console.print("Stopping …")
            tree.stop()
    console.print("Stopped. The data is kept.")


@cli.command(short_help="Serve pages and APIs with one process.")
@click.option("--host", help="Address to listen on.  [default: WMS_HOST or 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.  [default: WMS_PORT or 8080]")
@click.option("--listener", "descriptor", type=int, hidden=True, help="A listening socket that was inherited.")
@kept
def web(host: str | None, port: int | None, descriptor: int | None) -> None:
    """Serve pages and APIs with one process; `wms worker` does what is done in the background."""
    settings = settings_from_environment()
    app = _migrated_app(settings)
    stop = stop_on_signals()
    if descriptor is not None:
        serve(app, socket.socket(fileno=descriptor), settings.web_threads, stop)
        return
    with listen(host or settings.host, port or settings.port) as listener:
        click.echo(f"Serving {_url(listener)}")
        serve(app, listener, settings.web_threads, stop)


@cli.command(short_help="Do what is done in the background.")
@kept
def worker() -> None:
    """Do what is done in the background: customs, labels, promising stock to orders. Any number may run at once."""
    house = house_of(_migrated_app(settings_from_environment()))
    run_worker(house, stop_on_signals())


@cli.command(short_help="Bring the database to this version.")
def migrate() -> None:
    """Make the tables of the database, or bring them to this version."""
    settings = settings_from_environment()
    _migrate(_app(settings))
    click.echo("The database is up to date.")


# --- data ------------------------------------------------------------------------------------------------------------


@cli.group("import", short_help="Load products, orders or notices from CSV.")
def import_() -> None:
    """Load products, orders or advance notices from CSV files."""


@cli.command("audit", short_help="Check all stock against the journal.")
@click.option("--warehouse", "warehouse_code", help="Code of the warehouse, e.g. HZ1.  [default: all]")
def audit_(warehouse_code: str | None) -> None:
    """Recompute all stock from the journal and list what differs. It repairs nothing; status 1 where something does."""
    house = _house()
    warehouses = house.database.reading(_warehouses)
    if warehouse_code is not None:
        if warehouse_code not in warehouses:
            known = ", ".join(sorted(warehouses)) or "none"
            what = f"there is no warehouse {warehouse_code}; known: {known}"
            raise click.BadParameter(what, param_hint="--warehouse")
        warehouses = {warehouse_code: warehouses[warehouse_code]}
    differing = 0
    for code, warehouse_id in sorted(warehouses.items()):
        report = house.database.reading(partial(audit, warehouse_id=warehouse_id))
        click.echo(
            f"{code}: {report.transfers} transfers, {report.balances} balances, {report.holds} holds; "
            f"{len(report.differences)} differences"
        )
        for difference in report.differences:
            click.echo(f"  {difference}")
        differing += len(report.differences)
    if not warehouses:
        click.echo("There is no warehouse in this database.")
    if differing:
        sys.exit(1)


def _warehouses(session: Session) -> dict[str, int]:
    return {row.code: row.id for row in session.execute(select(Warehouse.code, Warehouse.id))}


# --- shared ----------------------------------------------------------------------------------------------------------


def _app(settings: Settings) -> Flask:
    if settings.on_sqlite:
        Path(settings.database_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    return create_app(settings)


def _migrate(app: Flask) -> None:
    with app.app_context():
        flask_migrate.upgrade(directory=MIGRATIONS)


class NotMigrated(WmsError):
    """The database has other tables than this version needs."""


def _migrated_app(settings: Settings) -> Flask:
    """The application over a database that fits. Raises NotMigrated: the first scan would be the worse moment."""
    app = _app(settings)
    wanted = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    with house_of(app).database.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    if present != wanted:
        raise NotMigrated(
            f"the database is at revision {present or 'none'} and this version needs {wanted}; call `wms migrate`"
        )
    return app


def _house() -> House:
    return house_of(_migrated_app(settings_from_environment()))


def _open_database() -> Database:
    return _house().database


def _prepare(settings: Settings, console: Console) -> tuple[bool, SimulatedBench | None]:
    """Bring the database up to date and fill an empty one; whether the demo is in it, and its simulated bench.

    Nothing of it stays open.
    """
    app = _app(settings)
    _migrate(app)
    if is_simulated(settings) and settings.customs_signer == "software":
        # The simulated port believes any key; a real one is never made here.
        make_throwaway_key(settings.signing_key_file)
    house = house_of(app)
    try:
        if not house.database.reading(_warehouses):
            console.print("The database is empty: loading the demo warehouse …")
            load_demo_site(house)
        warehouse_id = house.database.reading(demo_warehouse)
        return warehouse_id is not None, _simulated_bench(settings, house, warehouse_id)
    finally:
        house.database.engine.dispose()


def _simulated_bench(settings: Settings, house: House, warehouse_id: int | None) -> SimulatedBench | None:
    """The last bench of the demo warehouse; those before it are packed at with handhelds alone."""
    if warehouse_id is None or settings.simulated_bench == "off":
        return None
    places = house.database.reading(lambda session: places_of_kinds(session, warehouse_id, [PlaceKind.BENCH]))
    if not places:
        return None
    bench = SimulatedBench(max(place.code for place in places), settings.bench_folder)
    bench.give_token(house.database, house.doorman, house.clock, warehouse_id)
    return bench


def _parts(settings: Settings, listener: socket.socket) -> list[Part]:
    ourselves = (sys.executable, "-m", "wms.cli")
    serving = (*ourselves, "web", "--kept", "--listener", str(listener.fileno()))
    web_parts = [
        Part(f"web server {number}", serving, (listener.fileno(),)) for number in range(1, settings.processes + 1)
    ]
    parts = [*web_parts, Part("worker", (*ourselves, "worker", "--kept"))]
    if is_simulated(settings):
        parts.append(Part("simulated electronic port", (*ourselves, "customs", "simulator", "--kept")))
    return parts


def _wait_until_ready(tree: Tree, listener: socket.socket, stop: threading.Event) -> None:
    """Until the web server answers. Raises Broken where it never will."""
    while not stop.wait(0.05) and not answers(listener):
        tree.look()


def _greet(
    console: Console,
    settings: Settings,
    listener: socket.socket,
    bench: SimulatedBench | None,
    *,
    has_demo: bool,
) -> None:
    people = Table("badge", "PIN", "name", "role", "language", title="Demo badges (wms demo credentials lists all)")
    for person in one_of_each():
        people.add_row(person.badge, person.pin, person.name, person.role, person.language)
    if has_demo:
        console.print(people)
    console.print(f"Handheld      {_url(listener)}/", highlight=False, soft_wrap=True)
    console.print(f"Supervisor    {_url(listener)}/office", highlight=False, soft_wrap=True)
    if bench is not None:
        page = f"{_url(listener)}/bench?bench={bench.bench}"
        console.print(f"Packing bench {page}", highlight=False, soft_wrap=True)
        console.print(f"  its scale   write grams into {bench.scale_file}", highlight=False, soft_wrap=True)
        console.print(f"  its scanner append codes to {bench.scanner_file}", highlight=False, soft_wrap=True)
        console.print(f"  its labels  printed into {bench.printed_folder}", highlight=False, soft_wrap=True)
    console.print(f"Labels        printed into {settings.label_dir}", highlight=False, soft_wrap=True)
    if is_simulated(settings):
        console.print(f"Customs       simulated, over {settings.customs_folder}", highlight=False, soft_wrap=True)
    console.print(f"Data          {settings.data_dir}", highlight=False, soft_wrap=True)
    console.print("Ctrl-C stops it.")
    sys.stdout.flush()


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _url_from_here(listener: socket.socket) -> str:
    """Where a program on this machine reaches the service: no address to listen on is one to call."""
    host, port = listener.getsockname()[:2]
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  (compared, not listened on)
    return f"http://{f'[{here}]' if ':' in here else here}:{port}"


def _sentence(text: str) -> str:
    """With a capital and a full stop."""
    ended = text if text.endswith((".", "!", "?")) else f"{text}."
    return ended[:1].upper() + ended[1:]


cli.add_command(warehouse_commands(_open_database, lambda: settings_from_environment().gs1_company_prefix))
cli.add_command(merchant_commands(_open_database))
import_.add_command(import_places_command(_open_database))
import_.add_command(import_products_command(_open_database))
import_.add_command(import_materials_command(_open_database))
import_.add_command(import_rules_command(_open_database))
import_.add_command(import_orders_command(_open_database, SystemClock()))
import_.add_command(import_notices_command(_open_database, SystemClock()))
cli.add_command(people_commands(_open_database, SystemClock()))
cli.add_command(token_commands(_open_database, SystemClock(), is_bench))
cli.add_command(keys_commands(_open_database, lambda: settings_from_environment().personal_data_key_file))
for stock_command in stock_commands(_open_database):
    cli.add_command(stock_command)
customs = customs_commands(_house)
for party_command in party_commands(_open_database, SystemClock()):
    customs.add_command(party_command)
customs.add_command(book_commands(_open_database, SystemClock()))
customs.add_command(rule_commands(_open_database, SystemClock()))
customs.add_command(evidence_command(_house))
customs.add_command(signer_command(settings_from_environment, SystemClock(), stop_on_signals))
customs.add_command(kept(simulator_command(settings_from_environment, SystemClock(), stop_on_signals)))
cli.add_command(customs)
cli.add_command(carrier_commands(_open_database, settings_from_environment, SystemClock(), stop_on_signals))
cli.add_command(label_commands())
cli.add_command(demo_commands(_house))


def main() -> NoReturn:
    """The entry point of setup.cfg."""
    sys.exit(cli.main(prog_name="wms"))


if __name__ == "__main__":
    main()
