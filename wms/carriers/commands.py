"""`wms carriers …`: accounts, rules, prices, and the simulated carrier. Added to the command line by `wms.cli`."""

import threading
from collections.abc import Callable
from typing import Any, BinaryIO

import click

from wms.access.model import command_line
from wms.carriers.accounts import NewAccount, accounts, rules_of, set_account, set_rules
from wms.carriers.files import PRICE_COLUMNS, RULE_COLUMNS, ZONE_COLUMNS, read_prices, read_rules, read_zones
from wms.carriers.model import CarrierKind
from wms.carriers.price_list import prices_of, set_prices, set_zones, zones_of
from wms.carriers.simulator.courier import JOURNEY, push, travel
from wms.carriers.simulator.faults import Faults
from wms.carriers.simulator.platform import Platform
from wms.carriers.simulator.registry import Registry
from wms.carriers.simulator.rest import JOURNEY as REST_JOURNEY
from wms.carriers.simulator.rest import PREFIX as REST_PREFIX
from wms.carriers.simulator.rest import ROOT as REST_ROOT
from wms.carriers.simulator.rest import RestPlatform, pushed
from wms.carriers.simulator.serving import serve
from wms.config import Settings
from wms.database.transaction import Database
from wms.kernel.clock import Clock
from wms.kernel.errors import BadInput, Fault

OpenDatabase = Callable[[], Database]

SIMULATED_PARTNER = "SIMULATED"
SIMULATED_CHECKWORD = "simulated-checkword"
"""Known to everybody: it opens nothing but the simulator."""

_warehouse = click.option("--warehouse", "warehouse_id", type=int, default=1, show_default=True, help="Id.")

_SHARES = {
    "timeout_after": "booked, and then silence",
    "timeout_before": "silence, and nothing booked",
    "bad_gateway": "502 with a page of HTML; half of them booked",
    "truncated": "answers that break off",
    "garbage": "answers that are no JSON",
    "busy": "too many requests",
    "skewed": "a clock that is off: time stamps refused",
    "by_hand": "addresses an officer looks at",
    "not_served": "addresses that are not served",
    "half_booked": "shipments of several pieces of which only the first half is booked",
    "push_doubled": "pushed messages that come twice",
    "push_reordered": "pushed messages in another order",
    "push_forged": "pushed messages with a wrong signature",
}


def carrier_commands(
    open_database: OpenDatabase,
    read_settings: Callable[[], Settings],
    clock: Clock,
    stop_on_signals: Callable[[], threading.Event],
) -> click.Group:
    """The group; the database is opened only once the arguments are right."""

    @click.group("carriers", short_help="Accounts, rules and prices of carriers; a simulated one.")
    def carriers() -> None:
        """Which carriers there are, and which one takes a parcel."""

    carriers.add_command(_account_command(open_database, clock))
    carriers.add_command(_rules_command(open_database, clock))
    carriers.add_command(_zones_command(open_database, clock))
    carriers.add_command(_prices_command(open_database, clock))
    carriers.add_command(_simulator_command(read_settings, clock, stop_on_signals))
    carriers.add_command(_travel_command(read_settings, clock))
    return carriers


