"""`wms stock` and `wms movements`: what lay where at any past second, and how it came there. Added in `wms.cli`."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.catalogue.lookup import items_by_id
from wms.catalogue.tables import Sku
from wms.containers.tables import ContainerRow
from wms.database.transaction import Database
from wms.kernel.clock import SystemClock
from wms.kernel.errors import BadInput, Fault
from wms.places.lookup import place_by_code, places_by_id
from wms.places.tables import Warehouse
from wms.stock.history import (
    LONGEST_PAGE,
    PAGE,
    Movement,
    PastStock,
    movements_of_container,
    movements_of_place,
    movements_of_sku,
    stock_at,
)
from wms.stock.service import lots_by_id

OpenDatabase = Callable[[], Database]

IDS_PER_QUERY = 1_000


def stock_commands(open_database: OpenDatabase) -> tuple[click.Command, click.Command]:
    """Both commands; `open_database` is called only once the arguments are right."""
    warehouse = click.option("--warehouse", default=None, help="Code of the warehouse; needed where there are several.")
    sku = click.option("--sku", help="Only this SKU, by its code.")
    place = click.option("--place", help="Only this place, by its code.")

    @click.command("stock")
    @click.option(
        "--at",
        "moment",
        help="A past moment such as 2026-11-05T10:00:00+08:00; with a zone.  [default: now]",
    )
    @sku
    @place
    @warehouse
    def stock(moment: str | None, sku: str | None, place: str | None, warehouse: str | None) -> None:
        """Show what lay where, now or at any past second, added up from the journal."""
        at = _moment(moment)

        def look(session: Session) -> list[tuple[str, ...]]:
            warehouse_id = _warehouse(session, warehouse)
            sku_ids = [_sku(session, sku)] if sku else None
            place_id = _place(session, warehouse_id, place) if place else None
            return _stock_rows(
                session, warehouse_id, stock_at(session, warehouse_id, at, sku_ids=sku_ids, place_id=place_id)
            )

        rows = open_database().reading(look)
        _print(f"Stock at {at.isoformat(timespec='seconds')}", ("place", "in", "SKU", "name", "lot", "units"), rows)

    @click.command("movements")
    @sku
    @place
    @click.option("--container", help="Only this tote, pallet or parcel, by its code or tracking number.")
    @click.option("--limit", default=PAGE, show_default=True, type=click.IntRange(1, LONGEST_PAGE))
    @warehouse
    def movements(sku: str | None, place: str | None, container: str | None, limit: int, warehouse: str | None) -> None:
        """Show every transfer of one SKU, one place or one container, newest first."""
        if sum(given is not None for given in (sku, place, container)) != 1:
            raise click.UsageError("name one of --sku, --place and --container")

        def look(session: Session) -> list[Movement]:
            warehouse_id = _warehouse(session, warehouse)
            if sku:
                return movements_of_sku(session, warehouse_id, _sku(session, sku), limit=limit)
            if place:
                return movements_of_place(session, warehouse_id, _place(session, warehouse_id, place), limit=limit)
            container_id = _container(session, warehouse_id, container or "")
            return movements_of_container(session, warehouse_id, container_id, limit=limit)

        rows = [_movement_row(movement) for movement in open_database().reading(look)]
        _print("Movements, newest first", ("at", "why", "SKU", "lot", "units", "from", "to"), rows)

    return stock, movements


def _moment(text: str | None) -> datetime:
    if text is None:
        return SystemClock().now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise click.BadParameter(
            f"{text!r} is not a moment with a zone such as 2026-11-05T10:00:00+08:00", param_hint="--at"
        )
    return moment


def _warehouse(session: Session, code: str | None) -> int:
    known = {row.code: row.id for row in session.execute(select(Warehouse.code, Warehouse.id))}
    if code is None and len(known) == 1:
        return int(next(iter(known.values())))
    if code is None or code not in known:
        listed = ", ".join(sorted(known)) or "none"
        raise BadInput([Fault("--warehouse", f"name one of the warehouses; known: {listed}")])
    return int(known[code])


def _sku(session: Session, code: str) -> int:
    sku_id = session.execute(select(Sku.id).where(Sku.code == code.upper())).scalar_one_or_none()
    if sku_id is None:
        raise BadInput([Fault("--sku", f"there is no SKU {code}")])
    return sku_id


def _place(session: Session, warehouse_id: int, code: str) -> int:
    place = place_by_code(session, warehouse_id, code.upper())
    if place is None:
        raise BadInput([Fault("--place", f"there is no place {code}")])
    return place.id


def _container(session: Session, warehouse_id: int, code: str) -> UUID:
    container_id = session.execute(
        select(ContainerRow.id).where(ContainerRow.warehouse_id == warehouse_id, ContainerRow.code == code.upper())
    ).scalar_one_or_none()
    if container_id is None:
        raise BadInput([Fault("--container", f"there is no tote, pallet or parcel {code}")])
    return container_id


def _stock_rows(session: Session, warehouse_id: int, stock: list[PastStock]) -> list[tuple[str, ...]]:
    """Keys as people read them, in walking order. Names are looked up in portions: a query has room for so many ids."""
    rows: list[tuple[tuple[int, str], tuple[str, ...]]] = []
    for start in range(0, len(stock), IDS_PER_QUERY):
        rows += _portion(session, warehouse_id, stock[start : start + IDS_PER_QUERY])
    return [row for _, row in sorted(rows)]


def _portion(
    session: Session, warehouse_id: int, stock: list[PastStock]
) -> list[tuple[tuple[int, str], tuple[str, ...]]]:
    keys = [entry.key for entry in stock]
    items = items_by_id(session, [key.sku_id for key in keys])
    places = places_by_id(session, warehouse_id, [key.place_id for key in keys])
    lots = lots_by_id(session, warehouse_id, [key.lot_id for key in keys])
    of_container = select(ContainerRow.id, ContainerRow.code).where(
        ContainerRow.warehouse_id == warehouse_id, ContainerRow.id.in_([key.container_id for key in keys])
    )
    containers = {row.id: row.code for row in session.execute(of_container)}
    return [
        (
            (places[key.place_id].walk_order, places[key.place_id].code),
            (
                places[key.place_id].code,
                containers.get(key.container_id, ""),
                items[key.sku_id].sku_code,
                items[key.sku_id].name,
                lots[key.lot_id].code if key.lot_id in lots else "",
                str(entry.on_hand),
            ),
        )
        for key, entry in zip(keys, stock, strict=True)
    ]


def _movement_row(movement: Movement) -> tuple[str, ...]:
    def where(place: str, container: str) -> str:
        return f"{place}/{container}" if container else place

    return (
        movement.at.isoformat(sep=" ", timespec="seconds"),
        movement.reason.replace("_", " "),
        movement.sku_code,
        movement.lot_code,
        str(movement.quantity),
        where(movement.from_place, movement.from_container),
        where(movement.to_place, movement.to_container),
    )


def _print(title: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    table = Table(*columns, title=title)
    for row in rows:
        table.add_row(*row)
    console = Console()
    console.print(table if rows else f"{title}: nothing.")
