"""Portraits of what lies in the building: a product, a place, a tote or pallet. Reads only. Called by `asking`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from wms.arrivals.lookup import open_notices_with_sku
from wms.barcodes.model import CodeKind
from wms.barcodes.portrait import Line, Portrait
from wms.catalogue.lookup import items_by_id, merchant_names
from wms.catalogue.model import Item, LotPolicy
from wms.catalogue.tables import Sku
from wms.containers.model import Container, ContainerUse
from wms.kernel.refusal import Detail
from wms.office.listing import Statement
from wms.office.look_up.looking import MOST_MOMENTS, MOST_PLACES, Looking, latest_first, moments_of
from wms.orders.lookup import order_by_id
from wms.places.lookup import places_by_id
from wms.places.model import Place
from wms.places.tables import PlaceRow
from wms.stock.contents import container_contents
from wms.stock.history import movements_of_container, movements_of_place, movements_of_sku
from wms.stock.holdings import positions


def portrait_of_item(looking: Looking, item: Item) -> Portrait:
    """A product: how many there are and how many are free, where, what is announced, its last movements."""
    facts_of = items_by_id(looking.session, [item.sku_id])[item.sku_id]
    merchants = merchant_names(looking.session)
    facts = [Line("merchant", {"name": merchants.get(item.merchant_id, "")})]
    facts += [Line("barcode", {"code": code}) for code in facts_of.barcodes]
    if item.pack_quantity > 1:
        facts.append(Line("pack", {"quantity": item.pack_quantity}))
    if item.lot_code:
        facts.append(Line("lot", {"lot": item.lot_code}))
    if item.expires_on:
        facts.append(Line("expires", {"date": item.expires_on}))
    if item.lot_policy is not LotPolicy.NONE:
        facts.append(Line("keeps_lots"))
    here = positions(looking.warehouse_id).where(Sku.id == item.sku_id)
    there = _totals(looking, here)
    counts: dict[str, Detail] = {"on_hand": there.on_hand, "held": there.held, "free": there.free}
    facts.append(Line("stock", counts, "" if there.on_hand else "look"))
    notices = open_notices_with_sku(looking.session, looking.warehouse_id, item.sku_id)
    waits = [Line("promised", {"count": there.held})] if there.held else []
    waits += [Line("in_work", {"count": there.in_work})] if there.in_work else []
    waits += [Line("announced", {"notice": notice.number}) for notice in notices[:MOST_PLACES]]
    movements = movements_of_sku(looking.session, looking.warehouse_id, item.sku_id, limit=MOST_MOMENTS)
    return Portrait(
        CodeKind.ITEM,
        item.sku_code,
        item.name,
        facts=tuple(facts),
        where=tuple(_lying(looking, here, by_place=True)),
        waits_for=tuple(waits),
        life=latest_first(moments_of(movements, looking.people())),
    )


def portrait_of_place(looking: Looking, place: Place) -> Portrait:
    """A place: what it is for, what lies there, what of it is promised, what came and went."""
    facts = [Line("place_kind", {"kind": place.kind})]
    if place.zone:
        facts.append(Line("zone", {"zone": place.zone}))
    here = positions(looking.warehouse_id).where(PlaceRow.id == place.id)
    held = _totals(looking, here).held
    movements = movements_of_place(looking.session, looking.warehouse_id, place.id, limit=MOST_MOMENTS)
    return Portrait(
        CodeKind.PLACE,
        place.code,
        facts=tuple(facts),
        where=tuple(_lying(looking, here, by_place=False)) or (Line("empty"),),
        waits_for=(Line("promised", {"count": held}),) if held else (),
        life=latest_first(moments_of(movements, looking.people())),
    )


def portrait_of_container(looking: Looking, container: Container) -> Portrait:
    """A tote or pallet: what it is used for, where it stands, what is in it, where it has been."""
    contents = container_contents(looking.session, looking.warehouse_id, container.id)
    skus = items_by_id(looking.session, [content.balance.key.sku_id for content in contents])
    places = places_by_id(looking.session, looking.warehouse_id, [each.balance.key.place_id for each in contents])
    where = [Line("stands", {"place": place.code}) for place in places.values()]
    for content in contents:
        details: dict[str, Detail] = {
            "quantity": content.balance.on_hand,
            "sku": skus[content.balance.key.sku_id].item.sku_code,
            "name": skus[content.balance.key.sku_id].name,
        }
        lot = content.lot_code
        where.append(Line("holds_lot", {**details, "lot": lot}) if lot else Line("holds", details))
    movements = movements_of_container(looking.session, looking.warehouse_id, container.id, limit=MOST_MOMENTS)
    return Portrait(
        CodeKind.CONTAINER,
        container.code,
        facts=(Line("container_kind", {"kind": container.kind}),),
        where=tuple(where) or (Line("empty"),),
        waits_for=tuple(_use(looking, container)),
        life=latest_first(moments_of(movements, looking.people())),
    )


def _use(looking: Looking, container: Container) -> Iterator[Line]:
    if container.use is not ContainerUse.EMPTY:
        yield Line(f"use_{container.use}")
    if container.subject is None:
        return
    order = order_by_id(looking.session, looking.warehouse_id, container.subject)
    if order is not None:
        yield Line("for_order", {"order": order.number})


@dataclass(frozen=True, slots=True)
class _Totals:
    on_hand: int
    held: int
    free: int
    in_work: int
    """In totes of orders."""


def _totals(looking: Looking, here: Statement) -> _Totals:
    lying = here.order_by(None).subquery()
    sums = (func.coalesce(func.sum(lying.c[name]), 0) for name in ("on_hand", "held", "free", "in_work"))
    return _Totals(*(int(total) for total in looking.session.execute(select(*sums)).one()))


def _lying(looking: Looking, here: Statement, *, by_place: bool) -> Iterator[Line]:
    """What lies where: by place for a product, by product for a place."""
    rows: list[Any] = list(looking.session.execute(here.limit(MOST_PLACES + 1)))
    for row in rows[:MOST_PLACES]:
        details: dict[str, Detail] = {
            "quantity": row.on_hand, "free": row.free, "sku": row.sku_code, "name": row.sku_name,
            "place": f"{row.place_code} / {row.container_code}" if row.container_code else row.place_code,
        }  # fmt: skip
        code = "lies_at" if by_place else "holds"
        whose = "_in_work" if row.in_work and by_place else ""
        if row.lot_code:
            yield Line(f"{code}_lot{whose}", {**details, "lot": row.lot_code})
        else:
            yield Line(f"{code}{whose}", details)
    if len(rows) > MOST_PLACES:
        yield Line("and_more")