def _account_command(open_database: OpenDatabase, clock: Clock) -> click.Command:
    @click.command("account")
    @click.argument("code", required=False)
    @click.option("--kind", type=click.Choice([kind.value for kind in CarrierKind]), help="Which adapter speaks.")
    @click.option("--name", help="What it is called on pages.")
    @click.option("--name-zh", default="", help="The same in Chinese.")
    @click.option("--company-code", default="", help="The carrier's registration with customs.")
    @click.option("--company-name", default="", help="The name it is registered under.")
    @click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A setting of the adapter.")
    @click.option("--secret-file", type=click.File("r"), help="Holds the checkword or shared secret.")
    @click.option("--off", is_flag=True, help="Keep it, and give it no more parcels.")
    @_warehouse
    def account(code: str | None, warehouse_id: int, **given: Any) -> None:
        """Add or change the account CODE; without CODE, list all accounts.

        Settings are replaced as a whole; without --secret-file the secret stays what it is.
        """
        database = open_database()
        if code is None:
            for each in database.reading(lambda session: accounts(session, warehouse_id)):
                click.echo(f"{each.code}  {each.kind}  {each.name}{'' if each.is_enabled else '  (off)'}")
            return
        if given["kind"] is None or given["name"] is None:
            raise BadInput([Fault("account", "needs --kind and --name")])
        pairs = tuple((left, right) for left, _, right in (text.partition("=") for text in given["settings"]))
        secret = given["secret_file"].read().strip() if given["secret_file"] else ""
        wanted = NewAccount(
            code,
            CarrierKind(given["kind"]),
            given["name"],
            given["name_zh"],
            given["company_code"],
            given["company_name"],
            is_enabled=not given["off"],
            settings=pairs,
            secret=secret,
        )
        by, now = command_line(warehouse_id), clock.now()
        database.in_transaction(lambda session: set_account(session, by, wanted, now=now))
        click.echo(f"{code} is {'off' if given['off'] else 'on'}.")

    return account


def _rules_command(open_database: OpenDatabase, clock: Clock) -> click.Command:
    @click.command("rules")
    @click.argument("file", type=click.File("rb"), required=False)
    @_warehouse
    def rules(file: BinaryIO | None, warehouse_id: int) -> None:
        """Replace the rules by those in the CSV FILE; without it, show them."""
        database = open_database()
        if file is not None:
            wanted, by, now = read_rules(file), command_line(warehouse_id), clock.now()
            database.in_transaction(lambda session: set_rules(session, by, wanted, now=now))
        click.echo(",".join(RULE_COLUMNS))
        for rule in database.reading(lambda session: rules_of(session, warehouse_id)):
            cells = (
                rule.rank, rule.account, rule.merchant, " ".join(rule.countries), " ".join(rule.districts),
                rule.from_grams, rule.to_grams, rule.longest_mm, rule.middle_mm, rule.shortest_mm,
                rule.girth_mm, rule.priority_to, rule.service,
                rule.before.strftime("%H:%M") if rule.before else "", rule.patience_seconds,
            )  # fmt: skip
            click.echo(",".join("" if cell is None else str(cell) for cell in cells))

    return rules


def _zones_command(open_database: OpenDatabase, clock: Clock) -> click.Command:
    @click.command("zones")
    @click.argument("file", type=click.File("rb"), required=False)
    @_warehouse
    def zones(file: BinaryIO | None, warehouse_id: int) -> None:
        """Replace the zones of the price list by those in the CSV FILE; without it, show them."""
        database = open_database()
        if file is not None:
            wanted, by, now = read_zones(file), command_line(warehouse_id), clock.now()
            database.in_transaction(lambda session: set_zones(session, by, wanted, now=now))
        click.echo(",".join(ZONE_COLUMNS))
        for zone in database.reading(lambda session: zones_of(session, warehouse_id)):
            click.echo(f"{zone.account},{zone.name},{zone.country},{' '.join(zone.districts)}")

    return zones


def _prices_command(open_database: OpenDatabase, clock: Clock) -> click.Command:
    @click.command("prices")
    @click.argument("file", type=click.File("rb"), required=False)
    @_warehouse
    def prices(file: BinaryIO | None, warehouse_id: int) -> None:
        """Replace the price list by that in the CSV FILE; without it, show it."""
        database = open_database()
        if file is not None:
            wanted, by, now = read_prices(file), command_line(warehouse_id), clock.now()
            database.in_transaction(lambda session: set_prices(session, by, wanted, now=now))
        click.echo(",".join(PRICE_COLUMNS))
        for price in database.reading(lambda session: prices_of(session, warehouse_id)):
            place = ("", price.zone) if price.is_of_country else (price.zone, "")
            more = (price.step_grams, price.step_price.as_decimal()) if price.step_price else ("", "")
            cells = (
                price.account, price.merchant, price.service, *place, price.up_to_grams, price.price.as_decimal(),
                price.price.currency, *more,
            )  # fmt: skip
            click.echo(",".join(map(str, cells)))

    return prices


