"""What a carrier is told of an order, and which carrier that is. Reads only. Called by `bookings` and by the pages."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy.orm import Session

from wms.carriers.accounts import accounts, rules_of
from wms.carriers.measures import Measures, measures_of
from wms.carriers.model import Account, Contact, Content, ShipmentDraft
from wms.carriers.price_list import tariff_of
from wms.carriers.quoting import quotes_of
from wms.carriers.rules import Choice, Looked, Reason, Wanted, choose, competing
from wms.catalogue.lookup import items_by_id
from wms.catalogue.model import ItemFacts
from wms.catalogue.tables import Merchant
from wms.orders.lookup import order_by_id
from wms.orders.model import Order, OrderState
from wms.packaging.fitting import Piece, carton_of
from wms.places.tables import Warehouse
from wms.shipments.lookup import box_types, contents_of_parcels, parcels_of_order

PACKING_GRAMS = 100
"""Carton and paper around the goods, while nobody has weighed the parcel."""
_PICKED = frozenset({OrderState.PICKED, OrderState.PACKING, OrderState.PACKED, OrderState.DISPATCHED})


def recipient_of(order: Order) -> Contact:
    """Who gets the parcel."""
    there = order.consignee
    return Contact(there.name, there.phone, " ".join(there.address), there.district, there.country)


def is_outdated(draft: str, order: Order) -> bool:
    """Whether the recipient was corrected after a carrier was told of him."""
    return read_draft(draft).recipient != recipient_of(order)


def draft_of(session: Session, warehouse_id: int, order: Order, service: str, parcel_number: int = 1) -> ShipmentDraft:
    """What a carrier is told. The weight is the expected one: goods by the catalogue, and a carton around them."""
    units = _expected_units(session, warehouse_id, order, parcel_number)
    warehouse = session.get_one(Warehouse, warehouse_id)
    merchant = session.get_one(Merchant, order.merchant_id)
    items = items_by_id(session, [line.sku_id for line in order.lines])
    return ShipmentDraft(
        order_number=order.number,
        # The merchant sends, from our address: that is where a parcel nobody accepts has to come back to.
        sender=Contact(merchant.name, "", " ".join((warehouse.name, warehouse.address)).strip(), "", "CN"),
        recipient=recipient_of(order),
        contents=tuple(
            Content(items[line.sku_id].item.name, units[line.line_no], line.unit_price_minor)
            for line in order.lines
            if units[line.line_no]
        ),
        weight_grams=_expected_grams(order, items, units),
        currency=order.amounts.goods.currency,
        service=service,
        merchant=merchant.code,
    )


def _expected_units(session: Session, warehouse_id: int, order: Order, parcel_number: int) -> dict[int, int]:
    """By order lines, what a parcel will hold as far as anybody knows: all that is in none of those before it.

    Once the order is picked, that is what was found for it: a line of which nothing was found is in no parcel.
    """
    is_picked = order.state in _PICKED
    units = {line.line_no: line.picked if is_picked else line.quantity for line in order.lines}
    if parcel_number > 1:
        parcels = parcels_of_order(session, warehouse_id, order.id)
        before = [parcel.id for parcel in parcels if parcel.number < parcel_number]
        for contents in contents_of_parcels(session, warehouse_id, before).values():
            for packed in contents:
                units[packed.line_no] -= packed.quantity
    return units


def _expected_grams(order: Order, items: dict[int, ItemFacts], units: Mapping[int, int]) -> int:
    """What the parcel will weigh by the catalogue."""
    return sum(items[line.sku_id].weight_grams * units[line.line_no] for line in order.lines) + PACKING_GRAMS


def wanted_of(session: Session, warehouse_id: int, order: Order, parcel_number: int = 1, *, now: datetime) -> Wanted:
    """The parcel as the rules see it."""
    units = _expected_units(session, warehouse_id, order, parcel_number)
    items = items_by_id(session, [line.sku_id for line in order.lines])
    zone = ZoneInfo(session.get_one(Warehouse, warehouse_id).timezone)
    return Wanted(
        merchant=session.get_one(Merchant, order.merchant_id).code,
        country=order.consignee.country,
        district=order.consignee.district,
        weight_grams=_expected_grams(order, items, units),
        measures=_measures(session, warehouse_id, [(items[line.sku_id], units[line.line_no]) for line in order.lines]),
        priority=order.priority,
        local_time=now.astimezone(zone).time(),
    )


def choice_for(
    session: Session,
    warehouse_id: int,
    order: Order,
    parcel_number: int = 1,
    *,
    now: datetime,
    tried: Mapping[str, str] | None = None,
) -> Choice:
    """The carrier by the rules as they stand now; `tried` says of accounts asked already what came of it."""
    return choose(
        wanted_of(session, warehouse_id, order, parcel_number, now=now),
        rules_of(session, warehouse_id),
        tariff_of(session, warehouse_id),
        enabled={account.code for account in accounts(session, warehouse_id) if account.is_enabled},
        tried=tried,
        quotes=quotes_of(session, warehouse_id, order.id),
    )


def what_to_ask(
    session: Session, warehouse_id: int, order_id: UUID, parcel_number: int = 1, *, now: datetime
) -> list[tuple[Account, ShipmentDraft]]:
    """The carriers whose price may decide about a parcel that has no carrier yet, and what they would be told.

    An order's carriers are asked once: what they said for its first parcel holds for the further ones.
    """
    order = order_by_id(session, warehouse_id, order_id)
    if order is None or quotes_of(session, warehouse_id, order_id):
        return []
    known = {account.code: account for account in accounts(session, warehouse_id) if account.is_enabled}
    rules = competing(
        wanted_of(session, warehouse_id, order, parcel_number, now=now),
        rules_of(session, warehouse_id),
        enabled=known.keys(),
    )
    products = dict.fromkeys((rule.account, rule.service) for rule in rules)
    return [(known[code], draft_of(session, warehouse_id, order, service, parcel_number)) for code, service in products]


def _measures(session: Session, warehouse_id: int, contents: Sequence[tuple[ItemFacts, int]]) -> Measures:
    """How large the parcel will be, by the catalogue and the cartons there are."""
    pieces = [
        Piece((item.length_mm, item.width_mm, item.height_mm), item.weight_grams)
        for item, units in contents
        for _ in range(units)
    ]
    return measures_of(pieces, [carton_of(box) for box in box_types(session, warehouse_id)])


def written_draft(draft: ShipmentDraft) -> tuple[str, str]:
    """The draft as it is kept, and its fingerprint."""
    text = json.dumps(asdict(draft), ensure_ascii=False, sort_keys=True)
    return text, hashlib.sha256(text.encode()).hexdigest()


def read_draft(text: str) -> ShipmentDraft:
    """What `written_draft` wrote."""
    return msgspec.json.decode(text, type=ShipmentDraft)


def written_choice(looked_at: Sequence[Looked]) -> str:
    """The reasons as they are kept."""
    return json.dumps([[each.account, each.reason, each.detail, each.line] for each in looked_at], ensure_ascii=False)


def read_choice(text: str) -> tuple[Looked, ...]:
    """What `written_choice` wrote; before lines were kept, it wrote none."""
    return tuple(Looked(account, Reason(reason), detail, *line) for account, reason, detail, *line in json.loads(text))
