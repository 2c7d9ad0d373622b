"""One order as the office sees it: lines, parcels and labels, what customs say. Reads only. Called by `views`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from wms.catalogue.lookup import items_by_id, merchant_names
from wms.catalogue.tables import Merchant
from wms.customs.service import gate_answer
from wms.kernel.masking import masked_name
from wms.labels.service import copies_of
from wms.labels.symbols import LinearSymbol, code_128
from wms.office.carriers import CarriagePart, carriage_part
from wms.office.customs_order import CustomsPart, customs_part
from wms.office.papers.carrier import carrier_papers_of
from wms.orders.barcode import order_barcode
from wms.orders.lookup import orders_by_number
from wms.orders.model import Order, OrderLine
from wms.places.lookup import places_by_id
from wms.shipments.lookup import contents_of_parcels, loads_by_id, parcels_of_order, void_parcels_of_order
from wms.shipments.model import Parcel
from wms.shipments.photos.service import Photo, photos_of
from wms.shipments.voids import Void


@dataclass(frozen=True, slots=True)
class LineSheet:
    """One line with the product's code and name."""

    line: OrderLine
    sku_code: str
    sku_name: str


@dataclass(frozen=True, slots=True)
class ParcelSheet:
    """One of its parcels."""

    parcel: Parcel
    place: str
    load: str
    """Code of the load it is or was on; empty while it is on none."""
    copies: int
    photos: Sequence[Photo]
    """Of the open box, the newest first."""
    contents: Sequence[tuple[str, int]]
    """Product codes and units."""
    carrier_papers: int
    """Pages that its carrier gave besides the label."""


@dataclass(frozen=True, slots=True)
class VoidSheet:
    """A parcel that was opened again: its numbers are void, and its goods went into a tote."""

    parcel: Parcel
    void: Void
    customs: str
    """How its declaration stands: one that customs releases after all is to be cancelled there. Empty: none."""


@dataclass(frozen=True, slots=True)
class OrderSheet:
    """Everything about one order."""

    order: Order
    code: LinearSymbol | None
    """What packing may begin with; None where its number cannot be a barcode."""
    merchant: str
    to: str
    """Who gets it, masked, and in which country."""
    lines: Sequence[LineSheet]
    parcels: Sequence[ParcelSheet]
    """Mostly one; several where the order went into several boxes."""
    voids: Sequence[VoidSheet]
    """Those that were opened again, the first closed first."""
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
    parcels = parcels_of_order(session, warehouse_id, order.id)
    skus = {line.line_no: items[line.sku_id].item.sku_code for line in order.lines}
    barcode = order_barcode(session.get_one(Merchant, order.merchant_id).code, order.number)
    return OrderSheet(
        order=order,
        code=code_128(barcode) if barcode else None,
        merchant=merchant,
        to=f"{masked_name(order.consignee.name)}, {order.consignee.country}",
        lines=[LineSheet(line, items[line.sku_id].item.sku_code, items[line.sku_id].item.name) for line in order.lines],
        parcels=_parcels(session, warehouse_id, parcels, skus),
        voids=_voids(session, warehouse_id, order),
        # Where customs has a say, an order has one parcel.
        customs=customs_part(session, warehouse_id, order, parcels[0] if parcels else None, skus),
        carriage=carriage_part(session, warehouse_id, order, parcels, now=now),
    )


def _voids(session: Session, warehouse_id: int, order: Order) -> list[VoidSheet]:
    parcels = void_parcels_of_order(session, warehouse_id, order.id)
    if not parcels:
        return []
    answers = gate_answer(session, warehouse_id, [parcel.id for parcel in parcels], lock=False)
    return [
        VoidSheet(parcel, parcel.void, state.value if (state := answers[parcel.id].state) else "")
        for parcel in parcels
        if parcel.void is not None
    ]


def _parcels(
    session: Session, warehouse_id: int, parcels: Sequence[Parcel], skus: Mapping[int, str]
) -> list[ParcelSheet]:
    places = places_by_id(session, warehouse_id, [parcel.place_id for parcel in parcels])
    loads = loads_by_id(session, warehouse_id, [parcel.load_id for parcel in parcels if parcel.load_id])
    contents = contents_of_parcels(session, warehouse_id, [parcel.id for parcel in parcels])
    return [
        ParcelSheet(
            parcel=parcel,
            place=places[parcel.place_id].code if parcel.place_id in places else "",
            load=loads[parcel.load_id].code if parcel.load_id else "",
            copies=copies_of(session, warehouse_id, parcel.id),
            photos=photos_of(session, warehouse_id, parcel.id),
            contents=[(skus.get(units.line_no, ""), units.quantity) for units in contents[parcel.id]],
            carrier_papers=carrier_papers_of(session, warehouse_id, parcel.id),
        )
        for parcel in parcels
    ]