def _simulator_command(
    read_settings: Callable[[], Settings], clock: Clock, stop_on_signals: Callable[[], threading.Event]
) -> click.Command:
    @click.command("simulator", short_help="Be a carrier, for development and training.")
    @click.option("--host", default="127.0.0.1", show_default=True)
    @click.option("--speaks", type=click.Choice(["sf", "rest"]), default="sf", show_default=True, help="Which dialect.")
    @click.option("--port", type=click.IntRange(0, 65535), default=8095, show_default=True, help="0 takes a free one.")
    @click.option("--seed", type=int, default=1, show_default=True, help="Chance: the same, the same day.")
    @click.option("--latency-ms", type=click.IntRange(0), default=0, show_default=True, help="The median.")
    @click.option("--checkword", default=SIMULATED_CHECKWORD, show_default=True)
    def simulator(host: str, speaks: str, port: int, seed: int, latency_ms: int, checkword: str, **shares: Any) -> None:
        """Be a carrier that speaks SF's open platform, or plain JSON, with everything that goes wrong with real ones.

        Shares are in thousandths of the requests: --timeout-after 200 stays silent after every fifth booking.
        """
        stop = stop_on_signals()
        faults = Faults(seed=seed, latency_ms=latency_ms, **shares)
        is_rest = speaks == "rest"
        registry = _registry(read_settings(), is_rest)
        door = (
            RestPlatform(registry, clock, checkword, faults)
            if is_rest
            else Platform(registry, clock, SIMULATED_PARTNER, checkword, faults)
        )
        root = REST_ROOT if is_rest else ""
        serve(door, host, port, stop, ready=lambda address: click.echo(f"Serving {address}{root}"))

    for name, what in _SHARES.items():
        option = click.option(
            f"--{name.replace('_', '-')}", type=click.IntRange(0, 1000), default=0, metavar="N", help=f"{what}."
        )
        option(simulator)
    return simulator


def _travel_command(read_settings: Callable[[], Settings], clock: Clock) -> click.Command:
    @click.command("travel")
    @click.argument("waybill")
    @click.option("--steps", type=click.IntRange(1, len(REST_JOURNEY)), default=1, show_default=True)
    @click.option(
        "--push", "url", help="Tell this address, such as http://127.0.0.1:8080/api/v1/carriers/HZ1/SF/events."
    )
    @click.option("--checkword", default=SIMULATED_CHECKWORD, show_default=True)
    def travel_(waybill: str, steps: int, url: str | None, checkword: str) -> None:
        """Let a parcel of the simulated carrier travel on."""
        is_rest = waybill.startswith(REST_PREFIX)
        registry = _registry(read_settings(), is_rest)
        try:
            if registry.order_of(waybill) is None:
                raise BadInput([Fault("waybill", f"the simulated carrier knows no {waybill}")])
            journey, written = (REST_JOURNEY, pushed) if is_rest else (JOURNEY, None)
            happened = travel(registry, clock, waybill, steps, journey=journey)
            for route in happened:
                click.echo(f"{route.at}  {route.op_code}  {route.place}  {route.remark}")
            if url:
                answers = push(url, happened, checkword, clock, Faults(), written=written)
                click.echo(f"Told {url}: {', '.join(map(str, answers))}")
        finally:
            registry.close()

    return travel_


def _registry(settings: Settings, is_rest: bool) -> Registry:
    """What the simulated carrier knows; each dialect's is a carrier of its own."""
    folder = settings.data_dir / "simulated-carrier"
    return Registry(folder / "rest.sqlite", REST_PREFIX) if is_rest else Registry(folder / "carrier.sqlite")
