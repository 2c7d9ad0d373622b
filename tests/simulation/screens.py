"""What a person reads off a handheld, and what his hands do with the code he scans at that screen.

`deed_of` is the whole physics of the floor: no other place says which goods a scan moves. It depends on the screen, the
code and the world alone, so a mistake moves goods exactly as the right scan does, if the service accepts it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scanner_ui.words import words
from tests.simulation.hands import CUSTOMER, NOTHING, Deed, Goods, ParcelMove, Units, World
from tests.support.floor import CASE_OF_RED, SKUS, case_of_red, gtin_of

BENCH = "BENCH-1"

PACKS: dict[str, tuple[str, int]] = {gtin_of(sku): (sku, 1) for sku, _ in SKUS} | {case_of_red(): ("RED", CASE_OF_RED)}
"""SKU and units of every barcode on goods."""

LOT, CONTAINER, BOX, WEIGHT = (words("en").fact(name) for name in ("lot", "container", "box", "weight"))
"""The labels of what people look for beside the goods."""

_MORE = re.compile(r"\*QTY\+(\d+)\*")


@dataclass(frozen=True, slots=True)
class Seen:
    """One screen as a person reads it."""

    workflow: str
    step: str
    document: str
    where: str
    sku: str
    lot: str
    container: str
    box: str
    weight: str
    left: int
    counted: int
    accepts: tuple[str, ...]
    actions: tuple[str, ...]
    red_parcel: str

    @property
    def goods(self) -> Goods:
        return (self.sku, self.lot)

    @property
    def truck(self) -> str:
        return f"truck {self.document}"

    @property
    def parcel(self) -> str:
        return f"parcel {self.document}"


def read(screen: Mapping[str, Any]) -> Seen:
    """What stands on a screen; the service's JSON and nothing else."""
    facts = dict(screen["facts"])
    counted = screen["counted"].split(" / ")[0]
    gate = screen["gate"]
    return Seen(
        workflow=screen["screen"],
        step=screen["step"],
        document=screen["title"].split()[-1] if screen["title"] else "",
        where=screen["where"],
        sku=screen["what"].split()[0].upper() if screen["what"] else "",
        lot=facts.get(LOT, ""),
        container=facts.get(CONTAINER, ""),
        box=facts.get(BOX, ""),
        weight=facts.get(WEIGHT, ""),
        left=int(screen["how_many"] or 0),
        counted=int(counted or 0),
        accepts=tuple(screen["accepts"]),
        actions=tuple(action["action"] for action in screen["actions"]),
        red_parcel=gate["parcel"] if gate and not gate["open"] else "",
    )


def deed_of(seen: Seen, raw: str, world: World, *, hand: str, last_item: str, labels: Mapping[str, str]) -> Deed:
    """What the hands do when `raw` is accepted at this screen.

    `hand` is the spot of goods that wait for their lot, `last_item` the SKU this person counted last, `labels` tells
    the order of a parcel by its tracking number.
    """
    more = _MORE.fullmatch(raw)
    sku, pack = PACKS.get(raw, ("", 0))
    match (seen.workflow, seen.step):
        case ("receiving", "scan_item"):
            of, units = (seen.sku, int(more[1])) if more else (sku, pack)
            return _counted(_of_sku(world, of, seen.truck), units, seen.truck, seen.container)
        case ("receiving", "scan_lot" | "scan_expiry"):
            if raw == "*SKIP*":
                return _all(world, hand, seen.truck)
            return NOTHING if raw.startswith("*") else _all(world, hand, seen.container)
        case ("putaway", "scan_place") if raw.startswith("LOC-"):
            return _counted(seen.goods, seen.left, seen.container, raw.removeprefix("LOC-"))
        case ("picking", "scan_item") if more or sku == seen.sku:
            return _counted(seen.goods, int(more[1]) if more else pack, seen.where, seen.container)
        case ("packing", _) if raw == "*RETURN*":
            return _all(world, seen.parcel, seen.container)
        case ("packing", "scan_item"):
            of, units = (last_item, int(more[1])) if more else (sku, pack)
            return _counted(
                seen.goods if of == seen.sku else _of_sku(world, of, seen.container), units, seen.container, seen.parcel
            )
        case ("dispatch", "scan_parcel") if raw in labels:
            order = labels[raw]
            return Deed(parcels=(ParcelMove(order, world.parcel_at[order], seen.where),))
        case ("dispatch", "scan_cage") if raw.startswith("LOC-CAGE"):
            order = labels[seen.red_parcel]
            return Deed(parcels=(ParcelMove(order, world.parcel_at[order], raw.removeprefix("LOC-")),))
        case ("dispatch", "await_pass") if raw == "*DONE*":
            return _truck_leaves(world, seen.where)
    return NOTHING


def _counted(goods: Goods | None, units: int, source: str, target: str) -> Deed:
    if goods is None or not goods[0] or units == 0:
        return NOTHING
    return Deed((Units(goods, units, source, target),))


def _all(world: World, source: str, target: str) -> Deed:
    return Deed(tuple(Units(goods, units, source, target) for goods, units in world.goods_at(source).items()))


def _of_sku(world: World, sku: str, where: str) -> Goods | None:
    """Goods of a SKU there. Where there are none left, those that were: nobody can scan them, and so he does not.

    Of what never was there he may find a barcode all the same; scanning it moves nothing.
    """
    known = [(other, lot) for other, lot, spot in sorted(world.units) if spot == where and other == sku]
    return next((goods for goods in known if world.at(goods, where)), known[0] if known else None)


def _truck_leaves(world: World, lane: str) -> Deed:
    orders = [order for order, place in sorted(world.parcel_at.items()) if place == lane]
    return Deed(
        tuple(
            Units(goods, units, f"parcel {order}", CUSTOMER)
            for order in orders
            for goods, units in world.goods_at(f"parcel {order}").items()
        ),
        tuple(ParcelMove(order, lane, CUSTOMER) for order in orders),
    )
