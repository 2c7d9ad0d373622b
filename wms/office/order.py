"""One order as the office sees it: its lines, its parcel and label, what customs say. Reads only. Called by `views`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.catalogue.lookup import items_by_id, merchant_names
from wms.customs.gate import gate
from wms.customs.standing import current_documents, open_holds, standing_of
from wms.customs.tables import DeclarationRow
from wms.kernel.masking import masked_name
from wms.labels.service import copies_of
from wms.orders.lookup import orders_by_number
from wms.orders.model import Order, OrderLine
from wms.places.lookup import places_by_id
from wms.shipments.lookup import parcel_of_order
from wms.shipments.model import Parcel


@dataclass(frozen=True, slots=True)
class LineSheet:
    """One line with the product's code and name."""

    line: OrderLine
    sku_code: str
    sku_name: str


@dataclass(frozen=True, slots=True)
class DocumentSheet:
    """One customs document."""

    kind: str
    state: str
    since: datetime | None
    said: str


@dataclass(frozen=True, slots=True)
class CustomsSheet:
    """What customs say of the parcel, and whether the gate would let it through now."""

    state: str
    since: datetime
    status: str
    said: str
    list_number: str
    gate_open: bool
    documents: Sequence[DocumentSheet]
    holds: Sequence[str]


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
    copies: int
    customs: CustomsSheet | None


def order_sheets(session: Session, warehouse_id: int, number: str) -> list[OrderSheet]:
    """The orders of that number: none, one, or one per merchant that uses it."""
    merchants = merchant_names(session)
    return [
        _sheet(session, warehouse_id, order, merchants.get(order.merchant_id, ""))
        for order in orders_by_number(session, warehouse_id, number)
    ]


def _sheet(session: Session, warehouse_id: int, order: Order, merchant: str) -> OrderSheet:
    items = items_by_id(session, [line.sku_id for line in order.lines])
    parcel = parcel_of_order(session, warehouse_id, order.id)
    places = places_by_id(session, warehouse_id, [parcel.place_id]) if parcel else {}
    return OrderSheet(
        order=order,
        merchant=merchant,
        to=f"{masked_name(order.consignee.name)}, {order.consignee.country}",
        lines=[LineSheet(line, items[line.sku_id].item.sku_code, items[line.sku_id].item.name) for line in order.lines],
        parcel=parcel,
        place=places[parcel.place_id].code if parcel and parcel.place_id in places else "",
        copies=copies_of(session, warehouse_id, parcel.id) if parcel else 0,
        customs=_customs(session, warehouse_id, parcel) if parcel else None,
    )


def _customs(session: Session, warehouse_id: int, parcel: Parcel) -> CustomsSheet | None:
    row = session.scalars(
        select(DeclarationRow).where(DeclarationRow.warehouse_id == warehouse_id, DeclarationRow.parcel_id == parcel.id)
    ).one_or_none()
    if row is None:
        return None
    documents = current_documents(session, warehouse_id, [row.id])
    holds = open_holds(session, warehouse_id, [row.id])
    return CustomsSheet(
        state=row.state,
        since=row.state_since,
        status=row.status,
        said=row.said,
        list_number=row.invt_no or "",
        gate_open=gate(standing_of(row, holds, documents)).open,
        documents=[DocumentSheet(each.kind, each.state, each.since, each.said) for each in documents],
        holds=[each.kind for each in holds],
    )
