"""`wms warehouse`, `wms merchant` and `wms import places`: what a real house consists of before the first scan.

Added to the command tree by `wms.cli`. Lies above all slices, because a new warehouse needs something from several: a
place in the world outside, number ranges for labels and loads.
"""

from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.catalogue.model import NewMerchant
from wms.catalogue.service import create_merchant
from wms.catalogue.tables import Merchant
from wms.containers.model import PALLET_PREFIX, TOTE_PREFIX, ContainerKind
from wms.containers.service import create_container
from wms.containers.tables import ContainerRow
from wms.database.import_command import Loaded, OnProgress, import_command
from wms.database.transaction import Database
from wms.kernel.errors import BadInput, Fault
from wms.places.lookup import places_of_kinds
from wms.places.model import VIRTUAL_KINDS, NewWarehouse, PlaceKind
from wms.places.place_import import COLUMNS, import_places
from wms.places.service import create_warehouse
from wms.places.tables import Warehouse
from wms.shipments.model import BoxType
from wms.shipments.numbers import default_ranges, set_up_number_ranges
from wms.shipments.service import add_box_type
from wms.shipments.tables import BoxTypeRow

OpenDatabase = Callable[[], Database]

MOST_AT_ONCE = 10_000
"""Totes or pallets in one go: more is a slip of the finger."""

NEEDED = tuple(
    kind for kind in PlaceKind if kind not in VIRTUAL_KINDS and kind not in (PlaceKind.DOCK, PlaceKind.RESERVE)
)
"""Kinds of places without which some workflow cannot go on."""

_PREFIXES = {ContainerKind.TOTE: TOTE_PREFIX, ContainerKind.PALLET: PALLET_PREFIX}

_MEANINGS = {
    "timezone": "Name of the time zone its documents are dated in.",
    "customs_regime": "`china` for a bonded warehouse, `none` for any other.",
    "agent_code": "Customs code of the declaring company.",
    "agent_name": "Name of the declaring company.",
    "area_code": "Customs code of the company that runs the bonded area.",
    "area_name": "Name of the company that runs the bonded area.",
    "account_book_no": "Number of the account book.",
    "customs_office": "Four digits of the customs office.",
    "logistics_code": "Customs code of the logistics company.",
    "logistics_name": "Name of the logistics company.",
    "address": "Where it is; printed as the sender.",
    "platform_code": "Customs code of the platform its orders come from.",
    "platform_name": "Name of that platform.",
    "company_code": "Customs code of the merchant.",
    "company_name": "Name of the merchant as registered with customs.",
    "payment_code": "Customs code of its payment company.",
    "payment_name": "Name of its payment company.",
}
"""One option for each, of whichever of the two has a field of that name."""

_warehouse_id = click.option("--warehouse", "warehouse_id", type=int, default=1, show_default=True, help="Its id.")


def warehouse_commands(open_database: OpenDatabase, company_prefix: Callable[[], str]) -> click.Group:
    """The group `warehouse`. `company_prefix` gives the GS1 company prefix that its SSCC numbers begin with."""

    @click.group("warehouse")
    def warehouse() -> None:
        """Set up a warehouse: itself, its totes and pallets, its boxes."""

    @warehouse.command()
    @click.argument("code")
    @click.argument("name")
    @_options_of(NewWarehouse)
    def add(code: str, name: str, **details: str) -> None:
        """Make the warehouse CODE, called NAME, with number ranges of its own for labels and loads."""

        def work(session: Session) -> int:
            made = create_warehouse(session, NewWarehouse(code, name, **details))
            set_up_number_ranges(session, made, default_ranges(made, company_prefix()))
            return made

        made = open_database().in_transaction(work)
        click.echo(f"Warehouse {code} has the id {made}. Next: wms import places FILE --warehouse {made}")

    @warehouse.command("list")
    def list_all() -> None:
        """Show the warehouses with their ids, and what kinds of places they still need before work can begin."""

        def look(session: Session) -> list[tuple[str, ...]]:
            rows = session.scalars(select(Warehouse).order_by(Warehouse.id)).all()
            return [
                (str(row.id), row.code, row.name, row.customs_regime, _kinds_missing(session, row.id)) for row in rows
            ]

        _table(("id", "code", "name", "customs", "places still missing"), open_database().reading(look))

    @warehouse.command()
    @click.argument("kind", type=click.Choice([kind.value for kind in _PREFIXES]))
    @click.argument("first", type=click.IntRange(1))
    @click.argument("last", type=click.IntRange(1))
    @_warehouse_id
    def containers(kind: str, first: int, last: int, warehouse_id: int) -> None:
        """Add totes or pallets numbered FIRST to LAST; those that are there stay as they are."""
        wanted = _numbered(ContainerKind(kind), first, last)

        def work(session: Session) -> int:
            _must_exist(session, warehouse_id)
            query = select(ContainerRow.code).where(
                ContainerRow.warehouse_id == warehouse_id, ContainerRow.kind == ContainerKind(kind)
            )
            there = set(session.scalars(query))
            missing = [code for code in wanted if code not in there]
            for code in missing:
                create_container(session, warehouse_id, code, ContainerKind(kind))
            return len(missing)

        added = open_database().in_transaction(work)
        click.echo(f"{added} added, {len(wanted) - added} were there. Their barcodes: /office/barcodes")

    @warehouse.command()
    @click.argument("code")
    @click.argument("length_mm", type=click.IntRange(1, 3000))
    @click.argument("width_mm", type=click.IntRange(1, 3000))
    @click.argument("height_mm", type=click.IntRange(1, 3000))
    @click.argument("tare_grams", type=click.IntRange(1, 30_000))
    @click.option("--most-grams", type=click.IntRange(0, 60_000), default=0, help="What it may hold; 0: not known.")
    @_warehouse_id
    def box(
        code: str,
        length_mm: int,
        width_mm: int,
        height_mm: int,
        tare_grams: int,
        most_grams: int,
        warehouse_id: int,
    ) -> None:
        """Add the box CODE: inner length, width and height in millimetres, its own weight in grams."""
        wanted = BoxType(code, length_mm, width_mm, height_mm, tare_grams, most_grams)

        def work(session: Session) -> None:
            _must_exist(session, warehouse_id)
            if session.get(BoxTypeRow, (warehouse_id, code)) is not None:
                raise BadInput([Fault("code", f"there is a box {code!r} already")])
            add_box_type(session, warehouse_id, wanted)

        open_database().in_transaction(work)
        click.echo(f"Packers choose it by scanning {wanted.barcode}; its barcode is at /office/barcodes")

    return warehouse


