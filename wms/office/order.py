"""One order as the office sees it: its lines, its parcel and label, what customs say. Reads only. Called by `views`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from wms.catalogue.lookup import items_by_id, merchant_names
from wms.kernel.masking import masked_name
from wms.labels.service import copies_of
from wms.office.carriers import CarriagePart, carriage_part
from wms.office.customs_order import CustomsPart, customs_part
from wms.orders.lookup import orders_by_number
from wms.orders.model import Order, OrderLine
from wms.places.lookup import places_by_id
from wms.shipments.lookup import load_by_id, parcel_of_order
from wms.shipments.model import Parcel
from wms.shipments.photos.service import Photo, photos_of


@dataclass(frozen=True, slots=True)
class LineSheet:
    """One line with the product's code and name."""

    line: OrderLine
    sku_code: str
    sku_name: str


@dataclass(frozen=True, slots=True)
class OrderSheet:
    """Everything about one order."""

    order: Order
    merchant: str
    to: str
    """Who gets it, masked, and in which country."""
    lines: Sequence[LineSheet]
    parcel: Parcel | None
    place: str
    load: str
    """Code of the load it is or was on; empty while it is on none."""
    copies: int
    photos: Sequence[Photo]
    """Of the open box, the newest first."""
    customs: CustomsPart
    carriage: CarriagePart


def order_sheets(session: Session, warehouse_id: int, number: str, *, now: datetime) -> list[OrderSheet]:
    """The orders of that number: none, one, or one per merchant that uses it."""
    merchants = merchant_names(session)
    return [
        _sheet(session, warehouse_id, order, merchants.get(order.merchant_id, ""), now)
        for order in orders_by_number(session, warehouse_id, number)
    ]


def _sheet(session: Session, warehouse_id: int, order: Order, merchant: str, now: datetime) -> OrderSheet:
    items = items_by_id(session, [line.sku_id for line in order.lines])
    parcel = parcel_of_order(session, warehouse_id, order.id)
    places = places_by_id(session, warehouse_id, [parcel.place_id]) if parcel else {}
    skus = {line.line_no: items[line.sku_id].item.sku_code for line in order.lines}
    return OrderSheet(
        order=order,
        merchant=merchant,
        to=f"{masked_name(order.consignee.name)}, {order.consignee.country}",
        lines=[LineSheet(line, items[line.sku_id].item.sku_code, items[line.sku_id].item.name) for line in order.lines],
        parcel=parcel,
        place=places[parcel.place_id].code if parcel and parcel.place_id in places else "",
        load=_load_code(session, warehouse_id, parcel),
        copies=copies_of(session, warehouse_id, parcel.id) if parcel else 0,
        photos=photos_of(session, warehouse_id, parcel.id) if parcel else (),
        customs=customs_part(session, warehouse_id, order, parcel, skus),
        carriage=carriage_part(session, warehouse_id, order, parcel, now=now),
    )


def _load_code(session: Session, warehouse_id: int, parcel: Parcel | None) -> str:
    load = load_by_id(session, warehouse_id, parcel.load_id) if parcel and parcel.load_id else None
    return load.code if load else ""
