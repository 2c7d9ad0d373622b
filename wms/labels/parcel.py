"""What stands on a parcel's label: gathered from order, merchant, warehouse and parcel. Called by `jobs`.

Reads only. A value that cannot be printed (no address, no name) raises LabelError, so that the print message shows it.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.catalogue.tables import Merchant
from wms.labels.model import ParcelLabel, Party
from wms.orders.lookup import order_by_id
from wms.orders.model import Consignee, Order, OrderState
from wms.places.tables import Warehouse
from wms.shipments.carriage import carrier_of_parcel
from wms.shipments.lookup import parcels_by_id, parcels_of_order
from wms.shipments.model import OWN_CARRIER, Parcel


def label_of_parcel(session: Session, warehouse_id: int, parcel_id: UUID) -> ParcelLabel:
    """The label of a closed parcel. A parcel that does not exist, or has no order, is a bug and raises."""
    parcel = parcels_by_id(session, warehouse_id, [parcel_id])[parcel_id]
    order = order_by_id(session, warehouse_id, parcel.order_id)
    assert order is not None, f"parcel {parcel_id} is of order {parcel.order_id}, which does not exist"
    warehouse = session.execute(select(Warehouse).where(Warehouse.id == warehouse_id)).scalar_one()
    merchant = session.execute(select(Merchant.name).where(Merchant.id == order.merchant_id)).scalar_one()
    carrier = carrier_of_parcel(session, warehouse_id, parcel_id)
    return ParcelLabel(
        # The merchant sends, from our address: that is where a parcel nobody accepts has to come back to.
        sender=Party(merchant, "", (warehouse.name, warehouse.address)),
        recipient=Party(order.consignee.name, order.consignee.phone, order.consignee.address),
        order_number=order.number,
        tracking_number=parcel.tracking_no,
        sscc=parcel.sscc,
        carrier_service=carrier.name if carrier else warehouse.logistics_name or OWN_CARRIER,
        weight_grams=parcel.weight_grams,
        routing_code=_routing_code(order.consignee),
        piece=parcel.number,
        pieces=_pieces(session, warehouse_id, order, parcel),
    )


def _pieces(session: Session, warehouse_id: int, order: Order, parcel: Parcel) -> int:
    """How many parcels the order goes into, once it is packed: while units of it are in a tote, nobody knows."""
    if order.state is OrderState.PACKING:
        return 0
    return max(each.number for each in (parcel, *parcels_of_order(session, warehouse_id, order.id)))


def _routing_code(consignee: Consignee) -> str:
    """What sorting goes by: the country, inside China the district as well."""
    return f"{consignee.country}-{consignee.district}" if consignee.district else consignee.country