def merchant_commands(open_database: OpenDatabase) -> click.Group:
    """The group `merchant`."""

    @click.group("merchant")
    def merchant() -> None:
        """Set up the merchants whose goods are kept. How their customs documents go: wms customs merchant."""

    @merchant.command()
    @click.argument("code")
    @click.argument("name")
    @_options_of(NewMerchant)
    def add(code: str, name: str, **details: str) -> None:
        """Make the merchant CODE, called NAME; product and order files name it by its code."""
        open_database().in_transaction(lambda session: create_merchant(session, NewMerchant(code, name, **details)))
        click.echo(f"Merchant {code} is there. Next: wms import products FILE")

    @merchant.command("list")
    def list_all() -> None:
        """Show the merchants."""
        query = select(Merchant.code, Merchant.name, Merchant.platform_name, Merchant.payment_name)
        rows = open_database().reading(lambda session: session.execute(query.order_by(Merchant.code)).all())
        _table(("code", "name", "platform", "payment company"), rows)

    return merchant


def import_places_command(open_database: OpenDatabase) -> click.Command:
    """The command `places` of `wms import`."""
    summary = (
        "Load the places of a hall from FILE, a CSV file in UTF-8 whose first line names the columns.\n\n"
        "Rows with errors are listed and the others are loaded; the same file again changes nothing."
    )

    def load(database: Database, warehouse_id: int, lines: Iterable[bytes], _on_progress: OnProgress) -> Loaded:
        database.reading(lambda session: _must_exist(session, warehouse_id))
        report = import_places(database, warehouse_id, lines)
        counts = {name: getattr(report, name) for name in ("new", "changed", "unchanged", "refused")}
        return Loaded(counts, report.refused, report.faults)

    return import_command("places", summary, COLUMNS, open_database, load)


def _options_of(made: type[NewWarehouse] | type[NewMerchant]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """An option for every field of `made` but its code and name, which are arguments."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        for field in reversed([field for field in fields(made) if field.name not in ("code", "name")]):
            option = click.option(
                f"--{field.name.replace('_', '-')}",
                field.name,
                default=field.default,
                show_default=bool(field.default),
                help=_MEANINGS[field.name],
            )
            command = option(command)
        return command

    return decorate


def _numbered(kind: ContainerKind, first: int, last: int) -> list[str]:
    if last < first:
        raise BadInput([Fault("last", f"{last} lies before the first, {first}")])
    if last - first >= MOST_AT_ONCE:
        raise BadInput([Fault("last", f"{first} to {last} are more than {MOST_AT_ONCE} at once")])
    return [f"{_PREFIXES[kind]}{number}" for number in range(first, last + 1)]


def _kinds_missing(session: Session, warehouse_id: int) -> str:
    there = {place.kind for place in places_of_kinds(session, warehouse_id, NEEDED)}
    return ", ".join(kind.value for kind in NEEDED if kind not in there)


def _must_exist(session: Session, warehouse_id: int) -> None:
    if session.get(Warehouse, warehouse_id) is None:
        raise BadInput([Fault("--warehouse", f"there is no warehouse {warehouse_id}; wms warehouse list shows them")])


def _table(headings: tuple[str, ...], rows: Iterable[Iterable[Any]]) -> None:
    table = Table(*headings)
    for row in rows:
        # Names may hold brackets, which are no markup.
        table.add_row(*(str(cell).replace("[", r"\[") for cell in row))
    Console().print(table)
