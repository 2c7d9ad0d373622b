"""What stands on the packing list of a parcel. Reads only. Called by the bench's papers and by the office."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from sqlalchemy.orm import Session

from wms.catalogue.lookup import items_by_id, merchant_names
from wms.catalogue.tables import Merchant
from wms.kernel.masking import masked_name
from wms.kernel.refusal import Refusal
from wms.labels.documents import PackedLine, PackingList
from wms.labels.list_codes import from_words
from wms.labels.tables import PackingListRow
from wms.orders.barcode import order_barcode
from wms.orders.lookup import order_by_id
from wms.orders.model import Order
from wms.places.tables import Warehouse
from wms.shipments.lookup import contents_of_parcels
from wms.shipments.model import PackedUnits, Parcel


def packing_list_of(
    session: Session, warehouse_id: int, parcel: Parcel, order: Order, zone: tzinfo
) -> PackingList | Refusal:
    """What is in a closed parcel, for the desk. Refuses `nothing_packed`. Nobody is named in full."""
    packed = contents_of_parcels(session, warehouse_id, [parcel.id])[parcel.id]
    if not packed:
        return Refusal("nothing_packed", {"parcel": parcel.tracking_no})
    return replace(
        _packing_list(session, warehouse_id, order, packed, on_paper(parcel.closed_at, zone)),
        tracking_number=parcel.tracking_no,
        box=f"BOX-{parcel.box_type}",
        weight_grams=parcel.weight_grams,
    )


def list_of_open_parcel(session: Session, warehouse_id: int, code: str, zone: tzinfo) -> PackingList | None:
    """What goes into the parcel, as it was ordered; None where there is no such list."""
    row = session.get(PackingListRow, (warehouse_id, code))
    if row is None:
        return None
    order = order_by_id(session, warehouse_id, row.order_id)
    assert order is not None, f"list {code} is of order {row.order_id}, which does not exist"
    made = _packing_list(session, warehouse_id, order, from_words(row.contents), on_paper(row.ordered_at, zone))
    return replace(made, list_code=code)


def _packing_list(
    session: Session, warehouse_id: int, order: Order, packed: Sequence[PackedUnits], packed_at: str
) -> PackingList:
    skus = {line.line_no: line.sku_id for line in order.lines}
    found = items_by_id(session, [skus[units.line_no] for units in packed])
    items = [(found[skus[units.line_no]].item, units.quantity) for units in packed]
    return PackingList(
        order_number=order.number,
        order_code=order_barcode(session.get_one(Merchant, order.merchant_id).code, order.number),
        list_code="",
        tracking_number="",
        merchant=merchant_names(session).get(order.merchant_id, ""),
        warehouse=session.get_one(Warehouse, warehouse_id).name,
        recipient=f"{masked_name(order.consignee.name)}, {order.consignee.country}",
        packed_at=packed_at,
        box="",
        weight_grams=0,
        lines=tuple(
            PackedLine(number, item.sku_code, item.name, quantity)
            for number, (item, quantity) in enumerate(items, start=1)
        ),
    )


def on_paper(moment: datetime, zone: tzinfo) -> str:
    """A moment on the warehouse's clock, with its day: paper is read later."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
