"""What stands on the papers of one parcel: its packing list, its return label, the copy of its customs list.

Reads only. Called by `views`, each time inside one reading. Only the return label names a person in full.
"""

from datetime import datetime, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from wms.catalogue.lookup import merchant_names
from wms.customs.model import DocumentKind
from wms.customs.regimes.china.documents import InventoryLine
from wms.customs.sending.as_declared import list_as_sent
from wms.customs.tables import DeclarationRow, DocumentRow
from wms.customs.words.wording import state_words, value_words
from wms.kernel.masking import masked_name
from wms.kernel.refusal import Refusal
from wms.labels.documents import CustomsList, ListedGoods, PackingList
from wms.labels.model import Party, ReturnLabel
from wms.labels.packing_list import list_of_open_parcel, on_paper, packing_list_of
from wms.orders.lookup import order_by_id
from wms.orders.model import Order
from wms.places.tables import Warehouse
from wms.shipments.lookup import parcels_by_code
from wms.shipments.model import Parcel


def packing_list(session: Session, warehouse_id: int, tracking_number: str, zone: tzinfo) -> PackingList | Refusal:
    """What was packed. Refuses `parcel_not_known`, `nothing_packed`."""
    found = _parcel_and_order(session, warehouse_id, tracking_number)
    if isinstance(found, Refusal):
        return found
    return packing_list_of(session, warehouse_id, *found, zone)


def list_of_code(session: Session, warehouse_id: int, code: str, zone: tzinfo) -> PackingList | Refusal:
    """What goes into a parcel that is not closed yet, by the code its list bears. Refuses `list_not_known`."""
    return list_of_open_parcel(session, warehouse_id, code, zone) or Refusal("list_not_known", {"got": code})


def return_label(session: Session, warehouse_id: int, tracking_number: str) -> ReturnLabel | Refusal:
    """From who got the parcel to the merchant at this warehouse. Refuses `parcel_not_known`. Raises LabelError."""
    found = _parcel_and_order(session, warehouse_id, tracking_number)
    if isinstance(found, Refusal):
        return found
    parcel, order = found
    warehouse = session.get_one(Warehouse, warehouse_id)
    return ReturnLabel(
        sender=Party(order.consignee.name, order.consignee.phone, order.consignee.address),
        recipient=Party(
            merchant_names(session).get(order.merchant_id, warehouse.name), "", (warehouse.name, warehouse.address)
        ),
        order_number=order.number,
        tracking_number=parcel.tracking_no,
    )


def customs_list(
    session: Session, warehouse_id: int, tracking_number: str, zone: tzinfo, *, now: datetime
) -> CustomsList | Refusal:
    """The list as it was sent. Refuses `parcel_not_known`, `customs_not_declared`, `customs_list_not_made`."""
    found = _parcel_and_order(session, warehouse_id, tracking_number)
    if isinstance(found, Refusal):
        return found
    parcel, _ = found
    declaration = session.execute(
        select(DeclarationRow).where(DeclarationRow.warehouse_id == warehouse_id, DeclarationRow.parcel_id == parcel.id)
    ).scalar_one_or_none()
    if declaration is None:
        return Refusal("customs_not_declared", {"parcel": tracking_number})
    key = (warehouse_id, declaration.id, declaration.attempt, DocumentKind.INVENTORY)
    listed_now = session.get(DocumentRow, key)
    if declaration.sent_at is None or listed_now is None or not listed_now.body:
        # Before it was sent it may still change; a further attempt has none until its papers are complete.
        return Refusal("customs_list_not_made", {"parcel": tracking_number})
    listed = list_as_sent(session, declaration)
    head = listed.head
    return CustomsList(
        list_number=declaration.invt_no or "",
        own_number=declaration.cop_no,
        order_number=head.orderNo,
        tracking_number=head.logisticsNo,
        state=f"{state_words(declaration.state, 'en')} · {state_words(declaration.state, 'zh')}",
        customs_office=head.customsCode,
        declaring_company=f"{head.agentCode} {head.agentName}",
        platform=f"{head.ebpCode} {head.ebpName}",
        merchant=f"{head.ebcCode} {head.ebcName}",
        logistics=f"{head.logisticsCode} {head.logisticsName}",
        account_book=head.emsNo or "",
        buyer=masked_name(head.buyerName),
        declared_at=on_paper(declaration.sent_at, zone),
        gross_weight=f"{head.grossWeight.normalize():f} kg",
        net_weight=f"{head.netWeight.normalize():f} kg",
        freight=f"{head.freight.normalize():f}",
        currency=value_words("currency", head.currency, "en"),
        as_of=on_paper(now, zone),
        lines=tuple(_goods(line) for line in listed.lines),
    )


def _goods(line: InventoryLine) -> ListedGoods:
    return ListedGoods(
        line_no=line.gnum,
        hs_code=line.gcode,
        name=line.gname,
        specification=line.gmodel,
        origin=value_words("country", line.country, "en"),
        quantity=f"{line.qty.normalize():f}",
        unit=value_words("unit", line.unit, "zh"),
        price=f"{line.price.normalize():f}",
        total=f"{line.totalPrice.normalize():f}",
    )


def _parcel_and_order(session: Session, warehouse_id: int, tracking_number: str) -> tuple[Parcel, Order] | Refusal:
    parcels = parcels_by_code(session, warehouse_id, tracking_no=tracking_number)
    if not parcels:
        return Refusal("parcel_not_known", {"parcel": tracking_number})
    order = order_by_id(session, warehouse_id, parcels[0].order_id)
    assert order is not None, "a parcel's order stays"
    return parcels[0], order
